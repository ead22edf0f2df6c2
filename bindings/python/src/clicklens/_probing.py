"""Probes over data files: the numbers of `clicklens probe --json`."""

from __future__ import annotations

import math
import os
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ._cells import BadColumn, parse_float
from ._evaluate import labels_of, not_nan, paths
from ._library import Error, Status
from ._metrics import keys_of
from ._probe import Probe, ProbeRows
from ._requests import column_of, read_requests
from ._types import FilePath, FilePaths

if TYPE_CHECKING:
    from ._model import Model

_FEW_NUMBERS, _VALIDATION_PARTS, _NOTHING = 32, 5, 0.002
_CONTROLS = ("shuffled_fit_auc", "shuffled_fit_auc_sd", "shuffled_eval_auc", "shuffled_eval_auc_sd", "task_fit_auc",
             "task_fit_auc_sd", "task_eval_auc", "task_eval_auc_sd", "untrained", "untrained_sd")


@dataclass
class _Options:
    """What the command line's options say."""

    fit: list
    eval: list
    target: str = ""
    layers: list | None = None
    label: str = ""
    cluster: str = ""
    group_by: str = ""
    control: str = ""
    request: str = ""
    lambda_: float = 0
    negative_rate: float = 1
    user_share: float = 1
    draws: int = 10
    top: int = 5
    seed: int = 1
    in_sample: bool = False
    text: str = ""  # the target column, where it is not the click


@dataclass
class _Concept:
    name: str
    category: str | None = None
    from_text: bool = False
    numeric: bool = False

    def label(self, data: _Data) -> None:
        if not self.from_text:
            return
        if self.numeric:
            data.rows.relabel(targets=[_number(self.name, text) for text in data.texts])
        else:
            data.rows.relabel(labels=[text == (self.category or "1") for text in data.texts])


@dataclass
class _Data:
    rows: ProbeRows
    texts: list


def probe(model: Model, fit: FilePaths, eval: FilePaths, *, save: Any = None, attach: Any = None,
          model_path: FilePath | None = None, **options: Any) -> dict:
    """One linear probe per layer, fitted on the files `fit`, evaluated on each file of `eval`:
    {"concepts": [{"concept", "layers": [{"layer", "lambda", "objective", "controls", ...}],
                   "days": [{"file", "rows", "layers": [{"layer", "auc", "over_layer_before": {...}}]}]}]}.

    target:  column to predict (default: the click): 0/1, a number, or categories one against the rest (`top`).
    layers:  names of values (default: every layer and every logit).
    lambda_: L2 penalty (default: chosen on a fifth of the users fitted to); negative_rate: share of negatives kept.
    control: column whose ids get the control task's labels (default: that of `cluster`); draws: of each control.
    user_share: share of the users fitted on. in_sample: files may be fitted to and evaluated on.
    save, attach: files for the first concept's probe, and for the model with it (`model_path` names the model's file).
    label, cluster, group_by, request, seed, top: as the command line's. These are the numbers of
    `clicklens probe --json`.
    """
    known = _Options(paths(fit), paths(eval), **options)
    _check_disjoint(known)
    first = read_requests(model, known.fit[0], known.request)
    _choose_columns(known, first)
    rows, validation = _read(model, known, known.fit, "fit"), None
    if known.lambda_ == 0:
        validation = _read(model, known, known.fit, "validation")
    concepts = _concepts(known, rows)
    report = {"target": known.text or _label_column(known, first), "fit": [str(p) for p in known.fit],
              "eval": [str(p) for p in known.eval], "fit_rows": len(rows.rows),
              "validation_rows": len(validation.rows) if validation else 0,
              "cluster": _cluster_column(known, first) or None,
              "paper_mode": _paper_mode(model, known), "in_sample": known.in_sample, "draws": known.draws,
              "control_column": known.control or None,
              "control_file": str(known.eval[0]) if known.draws else None}
    probes = [_fit(known, concept, rows, validation) for concept in concepts]
    told = [{"concept": c.name, "numeric": c.numeric, "layers": _layers(p, rows.rows), "days": []}
            for c, p in zip(concepts, probes)]
    for path in known.eval:
        seen = _read(model, known, [path], "all")
        for concept, made, one in zip(concepts, probes, told):
            concept.label(seen)
            one["days"].append(_day(known, concept, made, path, seen.rows, report["paper_mode"]))
        if path == known.eval[0] and known.draws:
            for concept, made, one in zip(concepts, probes, told):
                concept.label(rows), concept.label(seen)
                _controls(known, concept, made, rows.rows, seen.rows, one)
    if known.draws:
        _untrained(model, known, concepts, told)
    if save is not None:
        probes[0].save(save)
    if attach is not None:
        probes[0].attach(model_path, attach)
    return {**report, "concepts": told, "early_exit": [], "saved": None if save is None else str(save),
            "attached": None if attach is None else str(attach)}


