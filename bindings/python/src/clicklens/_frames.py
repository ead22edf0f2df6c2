"""Tables of any library as columns by name: data frames, Arrow tables, record batches, readers, streams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ._c_data import ArrowArray, ImportedStream, has_array, has_stream, import_array
from ._cells import BadColumn
from ._columns import Column
from ._library import Error, Status


class Chunks:
    """A column of an Arrow table: arrays of one type, in order, at least one."""

    def __init__(self, arrays: list[ArrowArray]):
        self.arrays = arrays

    def __len__(self) -> int:
        return sum(map(len, self.arrays))


def chunks_of(data: Any) -> Chunks | None:
    """An Arrow array's or stream's; None: data are neither."""
    if has_array(data):
        return Chunks([import_array(data)])
    if has_stream(data):
        stream = ImportedStream(data)
        return Chunks(list(stream) or [stream.empty()])
    return None


def prepare(feature: Any, chunks: Chunks) -> Column:
    """A feature's column; BadColumn."""
    from ._arrow import column_of
    from ._joined import joined

    made, before = [], 0
    for array in chunks.arrays:
        try:
            made.append(column_of(feature, array))
        except BadColumn as problem:
            if problem.entry is not None:
                problem.entry += before
            raise
        before += len(array)
    return joined(made, feature.width if feature.dense else 1)


def columns_of(data: Any) -> Any:
    """Data as a mapping of names to columns; what has columns by name already is itself."""
    if hasattr(data, "keys") and hasattr(data, "__getitem__"):
        return data
    if has_array(data):
        return batch_columns(import_array(data))
    if has_stream(data):
        stream = ImportedStream(data)
        names = _names(stream.format, stream.names)
        batches = list(stream) or [stream.empty()]
        return _by_name(batches, names)
    return data


def batch_columns(batch: ArrowArray) -> dict[str, Chunks]:
    """A record batch's columns."""
    return _by_name([batch], _names(batch.format, batch.names))


def _by_name(batches: list[ArrowArray], names: list[str]) -> dict[str, Chunks]:
    before = 0
    for batch in batches:
        if not batch.is_valid().all():  # of an array of structs: a record batch has no null rows
            raise Error(Status.BAD_BATCH, f"row {before + int(np.argmin(batch.is_valid()))} of the table is null")
        before += len(batch)
    return {name: Chunks([batch.field(i) for batch in batches]) for i, name in enumerate(names)}


def batches_of(data: Any) -> Iterator[ArrowArray]:
    """Record batches of an Arrow stream, as they come."""
    stream = ImportedStream(data)
    _names(stream.format, stream.names)
    yield from stream


def _names(format: str, names: list[str]) -> list[str]:
    if format != "+s":
        raise Error(Status.INVALID_ARGUMENT, "data must be a table; this Arrow object is one column")
    for place, name in enumerate(names):
        if name in names[:place]:
            raise Error(Status.BAD_BATCH, f"column '{name}': appears twice in the table")
    return names
