"""Finds libclicklens.so, or builds it with CMake, and copies it into the package."""

import os
import shutil
import subprocess
from pathlib import Path

from . import PYTHON, ROOT

NAME = "libclicklens.so"


def find():
    """The library named by CLICKLENS_LIBRARY, else the one `make build` left, else None."""
    named = os.environ.get("CLICKLENS_LIBRARY")
    if named:
        if not Path(named).is_file():
            raise SystemExit(f"CLICKLENS_LIBRARY={named}: no such file")
        return Path(named)
    built = ROOT / "build" / "lib" / NAME
    return built if built.is_file() else None


def build():
    folder = PYTHON / "build" / "cmake"
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    lean = [f"-DCLICKLENS_{part}=OFF" for part in ("CLI", "TESTS", "BENCH", "INSTALL")]
    lean.append("-DCLICKLENS_STATIC_CXX=ON")
    configure = ["cmake", "-S", str(ROOT), "-B", str(folder), "-DCMAKE_BUILD_TYPE=Release", *lean, *generator]
    subprocess.run(configure, check=True)
    subprocess.run(["cmake", "--build", str(folder), "--target", "clicklens", "-j2"], check=True)
    found = sorted(folder.rglob(NAME))
    if not found:
        raise SystemExit(f"{folder}: the build left no {NAME}")
    return found[0]


def bundle(target):
    # Through the symbolic links: the package holds one plain file.
    shutil.copyfile(os.path.realpath(find() or build()), target / NAME)
