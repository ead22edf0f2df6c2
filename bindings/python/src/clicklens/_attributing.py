"""What a model is asked about single scores: why each is what it is."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _attribution
from ._attribution import Attribution
from ._batch import Batch
from ._library import Error, Status
from ._types import Data, Numbers, Target, Task


class Attributing:
    """The part of `Model` that attributes; its features, values, info and explainers are the model's."""

    def attribute(self, data: Data, method: str = "integrated_gradients", level: str = "group",
                  target: Target = "logit", *, task: Task = 0, baseline: Any = "mean", layer: str | None = None,
                  reference: Any = None, requests: Numbers | None = None, steps: int = 50, tolerance: float = 0.0,
                  draws: int = 50, seed: int = 0, noise: float = 0.1, gradients_only: bool = False) -> Attribution:
        """Why each candidate has its score, by methods that look at more than one gradient.

        method: "integrated_gradients" (tolerance > 0 doubles `steps` while the gap is larger), "expected_gradients",
                "smoothgrad" (noise: a share of each group's standard deviation), "deeplift", "ablation", "additive"
                (use `additive`), "conductance" and "neuron_gradients" (of `layer`, a value's name).
        level:  "group", "feature", "dimension" or "id" (not of conductance); target, task: as `saliency`. An id has its row
                by its weight in the bag, less its share of the baseline; `Attribution.rest` is what no id carries.
        baseline: "mean" (of the reference rows), "zero" (no ids), or pooled inputs (see `pooled`): one row or one
                for each candidate.
        reference: data that means, deviations and the rows of expected gradients are taken from; default: the data
                at hand.
        gradients_only: smoothgrad and neuron_gradients without the factor input - baseline.
        """
        spec, batch = self._prepare(data, method, level, target, task, layer, gradients_only, baseline, reference,
                                    requests)
        spec.numbers(steps, tolerance, draws, seed, noise)
        with self.explainers.borrow(batch, spec.layers) as explainer:
            return _attribution.run(explainer, batch, spec, self)

    def additive(self, data: Data, level: str = "group", *, task: Task = 0,
                 requests: Numbers | None = None) -> Attribution:
        """The parts a logit is the sum of: input x gradient by group, and `bias`. Networks that are piecewise linear
        in their inputs; others: Error UNSUPPORTED, which names the operator."""
        return self.attribute(data, "additive", level, task=task, baseline="zero", requests=requests)

    def pooled(self, data: Data, requests: Numbers | None = None) -> np.ndarray:
        """What the network reads of each candidate, float32 [n, input_width]: rows for `attribute`'s baseline."""
        return self._pool(Batch(self.features, data, requests))

    def _pool(self, batch: Batch) -> np.ndarray:
        with self.explainers.borrow(batch) as explainer:
            return _attribution.pool(explainer, batch, self.info.input_width)

    def faithfulness(self, data: Data, kind: str = "infidelity", method: str = "integrated_gradients",
                     target: Target = "logit", *, task: Task = 0, baseline: Any = "mean", reference: Any = None,
                     requests: Numbers | None = None, draws: int = 10, seed: int = 0, size: float = 0.1) -> np.ndarray:
        """How far an attribution of input dimensions can be trusted, float32 [n] (Yeh et al. 2019).

        kind: "infidelity", what it misses of the score's change when inputs move by `size` standard deviations of
              their group, squared; "sensitivity", how far it moves, by its own size, when inputs move by up to that.
        Other arguments: as `attribute`.
        """
        spec, batch = self._prepare(data, method, "dimension", target, task, None, False, baseline, reference, requests)
        if spec.spreads is None and batch.candidates:
            spec.set_spreads(self._reference(batch, reference).std(0, np.float64))
        with self.explainers.borrow(batch, spec.layers) as explainer:
            return _attribution.check_faithfulness(explainer, batch, spec, kind, draws, seed, size)

    def sanity_check(self, data: Data, method: str = "integrated_gradients", level: str = "group", *, task: Task = 0,
                     baseline: Any = "mean", reference: Any = None, requests: Numbers | None = None, seed: int = 0,
                     **options: Any) -> list[float]:
        """Whether an attribution looks at what the network learnt: the rank correlation of mean |attribution| between
        this model and models whose last 1, 2, ... linears are drawn anew, at the end all weights and tables (Adebayo et
        al. 2018). Correlations that stay near 1 say no. Of few groups they move in large steps; level "dimension" has
        more to rank.
        """
        if level == "id":
            raise Error(Status.INVALID_ARGUMENT, "level: ids of different candidates are not ranked together")
        options |= {"task": task, "baseline": baseline, "reference": reference, "requests": requests}

        def sizes(model):
            return np.abs(model.attribute(data, method, level, **options).values).mean(0)

        own, found, layers = sizes(self), [], 0
        fresh = self.untrained(seed).info.id
        while True:
            layers += 1
            other = self.randomised(seed, layers)
            found.append(_attribution.rank_correlation(own, sizes(other)))
            if other.info.id == fresh:
                return found

    def _prepare(self, data, method, level, target, task, layer, gradients_only, baseline, reference, requests):
        spec = _attribution.Spec(self, method, level, target, task, layer, gradients_only)
        batch = Batch(self.features, data, requests)
        named = baseline if isinstance(baseline, str) else None
        if named not in (None, "mean", "zero"):
            raise Error(Status.INVALID_ARGUMENT, f"baseline must be 'mean', 'zero' or rows, not {baseline!r}")
        if named is None:
            spec.set_baselines(baseline)
        if batch.candidates and method != "additive" and (named == "mean" or method in _attribution.RANDOM):
            rows = self._reference(batch, reference)
            if named == "mean":
                spec.set_baselines(rows if method == "expected_gradients" else rows.mean(0, np.float64))
            spec.set_spreads(rows.std(0, np.float64))
        return spec, batch

    def _reference(self, batch: Batch, reference) -> np.ndarray:
        """Pooled inputs of reference rows, of the batch's own without them."""
        rows = self._pool(batch) if reference is None else self.pooled(reference)
        if not len(rows):
            raise Error(Status.INVALID_ARGUMENT, "reference: no rows")
        return rows
