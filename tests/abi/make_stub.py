#!/usr/bin/env python3
"""make_stub.py ROOT OUT.c: defines every public function, to record the ABI without the C++ library's types."""
import pathlib
import sys

from declarations import HEADERS, declarations

root, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
present = [h for h in HEADERS if (root / "capi/include/clicklens" / h).exists()]
lines = [f"#include <clicklens/{header}>" for header in present]
lines += [f"{declaration} {{ __builtin_trap(); }}" for declaration in declarations(root).values()]
out.write_text("\n".join(lines) + "\n")
