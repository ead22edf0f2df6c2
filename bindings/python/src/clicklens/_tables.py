"""CSV and TSV days, plain or gzip, read as the command line reads them."""

from __future__ import annotations

import csv
import gzip
import io
import os
import zlib
from collections.abc import Iterable, Iterator

import numpy as np

from ._cells import BadColumn, parse_float
from ._library import Error, Status


class TableData(dict):
    """Columns by name, and where they came from."""

    def __init__(self, columns, path: str, lines):
        super().__init__(columns)
        self.path, self.lines = path, lines
        # First row of each request, where request columns hold one entry per request.
        self.starts: np.ndarray | None = None

    @property
    def rows(self) -> int:
        return len(self.lines)

    def place(self, entry: int | None, shared: bool = False) -> str:
        """Beginning of a message about an entry of a column; shared: one that has an entry per request."""
        if entry is None:
            return f"{self.path}: "
        return f"{self.path}:{self.lines[entry if self.starts is None or not shared else self.starts[entry]]}: "


def read_table(path, *, weighted: Iterable[str] = ()) -> TableData:
    """Reads a file with a header line into a dict from column name to column.

    `.csv` has RFC 4180's quotes; `.tsv` and `.tab` none; any other name is told by its header. A column is an
    array of str with None where the cell is empty. Where cells hold several values, separated by `|`, it is a
    tuple (values, offsets), ready for `Model.score`; empty pieces are skipped. Columns named in `weighted`
    have `id:weight` pieces and become (values, offsets, weights).
    """
    path = os.fspath(path)
    header, rows, lines = _records(path, _text(path))
    for position, name in enumerate(header):
        if name in header[:position]:
            raise Error(Status.BAD_VALUE, f"{path}:1: column '{name}': appears twice in the header")
    for row, line in zip(rows, lines):
        if len(row) != len(header):
            short = f"column '{header[len(row)]}': " if len(row) < len(header) else ""
            raise Error(Status.BAD_VALUE,
                        f"{path}:{line}: {short}row has {len(row)} columns, the header has {len(header)}")
    by_column = list(zip(*rows)) if rows else [()] * len(header)
    table = TableData({}, path, lines)
    for name, cells in zip(header, by_column):
        if name in set(weighted):
            table[name] = _weighted(table, name, cells)
        else:
            table[name] = _ragged(cells) if any("|" in cell for cell in cells) else _flat(cells)
    return table


def read_days(paths: Iterable) -> Iterator[tuple[str, TableData]]:
    """(path, table) of several files, read one at a time, in the order given."""
    for path in paths:
        yield os.fspath(path), read_table(path)


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as problem:
        raise Error(Status.IO, f"{path}: {problem.strerror}") from None
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as problem:
            raise Error(Status.IO, f"{path}: {problem}") from None
    return data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")


def _records(path: str, text: str):
    """Header, rows, and the line each row begins on."""
    first = text[: text.find("\n")] if "\n" in text else text
    name = path.removesuffix(".gz")
    tabs = name.endswith((".tsv", ".tab")) or (not name.endswith(".csv") and "\t" in first)
    records = list(_tsv(text) if tabs else _csv(path, text))
    if not records:
        raise Error(Status.BAD_VALUE, f"{path}:1: no header line")
    return records[0][1], [row for _, row in records[1:]], [line for line, _ in records[1:]]


def _tsv(text: str):
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    for number, line in enumerate(lines, 1):
        yield number, line.removesuffix("\r").split("\t")


def _csv(path: str, text: str):
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row or [""]
            line = reader.line_num + 1
    except csv.Error as problem:
        raise Error(Status.BAD_VALUE, f"{path}:{line}: {problem}") from None


def _flat(cells) -> np.ndarray:
    column = np.empty(len(cells), object)
    column[:] = [cell or None for cell in cells]
    return column


def _objects(values: list) -> np.ndarray:
    column = np.empty(len(values), object)
    column[:] = values
    return column


def _ragged(cells):
    pieces = [[piece for piece in cell.split("|") if piece] for cell in cells]
    offsets = np.zeros(len(pieces) + 1, np.int64)
    np.cumsum([len(p) for p in pieces], out=offsets[1:])
    return _objects([piece for entry in pieces for piece in entry]), offsets


def _weighted(table: TableData, name: str, cells):
    values, offsets = _ragged(cells)
    ids, weights = [], np.ones(len(values), np.float32)
    for index, piece in enumerate(values):
        key, colon, weight = piece.rpartition(":")
        ids.append(key if colon else piece)
        try:
            weights[index] = parse_float(weight) if colon else 1.0
        except BadColumn:
            row = int(np.searchsorted(offsets, index, side="right")) - 1
            raise Error(Status.BAD_VALUE,
                        f"{table.place(row)}column '{name}': weight of '{piece}' is not a number") from None
    return _objects(ids), offsets, weights
