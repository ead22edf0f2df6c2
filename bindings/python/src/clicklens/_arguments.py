"""Arguments of any Python type to what C takes: what does not fit is an Error that names the argument."""

from __future__ import annotations

import operator
import os

import numpy as np

from ._library import Error, Status


def bad(message: str) -> Error:
    return Error(Status.INVALID_ARGUMENT, message)


def whole(value, name: str, low: int = 0, high: int = 2**64 - 1) -> int:
    """A whole number of [low, high]; True and 2.0 are none."""
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise bad(f"{name} must be a whole number, not {value!r}") from None
    if not low <= number <= high:
        raise bad(f"{name} must be in [{low}, {high}], not {number}")
    return number


def number(value, name: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise bad(f"{name} must be a number, not {value!r}") from None


def text(value, name: str) -> str:
    if not isinstance(value, str):
        raise bad(f"{name} must be a str, not {value!r}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise bad(f"{name} must be Unicode text, not {value!r}") from None
    return value


def listed(values, name: str) -> list:
    """The members of anything that can be gone through; a text is one thing, not its letters."""
    try:
        if isinstance(values, (str, bytes)):
            raise TypeError
        return list(values)
    except TypeError:
        raise bad(f"{name} must be a sequence, not {values!r}") from None


def path_text(path) -> str:
    """A path as str, without NUL, at which C would end it."""
    try:
        found = os.fsdecode(path)
    except (TypeError, ValueError):
        raise bad(f"a path wanted, not {path!r}") from None
    if "\0" in found:
        raise bad(f"a path holds no NUL: {found!r}")
    return found


def unmasked(values, name: str):
    """The values, of which no NumPy mask may hide any: np.asarray would show them."""
    if isinstance(values, np.ma.MaskedArray) and np.ma.getmaskarray(values).any():
        raise bad(f"{name} are masked: none of them may be missing")
    return values


def numbers(values, name: str, dtype=None) -> np.ndarray:
    """Values as an array of numbers, of any shape."""
    try:
        array = np.asarray(unmasked(values, name))
        if array.dtype.kind == "O" or not array.size:
            array = array.astype(np.float64)
        if array.dtype.kind not in "biuf":
            raise TypeError(f"numbers wanted, not {array.dtype}")
        return array if dtype is None else array.astype(dtype, copy=False)
    except (TypeError, ValueError, OverflowError) as problem:
        raise bad(f"{name}: {problem}") from None
