"""What is derived from the C header and the schema, so that neither is written down twice."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import cffi

from . import ROOT

HEADER = ROOT / "capi" / "include" / "clicklens" / "clicklens.h"
SCHEMA = ROOT / "schemas" / "model.fbs"


def version():
    text = HEADER.read_text(encoding="utf-8")
    parts = [re.search(rf"#define CLENS_VERSION_{p} (\d+)", text).group(1) for p in ("MAJOR", "MINOR", "PATCH")]
    return ".".join(parts)


def _compiler():
    for name in (os.environ.get("CC"), "cc", "gcc", "clang", "clang-14"):
        if name and shutil.which(name):
            return name
    raise SystemExit("no C preprocessor: set CC or install gcc or clang")


def declarations():
    """The header as cffi's cdef takes it: no directives, no attributes; integer macros kept."""
    with tempfile.TemporaryDirectory() as stubs:
        for name in ("stddef.h", "stdint.h"):  # cffi knows size_t and uint64_t by itself
            (Path(stubs) / name).touch()
        command = [_compiler(), "-nostdinc", "-I", stubs, "-E", "-P", "-DCLENS_API=", "-x", "c", str(HEADER)]
        text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    macros = re.findall(r"^#define (CLENS_\w+) (\d+)u?\b", HEADER.read_text(encoding="utf-8"), re.MULTILINE)
    return text + "".join(f"\n#define {name} {value}" for name, value in macros) + "\n"


def write_ffi(target):
    ffi = cffi.FFI()
    ffi.set_source("clicklens._ffi", None)  # ABI mode: no C compiler where the package is used
    ffi.cdef(declarations())
    ffi.emit_python_code(str(target / "_ffi.py"))


def write_model_schema(target):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["flatc", "--python", "--gen-onefile", "--gen-object-api", "-o", folder, str(SCHEMA)], check=True
        )
        shutil.copyfile(Path(folder) / "model_generated.py", target / "_model_fbs.py")
