"""Activations and saliency against NumPy."""

import numpy as np
import pytest

import clicklens

WIDTHS = [3, 3, 3, 1]  # pooled widths of user, tags, ad, price


def gradient(small, x):
    """d logit / d x by central differences in double precision, away from relu's kink."""
    step, made = 1e-6, np.zeros_like(x)
    for c in range(x.shape[1]):
        d = np.zeros(x.shape[1])
        d[c] = step
        made[:, c] = (small.logits(x + d) - small.logits(x - d)) / (2 * step)
    return made


def by_feature(columns):
    return np.add.reduceat(columns, np.cumsum([0, *WIDTHS[:-1]]), axis=1)


def test_activations_are_numpys(small, model, data):
    x = small.inputs(data)
    got = model.activations(data, ["emb", "l1", "hidden", "user"])
    np.testing.assert_allclose(got["emb"], x, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(got["l1"], small.hidden(x), rtol=1e-5, atol=1e-5)
    assert got["l1"].tobytes() == got["hidden"].tobytes()
    np.testing.assert_array_equal(got["user"], got["emb"][:, :3])
    assert list(model.activations(data)) == ["emb", "l1"]


def test_request_values_have_a_row_per_request(model, data):
    shared = {**data, "user": data["user"][:2], "tags": data["tags"][:2]}
    got = model.activations(shared, ["user", "ad"], requests=[0, 20, 50])
    assert got["user"].shape == (2, 3) and got["ad"].shape == (50, 3)


def test_gradient_by_dimension(small, model, data):
    wanted = gradient(small, small.inputs(data))
    got = model.saliency(data, "gradient_l2", "dimension")
    np.testing.assert_allclose(got, wanted, atol=1e-4 * np.abs(wanted).max())


@pytest.mark.parametrize("method", ["gradient_x_input", "gradient_l1", "gradient_l2", "centred"])
def test_levels(small, model, data, method):
    x = small.inputs(data)
    g, mean = gradient(small, x), x.mean(0)
    if method == "gradient_l1":
        features = by_feature(np.abs(g))
        groups = np.stack([features[:, :2].sum(1), features[:, 2:].sum(1)], 1)
    elif method == "gradient_l2":
        squares = by_feature(g**2)
        features = np.sqrt(squares)
        groups = np.sqrt(np.stack([squares[:, :2].sum(1), squares[:, 2:].sum(1)], 1))
    else:
        features = by_feature((x - mean) * g if method == "centred" else x * g)
        groups = np.stack([features[:, :2].sum(1), features[:, 2:].sum(1)], 1)
    np.testing.assert_allclose(model.saliency(data, method, "feature"), features, atol=2e-5)
    np.testing.assert_allclose(model.saliency(data, method), groups, atol=2e-5)


@pytest.mark.parametrize("method", ["centred", "gradient_x_input"])
def test_gradients_of_groups_alone(model, data, method):
    requests = np.arange(0, len(data["ad"]) + 1)
    full = model.saliency(data, method, requests=requests)
    groups = model.saliency(data, method, requests=requests, gradients="groups")
    np.testing.assert_allclose(groups, full, atol=1e-5)
    np.testing.assert_array_equal(groups, model.saliency(data, method, gradients="groups"))
    with pytest.raises(clicklens.Error, match="GROUPS"):
        model.saliency(data, method, "feature", gradients="groups")
    with pytest.raises(clicklens.Error, match="gradients"):
        model.saliency(data, method, gradients="some")


def test_means_and_reference(small, model, data):
    x = small.inputs(data)
    means = model.means(data)
    np.testing.assert_allclose(means, x.mean(0), atol=1e-6)
    first = {k: v[:10] for k, v in data.items()}
    explicit = model.saliency(first, means=means)
    np.testing.assert_array_equal(model.saliency(first, reference=data), explicit)
    zero = model.saliency(first, means=np.zeros_like(means))
    np.testing.assert_allclose(zero, model.saliency(first, "gradient_x_input"), atol=1e-6)
    assert not np.allclose(zero, explicit)
    with pytest.raises(clicklens.Error, match="means must have 10"):
        model.saliency(first, means=[1.0])


def test_ids_add_up_to_their_feature(model, data):
    ids = model.saliency(data, "gradient_x_input", "id")
    features = model.saliency(data, "gradient_x_input", "feature")
    assert list(ids) == ["user", "tags", "ad"]
    for j, (name, (values, offsets)) in enumerate(ids.items()):
        lengths = [len(v) if isinstance(v, list) else int(v is not None) for v in data[name]]
        np.testing.assert_array_equal(np.diff(offsets), lengths)
        sums = [values[b:e].sum() for b, e in zip(offsets, offsets[1:])]
        np.testing.assert_allclose(sums, features[:, j], atol=1e-5)


def test_targets(small, model, data):
    x = small.inputs(data)
    p = 1 / (1 + np.exp(-small.logits(x)))
    logit = model.saliency(data, "gradient_x_input")
    np.testing.assert_allclose(model.saliency(data, "gradient_x_input", target="probability"),
                               logit * (p * (1 - p))[:, None], atol=1e-6)
    neuron = model.saliency(data, "gradient_l2", "dimension", target=("l1", 2))
    active = small.hidden(x)[:, 2] > 0
    assert active.any() and not active.all()
    np.testing.assert_allclose(neuron, np.where(active[:, None], small.arrays["w1"][2], 0), atol=1e-6)


def test_per_request_sums_over_candidates(model, data):
    offsets = np.array([0, 20, 50])
    shared = {**data, "user": data["user"][:2], "tags": data["tags"][:2]}
    single = model.saliency(shared, "gradient_x_input", "feature", requests=offsets)
    summed = model.saliency(shared, "gradient_x_input", "feature", requests=offsets, per_request=True)
    for b, e in ((0, 20), (20, 50)):
        np.testing.assert_allclose(summed[b:e, :2], np.tile(single[b:e, :2].sum(0), (e - b, 1)), atol=1e-4)
    np.testing.assert_array_equal(summed[:, 2:], single[:, 2:])


def test_wrong_names(model, data):
    with pytest.raises(clicklens.Error) as caught:
        model.activations(data, ["absent"])
    assert caught.value.status == clicklens.Status.NOT_FOUND
    with pytest.raises(clicklens.Error, match="method must be one of"):
        model.saliency(data, "magic")
    with pytest.raises(clicklens.Error) as caught:
        model.saliency(data, "centred", "id")
    assert caught.value.status == clicklens.Status.UNSUPPORTED
    with pytest.raises(clicklens.Error, match="task"):
        model.saliency(data, task="sales")


def test_coverage_is_what_the_model_knows(model, data):
    from conftest import USERS

    data["price"][3] = None
    data["price"][4] = float("inf")
    wanted = [[user in USERS, any(100 <= t < 110 for t in tags), ad < 20, price not in (None, float("inf"))]
              for user, tags, ad, price in zip(*data.values())]
    got = model.coverage(data)
    assert got.dtype == bool and got.tolist() == wanted
    shared = {**data, "user": data["user"][:2], "tags": data["tags"][:2]}
    assert model.coverage(shared, [0, 20, 50])[:, 0].tolist() == [wanted[0][0]] * 20 + [wanted[1][0]] * 30


def test_empty_batches_have_empty_shapes(model):
    empty = {"user": [], "tags": [], "ad": np.zeros(0, int), "price": np.zeros(0)}
    for requests in (None, [0]):
        for level, columns in (("group", 2), ("feature", 4), ("dimension", 10)):
            for method in ("centred", "gradient_x_input"):
                assert model.saliency(empty, method, level, requests=requests).shape == (0, columns)
        ids = model.saliency(empty, "gradient_x_input", "id", requests=requests)
        assert {name: (v.shape, o.tolist()) for name, (v, o) in ids.items()} == {
            name: ((0,), [0]) for name in ("user", "tags", "ad")}
        assert model.coverage(empty, requests).shape == (0, 4)


def test_means_need_rows(model, data):
    empty = {"user": [], "tags": [], "ad": np.zeros(0, int), "price": np.zeros(0)}
    for call in (lambda: model.means(empty), lambda: model.saliency(data, reference=empty)):
        with pytest.raises(clicklens.Error, match="no rows to take reference means from"):
            call()
