#!/usr/bin/env python3
"""The paper, again: what "Visualizing and Understanding Deep Neural Networks in CTR Prediction" (arXiv 1806.08541) shows,
on checkpoints after half an epoch, one, two and four.

    paper.py --days synthetic --out DIR            seven days of `clicklens synth`, the topics change their meaning on day 5
    paper.py --days FOLDER --out DIR               schema.json and day files (.tsv, .tsv.gz): three to train on, the rest to test
    paper.py --days ... --quick                    few rows: that it runs, not what it finds

Trains with PyTorch, saves the checkpoints, and writes DIR/report.html, DIR/findings.md and, for other uses, the figures as
JSON (DIR/report.json, DIR/diagnosis_STAGE.json). All statistics are the library's; the program `clicklens` is named by
CLICKLENS_COMMAND, else found on the PATH.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import days as sources
from findings import text
from measure import measure
from stages import train


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", required=True, metavar="synthetic|DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    options, begin = arguments(), time.monotonic()

    def say(what):
        print(f"{time.monotonic() - begin:6.1f} s  {what}", file=sys.stderr, flush=True)

    options.out.mkdir(parents=True, exist_ok=True)
    if options.days == "synthetic":
        days = sources.synthetic(options.out, options.quick, options.seed)
    else:
        days = sources.logs(Path(options.days), options.out, options.quick, options.seed)
    say(f"{days.about}: {len(days.train)} days to train on, {len(days.test)} to test on")
    checkpoints, parameters = train(days, options.out, options.seed)
    say(f"{len(checkpoints)} checkpoints of {parameters:,} parameters")
    figures = measure(days, checkpoints, options.out, options.quick)
    (options.out / "report.json").write_text(json.dumps(figures.report), encoding="utf-8")
    (options.out / "findings.md").write_text(text(figures, parameters, checkpoints, options.seed), encoding="utf-8")
    say(f"{options.out}/report.html, {options.out}/findings.md")


if __name__ == "__main__":
    main()
