"""One cell of the comparison: a model, a number of candidates, of one request or not. Outputs are compared, the cost of
empty calls is found, then all sides are timed in turns."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import measure
import numpy as np
from data import pool, probabilities
from ours import Unsupported
from sides import OURS, of_cell

TOLERANCE = 1e-5  # of a float32 probability


@dataclass
class Settings:
    rounds: int = 21
    turn_ms: float = 25
    quick: bool = False


class Wrong(Exception):
    """Two runtimes do not compute the same."""


def _open(sides, shape, weights, folder, batches, say):
    """{side: (calls, score readers)} of those that work here."""
    opened = {}
    for side in sides:
        try:
            peer = side.open(shape, side.write(folder, shape, weights))
            if side.ours and side.form == "cached":
                peer.fill(batches)
            opened[side] = [list(pair) for pair in zip(*map(peer.bind, batches))]
        except Unsupported as reason:
            say(f"skipped: {side.name}: {reason}")
        except RuntimeError as reason:
            if side.precision == "f32":
                raise
            say(f"skipped: {side.name}: {reason}")
    return opened


def _scores(calls, readers, index):
    calls[index]()
    return readers[index]()


def _largest_difference(opened, weights, batches):
    """{side: max |dp| against numpy over the first and the last batch}; Wrong where a float32 side is off."""
    differences = {}
    for side, (calls, readers) in opened.items():
        worst = 0.0
        for index in (0, len(batches) - 1):
            expected = probabilities(weights, batches[index])
            found = _scores(calls, readers, index)
            if found.shape != expected.shape or not np.isfinite(found).all():
                raise Wrong(f"{side.name}: scores of shape {found.shape}, or not finite")
            worst = max(worst, float(np.abs(found - expected).max()))
        differences[side] = worst
        if side.precision == "f32" and worst >= TOLERANCE:
            raise Wrong(f"{side.name}: a probability differs by {worst:.1e}")
    return differences


def _ranking(opened, batches):
    """{side: AUC} of the reduced precisions and of ours in float32, on labels drawn from its probabilities."""
    reduced = [side for side in opened if side.precision != "f32" or side == OURS]
    scores = {side: np.concatenate([_scores(*opened[side], i) for i in range(len(batches))]) for side in reduced}
    labels = np.random.default_rng(7).random(len(scores[OURS])) < scores[OURS]
    return {side: measure.auc(score, labels.astype(np.int64)) for side, score in scores.items()}


def _overheads(opened, shape, weights, folder, batches, settings):
    """{side: nanoseconds of a call of the same inputs that does next to nothing}."""
    calls = {}
    for side in opened:
        key = (side.module, side.form)
        if key not in calls:
            peer = side.open(shape, side.write(folder, shape, weights, empty=True))
            calls[key] = [peer.bind(batch)[0] for batch in batches[:32]]
    times = measure.rounds(calls, 5, int(2e6 if settings.quick else 5e6))
    return {side: measure.typical(times[side.module, side.form]) for side in opened}


def run(shape, weights, folder, rows: int, shared: bool, settings: Settings, say=print):
    """(results, sides): ratios of every peer to every side of ours, and what each side did by itself."""
    batches = pool(shape, rows, shared, settings.quick)
    opened = _open(of_cell(shape, shared), shape, weights, folder, batches, say)
    differences = _largest_difference(opened, weights, batches)
    areas = _ranking(opened, batches) if rows >= 1024 else {}
    overheads = _overheads(opened, shape, weights, folder, batches, settings)
    times = measure.rounds({side: calls for side, (calls, _) in opened.items()}, settings.rounds,
                           int(settings.turn_ms * 1e6))
    title = {"model": shape.name, "batch": rows, "shared": shared}
    results, singles = [], []
    for side in opened:
        net = measure.typical(times[side]) - overheads[side]
        singles.append({**title, "side": side.name, "precision": side.precision,
                        "us_per_row": round(net / rows / 1e3, 4), "overhead_us": round(overheads[side] / 1e3, 2),
                        "p50_us": round(measure.quantile(times[side], 0.5) / 1e3, 2),
                        "p99_us": round(measure.quantile(times[side], 0.99) / 1e3, 2),
                        "rows_per_second": round(1e9 * rows / net), "max_dp": float(f"{differences[side]:.2e}"),
                        **({"auc": round(areas[side], 5)} if side in areas else {})})
        say(f"{shape.name} {'request of' if shared else 'batch'} {rows}: {side.name}: {net / rows / 1e3:.3f} us a row, "
            f"max |dp| {differences[side]:.1e}" + (f", AUC {areas[side]:.4f}" if side in areas else ""))
    for mine in (side for side in opened if side.ours):
        for peer in (side for side in opened if not side.ours):
            results.append({**title, "cached": mine.form == "cached", "precision": mine.precision, "peer": peer.name,
                            "ratio": round(measure.ratio(times[mine], times[peer], overheads[mine], overheads[peer]), 3)})
    sys.stdout.flush()
    return results, singles
