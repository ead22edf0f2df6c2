#!/usr/bin/env python3
"""prune.py [--rows N] [--dead SHARE] [--turns N]: what neurons that cannot fire cost, and that they cost no bit to remove.

A network of gwen-ref's shape, bags of at most three ids, in whose hidden layers a share of the neurons has a bias far
below anything that ids can bring. `clicklens refine --prune proven` ($CLICKLENS) takes them out; scores of 10,000 rows are
compared bit by bit, and both files score them in turns, each first in every other one: processor time of the thread,
medians, the ratio of each turn, and the interval of 95 % that order statistics give the median ratio."""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "models"))

import shape as shapes  # noqa: E402

import clicklens  # noqa: E402

COMMAND = os.environ.get("CLICKLENS", "clicklens")
SCORED = 10_000


def silence(weights, share, seed):
    """Gives that share of each hidden layer's neurons a bias that nothing outweighs; how many."""
    draws, count = np.random.default_rng(seed), 0
    for _, bias in weights.layers[:-1]:
        dead = draws.choice(len(bias), round(share * len(bias)), replace=False)
        bias[dead] = -1e6
        count += len(dead)
    return count


def rows_of(shape, requests, seed):
    """{feature: ids [entries, 3]} and offsets: requests share what their scope has."""
    draws, data, number = np.random.default_rng(seed), {}, 0
    offsets = np.linspace(0, SCORED, requests + 1).astype(np.int64)
    for line in shape.fields:
        for _ in range(line.count):
            entries = requests if line.scope == "request" else SCORED
            data[f"f{number}"] = draws.integers(0, shape.rows, (entries, line.ids), dtype=np.uint64)
            number += 1
    return data, offsets


def timed(model, data, offsets):
    begin = time.thread_time()
    model.score(data, offsets, output="logit")
    return time.thread_time() - begin


def interval(ratios):
    """Of the median, at least 95 %: the sign test's order statistics."""
    n, ordered, k, tail = len(ratios), sorted(ratios), 0, 0.5 ** len(ratios)
    while tail <= 0.025:
        k += 1
        tail += math.comb(n, k) * 0.5**n
    return ordered[k - 1], ordered[n - k]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, help="of a table (default: the shape's)")
    parser.add_argument("--dead", type=float, default=0.25, help="share of each hidden layer")
    parser.add_argument("--turns", type=int, default=31)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.turns < 9:
        parser.error("--turns: 9 or more, for an interval")
    shape = shapes.load("gwen-ref")
    shape.rows = options.rows or shape.rows
    weights = shapes.random_weights(shape, options.seed)
    dead = silence(weights, options.dead, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        whole, pruned = Path(folder) / "whole.clens", Path(folder) / "pruned.clens"
        shapes.write_clens(shape, weights, whole, max_length=max(line.ids for line in shape.fields))
        begin = time.perf_counter()
        done = subprocess.run([COMMAND, "refine", whole, "-o", pruned, "--prune", "proven", "--json"], check=True,
                              stdout=subprocess.PIPE)
        (edit,) = json.loads(done.stdout)["edits"]
        print(f"{dead} of {sum(shape.tower)} neurons planted, {edit['removed']} taken out in "
              f"{time.perf_counter() - begin:.0f} s: {edit['text']}")
        sides = [clicklens.open(whole), clicklens.open(pruned)]
        good = edit["removed"] == dead
        for requests in (SCORED, SCORED // 100):
            data, offsets = rows_of(shape, requests, options.seed)
            before, after = (model.score(data, offsets, output="logit") for model in sides)
            same = int((before.view(np.uint32) == after.view(np.uint32)).sum())
            good &= same == SCORED and np.isfinite(before).all() and len(np.unique(before)) > SCORED // 2
            turns = [[timed(sides[side], data, offsets) for side in ((0, 1) if turn % 2 == 0 else (1, 0))]
                     for turn in range(options.turns)]
            turns = [pair if turn % 2 == 0 else pair[::-1] for turn, pair in enumerate(turns)]
            ratios = [a / b for a, b in turns]
            low, high = interval(ratios)
            us = [float(np.median([pair[side] for pair in turns])) * 1e6 / SCORED for side in (0, 1)]
            print(f"{SCORED // requests} rows a request: {same} of {SCORED} rows with the same bits; {us[0]:.2f} -> "
                  f"{us[1]:.2f} us a row, {np.median(ratios):.3f} times as fast [{low:.3f}, {high:.3f}]")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
