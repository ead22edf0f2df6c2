#!/usr/bin/env python3
"""Trains the GwEN network on days of clicks with PyTorch and saves one .clens file per epoch.

    train_gwen.py --train day1.tsv.gz day2.tsv.gz --test day3.tsv.gz --schema schema.json --epochs 2 --out models

Days are CSV or TSV (plain or gzip) with a header line; cells with several ids are separated by `|`. The schema
is a JSON file {"label": "click", "columns": [{"name", "group", "type": categorical | multi | numeric}]};
`--schema auto` guesses one from the first day. Ids that the training rows do not hold, and missing ones, are
the zero vector. Numeric columns go in as log1p, standardised.

A share of the training rows is held out. The optimiser is dense Adam: every row of every table moves at every
step, also those the batch did not touch. The AUC "progressive" scores each batch before its own update: the
only training figure that agrees with a test.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from gwen import export, training
from gwen import schema as schemas
from gwen.data import Encoding, stack
from gwen.network import Gwen

import clicklens


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", nargs="+", required=True, metavar="DAY")
    parser.add_argument("--test", nargs="*", default=[], metavar="DAY")
    parser.add_argument("--schema", default="auto", metavar="FILE|auto")
    parser.add_argument("--label", default="label", help="label column, with --schema auto")
    parser.add_argument("--scope", action="append", default=[], metavar="NAME=request|candidate|pair",
                        help="scope of a column or of a group's columns")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--hold", type=float, default=0.2, help="share of the training rows held out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dim", type=int, default=16)
    parser.add_argument("--tower", type=int, nargs="+", default=[128, 64, 32])
    parser.add_argument("--within-group", choices=["concat", "sum"], default="concat",
                        help="sum: add up the bags of a group, as the paper does")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--report", type=Path, metavar="FILE", help="PyTorch's own figures and logits, as JSON")
    return parser.parse_args()


def progress(done, total):
    if sys.stderr.isatty():
        print(f"\r{min(done, total):>9}/{total}", end="\r", file=sys.stderr)


def load(options):
    """Schema, training rows, held-out rows, and the encoding learnt from the former."""
    tables = [table for _, table in clicklens.read_days(options.train)]
    guessed = options.schema == "auto"
    schema = schemas.guess(tables[0], options.label) if guessed else schemas.read(options.schema)
    schema = schemas.with_scopes(schema, dict(s.split("=", 1) for s in options.scope))
    draws = np.random.default_rng(options.seed)
    keeps = [draws.random(table.rows) >= options.hold for table in tables]
    encoding = Encoding(schema)
    encoding.fit(tables, keeps)
    rows = stack([encoding.encode(table) for table in tables])
    keep = torch.from_numpy(np.concatenate(keeps))
    return encoding, rows.take(keep), rows.take(~keep)


def figures(net, rows):
    logits, labels = training.predict(net, rows), rows.labels.numpy()
    return {"rows": len(rows), "clicks": int(labels.sum()), "auc": training.auc(logits, labels),
            "logloss": training.log_loss(logits, labels)}, logits


def save(net, options, number, entry):
    builder = export.build(net)
    builder.metadata = {
        "framework": f"PyTorch {torch.__version__}", "optimiser": f"dense Adam, lr {options.lr}, batch {options.batch}",
        "training_days": " ".join(Path(day).name for day in options.train), "epoch": number, "seed": options.seed,
        "hold": options.hold, "progressive_auc": entry["progressive_auc"],
        **{f"auc {name}": day["auc"] for name, day in entry["days"].items()}}
    path = options.out / f"epoch{number}.clens"
    builder.save(path)
    return str(path)


def main():
    options = arguments()
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    encoding, train, hold = load(options)
    tests = {str(path): encoding.encode(table) for path, table in clicklens.read_days(options.test)}
    net = Gwen(encoding, options.dim, options.tower, within_group=options.within_group)
    training.start_at_click_rate(net, train)
    optimiser = torch.optim.Adam(net.parameters(), lr=options.lr)  # dense: see the module's text
    shuffle = torch.Generator().manual_seed(options.seed)
    parameters = sum(p.numel() for p in net.parameters())
    print(f"{len(train)} rows to train on, {len(hold)} held out, {parameters:,} parameters, dense Adam")
    report = {"train": options.train, "seed": options.seed, "epochs": []}
    for number in range(1, options.epochs + 1):
        entry = {"epoch": number, "progressive_auc": training.epoch(net, optimiser, train, options.batch, shuffle,
                                                                    progress), "days": {}}
        for name, rows in {"hold": hold, **tests}.items():
            entry["days"][name], logits = figures(net, rows)
            if options.report:
                kept = options.out / f"epoch{number}.{Path(name).name}.logits.npy"
                np.save(kept, logits)
                entry["days"][name]["logits"] = str(kept)
        entry["model"] = save(net, options, number, entry)
        report["epochs"].append(entry)
        days = " ".join("-" if d["auc"] is None else f"{d['auc']:.4f}" for d in entry["days"].values())
        print(f"epoch {number}: AUC progressive {entry['progressive_auc']:.4f}, hold and test days {days}: "
              f"{entry['model']}", flush=True)
    if options.report:
        options.report.write_text(json.dumps(report, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
