"""Attribution of single ids against NumPy on the small network, and against tables whose rows were moved. Every kind of
bag is held to Captum by tests/golden/attribution_ids."""

import copy

import numpy as np
import pytest
from conftest import DIM, USERS, make_data
from test_attribution import gradients

import clicklens

N = 40
SPANS = {"user": slice(0, DIM), "tags": slice(DIM, 2 * DIM), "ad": slice(2 * DIM, 3 * DIM)}


@pytest.fixture
def data():
    return make_data(N, seed=9)


def rows_of(small, data, feature, r):
    """Table rows of an entry's ids, None where there is none."""
    given = data[feature][r] if feature == "tags" else [data[feature][r]]
    index = {"user": lambda k: USERS.index(k) if k in USERS else None, "ad": lambda k: k if 0 <= k < 20 else None,
             "tags": lambda k: k - 100 if 100 <= k < 110 else None}[feature]
    table = small.arrays[feature].astype(float)
    return [None if key is None or index(key) is None else table[index(key)] for key in given if key is not None]


def by_id(small, data, feature, slope, start):
    """Values of a feature's ids, candidate-major: of a mean, of which sums of one are a case."""
    values, span = [], SPANS[feature]
    for r in range(N):
        rows = rows_of(small, data, feature, r)
        known = sum(row is not None for row in rows)
        values += [0.0 if row is None else float((row - start[span]) @ slope[r, span]) / known for row in rows]
    return np.array(values)


@pytest.mark.parametrize("baseline", ["mean", "zero"])
def test_integrated_gradients_by_id_are_numpys(small, model, data, baseline):
    x = small.inputs(data)
    start = x.mean(0) if baseline == "mean" else np.zeros(x.shape[1])
    nodes, weights = np.polynomial.legendre.leggauss(50)
    slope = sum(w / 2 * gradients(small, start + (1 + n) / 2 * (x - start)) for n, w in zip(nodes, weights))
    found = model.attribute(data, level="id", baseline=baseline)
    assert set(found.values) == {"user", "tags", "ad"}
    total = found.rest.copy()
    for feature, (values, offsets) in found.values.items():
        np.testing.assert_allclose(values, by_id(small, data, feature, slope, start), rtol=1e-4, atol=1e-4)
        assert offsets.shape == (N + 1,) and offsets[-1] == len(values)
        total += np.add.reduceat(np.append(values, 0), offsets[:-1]) * (np.diff(offsets) > 0)
    np.testing.assert_allclose(total, found.total, rtol=1e-5, atol=1e-5)
    by_feature = model.attribute(data, level="feature", baseline=baseline)
    np.testing.assert_allclose(total, by_feature.values.sum(1), rtol=1e-5, atol=1e-4)
    np.testing.assert_array_equal(found.gap, by_feature.gap)
    assert (by_feature.rest == 0).all()


def test_a_row_that_is_moved_moves_the_score_by_its_part(small, model, data):
    step, tag = 1e-2, 104
    scores = []
    for way in (1 + step, 1 - step):
        moved = copy.deepcopy(small)
        moved.arrays["tags"][tag - 100] *= np.float32(way)
        scores.append(moved.logits(moved.inputs(data)))
    wanted = (scores[0] - scores[1]) / (2 * step)
    values, offsets = model.attribute(data, "additive", "id", baseline="zero").values["tags"]
    ids = np.concatenate([np.array(entry, float) for entry in data["tags"]])
    owner = np.repeat(np.arange(N), np.diff(offsets))
    found = np.bincount(owner, np.where(ids == tag, values, 0.0), N)
    assert (found != 0).sum() >= 3
    near = np.abs(found - wanted) <= 1e-3 * (1 + np.abs(wanted))
    assert near.sum() >= N - 1  # a kink within the step


def test_random_methods_by_id_say_how_sure_they_are(model, data):
    one, two = (model.attribute(data, "expected_gradients", "id", draws=300, seed=s) for s in (1, 2))
    for feature, (errors, _) in one.errors.items():
        away = np.abs(one.values[feature][0] - two.values[feature][0])
        assert (away <= 7 * np.hypot(errors, two.errors[feature][0]) + 1e-6).all()
        assert (errors > 0).any()
    part = {name: column[3:7] for name, column in data.items()}
    again = model.attribute(part, "expected_gradients", "id", draws=300, seed=1, reference=data)
    values, offsets = one.values["tags"]
    np.testing.assert_array_equal(again.values["tags"][0], values[offsets[3] : offsets[7]])


def test_neurons_by_id_add_up_to_their_dimensions(small, model, data):
    found = model.attribute(data, "neuron_gradients", "id", layer="l1", baseline="zero").values
    dimensions = model.attribute(data, "neuron_gradients", "dimension", layer="l1", baseline="zero").values
    for feature, (values, offsets) in found.items():
        assert values.shape == (5, offsets[-1])
        owner = np.repeat(np.arange(N), np.diff(offsets))
        for neuron in range(5):
            sums = np.bincount(owner, values[neuron], N)
            np.testing.assert_allclose(sums, dimensions[:, neuron, SPANS[feature]].sum(1), rtol=1e-4, atol=1e-5)


def test_ablation_of_an_id_is_the_score_without_it(small, model, data):
    found = model.attribute(data, "ablation", "id", baseline="zero")
    x, whole = small.inputs(data), small.logits(small.inputs(data))
    for feature, (values, offsets) in found.values.items():
        for r in range(N):
            rows = rows_of(small, data, feature, r)
            known = sum(row is not None for row in rows)
            for k, row in enumerate(rows):
                gone = x[r : r + 1].copy()
                if row is not None:
                    gone[:, SPANS[feature]] -= row / known
                drop = whole[r] - small.logits(gone)[0]
                assert abs(values[offsets[r] + k] - drop) <= 1e-4 * (1 + abs(drop))
    assert np.isnan(found.rest).all()


def test_requests_share_their_ids(model, data):
    data = {**data, "user": data["user"][:4], "tags": data["tags"][:4]}
    requests = [0, 10, 15, 15, N]
    found = model.attribute(data, level="id", requests=requests)
    spread = {**data, **{name: [entry for entry, n in zip(data[name], np.diff(requests)) for _ in range(n)]
                         for name in ("user", "tags")}}
    alone = model.attribute(spread, level="id")
    for feature in found.values:
        np.testing.assert_array_equal(found.values[feature][0], alone.values[feature][0])
        np.testing.assert_array_equal(found.values[feature][1], alone.values[feature][1])


def test_nothing_and_what_is_refused(model, data):
    empty = {"user": [], "tags": [], "ad": np.zeros(0, int), "price": []}
    found = model.attribute(empty, level="id")
    assert found.values["tags"][0].shape == (0,) and found.rest.shape == (0,)
    with pytest.raises(clicklens.Error, match="ids of different candidates"):
        model.sanity_check(data, level="id")
    with pytest.raises(clicklens.Error, match="spec.level: conductance"):
        model.attribute(data, "conductance", "id", layer="l1")
