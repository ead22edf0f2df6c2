"""How columns of an ONNX graph's inputs become features."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="the package onnx is not installed: no import is tested")
pytest.importorskip("onnxruntime", reason="the package onnxruntime is not installed: no import is tested")

import clicklens  # noqa: E402
from clicklens import Feature, Hash  # noqa: E402
from onnx import TensorProto  # noqa: E402
from onnx_checks import assert_agree, imported  # noqa: E402
import onnx_layers  # noqa: E402, F401  adds to CASES
from onnx_graphs import CASES, Graph  # noqa: E402
from onnx_patterns import PATTERNS, zeroed  # noqa: E402


def matrix():
    return CASES["casts_of_floats_to_ids"]()


def test_columns_of_one_matrix(tmp_path):
    """Without features, what is used apart is apart; numbers side by side are one feature."""
    _, model = imported(matrix(), tmp_path)
    assert [(f.name, f.dense, f.rows or f.width) for f in model.features] == [
        ("x_0", False, 7), ("x_1", False, 5), ("x_2", True, 1), ("x_3", False, 9), ("x_4", True, 1)]


def test_named_columns(tmp_path):
    features = [Feature("user", input="x", columns=0, group="u", scope="request"),
                Feature("city", input="x", columns=(1, 2), group="u", scope="request", encoder=list("abcde")),
                Feature("ad", input="x", columns=3, encoder={"x": 8, "y": 2}, missing=0, unknown=1),
                Feature("age", input="x", columns=2, kind="dense"), Feature("price", input="x", columns=4)]
    made, model = imported(matrix(), tmp_path, features)
    assert [(f.name, f.group, f.scope, f.column) for f in model.features] == [
        ("user", "u", "request", "keys"), ("city", "u", "request", "strings"), ("ad", "ad", "candidate", "strings"),
        ("age", "age", "candidate", "floats"), ("price", "price", "candidate", "floats")]
    assert made.features == [f.name for f in features]
    assert_agree(made, model)
    row = {"user": [3], "city": ["b"], "age": [0.5], "price": [1.0]}
    # A key that is not known, and none at all, are the rows that stand in for them.
    assert model.score({**row, "ad": ["?"]}) != model.score({**row, "ad": [None]})


def test_hashed_ids(tmp_path):
    made, model = imported(PATTERNS["one_id"][0](), tmp_path, [Feature("user", encoder=Hash(7, salt="s", seed=3))])
    assert model.features[0].column == "strings"
    assert_agree(made, model)


def pooled_without_padding():
    """Rows of ids, 0 being none, added up; row 0 is zero."""
    g = Graph(13)
    g.score(g.op("ReduceSum", g.op("Gather", zeroed(g, 7, 3), g.ids("likes", 4)), g.integers(1), keepdims=0), 3)
    return g.model()


@pytest.mark.parametrize("align", ["first", "last"])
def test_ids_left_away_are_padding(align, tmp_path):
    features = [Feature("history", padding=0, align=align), Feature("ad")]
    made, model = imported(PATTERNS["attention_under_a_mask"][0](), tmp_path, features)
    data, _ = assert_agree(made, model)
    assert {len(ids) for ids in data["history"]} == {0, 1, 2, 3, 4}
    made, model = imported(pooled_without_padding(), tmp_path, [Feature("likes", padding=0, align=align)])
    assert_agree(made, model)
    assert model.score({"likes": [[]]}, output="logit")[0] == 0


@pytest.mark.parametrize("name", ["sum_of_rows", "mean_of_rows_under_a_mask", "gru_of_a_sequence"])
def test_padding_may_look_up_other_than_zero(name, tmp_path):
    feature = "history" if name.startswith("gru") else "likes"
    made, model = imported(PATTERNS[name][0](), tmp_path, [Feature(feature, padding=0)])
    data, _ = assert_agree(made, model)
    assert {len(ids) for ids in data[feature]} == {0, 1, 2, 3, 4}


def test_transforms_come_before_the_first_layer(tmp_path):
    b = clicklens.Builder("transforms")
    features = [Feature("x", transforms=(b.log1p(), b.standardise(0.5, 2.0)))]
    made, model = imported(CASES["gemm"](), tmp_path, features)
    assert_agree(made, model)
    plain = imported(CASES["gemm"](), tmp_path)[1]
    x = np.array([[0.5, 1.0, 2.0, 3.0]], np.float32)
    assert model.score({"x": x}, output="logit") == pytest.approx(
        plain.score({"x": (np.log1p(x) - 0.5) / 2}, output="logit"), abs=1e-5)


def test_groups_are_saliencys_units(tmp_path):
    features = [Feature("x", group="numbers")]
    _, model = imported(CASES["gemm"](), tmp_path, features)
    assert model.groups == ["numbers"]


def test_a_matrix_of_integers_that_the_graph_casts(tmp_path):
    """Ids as floats, cast, and one number that is a length and a mask."""
    made, model = imported(PATTERNS["lengths_as_numbers_too"][0](), tmp_path)
    assert {f.name: f.rows for f in model.features} == {"length": 5, "history": 9}
    assert model.score({"length": [4], "history": [[1, 2, 3, 4]]}) == model.score(
        {"length": [4], "history": [[4, 3, 2, 1]]})
    assert_agree(made, model)


@pytest.mark.parametrize("features, message", [
    ([Feature("y")], "no input 'y'"),
    ([Feature("a", input="x", columns=(3, 9))], "columns must be in"),
    ([Feature("a", input="x", columns=(2, 2))], "are none"),
    ([Feature("a", input="x", columns=(0, 3))], "as ids and as numbers"),
    ([Feature("a", input="x", columns=0), Feature("b", input="x", columns=0)], "both have column 0"),
    ([Feature("a", input="x", columns=0, kind="dense")], "is dense, but the source uses it as sparse"),
    ([Feature("a", input="x", columns=0)], "of input 'x' is read"),
    (["x"], "clicklens.Feature objects"),
])
def test_features_that_do_not_fit(features, message):
    with pytest.raises(clicklens.Error, match=message):
        clicklens.from_onnx(matrix(), features)


@pytest.mark.parametrize("features, message", [
    ([Feature("id"), Feature("id")], "two features are named 'id'"),
    ([Feature("id", rows=9)], "rows is 9, its tables have 5"),
    ([Feature("id", padding=5)], "padding is 5, its tables have 5"),
    ([Feature("id", encoder=list("abcdefg"))], "names 7 rows, its tables have 5"),
    ([Feature("id", encoder=clicklens.Hash(4, offset=2))], "names 6 rows, its tables have 5"),
])
def test_features_of_other_tables(features, message):
    """Said when importing, of the feature: not by the first reader of a draft."""
    g = Graph()
    g.score(g.op("Gather", g.normal(5, 3), g.ids("id")), 3)
    with pytest.raises(clicklens.Error, match=message) as problem:
        clicklens.from_onnx(g.model(), features)
    assert problem.value.status == clicklens.Status.INVALID_ARGUMENT


@pytest.mark.parametrize("align", ["first", "last"])
def test_a_row_for_empty_lists(align, tmp_path):
    """`missing` of a feature of many ids: the made-up rows of the source have it where the list is empty."""
    g = Graph()
    g.score(g.op("Flatten", g.op("Gather", g.normal(7, 2), g.ids("ids", 3))), 6)
    source = g.model()
    made, model = imported(source, tmp_path, [Feature("ids", padding=0, missing=4, align=align)])
    whole = [[4, 0, 0], [1, 2, 0]] if align == "first" else [[0, 0, 4], [0, 1, 2]]
    wanted = onnx.reference.ReferenceEvaluator(source).run(None, {"ids": np.array(whole)})[0]
    assert model.score({"ids": [[], [1, 2]]}, output="logit") == pytest.approx(wanted.ravel(), abs=1e-5)


def test_integers_that_are_numbers(tmp_path):
    """A count is an integer in the source: made-up rows have whole ones."""
    g = Graph()
    count = g.op("Cast", g.ids("count", 2), to=TensorProto.FLOAT)
    g.score(g.op("Concat", count, g.op("Cast", g.op("Pow", g.ids("age", 2), g.integers(2)), to=TensorProto.FLOAT), axis=1), 4)
    made, model = imported(g.model(), tmp_path)
    assert {f.name: f.dense for f in model.features} == {"count": True, "age": True}
    assert_agree(made, model)


def test_bad_features():
    for arguments, message in (({"kind": "text"}, "kind"), ({"scope": "world"}, "scope"), ({"align": "left"}, "align"),
                               ({"padding": -1}, "padding")):
        with pytest.raises(clicklens.Error, match=message):
            Feature("x", **arguments)


def test_unused_features_are_noted(tmp_path):
    g = Graph()
    x = g.floats("x", 4)
    g.ids("unused")
    g.score(g.op("Relu", g.op("Cast", x, to=TensorProto.FLOAT)), 4)
    made, model = imported(g.model(), tmp_path, [Feature("x"), Feature("unused")])
    assert "feature 'unused' is not used" in made.notes
    assert [f.name for f in model.features] == ["x"]
