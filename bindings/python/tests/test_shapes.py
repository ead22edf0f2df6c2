"""Operators that move, mix and compare fields, against NumPy; gradients by hand."""

import numpy as np
import pytest

import clicklens

ROWS, FIELDS, WIDTH = 12, 3, 5


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(2).normal(size=(ROWS, FIELDS, WIDTH)).astype(np.float32)


def scored(tmp_path, x, make, weights):
    """The logit of a linear over what `make` makes of [FIELDS, WIDTH], its gradient, and the shape that was told."""
    b = clicklens.Builder("shapes")
    made = make(b, b.reshape(b.input(b.dense("x", "g", width=FIELDS * WIDTH)), FIELDS))
    b.output("y", b.linear(made, weights[None]))
    b.save(tmp_path / "m.clens")
    model, data = clicklens.open(tmp_path / "m.clens"), {"x": x.reshape(ROWS, -1)}
    return (model.score(data, output="logit").reshape(-1), model.saliency(data, "gradient_l2", "dimension"),
            b.shape(made))


def test_select_moves_columns_and_adds_their_gradients(tmp_path, x):
    random = np.random.default_rng(3)
    for columns, fields in [([4, 0, 0, 14, 4], 1), (np.arange(15), 5), (np.arange(3, 13), 2), ([7], 1),
                            (random.integers(0, 15, 40), 4), (np.arange(15)[::-1], 3)]:
        weights = random.normal(size=len(columns)).astype(np.float32)
        logits, gradients, shape = scored(tmp_path, x, lambda b, v, c=columns, f=fields: b.select(v, c, f), weights)
        assert shape == (fields, len(columns) // fields)
        np.testing.assert_allclose(logits, x.reshape(ROWS, -1)[:, columns] @ weights, rtol=1e-4, atol=1e-5)
        wanted = np.zeros(15)
        np.add.at(wanted, columns, weights.astype(float))
        np.testing.assert_allclose(gradients, np.tile(wanted, (ROWS, 1)), rtol=1e-5, atol=1e-6)


def test_transpose_turns_round(tmp_path, x):
    weights = np.random.default_rng(4).normal(size=15).astype(np.float32)
    logits, _, shape = scored(tmp_path, x, lambda b, v: b.transpose(v), weights)
    assert shape == (WIDTH, FIELDS)
    np.testing.assert_allclose(logits, x.transpose(0, 2, 1).reshape(ROWS, -1) @ weights, rtol=1e-4, atol=1e-5)


def test_field_mix_is_einsum(tmp_path, x):
    random = np.random.default_rng(5)
    mix, bias = random.normal(size=(4, FIELDS)).astype(np.float32), random.normal(size=4).astype(np.float32)
    weights = random.normal(size=4 * WIDTH).astype(np.float32)
    logits, gradients, shape = scored(tmp_path, x, lambda b, v: b.field_mix(v, mix, bias), weights)
    assert shape == (4, WIDTH)
    wanted = np.einsum("of,rfd->rod", mix, x.astype(float)) + bias[:, None]
    np.testing.assert_allclose(logits, wanted.reshape(ROWS, -1) @ weights, rtol=1e-4, atol=1e-5)
    back = np.einsum("of,od->fd", mix.astype(float), weights.reshape(4, WIDTH))
    np.testing.assert_allclose(gradients, np.tile(back.ravel(), (ROWS, 1)), rtol=1e-4, atol=1e-5)


def test_field_max_sends_its_gradient_to_the_first_of_ties(tmp_path, x):
    x = np.round(x)
    weights = np.random.default_rng(6).normal(size=WIDTH).astype(np.float32)
    logits, gradients, shape = scored(tmp_path, x, lambda b, v: b.field_max(v), weights)
    assert shape == (1, WIDTH)
    np.testing.assert_allclose(logits, x.max(1) @ weights, rtol=1e-4, atol=1e-5)
    first = x.argmax(1)[:, None] == np.arange(FIELDS)[None, :, None]
    assert (gradients.reshape(x.shape) == first * weights).all()


def test_columns_that_are_none(tmp_path):
    b = clicklens.Builder("shapes")
    v = b.input(b.dense("x", "g", width=3))
    for columns in ([], [0.5], [-1], [[0]], "ab"):
        with pytest.raises(clicklens.Error, match="columns"):
            b.select(v, columns)
    b.output("y", b.select(v, [3]))
    with pytest.raises(clicklens.Error, match="column 3 of 3"):
        b.save(tmp_path / "m.clens")


def test_shapes_are_those_of_the_library(tmp_path):
    random = np.random.default_rng(7)
    b = clicklens.Builder("shapes")
    item = b.sparse("item", "g", encoder=b.identity(9))
    x = b.fields([b.embedding(item, random.normal(size=(9, 4))), b.linear(b.input(b.dense("d", "g", width=3)),
                                                                          random.normal(size=(4, 3)))])
    values = [x, b.field_linear(x, random.normal(size=(6, 4))), b.matmul(x, x, transpose_b=True), b.softmax(x),
              b.matmul(x, b.transpose(x)), b.pairwise_dot(x), b.bi_interaction(x), b.sum(x), b.sum(b.sum(x)),
              b.layer_norm(x), b.add(x, b.sum(x)), b.relu(x), b.field_max(x), b.field_mix(x, random.normal(size=(5, 2)))]
    for i, value in enumerate(values):
        b.layer(f"v{i}", value)
    b.output("y", b.sum(b.sum(x)))
    b.save(tmp_path / "m.clens")
    model = clicklens.open(tmp_path / "m.clens")
    width_of = {value.name: value.width for value in model.values}
    columns = {layer.name: width_of[layer.value] for layer in model.layers}
    for i, value in enumerate(values):
        fields, width = b.shape(value)
        assert columns[f"v{i}"] == fields * width
