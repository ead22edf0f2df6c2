"""run.py [--quick] [--out FILE]: clicklens side by side with other runtimes; bench/NOTES.md has the protocol."""

from __future__ import annotations

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1", TF_CPP_MIN_LOG_LEVEL="3")
with open("/proc/cpuinfo", encoding="ascii") as _cpu:
    _flags = _cpu.read()
# Debian's OpenBLAS takes processors younger than itself for a Prescott of 2004, and PyTorch is 4 times as slow.
if " avx2" in _flags:
    os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX" if " avx512dq" in _flags else "Haswell")

import argparse  # noqa: E402
import json  # noqa: E402
import platform  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

import cell  # noqa: E402
import clicklens  # noqa: E402
from data import POOL, shapes, zoo  # noqa: E402
from sides import MODULES, Side  # noqa: E402

HERE = Path(__file__).resolve().parent
LOADED = [Side("ours", "whole"), Side("ort", "natural"), Side("ort", "best"), Side("ov", "best"), Side("litert", "best"),
          Side("torch", "best")]


def machine() -> dict:
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    fields = dict(line.split(":", 1) for line in text.split("\n\n")[0].splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in fields.items()}
    flags = fields.get("flags", "").split()
    wanted = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_int8", "amx_bf16")
    return {"processor": f"{fields.get('model name', '?')} (model {fields.get('model', '?')})",
            "processors": os.cpu_count(), "instructions": [flag for flag in wanted if flag in flags],
            "isa": clicklens.isa(), "system": platform.platform(), "load_before": round(os.getloadavg()[0], 2)}


def loads(shape, weights, folder):
    for side in LOADED:
        command = [sys.executable, str(HERE / "load.py"), side.module, side.form, shape.name,
                   side.write(folder, shape, weights)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        figures = json.loads(done.stdout.splitlines()[-1])
        print(f"{shape.name}: opening {side.name}: {figures}", flush=True)
        yield {"model": shape.name, "side": side.name, **figures}


def load(name):
    if name in zoo.names():
        import zoo_peers

        return zoo.load(name), zoo_peers.Weights(zoo.load(name))
    return shapes.load(name), shapes.random_weights(shapes.load(name))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="fewer rounds, batches and models")
    parser.add_argument("--zoo", action="store_true", help="the zoo's networks in place of the shapes")
    parser.add_argument("--out", type=Path, default=None, help="default: bench/results/peers.json, or zoo.json")
    parser.add_argument("--models", nargs="+", default=None, help="shapes or networks of bench/models (default: all)")
    parser.add_argument("--batches", nargs="+", type=int, default=list(POOL), help="candidates (default: all sizes)")
    options = parser.parse_args()
    settings = cell.Settings(5, 5, True) if options.quick else cell.Settings()
    started = time.time()
    made = {"machine": machine(), "versions": {module.NAME: module.VERSION for module in MODULES.values()},
            "protocol": {"rounds": settings.rounds, "turn_ms": settings.turn_ms, "threads": 1, "quick": options.quick,
                         "openblas": os.environ.get("OPENBLAS_CORETYPE"),
                         "pool": POOL, "empty calls": "subtracted, as overhead_us of each side says"},
            "titles": {name: zoo.load(name).title for name in zoo.names()} if options.zoo else {},
            "results": [], "sides": [], "loads": []}
    with tempfile.TemporaryDirectory() as folder:
        for name in options.models or (zoo if options.zoo else shapes).names()[: 1 if options.quick else None]:
            shape, weights = load(name)
            for shared in (False, True):
                for rows in POOL if not shared else (64, 256, 1024):
                    if rows not in options.batches or options.quick and rows not in (1, 64):
                        continue
                    results, sides = cell.run(shape, weights, folder, rows, shared, settings)
                    made["results"] += results
                    made["sides"] += sides
            if name not in zoo.names():
                made["loads"] += loads(shape, weights, folder)
            for path in Path(folder).iterdir():
                path.unlink()
    made["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    options.out = options.out or HERE.parent / "results" / ("zoo.json" if options.zoo else "peers.json")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(f"{options.out}: {len(made['results'])} ratios in {time.time() - started:.0f} s")


try:
    main()
except cell.Wrong as problem:
    sys.exit(f"failed: {problem}")
