"""Arrow arrays as columns, by their buffers: nothing is copied when the type is one the library reads."""

from __future__ import annotations

import sys

import numpy as np

from ._cells import BadColumn
from ._columns import INTEGERS, KINDS, Column
from ._library import lib


def is_arrow(data) -> bool:
    arrow = sys.modules.get("pyarrow")  # a caller with Arrow arrays has imported it
    return arrow is not None and isinstance(data, (arrow.Array, arrow.ChunkedArray))


def prepare(feature, data) -> Column:
    array = _readable(feature, _single(data))
    kind = _arrow().types
    if feature.dense:
        return _dense(feature, array)
    if kind.is_list(array.type) or kind.is_large_list(array.type):
        return _list(feature, array)
    column = _leaf(feature, array)
    column.validity = _bits(array.buffers()[0])
    column.first, column.entries = array.offset, len(array)
    return column


def _arrow():
    import pyarrow

    return pyarrow


def _view(buffer, dtype) -> np.ndarray:
    if buffer is None or buffer.size == 0:
        return np.zeros(1, dtype)[:0]
    return np.frombuffer(buffer, dtype)


def _bits(buffer):
    return None if buffer is None else _view(buffer, np.uint8)


def _single(array):
    pa = _arrow()
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
        if isinstance(array, pa.ChunkedArray):  # older versions leave a chunked array of one or none
            array = array.chunk(0) if array.num_chunks else pa.array([], array.type)
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _readable(feature, array):
    """Casts what the library cannot read as it stands: doubles, and integers where strings are wanted."""
    pa = _arrow()
    kind = array.type
    if feature.dense:
        fixed = pa.types.is_fixed_size_list(kind)
        wanted = pa.list_(pa.float32(), kind.list_size) if fixed else pa.float32()
    elif feature.column == "strings" and pa.types.is_integer(kind):
        wanted = pa.string()
    elif feature.column == "strings" and pa.types.is_list(kind) and pa.types.is_integer(kind.value_type):
        wanted = pa.list_(pa.string())
    else:
        return array
    try:
        return array if kind.equals(wanted) else array.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as problem:
        raise BadColumn(str(problem)) from None


def _dense(feature, array) -> Column:
    fixed = _arrow().types.is_fixed_size_list(array.type)
    width = array.type.list_size if fixed else 1
    if width != feature.width:
        raise BadColumn(f"{feature.width} floats an entry wanted, the Arrow list has {width}")
    leaf = array.values if fixed else array
    values = _view(leaf.buffers()[1], np.float32)
    # The child of a fixed-size list has an offset of its own, in floats, besides the list's in entries.
    values = values[leaf.offset:] if fixed else values
    return Column(KINDS["floats"], len(array), values, lib.CLENS_TYPE_F32, validity=_bits(array.buffers()[0]),
                  first=array.offset, keep=[array])


def _leaf(feature, array) -> Column:
    """One value an element, buffers from their beginning; `first` and `entries` are the caller's to set."""
    types, kind = _arrow().types, array.type
    if feature.column == "keys":
        if not types.is_integer(kind):
            raise BadColumn(f"integers wanted, the Arrow array holds {kind}")
        dtype = np.dtype(str(kind))  # "int32": the same names
        values = _view(array.buffers()[1], dtype)
        return Column(KINDS["keys"], 0, values, INTEGERS[f"{dtype.kind}{dtype.itemsize}"], keep=[array])
    large = types.is_large_string(kind) or types.is_large_binary(kind)
    if not (large or types.is_string(kind) or types.is_binary(kind)):
        raise BadColumn(f"strings wanted, the Arrow array holds {kind}")
    _, offsets, text = array.buffers()
    found = _view(offsets, np.int64 if large else np.int32)
    return Column(KINDS["strings"], 0, _view(text, np.uint8), lib.CLENS_TYPE_BYTES,
                  found[: array.offset + len(array) + 1], keep=[array])


def _list(feature, array) -> Column:
    buffers, child = array.buffers(), array.values
    column = _leaf(feature, child)
    large = _arrow().types.is_large_list(array.type)
    offsets = _view(buffers[1], np.int64 if large else np.int32)[: array.offset + len(array) + 1]
    if child.offset:  # the C layout has no slice offset for list elements
        offsets = offsets + np.asarray(child.offset, offsets.dtype)
    if column.value_offsets is not None and column.value_offsets.dtype != offsets.dtype:
        offsets = offsets.astype(np.int64)  # one width for both
        column.value_offsets = column.value_offsets.astype(np.int64)
    column.row_offsets, column.first, column.entries = offsets, array.offset, len(array)
    column.validity, column.value_validity = _bits(buffers[0]), _bits(child.buffers()[0])
    column.keep.append(array)
    return column
