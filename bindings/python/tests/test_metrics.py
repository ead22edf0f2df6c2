import numpy as np
import pytest
from conftest import make_data

import clicklens
from clicklens._metrics import group_key


def rows(n=3000, seed=0):
    draws = np.random.default_rng(seed)
    logits = np.round(draws.normal(-1, 1, n), 2).astype(np.float32)  # rounded: ties
    labels = (draws.random(n) < 1 / (1 + np.exp(-logits))).astype(int)
    return logits, labels, draws.integers(0, 300, n)


def test_against_scikit_learn():
    sklearn = pytest.importorskip("sklearn.metrics")
    logits, labels, users = rows()
    metrics = clicklens.Metrics()
    metrics.add(logits, labels, groups=users, clusters=users)
    got = metrics.result()
    p = 1 / (1 + np.exp(-logits.astype(np.float64)))
    loss = sklearn.log_loss(labels, p)
    rate = labels.mean()
    assert got.rows == 3000 and got.clicks == labels.sum() and got.enough_data
    assert got.auc == pytest.approx(sklearn.roc_auc_score(labels, logits), abs=1e-9)
    assert got.logloss == pytest.approx(loss, abs=1e-9)
    assert got.normalized_entropy == pytest.approx(loss / -(rate * np.log(rate) + (1 - rate) * np.log(1 - rate)))
    assert got.calibration == pytest.approx(p.sum() / labels.sum(), abs=1e-9)
    both = [users == u for u in np.unique(users) if 0 < labels[users == u].sum() < (users == u).sum()]
    gauc = np.average([sklearn.roc_auc_score(labels[m], logits[m]) for m in both], weights=[m.sum() for m in both])
    assert got.gauc == pytest.approx(gauc, abs=1e-9)


def test_merging_is_adding():
    logits, labels, users = rows()
    whole, left, right = clicklens.Metrics(), clicklens.Metrics(), clicklens.Metrics()
    whole.add(logits, labels, users, users)
    left.add(logits[:1000], labels[:1000], users[:1000], users[:1000])
    right.add(logits[1000:], labels[1000:], users[1000:], users[1000:])
    left.merge(right)
    assert left.result() == whole.result()


def test_negative_rate_reweighs():
    logits, labels, _ = rows()
    keep = (labels == 1) | (np.arange(len(labels)) % 4 == 0)
    metrics = clicklens.Metrics(negative_rate=0.25)
    metrics.add(logits[keep], labels[keep])
    p = 1 / (1 + np.exp(-logits[keep].astype(float)))
    w = np.where(labels[keep] == 1, 1, 4)
    assert metrics.result().calibration == pytest.approx((w * p).sum() / labels[keep].sum(), rel=1e-9)


def test_group_keys_are_integers_or_hashes():
    assert group_key("17") == 17 and group_key("-1") == 2**64 - 1
    assert group_key("") == 0xCBF29CE484222325
    assert group_key("a") == 0xAF63DC4C8601EC8C  # published FNV-1a value
    logits, labels, users = rows()
    results = []
    for keys in (users, users.astype(str), users.astype("S"), users.astype(object)):
        metrics = clicklens.Metrics()
        metrics.add(logits, labels, keys, keys)
        results.append(metrics.result())
    assert all(r == results[0] for r in results)


def test_model_evaluate(model):
    data = make_data(500)
    labels = np.random.default_rng(0).integers(0, 2, 500)
    metrics = clicklens.Metrics()
    metrics.add(model.score(data, output="logit"), labels, clusters=data["ad"])
    found = model.evaluate(data, labels, clusters=data["ad"])
    assert found.auc == metrics.result().auc and found.auc_se == metrics.result().auc_se


@pytest.mark.parametrize("labels", [[0, 2], [0, 0.5], ["x", "1"], [0, float("nan")], [0]])
def test_bad_labels(labels):
    with pytest.raises(clicklens.Error):
        clicklens.Metrics().add([0.0, 1.0], labels)
