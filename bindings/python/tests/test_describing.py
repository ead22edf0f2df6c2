"""A model's account of itself: against what it was built from, and drawings read by strict grammars."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import clicklens
from clicklens import zoo

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tests" / "support"))
import drawings  # noqa: E402

READERS = {"dot": drawings.read_dot, "mermaid": drawings.read_mermaid}


def held(model):
    """Both drawings against `describe`: a box for each feature, operator and output, an edge for each input."""
    report = model.describe()
    for kind, read in READERS.items():
        drawing = read(model.graph(kind))
        assert len(drawing.boxes) == len(report["features"]) + len(report["operators"]) + len(report["outputs"])
        node_of = {o["output"]: f"node{i}" for i, o in enumerate(report["operators"])}
        feature_of = {f["name"]: f"feature{i}" for i, f in enumerate(report["features"])}
        shape_of = {o["output"]: str(o["shape"]) for o in report["operators"]}
        wanted = []
        for i, o in enumerate(report["operators"]):
            assert drawing.boxes[f"node{i}"][:2] == [o["output"], o["op"]]
            assert drawing.scopes[f"node{i}"] == o["scope"]
            wanted += [(feature_of[o["feature"]], f"node{i}", "")] if o["feature"] else []
            wanted += [(node_of[value], f"node{i}", shape_of[value]) for value in o["inputs"]]
        for i, output in enumerate(model.outputs):
            wanted.append((node_of[output.value], f"output{i}", shape_of[output.value]))
        assert sorted(drawing.edges) == sorted(wanted)
        assert drawing.layers == {node_of[layer.value] for layer in model.layers}
    return report


def test_a_small_model(small, model):
    report = held(model)
    json.dumps(report)
    operators = {o["output"]: o for o in report["operators"]}
    assert report["name"] == "small" and report["groups"] == ["user", "ad"]
    assert operators["emb"]["columns"] == {"request": 6, "candidate": 4, "pair": 0}
    assert operators["emb"]["run"] == "view" and operators["hidden"]["run"] == "fused"
    assert operators["user"]["feature"] == "user" and operators["user"]["parameters"] == 12
    pre = operators["pre"]
    assert (pre["op"], pre["inputs"], pre["shape"], pre["scope"]) == ("linear", ["emb"], [1, 5], "pair")
    assert pre["parameters"] == 55 and pre["parameter_bytes"] == 220
    assert pre["alone"]["flops"] == 2 * 10 * 5 and pre["shared"]["flops"] == 2 * (6 + 100 * 4) * 5
    assert pre["alone"]["bytes"] == 4 * (50 + 10 + 5)
    assert sum(a.size for a in small.arrays.values()) == report["parameters"]
    twenty = model.describe(candidates=20, ids=3)
    assert twenty["shared"]["candidates"] == 20 and twenty["shared"]["ids"] == 3 * (2 + 20)
    assert report["alone"]["flops"] == 2 * (10 * 5 + 5)


def test_every_network_of_the_zoo(tmp_path):
    """All operators there are, shapes of several fields among them."""
    cases = pytest.importorskip("test_zoo")
    operators, shapes = set(), set()
    for name, (arguments, network) in cases.MODELS.items():
        path = tmp_path / f"{name}.clens"
        getattr(zoo, name)(cases.read_by(network()), weights=1, **arguments).save(path)
        model = clicklens.open(path)
        report = held(model)
        scopes = {f["scope"] for f in report["features"]}
        assert scopes >= {"request", "candidate"}
        assert report["shared"]["flops"] <= 100 * report["alone"]["flops"]
        assert report["shared"]["bytes"] < 100 * report["alone"]["bytes"]
        tables = {table["name"]: table["rows"] * table["dim"] for table in report["tables"]}
        assert sum(o["parameters"] for o in report["operators"] if o["table"]) >= sum(tables.values())
        operators |= {o["op"] for o in report["operators"]}
        shapes |= {o["shape"][0] for o in report["operators"]}
    assert {"linear", "field_linear", "matmul", "softmax", "layer_norm", "pairwise_dot", "multiply"} <= operators
    assert len(shapes) > 3


def test_ten_thousand_operators(tmp_path):
    b = clicklens.Builder("deep")
    x = b.embedding(b.sparse("ad", "ad", encoder=b.identity(9)), np.ones((9, 2)))
    for _ in range(10000):
        x = b.relu(x)
    b.output("ctr", b.linear(x, np.ones((1, 2))))
    b.save(tmp_path / "deep.clens")
    report = held(clicklens.open(tmp_path / "deep.clens"))
    assert len(report["operators"]) == 10002


def test_mistakes_are_named(model):
    with pytest.raises(clicklens.Error, match="format must be one of 'dot', 'mermaid'"):
        model.graph("png")
    for arguments in ({"candidates": 0}, {"candidates": 1.5}, {"ids": -1}, {"ids": 0}, {"ids": float("nan")}):
        with pytest.raises(clicklens.Error, match=next(iter(arguments))):
            model.describe(**arguments)
