"""The example that trains in stages and tells the paper's findings: every table is there, and the numbers in it are those of
the library called directly."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import clicklens

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "bindings" / "python" / "examples" / "paper" / "paper.py"
BUILT = ROOT / "build" / "bin" / "clicklens"
COMMAND = os.environ.get("CLICKLENS_COMMAND") or shutil.which("clicklens") or (str(BUILT) if BUILT.exists() else None)
STAGES = ("half", "one", "two", "four")
TITLES = ["Against the paper", "Decay: AUC by day", "Stages on the same rows", "Scores by stage and label",
          "Neuron spread, test days against rows trained on", "Probes", "Saliency by group", "Findings of `clicklens diagnose`",
          "What refining brought"]
VERDICTS = {"agrees", "differs", "not enough data"}

pytest.importorskip("torch", reason="PyTorch is not installed (python3-torch)")
pytestmark = pytest.mark.skipif(not COMMAND, reason="no command line to run: CLICKLENS_COMMAND names it, cmake/test.sh does")


def run(days, out, *arguments):
    done = subprocess.run([sys.executable, SCRIPT, "--days", days, "--out", out, "--quick", *arguments], check=False,
                          capture_output=True, text=True, env={**os.environ, "CLICKLENS_COMMAND": COMMAND})
    assert done.returncode == 0, done.stderr
    return sections((out / "findings.md").read_text(encoding="utf-8"))


def sections(text):
    """{title: its tables}, a table being a list of {head: cell}."""
    found = {}
    for part in text.split("\n### ")[1:]:
        title, _, body = part.partition("\n")
        found[title] = [rows(block) for block in re.findall(r"(?:^\|.*\n?)+", body, re.MULTILINE)]
    return found


def rows(block):
    head, _, *lines = [[cell.strip() for cell in line.strip()[2:-2].split(" | ")] for line in block.strip().splitlines()]
    assert lines and all(len(line) == len(head) for line in lines), block
    return [dict(zip(head, line)) for line in lines]


def numbers(cell):
    return [float(n) for n in re.findall(r"[-+]?\d+\.\d+", cell)]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("paper")
    return out, run("synthetic", out)


def models(out):
    return {stage: clicklens.open(out / f"epoch_{stage}.clens") for stage in STAGES}


HEADS = {"half": "half an epoch", "one": "1 epoch", "two": "2 epochs", "four": "4 epochs"}


def test_every_table_is_there(made):
    out, found = made
    assert list(found) == TITLES
    assert [len(found[t]) for t in TITLES] == [1, 2, 1, 1, 1, 3, 1, 1, 1]
    assert {row["day"] for row in found["Decay: AUC by day"][0]} == {
        "kept.day=01.tsv", "held.day=01.tsv", "day=02.tsv", "day=03.tsv", "day=04.tsv"}
    assert [row["layer"] for row in found["Probes"][0]] == ["emb", "l1", "l2", "l3", "l4", "ctr"]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and all(f"epoch_{stage}.clens" in page for stage in STAGES)
    assert len(json.loads((out / "report.json").read_text(encoding="utf-8"))["checkpoints"]) == 4


def test_a_stage_is_what_it_says(made):
    """Each later checkpoint knows the rows trained on better, and says what it was trained on."""
    out, _ = made
    on = [clicklens.evaluate(model, out / "kept.day=01.tsv")["days"][0]["auc"] for model in models(out).values()]
    assert on == sorted(on) and on[-1] > 0.95
    assert models(out)["two"].metadata["epochs"] == "two"


def test_metrics_are_the_librarys(made):
    out, found = made
    table = {row["day"]: row for row in found["Decay: AUC by day"][0]}
    for stage, model in models(out).items():
        for day in ("held.day=01.tsv", "day=03.tsv"):
            wanted = clicklens.evaluate(model, out / day)["days"][0]
            assert numbers(table[day][HEADS[stage]]) == pytest.approx([wanted["auc"], wanted["auc_se"]], abs=1e-4)


def test_scores_are_the_librarys(made):
    out, found = made
    rows_of = {(row["rows"], row["label"]): row for row in found["Scores by stage and label"][0]}
    table = clicklens.read_table(out / "day=02.tsv")
    for stage, model in models(out).items():
        logits, clicks = model.score(table, output="logit"), [cell == "1" for cell in table["label"]]
        wanted = logits.astype(float)[clicks]
        mean, _, sd, _ = numbers(rows_of["day=02.tsv", "clicks"][HEADS[stage]])
        assert (mean, sd) == pytest.approx((wanted.mean(), wanted.std(ddof=1)), abs=0.02)


def test_probes_and_saliency_are_the_librarys(made):
    out, found = made
    model = models(out)["one"]
    probe = clicklens.probe(model, fit=out / "day=02.tsv", eval=[out / "day=03.tsv", out / "day=04.tsv"], draws=0)
    layers = probe["concepts"][0]["days"][0]["layers"]
    told = found["Probes"][0]
    assert [row["layer"] for row in told] == [layer["layer"] for layer in layers]
    for row, layer in zip(told, layers):
        assert numbers(row["1 epoch"])[:2] == pytest.approx([layer["auc"], layer["auc_se"]], abs=1e-4)
    said = subprocess.run([COMMAND, "saliency", out / "epoch_one.clens", "--train", out / "kept.day=01.tsv", "--test",
                           *(out / f"day=0{n}.tsv" for n in (2, 3, 4)), "--json"], check=True, capture_output=True)
    shares = {row["group"]: numbers(row["1 epoch"]) for row in found["Saliency by group"][0]}
    for contrast in json.loads(said.stdout)["contrasts"]:
        assert shares[contrast["group"]][:2] == pytest.approx([contrast["train_share"], contrast["test_share"]], abs=1e-3)


def test_verdicts_follow_from_the_numbers(made):
    _, found = made
    told = found["Against the paper"][0]
    assert len(told) >= 10 and {row["verdict"].strip("*") for row in told} <= VERDICTS
    second = next(row for row in told if "second epoch" in row["the paper's claim"])
    value, low, high = numbers(second["ours"])[-3:]
    assert low <= value <= high
    assert second["verdict"].strip("*") == ("agrees" if high < 0 else "differs" if low > 0 else "not enough data")


@pytest.fixture
def rules(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    monkeypatch.setenv("CLICKLENS_COMMAND", COMMAND)
    import claims

    return claims


def test_rules(rules):
    assert [rules.above(*ends) for ends in ((0.1, 0.2), (-0.2, -0.1), (-0.1, 0.1), (None, 1))] == [
        "agrees", "differs", "not enough data", "not enough data"]
    within, beyond, across = (1, 0.98, 1.02), (1.3, 1.2, 1.4), (1.1, 1.0, 1.2)
    for sound, overtrained, verdict in ((within, beyond, "agrees"), (beyond, beyond, "differs"), (within, within, "differs"),
                                        (within, across, "not enough data"), (across, beyond, "not enough data"),
                                        (None, beyond, "not enough data")):
        assert rules.parts(sound, overtrained, 0.9, 1.1) == verdict
    same, apart, either = ({"low": low, "high": high, "finding": found} for low, high, found in (
        (-0.05, 0.05, False), (0.2, 0.3, True), (0.05, 0.15, False)))
    for sound, overtrained, verdict in (([same, same], [same, apart], "agrees"), ([same, apart], [apart], "differs"),
                                        ([same], [same, same], "differs"), ([same], [same, either], "not enough data"),
                                        ([same, either], [apart], "not enough data")):
        assert rules.shares(sound, overtrained) == verdict


def test_refined_models_are_smaller(made):
    out, found = made
    table = found["What refining brought"][0]
    together = table[-1]
    before, after = (int(n.replace(",", "")) for n in together["bytes"].split(" → "))
    assert "--tables f16" in together["refine"] and after < before == (out / "epoch_one.clens").stat().st_size
    last = max(out.glob("refined_one_*.clens"))
    assert last.stat().st_size == after
    wanted = clicklens.evaluate(clicklens.open(last), out / together["day"])["days"][0]["auc"]
    assert numbers(together["AUC"])[1] == pytest.approx(wanted, abs=1e-4)


def test_real_days(tmp_path):
    given = os.environ.get("CLICKLENS_REAL_DATA")
    if not given:
        pytest.skip("no real click logs: CLICKLENS_REAL_DATA names no folder of schema.json and day files")
    found = run(given, tmp_path)
    assert list(found) == TITLES
    assert {row["group"] for row in found["Saliency by group"][0]} >= {"user_id", "tab", "history"}


def test_what_is_not_there_is_said(tmp_path):
    done = subprocess.run([sys.executable, SCRIPT, "--days", tmp_path, "--out", tmp_path / "out"], check=False, capture_output=True,
                          text=True)
    assert done.returncode != 0 and str(tmp_path) in done.stderr and "schema.json" in done.stderr
