#!/usr/bin/env python3
"""versions.py ROOT VERSION [FILE...]: every manifest agrees with clicklens.h, whose version CMake passes here. FILEs are
made by the build."""
import pathlib
import re
import sys

# Files, as globs, and the pattern of their versions; a manifest may say "dynamic" or "workspace" instead of a number.
MANIFESTS = {
    "vcpkg.json": r'"version-string":\s*"([^"]+)"',
    "bindings/python/pyproject.toml": r'^version\s*=\s*"([^"]+)"',
    "bindings/python/setup.py": r'\bversion\s*=\s*"([^"]+)"',
    "bindings/python/src/clicklens/__init__.py": r'^__version__\s*=\s*"([^"]+)"',
    "bindings/go/README.md": r"bindings/go@v([0-9.]+)",
    # of the crate, of the workspace, and of our own crates among dependencies
    "bindings/rust/**/Cargo.toml": r'^(?:version\s*=\s*|clicklens[\w-]*\s*=\s*\{.*\bversion\s*=\s*)"=?([^"]+)"',
    "bindings/go/*.go": r'\bVersion\s*=\s*"(\d[^"]*)"',
}
BUILT = {".pc": r"^Version: (.*)$"}


def header_version(root):
    text = (root / "capi/include/clicklens/clicklens.h").read_text()
    return ".".join(re.search(rf"#define CLENS_VERSION_{part} (\d+)", text)[1] for part in ("MAJOR", "MINOR", "PATCH"))


def versions(path, pattern):
    return [(path, version) for version in re.findall(pattern, path.read_text(), re.MULTILINE)]


def main():
    root, built = pathlib.Path(sys.argv[1]), sys.argv[2]
    truth = header_version(root)
    found = [("CMake", built)]
    for name, pattern in MANIFESTS.items():
        for path in sorted(root.glob(name)):
            found += versions(path, pattern)
    for path in map(pathlib.Path, sys.argv[3:]):
        of_file = versions(path, BUILT[path.suffix])
        found += of_file or [(path, "nothing")]
    wrong = [(name, version) for name, version in found if version != truth]
    for name, version in wrong:
        print(f"{name} says {version}, clicklens.h {truth}")
    print(f"{len(found)} versions, {len(wrong)} disagree")
    return 1 if wrong or not any("vcpkg.json" in str(name) for name, _ in found) else 0


sys.exit(main())
