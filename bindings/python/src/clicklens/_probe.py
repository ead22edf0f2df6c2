"""Linear probes on layers: rows in memory, fits, evaluation, controls, by the C library."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from ._batch import Batch
from ._library import address, check, choice, ffi, lib, struct, text
from ._metrics import Evaluation, clicks_of, evaluation_of, keys_of
from ._rows import RowInfo
from ._session import Wants
from ._turns import Turns
from ._types import Data, FilePath, Numbers

if TYPE_CHECKING:
    from ._model import Model

_CONTROLS = {"shuffled": lib.CLENS_CONTROL_SHUFFLED, "random_task": lib.CLENS_CONTROL_RANDOM_TASK}


@dataclass(frozen=True)
class AucDifference:
    """AUC of two scores of the same rows; difference is b - a, low and high its 95 % interval by `se`."""

    auc_a: float
    auc_b: float
    difference: float
    se: float
    delong_se: float
    delong_clustered_se: float
    delong_se_a: float
    delong_se_b: float
    delong_clustered_se_a: float
    delong_clustered_se_b: float
    low: float
    high: float


@dataclass(frozen=True)
class ProbeInfo:
    """How one probe of a set was fitted."""

    name: str
    value: int
    width: int
    rows: int
    clicks: int
    converged: bool
    iterations: int
    lambda_: float
    objective: float
    gradient: float
    intercept: float


@dataclass(frozen=True)
class Control:
    """AUC over draws: on the rows fitted to, and on others."""

    draws: int
    fit_auc_mean: float
    fit_auc_sd: float
    eval_auc_mean: float
    eval_auc_sd: float
    eval_rows: int


def _plain(cls, raw):
    return cls(**{f.name: getattr(raw, f.name) for f in fields(cls)})


class ProbeRows(Turns):
    """Captured values of rows, with labels, in memory. values: names (default: every layer and every logit)."""

    def __init__(self, model: Model, values: Sequence[str] | None = None, *, memory_bytes: int = 0):
        self._model = model
        if values is None:
            named, index = (*model.layers, *model.outputs), {v.name: i for i, v in enumerate(model.values)}
            self.names, self.values = [each.name for each in named], tuple(index[each.value] for each in named)
        else:
            self.names, self.values = list(values), tuple(model.find_value(name) for name in values)
        options = struct("clens_probe_rows_options")
        indices = ffi.new("size_t[]", list(self.values) or [0])
        options.values, options.value_count, options.memory_bytes = indices, len(self.values), memory_bytes
        made = ffi.new("clens_probe_rows **")
        check(lib.clens_probe_rows_create(model.handle, options, made))
        self.handle = ffi.gc(made[0], lib.clens_probe_rows_release)

    def add(self, data: Data, labels: Numbers | None = None, clusters: Numbers | None = None,
            groups: Numbers | None = None, controls: Numbers | None = None, targets: Numbers | None = None,
            requests: Numbers | None = None, keep: Any = None) -> None:
        """Runs the model on the data and keeps its candidates; keep: a mask of those that count."""
        batch = Batch(self._model.features, data, requests)
        info = RowInfo(batch.candidates, labels, clusters, groups, controls, targets)
        kept = None if keep is None else np.ascontiguousarray(keep, bool).astype(np.uint8)
        with self._model.sessions.borrow(batch, Wants(observed=tuple(dict.fromkeys(self.values)))) as session:
            for chunk in batch.chunks():
                mask = ffi.NULL if kept is None else address(kept[chunk.begin:], "uint8_t *")
                check(lib.clens_probe_rows_add(self.handle, session, chunk.c_batch, info.part(chunk.begin, 0), mask))

    def __len__(self) -> int:
        return lib.clens_probe_rows_count(self.handle)

    def relabel(self, labels: Numbers | None = None, targets: Numbers | None = None) -> None:
        """Another concept for the same rows: labels (0 or 1) or numbers, one per row kept."""
        clicks = None if labels is None else clicks_of(labels)
        numbers = None if targets is None else np.ascontiguousarray(targets, np.float32)
        given = clicks if numbers is None else numbers
        check(lib.clens_probe_rows_relabel(self.handle, ffi.NULL if clicks is None else address(clicks, "uint8_t *"),
                                           ffi.NULL if numbers is None else address(numbers, "float *"),
                                           0 if given is None else given.size))

    def activations(self, index: int) -> np.ndarray:
        """Values number `index` of all rows kept, float32 [rows, width]."""
        found = np.empty((len(self), self._model.values[self.values[index]].width), np.float32)
        check(lib.clens_probe_rows_values(self.handle, index, address(found, "float *"), found.size))
        return found


class Probe(Turns):
    """A fitted set of probes, one per value of the rows. Immutable. Made by `Probe.fit` or `Probe.open`."""

    def __init__(self, handle: Any):
        self.handle = ffi.gc(handle, lib.clens_probe_release)

    @classmethod
    def fit(cls, rows: ProbeRows, validation: ProbeRows | None = None, *, lambda_: float = 0,
            negative_rate: float = 1, numeric: bool = False, tolerance: float = 0) -> Probe:
        """Minimises the mean log loss (numeric: squared error / 2) + lambda / 2 |w|^2 on standardised inputs.
        lambda_ 0: the best of 1e-5 .. 1e-1 on `validation`, 1e-3 without it."""
        options = struct("clens_probe_options")
        options.target = lib.CLENS_PROBE_NUMBER if numeric else lib.CLENS_PROBE_LABEL
        setattr(options, "lambda", lambda_)
        options.negative_rate, options.tolerance = negative_rate, tolerance
        made = ffi.new("clens_probe **")
        check(lib.clens_probe_fit(rows.handle, validation.handle if validation else ffi.NULL, options, made))
        return cls(made[0])

    @classmethod
    def open(cls, path: FilePath, model: Model) -> Probe:
        """A probe file that `save` wrote, for the model it was fitted to."""
        made = ffi.new("clens_probe **")
        check(lib.clens_probe_open(os.fsencode(path), model.handle, made))
        return cls(made[0])

    def save(self, path: FilePath) -> None:
        """Writes a file of its own, complete or not at all."""
        check(lib.clens_probe_save(self.handle, os.fsencode(path)))

    def attach(self, model_path: FilePath, out_path: FilePath) -> None:
        """Writes the model with this probe in it; scores are unchanged."""
        check(lib.clens_probe_attach(self.handle, os.fsencode(model_path), os.fsencode(out_path)))

    def __len__(self) -> int:
        return lib.clens_probe_count(self.handle)

    def info(self, index: int) -> ProbeInfo:
        """How probe `index` was fitted."""
        raw = struct("clens_probe_info")
        check(lib.clens_probe_describe(self.handle, index, raw))
        found = {f.name: getattr(raw, f.name.rstrip("_")) for f in fields(ProbeInfo)}
        return ProbeInfo(**{**found, "name": text(raw.name), "converged": bool(raw.converged)})

    def coefficients(self, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(mean, sd, coefficients on standardised inputs), each [width]."""
        found = [np.empty(self.info(index).width) for _ in range(3)]
        check(lib.clens_probe_coefficients(self.handle, index, *(address(a, "double *") for a in found), found[0].size))
        return tuple(found)

    def logits(self, index: int, rows: ProbeRows) -> np.ndarray:
        """Logits (numbers, of a numeric probe) of rows, float64."""
        found = np.empty(len(rows))
        check(lib.clens_probe_logits(self.handle, index, rows.handle, address(found, "double *"), found.size))
        return found

    def evaluate(self, index: int, rows: ProbeRows, negative_rate: float = 1) -> tuple[Evaluation, float]:
        """(figures of the probe's logits, R^2 of a numeric probe else NaN)."""
        options, raw, r2 = struct("clens_metrics_options"), struct("clens_metrics_result"), ffi.new("double *")
        options.negative_rate = negative_rate
        check(lib.clens_probe_evaluate(self.handle, index, rows.handle, options, raw, r2))
        return evaluation_of(raw), r2[0]

    def difference(self, a: int, b: int, rows: ProbeRows) -> AucDifference:
        """AUC of probe b over that of probe a, on the same rows."""
        raw = struct("clens_auc_difference")
        check(lib.clens_probe_difference(self.handle, a, b, rows.handle, raw))
        return _plain(AucDifference, raw)

    def control(self, index: int, kind: str, fit: ProbeRows, eval: ProbeRows, draws: int = 10,
                seed: int = 1) -> Control:
        """kind: "shuffled" (labels among rows) or "random_task" (a label per control id); same seed, same result."""
        raw = struct("clens_probe_control_result")
        check(lib.clens_probe_control(self.handle, index, choice(_CONTROLS, kind, "kind"), fit.handle, eval.handle,
                                      draws, seed, raw))
        return _plain(Control, raw)


def compare_auc(a: Numbers, b: Numbers, labels: Numbers, clusters: Numbers | None = None,
                buckets: int = 0) -> AucDifference:
    """AUC of scores b over scores a of the same rows, with DeLong's and the clustered standard errors."""
    first, second = (np.ascontiguousarray(scores, np.float32).ravel() for scores in (a, b))
    clicks, keys = clicks_of(labels), keys_of(clusters, "clusters")
    raw = struct("clens_auc_difference")
    check(lib.clens_auc_compare(address(first, "float *"), address(second, "float *"), address(clicks, "uint8_t *"),
                                ffi.NULL if keys is None else address(keys, "uint64_t *"),
                                min(first.size, second.size, clicks.size), buckets, raw))
    return _plain(AucDifference, raw)
