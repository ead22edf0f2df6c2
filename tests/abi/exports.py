#!/usr/bin/env python3
"""exports.py ROOT LIB.so... LIB.a: all libraries define the CLENS_API functions and nothing else visible."""
import subprocess
import sys

from declarations import declarations


def visible(path, *options):
    text = subprocess.run(["nm", *options, "--defined-only", "--extern-only", path], check=True, capture_output=True, text=True)
    return {line.split()[-1] for line in text.stdout.splitlines() if len(line.split()) == 3}


def main():
    root, *shared, archive = sys.argv[1:]
    wanted = set(declarations(root))
    wrong = 0
    for path, symbols in [(path, visible(path, "-D")) for path in shared] + [(archive, visible(archive))]:
        for name in sorted(wanted - symbols):
            print(f"{path}: {name} is declared but not exported")
        for name in sorted(symbols - wanted):
            print(f"{path}: {name} is exported but not declared")
        wrong += len(wanted ^ symbols)
    groups = subprocess.run(["readelf", "-gW", archive], check=True, capture_output=True, text=True).stdout
    if "COMDAT" in groups:
        print(f"{archive}: section groups are left; the linker may merge them with a host's")
        wrong += 1
    print(f"{len(wanted)} functions, {wrong} differences")
    return 1 if wrong or not wanted else 0


sys.exit(main())
