"""The demo's training over seeds of the generator: what the demo shows is no luck of one seed.

Asserted of each of 20 seeds, days of 20,000 rows, drift from day 5: AUC of days 2 to 4 above .72; the mean of
days 2 to 4 above that of days 5 to 7 by more than .04; by centred saliency on a day before the drift, noise
is the last of the groups other than memo.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import clicklens

ROOT = Path(__file__).resolve().parents[3]
CLI = Path(os.environ.get("CLICKLENS_CLI") or ROOT / "build" / "bin" / "clicklens")
DEMO = ROOT / "bindings" / "cli" / "demo" / "demo.clens"
SEEDS = range(1, 21)

torch = pytest.importorskip("torch", reason="PyTorch is not installed (python3-torch)")
pytestmark = pytest.mark.skipif(not CLI.exists(), reason=f"{CLI} is not built")


@pytest.fixture(scope="module")
def train_demo():
    sys.path.insert(0, str(ROOT / "bindings" / "python" / "examples"))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # batches of 128 rows: threads only wait for each other
    try:
        import train_demo

        yield train_demo
    finally:
        torch.set_num_threads(threads)
        sys.path.pop(0)


def start_synth(folder, seed):
    command = [CLI, "synth", "--days", "7", "--rows", "20000", "--seed", str(seed), "--drift-day", "5", "--out", folder]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def said(command, model, *arguments):
    done = subprocess.run([CLI, command, model, *arguments, "--json"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["days"]


def trained(train_demo, folder, seed):
    net, _ = train_demo.train(clicklens.read_table(folder / "day=01.tsv"), seed)
    train_demo.save(net, folder / "model.clens")
    return folder / "model.clens"


def aucs(model, folder):
    return [day["auc"] for day in said("evaluate", model, *sorted(folder.glob("day=*.tsv")))]


def test_every_seed_shows_what_the_demo_shows(train_demo, tmp_path):
    made = start_synth(tmp_path / "1", 1)  # days of the next seed are written while this one's model is trained
    for seed in SEEDS:
        assert made.wait() == 0
        folder = tmp_path / str(seed)
        made = start_synth(tmp_path / str(seed + 1), seed + 1)
        model = trained(train_demo, folder, seed)
        by_day = aucs(model, folder)
        assert min(by_day[1:4]) > 0.72, (seed, by_day)
        assert np.mean(by_day[1:4]) - np.mean(by_day[4:]) > 0.04, (seed, by_day)
        (day,) = said("saliency", model, folder / "day=04.tsv", "--reference", folder / "day=01.tsv")
        shares = {g["group"]: g["share"] for g in day["groups"] if g["group"] != "memo"}
        assert min(shares, key=shares.get) == "noise", (seed, shares)
        shutil.rmtree(folder)
    made.wait()


def test_the_demos_model_is_of_its_script(train_demo, tmp_path):
    assert start_synth(tmp_path, 1).wait() == 0
    model = trained(train_demo, tmp_path, 1)
    assert aucs(model, tmp_path) == pytest.approx(aucs(DEMO, tmp_path), abs=1e-3)
    ours, theirs = clicklens.open(model), clicklens.open(DEMO)
    assert ours.info.parameters == theirs.info.parameters and ours.features == theirs.features
