"""Figures of a DataFrame's clicks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._metrics import Evaluation, Metrics
from ._shipping import Shipped, plain
from ._worker import Sent, clicks_in, keys_in, model_of, numbered, placed

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

_DTYPES = {"logits": np.float32, "clicks": np.uint8, "groups": np.uint64, "clusters": np.uint64}


def evaluate(df: DataFrame, model: str | os.PathLike[str], *, label: str = "", group_by: str = "", cluster: str = "",
             negative_rate: float = 1, correct_scores: bool = False, task: str | int = 0,
             streaming: bool = False) -> Evaluation:
    """Scores every row and compares with its click: the figures, to the last bit, of `Model.evaluate` on the same rows.

    model:    as `score`.
    label:    column of clicks, 0 or 1 (default: "label", else "click").
    group_by: column of keys for GAUC (default: none).
    cluster:  column of keys for standard errors (default: "user_id", else "request_id", else every row its own).
    streaming: the driver adds up in 9 MiB, whatever the rows, without GAUC and with the AUC's error bound in the result;
              else it keeps 16 bytes a row, 48 while it computes, and all figures are exact.

    Executors score in parallel and keep 5 bytes a row on their disks (8 more for each of group and cluster), which the driver
    takes a partition at a time.
    """
    from pyspark import StorageLevel

    shipped = Shipped(df, model)
    metrics = Metrics(negative_rate=negative_rate, correct_scores=correct_scores, streaming=streaming)
    label = label or ("label" if "label" in df.columns or "click" not in df.columns else "click")
    cluster = cluster or next((name for name in ("user_id", "request_id") if name in df.columns), "")
    columns = shipped.columns(df, [name for name in (label, group_by, cluster) if name])
    pairs = _Pairs(shipped.sent, columns, shipped.model.task_index(task), label, group_by, cluster)
    schema = ", ".join(f"{name} binary" for name in _DTYPES)
    packed = plain(df, columns).mapInArrow(pairs, schema).persist(StorageLevel.DISK_ONLY)
    try:
        packed.count()  # in parallel; the iterator below would run one partition after another
        for row in packed.toLocalIterator(prefetchPartitions=True):
            arrays = {name: np.frombuffer(row[name], dtype) for name, dtype in _DTYPES.items() if row[name] is not None}
            metrics.add(arrays["logits"], arrays["clicks"], arrays.get("groups"), arrays.get("clusters"))
    finally:
        packed.unpersist()
    return metrics.result()


@dataclass
class _Pairs:
    """Batches to a row of arrays each: logits, clicks and keys as bytes, null for keys that are not wanted."""

    model: Sent
    columns: list[str]
    task: int
    label: str
    group_by: str
    cluster: str

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        model = model_of(self.model)
        for first, batch in numbered(batches, self.columns):
            with placed(first):
                logits = model.score(batch, output="logit").reshape(batch.num_rows, len(model.outputs))[:, self.task]
                arrays = (logits, clicks_in(batch, self.label), keys_in(batch, self.group_by),
                          keys_in(batch, self.cluster))
            cells = [pa.array([None if a is None else a.tobytes()], pa.binary()) for a in arrays]
            yield pa.RecordBatch.from_arrays(cells, list(_DTYPES))
