"""Lists and arrays of values as NumPy arrays that say the same."""

from __future__ import annotations

import numpy as np

from ._cells import BadColumn, parse_float, parsed


def plain(array: np.ndarray) -> np.ndarray:
    """Contiguous, in the machine's byte order, not empty of memory; the same object when it already is."""
    if array.size == 0:
        return np.zeros(1, array.dtype)[:0]
    return np.ascontiguousarray(array, array.dtype.newbyteorder("="))


def bitmap(valid: np.ndarray) -> np.ndarray | None:
    return None if valid.all() else np.packbits(valid, bitorder="little")


def is_missing(value) -> bool:
    """None, and the NaN that stands for it where a table of objects came from elsewhere."""
    return value is None or (isinstance(value, (float, np.floating)) and value != value)


def unmasked(data):
    """NumPy's masked arrays with None where the mask is set; all else as it is."""
    if not isinstance(data, np.ma.MaskedArray):
        return data
    if data is np.ma.masked:  # an element of one
        return None
    if not np.ma.getmaskarray(data).any():
        return np.ma.getdata(data)
    made = np.ma.getdata(data)
    made = (made.view(np.uint8) if made.dtype.kind == "b" else made).astype(object)
    made[np.ma.getmaskarray(data)] = None
    return made


def is_list(value) -> bool:
    return isinstance(value, (list, tuple, np.ndarray))


def listed_column(data) -> list:
    """The entries of anything that can be gone through in order."""
    if isinstance(data, (str, bytes, dict, set, frozenset)) or not np.iterable(data):
        raise BadColumn(f"an array or a list wanted, found {type(data).__name__}")
    return list(data)


def sequence(data: list) -> np.ndarray:
    """An array that says what the list says: NumPy would make text of a NaN among strings, and floats of
    integers beside one."""
    kinds = set(map(type, data))
    if kinds <= {str} or kinds <= {int} or kinds <= {float} and not any(map(is_missing, data)) or \
            all(issubclass(kind, np.generic) for kind in kinds) and len(kinds) == 1:
        made = np.array(data) if data else np.zeros(0, np.int64)
        if not (kinds == {int} and made.dtype.kind == "f"):  # integers of no common 64-bit type
            return made
    made = np.empty(len(data), object)
    for entry, value in enumerate(data):
        made[entry] = None if value is np.ma.masked else value
    return made


def floats(array: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        if array.dtype.kind in "fiub":
            return plain(array.astype(np.float32, copy=False))
        if array.dtype.kind not in "OSU":
            raise BadColumn(f"numbers wanted, found {array.dtype}")
        flat = parsed(array.ravel().tolist(), parse_float, float("nan"), np.float64)
        return flat.astype(np.float32).reshape(array.shape)


def split(data: tuple):
    """(values, offsets, weights or None) of the caller's tuple."""
    if len(data) not in (2, 3):
        raise BadColumn("a tuple must be (values, offsets) or (values, offsets, weights)")
    for part, what in zip(data[1:], ("offsets", "weights")):
        if isinstance(part, np.ma.MaskedArray) and np.ma.getmaskarray(part).any():
            raise BadColumn(f"{what} are masked: none of them may be missing")
    values = unmasked(data[0]) if isinstance(data[0], np.ndarray) else sequence(listed_column(data[0]))
    offsets = np.asarray(data[1])
    if offsets.ndim != 1 or offsets.size == 0 or offsets.dtype.kind not in "iu":
        raise BadColumn("offsets must be one-dimensional integers, with one more element than entries")
    if values.ndim != 1:
        raise BadColumn(f"one-dimensional values wanted, found {values.ndim} dimensions")
    if offsets.dtype not in (np.int32, np.int64):
        offsets = offsets.astype(np.int64)
    weights = None
    if len(data) == 3 and data[2] is not None:
        weights = plain(floats(np.asarray(data[2])))
    return values, plain(offsets), weights
