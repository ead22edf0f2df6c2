"""Neurons and probes of data files give the numbers of the command line, to the last digit."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import clicklens

DEMO = Path(__file__).resolve().parents[2] / "cli" / "demo" / "demo.clens"
COMMAND = os.environ.get("CLICKLENS_COMMAND") or shutil.which("clicklens")


def command(*arguments):
    done = subprocess.run([COMMAND, *map(str, arguments), "--json"], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    if not COMMAND:
        pytest.skip("no command line to compare with: CLICKLENS_COMMAND names it, cmake/test.sh does")
    folder = tmp_path_factory.mktemp("days")
    command("synth", "--days", 3, "--rows", 4000, "--seed", 1, "--out", folder)
    return sorted(folder.glob("*.tsv"))


@pytest.fixture(scope="module")
def demo():
    return clicklens.open(DEMO)


def same(found, wanted):
    """Equal, but for the order of keys; JSON has no NaN."""
    assert json.loads(json.dumps(found)) == wanted


def test_neurons(demo, days):
    same(clicklens.neurons(demo, days[0], compare=days[1:], prove=True),
         command("neurons", DEMO, days[0], "--compare", *days[1:], "--prove"))


def test_probe(demo, days):
    found = clicklens.probe(demo, days[1], days[2], draws=3, group_by="user_id")
    same(found, command("probe", DEMO, "--fit", days[1], "--eval", days[2], "--draws", 3, "--group-by", "user_id"))


@pytest.mark.parametrize("target", ["topic", "segment", "user_id"])
def test_concepts(demo, days, target):
    found = clicklens.probe(demo, days[1], days[2], target=target, draws=2, top=2, layers=["emb", "l2"])
    same(found, command("probe", DEMO, "--fit", days[1], "--eval", days[2], "--target", target, "--draws", 2, "--top", 2,
                        "--layer", "emb", "l2"))


def test_fit_and_eval_are_disjoint(demo, days):
    with pytest.raises(clicklens.Error, match="in_sample"):
        clicklens.probe(demo, days[0], days[0], draws=0)
