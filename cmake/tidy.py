#!/usr/bin/env python3
"""tidy.py BUILD: clang-tidy over our own units, two at a time.

A unit is checked again only when it, a header of ours or the settings changed (stamps in BUILD/tidy).
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHECKED = ("runtime", "capi", "bindings")
GCC_ONLY = (" -fno-gnu-unique", " -Wno-restrict")


def digest(*parts):
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def shared_state():
    headers = sorted(p for top in CHECKED for p in (ROOT / top).rglob("*") if p.suffix in (".h", ".hpp", ".inc"))
    return digest((ROOT / ".clang-tidy").read_bytes(), *(p.read_bytes() for p in headers))


def clang_commands(build, stamps):
    """Our units' compile commands without what clang refuses."""
    units = json.loads((build / "compile_commands.json").read_text())
    ours = [u for u in units if any(pathlib.Path(u["file"]).is_relative_to(ROOT / top) for top in CHECKED)]
    for unit in ours:
        for flag in GCC_ONLY:
            unit["command"] = unit["command"].replace(flag, "")
    (stamps / "compile_commands.json").write_text(json.dumps(ours))
    return ours


def check(unit, stamps, state):
    source = pathlib.Path(unit["file"])
    stamp = stamps / digest(state.encode(), unit["command"].encode(), source.read_bytes())
    if stamp.exists():
        return 0, ""
    done = subprocess.run(["clang-tidy-14", "--quiet", "-p", str(stamps), str(source)], capture_output=True, text=True)
    if done.returncode == 0:
        stamp.touch()
    return done.returncode, done.stdout


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    stamps = build / "tidy"
    stamps.mkdir(exist_ok=True)
    state = shared_state()
    ours = clang_commands(build, stamps)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda unit: check(unit, stamps, state), ours))
    for status, output in results:
        if status:
            print(output)
    print(f"clang-tidy: {len(ours)} units, {sum(1 for s, _ in results if s)} with findings")
    return 1 if any(status for status, _ in results) else 0


sys.exit(main())
