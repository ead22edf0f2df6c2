"""Real click logs: spread of neurons and AUC of probes, by layer and day, are one table from Python, the command line
and the example in C (capi/examples/inside.c)."""

import gzip
import os
import subprocess

import pytest
from test_files import COMMAND, command
from test_training import real_data, run

import clicklens

EXAMPLE = os.environ.get("CLICKLENS_EXAMPLE_INSIDE")


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """(model of one epoch on the first three days, [the third of them, the next day, the last day] as plain TSV)."""
    folder, made = real_data(), tmp_path_factory.mktemp("real")
    paths = sorted(p for p in folder.iterdir() if p.suffix == ".gz")
    if len(paths) < 5:
        pytest.skip(f"CLICKLENS_REAL_DATA={folder} has {len(paths)} days: three to train on and two later are needed")
    run("train_gwen.py", "--train", *paths[:3], "--schema", folder / "schema.json", "--out", made)
    days = []
    for path in (paths[2], paths[3], paths[-1]):
        days.append(made / path.stem)
        days[-1].write_bytes(gzip.decompress(path.read_bytes()))
    return made / "epoch1.clens", days


def median(values):
    found = sorted(value for value in values if value is not None)
    return found[len(found) // 2]


def table(neurons, probe):
    """{(figure, layer, day): value} of two reports."""
    reference = neurons["data"]
    found = {("spread", layer["layer"], reference["files"][0]): median(n["sd"] for n in layer["neurons"])
             for layer in reference["layers"]}
    for part in neurons["compared"]:
        found |= {("spread_ratio", c["layer"], part["files"][0]): c["spread_ratio"] for c in part["changes"]}
    for day in probe["concepts"][0]["days"]:
        found |= {("probe_auc", layer["layer"], day["file"]): layer["auc"] for layer in day["layers"]}
        found |= {("probe_auc_se", layer["layer"], day["file"]): layer["auc_se"] for layer in day["layers"]}
    return found


@pytest.fixture(scope="module")
def from_python(logs):
    path, (fit, *later) = logs
    model = clicklens.open(path)
    return table(clicklens.neurons(model, fit, compare=later),
                 clicklens.probe(model, fit, later, lambda_=1e-3, draws=0))


def test_figures(logs, from_python):
    """One value for each layer and day, and none that could not be."""
    _, (fit, *later) = logs
    layers = [layer for figure, layer, _ in from_python if figure == "spread"]
    assert len(layers) > 2 and len(from_python) == len(layers) + len(later) * (len(layers) + 2 * (len(layers) + 1))
    for (figure, layer, day), value in from_python.items():
        print(f"{figure:<13} {layer:<6} {os.path.basename(day):<12} {value:.4f}")
        assert 0.5 < value < 1 if figure == "probe_auc" else 0 < value < 10, (figure, layer, day)


def test_command(logs, from_python):
    if not COMMAND:
        pytest.skip("no command line to compare with: CLICKLENS_COMMAND names it, cmake/test.sh does")
    path, (fit, *later) = logs
    found = table(command("neurons", path, fit, "--compare", *later),
                  command("probe", path, "--fit", fit, "--eval", *later, "--lambda", 0.001, "--draws", 0))
    assert found == from_python


def test_example(logs, from_python):
    if not EXAMPLE:
        pytest.skip("no example to compare with: CLICKLENS_EXAMPLE_INSIDE names it, cmake/test.sh does")
    path, days = logs
    done = subprocess.run([EXAMPLE, path, *days], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert {tuple(names): float(value) for *names, value in lines} == from_python
