"""Evaluation of data files, one day each: the numbers of `clicklens evaluate --json`."""

from __future__ import annotations

import math
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from ._arguments import listed
from ._library import Error, Status
from ._metrics import Metrics
from ._requests import column_of, read_requests
from ._tables import TableData
from ._types import FilePaths, Task

if TYPE_CHECKING:
    from ._model import Model


def paths(files) -> list:
    """One path or several."""
    return [files] if isinstance(files, (str, bytes, os.PathLike)) else listed(files, "files")


def evaluate(model: Model, files: FilePaths, *, label: str = "", group_by: str = "", cluster: str = "",
             request: str = "", negative_rate: float = 1, correct_scores: bool = False, task: Task = 0,
             strands: int = 1) -> dict:
    """Scores each file and compares with its clicks: {"days": [{"file", "rows", "clicks", "auc", ...}]}.

    label:    column of clicks (default: "label", else "click").
    group_by: column of keys for GAUC (default: none).
    cluster:  column of keys for standard errors (default: "user_id", else the request).
    request:  column whose runs of equal cells are requests (default: "request_id" if there).
    Figures that are not defined are None. These are the numbers of `clicklens evaluate --json`.
    """
    days = []
    for path in paths(files):
        day = read_requests(model, path, request)
        by = cluster or ("user_id" if "user_id" in day.table else day.column)
        logits, counts = model.score(day.data, day.offsets, "logit", strands, counts=True)
        metrics = Metrics(negative_rate=negative_rate, correct_scores=correct_scores)
        metrics.add(logits.reshape(-1, len(model.outputs))[:, model.task_index(task)], labels_of(day.table, label),
                    column_of(day.table, group_by), column_of(day.table, by))
        figures = asdict(metrics.result())
        days.append({"file": day.table.path, "excluded_non_finite": figures.pop("non_finite"), "cluster": by or None,
                     "counts": counts._asdict(), **{k: not_nan(v) for k, v in figures.items()}})
    return {"days": days}


def not_nan(value):
    """None for NaN, as JSON has it."""
    return None if isinstance(value, float) and math.isnan(value) else value


def labels_of(table: TableData, label: str, optional: bool = False) -> np.ndarray | None:
    """Clicks of a table; optional: None where it has no column of them."""
    name = label or ("label" if "label" in table or "click" not in table else "click")
    if optional and not label and name not in table:
        return None
    cells = column_of(table, name)
    for row, cell in enumerate(cells):
        if cell not in ("0", "1"):
            raise Error(Status.BAD_VALUE, f"{table.place(row)}column '{name}': label '{cell or ''}' is neither 0 nor 1")
    return cells == "1"
