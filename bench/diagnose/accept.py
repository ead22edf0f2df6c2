#!/usr/bin/env python3
"""Is a diagnosis silent on sound models, and does it find what is wrong with others? A model a seed.

    accept.py --clean 21 60 --overfit 21 40 --faults 21 40 --drift 21 30 --real FOLDER

For every seed a world is drawn (`clicklens synth`, 20,000 rows a day) and the reference network trained on day 1.

  clean    without noise, memo and drift; one epoch, bias refitted, neurons cleaned (networks.py); tested on days 2 to 4.
           Any finding is an alarm, but for layers that add no AUC or are redundant: the generator is additive, so those
           are true, and counted apart. At most 1 alarm in 40 seeds.
  overfit  days of 30,000 rows, a fifth of day 1 held out: no over-fit after one epoch, over-fit after four; after two is told.
  faults   the cleaned network of a world with noise, dead neurons, copies and a logit moved by log 2 written in: exactly
           those neurons, the group `noise`, and the calibration are found; and gone, on a further day too, when the
           command that each finding prints has been run.
  drift    from day 4 on: found on that day, not on day 3; the feature is `topic`, moved by `query`.
  real     days of click logs (as CLICKLENS_REAL_DATA): three to train on, a fifth held out, as overfit.

The command is $CLICKLENS; PyTorch and the Python package are needed. Results: ../NOTES.md.
"""

import argparse
import collections
import gzip
import json
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import networks
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
COMMAND = os.environ.get("CLICKLENS", "clicklens")
TRUE_OF_ADDITIVE = {"layer", "redundant_layer"}


def run(*arguments):
    if arguments[0] == "clicklens":  # of a command that a finding prints
        arguments = arguments[1:]
    done = subprocess.run([COMMAND, *map(str, arguments), "--json"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, arguments))}: {done.stderr}")
    return json.loads(done.stdout) if done.stdout else None


def world(folder, seed, days, *, rows=20000, drift_day=0, noise=0, memo=0):
    run("synth", "--days", days, "--rows", rows, "--seed", seed, "--drift-day", drift_day, "--noise", noise, "--memo",
        memo, "--out", folder)
    return {n: folder / f"day={n:02}.tsv" for n in range(1, days + 1)}


def told(finding):
    low, high = ("-" if finding[end] is None else f"{finding[end]:.3g}" for end in ("low", "high"))
    return f"{finding['kind']}({finding['subject']} {finding['value']:.3g} [{low}, {high}])"


def split(day, hold, folder):
    """The day's rows in two files: those kept, those held out."""
    opened = gzip.open if str(day).endswith(".gz") else open
    with opened(day, "rt", encoding="utf-8") as file:
        header, *rows = file.readlines()
    paths = folder / f"kept.{Path(day).name.removesuffix('.gz')}", folder / f"held.{Path(day).name.removesuffix('.gz')}"
    for path, wanted in zip(paths, (False, True)):
        path.write_text(header + "".join(row for row, held in zip(rows, hold) if held == wanted), encoding="utf-8")
    return paths


def clean(seed, folder):
    files = world(folder, seed, 4)
    training = networks.Training(files[1], seed)
    networks.save(networks.clean(training.epoch(), training.rows), folder / "m.clens")
    report = run("diagnose", folder / "m.clens", "--train", files[1], "--test", files[2], files[3], files[4],
                 "--group-by", "segment")
    alarms = [f for f in report["findings"] if f["kind"] not in TRUE_OF_ADDITIVE]
    true = collections.Counter(f["kind"] for f in report["findings"] if f["kind"] in TRUE_OF_ADDITIVE)
    print(f"clean {seed}: {[told(f) for f in alarms] or 'silent'}; {dict(true)}, "
          f"{report['not_enough']} of {report['checked']} without enough data", flush=True)
    return not alarms


def overfit_of(model, train, hold, test):
    report = run("diagnose", model, "--train", *train, "--hold", *hold, "--test", *test)
    return next(check for check in report["checks"] if check["kind"] == "overfit"), report


def overfit(seed, folder):
    files = world(folder, seed, 2, rows=30000, noise=1, memo=1)  # a fifth has 300 clicks: 200 are needed
    training = networks.Training(files[1], seed, held=0.2)
    kept, held = split(files[1], training.hold, folder)
    seen = {}
    for epoch in range(1, 5):
        networks.save(training.epoch(), folder / "m.clens")
        if epoch != 3:
            seen[epoch], report = overfit_of(folder / "m.clens", [kept], [held], [files[2]])
    memorising = [f["subject"] for f in report["findings"] if f["kind"] == "memorising_group"]
    print(f"overfit {seed}: " + ", ".join(f"epoch {e}: {c['state']} {c['value']:.2f} [{c['low']:.2f}, {c['high']:.2f}]"
                                          for e, c in seen.items()) + f"; memorising after 4: {memorising}", flush=True)
    return seen[1]["state"] == "none" and seen[4]["state"] == "found"


PLANTED = {"dead", "provably_dead", "duplicate", "useless_group", "calibration"}


