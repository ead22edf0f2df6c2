"""`clicklens.report` gives the command's figures and page; `clicklens.plot` draws the figures."""

import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import clicklens
from clicklens import zoo

ROOT = Path(__file__).resolve().parents[3]
DEMO = ROOT / "bindings" / "cli" / "demo" / "demo.clens"
BUILT = ROOT / "build" / "bin" / "clicklens"
COMMAND = os.environ.get("CLICKLENS_COMMAND") or shutil.which("clicklens") or (str(BUILT) if BUILT.exists() else None)
needs_command = pytest.mark.skipif(not COMMAND, reason="no command line to run: CLICKLENS_COMMAND names it, cmake/test.sh does")


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    folder = tmp_path_factory.mktemp("days")
    subprocess.run([COMMAND, "synth", "--days", "4", "--rows", "3000", "--seed", "2", "--out", folder], check=True, stdout=subprocess.DEVNULL)
    return sorted(folder.glob("*.tsv"))


@pytest.fixture(scope="module")
def report(days):
    return clicklens.report(DEMO, train=days[:2], test=days[2:], draws=1, command=COMMAND)


@needs_command
def test_figures_are_the_commands(report, days):
    line = [COMMAND, "report", DEMO, "--train", *days[:2], "--test", *days[2:], "--draws", "1", "--json"]
    assert report.figures == json.loads(subprocess.run(line, check=True, capture_output=True).stdout)
    assert report.checkpoints == ["demo.clens"]
    assert repr(report) == "<clicklens.Report of demo.clens: 2 days trained on, 2 test days>"
    mine = clicklens.evaluate(clicklens.open(DEMO), [str(days[3])])
    assert report.figures["checkpoints"][0]["metrics"][3]["auc"] == pytest.approx(mine["days"][0]["auc"], rel=1e-6)


@needs_command
def test_page(report, tmp_path):
    report.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == report.html
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]
    shown = re.fullmatch(r'<iframe [^>]*sandbox="allow-scripts allow-downloads" srcdoc="([^"]*)"[^>]*></iframe>', report._repr_html_())
    assert html.unescape(shown[1]) == report.html
    with pytest.raises(clicklens.Error) as caught:
        report.save(tmp_path / "absent" / "page.html")
    assert caught.value.status == clicklens.Status.IO


@needs_command
def test_what_the_command_refuses_is_said(days, tmp_path):
    with pytest.raises(clicklens.Error) as caught:
        clicklens.report(tmp_path / "absent.clens", train=days[0], test=days[1], command=COMMAND)
    assert caught.value.status == clicklens.Status.BAD_FILE and "absent.clens" in caught.value.message
    with pytest.raises(clicklens.Error) as caught:
        clicklens.report(DEMO, train=days[0], test=days[1], draws=-1, command=COMMAND)
    assert caught.value.status == clicklens.Status.INVALID_ARGUMENT and "--draws" in caught.value.message
    shutil.copy(DEMO, tmp_path / "-o.clens")
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        odd = clicklens.report("-o.clens", train=days[0], test=days[1], draws=0, label="label", command=COMMAND)
    finally:
        os.chdir(here)
    assert odd.checkpoints == ["-o.clens"]


@needs_command
def test_the_page_of_a_wide_network_is_small(days, tmp_path):
    """What a page lists is bounded: 6,000 neurons, those with findings and then those that vary most."""
    fields = [zoo.Field("user_id", "user", rows=1994, scope="request"), zoo.Field("ad_id", "ad", rows=400)]
    zoo.dnn(fields, dim=4, hidden=(310,) * 21, weights=1).save(tmp_path / "deep.clens")
    short = []
    for day in days[:2]:
        short.append(tmp_path / day.name)
        short[-1].write_text("".join(day.read_text().splitlines(keepends=True)[:401]))
    report = clicklens.report(tmp_path / "deep.clens", train=short[0], test=short[1], draws=0, command=COMMAND)
    assert len(report.html.encode()) < 3_000_000
    layers = report.figures["checkpoints"][0]["layers"]
    assert sum(layer["width"] for layer in layers) > 6400
    assert 5000 < sum(len(layer["neurons"]["neuron"]) for layer in layers) <= 6000
    for layer in layers[1:]:
        listed, told = layer["neurons"]["sd"], layer["spread"]
        assert told["rank"][0] == 1 and told["rank"][-1] == layer["width"] == 310
        assert max(listed) == told["train"][0] and min(listed) >= told["train"][-1]
        shown = sorted(listed, reverse=True)
        assert all(told["train"][i] == shown[rank - 1] for i, rank in enumerate(told["rank"]) if rank <= len(shown))


