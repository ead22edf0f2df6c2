"""Turns: every side is timed once a round, in an order that rotates, and ratios are taken within rounds."""

from __future__ import annotations

import gc
from statistics import median
from time import perf_counter_ns


def turn(calls, first: int, budget_ns: int):
    """Times of calls number `first` and on, around and around, until they add up; and the next number."""
    times, spent, clock = [], 0, perf_counter_ns
    while spent < budget_ns or len(times) < 3:
        call = calls[first % len(calls)]
        start = clock()
        call()
        took = clock() - start
        times.append(took)
        spent += took
        first += 1
    return times, first


def rounds(sides: dict, count: int, budget_ns: int) -> dict:
    """{name: list of lists of times} of {name: calls}; the first call of a turn, which finds other sides' data in the
    caches, is left out."""
    names, times, position = list(sides), {name: [] for name in sides}, dict.fromkeys(sides, 0)
    collecting = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        for number in range(-1, count):  # round -1 warms up
            start = number % len(names)
            for name in names[start:] + names[:start]:
                spent, position[name] = turn(sides[name], position[name], budget_ns)
                if number >= 0:
                    times[name].append(spent[1:])
    finally:
        if collecting:
            gc.enable()
    return times


def quantile(times, share: float) -> float:
    ordered = sorted(t for one in times for t in one)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def typical(times) -> float:
    """One side's time of a call: the median over rounds of the median within each."""
    return median(median(one) for one in times)


def ratio(ours, theirs, our_overhead: float = 0.0, their_overhead: float = 0.0) -> float:
    """Median over rounds of their time / ours, each less what an empty call costs."""
    return median((median(b) - their_overhead) / (median(a) - our_overhead) for a, b in zip(ours, theirs))


def auc(scores, labels) -> float:
    """By ranks, ties shared."""
    import numpy as np

    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    clicks = labels.sum()
    return float((ranks[labels == 1].sum() - clicks * (clicks + 1) / 2) / (clicks * (len(labels) - clicks)))
