"""Rows of a data file as requests: neighbouring rows with equal request cells share one."""

from __future__ import annotations

import numpy as np

from ._batch import request_offsets
from ._library import Error, Status
from ._tables import TableData, read_table


class Requests:
    """A table, the same as data for a model (request columns once a request), and the request offsets."""

    def __init__(self, table: TableData, data, offsets, column: str):
        self.table, self.data, self.offsets, self.column = table, data, offsets, column


def read_requests(model, path, request: str = "") -> Requests:
    """Reads a file for a model. Request-scope features must agree within a request."""
    table = read_table(path, weighted=[f.name for f in model.features if f.weighted])
    column = request or ("request_id" if "request_id" in table else "")
    if not column:
        return Requests(table, table, None, "")
    offsets = request_offsets(column_of(table, column))
    data = table.copy()
    data.starts = offsets[:-1]
    for feature in model.features:
        if feature.scope == "request" and feature.name in table:
            cells = table.cells(feature.name)
            data.keep(feature.name, _first_rows(table, feature.name, offsets, column), [cells[r] for r in data.starts])
    return Requests(table, data, offsets, column)


def _first_rows(table: TableData, name: str, offsets, request: str):
    column, starts, cells = table[name], offsets[:-1], table.cells(name)
    for row, first in enumerate(np.repeat(starts, np.diff(offsets)).tolist()):
        if cells[row] != cells[first]:
            raise Error(Status.BAD_VALUE, f"{table.place(row)}column '{name}': differs within request "
                                          f"'{column_of(table, request)[row]}', of which it is a feature")
    if not isinstance(column, tuple):
        return column[starts]
    picks = np.concatenate([np.arange(column[1][r], column[1][r + 1]) for r in starts] or [np.zeros(0, np.int64)])
    kept = np.append(0, np.cumsum(np.diff(column[1])[starts])).astype(np.int64)
    return (column[0][picks], kept, *(w[picks] for w in column[2:]))


def column_of(table: TableData, name: str):
    """The cells of a column as the file has them, or None for no name."""
    if not name:
        return None
    if name not in table:
        raise Error(Status.BAD_VALUE, f"{table.path}:1: no column '{name}'")
    cells = np.empty(table.rows, object)
    cells[:] = table.cells(name)
    return cells
