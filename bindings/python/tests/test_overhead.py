"""The programs of bench/overhead do the same work: one hash of scores, whatever the host. Nothing is timed here."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import clicklens

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "bench" / "overhead"
sys.path.insert(0, str(FOLDER))
import models  # noqa: E402

PROGRAMS = {"python": [sys.executable, str(FOLDER / "overhead.py")], "c": [str(ROOT / "build" / "bin" / "overhead_c")],
            "cpp": [str(ROOT / "build" / "bin" / "overhead_cpp")]}


def fnv(data: bytes) -> str:
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) % 2**64
    return f"{value:016x}"


@pytest.mark.parametrize("rows", [1, 256])
@pytest.mark.parametrize("host", PROGRAMS)
def test_scores_are_those_of_the_ids_in_its_readme(tmp_path, host, rows):
    if not Path(PROGRAMS[host][0]).is_file():
        pytest.skip(f"no {PROGRAMS[host][0]}")
    path = tmp_path / "tiny.clens"
    models.tiny(path)
    ids = np.arange(rows)
    data = {"user": [0], "ad": (ids * 7919 + 104729) % 1000}
    wanted = fnv(clicklens.open(path).score(data, [0, rows]).tobytes())
    for more in ([], ["anew"])[: 2 if host == "python" else 1]:
        done = subprocess.run([*PROGRAMS[host], path, str(rows), "0.01", *more], capture_output=True, text=True, check=True)
        nanoseconds, scores = done.stdout.split()
        assert float(nanoseconds) > 0 and scores == wanted


@pytest.mark.parametrize("host", PROGRAMS)
def test_failures_are_told(tmp_path, host):
    if not Path(PROGRAMS[host][0]).is_file():
        pytest.skip(f"no {PROGRAMS[host][0]}")
    done = subprocess.run([*PROGRAMS[host], tmp_path / "absent.clens", "1", "0.01"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "absent.clens" in done.stderr
