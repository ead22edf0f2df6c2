"""Arrow arrays as columns, by their buffers: nothing is copied when the type is one the library reads."""

from __future__ import annotations

import numpy as np

from ._arrow_text import gather, text_of
from ._c_data import ArrowArray
from ._cells import BadColumn
from ._columns import INTEGERS, KINDS, Column
from ._library import lib
from ._sparse import sparse
from ._values import bitmap, floats

_NUMBERS = {"c": "i1", "C": "u1", "s": "i2", "S": "u2", "i": "i4", "I": "u4", "l": "i8", "L": "u8", "e": "f2", "f": "f4",
            "g": "f8"}
_NAMES = {"c": "int8", "C": "uint8", "s": "int16", "S": "uint16", "i": "int32", "I": "uint32", "l": "int64",
          "L": "uint64", "e": "float16", "f": "float32", "g": "float64", "u": "string", "U": "large_string", "z": "binary",
          "Z": "large_binary", "vu": "string_view", "vz": "binary_view", "b": "bool", "n": "null", "+l": "list",
          "+L": "large_list", "+s": "struct", "+m": "map", "tdD": "date32", "tdm": "date64"}
_LISTS = {"+l": np.int32, "+L": np.int64, "+m": np.int32}


def column_of(feature, array: ArrowArray) -> Column:
    """A feature's column, from entries of an array."""
    if feature.dense:
        return _dense(feature, array)
    column = _list(feature, array) if _is_list(array) else _leaf(feature, array)
    column.keep.append(array)
    return column


def _is_list(array: ArrowArray) -> bool:
    return array.format in _LISTS or array.format.startswith("+w:")


def _name(array: ArrowArray) -> str:
    if array.format.startswith("ts"):
        return "timestamp"
    return f"list of {array.format[3:]}" if array.format.startswith("+w:") else _NAMES.get(array.format, array.format)