def _check_disjoint(known: _Options) -> None:
    for fit in [] if known.in_sample else known.fit:
        for path in known.eval:
            if os.path.exists(fit) and os.path.exists(path) and os.path.samefile(fit, path):
                raise Error(Status.BAD_VALUE, f"{path}: is among the files fitted to; in_sample allows it")


def _label_column(known: _Options, day) -> str:
    return known.label or ("label" if "label" in day.table else "click" if "click" in day.table else "")


def _cluster_column(known: _Options, day) -> str:
    return known.cluster or ("user_id" if "user_id" in day.table else day.column)


def _choose_columns(known: _Options, first) -> None:
    if known.target and known.target != _label_column(known, first):
        known.text = known.target
    known.control = known.control or _cluster_column(known, first)


def _paper_mode(model, known: _Options) -> bool:
    days = model.metadata.get("training_days", "")
    return any(os.path.basename(path) and os.path.basename(path) in days for path in known.fit)


def _mix(keys: np.ndarray) -> np.ndarray:
    """The finaliser of SplitMix64."""
    with np.errstate(over="ignore"):
        z = keys + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def _takes(known: _Options, clusters: np.ndarray, part: str) -> np.ndarray:
    """Users are drawn by a hash's upper bits, its lower ones choose their part."""
    if part == "all":
        return np.ones(len(clusters), bool)
    hashes = _mix(clusters)
    drawn = (hashes >> np.uint64(11)).astype(np.float64) * 2.0**-53 < known.user_share
    if known.lambda_ > 0:
        return drawn & (part == "fit")
    return drawn & ((hashes % np.uint64(_VALIDATION_PARTS) == 0) == (part == "validation"))


def _read(model, known: _Options, files, part: str) -> _Data:
    data, row = _Data(ProbeRows(model, known.layers), []), 0
    for path in files:
        day = read_requests(model, path, known.request)
        by = _cluster_column(known, day)
        count = day.table.rows
        clusters = keys_of(column_of(day.table, by), "clusters") if by else np.arange(row, row + count, dtype=np.uint64)
        keep = _takes(known, clusters, part)
        if known.text:
            texts = column_of(day.table, known.text)
            keep &= np.array([bool(text) for text in texts], bool)
            data.texts += [text for text, kept in zip(texts, keep) if kept]
        data.rows.add(day.data, labels_of(day.table, known.label, optional=bool(known.text)), clusters,
                      column_of(day.table, known.group_by), column_of(day.table, known.control), None, day.offsets, keep)
        row += count
    if known.text and len(data.texts) != len(data.rows):
        raise Error(Status.BAD_VALUE, f"{files[0]}: rows with values that are not finite cannot be probed for a column")
    return data


def _number(column: str, text: str) -> float:
    try:
        return parse_float(text)
    except BadColumn as problem:
        raise Error(Status.BAD_VALUE, f"column '{column}': {problem}, as all fitted to were") from None


def _is_number(text: str) -> bool:
    try:
        return parse_float(text) is not None
    except BadColumn:
        return False


def _concepts(known: _Options, rows: _Data) -> list[_Concept]:
    if not known.text:
        return [_Concept("click")]
    cells = Counter(rows.texts)
    if len(cells) < 2:
        raise Error(Status.BAD_VALUE, f"column '{known.text}': has fewer than two values in the rows fitted to")
    if set(cells) <= {"0", "1"}:
        return [_Concept(known.text, from_text=True)]
    if len(cells) > _FEW_NUMBERS and all(map(_is_number, cells)):
        return [_Concept(known.text, from_text=True, numeric=True)]
    by_count = sorted(cells, key=lambda text: (-cells[text], text.encode("utf-8", "surrogateescape")))
    return [_Concept(f"{known.text}={text}", text, True) for text in by_count[: known.top]]


