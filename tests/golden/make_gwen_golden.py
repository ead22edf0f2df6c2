#!/usr/bin/env python3
"""Makes tests/golden/gwen: a small model, a batch, and what PyTorch says of them.

    build/venv/bin/python tests/golden/make_gwen_golden.py      (needs the Python package and python3-torch)

PyTorch computes in double precision on the model's float32 weights and the results are rounded once, so
that a difference seen in a test is the library's own rounding and nobody else's.

Files are little-endian arrays, `name.f32` or `name.i64`, and manifest.txt, whose lines are
    candidates N / requests N
    keys FEATURE list|weighted     FEATURE.values.i64, FEATURE.offsets.i64, FEATURE.weights.f32
    floats FEATURE WIDTH           FEATURE.f32
    layer NAME WIDTH               layer.NAME.f32, a row per candidate
    logits                         logits.f32
    gradient WIDTH                 gradient.f32: d logit / d pooled inputs, a row per candidate
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

import clicklens

HERE = Path(__file__).resolve().parent
OUT = HERE / "gwen"
sys.path.insert(0, str(HERE.parents[1] / "bindings" / "python" / "examples"))

from gwen.export import add_tower  # noqa: E402

REQUESTS = [1, 5, 0, 7, 3, 8]  # candidates of each; one has none
DIM = 6
BOUNDARIES = [0.5, 1.5, 3.0]


@dataclass
class Bag:
    name: str
    group: str
    scope: str
    keys: int  # ids the vocabulary holds
    pooling: str = "sum"
    longest: int = 1
    weighted: bool = False


BAGS = [
    Bag("user_id", "user", "request", 40), Bag("interest", "user", "request", 16, "mean", 5),
    Bag("history", "user", "request", 60, "sqrtn", 20), Bag("query", "query", "request", 30, "max", 4),
    Bag("ad_id", "ad", "candidate", 50), Bag("category", "ad", "candidate", 8, "sum", 3, True),
    Bag("position", "context", "pair", 4),
]


def entries_of(bag):
    return len(REQUESTS) if bag.scope == "request" else sum(REQUESTS)


def draw_ids(draws, bag):
    """Lists of ids with repeats, some unknown (>= keys), some entries empty."""
    lengths = np.minimum(draws.integers(0, bag.longest + 2, entries_of(bag)), bag.longest)
    return [draws.integers(0, bag.keys + 2, n) for n in lengths]


def pool(table, ids, weights, pooling):
    kept = [(table[i], w) for i, w in zip(ids, weights) if i < len(table)]  # unknown ids are dropped
    if not kept:
        return torch.zeros(table.shape[1], dtype=torch.float64)
    rows = torch.stack([row * w for row, w in kept])
    if pooling == "max":
        return rows.max(0).values
    divisor = {"sum": 1.0, "mean": len(rows), "sqrtn": len(rows) ** 0.5}[pooling]
    return rows.sum(0) / divisor


def make_tower(width):
    tower = nn.Sequential(nn.Linear(width, 24), nn.ReLU(), nn.Linear(24, 16), nn.BatchNorm1d(16), nn.ReLU(),
                          nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 1))
    for layer in tower:
        if isinstance(layer, nn.BatchNorm1d):  # as if training had moved it
            for array, low, high in ((layer.weight, 0.5, 1.5), (layer.bias, -0.3, 0.3),
                                     (layer.running_mean, -0.3, 0.3), (layer.running_var, 0.5, 2.0)):
                nn.init.uniform_(array, low, high)
    return tower.eval()


def write_array(name, array, suffix):
    np.ascontiguousarray(array, {"f32": "<f4", "i64": "<i8"}[suffix]).tofile(OUT / f"{name}.{suffix}")


def write_batch(manifest, ids, weights, floats):
    write_array("request_offsets", np.append(0, np.cumsum(REQUESTS)), "i64")
    for bag in BAGS:
        manifest.append(f"keys {bag.name} {'weighted' if bag.weighted else 'list'}")
        write_array(f"{bag.name}.values", np.concatenate(ids[bag.name]), "i64")
        write_array(f"{bag.name}.offsets", np.append(0, np.cumsum([len(e) for e in ids[bag.name]])), "i64")
        if bag.weighted:
            write_array(f"{bag.name}.weights", np.concatenate(weights[bag.name]), "f32")
    for name, array in floats.items():
        manifest.append(f"floats {name} {array.shape[1]}")
        write_array(name, array, "f32")


def build(tables, buckets, tower, mean, sd):
    b = clicklens.Builder("gwen-golden")
    values = []
    for bag in BAGS:
        feature = b.sparse(bag.name, bag.group, bag.scope, encoder=b.vocabulary(np.arange(bag.keys)),
                           pooling=bag.pooling, weighted=bag.weighted)
        values.append(b.embedding(feature, tables[bag.name]))
    price = b.dense("price", "ad", "candidate", width=2, transforms=[b.log1p(), b.standardise(mean, sd)])
    age = b.dense("age_days", "ad", "candidate", transforms=[b.bucketise(BOUNDARIES)])
    x = b.concat([*values, b.input(price), b.embedding(age, buckets)], "emb")
    b.layer("emb", x)
    b.output("ctr", add_tower(b, x, tower))
    b.metadata["framework"] = f"PyTorch {torch.__version__}"
    return b


def pooled_inputs(tables, buckets, ids, weights, floats, mean, sd):
    """[candidates, input width], as the tower's first layer sees it."""
    owner = np.repeat(np.arange(len(REQUESTS)), REQUESTS)
    blocks = []
    for bag in BAGS:
        table = torch.from_numpy(tables[bag.name]).double()
        rows = torch.stack([pool(table, i, w, bag.pooling) for i, w in zip(ids[bag.name], weights[bag.name])])
        blocks.append(rows[owner] if bag.scope == "request" else rows)
    price = torch.from_numpy(floats["price"]).double()
    logs = torch.sign(price) * torch.log1p(price.abs())
    blocks.append((logs - torch.from_numpy(mean).double()) / torch.from_numpy(sd).double())
    bucket = np.searchsorted(BOUNDARIES, floats["age_days"][:, 0], side="right")
    blocks.append(torch.from_numpy(buckets).double()[bucket])
    return torch.cat(blocks, 1)


