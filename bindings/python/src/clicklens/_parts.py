"""Any table as parts of bounded size, one after another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ._arguments import bad
from ._c_data import ArrowArray, has_array, has_stream, import_array
from ._frames import batch_columns, batches_of
from ._needs import needs
from ._tables import read_parts


@dataclass
class Part:
    """Rows of a table: data for `Model.score`, and a column as pyarrow takes it. file: its messages name lines. untyped: the
    whole table, where columns of objects are of the type that all of their values have."""

    data: Any
    column: Callable[[str], Any]
    file: bool = False
    untyped: Any = None


def total_rows(table: Any) -> int | None:
    """Where the table says so by itself."""
    for name in ("num_rows", "height"):  # Arrow's, Polars'
        found = getattr(table, name, None)
        if isinstance(found, int):
            return found
    return len(table) if _is_pandas(table) else None


def parts_of(table: Any, rows: int, features: Any, keep: bool) -> Iterator[Part]:
    """Parts of at most so many rows; a mapping of columns is one part. keep: columns are asked for, which takes pyarrow."""
    if isinstance(table, (str, bytes, os.PathLike)):
        yield from _file_parts(os.fsdecode(table), rows, features, keep)
    elif _is_pandas(table):
        for begin in range(0, len(table), rows):
            part = table.iloc[begin : begin + rows]
            yield Part(part, part.__getitem__, untyped=table)
    elif has_array(table) or has_stream(table):
        yield from _arrow_parts(table, rows, keep)
    elif hasattr(table, "keys") and hasattr(table, "__getitem__"):
        yield Part(table, table.__getitem__)
    elif hasattr(table, "__iter__"):
        for each in table:
            if hasattr(each, "__iter__") and not hasattr(each, "keys") and not isinstance(each, str) and not _is_table(each):
                raise bad(f"table: {type(each).__name__} among its parts, which is no table")
            yield from parts_of(each, rows, features, keep)
    else:
        raise bad(f"table must be a table, its path or an iterable of tables, not {type(table).__name__}")


def _is_table(data: Any) -> bool:
    return has_array(data) or has_stream(data) or _is_pandas(data)


def _is_pandas(data: Any) -> bool:
    return hasattr(data, "iloc") and hasattr(data, "columns")


def _arrow_parts(table: Any, rows: int, keep: bool) -> Iterator[Part]:
    if keep:
        arrow = needs("pyarrow", "keep")
        batches = [arrow.record_batch(table)] if has_array(table) else arrow.RecordBatchReader.from_stream(table)
        for batch in batches:
            for begin in range(0, batch.num_rows, rows):
                part = batch.slice(begin, rows)
                yield Part(batch_columns(import_array(part)), part.column)
        return
    for array in [import_array(table)] if has_array(table) else batches_of(table):
        for begin in range(0, len(array), rows):
            part = array.slice(begin, min(rows, len(array) - begin))
            yield Part(batch_columns(part), _no_column)


def _no_column(name: str) -> Any:
    raise bad(f"keep: {name}")  # parts without columns are made only where none is kept


def _file_parts(path: str, rows: int, features: Any, keep: bool) -> Iterator[Part]:
    if path.endswith((".parquet", ".arrow", ".feather")):
        yield from _arrow_parts(_file_reader(path, rows), rows, keep)
        return
    for table in read_parts(path, rows, [f.name for f in features if f.weighted]):
        yield Part(table, lambda name, table=table: list(table.cells(name)), file=True)


def _file_reader(path: str, rows: int) -> Any:
    arrow = needs("pyarrow", path)
    if path.endswith(".parquet"):
        file = needs("pyarrow.parquet", path).ParquetFile(path)
        return arrow.RecordBatchReader.from_batches(file.schema_arrow, file.iter_batches(batch_size=rows))
    file = needs("pyarrow.ipc", path).open_file(arrow.memory_map(path))
    batches = (file.get_batch(i) for i in range(file.num_record_batches))
    return arrow.RecordBatchReader.from_batches(file.schema, batches)
