"""Arrow's text, in whichever of its layouts, by where each entry's bytes lie."""

from __future__ import annotations

import numpy as np

from ._c_data import ArrowArray

_VIEW = np.dtype([("length", "<i4"), ("inline", "u1", 4), ("buffer", "<i4"), ("begin", "<i4")])
_INLINE = 12  # bytes that a view holds itself


def text_of(array: ArrowArray) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """(bytes, where each entry begins in them, its length); None: the array holds no text."""
    if array.format in ("vu", "vz"):
        return _views(array)
    if array.format not in ("u", "U", "z", "Z"):
        return None
    dtype = np.int32 if array.format in "uz" else np.int64
    offsets = array.view(1, array.offset + len(array) + 1, dtype)[array.offset :].astype(np.int64)
    if len(offsets) == 0:
        offsets = np.zeros(1, np.int64)
    return array.view(2, int(offsets[-1]), np.uint8), offsets[:-1], np.diff(offsets)


def _views(array: ArrowArray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    views = array.view(1, array.offset + len(array), _VIEW)[array.offset :]
    count = max(array.array.n_buffers - 3, 0)  # validity, views, data buffers, and the sizes of those
    sizes = array.view(array.array.n_buffers - 1, count, np.int64)
    lengths = np.where(array.is_valid(), views["length"], 0).astype(np.int64)
    outside = lengths > _INLINE
    # The views' own bytes first, then the data buffers that any of them points into.
    used = np.unique(views["buffer"][outside])
    pieces, base = [np.frombuffer(views.tobytes(), np.uint8)], np.zeros(count + 1, np.int64)
    for buffer in used.tolist():
        base[buffer] = sum(map(len, pieces))
        pieces.append(array.view(2 + buffer, int(sizes[buffer]), np.uint8))
    starts = np.arange(len(views), dtype=np.int64) * _VIEW.itemsize + 4
    starts[outside] = base[views["buffer"][outside]] + views["begin"][outside]
    return np.concatenate(pieces), starts, lengths


def gather(data: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(bytes, offsets) of the entries behind one another."""
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    places = np.arange(offsets[-1], dtype=np.int64) + np.repeat(starts - offsets[:-1], lengths)
    return (data[places] if len(places) else np.zeros(1, np.uint8)[:0]), offsets
