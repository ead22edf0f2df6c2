"""Patterns of CTR networks in ONNX: recognised, and against ONNX Runtime."""

import numpy as np
import pytest

pytest.importorskip("onnx", reason="the package onnx is not installed: no import is tested")
pytest.importorskip("onnxruntime", reason="the package onnxruntime is not installed: no import is tested")

import clicklens  # noqa: E402
from onnx_checks import assert_agree, imported  # noqa: E402
import onnx_outputs  # noqa: E402, F401  adds to PATTERNS
from onnx_patterns import FEATURES, PATTERNS  # noqa: E402


@pytest.mark.parametrize("name", list(PATTERNS))
def test_pattern(name, tmp_path):
    make, notes = PATTERNS[name]
    made, model = imported(make(), tmp_path, FEATURES.get(name))
    assert_agree(made, model)
    assert set(notes) <= set(made.notes)
    model.self_test()


def operators(model):
    return {value.op for value in model.values}


def test_what_is_recognised_is_all_that_is_written(tmp_path):
    """A factorization machine: lookups, the second order, its sum; no squares, no differences."""
    _, model = imported(PATTERNS["factorization_machine"][0](), tmp_path)
    assert operators(model) <= {"embedding_bag", "concat", "bi_interaction", "sum"}, operators(model)


def test_layouts_cost_no_copies(tmp_path):
    """Fields put side by side and taken apart again are the embedding itself."""
    _, model = imported(PATTERNS["products_of_pairs_one_by_one"][0](), tmp_path)
    assert operators(model) <= {"embedding_bag", "concat", "pairwise_dot", "linear"}, operators(model)


def test_a_sequence_of_ids_is_one_feature(tmp_path):
    made, model = imported(PATTERNS["sum_of_rows"][0](), tmp_path)
    assert [(f.name, f.max_length, f.width) for f in model.features] == [("likes", 4, 3)]
    few = model.score({"likes": [[1, 2], [2, 1], [5]]}, output="logit")  # a host may leave ids away where rows add up
    assert few[0] == few[1] and few[0] != few[2]


def test_shifted_ids_become_a_feature_each(tmp_path):
    """Every field has its own part of the shared table, and ids below its size."""
    _, model = imported(PATTERNS["shifted_ids_of_one_table"][0](), tmp_path)
    assert [(f.name, f.rows) for f in model.features] == [("ids_0", 4), ("ids_1", 5), ("ids_2", 6)]
    assert sum(table.rows for table in model.tables) == 15


def test_masks_are_not_kept_where_rows_are_zero(tmp_path):
    """Row 0 is zero already: the table stays the source's, and only the count has a table of its own."""
    _, model = imported(PATTERNS["mean_without_padding"][0](), tmp_path)
    assert sorted((table.rows, table.dim) for table in model.tables) == [(7, 1), (7, 3)]


def test_a_product_of_probabilities_keeps_its_precision(tmp_path):
    """Where both probabilities are all but 1, or all but 0, the logit does not saturate."""
    made, model = imported(PATTERNS["product_of_two_probabilities"][0](), tmp_path)
    assert [task.kind for task in made.tasks] == ["probability", "probability"]
    x = np.random.default_rng(2).normal(size=(200, 4)) * 30
    logits = model.score({"x": x}, output="logit").astype(np.float64)
    assert np.isfinite(logits).all() and np.abs(logits[:, 1]).max() > 40
    assert (logits[:, 1] <= logits[:, 0] + 1e-3).all()


def test_layers_have_the_names_of_the_graph(tmp_path):
    made, model = imported(PATTERNS["compressed_interaction"][0](), tmp_path)
    assert made.tasks[0].kind == "logit"
    assert clicklens.open(tmp_path / "imported.clens").outputs[0].name == made.tasks[0].name
    _, model = imported(PATTERNS["dice"][0](), tmp_path)
    assert [layer.name for layer in model.layers]
