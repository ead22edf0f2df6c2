#!/usr/bin/env python3
"""Makes tests/golden/attribution_ids: two networks over every kind of bag, and what Captum and PyTorch say of ids.

    python tests/golden/make_attribution_ids_golden.py      (needs the Python package, PyTorch and captum 0.7.0)

The oracle's inputs are the table rows of a candidate's ids, each id's own, pooled by the bag's own rule (of a maximum,
the first of ties). An id's baseline is c_k x' / s_k, with s_k its weight by the bag's divisor and c_k = |s_k| / sum of
|s|, so that baselines pool to x'. Deterministic methods are Captum's over these rows, others plain loops, all in double
precision on float32 weights.

The files are as those of make_attribution_golden.py, and `weights NAME 1 count  values...` follow a feature's keys. Of
ids: `expect NAME 1 ids  values...`, candidate-major, features in the model's order; NAME_rest: what no id carries, by
candidate.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from captum.attr import DeepLift, IntegratedGradients
from make_attribution_golden import DRAWS, STEPS, Tower, Writer, add_tower, as_float32
from torch import nn

import clicklens

OUT = Path(__file__).resolve().parent / "attribution_ids"
DIM, PLACES, REST = 3, 3, -1
STRANGER = 99  # a key that no encoder knows


@dataclass
class Feature:
    pooling: str
    rows: int
    entries: list  # keys of each row
    weights: list | None = None
    missing: int = -1
    unknown: int = -1
    widths: tuple = (DIM,)
    kept: int = 0  # places; 0: a bag
    tables: dict = field(default_factory=dict)


FEATURES = {
    "sum": Feature("sum", 7, [[1, 2, 2], [3], [], [5, 0], [STRANGER, 4], [6, 6]], widths=(DIM, 1)),
    "mean": Feature("mean", 9, [[0, 1, 8], [2, STRANGER, 3], [4], [5, 6], [], [7, 7]],
                    [[0.5, 2.0, 1.0], [1.5, 9.0, 0.25], [3.0], [1.0, 0.0], [], [-0.5, 2.0]]),
    "root": Feature("sqrtn", 6, [[0, 1], [2, 3, 4, 5], [1], [STRANGER], [5, 5, 5], [0]]),
    "most": Feature("max", 8, [[0, 1, 2], [3], [STRANGER, 4, 5], [], [6, 7, 6], [1, 2]]),
    "stand": Feature("sum", 5, [[2, STRANGER], [], [3, 4], [STRANGER], [2], []], missing=1, unknown=0),
    "history": Feature("sum", 6, [[0, 1], [], [2, STRANGER, 3], [4, 5, 0, 1], [2], [3, 3]], kept=PLACES),
}


def block_plan(feature):
    """What the feature gives the network: its tables, and a sequence's mask."""
    return [("sequence", DIM), ("mask", 1)] if feature.kept else [("bag", width) for width in feature.widths]


