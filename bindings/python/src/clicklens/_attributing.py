"""What a model is asked about single scores: why each is what it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from . import _attribution
from ._attribution import Attribution
from ._batch import Batch
from ._library import Error, Status


class Attributing:
    """The part of `Model` that attributes; its features, values, info and explainers are the model's."""

    def attribute(self, data, method: str = "integrated_gradients", level: str = "group", target="logit", *, task=0,
                  baseline="mean", layer: str | None = None, reference=None, requests=None, steps: int = 50,
                  tolerance: float = 0.0, draws: int = 50, seed: int = 0, noise: float = 0.1,
                  gradients_only: bool = False) -> Attribution:
        """Why each candidate has its score, by methods that look at more than one gradient.

        method: "integrated_gradients" (tolerance > 0 doubles `steps` while the gap is larger), "expected_gradients",
                "smoothgrad" (noise: a share of each group's standard deviation), "deeplift", "ablation", "additive"
                (use `additive`), "conductance" and "neuron_gradients" (of `layer`, a value's name).
        level:  "group", "feature" or "dimension"; target, task: as `saliency`.
        baseline: "mean" (of the reference rows), "zero" (no ids), or pooled inputs (see `pooled`): one row or one
                for each candidate.
        reference: data that means, deviations and the rows of expected gradients are taken from; default: the data
                at hand.
        gradients_only: smoothgrad and neuron_gradients without the factor input - baseline.
        """
        spec = _attribution.Spec(self, method, level, target, task, layer, gradients_only)
        spec.numbers(steps, tolerance, draws, seed, noise)
        batch = Batch(self.features, data, requests)
        named = baseline if isinstance(baseline, str) else None
        if named not in (None, "mean", "zero"):
            raise Error(Status.INVALID_ARGUMENT, f"baseline must be 'mean', 'zero' or rows, not {baseline!r}")
        if named is None:
            spec.set_baselines(baseline)
        if batch.candidates and method != "additive" and (named == "mean" or method in _attribution.RANDOM):
            rows = self._pool(batch) if reference is None else self.pooled(reference)
            if not len(rows):
                raise Error(Status.INVALID_ARGUMENT, "reference: no rows")
            if named == "mean":
                spec.set_baselines(rows if method == "expected_gradients" else rows.mean(0, np.float64))
            spec.set_spreads(rows.std(0, np.float64))
        with self.explainers.borrow(batch, spec.layers) as explainer:
            found = _attribution.run(explainer, batch, spec)
        if method != "neuron_gradients":
            return found
        width = self.values[spec.c.layer].width
        return replace(found, values=found.values.reshape(batch.candidates, width, -1))

    def additive(self, data, level: str = "group", *, task=0, requests=None) -> Attribution:
        """The parts a logit is the sum of: input x gradient by group, and `bias`. Networks that are piecewise linear
        in their inputs; others: Error UNSUPPORTED, which names the operator."""
        return self.attribute(data, "additive", level, task=task, baseline="zero", requests=requests)

    def pooled(self, data, requests=None) -> np.ndarray:
        """What the network reads of each candidate, float32 [n, input_width]: rows for `attribute`'s baseline."""
        return self._pool(Batch(self.features, data, requests))

    def _pool(self, batch: Batch) -> np.ndarray:
        with self.explainers.borrow(batch) as explainer:
            return _attribution.pool(explainer, batch, self.info.input_width)
