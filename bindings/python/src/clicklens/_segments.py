"""The bytes outside the description: weights and tables, kept as the caller's arrays until written."""

from __future__ import annotations

import os

import numpy as np

from ._arguments import bad, listed, numbers, path_text, whole
from ._library import address, check, check_from, ffi, lib, struct

_PIECE = 1 << 24  # bytes converted and appended at a time


class Floats:
    """A float32 segment. The array is not copied; a np.memmap larger than memory streams through."""

    def __init__(self, array):
        self.array = numbers(array, "weights")
        self.size = self.array.size * 4

    def pieces(self):
        rows = self.array.reshape(len(self.array) if self.array.ndim else 1, -1)
        step = max(1, _PIECE // max(4 * rows.shape[1], 1))
        for begin in range(0, len(rows), step):
            yield np.ascontiguousarray(rows[begin : begin + step], "<f4")


#: Types of table rows, as `Builder.table` and the command line name them; positions are clens_row_type.
ROW_TYPES = ("f32", "f16", "bf16", "int8", "int4")


class Rows:
    """A table of another type than float32, encoded piece by piece by the C library."""

    def __init__(self, array, row_type: str):
        self.array, self._type = numbers(array, "table"), row_type_of(row_type)
        stride = ffi.new("uint64_t *")
        check(lib.clens_table_row_stride(self._type, self.array.shape[1], stride))
        self.stride = int(stride[0])
        self.size = len(self.array) * self.stride

    def pieces(self):
        step = max(1, _PIECE // self.stride)
        for begin in range(0, len(self.array), step):
            rows = np.ascontiguousarray(self.array[begin : begin + step], "<f4")
            made = np.empty((len(rows), self.stride), np.uint8)
            status = lib.clens_table_encode(self._type, address(rows, "float *"), len(rows), rows.shape[1],
                                            self.stride, address(made), made.nbytes)
            if status and begin:
                check_from(status, f"table, rows from {begin} on: ")
            check(status)
            yield made


def row_type_of(name: str) -> int:
    if name not in ROW_TYPES:
        raise bad(f"type must be one of {', '.join(ROW_TYPES)}, not {name!r}")
    return ROW_TYPES.index(name)


class Bytes:
    """Bytes of the C library's, whose owner is kept alive."""

    def __init__(self, owner, pointer, size: int):
        self._owner, self.size = owner, size
        self._view = np.frombuffer(ffi.buffer(pointer, size), np.uint8) if size else np.zeros(0, np.uint8)

    def pieces(self):
        yield self._view


def vocabulary(keys, rows):
    """(64-bit keys?, size, slots, slot segment, text segment or None) of a vocabulary."""
    made = ffi.new("clens_vocabulary **")
    keys = keys if isinstance(keys, np.ndarray) else listed(keys, "keys")
    if rows is not None:
        rows = _rows(rows, len(keys))
    c_rows = ffi.NULL if rows is None else address(rows, "uint32_t *")
    ids = _integers(keys)
    if ids is not None:
        check(lib.clens_vocabulary_create_keys(address(ids, "uint64_t *"), c_rows, ids.size, made))
    else:
        _text, lengths, pointers = _packed(keys)  # the text lives as long as its pointers
        check(lib.clens_vocabulary_create_strings(address(pointers, "char **"), address(lengths, "size_t *"), c_rows,
                                                  len(keys), made))
    owner = ffi.gc(made[0], lib.clens_vocabulary_release)
    info = struct("clens_vocabulary_info")
    check(lib.clens_vocabulary_describe(owner, info))
    strings = None if ids is not None else Bytes(owner, info.text_bytes, info.text_size)
    return ids is not None, info.size, info.slots, Bytes(owner, info.slot_bytes, info.slot_size), strings


def _rows(rows, count: int) -> np.ndarray:
    made = [whole(row, "rows", 0, 2**32 - 1) for row in listed(rows, "rows")]
    if len(made) != count:
        raise bad(f"{count} rows wanted, found {len(made)}")
    return np.array(made, np.uint32)


def _integers(keys):
    """Keys as 64-bit words (two's complement below zero), or None where they are strings."""
    if isinstance(keys, np.ndarray):
        if keys.ndim != 1:
            raise bad(f"keys have one dimension, this array {keys.ndim}")
        if keys.dtype.kind in "iu":
            return np.ascontiguousarray(keys).astype(np.uint64)
        keys = keys.tolist()
    if all(isinstance(key, (str, bytes)) for key in keys):
        return None
    return np.array([whole(key, "keys", -(2**63), 2**64 - 1) & (2**64 - 1) for key in keys], np.uint64)


def _packed(keys):
    cells = [k if isinstance(k, bytes) else k.encode("utf-8", "surrogateescape") for k in keys]
    lengths = np.fromiter(map(len, cells), np.uint64, len(cells))
    text = np.frombuffer(b"".join(cells) + b"\0", np.uint8)
    starts = np.cumsum(lengths, dtype=np.uint64) - lengths
    return text, lengths, starts + np.uint64(text.__array_interface__["data"][0])


def write(path, description: bytes, segments) -> None:
    """Streams a model file; it appears at `path` whole or not at all."""
    made = ffi.new("clens_writer **")
    check(lib.clens_writer_begin(os.fsencode(path_text(path)), description, len(description), ffi.NULL, made))
    writer = made[0]
    try:
        for index, segment in enumerate(segments):
            check(lib.clens_writer_segment(writer, index))
            for piece in segment.pieces():
                check(lib.clens_writer_append(writer, address(piece), piece.nbytes))
        check(lib.clens_writer_finish(writer))
    finally:
        lib.clens_writer_release(writer)
