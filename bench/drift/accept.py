#!/usr/bin/env python3
"""Does drift alarm when nothing changed, and does it find what did? On synthetic days, a model a seed.

    accept.py --null 101 300 --drift 1 20

For every seed a world is drawn (`clicklens synth`, 20,000 rows a day), the reference network is trained on day 1
(train_demo.py: about two seconds), and days that it was not trained on are profiled with all that profiles hold.

  null   no day drifts; day 3 against day 2. Any finding of any kind is an alarm: at most 18 of 200.
  drift  day 5 drifts; days 4 and 5 against days 2 and 3. Day 4 must be silent, day 5 must have findings, and the
         first group of the trace must be `query`.

The command is $CLICKLENS; PyTorch and the Python package are needed to train. Results: ../NOTES.md.
"""

import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = os.environ.get("CLICKLENS", "clicklens")
TRAIN = ROOT / "bindings" / "python" / "examples" / "train_demo.py"


def run(*arguments):
    done = subprocess.run([COMMAND, *map(str, arguments), "--json"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, arguments))}: {done.stderr}")
    return json.loads(done.stdout) if done.stdout else None


def trained(seed, day, keep):
    """The model of a seed; kept for the next run with --models."""
    model = keep / f"{seed}.clens"
    if not model.exists():
        subprocess.run([sys.executable, TRAIN, day, "--seed", str(seed), "--out", model], check=True,
                       stdout=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"})
    return model


def profiles(model, days, folder):
    """A profile of each day, all sections, saliency centred on the first of them."""
    made = []
    for day in days:
        made.append(folder / f"{day.stem}.clprofile")
        run("profile", model, day, "--out", made[-1], "--saliency", "--reference", days[0])
    return made


def compare(seed, keep, days, drift_day):
    """Reports of the days after the reference's, which are days 2 .. `days[0]`."""
    reference, live = days
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        run("synth", "--days", live[-1], "--rows", 20000, "--seed", seed, "--drift-day", drift_day, "--out", folder)
        files = {n: folder / f"day={n:02}.tsv" for n in range(1, live[-1] + 1)}
        model = trained(seed, files[1], keep)
        made = dict(zip([*reference, *live], profiles(model, [files[n] for n in [*reference, *live]], folder)))
        return [run("drift", *[made[n] for n in reference], made[n], "--model", model) for n in live]


def kinds(report):
    return collections.Counter(finding["kind"] for finding in report["findings"])


def null(seeds, keep):
    alarms = []
    for seed in seeds:
        (report,) = compare(seed, keep, ([2], [3]), 0)
        if report["found"]:
            alarms.append(seed)
            print(f"seed {seed}: {dict(kinds(report))}", flush=True)
    print(f"null: an alarm in {len(alarms)} of {len(seeds)} seeds")
    return len(alarms) <= 0.09 * len(seeds)


def drift(seeds, keep):
    early, missed, elsewhere = [], [], []
    for seed in seeds:
        before, after = compare(seed, keep, ([2, 3], [4, 5]), 5)
        first = [trace["groups"][0]["group"] for trace in after["traces"]]
        early += [seed] if before["found"] else []
        missed += [seed] if not after["found"] else []
        elsewhere += [seed] if set(first) != {"query"} else []
        print(f"seed {seed}: day 4 {dict(kinds(before))}, day 5 {dict(kinds(after))}, traced to {first}", flush=True)
    print(f"drift: {len(seeds)} seeds, early in {early}, missed in {missed}, traced elsewhere in {elsewhere}")
    return not (early or missed or elsewhere)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--null", nargs=2, type=int, metavar=("FIRST", "LAST"), help="seeds without drift")
    parser.add_argument("--drift", nargs=2, type=int, metavar=("FIRST", "LAST"), help="seeds with drift on day 5")
    parser.add_argument("--models", type=Path, help="folder that keeps trained models")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        base = options.models or Path(scratch)
        good = True
        for name, seeds, check in (("null", options.null, null), ("drift", options.drift, drift)):
            if seeds is None:
                continue
            keep = base / name
            keep.mkdir(parents=True, exist_ok=True)
            good &= check(range(seeds[0], seeds[1] + 1), keep)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
