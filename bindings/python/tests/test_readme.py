"""The Python of both README files runs as written, and the package's first commands do where nothing else is."""

import gzip
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import clicklens

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


def blocks_of(kind):
    readme = (PACKAGE / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)


def test_spark_blocks_run(tmp_path, monkeypatch):
    pytest.importorskip("pyspark", reason="PySpark is not installed: README's Spark commands are not run")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("no Java: README's Spark commands are not run")
    blocks = blocks_of("python spark")
    assert blocks
    monkeypatch.chdir(tmp_path)
    run = ["import pyspark.sql", "pyspark.sql.SparkSession.builder.master('local[2]').config('spark.ui.enabled', 'false')"
           ".config('spark.driver.host', '127.0.0.1').getOrCreate().sparkContext.setLogLevel('OFF')", first_block(), *blocks]
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable}
    subprocess.run([sys.executable, "-c", "\n".join(run)], check=True, env=environment)
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("scores")) == ["scores"]


def first_block():
    """First score and first saliency are in it; up to what needs a file of data."""
    block = blocks_of("python")[0].split("clicklens.evaluate(")[0]
    assert "model.score(" in block and "model.saliency(" in block
    return block


def test_the_first_commands_run_in_a_fresh_environment(tmp_path):
    """Wheel, installation, score and saliency. No network: numpy, cffi, flatbuffers and what builds the wheel are the
    interpreter's own."""
    python = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    needed = "import numpy, cffi, flatbuffers, setuptools, wheel"
    if subprocess.run([python, "-c", needed], capture_output=True).returncode or not shutil.which("flatc"):
        pytest.skip(f"{python} or flatc lacks what the wheel is built of")
    commands = "".join(blocks_of("sh")).splitlines()
    assert len(commands) == 3 and "--no-index" in commands[2]
    library = str(Path(clicklens.__file__).with_name("libclicklens.so"))
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV", "CLICKLENS", "PIP_"))}
    kept["PATH"] = f"{tmp_path}/venv/bin:{os.environ['PATH']}"
    # What the last command says of itself, of the others too: PIP_NO_BUILD_ISOLATION=0 is --no-build-isolation.
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    environments = [{**kept, **offline, "CLICKLENS_LIBRARY": library}, {**kept, **offline},
                    {**kept, "CLICKLENS_LIBRARY": library}]
    for command, environment in zip(commands, environments):
        subprocess.run([python, "-m", "venv", "--clear", "--system-site-packages", tmp_path / "venv"], check=True)
        subprocess.run(["sh", "-ec", command.replace("path/libclicklens.so", library)], check=True, cwd=ROOT, env=environment)
        _first_score_and_saliency(tmp_path, kept)  # by the library that was bundled


def _first_score_and_saliency(tmp_path, environment):
    (tmp_path / "first.py").write_text(first_block() + """
import sys
assert clicklens.__file__.startswith(sys.prefix), clicklens.__file__
scores, why = model.score(data, requests), model.saliency(data, requests=requests)
assert scores.shape == (3,) and ((scores > 0) & (scores < 1)).all() and len(set(scores.tolist())) == 3
assert why.shape == (3, 2) and np.isfinite(why).all() and why.any()
""", encoding="utf-8")
    subprocess.run([tmp_path / "venv" / "bin" / "python", "first.py"], check=True, cwd=tmp_path, env=environment)
