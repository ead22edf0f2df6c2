"""Saliency of data files by feature group: the numbers of `clicklens saliency --json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._arguments import path_text
from ._batch import Batch
from ._evaluate import not_nan, paths
from ._library import Error, Status, choice
from ._requests import Requests, read_requests
from ._saliency import METHODS, TARGETS, Spec
from ._types import FilePaths, Task

if TYPE_CHECKING:
    from ._model import Model


def saliency(model: Model, files: FilePaths, *, reference: Any = None, method: str = "centred", target: str = "logit",
             task: Task = 0, request: str = "", strands: int = 1) -> dict:
    """How much every feature group moves the scores of each file:
    {"days": [{"file", "rows", "groups": [{"group", "share", "mean_absolute", "mean", "sd", "coverage"}],
    "counts": {"missing", "unknown", "cut", "bad_values", "non_finite"}}]}.

    reference: files that "centred" takes its means from (default: the data files themselves, together).
    share:     mean |saliency| of the group over the sum of all groups'.
    coverage:  share of rows in which some feature of the group has an id with a table row, or a number.
    These are the numbers of `clicklens saliency --json`.
    """
    choice(METHODS, method, "method"), choice(TARGETS, target, "target")
    files, means, sources = paths(files), None, None
    if method == "centred":
        sources = files if reference is None else paths(reference)
        means = _means(model, sources, request)
    found = []
    for path in files:
        day = read_requests(model, path, request)
        spec = Spec.of(model, method, "group", target, task, False)
        values, counts = model._explain(Batch(model.features, day.data, day.offsets), spec, means, strands)
        found.append({"file": day.table.path, "rows": len(values), "groups": _groups(model, day, values),
                      "counts": counts._asdict()})
    return {"method": method.replace("_", "-"), "target": target, "task": model.outputs[model.task_index(task)].name,
            "reference": None if sources is None else [path_text(s) for s in sources],
            "reference_is_data": sources is not None and reference is None, "days": found}


def _means(model, sources, request: str) -> np.ndarray:
    days = (read_requests(model, path, request) for path in sources)
    try:
        return model.means_of(Batch(model.features, day.data, day.offsets) for day in days if day.table.rows)
    except Error as problem:
        if problem.status == Status.INVALID_ARGUMENT and sources:
            raise Error(Status.BAD_VALUE, f"{path_text(sources[0])}: {problem.message}") from None
        raise


def _groups(model, day: Requests, values: np.ndarray) -> list[dict]:
    values = values.astype(np.float64)
    with np.errstate(all="ignore"):
        absolute = np.abs(values).sum(0) / len(values)
        figures = {"share": absolute / absolute.sum(), "mean_absolute": absolute, "mean": values.sum(0) / len(values),
                   "sd": np.sqrt(((values - values.sum(0) / len(values)) ** 2).sum(0) / len(values)),
                   "coverage": _covered(model, day, len(values)) / len(values)}
    return [{"group": name, **{k: not_nan(float(v[g])) for k, v in figures.items()}}
            for g, name in enumerate(model.groups)]


def _covered(model, day: Requests, rows: int) -> np.ndarray:
    """Rows in which some feature of a group says something, per group."""
    groups = np.zeros((rows, len(model.groups)), bool)
    for feature, column in zip(model.features, model.coverage(day.data, day.offsets).T):
        groups[:, model.groups.index(feature.group)] |= column
    return groups.sum(0).astype(np.float64)
