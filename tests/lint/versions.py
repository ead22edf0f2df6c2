#!/usr/bin/env python3
"""versions.py ROOT VERSION: every manifest agrees with clicklens.h, whose version CMake passes here."""
import pathlib
import re
import sys

# manifest: pattern of its version; a manifest may say "dynamic" instead of a number.
MANIFESTS = {
    "vcpkg.json": r'"version-string":\s*"([^"]+)"',
    "bindings/python/pyproject.toml": r'^version\s*=\s*"([^"]+)"',
    "bindings/python/setup.py": r'\bversion\s*=\s*"([^"]+)"',
    "bindings/python/src/clicklens/__init__.py": r'^__version__\s*=\s*"([^"]+)"',
    "bindings/go/README.md": r"bindings/go@v([0-9.]+)",
    "bindings/rust/Cargo.toml": r'^version\s*=\s*"([^"]+)"',
}


def header_version(root):
    text = (root / "capi/include/clicklens/clicklens.h").read_text()
    return ".".join(re.search(rf"#define CLENS_VERSION_{part} (\d+)", text)[1] for part in ("MAJOR", "MINOR", "PATCH"))


def main():
    root, built = pathlib.Path(sys.argv[1]), sys.argv[2]
    truth = header_version(root)
    found = {"CMake": built}
    for name, pattern in MANIFESTS.items():
        path = root / name
        match = re.search(pattern, path.read_text(), re.MULTILINE) if path.exists() else None
        if match:
            found[name] = match[1]
    wrong = {name: version for name, version in found.items() if version != truth}
    for name, version in wrong.items():
        print(f"{name} says {version}, clicklens.h {truth}")
    print(f"{len(found)} manifests, {len(wrong)} disagree")
    return 1 if wrong or "vcpkg.json" not in found else 0


sys.exit(main())
