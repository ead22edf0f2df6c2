#!/usr/bin/env python3
"""HyperLogLog of 2^12 registers over SplitMix64 of 0, 1, ..., n - 1, in plain Python: registers by the definition of
Flajolet et al. 2007 (64-bit hash, the first 12 bits an index, 1 + leading zeros of the rest), the estimate by Ertl 2017,
algorithm 6. Prints one line per n: n, sum of the registers, sum of register * (index + 1), estimate. Feeds
tests/unit/lens/distinct_test.cpp."""

import math

BITS = 12
M = 1 << BITS
Q = 64 - BITS
MASK = (1 << 64) - 1


def splitmix(key):
    key = (key + 0x9E3779B97F4A7C15) & MASK
    key = ((key ^ (key >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    key = ((key ^ (key >> 27)) * 0x94D049BB133111EB) & MASK
    return key ^ (key >> 31)


def rank(hash_):
    rest = format(hash_ & ((1 << Q) - 1), f"0{Q}b")
    return len(rest) - len(rest.lstrip("0")) + 1


def sigma(x):
    if x == 1:
        return math.inf
    total, k = x, 1
    while True:
        x *= x
        term = x * 2 ** (k - 1)
        if total + term == total:
            return total
        total, k = total + term, k + 1


def tau(x):
    if x in (0, 1):
        return 0
    total, k = 1 - x, 1
    while True:
        x = math.sqrt(x)
        term = (1 - x) ** 2 * 2.0 ** -k
        if total - term == total:
            return total / 3
        total, k = total - term, k + 1


def estimate(registers):
    counts = [registers.count(k) for k in range(Q + 2)]
    z = M * tau(1 - counts[Q + 1] / M)
    for k in range(Q, 0, -1):
        z = 0.5 * (z + counts[k])
    z += M * sigma(counts[0] / M)
    return M * M / (2 * math.log(2)) / z


def main():
    registers, seen = [0] * M, 0
    for n in (1, 2, 50, 1000, 5000, 20000, 300000):
        for key in range(seen, n):
            hash_ = splitmix(key)
            index = hash_ >> Q
            registers[index] = max(registers[index], rank(hash_))
        seen = n
        print(n, sum(registers), sum(r * (i + 1) for i, r in enumerate(registers)), repr(estimate(registers)))


if __name__ == "__main__":
    main()
