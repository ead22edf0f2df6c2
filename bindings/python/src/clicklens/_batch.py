"""A batch: prepared columns, cut into chunks of whole requests that the C library sees one after another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ._cells import BadColumn
from ._columns import Column, prepare
from ._library import Error, Status, address, ffi, struct

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
    def __init__(self, features, data, requests=None, chunk: int = CHUNK):
        self.features = [f for f in features if f.name in data]
        self.columns: list[Column] = [_column(f, data) for f in self.features]
        self.offsets = None if requests is None else _request_offsets(requests)
        self.candidates = self._count()
        self.requests = self.candidates if self.offsets is None else len(self.offsets) - 1
        self._check_entries()
        self._chunk = max(1, chunk)

    @property
    def signature(self) -> tuple:
        """What a session is bound to: names and kinds."""
        return tuple((f.name, c.kind) for f, c in zip(self.features, self.columns))

    def _count(self) -> int:
        if self.offsets is not None:
            return int(self.offsets[-1])
        if not self.columns:
            raise Error(Status.BAD_BATCH, "the data hold none of the model's features")
        return self.columns[0].entries

    def _check_entries(self) -> None:
        for feature, column in zip(self.features, self.columns):
            shared = feature.scope == "request"
            wanted = self.requests if shared else self.candidates
            if column.entries != wanted:
                unit = "request" if shared and self.offsets is not None else "candidate"
                raise Error(Status.BAD_BATCH, f"column '{feature.name}' has {column.entries} entries, "
                                              f"{wanted} wanted: one per {unit}")

    def _cuts(self):
        """Boundaries of the chunks, in requests."""
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
        c_batch.columns, c_batch.column_count = c_columns, len(self.columns)
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
            for index, (feature, column) in enumerate(zip(self.features, self.columns)):
                c_columns[index].first = column.first + (first if feature.scope == "request" else begin)
            yield Chunk(c_batch, begin, end, first, last)


def _column(feature, data) -> Column:
    try:
        return prepare(feature, data[feature.name])
    except BadColumn as problem:
        # Tables read from files know their lines.
        place = getattr(data, "place", lambda entry, _: "" if entry is None else f"entry {entry}: ")
        where = place(problem.entry, feature.scope == "request")
        raise Error(Status.BAD_BATCH, f"{where}column '{feature.name}': {problem}") from None


def _request_offsets(requests) -> np.ndarray:
    offsets = np.ascontiguousarray(requests, np.int64)
    if offsets.ndim != 1 or offsets.size == 0 or offsets[0] != 0 or (np.diff(offsets) < 0).any():
        raise Error(Status.BAD_BATCH, "requests must be offsets from 0 to the number of candidates, not falling")
    return offsets


def request_offsets(keys) -> np.ndarray:
    """Offsets of the runs of equal neighbouring keys: what `requests` wants, from a column of request ids.

    Columns of request scope then need one entry per request: `column[offsets[:-1]]`.
    """
    keys = np.asarray(keys)
    if keys.size == 0:
        return np.zeros(1, np.int64)
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    return np.append(starts, keys.size).astype(np.int64)
