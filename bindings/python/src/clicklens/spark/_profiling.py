"""What a DataFrame's rows look like to a model."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._library import Error, Status
from .._profile import Profile
from ._shipping import Shipped, plain
from ._worker import Sent, clicks_in, keys_in, model_of, numbered, partition, placed

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame


def profile(df: DataFrame, model: str | os.PathLike[str], *, label: str = "", cluster: str = "", row: str = "",
            depth: int = 2, **options: Any) -> Profile:
    """The profile of every row, with the bytes of one machine's `Profile.add`, however the rows are partitioned.

    model:   as `score`.
    label:   column of clicks (default: none); cluster: column of keys for standard errors (default: every row its own).
    row:     column of whole numbers, a different one for each row: what rows are drawn by. Default: rows are counted first,
             a pass more, and numbered in the DataFrame's order, which has to be the same twice; then it is the profile of
             these rows in this order.
    depth:   of the tree that partitions' profiles are merged in, by executors until few are left for the driver.
    options: of `clicklens.Profile`: sections, values, task, means, every, count_every, sample_rows, buckets.
    """
    shipped = Shipped(df, model)
    empty = Profile(shipped.model, **options)  # options that are wrong are so before a job starts
    columns = shipped.columns(df, [name for name in (label, cluster, row) if name])
    rows = plain(df, columns)
    profiler = _Profiler(shipped.sent, columns, label, cluster, row, None if row else _spans(rows), options)
    profiled = rows.mapInArrow(profiler, "profile binary")
    found = profiled.rdd.map(_loaded).treeAggregate(None, _merged, _merged, depth)
    return empty if found is None else found


def _spans(df: DataFrame) -> dict[int, tuple[int, int]]:
    """Of each partition, the number of its first row and its rows."""
    counts = {r["part"]: r["count"] for r in df.mapInArrow(_count, "part int, count long").collect()}
    spans, first = {}, 0
    for part in sorted(counts):
        spans[part] = (first, counts[part])
        first += counts[part]
    return spans


def _count(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    rows = sum(batch.num_rows for batch in batches)
    yield pa.RecordBatch.from_arrays([pa.array([partition()], pa.int32()), pa.array([rows], pa.int64())],
                                     ["part", "count"])


def _loaded(row: Any) -> Profile:
    return Profile.load(bytes(row["profile"]))


def _merged(left: Profile | None, right: Profile | None) -> Profile | None:
    if left is None or right is None:
        return left or right
    left.merge(right)
    return left


@dataclass
class _Profiler:
    """A partition's batches to one row: its profile. Nothing, where it has no rows."""

    model: Sent
    columns: list[str]
    label: str
    cluster: str
    row: str
    spans: dict[int, tuple[int, int]] | None
    options: dict[str, Any]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        made, rows = Profile(model_of(self.model), **self.options), 0
        first_row, counted = (0, 0) if self.spans is None else self.spans.get(partition(), (0, 0))
        for first, batch in numbered(batches, self.columns):
            with placed(first):
                made.add(batch, clicks_in(batch, self.label), keys_in(batch, self.cluster), first_row=first_row + first,
                         keys=keys_in(batch, self.row))
            rows = first + batch.num_rows
        if self.spans is not None and rows != counted:
            raise Error(Status.BAD_STATE, f"partition {partition()} has {rows} rows, {counted} when they were counted: the "
                                          "DataFrame is not the same twice; name a column of row numbers (row)")
        if rows:
            yield pa.RecordBatch.from_arrays([pa.array([made.save()], pa.binary())], ["profile"])
