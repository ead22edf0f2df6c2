"""The C library: loading it, its errors, and small helpers over cffi."""

from __future__ import annotations

import os
from enum import IntEnum
from pathlib import Path

import numpy as np

from ._ffi import ffi


def _load():
    # A host may bring its own build (sanitizers, another allocator) of the same version.
    path = os.environ.get("CLICKLENS_LIBRARY") or str(Path(__file__).with_name("libclicklens.so"))
    return ffi.dlopen(path)


lib = _load()

class Status(IntEnum):
    """What a failed call says: the pinned values of clens_status."""

    OK = 0
    INVALID_ARGUMENT = 100
    BAD_STATE = 101
    BUFFER_TOO_SMALL = 102
    NOT_FOUND = 103
    STALE = 104
    BAD_FILE = 200
    CHECKSUM_MISMATCH = 201
    UNKNOWN_REQUIREMENT = 202
    LIMIT_EXCEEDED = 203
    BAD_BATCH = 300
    BAD_VALUE = 301
    OUT_OF_MEMORY = 400
    IO = 401
    UNSUPPORTED = 500
    UNSUPPORTED_ISA = 501
    INTERNAL = 900


class Error(Exception):
    """A call failed. `status` is a `Status` (an int, where a newer library has more), `message` says what is wrong."""

    def __init__(self, status: int, message: str):
        self.status = Status(status) if status in list(map(int, Status)) else status
        self.message = message
        name = self.status.name if isinstance(self.status, Status) else str(status)
        super().__init__(f"{name}: {message}")

    def __reduce__(self):
        return (Error, (int(self.status), self.message))


def _message(read) -> str:
    length = read(ffi.NULL, 0)
    buffer = ffi.new("char[]", length + 1)
    read(buffer, length + 1)
    return ffi.string(buffer).decode("utf-8", "replace")


def check(status: int) -> None:
    """Raises the thread's last error unless `status` is OK."""
    if status:
        raise Error(status, _message(lib.clens_last_error))


def check_from(status: int, place: str) -> None:
    """As check, with where it happened before the message."""
    if status:
        raise Error(status, place + _message(lib.clens_last_error))


def check_session(session, status: int) -> None:
    """Raises the session's last error unless `status` is OK."""
    if status:
        text = _message(lambda buffer, n: lib.clens_session_error(session, buffer, n))
        raise Error(status, text or _message(lib.clens_last_error))


def struct(name: str):
    """A zeroed C struct with its struct_size set: what the _INIT macros do."""
    made = ffi.new(f"{name} *")
    made.struct_size = ffi.sizeof(name)
    return made


def choice(table, name, argument: str):
    """The named entry of a table of constants."""
    if not isinstance(name, str) or name not in table:
        raise Error(Status.INVALID_ARGUMENT, f"{argument} must be one of {', '.join(map(repr, table))}, not {name!r}")
    return table[name]


def address(array: np.ndarray, ctype: str = "void *"):
    """The array's memory; the caller keeps the array alive."""
    return ffi.cast(ctype, ffi.from_buffer(array))  # a fifth of what __array_interface__ takes


def text(pointer) -> str:
    return ffi.string(pointer).decode("utf-8") if pointer else ""


def version() -> str:
    """Version of the C library."""
    return text(lib.clens_version_string())


def isa() -> str:
    """The instruction set in force: avx512, avx2, neon or scalar. CLICKLENS_ISA overrides the choice."""
    name = ffi.new("const char **")
    check(lib.clens_isa(name))
    return text(name[0])


def supported_isas() -> list[str]:
    """The instruction sets this machine can run, best first."""
    return [name for name in text(lib.clens_supported_isas()).split(",") if name]
