"""What changed between profiles: the numbers of `clicklens drift --json`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ._evaluate import not_nan
from ._library import Error, Status, check, ffi, lib, struct, text

if TYPE_CHECKING:
    from ._model import Model

KINDS = ("score", "element", "ids", "missing", "unknown", "neuron", "saliency", "auc", "slope", "calibration")
VERDICTS = ("none", "found", "not_enough")
_FIGURES = ("reference", "live", "effect", "sd_ratio", "se", "z", "p", "q", "low", "high", "psi", "psi_null",
            "psi_clustered_null", "ks", "jensen_shannon", "hellinger", "wasserstein")
_DAY = ("auc", "auc_se", "slope", "slope_se", "calibration", "log_calibration_se")


def drift(reference: Any, live: Any, model: Model | None = None, task: int = 0) -> dict:
    """Holds a live profile against a reference day's, or a list of them.

    Profiles are `Profile` objects, files that `clicklens profile` wrote, or the bytes of one. With the profiled model
    moved neurons are traced to feature groups. `days` has the figures of labelled rows by day, for one task.

    {"found", "not_enough", "findings": [...], "measures": [{"kind", "name", "column", "verdict", "effect", "z", "q",
     "psi", ...}], "traces": [{"layer", "neurons", "moved", "groups": [{"group", "shift"}]}], "days": [...], ...}.
    Figures that are not defined are None, infinite shifts (of what did not vary) float("inf").
    """
    days = list(reference) if isinstance(reference, (list, tuple)) else [reference]
    held = [_handle(day) for day in [*days, live]]
    made = ffi.new("clens_drift **")
    check(lib.clens_drift_compare(ffi.NULL if model is None else model.handle,
                                  ffi.new("struct clens_profile *[]", held[:-1]), len(days), held[-1], made))
    handle = ffi.gc(made[0], lib.clens_drift_release)
    info = struct("clens_drift_info")
    check(lib.clens_drift_describe(handle, info))
    measures = _measures(handle, info.measures)
    return {"reference_rows": info.reference_rows, "live_rows": info.live_rows, "found": info.found,
            "not_enough": info.not_enough, "findings": [m for m in measures if m["verdict"] == "found"],
            "measures": measures, "traces": [_trace(handle, i, info.groups) for i in range(info.traces)],
            "days": _days(handle, task, info.days + 1)}


def _handle(profile):
    """A profile's handle; whoever holds it holds the profile."""
    if hasattr(profile, "_handle"):
        return profile._handle
    if isinstance(profile, (str, os.PathLike)):
        try:
            with open(profile, "rb") as file:
                profile = file.read()
        except OSError as problem:
            raise Error(Status.IO, f"{profile}: {problem.strerror}") from None
    made = ffi.new("clens_profile **")
    check(lib.clens_profile_load(ffi.NULL, ffi.from_buffer(profile), len(profile), made))
    return ffi.gc(made[0], lib.clens_profile_release)


def _measures(handle, count: int) -> list[dict]:
    raw = ffi.new("clens_drift_measure[]", max(count, 1))
    check(lib.clens_drift_read(handle, raw, ffi.sizeof("clens_drift_measure"), count))
    return [{"kind": KINDS[one.kind], "name": text(one.name), "column": one.column, "verdict": VERDICTS[one.verdict],
             **{name: not_nan(getattr(one, name)) for name in _FIGURES}} for one in raw[0:count]]


def _trace(handle, index: int, count: int) -> dict:
    about = struct("clens_drift_trace")
    groups, shifts = ffi.new("const char *[]", max(count, 1)), ffi.new("double[]", max(count, 1))
    check(lib.clens_drift_traced(handle, index, about, groups, shifts, count))
    return {"layer": text(about.name), "neurons": about.neurons, "moved": bool(about.moved),
            "groups": [{"group": text(groups[i]), "shift": shifts[i]} for i in range(count)]}


def _days(handle, task: int, count: int) -> list[dict]:
    days = []
    for index in range(count):
        raw = struct("clens_drift_day")
        status = lib.clens_drift_labels(handle, task, index, raw)
        if status == Status.INVALID_ARGUMENT and task == 0:
            return []  # profiles without scores
        check(status)
        days.append({"rows": raw.rows, "clicks": raw.clicks, **{name: not_nan(getattr(raw, name)) for name in _DAY}})
    return days if any(day["rows"] for day in days) else []
