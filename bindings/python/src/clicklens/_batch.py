"""A batch: prepared columns, cut into chunks of whole requests that the C library sees one after another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ._arguments import unmasked
from ._cells import BadColumn
from ._columns import Column, prepare
from ._dense import cells_of_dense
from ._frames import columns_of
from ._library import Error, Status, address, ffi, lib, struct
from ._tables import TableData
from ._types import Numbers

CHUNK = 1 << 16  # candidates: bounds one call's time, so that Ctrl-C is answered


@dataclass
class Chunk:
    """Candidates [begin, end) of the batch, which belong to requests [first, last)."""

    c_batch: object
    begin: int
    end: int
    first: int
    last: int


class Batch:
    def __init__(self, features, data, requests=None, chunk: int = CHUNK, *, cached=None, keys=None, strict: bool = False):
        data = columns_of(data)
        _check_data([f for f in features if cached is None or f.scope != "candidate"], data)
        self.features = [f for f in features if f.name in data]
        self.columns: list[Column] = [_column(f, data) for f in self.features]
        self.cached = cached  # CachedRows, or None
        self.offsets = None if requests is None else _request_offsets(requests)
        self.candidates = self._count()
        self.requests = self.candidates if self.offsets is None else len(self.offsets) - 1
        self._check_entries()
        self.keys = None if keys is None else request_keys(keys, self.requests)
        self._chunk = max(1, chunk)
        self._flags = lib.CLENS_BATCH_STRICT if strict else 0

    @property
    def signature(self) -> tuple:
        """What a session is bound to: names and kinds."""
        named = tuple((f.name, c.kind) for f, c in zip(self.features, self.columns))
        if self.cached is None:
            return named
        here = {name for name, _ in named}  # candidates that all are cached bring no columns
        return named + tuple(pair for pair in self.cached.cache.signature if pair[0] not in here)

    def _count(self) -> int:
        if self.offsets is not None:
            return int(self.offsets[-1])
        if self.cached is not None:
            return len(self.cached.rows)
        if not self.columns:
            raise Error(Status.BAD_BATCH, "the data hold none of the model's features")
        return self.columns[0].entries

    def _check_entries(self) -> None:
        if self.cached is not None and len(self.cached.rows) != self.candidates:
            raise Error(Status.BAD_BATCH, f"cache_rows has {len(self.cached.rows)} entries, {self.candidates} wanted: one "
                                          "per candidate")
        here = {f.name for f in self.features}
        if self.cached is not None and self.cached.fresh_before[-1] > 0:
            for name, _ in self.cached.cache.signature:
                if name not in here:
                    raise Error(Status.BAD_BATCH, f"no column '{name}' for the candidates that are not cached")
        for feature, column in zip(self.features, self.columns):
            shared = feature.scope == "request"
            thinned = self.cached is not None and feature.scope == "candidate"
            wanted = self.requests if shared else int(self.cached.fresh_before[-1]) if thinned else self.candidates
            if column.entries != wanted:
                unit = "request" if shared and self.offsets is not None else "candidate"
                unit += " that is not cached" if thinned else ""
                raise Error(Status.BAD_BATCH, f"column '{feature.name}' has {column.entries} entries, "
                                              f"{wanted} wanted: one per {unit}")

    def _fresh_before(self, candidate: int) -> int:
        return candidate if self.cached is None else int(self.cached.fresh_before[candidate])

    def _cuts(self):
        """Boundaries of the chunks, in requests."""
        if 0 < self.candidates <= self._chunk:
            return [0, self.requests]
        if self.offsets is None:
            return [*range(0, self.candidates, self._chunk), self.candidates]
        cuts = [0]
        while cuts[-1] < self.requests:
            reach = self.offsets[cuts[-1]] + self._chunk
            cuts.append(max(int(np.searchsorted(self.offsets, reach, side="right")) - 1, cuts[-1] + 1))
        return cuts

    def chunks(self):
        """One C batch at a time; each is valid until the next is asked for."""
        c_columns = ffi.new("clens_column[]", max(len(self.columns), 1))
        c_batch = struct("clens_batch")
        c_batch.column_size = ffi.sizeof("clens_column")
        c_batch.columns, c_batch.column_count, c_batch.flags = c_columns, len(self.columns), self._flags
        for index, column in enumerate(self.columns):
            column.fill(c_columns[index], index)
        cuts = self._cuts()
        for first, last in zip(cuts, cuts[1:]):
            begin, end, local = first, last, None
            if self.offsets is not None:
                local = self.offsets[first : last + 1] - self.offsets[first]
                begin, end = int(self.offsets[first]), int(self.offsets[last])
                c_batch.requests, c_batch.request_offsets = last - first, address(local, "int64_t *")
            c_batch.candidates = end - begin
            if self.keys is not None:
                c_batch.request_keys = address(self.keys[first:], "uint64_t *")
            if self.cached is not None:
                c_batch.cache = self.cached.cache.handle
                c_batch.cache_rows = address(self.cached.rows[begin:end], "int64_t *")
            firsts = {"request": first, "candidate": self._fresh_before(begin), "pair": begin}
            for index, (feature, column) in enumerate(zip(self.features, self.columns)):
                c_columns[index].first = column.first + firsts[feature.scope]
            yield Chunk(c_batch, begin, end, first, last)


def _check_data(features, data) -> None:
    if not hasattr(data, "__getitem__") or not hasattr(data, "keys"):
        raise Error(Status.INVALID_ARGUMENT, f"data must map feature names to columns, not be {type(data).__name__}")
    if isinstance(data, TableData):  # which can say what was expected of the file
        for feature in features:
            if feature.required and feature.name not in data:
                raise Error(Status.NOT_FOUND,
                            f"{data.path}:1: no column '{feature.name}', which the model requires")


def _column(feature, data) -> Column:
    read = isinstance(data, TableData)
    try:
        cells = data.cells(feature.name) if read and feature.dense else None
        return prepare(feature, data[feature.name]) if cells is None else cells_of_dense(cells, feature.width)
    except BadColumn as problem:
        message, entry = str(problem), problem.entry
    except (TypeError, ValueError, OverflowError, IndexError) as problem:
        message, entry = f"no column: {problem}", None
    # Tables read from files know their lines.
    where = data.place(entry, feature.scope == "request") if read else "" if entry is None else f"entry {entry}: "
    raise Error(Status.BAD_BATCH, f"{where}column '{feature.name}': {message}")


def _request_offsets(requests) -> np.ndarray:
    try:
        given = np.asarray(unmasked(requests, "requests"))
    except ValueError:
        given = np.zeros(0)
    if given.dtype.kind not in "iu" or given.ndim != 1 or given.size == 0 or given[0] != 0 or \
            (given[1:] < given[:-1]).any() or int(given[-1]) >= 2**63:
        raise Error(Status.BAD_BATCH, "requests must be offsets, whole numbers from 0 to the number of candidates, "
                                      "not falling")
    return np.ascontiguousarray(given, np.int64)


def request_keys(keys, requests: int) -> np.ndarray:
    """A 64-bit key for each request."""
    given = np.asarray(unmasked(keys, "keys"))
    if given.ndim != 1 or given.dtype.kind not in "iu" or len(given) != requests:
        raise Error(Status.BAD_BATCH, f"keys must be {requests} whole numbers, one for each request")
    return np.ascontiguousarray(given.astype(np.uint64))


def request_offsets(keys: Numbers) -> np.ndarray:
    """Offsets of the runs of equal neighbouring keys: what `requests` wants, from a column of request ids.

    Columns of request scope then need one entry per request: `column[offsets[:-1]]`.
    """
    try:
        keys = np.asarray(unmasked(keys, "keys"))
    except ValueError as problem:
        raise Error(Status.INVALID_ARGUMENT, f"keys: {problem}") from None
    if keys.ndim != 1:
        raise Error(Status.INVALID_ARGUMENT, f"keys must have one dimension, these have {keys.ndim}")
    if keys.size == 0:
        return np.zeros(1, np.int64)
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    return np.append(starts, keys.size).astype(np.int64)
