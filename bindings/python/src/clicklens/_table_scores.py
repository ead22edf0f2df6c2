"""Scores of a table that need not fit into memory: a part at a time, in order."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from ._arguments import bad, path_text
from ._library import Error
from ._needs import needs
from ._parts import Part, parts_of, total_rows
from ._progress import progress_bar


class TableScores:
    """What `Model.score_table` gives. Nothing runs before scores are asked for, and each part of the table is let go once
    it was scored. Taken once, in one of these ways:

        for scores in found: ...         float32 [rows] or [rows, tasks] of each part, in the table's order
        found.reader()                   a pyarrow.RecordBatchReader of the kept columns and a column of each task
        pyarrow.table(found), ...        the same, through `__arrow_c_stream__` (pyarrow makes it)
        found.write("scores.parquet")    .parquet, .arrow, .feather (pyarrow), .csv or .tsv; the rows written

    Errors of data begin with the row that the part at hand began with; those of files name their line.
    Thread: one at a time.
    """

    def __init__(self, model: Any, table: Any, rows: int, keep: list[str], names: list[str], progress: bool,
                 options: dict[str, Any]):
        self._model, self._table, self._part_rows = model, table, rows
        self._keep, self._names, self._progress, self._options = keep, names, progress, options
        self._taken = False

    def __iter__(self) -> Iterator[np.ndarray]:
        return (scores for _, scores in self._scored())

    def reader(self) -> Any:
        """A pyarrow.RecordBatchReader: the kept columns as they came, then float32 columns of scores."""
        arrow = needs("pyarrow", "an Arrow stream of scores")
        batches = self._batches(arrow)
        first = next(batches, None)
        if first is None:  # no rows: the types of kept columns are not known
            fields = [(name, arrow.null()) for name in self._keep] + [(name, arrow.float32()) for name in self._names]
            return arrow.RecordBatchReader.from_batches(arrow.schema(fields), iter(()))
        return arrow.RecordBatchReader.from_batches(first.schema, _behind(first, batches))

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.reader().__arrow_c_stream__(requested_schema)

    def write(self, path: str | os.PathLike[str]) -> int:
        """Writes the kept columns and the scores; a file appears when all is in it. Returns the rows."""
        path = path_text(path)
        writers = {".csv": _write_text, ".tsv": _write_text, ".parquet": _write_parquet, ".arrow": _write_ipc,
                   ".feather": _write_ipc}
        suffix = os.path.splitext(path)[1]
        if suffix not in writers:
            raise bad(f"{path}: the name must end with one of {', '.join(writers)}")
        unfinished = f"{path}.unfinished"
        try:
            rows = writers[suffix](self, unfinished, "\t" if suffix == ".tsv" else ",")
            os.replace(unfinished, path)
        finally:
            if os.path.exists(unfinished):
                os.remove(unfinished)
        return rows

    def _scored(self) -> Iterator[tuple[Part, np.ndarray]]:
        if self._taken:
            raise bad("scores of a table are taken once; ask score_table again")
        self._taken = True
        bar, first = progress_bar(self._progress, total_rows(self._table)), 0
        try:
            for part in parts_of(self._table, self._part_rows, self._model.features, bool(self._keep)):
                try:
                    scores = self._model.score(part.data, **self._options)
                except Error as problem:
                    if part.file:
                        raise
                    raise Error(problem.status, f"part of the table from row {first} on: {problem.message}") from None
                first += len(scores)
                bar.update(len(scores))
                yield part, scores
        finally:
            bar.close()

    def _columns(self, part: Part, scores: np.ndarray) -> Iterator[tuple[str, Any]]:
        for name in self._keep:
            try:
                yield name, part.column(name)
            except KeyError:
                raise bad(f"keep: the table has no column {name!r}") from None
        yield from zip(self._names, scores.reshape(len(scores), len(self._names)).T)

    def _batches(self, arrow: Any) -> Iterator[Any]:
        schema, types = None, {}
        for part, scores in self._scored():
            columns = dict(self._columns(part, scores))
            try:
                if schema is None:
                    types = _types(arrow, part.untyped, self._keep)
                batch = arrow.record_batch({n: _array(arrow, column, types.get(n)) for n, column in columns.items()})
                schema = schema or batch.schema
                batch = batch if batch.schema.equals(schema) else batch.cast(schema)
            except arrow.ArrowException as problem:
                raise bad(f"keep: columns of one type wanted, in every part that of the first: {problem}") from None
            yield batch


def _types(arrow: Any, table: Any, keep: list[str]) -> dict[str, Any]:
    """Of a data frame's columns of objects: a part's values may be none, or say less than the next part's."""
    if table is None:
        return {}
    return {name: arrow.array(table[name]).type for name in keep if table[name].dtype.kind == "O"}


def _array(arrow: Any, column: Any, type: Any = None) -> Any:
    if isinstance(column, (arrow.Array, arrow.ChunkedArray)):
        return column
    return arrow.array(np.ascontiguousarray(column) if isinstance(column, np.ndarray) else column, type)


def _behind(first: Any, others: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from others


def _write_text(found: TableScores, path: str, separator: str) -> int:
    rows = 0
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(separator.join(_cell(name, separator) for name in (*found._keep, *found._names)) + "\n")
        for part, scores in found._scored():
            columns = [_texts(column, separator) for _, column in found._columns(part, scores)]
            file.writelines(separator.join(row) + "\n" for row in zip(*columns))
            rows += len(scores)
    return rows


def _texts(column: Any, separator: str) -> list[str]:
    if isinstance(column, np.ndarray) and column.dtype == np.float32:
        return [str(value) for value in column]  # the shortest that reads back as the same float
    values = column.to_pylist() if hasattr(column, "to_pylist") else list(column)
    return [_cell(value, separator) for value in values]


def _cell(value: Any, separator: str) -> str:
    if isinstance(value, (list, tuple, np.ndarray)):
        value = "|".join("" if v is None else str(v) for v in value)
    text = "" if value is None or value != value else str(value)
    if separator == "," and any(mark in text for mark in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    if separator == "\t" and any(mark in text for mark in "\t\n\r"):
        raise bad(f"keep: {text!r} cannot be written to a .tsv file, which has no quotes")
    return text


def _write_parquet(found: TableScores, path: str, separator: str) -> int:
    parquet = needs("pyarrow.parquet", path)
    return _write_batches(found, lambda schema: parquet.ParquetWriter(path, schema))


def _write_ipc(found: TableScores, path: str, separator: str) -> int:
    ipc = needs("pyarrow.ipc", path)
    return _write_batches(found, lambda schema: ipc.new_file(path, schema))


def _write_batches(found: TableScores, opened: Any) -> int:
    rows, reader = 0, found.reader()
    with opened(reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows
