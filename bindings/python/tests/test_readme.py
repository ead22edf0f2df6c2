"""The Python of both README files runs as written."""

import gzip
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE.parents[1]


@pytest.mark.parametrize("readme", [ROOT / "README.md", PACKAGE / "README.md"], ids=["project", "package"])
def test_python_blocks_run(readme, tmp_path, monkeypatch):
    shutil.copy(ROOT / "bindings" / "cli" / "demo" / "demo.clens", tmp_path)
    rows = "".join(f"{i % 2},{'anna' if i % 3 else 'ben'},{i}\n" for i in range(40))
    (tmp_path / "day1.tsv.gz").write_bytes(gzip.compress(("label,user,ad\n" + rows).replace(",", "\t").encode()))
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```$", readme.read_text(), re.MULTILINE | re.DOTALL)
    assert blocks
    names = {}
    for block in blocks:
        exec(compile(block, str(readme), "exec"), names)
    model, data = names["model"], names.get("request") or names["data"]
    assert np.isfinite(model.score(data, [0, 3])).all()