@needs_command
def test_the_page_of_many_groups_and_findings_is_small(tmp_path):
    """Groups that changed and the largest, the gravest findings: and how many more there are."""
    groups, rows = 5000, 150
    zoo.dnn([zoo.Field(f"f{g}", f"the group of feature {g}", rows=8) for g in range(groups)], dim=1, hidden=(8,),
            weights=1).save(tmp_path / "many.clens")
    draws = np.random.default_rng(1)
    for name in ("a.tsv", "b.tsv"):
        ids = draws.integers(0, 8, (rows, groups))
        lines = ["\t".join(["label", *(f"f{g}" for g in range(groups))])]
        lines += ["\t".join(map(str, [row % 5 == 0, *of])).replace("True", "1").replace("False", "0") for row, of in enumerate(ids)]
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    note = {"kind": "useless_group", "severity": "note", "subject": "s", "text": "of no use " * 20, "caveat": "c" * 80,
            "command": "clicklens refine", "evidence": []}
    gap = {"name": "permutation_gap g", "value": 0.1, "low": None, "high": None}
    fault = note | {"kind": "overfit", "severity": "fault", "evidence": [gap] * groups}
    (tmp_path / "d.json").write_text(json.dumps({"checked": 9000, "not_enough": 0, "findings": [note] * (groups - 1) + [fault]}))
    report = clicklens.report([tmp_path / "many.clens"] * 2, train=tmp_path / "a.tsv", test=tmp_path / "b.tsv", draws=0,
                              diagnosis=[tmp_path / "d.json"] * 2, command=COMMAND)
    assert len(report.html.encode()) < 3_000_000
    for checkpoint in report.figures["checkpoints"]:
        parts = checkpoint["saliency"]["parts"]
        listed = [group["group"] for group in parts[0]["groups"]]
        assert 50 < len(listed) == groups - checkpoint["groups_left_out"]
        assert all([group["group"] for group in part["groups"]] == listed for part in parts)
        assert [contrast["group"] for contrast in checkpoint["saliency"]["contrasts"]] == listed
        ranks = {group["rank"] for part in parts for group in part["groups"] if part["by"] == "all"}
        assert 1 in ranks, "the largest share is listed"
        diagnosis = checkpoint["diagnosis"]
        assert len(diagnosis["findings"]) + diagnosis["left_out"] == groups
        assert 100 < len(diagnosis["findings"]) < groups
        grave = diagnosis["findings"][-1]
        assert (grave["severity"], len(grave["evidence"]), grave["evidence_left_out"]) == ("fault", 40, groups - 40)


def test_arguments():
    for bad in ([], [3], None):
        with pytest.raises((clicklens.Error, TypeError)):
            clicklens.report(DEMO, train=bad, test="b", command="true")


def test_no_command(monkeypatch):
    monkeypatch.delenv("CLICKLENS_COMMAND", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(clicklens.Error) as caught:
        clicklens.report(DEMO, train="a", test="b")
    assert caught.value.status == clicklens.Status.NOT_FOUND and "CLICKLENS_COMMAND" in caught.value.message
    with pytest.raises(clicklens.Error) as caught:
        clicklens.report(DEMO, train="a", test="b", command="/nowhere/clicklens")
    assert caught.value.status == clicklens.Status.NOT_FOUND


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(clicklens.Error) as caught:
        clicklens.plot.metrics({"checkpoints": [], "days": []})
    assert caught.value.status == clicklens.Status.UNSUPPORTED and "matplotlib" in caught.value.message


@pytest.fixture
def pyplot():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


@needs_command
def test_every_plot_draws(report, pyplot):
    for name in clicklens.plot.__all__:
        ax = getattr(clicklens.plot, name)(report)
        ax.figure.canvas.draw()
        assert ax.get_title() and (ax.lines or ax.patches or ax.collections), name
        assert getattr(clicklens.plot, name)(json.loads(json.dumps(report.figures)), ax=ax) is ax


@needs_command
def test_plots_show_the_figures(report, pyplot):
    checkpoint = report.figures["checkpoints"][0]
    ax = clicklens.plot.metrics(report, "logloss")
    assert list(ax.lines[0].get_ydata()) == [m["logloss"] for m in checkpoint["metrics"]]
    layer = next(layer for layer in checkpoint["layers"] if layer["layer"] == "l2")
    ax = clicklens.plot.spread(report, "l2", "demo.clens")
    lines = [layer["spread"][line] for line in ("train", "test", "known_train", "known_test")]
    assert [list(line.get_ydata()) for line in ax.lines] == [line for line in lines if line]
    ax = clicklens.plot.components(report, "l2")
    assert [len(dots.get_offsets()) for dots in ax.collections] == [len(layer["components"][k]) for k in ("other", "click")]
    ax = clicklens.plot.saliency(report)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["user", "query", "ad", "context", "noise", "memo", "interest"]
    counts = [h["counts"] for h in checkpoint["scores"]["histograms"] if h["split"] == "train" and h["label"] == 1][0]
    ax = clicklens.plot.scores(report, "train")
    assert list(ax.patches[-1].get_data().values) == [n / sum(counts) for n in counts]


def test_calibration_of_an_older_report(pyplot):
    """Rounding used to leave the lower bound of a rate of 0 above it, at 1e-18: matplotlib takes no bar of that length."""
    point = {"predicted": 0.1, "observed": 0, "low": 3.4e-18, "high": 0.05, "rows": 69, "clicks": 0}
    scores = {"calibration": [{"split": "train", "points": [point]}, {"split": "test", "points": []}]}
    figures = {"checkpoints": [{"name": "m.clens", "scores": scores}], "days": []}
    clicklens.plot.calibration(figures).figure.canvas.draw()


@needs_command
def test_plots_name_what_is_not_there(report, pyplot):
    for call, word in ((lambda: clicklens.plot.spread(report, "l9"), "l9"), (lambda: clicklens.plot.scores(report, checkpoint="x"), "x"),
                       (lambda: clicklens.plot.scores(report, checkpoint=5), "5"), (lambda: clicklens.plot.metrics(report, "f1"), "f1")):
        with pytest.raises(clicklens.Error) as caught:
            call()
        assert word in caught.value.message
