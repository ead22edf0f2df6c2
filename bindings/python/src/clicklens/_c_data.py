"""Arrow's C Data Interface through PyCapsules, with ctypes alone: whoever made the data need not be imported.

Structs: https://arrow.apache.org/docs/format/CDataInterface.html and CStreamInterface.html. Capsules own what they hold
and release it when they go; what a stream hands out is ours, and released with the last `Owner` of it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from ctypes import POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ._library import Error, Status


class CSchema(Structure):
    pass


CSchema._fields_ = [("format", c_char_p), ("name", c_char_p), ("metadata", c_void_p), ("flags", c_int64),
                    ("n_children", c_int64), ("children", POINTER(POINTER(CSchema))), ("dictionary", POINTER(CSchema)),
                    ("release", c_void_p), ("private_data", c_void_p)]


class CArray(Structure):
    pass


CArray._fields_ = [("length", c_int64), ("null_count", c_int64), ("offset", c_int64), ("n_buffers", c_int64),
                   ("n_children", c_int64), ("buffers", POINTER(c_void_p)), ("children", POINTER(POINTER(CArray))),
                   ("dictionary", POINTER(CArray)), ("release", c_void_p), ("private_data", c_void_p)]


class CStream(Structure):
    _fields_ = [("get_schema", c_void_p), ("get_next", c_void_p), ("get_last_error", c_void_p), ("release", c_void_p),
                ("private_data", c_void_p)]


_RELEASE = ctypes.CFUNCTYPE(None, c_void_p)
_GET = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)
_LAST_ERROR = ctypes.CFUNCTYPE(c_char_p, c_void_p)
_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype, _pointer.argtypes = c_void_p, [ctypes.py_object, c_char_p]


class Owner:
    """A struct of ours, released with this object."""

    def __init__(self, made: CSchema | CArray):
        self.struct = made

    def __del__(self) -> None:
        if self.struct.release:
            _RELEASE(self.struct.release)(ctypes.addressof(self.struct))


@dataclass
class ArrowArray:
    """An array that was imported: its schema, its memory, and what keeps both."""

    schema: CSchema
    array: CArray
    keep: tuple[object, ...]
    skipped: int = 0           # entries of the array before the first of these
    count: int | None = None   # None: all that follow

    @property
    def format(self) -> str:
        return self.schema.format.decode()

    @property
    def offset(self) -> int:
        """Place of the first entry in the buffers."""
        return self.array.offset + self.skipped

    def __len__(self) -> int:
        return self.array.length - self.skipped if self.count is None else self.count

    def slice(self, begin: int, count: int) -> ArrowArray:
        return replace(self, skipped=self.skipped + begin, count=count)

    @property
    def dictionary(self) -> ArrowArray | None:
        if not self.schema.dictionary:
            return None
        return ArrowArray(self.schema.dictionary.contents, self.array.dictionary.contents, self.keep)

    def child(self, index: int) -> ArrowArray:
        """All of a child, whichever entries these are."""
        return ArrowArray(self.schema.children[index].contents, self.array.children[index].contents, self.keep)

    def field(self, index: int) -> ArrowArray:
        """A struct's field at these entries."""
        return self.child(index).slice(self.offset, len(self))

    @property
    def names(self) -> list[str]:
        children = self.schema.children
        return [(children[i].contents.name or b"").decode() for i in range(self.schema.n_children)]

    def view(self, index: int, count: int, dtype: Any) -> np.ndarray:
        """The first elements of a buffer; without a buffer there are none."""
        dtype = np.dtype(dtype)
        address = self.array.buffers[index] if index < self.array.n_buffers else None
        if not address or count <= 0:
            return np.zeros(1, dtype)[:0]
        return np.frombuffer((ctypes.c_char * (count * dtype.itemsize)).from_address(address), dtype)

    def validity(self) -> np.ndarray | None:
        """The bitmap from the buffer's beginning; None: all present."""
        if self.array.null_count == 0 or self.array.n_buffers == 0 or not self.array.buffers[0]:
            return None
        return self.view(0, (self.offset + len(self) + 7) // 8, np.uint8)

    def is_valid(self) -> np.ndarray:
        """Which entries are present, bool [len]."""
        bits = self.validity()
        if bits is None:
            return np.ones(len(self), bool)
        return np.unpackbits(bits, bitorder="little")[self.offset : self.offset + len(self)].astype(bool)


def _empty(schema: CSchema) -> CArray:
    made = CArray()
    made.n_children = schema.n_children
    made.children = (POINTER(CArray) * max(schema.n_children, 1))(
        *(ctypes.pointer(_empty(schema.children[i].contents)) for i in range(schema.n_children)))
    if schema.dictionary:
        made.dictionary = ctypes.pointer(_empty(schema.dictionary.contents))
    return made


def has_array(data: object) -> bool:
    return hasattr(data, "__arrow_c_array__")


def has_stream(data: object) -> bool:
    return hasattr(data, "__arrow_c_stream__")


def import_array(data: Any) -> ArrowArray:
    """Of an object with `__arrow_c_array__`."""
    schema, array = data.__arrow_c_array__()
    return ArrowArray(CSchema.from_address(_pointer(schema, b"arrow_schema")),
                      CArray.from_address(_pointer(array, b"arrow_array")), (schema, array))


class ImportedStream:
    """Of an object with `__arrow_c_stream__`: its schema at once, its arrays one at a time."""

    def __init__(self, data: Any):
        self._capsule = data.__arrow_c_stream__()
        self._stream = CStream.from_address(_pointer(self._capsule, b"arrow_array_stream"))
        self._schema = Owner(CSchema())
        self._get(self._stream.get_schema, self._schema.struct)

    @property
    def names(self) -> list[str]:
        return ArrowArray(self._schema.struct, CArray(), ()).names

    @property
    def format(self) -> str:
        return self._schema.struct.format.decode()

    def __iter__(self) -> Iterator[ArrowArray]:
        while True:
            owner = Owner(CArray())
            self._get(self._stream.get_next, owner.struct)
            if not owner.struct.release:
                return
            yield ArrowArray(self._schema.struct, owner.struct, (self._schema, owner))

    def empty(self) -> ArrowArray:
        """An array of its type without entries."""
        return ArrowArray(self._schema.struct, _empty(self._schema.struct), (self._schema,))

    def _get(self, function: int, into: Structure) -> None:
        stream = ctypes.addressof(self._stream)
        status = _GET(function)(stream, ctypes.addressof(into))
        if status:
            said = _LAST_ERROR(self._stream.get_last_error)(stream) or b"no message"
            raise Error(Status.IO, f"Arrow stream: {said.decode('utf-8', 'replace')} (errno {status})")