def main():
    OUT.mkdir(exist_ok=True)
    for old in OUT.iterdir():
        old.unlink()
    draws = np.random.default_rng(20180622)
    torch.manual_seed(20180622)
    n = sum(REQUESTS)
    tables = {bag.name: draws.normal(0, 0.5, (bag.keys, DIM)).astype(np.float32) for bag in BAGS}
    buckets = draws.normal(0, 0.5, (len(BOUNDARIES) + 1, DIM)).astype(np.float32)
    ids = {bag.name: draw_ids(draws, bag) for bag in BAGS}
    weights = {bag.name: [draws.uniform(0.25, 2, len(e)).astype(np.float32) if bag.weighted else np.ones(len(e))
                          for e in ids[bag.name]] for bag in BAGS}
    floats = {"price": draws.lognormal(1, 1.5, (n, 2)).astype(np.float32),
              "age_days": draws.uniform(0, 4, (n, 1)).astype(np.float32)}
    floats["price"][::5, 1] *= -1
    mean, sd = np.array([1.0, 0.5], np.float32), np.array([0.5, 2.0], np.float32)
    tower = make_tower(DIM * len(BAGS) + 2 + DIM)
    build(tables, buckets, tower, mean, sd).save(OUT / "model.clens")

    manifest = [f"candidates {n}", f"requests {len(REQUESTS)}"]
    write_batch(manifest, ids, weights, floats)
    x = pooled_inputs(tables, buckets, ids, weights, floats, mean, sd).requires_grad_()
    layers, value = {"emb": x}, x
    for layer in tower.double():
        value = layer(value)
        if isinstance(layer, nn.ReLU):
            layers[f"l{len(layers)}"] = value
    for name, array in layers.items():
        manifest.append(f"layer {name} {array.shape[1]}")
        write_array(f"layer.{name}", array.detach().numpy(), "f32")
    manifest += ["logits", f"gradient {x.shape[1]}"]
    write_array("logits", value.detach().numpy(), "f32")
    write_array("gradient", torch.autograd.grad(value.sum(), x)[0].numpy(), "f32")
    (OUT / "manifest.txt").write_text("\n".join(manifest) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