class Leaves:
    """One candidate: for each block of inputs its leaves, [(id, table row)], how they are pooled, and their factors."""

    def __init__(self, row, dense):
        self.blocks, self.ids = [], 0
        for name, feature in FEATURES.items():
            keys = feature.entries[row]
            kept = list(range(len(keys)))[: feature.kept or None]
            rows = {i: keys[i] if keys[i] < feature.rows else feature.unknown for i in kept}
            rows = {i: r for i, r in rows.items() if r >= 0}
            weights = [1.0] * len(keys) if feature.weights is None else feature.weights[row]
            for kind, width in block_plan(feature):
                self.blocks.append(self._block(feature, kind, width, rows, weights))
            self.ids += len(keys)
        self.blocks.append(("places", [(REST, torch.tensor(dense, dtype=torch.float64))], [1.0]))

    def _block(self, feature, kind, width, rows, weights):
        table = None if kind == "mask" else torch.tensor(feature.tables[width], dtype=torch.float64)
        leaf = lambda r: torch.ones(1, dtype=torch.float64) if table is None else table[r]  # noqa: E731
        if feature.kept:
            empty = (REST, torch.zeros(width, dtype=torch.float64))
            places = [(self.ids + p, leaf(rows[p])) if p in rows else empty for p in range(PLACES)]
            return "places", places, [1.0] * PLACES
        leaves = [(self.ids + i, leaf(r)) for i, r in rows.items()]
        factors = [weights[i] for i in rows]
        if not leaves and feature.missing >= 0:
            leaves, factors = [(REST, leaf(feature.missing))], [1.0]
        if not leaves:
            return "places", [(REST, torch.zeros(width, dtype=torch.float64))], [1.0]
        if feature.pooling == "max":
            return "max", leaves, [1.0] * len(leaves)
        squares = sum(w * w for w in factors)
        divisor = {"sum": 1.0, "mean": sum(factors), "sqrtn": squares**0.5}[feature.pooling]
        return "bag", leaves, [w / divisor for w in factors]

    def flat(self):
        return torch.cat([leaf for _, leaves, _ in self.blocks for _, leaf in leaves])

    def owners(self):
        return torch.tensor([i for _, leaves, _ in self.blocks for i, leaf in leaves for _ in leaf])

    def pool(self, flat):
        """[n, leaves' numbers] to [n, inputs]."""
        pooled, at = [], 0
        for kind, leaves, factors in self.blocks:
            width = len(leaves[0][1])
            rows = flat[:, at : at + len(leaves) * width].reshape(len(flat), len(leaves), width)
            at += len(leaves) * width
            if kind == "places":
                pooled.append(rows.reshape(len(flat), -1))
            elif kind == "max":
                pooled.append(rows.gather(1, rows.argmax(1, keepdim=True))[:, 0])  # the first of ties
            else:
                pooled.append((rows * torch.tensor(factors, dtype=torch.float64)[:, None]).sum(1))
        return torch.cat(pooled, 1)

    def baseline(self, pooled):
        """Leaves that pool to `pooled` [inputs]. A leaf of factor 0 brings nothing and keeps its row."""
        leaves_of, at = [], 0
        for kind, leaves, factors in self.blocks:
            width = len(leaves[0][1])
            if kind == "places":
                leaves_of.append(pooled[at : at + len(leaves) * width])
                at += len(leaves) * width
                continue
            here, size = pooled[at : at + width], sum(map(abs, factors))
            at += width
            for (_, leaf), factor in zip(leaves, factors):
                share = 1.0 if kind == "max" else abs(factor) / size / factor if factor else None
                leaves_of.append(leaf if share is None else here * share)
        return torch.cat(leaves_of)

    def by_id(self, values):
        """[..., leaves' numbers] to ids, and what none carries."""
        owners = self.owners()
        sums = [values[..., owners == i].sum(-1) for i in range(self.ids)]
        return sums, values[..., owners == REST].sum(-1)


class OverLeaves(nn.Module):
    def __init__(self, leaves, tower):
        super().__init__()
        self.leaves, self.tower = leaves, tower

    def forward(self, flat):
        return self.tower(self.leaves.pool(flat))


def build(name):
    torch.manual_seed(sum(map(ord, name)))
    rng = np.random.default_rng(len(name))
    b, parts, width = clicklens.Builder(name), [], 2
    for label, feature in FEATURES.items():
        made = b.sparse(label, "all", encoder=b.identity(feature.rows), pooling=feature.pooling,
                        weighted=feature.weights is not None, missing_row=feature.missing, unknown_row=feature.unknown,
                        max_length=feature.kept)
        for kind, size in block_plan(feature):
            if kind == "mask":
                parts.append(b.reshape(b.mask(made), 1))
            else:
                feature.tables[size] = rng.normal(size=(feature.rows, size)).astype(np.float32)
                table = b.table(feature.tables[size], f"{label} {size}")
                parts.append(b.reshape(b.sequence(made, table), 1) if feature.kept else b.embedding(made, table))
            width += size * (PLACES if feature.kept else 1)
    parts.append(b.input(b.dense("price", "all", width=2)))
    plan = {"relu": [(8, nn.ReLU), (6, nn.ReLU)], "curves": [(8, nn.Sigmoid), (6, nn.Tanh)]}[name]
    tower = as_float32(Tower(width, plan))
    b.output("task0", add_tower(b, b.concat(parts), tower)[0])
    b.save(OUT / f"{name}.clens")
    return tower, rng, width


class Collected:
    """Values by id and what is left, candidate after candidate."""

    def __init__(self):
        self.ids, self.rest = [], []

    def add(self, found):
        self.ids += [float(v) for v in found[0]]
        self.rest.append(float(found[1]))


def gradient(f, at):
    at = at.clone().requires_grad_(True)
    return torch.autograd.grad(f(at[None]).sum(), at)[0]


