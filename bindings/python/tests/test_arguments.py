"""Every failure is a clicklens.Error, whatever the arguments are."""

import numpy as np
import pytest

import clicklens

WRONG = {
    "requests of letters": lambda m, d: m.score(d, "ab"),
    "requests of floats": lambda m, d: m.score(d, [0, 2.7]),
    "requests of arrays": lambda m, d: m.score(d, [[0], [1, 2]]),
    "requests beyond": lambda m, d: m.score(d, np.array([0, 2**64 - 1], np.uint64)),
    "negative strands": lambda m, d: m.score(d, strands=-1),
    "half a strand": lambda m, d: m.score(d, strands=1.5),
    "output of no name": lambda m, d: m.score(d, output=["logit"]),
    "negative column": lambda m, d: m.saliency(d, "gradient_l2", target=("l1", -1)),
    "one of a pair": lambda m, d: m.saliency(d, "gradient_l2", target=("l1",)),
    "column of text": lambda m, d: m.saliency(d, "gradient_l2", target=("l1", "a")),
    "method of no name": lambda m, d: m.saliency(d, {}),
    "task beyond": lambda m, d: m.saliency(d, task=-1),
    "means of text": lambda m, d: m.saliency(d, means="abc"),
    "means of lists": lambda m, d: m.saliency(d, means=[[1], [1, 2]]),
    "activations of a number": lambda m, d: m.activations(d, [5]),
    "activations of letters": lambda m, d: m.activations(d, "l1"),
    "data of a number": lambda m, d: m.score(5),
    "data of a list": lambda m, d: m.score([1, 2]),
    "column of a number": lambda m, d: m.score({**d, "ad": 5}),
    "column of None": lambda m, d: m.score({**d, "ad": None}),
    "column of a text": lambda m, d: m.score({**d, "user": "anna"}),
    "column of a dict": lambda m, d: m.score({**d, "user": {"anna": 1}}),
    "dense column of a number": lambda m, d: m.score({**d, "price": 5}),
    "dense column of lists": lambda m, d: m.score({**d, "price": [1, [2, 3]] * 25}),
    "lists within a column": lambda m, d: m.score({**d, "ad": [1, [2, 3]] * 25}),
    "lists within lists": lambda m, d: m.score({**d, "tags": [[1, [2]]] * 50}),
    "lists within strings": lambda m, d: m.score({**d, "user": ["anna", ["ben"]] * 25}),
    "offsets of floats": lambda m, d: m.score({**d, "tags": (np.zeros(50, int), np.arange(51) + 0.5)}),
    "offsets beyond": lambda m, d: m.score({**d, "price": (np.zeros(50), np.arange(51) * 2)}),
    "lone surrogates": lambda m, d: m.score({**d, "user": ["\ud800"] * 50}),
    "labels of lists": lambda m, d: m.evaluate(d, [[1], [1, 2]]),
    "groups of lists": lambda m, d: m.evaluate(d, [1] * 50, groups=[[1], [1, 2]] * 25),
    "rate of text": lambda m, d: m.evaluate(d, [1] * 50, negative_rate="x"),
    "buckets below": lambda m, d: clicklens.Metrics(buckets=-1),
    "merge of nothing": lambda m, d: clicklens.Metrics().merge(None),
    "logits of text": lambda m, d: clicklens.Metrics().add("x", [1]),
    "path of a number": lambda m, d: clicklens.open(5),
    "path with NUL": lambda m, d: clicklens.open("a\0b"),
    "table of a number": lambda m, d: clicklens.read_table(5),
    "table with NUL": lambda m, d: clicklens.read_table("a\0b"),
    "files of a number": lambda m, d: clicklens.evaluate(m, 5),
    "keys of lists": lambda m, d: clicklens.request_offsets([[1], [1, 2]]),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", WRONG)
def test_models_and_data(model, data, name):
    with pytest.raises(clicklens.Error) as caught:
        WRONG[name](model, data)
    assert caught.value.message


BUILT = {
    "name": lambda b: clicklens.Builder(5),
    "negative rows": lambda b: b.identity(-1),
    "rows of text": lambda b: b.identity("many"),
    "half rows": lambda b: b.identity(1.5),
    "negative seed": lambda b: b.hash(10, seed=-1),
    "modulus beyond": lambda b: b.hash(2**64),
    "salt of bytes": lambda b: b.hash(10, salt=b"x"),
    "algorithm of no name": lambda b: b.hash(10, algorithm=["xxh3"]),
    "vocabulary rows below": lambda b: b.vocabulary(["a", "b"], [0, -1]),
    "vocabulary rows of floats": lambda b: b.vocabulary(["a", "b"], [0, 0.5]),
    "too few vocabulary rows": lambda b: b.vocabulary(["a", "b"], [0]),
    "vocabulary of a number": lambda b: b.vocabulary(5),
    "vocabulary of a text": lambda b: b.vocabulary("ab"),
    "max_length": lambda b: b.sparse("f", "g", encoder=b.identity(3), max_length=-1),
    "missing_row": lambda b: b.sparse("f", "g", encoder=b.identity(3), missing_row=-2),
    "unknown_row": lambda b: b.sparse("f", "g", encoder=b.identity(3), unknown_row="x"),
    "group": lambda b: b.sparse("f", None, encoder=b.identity(3)),
    "width": lambda b: b.dense("f", "g", width=0),
    "missing of text": lambda b: b.dense("f", "g", missing="x"),
    "transforms": lambda b: b.dense("f", "g", transforms=["log1p"]),
    "a transform alone": lambda b: b.dense("f", "g", transforms=b.log1p()),
    "boundaries": lambda b: b.bucketise([[1], [1, 2]]),
    "table of text": lambda b: b.table([["a"]]),
    "table of lists": lambda b: b.table([[1], [1, 2]]),
    "values of a number": lambda b: b.concat(5),
    "value alone": lambda b: b.concat(b.input(b.dense("f", "g"))),
    "slope": lambda b: b.leaky_relu(b.input(b.dense("f", "g")), "x"),
    "batch norm": lambda b: b.batch_norm(b.input(b.dense("f", "g")), [1], [1, 2], [1], [1]),
    "knots": lambda b: b.calibration(b.input(b.dense("f", "g")), knots=5),
    "path": lambda b: b.save(5),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", BUILT)
def test_builders(name):
    with pytest.raises(clicklens.Error) as caught:
        BUILT[name](clicklens.Builder("m"))
    assert caught.value.message
