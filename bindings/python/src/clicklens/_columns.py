"""Host data to the C library's columns: Arrow's layout, copied only where the type must change."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ._cells import BadColumn, parse_float, parse_integer, parsed
from ._library import address, ffi, lib

KINDS = {"keys": lib.CLENS_COLUMN_KEYS, "strings": lib.CLENS_COLUMN_STRINGS, "floats": lib.CLENS_COLUMN_FLOATS}
INTEGERS = {"i1": lib.CLENS_TYPE_I8, "i2": lib.CLENS_TYPE_I16, "i4": lib.CLENS_TYPE_I32, "i8": lib.CLENS_TYPE_I64,
             "u1": lib.CLENS_TYPE_U8, "u2": lib.CLENS_TYPE_U16, "u4": lib.CLENS_TYPE_U32, "u8": lib.CLENS_TYPE_U64}


@dataclass
class Column:
    """One feature's data. The arrays are those the C struct points at: they live as long as it."""

    kind: int
    entries: int
    values: np.ndarray
    value_type: int
    value_offsets: np.ndarray | None = None  # strings
    row_offsets: np.ndarray | None = None  # lists
    weights: np.ndarray | None = None
    validity: np.ndarray | None = None  # bitmap of entries
    value_validity: np.ndarray | None = None  # bitmap of list elements
    first: int = 0
    keep: list = field(default_factory=list)  # whoever owns the memory, where numpy does not

    def entry_lengths(self) -> np.ndarray:
        """Ids of each entry as the caller wrote them."""
        if self.row_offsets is None:
            lengths = np.ones(self.entries, np.int64)
        else:
            lengths = np.diff(self.row_offsets[self.first:self.first + self.entries + 1]).astype(np.int64)
        if self.validity is not None:
            bits = np.unpackbits(self.validity, bitorder="little")[self.first:self.first + self.entries]
            lengths *= bits
        return lengths

    def fill(self, c_column, index: int) -> None:
        c_column.input, c_column.kind, c_column.value_type = index, self.kind, self.value_type
        c_column.first = self.first
        c_column.values, c_column.value_count = address(self.values), self.values.size
        offsets = self.row_offsets if self.row_offsets is not None else self.value_offsets
        c_column.offset_bits = 0 if offsets is None else offsets.itemsize * 8
        for name in ("value_offsets", "row_offsets"):
            array = getattr(self, name)
            setattr(c_column, name, ffi.NULL if array is None else address(array))
        c_column.string_count = 0 if self.value_offsets is None else self.value_offsets.size - 1
        c_column.weights = ffi.NULL if self.weights is None else address(self.weights, "float *")
        for name in ("validity", "value_validity"):
            array = getattr(self, name)
            setattr(c_column, name, ffi.NULL if array is None else address(array, "uint8_t *"))


def _plain(array: np.ndarray) -> np.ndarray:
    """Contiguous, in the machine's byte order, not empty of memory; the same object when it already is."""
    if array.size == 0:
        return np.zeros(1, array.dtype)[:0]
    return np.ascontiguousarray(array, array.dtype.newbyteorder("="))


def bitmap(valid: np.ndarray) -> np.ndarray | None:
    return None if valid.all() else np.packbits(valid, bitorder="little")


def _present(array: np.ndarray) -> np.ndarray:
    return np.fromiter((v is not None for v in array), bool, array.size)


def _keys(array: np.ndarray):
    if array.dtype.kind == "b":
        array = array.view(np.uint8)
    if array.dtype.kind in "iu":
        return _plain(array), None
    if array.dtype.kind not in "OSU":
        raise BadColumn(f"integers wanted, found {array.dtype}")
    return parsed(array.tolist(), parse_integer, 0, np.uint64), bitmap(_present(array))


def _strings(array: np.ndarray):
    """UTF-8 bytes, offsets and validity. Numbers become their decimal text."""
    if array.dtype.kind == "f":
        raise BadColumn("strings wanted, found floating-point numbers")
    valid = None
    if array.dtype.kind == "O":
        valid = bitmap(_present(array))
        cells = [b"" if v is None else _encoded(v) for v in array]
    elif array.dtype.kind == "S":
        cells = array.tolist()
    else:
        cells = [_encoded(v) for v in array.tolist()]
    offsets = np.zeros(array.size + 1, np.int64)
    np.cumsum(np.fromiter(map(len, cells), np.int64, array.size), out=offsets[1:])
    joined = b"".join(cells)
    return np.frombuffer(joined or b"\0", np.uint8)[: len(joined)], offsets, valid


def _encoded(value) -> bytes:
    # surrogateescape: what was no UTF-8 in a file is the same bytes again, and the library counts it.
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")


def _floats(array: np.ndarray) -> np.ndarray:
    if array.dtype.kind in "fiub":
        return _plain(array.astype(np.float32, copy=False))
    if array.dtype.kind not in "OSU":
        raise BadColumn(f"numbers wanted, found {array.dtype}")
    flat = parsed(array.ravel().tolist(), parse_float, float("nan"), np.float64)
    with np.errstate(over="ignore"):
        return flat.astype(np.float32).reshape(array.shape)


