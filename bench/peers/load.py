"""load.py MODULE FORM SHAPE FILE: in a process of its own, what it costs to open a model and run it once, and to do so
a second time in the same process. Prints JSON. Memory is what is no page of a
file: who maps the file shares it with all other processes."""

from __future__ import annotations

import gc
import json
import sys
import time

import data
import ours
from data import shapes
from sides import Side

ours.open_flags = 0  # mapped, as by default: this is about opening


def own_bytes() -> int:
    with open("/proc/self/smaps_rollup", encoding="ascii") as lines:
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Anonymous:"))


def main():
    module, form, name, path = sys.argv[1:]
    side, shape = Side(module, form), shapes.load(name)
    batch = data.Batch(shape, 64, False, 1)
    found, keep = {}, []
    gc.collect()
    for which in ("first", "second"):
        before, start = own_bytes(), time.perf_counter()
        peer = side.open(shape, path)
        run, read = peer.bind(batch)
        run()
        found[f"{which}_ms"] = round(1e3 * (time.perf_counter() - start), 2)
        found[f"{which}_mib"] = round((own_bytes() - before) / 2**20, 2)
        keep += [peer, run, read]
    print(json.dumps(found))


main()
