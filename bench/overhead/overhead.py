"""overhead MODEL ROWS SECONDS by the Python package, as README.md has it.

With a fourth argument `anew` each request goes by `Model.score`, which prepares its columns, in place of a request that was
prepared once: what a host pays whose arrays are new each time.
"""

import sys
import time

import numpy as np

import clicklens


def column(number: int, feature, rows: int):
    entries = np.arange(1 if feature.scope == "request" else rows, dtype=np.int64)
    if not feature.dense:
        return (entries * 7919 + number * 104729) % feature.rows
    return ((entries[:, None] * 31 + number * 17 + np.arange(feature.width)) % 64 / 64).astype(np.float32)


def measured(request, seconds: float) -> float:
    """The median block's nanoseconds per request."""
    clock = time.perf_counter_ns
    warm, start = 0, clock()
    while clock() - start < seconds * 1e8 or not warm:
        request()
        warm += 1
    k = max(1, int(2e5 / ((clock() - start) / warm)))
    blocks, end = [], clock() + seconds * 1e9
    while not blocks or clock() < end:
        begin = clock()
        for _ in range(k):
            request()
        blocks.append((clock() - begin) / k)
    return float(np.median(blocks))


def fnv(data: bytes) -> str:
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) % 2**64
    return f"{value:016x}"


def main() -> None:
    path, rows, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    model = clicklens.open(path)
    data = {f.name: column(i, f, rows) for i, f in enumerate(model.features)}
    if sys.argv[4:] == ["anew"]:
        def request():
            return model.score(data, [0, rows])
    else:
        request = model.prepare(data, [0, rows]).run
    print(f"{measured(request, seconds):.1f} {fnv(request().tobytes())}")


try:
    main()
except (IndexError, ValueError, clicklens.Error) as error:
    sys.exit(f"overhead: {error}")