def write(name):
    tower, rng, width = build(name)
    rows = len(FEATURES["sum"].entries)
    dense = rng.normal(size=(rows, 2)).astype(np.float32)
    candidates = [Leaves(r, dense[r]) for r in range(rows)]
    pooled = torch.cat([c.pool(c.flat()[None]) for c in candidates])
    mean = pooled.mean(0).float().double()
    references = torch.tensor(rng.normal(size=(5, width))).float().double()
    draw_rows, fractions = rng.integers(0, 5, DRAWS), rng.random(DRAWS).astype(np.float32)
    noise = torch.tensor(rng.normal(size=(DRAWS, width)).astype(np.float32)).double()

    out = Writer(OUT / f"{name}.txt")
    for label, feature in FEATURES.items():
        out.keys(label, [np.array(e, int) for e in feature.entries])
        if feature.weights is not None:
            out.numbers("weights", label, np.concatenate(feature.weights).astype(np.float32))
    out.numbers("floats", "price", dense)
    for label, values in (("mean", mean), ("references", references), ("draw_rows", draw_rows),
                          ("draw_fractions", fractions), ("draw_noise", noise)):
        out.numbers("array", label, values)
    out.numbers("expect", "pooled", pooled)
    out.numbers("expect", "logit", tower(pooled))

    found = {}
    collect = lambda what, values: found.setdefault(what, Collected()).add(values)  # noqa: E731
    for row, c in enumerate(candidates):
        net, x = OverLeaves(c, tower).eval(), c.flat()[None]
        f = lambda given: net(given)[:, 0]  # noqa: E731
        for label, start in (("zero", c.baseline(0 * mean)[None]), ("mean", c.baseline(mean)[None])):
            ig = IntegratedGradients(net).attribute(x, start, n_steps=STEPS, method="gausslegendre")
            collect(f"ig_{label}", c.by_id(ig[0]))
            collect(f"deeplift_{label}", c.by_id(DeepLift(net).attribute(x, start)[0]))
        collect("additive", c.by_id(x[0] * gradient(f, x[0])))
        away = x[0] - c.baseline(mean)
        drops = []
        for i in range(c.ids):
            left = torch.where(c.owners() == i, c.baseline(mean), x[0])
            if "max" in [kind for kind, leaves, _ in c.blocks if i in [j for j, _ in leaves]]:
                left = None  # the winner's dimensions become the baseline's, whoever comes second
            gone = tower(winnerless(c, i, mean))[:, 0] if left is None else f(left[None])
            drops.append((f(x) - gone).item())
        collect("ablation", (drops, 0.0))
        draws = []
        for r, alpha in zip(draw_rows, fractions.astype(float)):
            start = c.baseline(references[r])
            draws.append((x[0] - start) * gradient(f, start + alpha * (x[0] - start)))
        ids, rest = c.by_id(torch.stack(draws))
        collect("expected", ([v.mean() for v in ids], rest.mean()))
        collect("expected_error", ([v.std(unbiased=True) / DRAWS**0.5 for v in ids], 0.0))
        # Noise is on the pooled inputs: the gradient there goes back to the rows as it does at x.
        draws = []
        for moves in noise:
            slope = gradient(lambda given: tower(given)[:, 0], pooled[row] + 0.15 * moves)
            leaf = x.clone().requires_grad_(True)
            back = torch.autograd.grad((c.pool(leaf)[0] * slope).sum(), leaf)[0][0]
            draws.append(away * back)
        ids, rest = c.by_id(torch.stack(draws))
        collect("smoothgrad", ([v.mean() for v in ids], rest.mean()))
        collect("smoothgrad_error", ([v.std(unbiased=True) / DRAWS**0.5 for v in ids], 0.0))
        hidden = nn.Sequential(*list(tower.parts)[:2])  # l1
        each = [c.by_id(away * gradient(lambda given: hidden(c.pool(given))[:, n], x[0])) for n in range(8)]
        collect("neurons_l1", ([ids[i] for ids, _ in each for i in range(c.ids)], 0.0))
        plain = [c.by_id(gradient(lambda given: hidden(c.pool(given))[:, n], x[0])) for n in range(8)]
        collect("slopes_l1", ([ids[i] for ids, _ in plain for i in range(c.ids)], 0.0))
    for what, values in found.items():
        out.numbers("expect", what, np.array(values.ids))
        if what in ("ig_zero", "ig_mean", "deeplift_zero", "deeplift_mean", "expected", "additive", "smoothgrad"):
            out.numbers("expect", f"{what}_rest", np.array(values.rest))


def winnerless(c, i, mean):
    x, at = c.pool(c.flat()[None])[0], 0
    for kind, leaves, _ in c.blocks:
        width = len(leaves[0][1])
        size = width * len(leaves) if kind == "places" else width
        if kind == "max" and i in [j for j, _ in leaves]:
            winners = torch.stack([leaf for _, leaf in leaves]).argmax(0)
            own = torch.tensor([leaves[w][0] == i for w in winners])
            x = x.clone()
            x[at : at + size] = torch.where(own, mean[at : at + size], x[at : at + size])
        at += size
    return x[None]


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for network in ("relu", "curves"):
        write(network)
