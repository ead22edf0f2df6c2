"""Columns of neighbouring parts of a table as one."""

from __future__ import annotations

import numpy as np

from ._columns import Column
from ._values import bitmap


def joined(columns: list[Column], width: int) -> Column:
    """One column of all entries, in order; one alone is itself. width: of a dense feature, else 1."""
    if len(columns) == 1:
        return columns[0]
    parts = [_compact(column, width) for column in columns]
    first = parts[0]
    made = Column(first.kind, sum(c.entries for c in columns), _one(parts, "values"), first.value_type)
    for name in ("value_offsets", "row_offsets"):
        if getattr(first, name) is not None:
            setattr(made, name, _offsets([getattr(part, name) for part in parts]))
    if first.weights is not None:
        made.weights = _one(parts, "weights")
    made.validity, made.value_validity = bitmap(_one(parts, "validity")), bitmap(_one(parts, "value_validity"))
    return made


def _one(parts: list[Column], name: str) -> np.ndarray:
    found = np.concatenate([getattr(part, name) for part in parts])
    return found if len(found) else np.zeros(1, found.dtype)[:0]


def _offsets(each: list[np.ndarray]) -> np.ndarray:
    return np.append(0, np.cumsum(np.concatenate([np.diff(offsets) for offsets in each]))).astype(np.int64)


def _bits(validity: np.ndarray | None, begin: int, end: int) -> np.ndarray:
    if validity is None:
        return np.ones(end - begin, bool)
    return np.unpackbits(validity, bitorder="little")[begin:end].astype(bool)


def _compact(column: Column, width: int) -> Column:
    """The entries from `first` on alone, bitmaps as arrays of bool."""
    begin, end = column.first, column.first + column.entries
    made = Column(column.kind, column.entries, column.values, column.value_type)
    made.validity = _bits(column.validity, begin, end)
    if column.row_offsets is not None:
        made.row_offsets = column.row_offsets[begin : end + 1]
        begin, end = int(made.row_offsets[0]), int(made.row_offsets[-1])
        if column.weights is not None:
            made.weights = column.weights[begin:end]
    made.value_validity = _bits(column.value_validity, begin * width, end * width)
    if column.value_offsets is not None:
        made.value_offsets = column.value_offsets[begin : end + 1]
        begin, end = int(made.value_offsets[0]), int(made.value_offsets[-1])
    made.values = column.values.ravel()[begin * width : end * width]
    return made
