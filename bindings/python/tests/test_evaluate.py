"""Evaluation of files, and that the command line says the same."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from conftest import USERS

import clicklens

CLI = Path(os.environ.get("CLICKLENS_CLI") or Path(__file__).resolve().parents[3] / "build" / "bin" / "clicklens")


@pytest.fixture
def days(tmp_path):
    """Two days of requests of 3 rows each."""
    draws, paths = np.random.default_rng(4), []
    for day in (1, 2):
        lines = ["request_id\tlabel\tuser\ttags\tad\tprice\tcountry"]
        for request in range(150):
            user = [*USERS, "other", ""][draws.integers(0, 6)]
            tags = "|".join(map(str, draws.integers(98, 112, draws.integers(0, 4))))
            for _ in range(3):
                lines.append(f"r{request}\t{draws.integers(0, 2)}\t{user}\t{tags}\t{draws.integers(0, 22)}\t"
                             f"{draws.lognormal():.4f}\t{draws.integers(0, 20)}")
        paths.append(tmp_path / f"day{day}.tsv")
        paths[-1].write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [str(p) for p in paths]


def test_a_day_is_its_rows(model, days):
    found = clicklens.evaluate(model, days)["days"]
    assert [d["file"] for d in found] == days and [d["rows"] for d in found] == [450, 450]
    table = clicklens.read_table(days[0])
    labels = [int(v) for v in table["label"]]
    alone = model.evaluate(table, labels, clusters=table["request_id"])
    assert (alone.auc, alone.logloss, alone.auc_se) == (found[0]["auc"], found[0]["logloss"], found[0]["auc_se"])
    assert found[0]["gauc"] is None


@pytest.mark.skipif(not CLI.exists(), reason=f"{CLI} is not built")
def test_the_command_line_says_the_same(small, model, days):
    wide = ["--group-by", "country", "--negative-rate", "0.5"]
    for arguments, options in (([], {}), (wide, {"group_by": "country", "negative_rate": 0.5})):
        command = [CLI, "evaluate", small.path, *days, "--json", *arguments]
        said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["days"]
        found = clicklens.evaluate(model, days, **options)["days"]
        for ours, theirs in zip(found, said):
            assert set(ours) == set(theirs)
            for key, value in theirs.items():
                figure = isinstance(value, float)
                assert ours[key] == (pytest.approx(value, rel=1e-12, abs=0) if figure else value), key


@pytest.mark.skipif(not CLI.exists(), reason=f"{CLI} is not built")
@pytest.mark.parametrize("method", ["centred", "gradient_x_input", "gradient_l2"])
def test_saliency_is_the_command_lines(small, model, days, method):
    command = [CLI, "saliency", small.path, *days, "--json", "--method", method.replace("_", "-")]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    found = clicklens.saliency(model, days, method=method)
    for ours, theirs in zip(found["days"], said["days"]):
        assert (ours["file"], ours["rows"], ours["counts"]) == (theirs["file"], theirs["rows"], theirs["counts"])
        assert set(ours) == set(theirs)
        assert [g["group"] for g in ours["groups"]] == [g["group"] for g in theirs["groups"]] == ["user", "ad"]
        for mine, other in zip(ours["groups"], theirs["groups"]):
            for key in ("share", "mean_absolute", "mean", "sd", "coverage"):
                assert mine[key] == pytest.approx(other[key], rel=1e-6, abs=1e-9), key


def test_saliency_of_files(model, days):
    found = clicklens.saliency(model, days[1], reference=days[0])["days"][0]
    assert found["rows"] == 450 and sum(g["share"] for g in found["groups"]) == pytest.approx(1)
    table, other = clicklens.read_table(days[1]), clicklens.read_table(days[0])
    values = model.saliency(table, reference=other)
    assert [g["mean"] for g in found["groups"]] == pytest.approx(list(values.mean(0, float)), rel=1e-5)
    assert found["groups"][1]["coverage"] == 1 and 0.5 < found["groups"][0]["coverage"] <= 1


def change(path, old, new, line):
    lines = Path(path).read_text(encoding="utf-8").split("\n")
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    Path(path).write_text("\n".join(lines), encoding="utf-8")


def test_mistakes_name_file_line_and_column(model, days):
    with pytest.raises(clicklens.Error, match="day1.tsv:1: no column 'absent'"):
        clicklens.evaluate(model, days, label="absent")
    change(days[0], "r1\t", "r0\t", 5)
    user = Path(days[0]).read_text(encoding="utf-8").split("\n")
    if user[3].split("\t")[2:4] != user[4].split("\t")[2:4]:
        with pytest.raises(clicklens.Error, match=r"day1.tsv:5: column '(user|tags)': differs within request 'r0'"):
            clicklens.evaluate(model, days)
    else:
        pytest.fail("the two requests hold the same user: choose another seed")
    with pytest.raises(clicklens.Error, match="day2.tsv:3: column 'label': label 'x' is neither 0 nor 1"):
        line = Path(days[1]).read_text(encoding="utf-8").split("\n")[2]
        change(days[1], line, line.replace(f"\t{line.split(chr(9))[1]}\t", "\tx\t", 1), 3)
        clicklens.evaluate(model, days[1])


def test_requests_and_keys_are_compared_as_written(small, model, tmp_path):
    """`1|` and `1` are two requests, `100|` and `100` two cells of a request's feature."""
    path = tmp_path / "d.tsv"
    rows = ["request_id\tlabel\tuser\ttags\tad\tprice", "1|\t1\tanna\t100\t1\t1", "1\t0\tben\t100\t1\t1",
            "1|2\t1\tanna\t100\t1\t1", "1||2\t0\tben\t100\t1\t1"]
    path.write_text("\n".join(rows) + "\n")
    day = clicklens.evaluate(model, path)["days"][0]
    assert day["rows"] == 4
    if CLI.exists():
        command = [CLI, "evaluate", small.path, path, "--json", "--group-by", "request_id"]
        said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["days"][0]
        assert clicklens.evaluate(model, path, group_by="request_id")["days"][0]["auc_se"] == said["auc_se"]
    path.write_text("\n".join([rows[0], "1\t1\tanna\t100|\t1\t1", "1\t0\tanna\t100\t1\t1"]) + "\n")
    with pytest.raises(clicklens.Error, match="d.tsv:3: column 'tags': differs within request '1'"):
        clicklens.evaluate(model, path)


def test_a_reference_without_rows_is_refused(model, days, tmp_path):
    empty = tmp_path / "empty.tsv"
    empty.write_text(Path(days[0]).read_text(encoding="utf-8").split("\n")[0] + "\n", encoding="utf-8")
    for files, reference in ((days, empty), (days, [empty, empty]), (empty, None)):
        with pytest.raises(clicklens.Error, match="empty.tsv: no rows to take reference means from"):
            clicklens.saliency(model, files, reference=reference)
    found = clicklens.saliency(model, empty, reference=[empty, days[0]])["days"][0]
    assert found["rows"] == 0 and found["groups"][0]["share"] is None
