#!/usr/bin/env python3
"""include_direction.py ROOT: who may include whom.

capi -> lens -> exec -> ops -> {graph, kernels, encode} -> format -> base; bindings see only the public headers. Of capi/
only lenses/ knows lens/: a library without lenses is made of the rest.
"""
import pathlib
import re
import sys

BELOW = {
    "base": [],
    "format": ["base"],
    "kernels": ["base"],
    "graph": ["format", "base"],
    "encode": ["format", "base"],
    "ops": ["graph", "kernels", "encode", "format", "base"],
    "exec": ["ops", "graph", "kernels", "encode", "format", "base"],
    "lens": ["exec", "ops", "graph", "kernels", "encode", "format", "base"],
    "capi": ["lens", "exec", "ops", "graph", "kernels", "encode", "format", "base"],
}
CAPI_FOLDERS = ("lenses", "without_lenses")
SOURCES = (".h", ".hpp", ".c", ".cpp", ".inc")
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)
STREAMS = {"iostream", "sstream", "fstream", "ostream", "istream", "iomanip"}
TOOL_LIBRARIES = ("CLI/", "fmt/", "nlohmann/", "zlib", "gtest/", "gmock/", "benchmark/", "boost/")
# An instruction set's unit may not instantiate shared inline code: only what is listed.
ISA_SYSTEM = {"cstddef", "cstdint", "type_traits", "utility", "bit", "immintrin.h", "arm_neon.h"}


def includes(path):
    return [(quote == "<", name) for quote, name in INCLUDE.findall(path.read_text(encoding="utf-8"))]


def files(folder):
    found = (p for p in folder.rglob("*") if p.suffix in SOURCES and "build" not in p.relative_to(folder).parts)
    return sorted(found) if folder.is_dir() else []


def third_party(folder, path, name):
    if name.startswith("xsimd"):
        return folder == "kernels" and path.name == "simd.h"
    if name.startswith("flatbuffers") or name.endswith("_generated.h"):
        return folder == "format"
    if name.startswith("mimalloc"):
        return folder == "base"
    return not name.startswith(TOOL_LIBRARIES)


def runtime_problem(folder, path, angled, name):
    if not third_party(folder, path, name):
        return "may not include this library"
    if name in STREAMS:
        return "iostreams stay out of the library"
    if angled:
        isa_unit = path.parent.name == "isa"
        return "an ISA unit may not include this" if isa_unit and name not in ISA_SYSTEM else None
    if name.startswith("clicklens/"):
        return None if folder == "capi" else "only capi/ sees the public headers"
    if name.startswith("."):
        return "includes are relative to runtime/"
    top = name.split("/")[0]
    if "/" not in name or top == folder:
        return None
    if folder == "capi" and top in CAPI_FOLDERS:
        return None if top == path.parent.name else f"capi/src/{path.parent.name}/ may not know {top}/"
    if folder == "capi" and top == "lens" and path.parent.name != "lenses":
        return "only capi/src/lenses/ knows lens/"
    if top not in BELOW:
        return "not a layer"
    return None if top in BELOW[folder] else f"{folder}/ may not know {top}/"


def bindings_problem(path, name):
    if name.split("/")[0] in BELOW and not (path.parent / name).exists():
        return "bindings see only the public headers"
    if (name.startswith(".") and "runtime" in name) or name.startswith(("runtime/", "capi/", "xsimd", "flatbuffers")):
        return "bindings see only the public headers"
    return None


def main():
    root = pathlib.Path(sys.argv[1])
    problems, seen = [], 0
    for folder in BELOW:
        base = root / "capi/src" if folder == "capi" else root / "runtime" / folder
        for path in files(base):
            seen += 1
            for angled, name in includes(path):
                problem = runtime_problem(folder, path, angled, name)
                if problem:
                    problems.append(f"{path.relative_to(root)}: {name}: {problem}")
    for path in files(root / "bindings"):
        seen += 1
        for _, name in includes(path):
            problem = bindings_problem(path, name)
            if problem:
                problems.append(f"{path.relative_to(root)}: {name}: {problem}")
    print(*problems, f"{seen} files, {len(problems)} problems", sep="\n")
    return 1 if problems or not seen else 0


sys.exit(main())
