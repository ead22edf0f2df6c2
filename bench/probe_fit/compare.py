#!/usr/bin/env python3
"""compare.py BENCH_PROBE_FIT [ROUNDS]: probe fits against scikit-learn, by turns on the same rows.

Run with Debian's python3-sklearn (/usr/bin/python3). Every fit has one thread and is timed in processor time. The
rows are 20,000 activations of a random ReLU layer, 5 % clicks, lambda 1e-3. scikit-learn gets inputs that are
standardised already, in double precision; ours starts from fp32 rows and finds means and sds itself. "excess" is the
objective above the best known, relative: times compare at equal excess only.
"""
import os
import subprocess
import sys
import tempfile
import time
import warnings

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
import numpy as np  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

ROWS, LAMBDA = 20000, 1e-3
warnings.simplefilter("ignore")


def make_rows(width):
    rng = np.random.default_rng(width)
    h = rng.standard_normal((ROWS, 32))
    weights, bias = rng.standard_normal((32, width)) / np.sqrt(32), rng.normal(-0.5, 0.7, width)
    x = np.maximum(h @ weights + bias + 0.3 * rng.standard_normal((ROWS, width)), 0).astype(np.float32)
    score = 1.2 * h[:, 0] + 0.8 * h[:, 1] * h[:, 2] + 0.5 * np.abs(h[:, 3]) - 4.2
    return x, (rng.random(ROWS) < 1 / (1 + np.exp(-score))).astype(np.uint8)


def theirs(u, y, solver, tol):
    start = time.process_time()
    fit = LogisticRegression(C=1 / (ROWS * LAMBDA), solver=solver, tol=tol, max_iter=1000).fit(u, y)
    spent = 1e3 * (time.process_time() - start)
    w, z = fit.coef_[0], u @ fit.coef_[0] + fit.intercept_[0]
    return spent, np.mean(np.logaddexp(0, np.where(y == 1, -z, z))) + LAMBDA / 2 * (w @ w)


def ours(server, tolerance):
    server.stdin.write(f"{LAMBDA!r} {tolerance!r}\n")
    server.stdin.flush()
    spent, objective, _, _ = map(float, server.stdout.readline().split())
    return spent, objective


def compare(binary, width, rounds):
    x, y = make_rows(width)
    u = x.astype(np.float64) - x.mean(0, dtype=np.float64)
    u /= u.std(0)
    contenders = {
        "newton-cholesky, tol 1e-4": lambda: theirs(u, y, "newton-cholesky", 1e-4),
        "newton-cholesky, tol 1e-12": lambda: theirs(u, y, "newton-cholesky", 1e-12),
        "lbfgs, tol 1e-4": lambda: theirs(u, y, "lbfgs", 1e-4),
    }
    with tempfile.TemporaryDirectory() as folder:
        x.tofile(f"{folder}/rows.f32")
        y.tofile(f"{folder}/rows.u8")
        with subprocess.Popen([binary, f"{folder}/rows", str(width)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True) as server:
            for tolerance in (1e-5, 3e-6, 1e-6, 1e-8):
                contenders[f"ours, gradient {tolerance:g}"] = lambda t=tolerance: ours(server, t)
            results = {name: [] for name in contenders}
            for _ in range(rounds):
                for name, run in contenders.items():
                    results[name].append(run())
            server.stdin.close()
    least = min(r[1] for runs in results.values() for r in runs)
    times = {name: np.median([r[0] for r in runs]) for name, runs in results.items()}
    print(f"d = {width}: median ms of {rounds}, and excess")
    for name, runs in results.items():
        ratios = [np.median([a[0] / b[0] for a, b in zip(results[other], runs)])
                  for other in list(results)[:3]] if name.startswith("ours") else []
        print(f"  {name:28} {times[name]:8.1f} {max(r[1] for r in runs) / least - 1:9.1e}  "
              + " ".join(f"{r:6.1f}x" for r in ratios))


def main():
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    for width in (512, 64):
        compare(sys.argv[1], width, rounds)


main()
