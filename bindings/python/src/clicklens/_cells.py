"""Text to numbers, exactly, as the command line reads it."""

from __future__ import annotations

import re

import numpy as np

_INTEGER = re.compile(r"-?[0-9]+")
# What std::from_chars takes, after a plus sign: ASCII alone, no spaces, no underscores.
_FLOAT = re.compile(r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf(?:inity)?|nan)", re.IGNORECASE)


class BadColumn(ValueError):
    """What is wrong with a column, and with which of its entries, before its name is known."""

    def __init__(self, message: str, entry: int | None = None):
        super().__init__(message)
        self.entry = entry


def parse_integer(cell) -> int:
    """A 64-bit id from text, exactly; two's complement below zero."""
    text = cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
    digits = text.removeprefix("-").lstrip("0") or "0"  # int() refuses texts of thousands of digits
    if _INTEGER.fullmatch(text) and len(digits) <= 20:
        value = -int(digits) if text.startswith("-") else int(digits)
        if -(2**63) <= value < 2**64:
            return value & (2**64 - 1)
    raise BadColumn(f"'{text}' is not a 64-bit integer")


def parse_float(cell) -> float:
    """A double from text, correctly rounded; "nan" and "inf" are numbers, beyond the range is inf or 0. NumPy's floats are
    themselves: the shortest text that names a float16 is another number."""
    if isinstance(cell, np.floating):
        return float(cell)
    text = cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
    if not _FLOAT.fullmatch(text):
        raise BadColumn(f"'{text}' is not a number")
    return float(text)


def parsed(cells: list, parse, missing, dtype) -> np.ndarray:
    """Every cell parsed, None as `missing`; BadColumn says which cell is bad."""
    try:
        return np.array([missing if c is None else parse(c) for c in cells], dtype)
    except BadColumn:
        for entry, cell in enumerate(cells):  # again, to say which
            try:
                cell is None or parse(cell)
            except BadColumn as problem:
                raise BadColumn(str(problem), entry) from None
        raise