def mended(model, report, days, folder):
    """Runs the command of the first planted finding, diagnoses what it wrote, and so on: the model in the end, and what
    is left of what was planted."""
    for turn in range(15):
        planted = [f for f in report["findings"] if f["kind"] in PLANTED]
        if not planted:
            break
        out = folder / f"mended{turn}.clens"
        run(*(str(out) if word == "OUT" else word for word in shlex.split(planted[0]["command"])))
        model, report = out, run("diagnose", out, *days)
    return model, [told(f) for f in report["findings"] if f["kind"] in PLANTED]


def faults(seed, folder):
    files = world(folder, seed, 4, noise=1)
    training = networks.Training(files[1], seed)
    sound = networks.clean(training.epoch(), training.rows)
    planted, columns = networks.plant(sound, training.rows, seed)
    networks.save(planted, folder / "m.clens")
    days = "--train", files[1], "--test", files[2], files[3]
    report = run("diagnose", folder / "m.clens", *days)
    found = collections.defaultdict(dict)
    for finding in report["findings"]:
        found[finding["kind"]][finding["subject"]] = finding["neurons"]
    wrong = []
    for at, (dead, copied) in enumerate(columns):
        layer = f"l{at + 1}"
        seen = sorted(found["dead"].get(layer, []) + found["provably_dead"].get(layer, []))
        wrong += [f"{layer} dead {seen}, not {dead}"] if seen != dead else []
        seen = found["duplicate"].get(layer, [])
        wrong += [f"{layer} copies {seen}, not {copied}"] if seen != copied else []
    wrong += [f"useless {list(found['useless_group'])}"] if set(found["useless_group"]) != {"noise"} else []
    wrong += ["calibration not found"] if not found["calibration"] else []
    others = {kind: list(subjects) for kind, subjects in found.items()
              if subjects and kind not in TRUE_OF_ADDITIVE | PLANTED}
    wrong += [f"besides {others}"] if others else []
    model, left = mended(folder / "m.clens", report, days, folder)
    later = run("diagnose", model, "--train", files[1], "--test", files[4])
    left += [told(f) for f in later["findings"] if f["kind"] in PLANTED]
    wrong += [f"left after their commands {left}"] if left else []
    print(f"faults {seed}: {wrong or 'exactly those planted, and gone'}", flush=True)
    return not wrong


def drift(seed, folder):
    files = world(folder, seed, 4, drift_day=4)
    training = networks.Training(files[1], seed)
    networks.save(networks.clean(training.epoch(), training.rows), folder / "m.clens")
    report = run("diagnose", folder / "m.clens", "--train", files[1], "--test", files[2], files[3], files[4])
    moved = [f for f in report["findings"] if f["kind"].startswith("drift")]
    early = [told(f) for f in moved if f["rows_of"] != str(files[4])]
    features = {f["subject"] for f in moved if f["kind"] == "drift_feature"}
    groups = {f["text"].rsplit("moved most by ", 1)[1].split(";")[0] for f in moved if "moved most by" in f["text"]}
    print(f"drift {seed}: early {early}, features {features}, moved by {groups}, kinds {sorted({f['kind'] for f in moved})}",
          flush=True)
    return not early and features == {"topic"} and groups == {"query"}


def real(folder):
    """Days of click logs: the network of train_gwen.py, three days, four epochs."""
    days = sorted(Path(folder).glob("*.tsv*"))
    train, test, seed, share = days[:3], days[3:5], 1, 0.2
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        script = ROOT / "bindings" / "python" / "examples" / "train_gwen.py"
        subprocess.run([sys.executable, script, "--train", *train, "--schema", Path(folder) / "schema.json", "--epochs",
                        "4", "--seed", str(seed), "--hold", str(share), "--out", scratch], check=True,
                       stdout=subprocess.DEVNULL)
        draws = np.random.default_rng(seed)  # as train_gwen.py holds out
        pairs = []
        for day in train:
            opened = gzip.open if day.suffix == ".gz" else open
            with opened(day, "rt", encoding="utf-8") as file:
                rows = sum(1 for _ in file) - 1
            pairs.append(split(day, draws.random(rows) < share, scratch))
        states = {}
        for epoch in (1, 2, 4):
            check, report = overfit_of(scratch / f"epoch{epoch}.clens", [p[0] for p in pairs], [p[1] for p in pairs], test)
            states[epoch] = check["state"]
            print(f"real, epoch {epoch}: {check['state']} slope {check['value']:.2f} [{check['low']:.2f}, "
                  f"{check['high']:.2f}]; {[told(f) for f in report['findings']]}", flush=True)
    return states[1] == "none" and states[4] == "found"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = {"clean": (clean, 1 / 40), "overfit": (overfit, 0), "faults": (faults, 0), "drift": (drift, 0)}
    for name in parts:
        parser.add_argument(f"--{name}", nargs=2, type=int, metavar=("FIRST", "LAST"), help="seeds")
    parser.add_argument("--real", metavar="FOLDER", help="schema.json and day files")
    options = parser.parse_args()
    good = True
    for name, (check, allowed) in parts.items():
        seeds = getattr(options, name)
        if seeds is None:
            continue
        failed = []
        for seed in range(seeds[0], seeds[1] + 1):
            with tempfile.TemporaryDirectory() as scratch:
                failed += [] if check(seed, Path(scratch)) else [seed]
        count = seeds[1] - seeds[0] + 1
        print(f"{name}: {len(failed)} of {count} seeds failed: {failed}", flush=True)
        good &= len(failed) <= allowed * count
    if options.real:
        good &= real(options.real)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
