"""Columns of sparse features: integers or strings, one or many an entry."""

from __future__ import annotations

import numpy as np

from ._cells import BadColumn, parse_integer, parsed
from ._columns import INTEGERS, KINDS, Column
from ._library import lib
from ._values import bitmap, is_list, is_missing, listed_column, plain, sequence, split, unmasked


def _present(array: np.ndarray) -> np.ndarray:
    return np.fromiter((not is_missing(v) for v in array), bool, array.size)


def _keys(array: np.ndarray):
    if array.dtype.kind == "b":
        array = array.view(np.uint8)
    if array.dtype.kind in "iu":
        return plain(array), None
    if array.dtype.kind not in "OSU":
        raise BadColumn(f"integers wanted, found {array.dtype}")
    cells = [None if is_missing(v) else v for v in array.tolist()]
    return parsed(cells, parse_integer, 0, np.uint64), bitmap(_present(array))


def _strings(array: np.ndarray):
    """UTF-8 bytes, offsets and validity. Integers become their decimal text."""
    if array.dtype.kind not in "OSUiu":
        raise BadColumn(f"strings wanted, found {array.dtype}")
    valid = bitmap(_present(array)) if array.dtype.kind == "O" else None
    cells = [b"" if is_missing(v) else _encoded(v, entry) for entry, v in enumerate(array.tolist())]
    offsets = np.zeros(array.size + 1, np.int64)
    np.cumsum(np.fromiter(map(len, cells), np.int64, array.size), out=offsets[1:])
    joined = b"".join(cells)
    return np.frombuffer(joined or b"\0", np.uint8)[: len(joined)], offsets, valid


def _encoded(value, entry: int) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, (float, np.floating, bool, np.bool_)) or np.iterable(value) and not isinstance(value, str):
        raise BadColumn(f"strings wanted, found {value!r}", entry)
    try:
        # surrogateescape: what was no UTF-8 in a file is the same bytes again, and the library counts it.
        return str(value).encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise BadColumn(f"{value!r} is no Unicode text", entry) from None


def _flatten(entries) -> tuple:
    """A list of lists as (values, offsets); None is an empty entry, and so is NaN."""
    lists = [() if is_missing(e) else e if is_list(e) else (e,) for e in map(unmasked, entries)]
    offsets = np.zeros(len(lists) + 1, np.int64)
    np.cumsum([len(e) for e in lists], out=offsets[1:])
    return sequence([v for e in lists for v in e]), offsets


def _ragged(data):
    """(values, row_offsets or None, weights or None) of any sparse form."""
    if isinstance(data, tuple):
        return split(data)
    if not isinstance(data, np.ndarray):
        data = listed_column(data)
    first = next((v for v in data if not is_missing(v)), None) if not _is_typed(data) else None
    if is_list(first):
        return (*_flatten(data), None)
    array = data if isinstance(data, np.ndarray) else sequence(data)
    if array.ndim == 2:
        return array.ravel(), np.arange(len(array) + 1, dtype=np.int64) * array.shape[1], None
    if array.ndim != 1:
        raise BadColumn(f"one or two dimensions wanted, found {array.ndim}")
    return array, None, None


def _is_typed(data) -> bool:
    return isinstance(data, np.ndarray) and data.dtype.kind != "O"


def sparse(data, column: str) -> Column:
    values, row_offsets, weights = _ragged(data)
    value_offsets = None
    try:
        if column == "keys":
            array, valid = _keys(values)
            value_type = INTEGERS[f"{array.dtype.kind}{array.itemsize}"]
        else:
            array, value_offsets, valid = _strings(values)
            value_type = lib.CLENS_TYPE_BYTES
    except BadColumn as problem:
        if problem.entry is not None and row_offsets is not None:
            problem.entry = int(np.searchsorted(row_offsets, problem.entry, side="right")) - 1
        raise
    if value_offsets is not None and row_offsets is not None:  # one width for both offset arrays
        row_offsets = row_offsets.astype(np.int64, copy=False)
    entries = len(values) if row_offsets is None else len(row_offsets) - 1
    if weights is not None and weights.size != len(values):
        raise BadColumn(f"{len(values)} weights wanted, found {weights.size}")
    ragged = row_offsets is not None
    return Column(KINDS[column], entries, array, value_type, value_offsets, row_offsets, weights,
                  validity=None if ragged else valid, value_validity=valid if ragged else None)
