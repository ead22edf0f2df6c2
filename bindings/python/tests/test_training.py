"""The training examples, when PyTorch is there: clicklens gives the scores that PyTorch reports."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import clicklens

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
pytest.importorskip("torch", reason="PyTorch is not installed (python3-torch)")


def run(script, *arguments):
    command = [sys.executable, EXAMPLES / script, *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def check(report, tolerance):
    """Every epoch's model and every later day: AUC by clicklens and by PyTorch."""
    report = json.loads(Path(report).read_text(encoding="utf-8"))
    compared = 0
    for epoch in report["epochs"]:
        model = clicklens.open(epoch["model"], verify=True)
        assert model.metadata["epoch"] == str(epoch["epoch"]) and "dense Adam" in model.metadata["optimiser"]
        for path, day in epoch["days"].items():
            if path == "hold":
                continue
            found = clicklens.evaluate(model, path)["days"][0]
            assert (found["rows"], found["clicks"]) == (day["rows"], day["clicks"])
            assert found["auc"] == pytest.approx(day["auc"], abs=tolerance)
            logits, wanted = model.score(clicklens.read_table(path), output="logit"), np.load(day["logits"])
            np.testing.assert_allclose(logits, wanted, atol=1e-5 * np.abs(wanted).max())
            compared += 1
    return compared


@pytest.fixture
def days(tmp_path):
    draws, paths = np.random.default_rng(0), []
    taste = draws.normal(0, 1.5, 30)
    for day in (1, 2, 3):
        lines = ["click,user,tags,price,shop"]
        for _ in range(600):
            user, tags, price = draws.integers(0, 30), draws.integers(0, 12, draws.integers(0, 4)), draws.lognormal()
            clicked = int(draws.random() < 1 / (1 + np.exp(-taste[user])))
            lines.append(f"{clicked},u{user},{'|'.join(map(str, tags))},{price:.3f},{'' if user % 7 == 0 else 's'}")
        paths.append(tmp_path / f"day{day}.csv")
        paths[-1].write_text("\n".join(lines) + "\n", encoding="utf-8")
    return paths


@pytest.mark.parametrize("within", ["concat", "sum"])
def test_train_gwen(days, tmp_path, within):
    arguments = ["--train", days[0], days[1], "--test", days[2], "--label", "click", "--epochs", 2, "--out", tmp_path,
                 "--report", tmp_path / "report.json", "--dim", 4, "--tower", 8, 4, "--batch", 32, "--lr", 0.01,
                 "--within-group", within, "--scope", "user=request"]
    said = run("train_gwen.py", *arguments)
    assert "AUC progressive" in said
    assert check(tmp_path / "report.json", 1e-6) == 2
    model = clicklens.open(tmp_path / "epoch2.clens")
    assert {f.name: f.scope for f in model.features}["user"] == "request"
    assert clicklens.evaluate(model, days[2])["days"][0]["auc"] > 0.65


def test_training_is_repeatable(days, tmp_path):
    files = []
    for name in ("a", "b"):
        run("train_gwen.py", "--train", days[0], "--label", "click", "--out", tmp_path / name, "--dim", 4)
        files.append((tmp_path / name / "epoch1.clens").read_bytes())
    assert files[0] == files[1]


def real_data():
    """The folder of schema.json and day files that CLICKLENS_REAL_DATA names (cmake/test.sh looks for one)."""
    given = os.environ.get("CLICKLENS_REAL_DATA")
    if not given:
        pytest.skip("no real click logs: CLICKLENS_REAL_DATA names no folder of schema.json and day files")
    assert (Path(given) / "schema.json").is_file(), f"CLICKLENS_REAL_DATA={given} has no schema.json"
    return Path(given)


def test_real_days(tmp_path):
    """Trained on the first three days, evaluated on every later one."""
    folder = real_data()
    days = sorted(p for p in folder.iterdir() if p.suffix == ".gz")
    train = days[: min(3, len(days) - 1)]
    run("train_gwen.py", "--train", *train, "--test", *days[len(train):], "--schema", folder / "schema.json",
        "--out", tmp_path, "--report", tmp_path / "report.json")
    assert check(tmp_path / "report.json", 0.002) == len(days) - len(train)
