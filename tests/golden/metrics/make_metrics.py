#!/usr/bin/env python3
"""Writes cases.inc: evaluation rows and what scikit-learn and NumPy make of them.

Run with Debian's python3-sklearn: /usr/bin/python3 make_metrics.py > cases.inc
Standard errors are brute force: every statistic again from the rows left when a bucket is taken out.
"""
import math
import textwrap
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

MASK = (1 << 64) - 1


def mix(key):
    """SplitMix64's finaliser, in Python integers."""
    key = (int(key) + 0x9E3779B97F4A7C15) & MASK
    key = ((key ^ (key >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    key = ((key ^ (key >> 27)) * 0x94D049BB133111EB) & MASK
    return key ^ (key >> 31)


def auc(z, y):
    return roc_auc_score(y, z) if 0 < y.sum() < len(y) else math.nan


def gauc(z, y, group):
    """Value, coverage, median rows of all groups."""
    rows = [np.flatnonzero(group == g) for g in np.unique(group)]
    both = [r for r in rows if 0 < y[r].sum() < len(r)]
    covered = sum(len(r) for r in both)
    value = np.average([roc_auc_score(y[r], z[r]) for r in both], weights=[len(r) for r in both]) if both else math.nan
    return value, covered / len(y), float(np.median([len(r) for r in rows]))


def sigmoid(z):
    return np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))


def loss(z, y, w):
    value = np.average(np.logaddexp(0, np.where(y == 1, -z, z)), weights=w)
    if np.abs(z).max() < 15:  # beyond, scikit-learn clips
        reference = log_loss(y, sigmoid(z), sample_weight=w, labels=[0, 1])
        assert abs(value - reference) < 1e-11, (value, reference)
        return reference
    return value


def calibration(z, y, w):
    return (w * sigmoid(z)).sum() / y.sum() if y.sum() else math.nan


def entropy(y, w):
    q = np.average(y, weights=w)
    return -q * math.log(q) - (1 - q) * math.log(1 - q) if 0 < q < 1 else math.nan


def cox(z, y, w):
    """Slope and intercept by scikit-learn."""
    low, high = (lambda a: a.min() if len(a) else math.inf), (lambda a: a.max() if len(a) else -math.inf)
    if not (low(z[y == 1]) < high(z[y == 0]) and low(z[y == 0]) < high(z[y == 1])):
        return math.nan, math.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = LogisticRegression(penalty=None, solver="newton-cholesky", tol=1e-13, max_iter=200)
        fit.fit(z[:, None], y, sample_weight=w)
    return fit.coef_[0, 0], fit.intercept_[0]


def one_step(z, y, w, line):
    """The slope after one Newton step from `line`, on these rows."""
    x = np.stack([z, np.ones_like(z)], axis=1)
    p = sigmoid(x @ line)
    gradient = x.T @ (w * (y - p))
    hessian = (x * (w * p * (1 - p))[:, None]).T @ x
    return (line + np.linalg.solve(hessian, gradient))[0]


def jackknife(statistic, buckets):
    estimates = np.array([statistic(buckets != b) for b in np.unique(buckets)])
    g = len(estimates)
    return math.sqrt((g - 1) / g * ((estimates - estimates.mean()) ** 2).sum()) if g > 1 else math.nan


def expected(case):
    z, y = case["logits"].astype(np.float64), case["labels"].astype(int)
    rate, count = case["rate"], case["buckets"]
    w = np.where(y == 1, 1.0, 1 / rate)
    s = z + (math.log(rate) if case["correct"] else 0)
    if case["clusters"] is None:  # every row its own cluster, told apart by its rank
        keys = np.empty(len(z), dtype=int)
        keys[np.lexsort((y, z))] = np.arange(len(z))
    else:
        keys = case["clusters"]
    buckets = np.array([mix(k) % count for k in keys])
    slope, intercept = cox(s, y, w)
    line = np.array([slope, intercept])
    out = {
        "rows": len(y), "clicks": int(y.sum()),
        "auc": auc(z, y), "auc_se": jackknife(lambda m: auc(z[m], y[m]), buckets),
        "logloss": loss(s, y, w), "logloss_se": jackknife(lambda m: loss(s[m], y[m], w[m]), buckets),
        "calibration": calibration(s, y, w),
        "calibration_se": jackknife(lambda m: calibration(s[m], y[m], w[m]), buckets),
        "slope": slope, "intercept": intercept, "slope_se": math.nan, "slope_se_refit": math.nan,
    }
    out["normalized_entropy"] = out["logloss"] / entropy(y, w)
    if not math.isnan(slope):
        out["slope_se"] = jackknife(lambda m: one_step(s[m], y[m], w[m], line), buckets)
        out["slope_se_refit"] = jackknife(lambda m: cox(s[m], y[m], w[m])[0], buckets)
    names = ("gauc", "gauc_coverage", "gauc_median_rows")
    values = (math.nan,) * 3 if case["groups"] is None else gauc(z, y, case["groups"])
    return out | dict(zip(names, values))


def draw(seed, rows, users, rate=1.0, quantum=None, spread=1.2, buckets=128, correct=False, clusters=True,
         groups=True):
    """Users have effects of their own, so clusters matter; the scores are over-confident by 1 / 0.7."""
    rng = np.random.default_rng(seed)
    user = rng.integers(0, users, rows)
    effect = rng.normal(0, 0.6, users)
    logits = rng.normal(-1.5, spread, rows)
    if quantum:
        logits = np.round(logits / quantum) * quantum
    logits = logits.astype(np.float32)
    logits = np.where(logits == 0, np.where(rng.random(rows) < 0.5, np.float32(-0.0), np.float32(0)), logits)
    labels = (rng.random(rows) < sigmoid(0.7 * logits.astype(float) + 0.2 + effect[user])).astype(np.uint8)
    return {"logits": logits, "labels": labels, "rate": rate, "buckets": buckets, "correct": correct,
            "groups": rng.permutation(rows) // 4 if quantum else user if groups else None,
            "clusters": user * 1_000_003 if clusters else None}


def cases():
    yield "plain", draw(1, 900, 150, rate=1.0)
    yield "ties", draw(2, 800, 300, rate=1.0, quantum=0.5, buckets=64)
    yield "sampled", draw(3, 700, 120, rate=0.2)
    yield "sampled_corrected", draw(4, 700, 120, rate=0.05, buckets=200, correct=True)
    yield "wide", draw(5, 500, 100, rate=0.5, spread=18.0)
    yield "own_clusters", draw(6, 600, 80, rate=1.0, quantum=0.125, clusters=False, groups=False)
    yield "few_clusters", draw(7, 200, 5, rate=1.0)
    one_class = draw(8, 60, 10, rate=0.5)
    one_class["labels"][:] = 0
    yield "one_class", one_class
    separable = draw(9, 80, 30, rate=1.0)
    separable["labels"] = (separable["logits"] > -1).astype(np.uint8)
    yield "separable", separable


def array(kind, name, values, form):
    if values is None:
        return ""
    body = textwrap.fill(", ".join(form(v) for v in values), 118, initial_indent="  ", subsequent_indent="  ")
    return f"constexpr {kind} {name}[] = {{\n{body}}};\n"


def number(value):
    return "none" if math.isnan(value) else repr(float(value))


def main():
    print("// Made by make_metrics.py: rows, and the metrics that scikit-learn and NumPy find in them.")
    print("// clang-format off")
    table = []
    for name, case in cases():
        print(array("float", f"{name}_logits", case["logits"], lambda v: f"{float(v):#.9g}f"), end="")
        print(array("std::uint8_t", f"{name}_labels", case["labels"], str), end="")
        print(array("std::uint64_t", f"{name}_groups", case["groups"], lambda v: f"{v}u"), end="")
        print(array("std::uint64_t", f"{name}_clusters", case["clusters"], lambda v: f"{v}u"), end="")
        pointers = [f"{name}_{k}" if case[k] is not None else "nullptr" for k in ("groups", "clusters")]
        values = ", ".join(f".{k}={v if isinstance(v, int) else number(v)}" for k, v in expected(case).items())
        values = textwrap.fill(values, 115, subsequent_indent="    ")
        table.append(f'  {{"{name}", {name}_logits, {name}_labels, {pointers[0]}, {pointers[1]}, {case["rate"]!r}, '
                     f'{case["buckets"]}, {str(case["correct"]).lower()},\n   {{{values}}}}},')
    print("constexpr Case cases[] = {")
    print("\n".join(table))
    print("};")
    print("// clang-format on")


if __name__ == "__main__":
    main()
