#!/usr/bin/env python3
"""Trains the demo's model on one synthetic day: `clicklens synth` writes it and later ones.

    train_demo.py DIR/day=01.tsv --out demo.clens --check DIR/day=02.tsv DIR/day=05.tsv

The network is that which the generator's parameters were tried with: per group the sum of its features' bags
(dim 8), 56-64-32-16-1, tables N(0, 0.01^2), dense Adam 5e-3, batch 128, one shuffled epoch, then the output
bias refitted on the training rows.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from gwen import export, training
from gwen.data import Encoding
from gwen.network import Gwen
from gwen.schema import Column, Schema

import clicklens

COLUMNS = (
    Column("user_id", "user", "categorical", "request"), Column("segment", "user", "categorical", "request"),
    Column("interest", "interest", "multi", "request"), Column("topic", "query", "categorical", "request"),
    Column("ad_id", "ad", "categorical", "candidate"), Column("category", "ad", "categorical", "candidate"),
    Column("position", "context", "categorical", "pair"), Column("hour", "context", "categorical", "request"),
    Column("noise", "noise", "categorical", "pair"), Column("memo", "memo", "categorical", "pair"))


def train(table, seed):
    """(network, progressive AUC): the same seed and rows give the same network."""
    torch.manual_seed(seed)
    encoding = Encoding(Schema("label", tuple(c for c in COLUMNS if c.name in table)))
    encoding.fit([table], [np.ones(table.rows, bool)])
    rows = encoding.encode(table)
    net = Gwen(encoding, 8, [64, 32, 16], within_group="sum")
    training.start_at_click_rate(net, rows)
    optimiser = torch.optim.Adam(net.parameters(), lr=5e-3)
    progressive = training.epoch(net, optimiser, rows, 128, torch.Generator().manual_seed(seed))
    training.refit_bias(net, rows)
    return net, progressive


def save(net, path, **metadata):
    builder = export.build(net, "demo", integer_ids=True)
    builder.metadata = {"framework": f"PyTorch {torch.__version__}", "optimiser": "dense Adam, lr 0.005, batch 128",
                        "epoch": 1, "made_by": "bindings/python/examples/train_demo.py", **metadata}
    builder.save(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("day")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--check", nargs="*", default=[], metavar="DAY", help="later days: their AUC is printed")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    net, progressive = train(clicklens.read_table(options.day), options.seed)
    save(net, options.out, training_days=Path(options.day).name, seed=options.seed, progressive_auc=f"{progressive:.4f}")
    print(f"{options.out}: {options.out.stat().st_size:,} bytes, {sum(p.numel() for p in net.parameters()):,} "
          f"parameters, progressive AUC {progressive:.4f}")
    for path, later in clicklens.read_days(options.check):
        later = net.encoding.encode(later)
        print(f"{path}: AUC {training.auc(training.predict(net, later), later.labels):.4f}")


if __name__ == "__main__":
    main()
