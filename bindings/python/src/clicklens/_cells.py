"""Text to numbers, exactly, as the command line reads it."""

from __future__ import annotations

import re

import numpy as np

_INTEGER = re.compile(r"-?[0-9]+")


class BadColumn(ValueError):
    """What is wrong with a column, and with which of its entries, before its name is known."""

    def __init__(self, message: str, entry: int | None = None):
        super().__init__(message)
        self.entry = entry


def parse_integer(cell) -> int:
    """A 64-bit id from text, exactly; two's complement below zero."""
    text = cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
    if not _INTEGER.fullmatch(text) or not -(2**63) <= int(text) < 2**64:
        raise BadColumn(f"'{text}' is not a 64-bit integer")
    return int(text) & (2**64 - 1)


def parse_float(cell) -> float:
    """A double from text, correctly rounded; "nan" and "inf" are numbers."""
    text = cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
    try:
        if text != text.strip() or "_" in text:  # which Python would take
            raise ValueError
        return float(text)
    except ValueError:
        raise BadColumn(f"'{text}' is not a number") from None


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
