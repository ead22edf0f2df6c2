"""CSV and TSV days, plain or gzip, read as the command line reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ._arguments import listed, path_text
from ._cells import BadColumn, parse_float
from ._library import Error, Status
from ._records import blocks, file_text, records
from ._types import FilePath


class TableData(dict):
    """Columns by name, and where they came from."""

    def __init__(self, columns, path: str, lines, cells=None):
        super().__init__(columns)
        self.path, self.lines = path, lines
        # Cells as the file has them, each with the column made of it: of use while that is the column.
        self._cells: dict = {} if cells is None else cells
        # First row of each request, where request columns hold one entry per request.
        self.starts: np.ndarray | None = None

    @property
    def rows(self) -> int:
        return len(self.lines)

    def keep(self, name: str, column, cells) -> None:
        """Sets a column and the text of its cells, one an entry."""
        self[name], self._cells[name] = column, (column, cells)

    def cells(self, name: str):
        """The text of a column's cells, or None when the column is no longer what was read."""
        column, cells = self._cells.get(name, (None, None))
        return cells if name in self and self[name] is column else None

    def copy(self) -> TableData:
        """The same columns, to be changed by themselves."""
        return TableData(self, self.path, self.lines, dict(self._cells))

    def place(self, entry: int | None, shared: bool = False) -> str:
        """Beginning of a message about an entry of a column; shared: one that has an entry per request."""
        if entry is None:
            return f"{self.path}: "
        return f"{self.path}:{self.lines[entry if self.starts is None or not shared else self.starts[entry]]}: "


def read_table(path: FilePath, *, weighted: Iterable[str] = ()) -> TableData:
    """Reads a file with a header line into a dict from column name to column.

    `.csv` has RFC 4180's quotes; `.tsv` and `.tab` none; any other name is told by its header. A column is an
    array of str with None where the cell is empty. Where cells hold several values, separated by `|`, it is a
    tuple (values, offsets), ready for `Model.score`; empty pieces are skipped. Columns named in `weighted`
    have `id:weight` pieces and become (values, offsets, weights).
    """
    path = path_text(path)
    return _table(path, *records(path, file_text(path)), set(listed(weighted, "weighted")))


def read_parts(path: str, rows: int, weighted: Iterable[str] = ()) -> Iterator[TableData]:
    """As read_table, about so many rows at a time, never more of the file in memory than that."""
    path, weights = path_text(path), set(weighted)
    for header, block, lines in blocks(path, rows):
        yield _table(path, header, block, lines, weights)


def _table(path: str, header: list[str], rows: list, lines: list[int], weighted: set[str]) -> TableData:
    if any("\r" in name for name in header):
        raise Error(Status.BAD_VALUE, f"{path}:1: a carriage return within the header line")
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
        if name in weighted:
            column = _weighted(table, name, cells)
        else:
            column = _ragged(cells) if any("|" in cell for cell in cells) else _flat(cells)
        table.keep(name, column, cells)
    return table


def read_days(paths: Iterable) -> Iterator[tuple[str, TableData]]:
    """(path, table) of several files, read one at a time, in the order given."""
    for path in listed(paths, "paths"):
        yield path_text(path), read_table(path)


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
            with np.errstate(over="ignore"):
                weights[index] = np.float64(parse_float(weight)) if colon else 1.0
        except BadColumn:
            row = int(np.searchsorted(offsets, index, side="right")) - 1
            raise Error(Status.BAD_VALUE,
                        f"{table.place(row)}column '{name}': weight of '{piece}' is not a number") from None
    return _objects(ids), offsets, weights
