#!/usr/bin/env python3
"""budgets.py ROOT: one screen, one idea. Over 300 lines a warning, over 400 a failure."""
import pathlib
import sys

SUFFIXES = {".h", ".hpp", ".c", ".cpp", ".py", ".sh", ".cmake", ".fbs", ".rs"}  # .inc: tables, made by scripts
TOPS = ("runtime", "capi", "bindings", "schemas", "tests", "bench", "cmake")
# one header a language is what hosts want
EXEMPT = {
    "capi/include/clicklens/clicklens.h",
    "capi/include/clicklens/clicklens.hpp",
    "bindings/rust/clicklens-sys/include/clicklens/clicklens.h",  # the same file
    "bindings/rust/clicklens-sys/src/bindings.rs",  # made by bindgen
    "tests/abi/first/clicklens/clicklens.h",
}


def main():
    root = pathlib.Path(sys.argv[1])
    seen, over = 0, 0
    for path in sorted(p for top in TOPS for p in (root / top).rglob("*") if p.suffix in SUFFIXES and p.is_file()):
        name = path.relative_to(root).as_posix()
        if name in EXEMPT or "/build/" in name:
            continue
        seen += 1
        lines = path.read_bytes().count(b"\n")
        if lines > 300:
            print(f"{'failure' if lines > 400 else 'warning'}: {name} has {lines} lines")
            over += lines > 400
    print(f"{seen} files, {over} over 400 lines")
    return 1 if over or not seen else 0


sys.exit(main())
