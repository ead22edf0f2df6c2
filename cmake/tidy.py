#!/usr/bin/env python3
"""tidy.py BUILD: clang-tidy over our own units, one for each processor at a time.

BUILD is a clang build of several sources to a unit (CLICKLENS_UNITY), because most of the time is that of standard
headers. A unit is checked again only when a source of it, a header of ours or the settings changed (stamps in BUILD/tidy).
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHECKED = ("runtime", "capi", "bindings")


def digest(*parts):
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def shared_state():
    headers = sorted(p for top in CHECKED for p in (ROOT / top).rglob("*") if p.suffix in (".h", ".hpp", ".inc"))
    return digest((ROOT / ".clang-tidy").read_bytes(), *(p.read_bytes() for p in headers))


def sources(unit):
    """The sources that a unit compiles: itself, or those that it includes."""
    path = pathlib.Path(unit["file"])
    if path.suffix == ".cxx":
        return [pathlib.Path(name) for name in re.findall(r'#include "([^"]+)"', path.read_text())]
    return [path]


def our_units(build):
    units = json.loads((build / "compile_commands.json").read_text())
    units.reverse()  # the command's take longest, so they are not begun last
    return [u for u in units if any(s.is_relative_to(ROOT / top) for s in sources(u) for top in CHECKED)]


def check(unit, build, stamps, state):
    parts = [s.read_bytes() for s in sources(unit)]
    stamp = stamps / digest(state.encode(), unit["command"].encode(), *parts)
    if stamp.exists():
        return 0, ""
    done = subprocess.run(["clang-tidy-14", "--quiet", "-p", str(build), unit["file"]], capture_output=True, text=True)
    if done.returncode == 0:
        stamp.touch()
    return done.returncode, done.stdout


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    stamps = build / "tidy"
    stamps.mkdir(exist_ok=True)
    state = shared_state()
    ours = our_units(build)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda unit: check(unit, build, stamps, state), ours))
    for status, output in results:
        if status:
            print(output)
    print(f"clang-tidy: {len(ours)} units, {sum(1 for s, _ in results if s)} with findings")
    return 1 if any(status for status, _ in results) else 0


sys.exit(main())
