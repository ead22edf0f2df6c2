#!/usr/bin/env python3
"""table.py [BENCH_MODELS] [--json FILE]: what the lenses cost on gwen-ref, as one Markdown table.

Runs the entries of bench_models named below (or reads what --benchmark_out wrote) and prints each in forwards: times of
scoring the same candidates without any sharing, in turns in the same run. Profiles are what a run takes beyond a run
that is not profiled, with the share of that run and of its 99th percentile: where runs add up rows themselves, and where
another thread settles them, whose own time is the last column, in shares of the run too."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROFILES = [("scores, features", "scores+features"), ("and neurons", "scores+features+neurons"), ("and saliency", "all")]
METHODS = [("capture of four layers", "saliency/capture"), ("gradient", "saliency/full/gradient"),
           ("gradient x input, centred", "saliency/full/group"), ("by dimension", "saliency/full/dimension"),
           ("of groups alone", "saliency/groups"), ("additive", "attribution/additive"),
           ("DeepLIFT", "attribution/deeplift"), ("ablation", "attribution/ablation"),
           ("integrated gradients, 50 steps", "attribution/integrated_gradients"),
           ("conductance, 50 steps", "attribution/conductance"),
           ("expected gradients, 50 draws", "attribution/expected_gradients"),
           ("SmoothGrad, 50 draws", "attribution/smoothgrad")]
FILTER = "^(profile|attribution)/|^saliency/(full|groups|capture)"


def measure(program):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        command = [program, f"--benchmark_filter={FILTER}", f"--benchmark_out={out}", "--benchmark_out_format=json"]
        subprocess.run(command, check=True, stdout=sys.stderr)
        return json.loads(out.read_text())


def entries(report):
    """{(name, arguments): entry}; names end in /min_time:... and the like."""
    found = {}
    for entry in report["benchmarks"]:
        parts = [part for part in entry["name"].split("/") if ":" not in part and part != "manual_time"]
        numbers = [part for part in parts if part.isdigit()]
        found["/".join(part for part in parts if not part.isdigit()), tuple(map(int, numbers))] = entry
    return found


def number(value):
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}" if value < 10 else f"{value:.0f}"


def shares(entry):
    """Of a run, of its 99th percentile."""
    p99 = 100 * (entry["p99_us"] / entry["p99_plain_us"] - 1)
    return f"{entry['cost_pct']:+.1f} % | {p99:+.0f} %"


def tables(found):
    """The lines of both tables."""
    yield "| profile of a serving session | rows | forwards | of a run | p99 | settled elsewhere: of a run | p99 | elsewhere |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for title, name in PROFILES:
        for every in (100, 1):
            entry, settled = found.get((f"profile/{name}", (every,))), found.get((f"profile/settled/{name}", (every,)))
            if entry is None:
                continue
            beside = f"{shares(settled)} | {settled['elsewhere_pct']:.1f} %" if settled else " | | "
            yield f"| {title} | 1 in {every} | {number(entry['forwards'])} | {shares(entry)} | {beside} |"
    yield ""
    yield "| forwards of the same rows | 8 | 64 | 256, unshared | 256, one request |"
    yield "| --- | --- | --- | --- | --- |"
    for title, name in METHODS:
        places = [(8,), (64,), None, None] if name.startswith("attribution") else [(8, 0), (64, 0), (256, 0), (256, 256)]
        cells = [found.get((name, place)) for place in places]
        yield f"| {title} | " + " | ".join(number(c["forwards"]) if c else "" for c in cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=ROOT / "build" / "bin" / "bench_models")
    parser.add_argument("--json", type=Path, help="what a run wrote, instead of a run")
    given = parser.parse_args()
    report = json.loads(given.json.read_text()) if given.json else measure(given.program)
    print("\n".join(tables(entries(report))))


if __name__ == "__main__":
    main()
