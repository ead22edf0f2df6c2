"""Attribution runs: explainers, made on demand and kept; the C spec; and what comes back."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from ._arguments import bad, number, numbers, whole
from ._library import address, check, choice, ffi, lib, struct
from ._saliency import LEVELS, TARGETS, id_lengths, split_ids
from ._session import make_inputs

METHODS = {"integrated_gradients": lib.CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS,
           "expected_gradients": lib.CLENS_ATTRIBUTION_EXPECTED_GRADIENTS,
           "smoothgrad": lib.CLENS_ATTRIBUTION_SMOOTHGRAD, "deeplift": lib.CLENS_ATTRIBUTION_DEEPLIFT,
           "ablation": lib.CLENS_ATTRIBUTION_ABLATION, "additive": lib.CLENS_ATTRIBUTION_ADDITIVE,
           "conductance": lib.CLENS_ATTRIBUTION_CONDUCTANCE,
           "neuron_gradients": lib.CLENS_ATTRIBUTION_NEURON_GRADIENTS}
CHECKS = {"infidelity": lib.CLENS_FAITHFULNESS_INFIDELITY, "sensitivity": lib.CLENS_FAITHFULNESS_SENSITIVITY}
RANDOM = ("expected_gradients", "smoothgrad")
LAYERED = ("conductance", "neuron_gradients")


@dataclass(frozen=True)
class Attribution:
    """What `Model.attribute` found; NaN where a method has no such figure. Arrays have one entry for each candidate.

    values:   float32 [n, columns of the level]; conductance [n, neurons]; neuron_gradients [n, neurons, columns].
              By id, for each sparse feature: (values [ids], offsets [n + 1]); neuron_gradients [neurons, ids].
    errors:   Monte-Carlo standard errors like values, of random methods; else None.
    score, baseline: the target of the candidate and of its baseline; total: the sum of its values.
    bias:     additive: what biases and shifts add to the score.
    gap:      what the values leave of score - baseline (additive: of score - bias), by the sum of magnitudes.
    steps:    along the path, or draws.
    rest:     by id: the part of the total that no id carries (dense features, bags without ids); else 0.
    """

    values: np.ndarray | dict[str, tuple[np.ndarray, np.ndarray]]
    errors: np.ndarray | dict[str, tuple[np.ndarray, np.ndarray]] | None
    score: np.ndarray
    baseline: np.ndarray
    total: np.ndarray
    bias: np.ndarray
    gap: np.ndarray
    steps: np.ndarray
    rest: np.ndarray


class ExplainerPool:
    """Idle explainers by signature and layers, as SessionPool keeps sessions."""

    def __init__(self, model, keep: int = 4):
        self._model, self._keep = model, keep
        self._lock = threading.Lock()
        self._idle: dict[tuple, list] = {}

    @contextmanager
    def borrow(self, batch, layers: tuple[int, ...] = ()):
        key = (batch.signature, layers)
        with self._lock:
            waiting = self._idle.get(key)
            explainer = waiting.pop() if waiting else None
        yield (explainer := explainer or self._make(*key))
        with self._lock:
            if sum(map(len, self._idle.values())) >= self._keep:
                self._idle.clear()
            self._idle.setdefault(key, []).append(explainer)

    def _make(self, signature, layers):
        options = struct("clens_explainer_options")
        kept = ffi.new("size_t[]", list(layers)) if layers else ffi.NULL
        options.layers, options.layer_count = kept, len(layers)
        inputs, made = make_inputs(signature), ffi.new("clens_explainer **")
        check(lib.clens_explainer_create(self._model, inputs, options, made))
        return ffi.gc(made[0], lib.clens_explainer_release)


class Spec:
    """A clens_attribution_spec, what it points at, and the layers its explainer must allow."""

    def __init__(self, model, method, level, target, task, layer, gradients_only):
        self.method, self.layers, self.baselines, self.spreads = method, (), None, None
        self.width = model.info.input_width
        c = self.c = struct("clens_attribution_spec")
        c.method, c.level = choice(METHODS, method, "method"), choice(LEVELS, level, "level")
        c.flags = lib.CLENS_ATTRIBUTION_GRADIENTS_ONLY if gradients_only else 0
        if isinstance(target, tuple):
            if len(target) != 2:
                raise bad(f"a neuron is (value name, column), not {target!r}")
            c.target, c.value = lib.CLENS_TARGET_NEURON, model.find_value(target[0])
            c.column, self.layers = whole(target[1], "target's column"), (c.value,)
        else:
            c.target, c.task = choice(TARGETS, target, "target"), model.task_index(task)
        if (layer is None) == (method in LAYERED):
            raise bad(f"layer: {'needed' if layer is None else 'not read'} by method {method!r}")
        if layer is not None:
            c.layer = model.find_value(layer)
            self.layers = tuple(dict.fromkeys((*self.layers, c.layer)))

    def neurons(self, model) -> int:
        """Values that each column of the level has."""
        return model.values[self.c.layer].width if self.method == "neuron_gradients" else 1

    def numbers(self, steps, tolerance, draws, seed, noise) -> None:
        c, most = self.c, 2**32 - 1
        c.steps, c.draws = whole(steps, "steps", 0, most), whole(draws, "draws", 0, most)
        c.seed, c.tolerance, c.noise = whole(seed, "seed"), number(tolerance, "tolerance"), number(noise, "noise")

    def set_baselines(self, rows) -> None:
        with np.errstate(over="ignore"):
            rows = np.ascontiguousarray(np.atleast_2d(numbers(rows, "baseline", np.float32)))
        if rows.ndim != 2 or rows.shape[1] != self.width:
            raise bad(f"baseline must be rows of {self.width} numbers, shape is {rows.shape}")
        self.baselines = rows

    def set_spreads(self, spreads) -> None:
        self.spreads = spreads = np.ascontiguousarray(spreads, np.float32)
        self.c.spreads, self.c.spread_count = address(spreads, "float *"), spreads.size

    def aim(self, candidates: int, begin: int, end: int) -> None:
        """The baselines of one chunk."""
        rows = self.baselines
        if rows is None:
            return
        if self.method != "expected_gradients" and len(rows) not in (0, 1):
            if len(rows) != candidates:
                raise bad(f"baseline has {len(rows)} rows; one, or one for each of {candidates} candidates")
            rows = rows[begin:end]
        self.c.baselines, self.c.baseline_rows = address(rows, "float *"), len(rows)


def run(explainer, batch, spec: Spec, model) -> Attribution:
    lengths, each = None, 0
    if spec.c.level == lib.CLENS_LEVEL_ID:
        lengths = id_lengths(model, batch)
        ends = np.append(0, np.cumsum(lengths.sum(1))) * spec.neurons(model)
    else:
        each = _stride(explainer, batch, spec)
        ends = np.arange(batch.candidates + 1) * each
    values = np.empty(ends[-1], np.float32)
    errors = np.empty_like(values) if spec.method in RANDOM else None
    infos = ffi.new("clens_attribution_info[]", max(batch.candidates, 1))
    for chunk in batch.chunks():
        spec.aim(batch.candidates, chunk.begin, chunk.end)
        here = slice(ends[chunk.begin], ends[chunk.end])
        out, part = struct("clens_attribution"), values[here]
        out.values, out.capacity = address(part, "float *"), part.size
        if errors is not None:
            out.errors, out.error_capacity = address(errors[here], "float *"), part.size
        out.infos, out.info_capacity = infos + chunk.begin, chunk.end - chunk.begin
        out.info_size = ffi.sizeof("clens_attribution_info")
        check(lib.clens_explainer_run(explainer, chunk.c_batch, spec.c, out))
    raw = np.frombuffer(ffi.buffer(infos), _INFO)[: batch.candidates]
    shaped = [None if flat is None else _shape(model, spec, lengths, each, flat) for flat in (values, errors)]
    return Attribution(*shaped, *(raw[name].copy() for name in _INFO.names if name != "reserved"))


def _stride(explainer, batch, spec: Spec) -> int:
    size = ffi.new("size_t *")
    spec.aim(batch.candidates, 0, min(batch.candidates, 1))
    check(lib.clens_explainer_size(explainer, spec.c, 1, size))
    return size[0]


def _shape(model, spec: Spec, lengths, each: int, flat: np.ndarray):
    neurons = spec.neurons(model)
    if lengths is None:
        rows = flat.reshape(flat.size // each, each)
        return rows.reshape(-1, neurons, each // neurons) if spec.method == "neuron_gradients" else rows
    if spec.method != "neuron_gradients":
        return split_ids(model, lengths, flat)
    # A candidate's floats are [neurons, its ids]; those of all, [neurons, ids].
    counts = lengths.sum(1)
    first, count = (np.repeat(a, counts) for a in (np.cumsum(counts) - counts, counts))
    place = np.arange(len(first)) - first + neurons * first
    return split_ids(model, lengths, flat[place + np.arange(neurons)[:, None] * count])


_INFO = np.dtype([(name, np.float64) for name in ("score", "baseline", "sum", "bias", "gap")]
                 + [("steps", np.uint32), ("reserved", np.uint32), ("rest", np.float64)])


def pool(explainer, batch, width: int) -> np.ndarray:
    """Pooled inputs of every candidate."""
    rows = np.empty((batch.candidates, width), np.float32)
    for chunk in batch.chunks():
        part = rows[chunk.begin : chunk.end]
        check(lib.clens_explainer_inputs(explainer, chunk.c_batch, address(part, "float *"), part.size))
    return rows


def check_faithfulness(explainer, batch, spec: Spec, kind: str, draws, seed, size) -> np.ndarray:
    by = struct("clens_faithfulness_spec")
    by.kind, by.draws = choice(CHECKS, kind, "kind"), whole(draws, "draws", 0, 2**32 - 1)
    by.seed, by.size = whole(seed, "seed"), number(size, "size")
    values = np.empty(batch.candidates, np.float32)
    for chunk in batch.chunks():
        spec.aim(batch.candidates, chunk.begin, chunk.end)
        part = values[chunk.begin : chunk.end]
        check(lib.clens_explainer_faithfulness(explainer, chunk.c_batch, spec.c, by, address(part, "float *"),
                                               part.size))
    return values


def rank_correlation(a, b) -> float:
    """Spearman's, ties at their mean rank; NaN where either is constant."""
    ranks = []
    for values in (np.asarray(a, np.float64), np.asarray(b, np.float64)):
        _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
        ranks.append((np.cumsum(counts) - (counts - 1) / 2)[place])
        ranks[-1] = ranks[-1] - ranks[-1].mean()
    size = np.sqrt((ranks[0] ** 2).sum() * (ranks[1] ** 2).sum())
    return float((ranks[0] * ranks[1]).sum() / size) if size > 0 else float("nan")
