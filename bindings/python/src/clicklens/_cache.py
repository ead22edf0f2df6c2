"""A candidate cache: what depends on the ad alone, computed once and kept for many runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ._arguments import bad, unmasked, whole
from ._batch import Batch
from ._library import address, check, choice, ffi, lib, struct
from ._session import make_inputs
from ._types import Data, Numbers

if TYPE_CHECKING:
    from ._model import Model

_STORAGE = {"f32": lib.CLENS_CACHE_F32, "f16": lib.CLENS_CACHE_F16}


@dataclass(frozen=True)
class CacheInfo:
    rows: int       # room
    filled: int     # rows that hold an ad
    row_bytes: int  # of one ad
    bytes: int      # of all its memory


class Cache:
    """Rows of prepared ads of one model; made by `Model.cache`. Any number of threads may use it, but for rows that one of
    them fills."""

    def __init__(self, model: Model, ads: Data, rows: int | None, precision: dict, storage: str, explainable: bool,
                 strands: int):
        self._features = [f for f in model.features if f.scope == "candidate"]
        batch = Batch(self._features, ads)
        self.signature = batch.signature
        inputs = make_inputs(self.signature)
        options = struct("clens_cache_options")
        options.rows = batch.candidates if rows is None else whole(rows, "rows", 1, 2**31 - 1)
        options.storage = choice(_STORAGE, storage, "storage")
        options.explainable, options.strands = bool(explainable), whole(strands, "strands", 0, 256)
        kept = ffi.new("size_t[]", list(precision["full_precision"])) if precision["full_precision"] else ffi.NULL
        options.precision = precision["precision"]
        options.full_precision, options.full_precision_count = kept, len(precision["full_precision"])
        made = ffi.new("clens_cache **")
        check(lib.clens_cache_create(model.handle, inputs, options, made))
        self.handle = ffi.gc(made[0], lib.clens_cache_release)
        self._filling = threading.Lock()  # the C handle is for one thread at a time
        self._fill(batch, np.arange(batch.candidates))

    @property
    def info(self) -> CacheInfo:
        raw = struct("clens_cache_info")
        check(lib.clens_cache_describe(self.handle, raw))
        return CacheInfo(raw.rows, raw.filled, raw.row_bytes, raw.bytes)

    def fill(self, ads: Data, rows: Numbers) -> None:
        """Computes ads into the rows named, one row for each ad. The columns are of the kinds it was made with."""
        batch = Batch(self._features, ads)
        if batch.signature != self.signature:
            raise bad("ads: other columns than the cache was made with, or of other kinds")
        rows = row_numbers(rows, "rows")
        if len(rows) != batch.candidates:
            raise bad(f"rows: {len(rows)} for {batch.candidates} ads")
        self._fill(batch, rows)

    def _fill(self, batch: Batch, rows: np.ndarray) -> None:
        rows = np.ascontiguousarray(rows, np.int64)
        with self._filling:
            self._fill_chunks(batch, rows)

    def _fill_chunks(self, batch: Batch, rows: np.ndarray) -> None:
        for chunk in batch.chunks():
            check(lib.clens_cache_fill(self.handle, chunk.c_batch, address(rows[chunk.begin:chunk.end], "int64_t *"),
                                       ffi.NULL))


def row_numbers(rows, name: str) -> np.ndarray:
    try:
        given = np.asarray(unmasked(rows, name))
    except ValueError:
        given = np.zeros((0, 0))
    if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
        raise bad(f"{name} must be whole numbers, one for each candidate")
    return np.ascontiguousarray(given, np.int64)


class CachedRows:
    """Which rows of which cache a batch's candidates come from; -1: from its columns."""

    def __init__(self, cache: Cache, rows):
        if not isinstance(cache, Cache):
            raise bad(f"cache must be a Cache, not {cache!r}")
        self.cache, self.rows = cache, row_numbers(rows, "cache_rows")
        self.fresh_before = np.append(0, np.cumsum(self.rows == -1))

    @staticmethod
    def of(cache, rows) -> CachedRows | None:
        if (cache is None) != (rows is None):
            raise bad("cache and cache_rows come together")
        return None if cache is None else CachedRows(cache, rows)
