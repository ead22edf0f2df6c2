#!/usr/bin/env python3
"""Writes fits.inc, delong.inc and the inputs of both, NAME.f32 and NAME.u8, beside itself.

Run with Debian's python3-sklearn: /usr/bin/python3 make_probe.py
Fits are scikit-learn's (newton-cholesky, tol 1e-12; Ridge) on inputs standardised in double precision. DeLong's
variance is computed in exact fractions for a small case; Obuchowski's and the large cases by double loops over
NumPy arrays, straight from the papers' formulas.
"""
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import r2_score, roc_auc_score

HERE = Path(__file__).resolve().parent


def activations(rng, n, d, latent, noise, shift):
    """Columns of a ReLU layer: correlated, some rarely active."""
    h = rng.standard_normal((n, latent))
    w = rng.standard_normal((latent, d)) / math.sqrt(latent)
    x = np.maximum(h @ w + rng.normal(shift, 0.7, d) + noise * rng.standard_normal((n, d)), 0)
    return x.astype(np.float32), h


def labels_of(rng, score, rate):
    low, high = -20.0, 20.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if (1 / (1 + np.exp(-score - middle))).mean() > rate else (middle, high)
    return (rng.random(len(score)) < 1 / (1 + np.exp(-score - low))).astype(np.uint8)


def standardise(x):
    x = x.astype(np.float64)
    mean = x.mean(0)
    sd = np.sqrt(((x - mean) ** 2).mean(0))
    kept = sd > 1e-6 * sd.max()
    return np.where(kept, (x - mean) / np.where(kept, sd, 1), 0.0), mean, sd


def logistic(u, y, rate, lam):
    weight = np.where(y == 1, 1.0, 1 / rate)
    fit = LogisticRegression(C=1 / (weight.sum() * lam), solver="newton-cholesky", tol=1e-12, max_iter=1000)
    fit.fit(u, y, sample_weight=weight)
    w, b = fit.coef_[0], fit.intercept_[0]
    z = u @ w + b
    objective = np.average(np.logaddexp(0, np.where(y == 1, -z, z)), weights=weight) + lam / 2 * (w @ w)
    return w, b, z, objective, roc_auc_score(y, z)


def ridge(u, t, lam):
    fit = Ridge(alpha=len(t) * lam, solver="cholesky").fit(u, t)
    w, b = fit.coef_, fit.intercept_
    z = u @ w + b
    return w, b, z, ((t - z) ** 2).mean() / 2 + lam / 2 * (w @ w), r2_score(t, z)


def numbers(values):
    return "{" + ", ".join(repr(float(v)) for v in values) + "}"


def write_fits(out):
    rng = np.random.default_rng(7)
    cases = []
    x, h = activations(rng, 500, 6, 6, 0.5, 0.5)
    cases.append(("well_conditioned", x, labels_of(rng, h[:, 0] - h[:, 1], 0.4), None, 1.0, 1e-2))
    x, h = activations(rng, 1500, 24, 8, 0.2, -0.5)
    x[:, 3] = 0  # dead
    x[:, 7] = np.float32(0.1)  # constant, not representable
    x[:, 11] = x[:, 12] * np.float32(2)  # a copy
    x[:, 15] += 1000  # mean far from zero
    x[:, 19] = 0
    x[[17, 901], 19] = [3, 5]  # fires twice
    y = labels_of(rng, 1.5 * h[:, 0] + h[:, 1] * h[:, 2], 0.06)
    cases.append(("relu", x, y, None, 1.0, 1e-3))
    cases.append(("weak_penalty", x, y, None, 1.0, 1e-5))
    cases.append(("weighted", x, y, None, 0.25, 1e-3))
    t = (250 + 40 * h[:, 0] + 10 * h[:, 1] ** 2 + rng.standard_normal(1500)).astype(np.float32)
    cases.append(("number", x, y, t, 1.0, 1e-3))
    for name, x, y, t, rate, lam in cases:
        data = name if name == "well_conditioned" else "relu"
        x.tofile(HERE / f"{data}.f32")
        y.tofile(HERE / f"{data}.u8")
        if t is not None:
            t.tofile(HERE / f"{data}_targets.f32")
        u, mean, sd = standardise(x)
        w, b, z, objective, quality = logistic(u, y, rate, lam) if t is None else ridge(u, t.astype(np.float64), lam)
        out.write(f'{{"{name}", "{data}", {len(x)}, {x.shape[1]}, {"true" if t is not None else "false"}, {rate!r}, {lam!r},\n'
                  f" {float(objective)!r}, {float(b)!r}, {float(quality)!r},\n {numbers(mean)},\n {numbers(sd)},\n"
                  f" {numbers(w)},\n {numbers(z[:: max(1, len(z) // 40)])}}},\n")


