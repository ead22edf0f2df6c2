#!/usr/bin/env python3
"""Makes tests/golden/zoo_captum: what Captum says of five networks of the zoo.

    python tests/golden/make_zoo_captum_golden.py      (needs the Python package, PyTorch and captum 0.7.0)

The networks, their weights and rows are those of bindings/python/tests/captum_cases.py: PyTorch in double precision.
NAME.f32 holds, one behind the other, [rows, width] of each of METHODS.
"""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bindings" / "python" / "tests"))
import captum_cases  # noqa: E402

OUT = ROOT / "tests" / "golden" / "zoo_captum"


def main():
    OUT.mkdir(exist_ok=True)
    for name in captum_cases.NETWORKS:
        found = captum_cases.captums(name)
        np.concatenate([found[method] for method in captum_cases.METHODS]).astype("<f4").tofile(OUT / f"{name}.f32")


if __name__ == "__main__":
    main()
