#!/usr/bin/env python3
"""make_saliency_sums.py > expected.inc: shares, their jackknife and contrasts of made-up rows, by NumPy in float64.

Row i of part p, group g: ((i * 7919 + g * 104729 + p * 31) % 2001 - 1000) / 64 * (1, 0.5, 2)[g], the cluster i * 13 % 97.
"""
import numpy as np

ROWS, GROUPS, BUCKETS = 500, 3, 64
M = (1 << 64) - 1


def mix(key):  # SplitMix64's finaliser
    key = (key + 0x9E3779B97F4A7C15) & M
    key = ((key ^ (key >> 30)) * 0xBF58476D1CE4E5B9) & M
    key = ((key ^ (key >> 27)) * 0x94D049BB133111EB) & M
    return key ^ (key >> 31)


def part(p):
    i, g = np.arange(ROWS)[:, None], np.arange(GROUPS)[None]
    return ((i * 7919 + g * 104729 + p * 31) % 2001 - 1000) / 64 * np.array([1, 0.5, 2])


def jackknife(estimates):
    estimates = np.array(estimates)
    n = len(estimates)
    return np.sqrt((n - 1) / n * ((estimates - estimates.mean(0)) ** 2).sum(0))


def shares(values):
    means = np.abs(values).mean(0)
    return means / means.sum()


bucket = np.array([mix(i * 13 % 97) % BUCKETS for i in range(ROWS)])
a, b = part(0), part(1)
a = a[: ROWS // 2]
held = [k for k in range(BUCKETS) if (bucket == k).any()]
in_a = [k for k in range(BUCKETS) if (bucket[: ROWS // 2] == k).any()]
se = jackknife([shares(a[bucket[: ROWS // 2] != k]) for k in in_a])
ratio = np.log(shares(b) / shares(a))
ratio_se = jackknife([np.log(shares(b[bucket != k]) / shares(a[bucket[: ROWS // 2] != k])) for k in held])
print("// mean_absolute, mean, sd, share, share_se; log_ratio, se")
for g in range(GROUPS):
    figures = [np.abs(a[:, g]).mean(), a[:, g].mean(), a[:, g].std(ddof=1), shares(a)[g], se[g], ratio[g], ratio_se[g]]
    print("{" + ", ".join(repr(float(x)) for x in figures) + "},")