def _fit(known: _Options, concept: _Concept, rows: _Data, validation: _Data | None) -> Probe:
    concept.label(rows)
    if validation is not None:
        concept.label(validation)
    return Probe.fit(rows.rows, validation.rows if validation else None, lambda_=known.lambda_,
                     negative_rate=known.negative_rate, numeric=concept.numeric)


def _layers(made: Probe, rows: ProbeRows) -> list[dict]:
    found = []
    for index, name in enumerate(rows.names):
        info = made.info(index)
        found.append({"layer": name, "width": info.width, "rows": info.rows, "clicks": info.clicks,
                      "lambda": info.lambda_, "objective": info.objective, "gradient": info.gradient,
                      "iterations": info.iterations, "converged": info.converged, "controls": None})
    return found


def _day(known: _Options, concept: _Concept, made: Probe, path, rows: ProbeRows, paper_mode: bool) -> dict:
    layers = []
    for index, name in enumerate(rows.names):
        figures, r2 = made.evaluate(index, rows, known.negative_rate)
        if concept.numeric:
            layers.append({"layer": name, "r2": not_nan(r2)})
            continue
        step = None if index == 0 else _step(made.difference(index - 1, index, rows), figures.enough_data, paper_mode)
        layers.append({"layer": name, **{key: not_nan(getattr(figures, key)) for key in
                                         ("auc", "auc_se", "gauc", "gauc_coverage", "logloss", "enough_data")},
                       "over_layer_before": step})
    return {"file": str(path), "rows": len(rows), "layers": layers}


def _step(d, enough: bool, paper_mode: bool) -> dict:
    adds = "undecided"
    if not enough or math.isnan(d.se):
        adds = "not enough data"
    elif d.high < _NOTHING:
        adds = "no"
    elif d.low > 0:
        adds = "paper mode" if paper_mode else "yes"
    keys = ("difference", "se", "low", "high", "delong_se", "delong_clustered_se")
    return {**{key: not_nan(getattr(d, key)) for key in keys}, "adds": adds}


def _controls(known: _Options, concept: _Concept, made: Probe, fit: ProbeRows, seen: ProbeRows, one: dict) -> None:
    for index, layer in enumerate(one["layers"]):
        layer["controls"] = dict.fromkeys(_CONTROLS)
        for kind, prefix in (("shuffled", "shuffled"), ("random_task", "task")):
            if concept.numeric or (kind == "random_task" and not known.control):
                continue
            found = made.control(index, kind, fit, seen, known.draws, known.seed)
            for part in ("fit", "eval"):
                layer["controls"][f"{prefix}_{part}_auc"] = not_nan(getattr(found, f"{part}_auc_mean"))
                layer["controls"][f"{prefix}_{part}_auc_sd"] = not_nan(getattr(found, f"{part}_auc_sd"))


def _untrained(model, known: _Options, concepts, told) -> None:
    draws = [[[] for _ in one["layers"]] for one in told]
    for draw in range(known.draws):
        fresh = model.untrained(known.seed + draw)
        rows, seen = _read(fresh, known, known.fit, "fit"), _read(fresh, known, known.eval[:1], "all")
        for c, concept in enumerate(concepts):
            concept.label(rows), concept.label(seen)
            by_lambda = {}
            for index, layer in enumerate(told[c]["layers"]):
                lam = layer["lambda"]
                if lam not in by_lambda:
                    by_lambda[lam] = Probe.fit(rows.rows, lambda_=lam, negative_rate=known.negative_rate,
                                               numeric=concept.numeric)
                figures, r2 = by_lambda[lam].evaluate(index, seen.rows)
                draws[c][index].append(r2 if concept.numeric else figures.auc)
    for one, of_concept in zip(told, draws):
        for layer, values in zip(one["layers"], of_concept):
            mean = sum(values) / len(values)
            sd = math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1)) if len(values) > 1 else None
            layer["controls"] = {**(layer["controls"] or {}), "untrained": not_nan(mean), "untrained_sd": sd}
