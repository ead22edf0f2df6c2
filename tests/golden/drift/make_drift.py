#!/usr/bin/env python3
"""Writes cases.inc: binned distributions and what NumPy and SciPy make of them.

Run with Debian's python3-scipy: /usr/bin/python3 make_drift.py > cases.inc
"""
import math
import textwrap

import numpy as np
import scipy.spatial.distance
import scipy.special
import scipy.stats

GROUPS = 64


def points(bins):
    """Ascending, unevenly spaced."""
    return np.cumsum(np.random.default_rng(bins).exponential(1, bins)) - bins / 3


def ks(a, b):
    """Weighted samples, as scipy.stats.ks_2samp defines it: the largest gap of the distribution functions."""
    return float(np.abs(np.cumsum(a) / a.sum() - np.cumsum(b) / b.sum()).max())


def distances(name, a, b):
    a, b = np.asarray(a), np.asarray(b)
    at = points(len(a))
    p, q = a / a.sum(), b / b.sum()
    smooth_p, smooth_q = (a + 0.5) / (a + 0.5).sum(), (b + 0.5) / (b + 0.5).sum()
    if a.sum() + b.sum() < 10000:  # the weighted form above against rows written out
        rows = scipy.stats.ks_2samp(np.repeat(at, a), np.repeat(at, b)).statistic
        assert abs(rows - ks(a, b)) < 1e-12
    return {"name": name, "a": a.tolist(), "b": b.tolist(), "points": at.tolist(), "ks": ks(a, b),
            "jensen_shannon": float(scipy.spatial.distance.jensenshannon(p, q)),
            "hellinger": float(np.linalg.norm(np.sqrt(p) - np.sqrt(q)) / math.sqrt(2)),
            "wasserstein": float(scipy.stats.wasserstein_distance(at, at, a, b)),
            "psi": float(scipy.special.rel_entr(smooth_p, smooth_q).sum()
                         + scipy.special.rel_entr(smooth_q, smooth_p).sum()),
            "psi_null": float((((a + b) > 0).sum() - 1) * (1 / a.sum() + 1 / b.sum()))}


def merge(name, reference, bins, alone):
    """Equal-mass bins by their definition: spikes first, the stretches between them greedily."""
    reference = np.asarray(reference)
    spike = reference * bins >= reference.sum()
    spike[alone] = True
    part = reference[~spike].sum() / max(bins - spike.sum(), 1)
    of, number, start = np.zeros(len(reference), int), -1, 0
    for end in [*np.flatnonzero(spike), len(reference)]:
        held = None
        for i in range(start, end):
            if held is None or (held >= part and reference[i] > 0):
                number, held = number + 1, 0
            held += reference[i]
            of[i] = number
        if end < len(reference):
            number += 1
            of[end] = number
        start = end + 1
    return {"name": name, "reference": reference.tolist(), "bins": bins, "alone": alone, "of": of.tolist()}


def bh(p):
    p = np.asarray(p)
    order = np.argsort(p)
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return q


def covariance_of_difference(a, b):
    """Jackknife over groups of p - q, the same group left out on both sides. a, b: [group][bin]."""
    estimates = np.array([(b.sum(0) - b[g]) / (b.sum() - b[g].sum()) - (a.sum(0) - a[g]) / (a.sum() - a[g].sum())
                          for g in range(len(a))])
    return (len(a) - 1) * np.cov(estimates, rowvar=False, ddof=0)


def histogram(name, a, b):
    pooled = (a.sum(0) + b.sum(0)) / (a.sum() + b.sum())
    seen = pooled > 0
    s = covariance_of_difference(a, b)[np.ix_(seen, seen)] / np.sqrt(np.outer(pooled[seen], pooled[seen]))
    nu, trace = len(a) - 1, np.trace(s)
    squared = nu**2 / ((nu - 1) * (nu + 2)) * (np.trace(s @ s) - trace**2 / nu)
    squared = max(squared, trace**2 / (a.shape[1] - 1))
    smooth = [(x.sum(0) + 0.5) / (x.sum(0) + 0.5).sum() for x in (a, b)]
    psi = float(((smooth[0] - smooth[1]) * np.log(smooth[0] / smooth[1])).sum())
    tail = scipy.stats.chi2.sf(psi * trace / squared, trace**2 / squared)
    return {"name": name, "a": a.tolist(), "b": b.tolist(), "psi": psi, "clustered_null": float(trace), "p": float(tail)}


