"""Attribution against NumPy on the small network, and what is refused."""

import numpy as np
import pytest

import clicklens

DIM, N = 3, 12


@pytest.fixture
def data():
    draws = np.random.default_rng(5)
    return {"user": ["anna", "ben", "δ"] * 4, "tags": [list(draws.integers(100, 110, 3)) for _ in range(N)],
            "ad": draws.integers(0, 20, N), "price": [float(v) for v in draws.normal(size=N)]}


@pytest.fixture
def host(small, model):
    return small, model


def gradients(small, x):
    """d logit / d inputs."""
    on = small.hidden(x) > 0
    return (on * small.arrays["w2"]) @ small.arrays["w1"].astype(float)


def grouped(values):
    return np.stack([values[:, : 2 * DIM].sum(1), values[:, 2 * DIM :].sum(1)], 1)


def test_pooled_inputs_are_the_networks(host, data):
    small, model = host
    np.testing.assert_allclose(model.pooled(data), small.inputs(data), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("baseline", ["mean", "zero"])
def test_integrated_gradients_are_numpys(host, data, baseline):
    small, model = host
    x = small.inputs(data)
    start = x.mean(0) if baseline == "mean" else np.zeros(x.shape[1])
    nodes, weights = np.polynomial.legendre.leggauss(50)
    mean = sum(w / 2 * gradients(small, start + (1 + n) / 2 * (x - start)) for n, w in zip(nodes, weights))
    found = model.attribute(data, baseline=baseline)
    np.testing.assert_allclose(found.values, grouped((x - start) * mean), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(found.score, small.logits(x), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found.total, found.values.sum(1), rtol=1e-4, atol=1e-5)
    left = np.abs(found.score - found.baseline - found.total)
    assert (found.steps == 50).all() and (found.gap <= left / np.abs(found.values).sum(1) + 1e-12).all()
    assert found.errors is None and np.isnan(found.bias).all()


def test_deeplift_and_ablation_by_groups(host, data):
    small, model = host
    x = small.inputs(data)
    start = x.mean(0)
    found = model.attribute(data, "deeplift")
    np.testing.assert_allclose(found.total, small.logits(x) - small.logits(start[None]), rtol=1e-4, atol=1e-4)
    drops = model.attribute(data, "ablation").values
    for group, columns in enumerate((slice(0, 2 * DIM), slice(2 * DIM, None))):
        gone = x.copy()
        gone[:, columns] = start[columns]
        np.testing.assert_allclose(drops[:, group], small.logits(x) - small.logits(gone), rtol=1e-4, atol=1e-4)


def test_additive_parts_are_the_logit(host, data):
    small, model = host
    found = model.additive(data)
    x = small.inputs(data)
    np.testing.assert_allclose(found.values, grouped(x * gradients(small, x)), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found.values.sum(1) + found.bias, small.logits(x), rtol=1e-4, atol=1e-5)
    assert (found.gap <= 1e-5).all()


def test_layers(host, data):
    small, model = host
    x = small.inputs(data)
    neurons = model.attribute(data, "neuron_gradients", "dimension", layer="l1", gradients_only=True).values
    assert neurons.shape == (N, 5, x.shape[1])
    wanted = (small.hidden(x) > 0)[:, :, None] * small.arrays["w1"].astype(float)[None]
    np.testing.assert_allclose(neurons, wanted, rtol=1e-6, atol=1e-6)
    conductance = model.attribute(data, "conductance", layer="l1")
    np.testing.assert_allclose(conductance.values, (small.hidden(x) - small.hidden(x.mean(0)[None])) * small.arrays["w2"],
                               rtol=1e-4, atol=1e-4)


def test_random_methods_say_how_sure_they_are(host, data):
    small, model = host
    one, two = (model.attribute(data, "expected_gradients", draws=400, seed=s) for s in (1, 2))
    assert (one.values != two.values).any()
    np.testing.assert_array_less(np.abs(one.values - two.values), 6 * np.hypot(one.errors, two.errors) + 1e-6)
    np.testing.assert_array_equal(one.values, model.attribute(data, "expected_gradients", draws=400, seed=1).values)
    part = {name: column[3:5] for name, column in data.items()}
    again = model.attribute(part, "expected_gradients", draws=400, seed=1, reference=data)
    np.testing.assert_array_equal(again.values, one.values[3:5])  # neither place nor neighbours matter
    assert (model.attribute(data, "smoothgrad", noise=0.5).errors >= 0).all()


def test_what_is_refused(host, data):
    _, model = host
    for given, words in [({"method": "guess"}, "method must be"), ({"baseline": "median"}, "baseline must be"),
                         ({"baseline": np.zeros(3)}, "baseline must be rows"), ({"method": "conductance"}, "layer: needed"),
                         ({"layer": "l1"}, "layer: not read"), ({"steps": 5000}, "spec.steps"),
                         ({"tolerance": float("nan")}, "spec.tolerance"), ({"level": "guess"}, "level must be"),
                         ({"level": "id", "method": "conductance", "layer": "l1"}, "spec.level"),
                         ({"baseline": np.zeros((2, 10))}, "baseline has 2 rows")]:
        with pytest.raises(clicklens.Error, match=words):
            model.attribute(data, **given)


def test_no_candidates(host):
    _, model = host
    empty = {"user": [], "tags": [], "ad": np.zeros(0, int), "price": []}
    assert model.attribute(empty).values.shape == (0, 2)
    assert model.additive(empty).bias.shape == (0,)


def test_faithfulness(host, data):
    _, model = host
    smooth, rough = (model.faithfulness(data, size=size) for size in (1e-3, 1.0))
    assert smooth.shape == (N,) and (smooth >= 0).all() and rough.mean() > smooth.mean()
    assert (model.faithfulness(data, "sensitivity", size=1e-6, baseline="zero") < 0.5).any()
    with pytest.raises(clicklens.Error, match="kind must be"):
        model.faithfulness(data, "trust")
    assert model.faithfulness({"user": [], "tags": [], "ad": np.zeros(0, int), "price": []}).shape == (0,)


def test_layers_drawn_anew_change_the_ranking(host, data):
    _, model = host
    found = model.sanity_check(data, level="dimension")
    assert len(found) == 3  # the last linear, both, and tables too
    assert all(-1 <= r <= 1 for r in found) and min(found) < 0.9
    top = model.randomised(7, 1)
    assert top.info.id not in (model.info.id, model.untrained(7).info.id)
    np.testing.assert_array_equal(top.activations(data, ["l1"])["l1"], model.activations(data, ["l1"])["l1"])
    assert (top.score(data, output="logit") != model.score(data, output="logit")).any()
    assert model.randomised(7, 3).info.id == model.untrained(7).info.id
    assert model.randomised(7, 0).info.id == model.info.id


def test_rank_correlation_is_spearmans():
    from clicklens._attribution import rank_correlation

    stats = pytest.importorskip("scipy.stats")
    draws = np.random.default_rng(2)
    for _ in range(20):
        a, b = draws.integers(0, 6, 15), draws.normal(size=15)
        assert abs(rank_correlation(a, b) - stats.spearmanr(a, b)[0]) < 1e-12
    assert np.isnan(rank_correlation([1, 1], [1, 2]))
