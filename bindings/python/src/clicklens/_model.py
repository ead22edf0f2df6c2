"""An open model: scores, activations, saliency, evaluation."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, overload

import numpy as np

from . import _info, _saliency
from ._arguments import listed, number, path_text, text, whole
from ._attributing import Attributing
from ._attribution import ExplainerPool
from ._batch import Batch
from ._cache import Cache, CachedRows
from ._counts import Counts, add_counts
from ._describing import Describing
from ._library import Error, Status, address, check, check_session, choice, ffi, lib, struct
from ._metrics import Evaluation, Metrics
from ._prepared import Prepared
from ._probe import Probe
from ._session import OUTPUTS, PRECISIONS, SessionPool, Wants
from ._table_scoring import TableScoring
from ._types import Data, FilePath, Numbers, Target, Task

_ACCESS = {"map": lib.CLENS_ACCESS_MAP, "copy": lib.CLENS_ACCESS_COPY}


def open(path: FilePath, *, access: str = "map", verify: bool = False, warm: bool = False) -> Model:
    """Opens and verifies a `.clens` file.

    access: "map" (constant time, shared pages) or "copy" (private memory).
    verify: checksum every segment too, which reads the whole file.
    warm:   touch every page before returning.
    """
    options = struct("clens_model_options")
    options.access = choice(_ACCESS, access, "access")
    options.flags = (lib.CLENS_OPEN_VERIFY_SEGMENTS if verify else 0) | (lib.CLENS_OPEN_WARM if warm else 0)
    made = ffi.new("clens_model **")
    check(lib.clens_model_open(os.fsencode(path_text(path)), options, made))
    return Model(made[0])


class Model(Attributing, Describing, TableScoring):
    """An open model file. Immutable; any number of threads may use it at once. Made by `clicklens.open`.

    Data are a mapping from feature names to columns; other names are ignored. A column of a sparse feature
    is an array (or list) of integers or strings, one per entry; a list of lists, a matrix, or a tuple
    `(values, offsets[, weights])` for several ids an entry; None is a missing value. Dense features take
    float arrays [n] or [n, width]. Arrow arrays are taken as they are. Integers of any width and float32
    pass uncopied.

    `requests` are offsets (see `request_offsets`): candidates requests[r] .. requests[r + 1] belong to
    request r, and columns of request scope hold one entry per request. Without it every row is a request.
    """

    def __init__(self, handle: Any):
        self.handle = ffi.gc(handle, lib.clens_model_release)
        self.sessions = SessionPool(self.handle)
        self.explainers = ExplainerPool(self.handle)
        raw = _info.describe(self.handle)
        self.info = _info.model_info(raw)
        self.features = _info.features(self.handle, raw.features)
        self.groups = _info.groups(self.handle, raw.groups)
        self.tables = _info.tables(self.handle, raw.tables)
        self.values = _info.values(self.handle, raw.values)
        self.layers = _info.named(self.handle, raw.layers, lib.clens_model_layer, self.values)
        self.outputs = _info.named(self.handle, raw.outputs, lib.clens_model_output, self.values)
        self.metadata = _info.metadata(self.handle, raw.metadata)

    def __repr__(self) -> str:
        return (f"<clicklens.Model '{self.info.name}': {len(self.features)} features in {len(self.groups)} groups, "
                f"{self.info.parameters:,} parameters>")

    def verify_segments(self) -> None:
        """Checksums every segment; Error CHECKSUM_MISMATCH names the first that differs."""
        check(lib.clens_model_verify_segments(self.handle))

    def self_test(self) -> None:
        """Runs the rows stored in the file; Error NOT_FOUND when there are none."""
        check(lib.clens_model_self_test(self.handle))

    @overload
    def score(self, data: Data, requests: Numbers | None = None, output: str = "probability", strands: int = 1, *,
              counts: Literal[False] = False, precision: str = "f32", full_precision: Sequence[str] = (),
              cache: Cache | None = None, cache_rows: Numbers | None = None, strict: bool = False) -> np.ndarray: ...

    @overload
    def score(self, data: Data, requests: Numbers | None = None, output: str = "probability", strands: int = 1, *,
              counts: Literal[True], precision: str = "f32", full_precision: Sequence[str] = (),
              cache: Cache | None = None, cache_rows: Numbers | None = None,
              strict: bool = False) -> tuple[np.ndarray, Counts]: ...

    def score(self, data: Data, requests: Numbers | None = None, output: str = "probability", strands: int = 1, *,
              counts: bool = False, precision: str = "f32", full_precision: Sequence[str] = (),
              cache: Cache | None = None, cache_rows: Numbers | None = None, strict: bool = False) -> Any:
        """Scores every candidate: float32 [n], or [n, tasks] when the model has several outputs.

        output: "probability" or "logit". With counts=True returns (scores, Counts).
        precision: "f32", "int8" or "bf16" (Error UNSUPPORTED where the processor has none), of linears of several
            outputs, but those that make a value of `full_precision`; see `clicklens.precision_report`. "recommended":
            as the file says, `recommended_precision`.
        cache, cache_rows: the row of `cache` (see `cache`; of the same precision) that each candidate is in, or -1;
            columns of candidate scope then have one entry for each -1 alone.
        strict: a bad value (NaN, text that is no UTF-8) is an Error BAD_VALUE, instead of a missing one.
        """
        wants = Wants(**self.precision_of(precision, full_precision))
        batch = Batch(self.features, data, requests, cached=CachedRows.of(cache, cache_rows), strict=strict)
        scores, _, met = self._run(batch, output, strands, wants=wants)
        scores = scores[:, 0] if len(self.outputs) == 1 else scores
        return (scores, met) if counts else scores

    def prepare(self, data: Data, requests: Numbers | None = None, output: str = "probability", strands: int = 1, *,
                precision: str = "f32", full_precision: Sequence[str] = (), cache: Cache | None = None,
                cache_rows: Numbers | None = None, strict: bool = False) -> Prepared:
        """Binds one request, to be run many times: `prepare(...).run()` has the bits of `score(...)` for a few
        microseconds of overhead. Arguments as `score`."""
        cached = CachedRows.of(cache, cache_rows)
        batch = Batch(self.features, data, requests, 2**62, cached=cached, strict=strict)
        wants = Wants(_strands(strands), cache=cached is not None, **self.precision_of(precision, full_precision))
        return Prepared(self, batch, choice(OUTPUTS, output, "output"), wants)

    @property
    def recommended_precision(self) -> tuple[str, list[str]]:
        """What `score(precision="recommended")` runs in on this machine: the precision, and the values that stay in
        float32. ("f32", []) where the file recommends none (`Refiner.recommend_precision`)."""
        precision, count = ffi.new("uint32_t *"), ffi.new("size_t *")
        kept = ffi.new("size_t[]", max(len(self.values), 1))
        check(lib.clens_model_recommended_precision(self.handle, precision, kept, len(self.values), count))
        return list(PRECISIONS)[precision[0]], [self.values[kept[i]].name for i in range(count[0])]

    def precision_of(self, precision: str, full_precision: Sequence[str]) -> dict:
        """The two as what sessions and caches are made with."""
        kept = tuple(self.find_value(v) for v in listed(full_precision, "full_precision"))
        return {"precision": choice(PRECISIONS, precision, "precision"), "full_precision": kept}

    def cache(self, ads: Data, rows: int | None = None, *, precision: str = "f32", full_precision: Sequence[str] = (),
              storage: str = "f32", explainable: bool = False, strands: int = 1) -> Cache:
        """Prepares ads: what depends on them alone is computed once, into rows 0, 1, 2, ... of a cache.

        rows:        room for ads; default: for these.
        precision, full_precision: of the runs that will read it, as `score`.
        storage:     "f32": scores have the bits of uncached runs; "f16": half the memory, lossy.
        explainable: keeps all that saliency needs too.
        """
        return Cache(self, ads, rows, self.precision_of(precision, full_precision), storage, explainable, strands)

    def score_early(self, data: Data, probe: Probe, index: int, bound: float, requests: Numbers | None = None,
                    output: str = "probability", strands: int = 1) -> tuple[np.ndarray, int]:
        """(scores, how many candidates stopped early). Candidates whose logit by probe `index` is below `bound`
        stop at that probe's layer, with the probe's score; the others have the scores of `score`."""
        wants = Wants(_strands(strands), probe=probe.handle, exit_probe=whole(index, "index", 0, len(probe) - 1) + 1,
                      exit_bound=number(bound, "bound"))
        batch, out = Batch(self.features, data, requests), struct("clens_output")
        out.kind = choice(OUTPUTS, output, "output")
        scores, exited = np.empty(batch.candidates, np.float32), 0
        with self.sessions.borrow(batch, wants) as session:
            for chunk in batch.chunks():
                _aim(out, scores[chunk.begin : chunk.end])
                check_session(session, lib.clens_session_run(session, chunk.c_batch, out))
                exited += out.exited
        return scores, exited

    def probe_logits(self, data: Data, probe: Probe, requests: Numbers | None = None, strands: int = 1) -> np.ndarray:
        """Logits of every probe of a set, computed inside the run, float32 [n, probes]."""
        batch, out = Batch(self.features, data, requests), struct("clens_output")
        logits = np.empty((batch.candidates, len(probe)), np.float32)
        scores = np.empty((batch.candidates, len(self.outputs)), np.float32)
        with self.sessions.borrow(batch, Wants(_strands(strands), probe=probe.handle)) as session:
            for chunk in batch.chunks():
                part = logits[chunk.begin : chunk.end]
                _aim(out, scores[chunk.begin : chunk.end])
                out.probe_logits, out.probe_capacity = address(part, "float *"), part.size
                check_session(session, lib.clens_session_run(session, chunk.c_batch, out))
        return logits

    def probe(self) -> Probe:
        """The probe that the model's file carries; Error NOT_FOUND."""
        made = ffi.new("clens_probe **")
        check(lib.clens_model_probe(self.handle, made))
        return Probe(made[0])

    def untrained(self, seed: int) -> Model:
        """A model of the same graph with fresh weights, in memory: what a probe's control is measured on."""
        made = ffi.new("clens_model **")
        check(lib.clens_model_untrained(self.handle, whole(seed, "seed"), made))
        return Model(made[0])

    def randomised(self, seed: int, layers: int) -> Model:
        """As untrained, but of the last `layers` linears and what follows the first of them alone; with more than
        there are, untrained itself."""
        made = ffi.new("clens_model **")
        check(lib.clens_model_randomised(self.handle, whole(seed, "seed"), whole(layers, "layers"), made))
        return Model(made[0])

    def activations(self, data: Data, values: Sequence[str] | None = None, requests: Numbers | None = None,
                    strands: int = 1, *, precision: str = "f32") -> dict[str, np.ndarray]:
        """The named values or layers (default: every layer), as float32 [rows, width] each.

        Rows are rows of the value's own scope: a value that depends only on the request has one row per
        request, any other one per candidate.
        """
        names = [layer.name for layer in self.layers] if values is None else listed(values, "values")
        indices = tuple(self.find_value(name) for name in names)
        batch = Batch(self.features, data, requests)
        wants = Wants(precision=choice(PRECISIONS, precision, "precision"))
        _, captured, _ = self._run(batch, "logit", strands, tuple(dict.fromkeys(indices)), wants)
        return {name: captured[index] for name, index in zip(names, indices)}

    def saliency(self, data: Data, method: str = "centred", level: str = "group", target: Target = "logit", *,
                 task: Task = 0, means: Numbers | None = None, reference: Data | None = None,
                 requests: Numbers | None = None, per_request: bool = False, gradients: str = "full", strands: int = 1,
                 cache: Cache | None = None, cache_rows: Numbers | None = None) -> Any:
        """How much each part of the input moved each candidate's score.

        method: "centred" (default; (e - mean e) . dz/de), "gradient_x_input", "gradient_l1", "gradient_l2".
        level:  "group" [n, groups], "feature" [n, features], "dimension" [n, input_width], or "id": a dict
                from sparse feature name to (values, offsets), the ids of an entry in the caller's order.
        target: "logit", "probability", or (value name, column) for a neuron; `task` picks the output.
        means:  what "centred" subtracts, from `means()`; or `reference`, data to take them from; default:
                the data at hand.
        per_request: request-scope features get the signed sum over their request's candidates.
        gradients: "groups" is faster for requests of many candidates, for level "group" by "centred" or
                "gradient_x_input" alone; its scores differ from those of "full" in rounding.
        cache, cache_rows: as `score`; the cache must be explainable.
        """
        batch = Batch(self.features, data, requests, cached=CachedRows.of(cache, cache_rows))
        spec = _saliency.Spec.of(self, method, level, target, task, per_request)
        if spec.centred and means is None and reference is not None:
            means = self.means(reference)
        kind = choice(_saliency.GRADIENTS, gradients, "gradients")
        return self._explain(batch, spec, means, strands, kind)[0]

    def means(self, data: Data, requests: Numbers | None = None) -> np.ndarray:
        """Mean pooled inputs over reference rows, float32 [input_width]: what centred saliency subtracts."""
        return self.means_of([Batch(self.features, data, requests)])

    def coverage(self, data: Data, requests: Numbers | None = None) -> np.ndarray:
        """Whether each feature says something of each candidate, bool [n, features].

        True where it has an id with a table row of its own, or a finite number; rows and numbers that stand
        in for missing and unknown ones do not count.
        """
        batch = Batch(self.features, data, requests)
        covered = np.zeros((batch.candidates, len(self.features)), bool)
        with self.sessions.borrow(batch, Wants()) as session:
            for chunk in batch.chunks():
                part = covered[chunk.begin : chunk.end]
                check_session(session, lib.clens_saliency_coverage(session, chunk.c_batch,
                                                                   address(part, "uint8_t *"), part.size))
        return covered

    def evaluate(self, data: Data, labels: Numbers, groups: Numbers | None = None, clusters: Numbers | None = None,
                 negative_rate: float = 1, *, task: Task = 0, requests: Numbers | None = None,
                 strands: int = 1) -> Evaluation:
        """Scores the data and compares with clicks (0 or 1).

        groups:   key per row for GAUC; clusters: key per row for standard errors (default: every row its own).
        negative_rate: share of negatives kept by sampling; those kept weigh 1 / rate.
        """
        logits = self.score(data, requests, "logit", strands).reshape(-1, len(self.outputs))
        metrics = Metrics(negative_rate=negative_rate)
        metrics.add(logits[:, self.task_index(task)], labels, groups, clusters)
        return metrics.result()

    # -------------------------------------------------------------- inside

    def find_value(self, name: str) -> int:
        """Index of the value that a layer's, value's or output's name means."""
        index = ffi.new("size_t *")
        check(lib.clens_model_find_value(self.handle, text(name, "a value's name").encode("utf-8"), index))
        return index[0]

    def task_index(self, task: Task) -> int:
        """Index of an output, by name or index."""
        names = [output.name for output in self.outputs]
        if isinstance(task, str) and task in names:
            return names.index(task)
        numbered = isinstance(task, (int, np.integer)) and not isinstance(task, bool)
        if numbered and 0 <= task < len(names):
            return int(task)
        raise Error(Status.INVALID_ARGUMENT if numbered else Status.NOT_FOUND,
                    f"task {task!r}: the model's outputs are {', '.join(names)}")

    def _explain(self, batch: Batch, spec: _saliency.Spec, means, strands: int,
                 gradients: int = lib.CLENS_GRADIENTS_FULL):
        """Saliency and Counts; without means, those of the batch."""
        if spec.centred:
            if means is None:  # an empty batch has none, and needs none
                means = self.means_of([batch]) if batch.candidates else np.zeros(self.info.input_width)
            spec.set_means(means, self.info.input_width)
        wants = Wants(_strands(strands), gradients, spec.captures, cache=batch.cached is not None)
        with self.sessions.borrow(batch, wants) as session:
            values, met = _saliency.run(self, session, batch, spec)
        total = Counts()
        for out in met:
            total = add_counts(total, out.counts)
        return values, total

    def means_of(self, batches: Any) -> np.ndarray:
        """Mean pooled inputs over several prepared batches."""
        sums = np.zeros(max(self.info.input_width, 1), np.float64)
        rows = ffi.new("uint64_t *")
        for batch in batches:
            wants = Wants(gradients=lib.CLENS_GRADIENTS_FULL, cache=batch.cached is not None)
            with self.sessions.borrow(batch, wants) as session:
                for chunk in batch.chunks():
                    check_session(session, lib.clens_saliency_means(session, chunk.c_batch, address(sums, "double *"),
                                                                    self.info.input_width, rows))
        if rows[0] == 0:
            raise Error(Status.INVALID_ARGUMENT, "no rows to take reference means from")
        return (sums[: self.info.input_width] / rows[0]).astype(np.float32)

    def _run(self, batch: Batch, output: str, strands: int, captures: tuple[int, ...] = (), wants: Wants = Wants()):
        tasks = len(self.outputs)
        scores = np.empty((batch.candidates, tasks), np.float32)
        rows = {i: batch.requests if self.values[i].scope == "request" else batch.candidates for i in captures}
        captured = {i: np.empty((rows[i], self.values[i].width), np.float32) for i in captures}
        out = struct("clens_output")
        out.kind = choice(OUTPUTS, output, "output")
        wanted = ffi.new("clens_capture[]", max(len(captures), 1))
        out.captures, out.capture_count = wanted, len(captures)
        out.capture_size = ffi.sizeof("clens_capture")
        total = Counts()
        wants = replace(wants, strands=_strands(strands), captures=captures, cache=batch.cached is not None)
        with self.sessions.borrow(batch, wants) as session:
            for chunk in batch.chunks():
                _aim(out, scores[chunk.begin : chunk.end])
                for c, index in zip(wanted, captures):
                    shared = self.values[index].scope == "request"
                    part = captured[index][chunk.first : chunk.last] if shared else \
                        captured[index][chunk.begin : chunk.end]
                    c.value, c.data, c.capacity = index, address(part, "float *"), part.size
                check_session(session, lib.clens_session_run(session, chunk.c_batch, out))
                total = add_counts(total, out.counts)
        return scores, captured, total


def _strands(strands) -> int:
    return whole(strands, "strands", 0, 2**32 - 1)


def _aim(out, part: np.ndarray) -> None:
    out.values, out.capacity = address(part, "float *"), part.size