def change(name, days, live):
    """days, live: (bucket of each row, value of each row)."""
    before_g, before = np.concatenate([d[0] for d in days]), np.concatenate([d[1] for d in days])
    live_g, now = live

    def jackknife(estimates):
        estimates = np.asarray(estimates)
        return (len(estimates) - 1) * estimates.var()

    variance = jackknife([now[live_g != g].mean() - before[before_g != g].mean() for g in range(GROUPS)])
    k = len(days)
    if k > 1:
        own = np.mean([jackknife([v[b != g].mean() for g in range(GROUPS)]) for b, v in days])
        variance += (1 + 1 / k) * max(np.var([v.mean() for _, v in days], ddof=1) - own, 0)
    z = (now.mean() - before.mean()) / math.sqrt(variance)
    sums = [[[int((b == g).sum()), float(v[b == g].sum())] for g in range(GROUPS)] for b, v in [*days, live]]
    moments = [[len(v), float(v.mean()), float(v.std(ddof=1))] for _, v in [*days, live]]
    return {"name": name, "sums": sums, "moments": moments, "shift": float((now.mean() - before.mean()) / before.std(ddof=1)),
            "sd_ratio": float(now.std(ddof=1) / before.std(ddof=1)), "se": math.sqrt(variance), "z": float(z),
            "p": float(2 * scipy.stats.norm.sf(abs(z)))}


def clustered_rows(rng, rows, effects, day):
    group = rng.integers(0, GROUPS, rows)
    return group, effects[group] + day + rng.normal(0, 1, rows)


def braces(x):
    """A C++ initialiser: fields in the order of the test's structs."""
    if isinstance(x, dict):
        return braces(list(x.values()))
    if isinstance(x, list):
        return "{" + ", ".join(map(braces, x)) + "}"
    return f'"{x}"' if isinstance(x, str) else repr(x)


def put(name, kind, cases):
    text = f"const std::vector<{kind}> {name} = {braces(cases)};"
    print("\n".join(textwrap.wrap(text, 118, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)))


def main():
    rng = np.random.default_rng(7)
    smooth = lambda n, shift: np.histogram(rng.normal(shift, 1, n), np.linspace(-3, 3, 31))[0]
    spiky = np.histogram(np.maximum(rng.normal(0.2, 1, 4000), 0), np.linspace(-0.05, 3, 31))[0]
    gaps = smooth(900, 0) * (rng.random(30) < 0.5)
    users = rng.multinomial(40, rng.dirichlet(np.ones(16), GROUPS).mean(0), GROUPS)
    steady = rng.dirichlet(np.ones(16) * 2, GROUPS)
    draw = lambda: np.array([rng.multinomial(60, p) for p in steady])
    moved = np.roll(users, 3, axis=1)
    effects = rng.normal(0, 0.5, GROUPS)
    rows = lambda day: clustered_rows(rng, 3000, effects, day)
    tails = [(f, x) for f in (0.3, 1, 2.5, 9, 63, 400) for x in (1e-3, 0.5, 1, 3, 10, 50, 90, 380, 700)]
    p = rng.random(20)
    p[3], p[7], p[9] = 1e-5, 0.004, p[2]
    print("// Made by make_drift.py: binned distributions, and what NumPy and SciPy find in them.\n// clang-format off")
    put("distance_cases", "DistanceCase", [
        distances("near", smooth(5000, 0), smooth(3000, 0.02)), distances("far", smooth(2000, -1), smooth(2000, 1)),
        distances("spike at zero", spiky, smooth(500, 0.3)), distances("gaps", gaps, smooth(70, 0)),
        distances("apart", [5, 0, 0, 0], [0, 0, 2, 1]), distances("equal", [3, 1, 2], [6, 2, 4])])
    put("merge_cases", "MergeCase", [
        merge("smooth", smooth(5000, 0), 10, 0), merge("spike", spiky, 10, 0), merge("gaps", gaps, 10, 14),
        merge("few", [0, 0, 1, 2, 0, 0, 0], 10, 3), merge("zero in the middle", smooth(5000, 1.5), 10, 15),
        merge("one", [0, 7, 0], 10, 2)])
    put("bh_cases", "BhCase", [{"p": p.tolist(), "q": bh(p).tolist()}])
    put("tail_cases", "TailCase", [[f, x, float(scipy.stats.chi2.sf(x, f))] for f, x in tails])
    put("histogram_cases", "HistogramCase", [
        histogram("independent", users, rng.multinomial(40, users.sum(0) / users.sum(), GROUPS)),
        histogram("users keep their ids", draw(), draw()), histogram("moved", users, moved)])
    put("change_cases", "ChangeCase", [
        change("nothing", [rows(0)], rows(0)), change("moved", [rows(0)], rows(0.2)),
        change("days differ", [rows(0), rows(0.3), rows(-0.2)], rows(0.2)),
        change("days do not", [rows(0), rows(0)], rows(0))])


if __name__ == "__main__":
    main()