def _dense(data, width: int) -> Column:
    if isinstance(data, tuple):
        return _rectangle(data, width)
    given = np.asarray(data)
    array = _floats(given)
    if array.ndim == 1 and width == 1:
        array = array.reshape(-1, 1)
    if array.ndim != 2 or array.shape[1] != width:
        raise BadColumn(f"{width} floats an entry wanted, shape is {np.shape(data)}")
    valid = bitmap(_present(given.ravel())) if given.dtype.kind == "O" and width == 1 else None
    return Column(KINDS["floats"], len(array), array, lib.CLENS_TYPE_F32, validity=valid)


def _rectangle(ragged, width: int) -> Column:
    """A ragged dense column (cells of a file) as a matrix; empty entries are missing."""
    values, offsets = _floats(np.asarray(ragged[0])), np.asarray(ragged[1])
    lengths = np.diff(offsets)
    wrong = (lengths != width) & (lengths != 0)
    if wrong.any():
        entry = int(np.argmax(wrong))
        raise BadColumn(f"{width} floats an entry wanted, found {lengths[entry]}", entry)
    matrix = np.zeros((len(lengths), width), np.float32)
    matrix[lengths != 0] = values[offsets[0] : offsets[-1]].reshape(-1, width)
    return Column(KINDS["floats"], len(matrix), matrix, lib.CLENS_TYPE_F32, validity=bitmap(lengths != 0))


def _is_list(value) -> bool:
    return isinstance(value, (list, tuple, np.ndarray))


def _flatten(entries) -> tuple:
    """A list of lists as (values, offsets); None is an empty entry."""
    lists = [() if e is None else e if _is_list(e) else (e,) for e in entries]
    offsets = np.zeros(len(lists) + 1, np.int64)
    np.cumsum([len(e) for e in lists], out=offsets[1:])
    flat = [v for e in lists for v in e]
    return (np.array(flat) if flat else np.zeros(0, np.int64)), offsets


def _ragged(data):
    """(values, row_offsets or None, weights or None) of any sparse form."""
    if isinstance(data, tuple):
        if len(data) not in (2, 3):
            raise BadColumn("a tuple must be (values, offsets) or (values, offsets, weights)")
        offsets = np.asarray(data[1])
        if offsets.dtype not in (np.int32, np.int64):
            offsets = offsets.astype(np.int64)
        if offsets.ndim != 1 or offsets.size == 0:
            raise BadColumn("offsets must be one-dimensional, with one more element than entries")
        weights = None if len(data) == 2 or data[2] is None else _plain(np.asarray(data[2], np.float32))
        return np.asarray(data[0]), _plain(offsets), weights
    if not isinstance(data, np.ndarray):
        data = list(data)
    first = next((v for v in data if v is not None), None) if not _is_typed(data) else None
    if _is_list(first):
        return (*_flatten(data), None)
    array = data if isinstance(data, np.ndarray) else _sequence(data)
    if array.ndim == 2:
        return array.ravel(), np.arange(len(array) + 1, dtype=np.int64) * array.shape[1], None
    if array.ndim != 1:
        raise BadColumn(f"one or two dimensions wanted, found {array.ndim}")
    return array, None, None


def _is_typed(data) -> bool:
    return isinstance(data, np.ndarray) and data.dtype.kind != "O"


def _sequence(data: list) -> np.ndarray:
    if any(v is None for v in data) or any(isinstance(v, bytes) for v in data):
        made = np.empty(len(data), object)
        made[:] = data
        return made
    return np.array(data) if data else np.zeros(0, np.int64)


def _sparse(data, column: str) -> Column:
    values, row_offsets, weights = _ragged(data)
    value_offsets = None
    if column == "keys":
        try:
            array, valid = _keys(values)
        except BadColumn as problem:
            if problem.entry is not None and row_offsets is not None:
                problem.entry = int(np.searchsorted(row_offsets, problem.entry, side="right")) - 1
            raise
        value_type = INTEGERS[f"{array.dtype.kind}{array.itemsize}"]
    else:
        array, value_offsets, valid = _strings(values)
        value_type = lib.CLENS_TYPE_BYTES
        if row_offsets is not None:  # one width for both offset arrays
            row_offsets = row_offsets.astype(np.int64, copy=False)
    entries = len(values) if row_offsets is None else len(row_offsets) - 1
    if weights is not None and weights.size != len(values):
        raise BadColumn(f"{len(values)} weights wanted, found {weights.size}")
    ragged = row_offsets is not None
    return Column(KINDS[column], entries, array, value_type, value_offsets, row_offsets, weights,
                  validity=None if ragged else valid, value_validity=valid if ragged else None)


def prepare(feature, data) -> Column:
    """Data for one feature of a model. BadColumn says what is wrong."""
    from . import _arrow  # it needs this module's classes

    if _arrow.is_arrow(data):
        return _arrow.prepare(feature, data)
    return _dense(data, feature.width) if feature.dense else _sparse(data, feature.column)