def numbers_of(array: ArrowArray, wanted: str = "numbers") -> tuple[np.ndarray, np.ndarray]:
    """Entries as an array of numbers, and which of them are present; a view where no bits or dictionaries are in the way."""
    if array.dictionary is not None:
        values, present = numbers_of(array.dictionary, wanted)
        index, valid = _indices(array)
        if len(values) == 0:  # and no index
            return np.zeros(len(array), np.int64), np.zeros(len(array), bool)
        return values[index], valid & present[index]
    if array.format == "n":
        return np.zeros(len(array), np.int64), np.zeros(len(array), bool)
    if array.format == "b":
        bits = array.view(1, (array.offset + len(array) + 7) // 8, np.uint8)
        return np.unpackbits(bits, bitorder="little")[array.offset : array.offset + len(array)], array.is_valid()
    if array.format not in _NUMBERS:
        raise BadColumn(f"{wanted} wanted, the Arrow array holds {_name(array)}")
    return array.view(1, array.offset + len(array), _NUMBERS[array.format])[array.offset :], array.is_valid()


def _indices(array: ArrowArray) -> tuple[np.ndarray, np.ndarray]:
    """Places in the dictionary, 0 where there is none. BadColumn: a place that it has not."""
    valid, count = array.is_valid(), len(array.dictionary)
    index = array.view(1, array.offset + len(array), _NUMBERS[array.format])[array.offset :]
    outside = valid & ((index < 0) | (index >= count))
    if outside.any():
        entry = int(np.argmax(outside))
        raise BadColumn(f"index {index[entry]} of a dictionary of {count} values", entry)
    return np.where(valid, index, 0).astype(np.int64), valid


def _leaf(feature, array: ArrowArray) -> Column:
    """One value an entry."""
    is_text = feature.column == "strings"
    if array.dictionary is None and array.format != "n":
        if not is_text and _NUMBERS.get(array.format, "f")[0] != "f":
            values = array.view(1, array.offset + len(array), _NUMBERS[array.format])
            return Column(KINDS["keys"], len(array), values, INTEGERS[_NUMBERS[array.format]], validity=array.validity(),
                          first=array.offset)
        if is_text and array.format in ("u", "U", "z", "Z"):
            offsets = array.view(1, array.offset + len(array) + 1, np.int32 if array.format in "uz" else np.int64)
            text = array.view(2, int(offsets[-1]) if len(offsets) else 0, np.uint8)
            return Column(KINDS["strings"], len(array), text, lib.CLENS_TYPE_BYTES,
                          offsets if len(offsets) else np.zeros(array.offset + 1, np.int32), validity=array.validity(),
                          first=array.offset)
    return _strings(array) if is_text else _keys(array)


def _keys(array: ArrowArray) -> Column:
    values, present = numbers_of(array, "integers")
    if values.dtype.kind == "f":
        raise BadColumn(f"integers wanted, the Arrow array holds {_name(array.dictionary or array)}")
    values = np.ascontiguousarray(values) if len(values) else np.zeros(1, values.dtype)[:0]
    return Column(KINDS["keys"], len(array), values, INTEGERS[f"{values.dtype.kind}{values.itemsize}"],
                  validity=bitmap(present))


def _strings(array: ArrowArray) -> Column:
    source, index, valid = array, None, array.is_valid()
    if array.dictionary is not None:
        source = array.dictionary
        index, valid = _indices(array)
        if len(source):
            valid &= source.is_valid()[index]
        else:
            valid[:] = False
    if source.format in _NUMBERS or source.format == "n":  # integers are their decimal text
        values, present = numbers_of(array, "strings")
        if values.dtype.kind == "f":
            raise BadColumn(f"strings wanted, the Arrow array holds {_name(source)}")
        column = sparse(values, "strings")
        column.validity = bitmap(present)
        return column
    text = text_of(source)
    if text is None:
        raise BadColumn(f"strings wanted, the Arrow array holds {_name(source)}")
    data, starts, lengths = text
    if index is not None:
        starts, lengths = (starts[index], lengths[index]) if len(source) else (index, index * 0)
    values, offsets = gather(data, starts, np.where(valid, lengths, 0))
    return Column(KINDS["strings"], len(array), values, lib.CLENS_TYPE_BYTES, offsets, validity=bitmap(valid))


def _row_offsets(array: ArrowArray) -> tuple[np.ndarray, int]:
    """Where lists begin and end in their child, and the place of the first list in that."""
    if array.format.startswith("+w:"):
        width = int(array.format[3:])
        return (array.offset + np.arange(len(array) + 1, dtype=np.int64)) * width, 0
    dtype = _LISTS[array.format]
    offsets = array.view(1, array.offset + len(array) + 1, dtype)
    return (offsets, array.offset) if len(offsets) else (np.zeros(array.offset + 1, dtype), array.offset)


def _list(feature, array: ArrowArray) -> Column:
    offsets, first = _row_offsets(array)
    low, high = int(offsets[first]), int(offsets[first + len(array)])
    child = array.child(0).slice(low, high - low)
    pairs = child.format == "+s"
    if pairs and (child.schema.n_children != 2 or not child.is_valid().all()):
        raise BadColumn("lists of pairs (id, weight) wanted, none of them null")
    try:
        column = _leaf(feature, child.field(0) if pairs else child)
        weights, present = numbers_of(child.field(1), "weights") if pairs else (None, None)
    except BadColumn as problem:
        if problem.entry is not None:  # of the elements
            problem.entry = int(np.searchsorted(offsets[first:], low + problem.entry, side="right")) - 1
        raise
    if pairs:
        if not present.all():
            raise BadColumn("a weight is null")
        column.weights = np.append(np.zeros(column.first, np.float32), floats(weights))
    if column.first != low:  # the C layout has no slice offset for list elements
        offsets = offsets.astype(np.int64) + (column.first - low)
    if column.value_offsets is not None and column.value_offsets.dtype != offsets.dtype:
        offsets = offsets.astype(np.int64, copy=False)  # one width for both
        column.value_offsets = column.value_offsets.astype(np.int64, copy=False)
    column.value_validity, column.validity = column.validity, array.validity()
    column.row_offsets, column.first, column.entries = offsets, first, len(array)
    if first == 0 and array.offset and column.validity is not None:
        column.validity = bitmap(array.is_valid())
    return column


def _dense(feature, array: ArrowArray) -> Column:
    width = feature.width
    if _is_list(array):
        return _dense_lists(width, array)
    if width != 1:
        raise BadColumn(f"{width} floats an entry wanted, the Arrow array holds {_name(array)}")
    if array.format == "f" and array.dictionary is None:
        values = array.view(1, array.offset + len(array), np.float32)
        return Column(KINDS["floats"], len(array), values, lib.CLENS_TYPE_F32, validity=array.validity(),
                      first=array.offset, keep=[array])
    values, present = numbers_of(array)
    return Column(KINDS["floats"], len(array), floats(values), lib.CLENS_TYPE_F32, validity=bitmap(present))


def _dense_lists(width: int, array: ArrowArray) -> Column:
    """Rows of floats; an empty list is a missing entry."""
    offsets, first = _row_offsets(array)
    lengths = np.where(array.is_valid(), np.diff(offsets[first:]), 0)
    wrong = (lengths != width) & (lengths != 0)
    if wrong.any():
        entry = int(np.argmax(wrong))
        raise BadColumn(f"{width} floats an entry wanted, the Arrow list has {lengths[entry]}", entry)
    fixed, child = array.format.startswith("+w:"), array.child(0)
    if fixed and child.format == "f" and child.validity() is None:
        values = child.view(1, child.offset + len(child), np.float32)[child.offset :]
        return Column(KINDS["floats"], len(array), values, lib.CLENS_TYPE_F32, validity=array.validity(),
                      first=array.offset, keep=[array])
    low, high = int(offsets[first]), int(offsets[first + len(array)])
    values, present = numbers_of(child.slice(low, high - low))
    picks = (offsets[first:-1][lengths != 0].astype(np.int64) - low)[:, None] + np.arange(width)
    matrix, known = np.zeros((len(array), width), np.float32), np.ones((len(array), width), bool)
    matrix[lengths != 0], known[lengths != 0] = floats(values)[picks], present[picks]
    return Column(KINDS["floats"], len(array), matrix, lib.CLENS_TYPE_F32, validity=bitmap(lengths != 0),
                  value_validity=bitmap(known.ravel()))
