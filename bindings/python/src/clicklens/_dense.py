"""Columns of dense features: rows of floats."""

from __future__ import annotations

import numpy as np

from ._cells import BadColumn, parse_float
from ._columns import KINDS, Column
from ._library import lib
from ._values import bitmap, floats, is_list, listed_column, split, unmasked


def dense(data, width: int) -> Column:
    if isinstance(data, tuple):
        return _rectangle(data, width)
    given, present = _matrix(data, width)
    array = floats(given)
    if array.ndim == 1 and width == 1:
        array = array.reshape(-1, 1)
    if array.size == 0 and len(given) == 0:
        array = array.reshape(0, width)
    if array.ndim != 2 or array.shape[1] != width:
        raise BadColumn(f"{width} floats an entry wanted, shape is {given.shape}")
    column = Column(KINDS["floats"], len(array), array, lib.CLENS_TYPE_F32, validity=present)
    if given.dtype.kind == "O":  # a None within an entry
        column.value_validity = bitmap(np.fromiter((v is not None for v in given.ravel()), bool, given.size))
    return column


def _matrix(data, width: int):
    """The entries as one array, and which of them are not None."""
    rows = data if isinstance(data, np.ndarray) else [unmasked(row) for row in listed_column(data)]
    if isinstance(rows, np.ndarray) and (rows.dtype.kind != "O" or rows.ndim != 1):
        return rows, None
    present = np.fromiter((row is not None for row in rows), bool, len(rows))
    nothing = (0.0,) * width if width > 1 or any(map(is_list, rows)) else 0.0
    try:
        return np.array([nothing if row is None else row for row in rows]), bitmap(present)
    except ValueError:
        lengths = [width if row is None else len(row) if is_list(row) else 1 for row in rows]
        entry = next((e for e, n in enumerate(lengths) if n != width), None)
        raise BadColumn(f"{width} floats an entry wanted", entry) from None


def _rectangle(ragged, width: int) -> Column:
    """A ragged dense column as a matrix; empty entries are missing."""
    given, offsets, _ = split(ragged)
    values, lengths = floats(given), np.diff(offsets)
    wrong = (lengths != width) & (lengths != 0)
    if wrong.any():
        entry = int(np.argmax(wrong))
        raise BadColumn(f"{width} floats an entry wanted, found {lengths[entry]}", entry)
    if offsets[0] < 0 or offsets[-1] > len(values):
        raise BadColumn(f"offsets reach from {offsets[0]} to {offsets[-1]}, there are {len(values)} values")
    matrix = np.zeros((len(lengths), width), np.float32)
    matrix[lengths != 0] = values[offsets[0] : offsets[-1]].reshape(-1, width)
    return Column(KINDS["floats"], len(matrix), matrix, lib.CLENS_TYPE_F32, validity=bitmap(lengths != 0))


def cells_of_dense(cells, width: int) -> Column:
    """Cells of a file: numbers separated by `|`, an empty cell is missing. As the command line reads them."""
    matrix, present = np.zeros((len(cells), width), np.float32), np.ones(len(cells), bool)
    with np.errstate(over="ignore"):
        for entry, cell in enumerate(cells):
            if not cell:
                present[entry] = False
                continue
            try:
                numbers = list(map(parse_float, cell.split("|")))
            except BadColumn as problem:
                raise BadColumn(str(problem), entry) from None
            if len(numbers) != width:
                raise BadColumn(f"{len(numbers)} numbers, the model takes {width}", entry)
            matrix[entry] = numbers
    return Column(KINDS["floats"], len(matrix), matrix, lib.CLENS_TYPE_F32, validity=bitmap(present))
