#!/usr/bin/env python3
"""versions.py ROOT VERSION [FILE...]: every manifest agrees with clicklens.h, whose version CMake passes here. FILEs are
made by the build."""
import pathlib
import re
import sys

# Files, as globs, and the pattern of their versions, each of which is somewhere in them: Python's package derives its
# version from the header (setup.py), Go's asks the library.
MANIFESTS = {
    "vcpkg.json": r'"version-string":\s*"([^"]+)"',
    "bindings/go/README.md": r"bindings/go@v([0-9.]+)",
    # of the crate, of the workspace, and of our own crates among dependencies
    "bindings/rust/**/Cargo.toml": r'^(?:version\s*=\s*|clicklens[\w-]*\s*=\s*\{.*\bversion\s*=\s*)"=?([^"]+)"',
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
        of_name = [pair for path in sorted(root.glob(name)) for pair in versions(path, pattern)]
        found += of_name or [(name, "nothing")]
    for path in map(pathlib.Path, sys.argv[3:]):
        of_file = versions(path, BUILT[path.suffix])
        found += of_file or [(path, "nothing")]
    wrong = [(name, version) for name, version in found if version != truth]
    for name, version in wrong:
        print(f"{name} says {version}, clicklens.h {truth}")
    print(f"{len(found)} versions, {len(wrong)} disagree")
    return 1 if wrong else 0


sys.exit(main())
