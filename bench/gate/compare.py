#!/usr/bin/env python3
"""compare.py BENCH_GATE COUNTS [--update] [--cxx COMPILER]: instructions of fixed runs against recorded ones.

Instructions executed do not depend on what else the machine does, so 2 % more of them is a change of the code. They do
depend on the compiler: other compilers than the recorded one are skipped, loudly. Counted by callgrind on the AVX2
path, the best that valgrind knows. The last line is `N passed, N failed`.
"""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOLERANCE = 0.02
CANNOT = 3  # bench_gate's status for what this library lacks


def compiler_name(command: str) -> str:
    """Like `g++ 12.2`: what counts are recorded for."""
    text = subprocess.run([command, "--version"], check=True, capture_output=True, text=True).stdout
    version = re.search(r"(\d+\.\d+)\.\d+", text).group(1)
    return f"{'clang++' if 'clang' in text else 'g++'} {version}"


def read_counts(text: str):
    """(compiler, {case: count}) of a counts file."""
    compiler, counts = "", {}
    for line in text.splitlines():
        key, _, value = line.partition("#")[0].strip().partition("  ")
        if key == "compiler":
            compiler = value.strip()
        elif key:
            counts[key] = int(value)
    return compiler, counts


def write_counts(compiler: str, counts: dict) -> str:
    lines = ["# Instructions of one run each; `make bench-gate UPDATE=1` records them anew.", f"compiler  {compiler}"]
    return "\n".join([*lines, *(f"{case}  {count}" for case, count in counts.items())]) + "\n"


def verdicts(recorded: dict, counted: dict):
    """(good?, line) for every case; counted[case] is None where the library cannot do it."""
    for case, count in counted.items():
        old = recorded.get(case)
        if count is None and old is None:
            yield None, f"{case}: not in this version"
        elif count is None:
            yield False, f"{case}: can no longer be done"
        elif count == 0:
            yield False, f"{case}: no instructions were counted; is the program stripped?"
        elif old is None:
            yield False, f"{case}: {count}, nothing recorded"
        else:
            yield abs(count - old) <= TOLERANCE * old, f"{case}: {count}, {count / old - 1:+.2%} of {old}"
    for case in recorded.keys() - counted.keys():
        yield False, f"{case}: recorded, but no such case"


def count(program: str, case: str):
    """Instructions of one case, None where the library cannot do it."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "callgrind.out"
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--toggle-collect=clens_gate_run", f"--callgrind-out-file={out}",
             program, case], env={**os.environ, "CLICKLENS_ISA": "avx2"}, capture_output=True, text=True)
        if done.returncode == CANNOT:
            return None
        if done.returncode != 0:
            raise SystemExit(f"{case}: {done.stderr}")
        return sum(int(n) for n in re.findall(r"^totals: (\d+)", out.read_text(), re.MULTILINE))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("counts", type=Path)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--cxx", default="g++")
    options = parser.parse_args()
    compiler = compiler_name(options.cxx)
    recorded_for, recorded = read_counts(options.counts.read_text()) if options.counts.exists() else ("", {})
    if not options.update and recorded_for != compiler:
        print(f"skipped: counts are recorded for {recorded_for or 'no compiler'}, this is {compiler}")
        print("0 passed, 0 failed")
        return 0
    cases = subprocess.run([options.program], check=True, capture_output=True, text=True).stdout.split()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        counted = dict(zip(cases, pool.map(lambda case: count(options.program, case), cases)))
    if options.update:
        done = {case: n for case, n in counted.items() if n}
        options.counts.write_text(write_counts(compiler, done))
        print(f"{options.counts}: {len(done)} counts of {compiler}")
        return 0 if done else 1
    results = list(verdicts(recorded, counted))
    for good, line in results:
        print({True: "ok", False: "failed", None: "skipped"}[good] + ": " + line)
    passed, failed = (sum(good is wanted for good, _ in results) for wanted in (True, False))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