def placements(scores, labels, one=1.0):
    """psi averaged over the other class, by DeLong's double loop; `one` sets the arithmetic."""
    psi = lambda click, other: one if click > other else one / 2 if click == other else one * 0
    clicks, others = [i for i, y in enumerate(labels) if y], [i for i, y in enumerate(labels) if not y]
    v10 = {i: sum(psi(scores[i], scores[j]) for j in others) / len(others) for i in clicks}
    v01 = {j: sum(psi(scores[i], scores[j]) for i in clicks) / len(clicks) for j in others}
    return v10, v01


def delong(v10, v01):
    """Variance of the mean of v10, which is also that of v01."""
    m, n = len(v10), len(v01)
    theta = sum(v10.values()) / m
    s10 = sum((v - theta) ** 2 for v in v10.values()) / (m - 1)
    s01 = sum((v - theta) ** 2 for v in v01.values()) / (n - 1)
    return theta, s10 / m + s01 / n


def obuchowski(v10, v01, clusters):
    m, n = len(v10), len(v01)
    theta = sum(v10.values()) / m
    keys = sorted(set(clusters))
    part = lambda v, k: sum(x - theta for i, x in v.items() if clusters[i] == k)
    has = lambda v: sum(any(clusters[i] == k for i in v) for k in keys)
    i10, i01, count = has(v10), has(v01), len(keys)
    s10 = i10 / ((i10 - 1) * m) * sum(part(v10, k) ** 2 for k in keys)
    s01 = i01 / ((i01 - 1) * n) * sum(part(v01, k) ** 2 for k in keys)
    s11 = count / (count - 1) * sum(part(v10, k) * part(v01, k) for k in keys)
    return s10 / m + s01 / n + 2 * s11 / (m * n)


def minus(b, a):
    return {i: b[i] - a[i] for i in a}


def compare(a, b, y, clusters):
    of_a, of_b = placements(a, y), placements(b, y)
    of_difference = minus(of_b[0], of_a[0]), minus(of_b[1], of_a[1])
    plain = [delong(*v) for v in (of_a, of_b, of_difference)]
    assert abs(plain[0][0] - roc_auc_score(y, a)) < 1e-12 and abs(plain[1][0] - roc_auc_score(y, b)) < 1e-12
    clustered = [math.sqrt(obuchowski(*v, clusters)) for v in (of_a, of_b, of_difference)]
    return [p[0] for p in plain] + [math.sqrt(p[1]) for p in plain] + clustered


def exact(a, b, y):
    of_a, of_b = placements(a, y, Fraction(1)), placements(b, y, Fraction(1))
    values = [delong(*of_a), delong(*of_b), delong(minus(of_b[0], of_a[0]), minus(of_b[1], of_a[1]))]
    return [float(v[0]) for v in values] + [math.sqrt(v[1]) for v in values], values


def write_delong(out):
    a, b, y = [1, 2, 2, 3, 4, 5, 5, 6, 7], [2, 1, 3, 3, 5, 3, 6, 7, 7], [0, 0, 1, 0, 1, 0, 1, 1, 1]
    figures, fractions = exact(a, b, y)
    out.write("// " + "; ".join(f"AUC or difference {t}, variance {v}" for t, v in fractions) + "\n")
    floats = lambda v: "{" + ", ".join(f"{float(x)!r}f" for x in v) + "}"
    whole = lambda v: "{" + ", ".join(str(int(x)) for x in v) + "}"
    out.write(f'{{"by_hand", {floats(a)}, {floats(b)}, {whole(y)}, {{}},\n {numbers(figures)}}},\n')
    rng = np.random.default_rng(11)
    for name, n, users in (("clustered", 240, 40), ("ties", 150, 15)):
        clusters = rng.integers(0, users, n)
        effect = rng.standard_normal(users)[clusters]
        y = (rng.random(n) < 1 / (1 + np.exp(1 - effect))).astype(int)
        digits = 0 if name == "ties" else 3
        a = np.round(y + 1.5 * rng.standard_normal(n) + 0.5 * effect, digits).astype(np.float32)
        b = np.round(0.5 * a + 0.6 * y + rng.standard_normal(n), digits).astype(np.float32)
        figures = compare(a.astype(float), b.astype(float), y, clusters)
        out.write(f'{{"{name}", {floats(a)}, {floats(b)}, {whole(y)}, {whole(clusters)},\n {numbers(figures)}}},\n')


def main():
    for name, write in (("fits", write_fits), ("delong", write_delong)):
        with open(HERE / f"{name}.inc", "w") as out:
            out.write("// Made by make_probe.py.\n// clang-format off\n")
            write(out)
            out.write("// clang-format on\n")


main()
