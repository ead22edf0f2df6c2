"""What runs in the executors' Python workers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._library import Error, Status
from .._metrics import clicks_of, keys_of
from .._model import Model, open

if TYPE_CHECKING:
    import pyarrow as pa

_KEPT = 4  # models a worker keeps mapped


class Sent(NamedTuple):
    """A model as tasks know it: its file's name among Spark's files, and its id."""

    name: str
    id: str


_models: dict[Sent, Model] = {}


def model_of(sent: Sent) -> Model:
    """The model that was sent: opened by a worker's first task and kept, with its sessions, for the next."""
    if sent not in _models:
        from pyspark import SparkFiles

        opened = open(SparkFiles.get(sent.name))
        if opened.info.id != sent.id:
            raise Error(Status.BAD_STATE, f"{sent.name}: the file fetched here is the model {opened.info.id}, the driver's "
                                          f"{sent.id}: Spark takes a name's first file for as long as the application runs")
        if len(_models) >= _KEPT:
            del _models[next(iter(_models))]
        _models[sent] = opened
    return _models[sent]


def partition() -> int:
    from pyspark import TaskContext

    context = TaskContext.get()
    return context.partitionId() if context else 0


@contextmanager
def placed(first: int) -> Iterator[None]:
    """Errors within say which rows of which partition they are about."""
    try:
        yield
    except Error as problem:
        raise Error(problem.status, f"partition {partition()}, rows from {first} on: {problem.message}") from None


def numbered(batches: Iterable[pa.RecordBatch], columns: list[str]) -> Iterator[tuple[int, pa.RecordBatch]]:
    """(row of the partition that a batch begins with, batch, its columns by these names)."""
    import pyarrow as pa

    first = 0
    for batch in batches:
        yield first, pa.RecordBatch.from_arrays(batch.columns, columns)
        first += batch.num_rows


def keys_in(batch: pa.RecordBatch, name: str) -> np.ndarray | None:
    """A column of integers or strings as 64-bit keys, each string hashed once."""
    if not name:
        return None
    import pyarrow as pa

    column = batch.column(name)
    if pa.types.is_integer(column.type) and column.null_count == 0:
        return keys_of(column.to_numpy(), name)
    if pa.types.is_integer(column.type):
        raise Error(Status.BAD_VALUE, f"column '{name}': null")
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        raise Error(Status.BAD_VALUE, f"column '{name}': keys must be integers or strings, not {column.type}")
    coded = column.dictionary_encode()
    known = np.append(keys_of(np.array(coded.dictionary.to_pylist(), object), name), keys_of([""], name))
    return known[coded.indices.fill_null(len(known) - 1).to_numpy(zero_copy_only=False)]


def clicks_in(batch: pa.RecordBatch, name: str) -> np.ndarray | None:
    if not name:
        return None
    column = batch.column(name)
    if column.null_count:
        raise Error(Status.BAD_VALUE, f"column '{name}': a label is null")
    try:
        return clicks_of(column.to_numpy(zero_copy_only=False))
    except Error as problem:
        raise Error(problem.status, f"column '{name}': {problem.message}") from None


@dataclass
class Scorer:
    """Batches of these columns to the kept ones and a column of scores for each task."""

    model: Sent
    columns: list[str]
    keep: list[str]
    schema: list[str]  # the names Spark has for what comes out
    options: dict[str, Any]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        model = model_of(self.model)
        for first, batch in numbered(batches, self.columns):
            with placed(first):
                scores = model.score(batch, **self.options).reshape(batch.num_rows, len(model.outputs))
            columns = [batch.column(name) for name in self.keep]
            columns += [pa.array(np.ascontiguousarray(task)) for task in scores.T]
            yield pa.RecordBatch.from_arrays(columns, self.schema)
