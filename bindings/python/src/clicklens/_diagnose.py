"""What is wrong with a model: the findings of `clicklens diagnose --json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ._arguments import bad, whole
from ._batch import Batch
from ._evaluate import labels_of, not_nan, paths
from ._library import Status, check, check_session, ffi, lib, struct, text
from ._metrics import keys_of
from ._requests import column_of, read_requests
from ._rows import RowInfo
from ._session import Wants
from ._types import Data, FilePaths, Numbers, Task

if TYPE_CHECKING:
    from ._model import Model

KINDS = ("overfit", "layer", "useless_group", "memorising_group", "dead", "provably_dead", "saturated", "duplicate",
         "redundant_layer", "calibration", "calibration_bucket", "calibration_group", "drift_score", "drift_feature",
         "drift_neurons", "drift_auc", "coverage", "hash_load", "saliency")
STATES = ("none", "found", "not_enough")
SEVERITIES = ("note", "warning", "fault")
PARTS = {"train": lib.CLENS_DAY_TRAIN, "hold": lib.CLENS_DAY_HOLD, "test": lib.CLENS_DAY_TEST}
_TEXTS = ("subject", "rows_of")
_FIGURES = ("value", "low", "high", "threshold")


class Diagnosis:
    """Findings from days that a model was trained on, rows held out of them, and later days.

        diagnosis = clicklens.Diagnosis(model)
        diagnosis.add("train", "monday", data, clicks, clusters=users)
        diagnosis.add("test", "tuesday", ...)
        for finding in diagnosis.findings(): ...

    draws, seed: permutations of each feature group. probe_rows: rows kept of a day for probes of its layers.
    """

    def __init__(self, model: Model, *, task: Task = 0, draws: int = 5, seed: int = 1, probe_rows: int = 50_000):
        self._model = model
        options = struct("clens_diagnosis_options")
        options.task = model.task_index(task)
        options.draws, options.seed = whole(draws, "draws", 1, 1000), whole(seed, "seed", 1, 2**64 - 1)
        options.probe_rows = whole(probe_rows, "probe_rows", 1000, 2**63)
        count = ffi.new("size_t *")
        status = lib.clens_diagnosis_values(model.handle, ffi.NULL, 0, count)
        if status != Status.BUFFER_TOO_SMALL:
            check(status)
        values = ffi.new("size_t[]", max(count[0], 1))
        check(lib.clens_diagnosis_values(model.handle, values, count[0], count))
        self._wants = Wants(observed=tuple(values[i] for i in range(count[0])), gradients=lib.CLENS_GRADIENTS_FULL)
        made = ffi.new("clens_diagnosis **")
        check(lib.clens_diagnosis_create(model.handle, options, made))
        self._handle = ffi.gc(made[0], lib.clens_diagnosis_release)

    def add(self, part: str, day: str, data: Data, labels: Numbers, clusters: Numbers | None = None,
            requests: Numbers | None = None, groups: Numbers | None = None, group_names: dict | None = None) -> None:
        """Adds rows to a day.

        part:     "train", "hold" or "test".
        day:      its name in findings; rows of one name are one day. Groups are permuted within the first call's rows.
        clusters: a key per row (the user) for standard errors; None: the request's.
        groups:   a key per row that calibration is split by; group_names: {key: what findings call it}.
        """
        if part not in PARTS:
            raise bad(f"part must be one of {', '.join(PARTS)}, not {part!r}")
        batch = Batch(self._model.features, data, requests, chunk=2**62)
        info = RowInfo(batch.candidates, labels, clusters, groups)
        for key, name in (group_names or {}).items():
            number = int(keys_of(np.array([key]), "group_names")[0])
            check(lib.clens_diagnosis_name_group(self._handle, number, str(name).encode()))
        with self._model.sessions.borrow(batch, self._wants) as session:
            for chunk in batch.chunks():
                check_session(session, lib.clens_diagnosis_add(self._handle, session, chunk.c_batch, info.part(chunk.begin, 0),
                                                               PARTS[part], day.encode()))

    def checks(self) -> list[dict]:
        """All that was looked at: {"kind", "state": "none" | "found" | "not_enough", "severity", "subject", "rows_of",
        "value", "low", "high", "threshold", "rows", "clicks", "neurons", "evidence", "text", "caveat", "command"}.
        Figures that are not defined are None. In `command` MODEL and OUT stand for files."""
        count = ffi.new("size_t *")
        check(lib.clens_diagnosis_judge(self._handle, count))
        return [self._finding(index) for index in range(count[0])]

    def findings(self) -> list[dict]:
        """What was found among the checks."""
        return [one for one in self.checks() if one["state"] == "found"]

    def _finding(self, index: int) -> dict:
        raw = struct("clens_finding")
        check(lib.clens_diagnosis_finding(self._handle, index, raw))
        return {"kind": KINDS[raw.kind], "state": STATES[raw.state], "severity": SEVERITIES[raw.severity],
                **{name: text(getattr(raw, name)) for name in _TEXTS}, "rows": raw.rows, "clicks": raw.clicks,
                **{name: not_nan(getattr(raw, name)) for name in _FIGURES},
                "neurons": [raw.columns[i] for i in range(raw.column_count)],
                "evidence": [self._evidence(index, i) for i in range(raw.evidence)],
                **{name: text(getattr(raw, name)) for name in ("text", "caveat", "command")}}

    def _evidence(self, index: int, number: int) -> dict:
        raw = struct("clens_evidence")
        check(lib.clens_diagnosis_evidence(self._handle, index, number, raw))
        return {"name": text(raw.name), **{name: not_nan(getattr(raw, name)) for name in ("value", "low", "high")}}


def diagnose(model: Model, train: FilePaths, test: FilePaths, hold: FilePaths = (), *, label: str = "",
             group_by: str = "", cluster: str = "", request: str = "", task: Task = 0, draws: int = 5,
             seed: int = 1) -> dict:
    """Diagnoses a model from files of labelled rows, one day each: {"found", "not_enough", "checked", "findings",
    "checks"}, whose entries `Diagnosis.checks` describes.

    train, hold, test: files of days that the network was trained on, of rows held out of those, and of later days.
    label, cluster, request: columns as `evaluate` has them. group_by: column whose values calibration is split by.
    """
    diagnosis = Diagnosis(model, task=task, draws=draws, seed=seed)
    for part, files in (("train", train), ("hold", hold), ("test", test)):
        for path in paths(files):
            day = read_requests(model, path, request)
            by = cluster or ("user_id" if "user_id" in day.table else day.column)
            groups = column_of(day.table, group_by)
            names = {key: f"{group_by}={key}" for key in set(groups)} if groups is not None else None
            diagnosis.add(part, str(day.table.path), day.data, labels_of(day.table, label), column_of(day.table, by),
                          day.offsets, groups, names)
    checks = diagnosis.checks()
    states = [one["state"] for one in checks]
    return {"found": states.count("found"), "not_enough": states.count("not_enough"), "checked": len(checks),
            "findings": [one for one in checks if one["state"] == "found"], "checks": checks}
