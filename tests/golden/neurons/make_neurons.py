#!/usr/bin/env python3
"""Writes cases.inc: activations and what NumPy, SciPy, scikit-learn and exact fractions make of them.

Run with Debian's python3-sklearn: /usr/bin/python3 make_neurons.py > cases.inc
"""
import math
import statistics
import textwrap

import numpy as np
import scipy.linalg
from sklearn.metrics import roc_auc_score

MASK = (1 << 64) - 1
BUCKETS = 64
PROBABILITIES = [0.0, 0.01, 0.25, 0.5, 0.9, 1.0]


def mix(key):
    """SplitMix64's finaliser, in Python integers."""
    key = (int(key) + 0x9E3779B97F4A7C15) & MASK
    key = ((key ^ (key >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    key = ((key ^ (key >> 27)) * 0x94D049BB133111EB) & MASK
    return key ^ (key >> 31)


def jackknife(statistic, buckets):
    estimates = np.array([statistic(buckets != b) for b in np.unique(buckets)])
    g = len(estimates)
    return math.sqrt((g - 1) / g * ((estimates - estimates.mean()) ** 2).sum())


def octave(x):
    """The jackknife's 65 bins: sign times the octave, cut at 2^-20 and 2^12; 0 for zero."""
    size = np.clip(np.floor(np.log2(np.maximum(np.abs(x), 1e-300))), -20, 11) + 21
    return np.sign(x) * np.where(x == 0, 0, size)


def column(x, y, z, buckets):
    wide = x.astype(np.float64)
    exact = [float(v) for v in x]
    binned = octave(wide)
    out = {
        "active": int((x > 0).sum()),
        "mean": math.fsum(exact) / len(exact), "sd": statistics.stdev(exact),
        "minimum": float(x.min()), "maximum": float(x.max()),
        "click_mean": math.fsum(wide[y == 1]) / int((y == 1).sum()),
        "other_mean": math.fsum(wide[y == 0]) / int((y == 0).sum()),
        "label_correlation": np.corrcoef(wide, y)[0, 1], "score_correlation": np.corrcoef(wide, z)[0, 1],
        "auc": roc_auc_score(y, x),
        "mean_se": jackknife(lambda m: wide[m].mean(), buckets),
        "sd_se": jackknife(lambda m: wide[m].std(ddof=1), buckets),
        "active_ratio_se": jackknife(lambda m: (x[m] > 0).mean(), buckets),
        "label_correlation_se": jackknife(lambda m: np.corrcoef(wide[m], y[m])[0, 1], buckets),
        "auc_se": jackknife(lambda m: roc_auc_score(y[m], binned[m]), buckets),
    }
    quantiles = np.quantile(wide, PROBABILITIES, method="inverted_cdf")
    return out, quantiles


def spectrum(x):
    wide = x.astype(np.float64)
    values, vectors = np.linalg.eigh(np.cov(wide, rowvar=False))
    shares = np.maximum(values, 0)[::-1] / values.sum()
    rank = math.exp(-sum(p * math.log(p) for p in shares if p > 0))
    top = vectors[:, ::-1][:, :2].T
    top = top * np.sign(top[np.arange(2), np.abs(top).argmax(axis=1)])[:, None]
    return rank, shares[:2], top


def cka(x, y):
    x, y = (v.astype(np.float64) - v.mean(axis=0, dtype=np.float64) for v in (x, y))
    return np.linalg.norm(y.T @ x) ** 2 / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y))


def change(a, b):
    ca, cb = np.cov(a.astype(np.float64), rowvar=False), np.cov(b.astype(np.float64), rowvar=False)
    ratio = np.median([statistics.stdev(map(float, q)) / statistics.stdev(map(float, p)) for p, q in zip(a.T, b.T)])
    angles = scipy.linalg.subspace_angles(spectrum(a)[2].T, spectrum(b)[2].T)
    return ratio, np.linalg.norm(cb - ca) / np.linalg.norm(ca), sorted(angles)


def draw(seed, rows, shift):
    rng = np.random.default_rng(seed)
    user = rng.integers(0, 90, rows)
    effect = rng.normal(0, 1, 90)
    y = (rng.random(rows) < 0.15 + 0.1 * (effect[user] > 0)).astype(np.uint8)
    core = rng.normal(0, 1, (rows, 6)) + 0.5 * effect[user][:, None] + 0.4 * y[:, None]
    steps = np.array([-4, -1.5, -0.25, 0, 0.125, 0.75, 1, 1.25, 1.5, 1.75, 2, 40])
    x = np.stack([
        core[:, 0] * (1 + shift),
        np.maximum(core[:, 1] - 0.5, 0),
        np.exp(1.5 * core[:, 2]),
        1e-3 * core[:, 3] + 1e-4 * core[:, 0],
        1000 + 1e-2 * core[:, 4],
        steps[np.clip(np.round(core[:, 5] * 2 + 5), 0, 11).astype(int)],  # each its own bin
    ], axis=1).astype(np.float32)
    y2 = np.stack([x[:, 0] - x[:, 1], np.tanh(x[:, 2]), rng.normal(size=rows)], axis=1).astype(np.float32)
    z = (0.7 * core[:, 0] - 1.5 + 0.3 * rng.normal(size=rows)).astype(np.float32)
    z[:3] = [0.0, 1e-6, -80.0]  # logits that fast sums do not take
    return x, y2, z, y, user * 1_000_003


def array(kind, name, values, form):
    body = textwrap.fill(", ".join(form(v) for v in values), 118, initial_indent="  ", subsequent_indent="  ")
    print(f"constexpr {kind} {name}[] = {{\n{body}}};")


def number(value):
    return str(value) if isinstance(value, int) else repr(float(value))


def main():
    print("// Made by make_neurons.py: activations, and what NumPy, SciPy and scikit-learn find in them.")
    print("// clang-format off")
    data = {"first": draw(1, 400, 0.0), "second": draw(2, 300, 0.5)}
    for name, (x, y2, z, labels, clusters) in data.items():
        array("float", f"{name}_x", x.ravel(), lambda v: f"{float(v):#.9g}f")
        array("float", f"{name}_y", y2.ravel(), lambda v: f"{float(v):#.9g}f")
        array("float", f"{name}_logits", z, lambda v: f"{float(v):#.9g}f")
        array("std::uint8_t", f"{name}_labels", labels, str)
        array("std::uint64_t", f"{name}_clusters", clusters, lambda v: f"{v}u")
    x, y2, z, labels, clusters = data["first"]
    buckets = np.array([mix(k) % BUCKETS for k in clusters])
    array("double", "probabilities", PROBABILITIES, number)
    print("constexpr Column columns[] = {")
    for c in range(x.shape[1]):
        figures, quantiles = column(x[:, c], labels, z.astype(np.float64), buckets)
        text = ", ".join(f".{k}={number(v)}" for k, v in figures.items())
        text += ", .quantiles={" + ", ".join(number(q) for q in quantiles) + "}"
        print(textwrap.fill("{" + text + "},", 118, initial_indent="  ", subsequent_indent="   "))
    print("};")
    rank, shares, top = spectrum(x)
    array("double", "components", top.ravel(), number)
    ratio, distance, angles = change(x, data["second"][0])
    numbers = {"effective_rank": rank, "share0": shares[0], "share1": shares[1], "cka": cka(x, y2),
               "spread_ratio": ratio, "covariance_distance": distance, "angle0": angles[0], "angle1": angles[1]}
    text = ", ".join(f".{k}={number(v)}" for k, v in numbers.items())
    print(textwrap.fill("constexpr Whole whole = {" + text + "};", 118, subsequent_indent="    "))
    print("// clang-format on")


if __name__ == "__main__":
    main()
