"""run.py [--rounds N] [--seconds S] [--build DIR] [--go DIR] [--rust DIR] [--out FILE]: what a call costs in each host, beside C."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import clicklens
import models

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SIZES = (1, 256)
AIMS = {"go": 300, "rust": 5, "python": 3000}  # nanoseconds over C
TITLES = {"c": "C", "cpp": "C++", "go": "Go", "rust": "Rust", "python": "Python, prepared", "python_anew": "Python, `score`"}


def machine() -> dict:
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n")[0]
    fields = {k.strip(): v.strip() for k, v in (line.split(":", 1) for line in text.splitlines() if ":" in line)}
    return {"processor": f"{fields.get('model name', '?')} (model {fields.get('model', '?')})", "processors": os.cpu_count(),
            "isa": clicklens.isa(), "system": platform.platform(), "load_before": round(os.getloadavg()[0], 2)}


def environment(folder: Path, lib: Path) -> dict:
    """What the builds of Go and Rust find the library by; every host loads the one in `lib`."""
    (folder / "clicklens.pc").write_text(f"Name: clicklens\nDescription: the build at hand\nVersion: {clicklens.version()}\n"
                                         f"Cflags: -I{ROOT / 'capi' / 'include'}\nLibs: -L{lib} -lclicklens\n")
    kept = {k: v for k, v in os.environ.items() if k != "CLICKLENS_ISA"}
    return {**kept, "PKG_CONFIG_PATH": str(folder), "LD_LIBRARY_PATH": str(lib),
            "CLICKLENS_LIB_DIR": str(lib), "CLICKLENS_LIBRARY": str(lib / "libclicklens.so")}


def built(command, folder: Path, env: dict, made: Path) -> str:
    """"" and the program is there, or why it is not."""
    if not shutil.which(command[0]):
        return f"no {command[0]} on the PATH"
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 and made.is_file() else f"does not build: {(done.stderr or 'no program').strip()[-400:]}"


def hosts(options, folder: Path, env: dict):
    """({host: command}, {host: why it is left out})."""
    found, absent = {}, {}
    for host in ("c", "cpp"):
        program = options.build / "bin" / f"overhead_{host}"
        (found if program.is_file() else absent)[host] = [str(program)] if program.is_file() else f"no {program}"
    targets = folder / "rust"
    compiled = {
        "go": (options.go, "internal/overhead/main.go", folder / "overhead_go",
               ["go", "build", "-o", str(folder / "overhead_go"), "./internal/overhead"]),
        "rust": (options.rust, "clicklens/examples/overhead.rs", targets / "release" / "examples" / "overhead",
                 ["cargo", "build", "--quiet", "--release", "--example", "overhead", "--target-dir", str(targets)])}
    for host, (source, needed, program, command) in compiled.items():
        why = built(command, source, env, program) if (source / needed).is_file() else f"no {source / needed}"
        (absent if why else found)[host] = why or [str(program)]
    script = [sys.executable, str(HERE / "overhead.py")]
    return {**found, "python": script, "python_anew": script}, absent


def measure(host: str, command, model: Path, size: int, seconds: float, env: dict) -> tuple[float, str]:
    arguments = [*command, str(model), str(size), str(seconds), *(["anew"] if host == "python_anew" else [])]
    done = subprocess.run(arguments, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{host}: {done.stderr.strip()}")
    ns, scores = done.stdout.split()
    return float(ns), scores


def cell(commands: dict, name: str, path: Path, size: int, options, env: dict) -> dict:
    """All rounds of one model and size."""
    times, names = {host: [] for host in commands}, list(commands)
    for turn in range(options.rounds):
        shift, seen = turn % len(names), set()
        for host in names[shift:] + names[:shift]:
            ns, scores = measure(host, commands[host], path, size, options.seconds, env)
            times[host].append(ns)
            seen.add(scores)
        if len(seen) != 1:
            sys.exit(f"{name}, {size} candidates: hosts have different scores")
    rows = {}
    for host, own in times.items():
        over = [a - b for a, b in zip(own, times["c"])]
        low, _, high = statistics.quantiles(over, n=4) if len(over) > 1 else (over[0],) * 3
        # On a shared machine the fastest turns are those that had a core to themselves.
        rows[host] = {"ns": round(statistics.median(own), 1), "fastest_ns": round(min(own), 1), "over_c_ns": round(statistics.median(over), 1),
                      "quartiles": [round(low, 1), round(high, 1)]}
    print(f"{name}, {size}: " + ", ".join(f"{h} {r['ns']:,.0f} ({r['over_c_ns']:+,.0f})" for h, r in rows.items()), flush=True)
    return {"model": name, "candidates": size, "hosts": rows}


def table(cells: list[dict]) -> str:
    """Nanoseconds of C, and of the others over it: median and quartiles; in brackets those of each host's fastest turn."""
    lines = ["| host | " + " | ".join(f"{c['model']}, {c['candidates']}" for c in cells) + " |", "| --- |" + " --- |" * len(cells)]
    for host in cells[0]["hosts"]:
        rows = [c["hosts"][host] for c in cells]
        best = [c["hosts"]["c"]["fastest_ns"] for c in cells]
        shown = [f"{r['ns']:,.0f} [{r['fastest_ns']:,.0f}]" if host == "c" else
                 f"{r['over_c_ns']:+,.0f} ({r['quartiles'][0]:+,.0f} .. {r['quartiles'][1]:+,.0f}) [{r['fastest_ns'] - b:+,.0f}]"
                 for r, b in zip(rows, best)]
        lines.append(f"| {TITLES[host]} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.4, help="of each program's turn")
    parser.add_argument("--models", nargs="+", choices=models.MODELS, default=list(models.MODELS))
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="folder with bin/overhead_c and lib/libclicklens.so")
    parser.add_argument("--go", type=Path, default=ROOT / "bindings" / "go", help="folder of the Go module")
    parser.add_argument("--rust", type=Path, default=ROOT / "bindings" / "rust", help="folder of the Rust workspace")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "overhead.json")
    options = parser.parse_args()
    options.build, options.go, options.rust = (p.resolve() for p in (options.build, options.go, options.rust))
    described, started = machine(), time.time()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        env = environment(folder, options.build / "lib")
        commands, absent = hosts(options, folder, env)
        for host, why in absent.items():
            print(f"{host} is left out: {why}")
        if "c" in absent:
            return 1
        for name in options.models:
            models.MODELS[name](folder / f"{name}.clens")
        cells = [cell(commands, name, folder / f"{name}.clens", size, options, env) for name in options.models for size in SIZES]
    made = {"machine": described, "protocol": {"rounds": options.rounds, "seconds": options.seconds, "order": "rotated"},
            "absent": absent, "aims_over_c_ns": AIMS, "cells": cells, "minutes": round((time.time() - started) / 60, 1)}
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(json.dumps(made, indent=1) + "\n")
    print(table(cells))
    return 0


if __name__ == "__main__":
    sys.exit(main())
