"""Neurons of data files: the numbers of `clicklens neurons --json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ._evaluate import labels_of, not_nan, paths
from ._library import Error, Status
from ._neurons import FINDINGS, Neurons
from ._requests import column_of, read_requests
from ._types import FilePaths, Task

if TYPE_CHECKING:
    from ._model import Model

PROBABILITIES = (0.01, 0.25, 0.5, 0.75, 0.99)
_FIGURES = ("mean", "mean_se", "sd", "sd_se", "minimum", "maximum", "click_mean", "other_mean", "label_correlation",
            "label_correlation_se", "score_correlation", "auc", "auc_se", "auc_error_bound", "active_ratio_se")
_COUNTS = ("rows", "non_finite", "active", "counted", "saturated")


def neurons(model: Model, files: FilePaths, *, compare: Any = (), layers: Sequence[str] | None = None, label: str = "",
            cluster: str = "", request: str = "", count_every: int = 4, sample_rows: int = 4096, prove: bool = False,
            task: Task = 0) -> dict:
    """What every neuron of the layers does over the files together, and over each file of `compare`:
    {"data": {"layers": [{"layer", "width", "effective_rank", "dead", ..., "neurons": [{...}]}]},
     "compared": [{"files", "layers", "changes": [{"layer", "spread_ratio", "covariance_distance", ...}]}]}.

    Files need no label; figures that are not defined are None. These are the numbers of `clicklens neurons --json`.
    """
    made = {"values": layers, "task": task, "count_every": count_every, "sample_rows": sample_rows, "prove": prove}
    columns = {"label": label, "cluster": cluster, "request": request}
    reference, data = _read(model, paths(files), made, columns)
    compared = []
    for path in paths(compare):
        other, part = _read(model, [path], made, columns)
        changes = [(layer.name, reference.compare(other, i)) for i, layer in enumerate(other.layers)]
        part["changes"] = [{"layer": name, "spread_ratio": not_nan(c.spread_ratio),
                            "covariance_distance": not_nan(c.covariance_distance),
                            "covariance_null": not_nan(c.covariance_null), "angles": list(map(not_nan, c.angles))}
                           for name, c in changes]
        compared.append(part)
    return {"task": model.outputs[model.task_index(task)].name, "count_every": count_every, "data": data,
            "compared": compared}


def _read(model, files, made, columns) -> tuple[Neurons, dict]:
    seen, by = None, ""
    for path in files:
        day = read_requests(model, path, columns["request"])
        here = columns["cluster"] or ("user_id" if "user_id" in day.table else day.column)
        if seen is None:
            seen, by = Neurons(model, clustered=bool(here), **made), here
        if here != by:
            raise Error(Status.BAD_VALUE, f"{path}: has no column '{by}', by which the other files' errors cluster")
        seen.add(day.data, labels_of(day.table, columns["label"], optional=True), column_of(day.table, by), day.offsets)
    return seen, {"files": [str(path) for path in files], "cluster": by or None,
                  "layers": [_layer(seen, i) for i in range(len(seen.layers))]}


def _layer(seen: Neurons, index: int) -> dict:
    layers = seen.layers
    about = layers[index]
    op = seen.op(index)
    return {"layer": about.name, "op": op, "width": about.width, "rows": about.rows, "labelled": about.labelled,
            "clicks": about.clicks, "counted": about.counted, "sampled": about.sampled,
            "effective_rank": not_nan(about.effective_rank), "component_share": list(map(not_nan, about.component_share)),
            "redundant": about.redundant, "dead": about.dead, "provably_dead": about.provably_dead,
            "always_on": about.always_on, "saturated": about.saturated, "duplicates": about.duplicates,
            "cka": {other.name: _cka(seen, index, j) for j, other in enumerate(layers)},
            "neurons": _neurons(seen, index)}


def _cka(seen: Neurons, a: int, b: int):
    try:
        return not_nan(seen.cka(a, other_layer=b))
    except Error:
        return None


def _neurons(seen: Neurons, index: int) -> list[dict]:
    figures, quantiles = seen.read(index), np.stack(seen.quantiles(index, PROBABILITIES))
    found = []
    for i, record in enumerate(figures):
        one = {name: int(record[name]) for name in _COUNTS} | {name: not_nan(float(record[name])) for name in _FIGURES}
        bits = int(record["findings"])
        one["active_ratio"] = one["active"] / one["rows"] if one["rows"] else None
        one["quantiles"] = [{"p": p, "value": not_nan(float(v)), "low": not_nan(float(low)), "high": not_nan(float(high))}
                            for p, (v, low, high) in zip(PROBABILITIES, quantiles[:, i].T)]
        one["findings"] = [name for name, bit in FINDINGS.items() if bits & bit]
        one["duplicate_of"] = int(record["duplicate_of"]) if bits & FINDINGS["duplicate"] else None
        found.append(one)
    return found


