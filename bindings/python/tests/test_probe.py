"""Probes: against scikit-learn, a network whose truth is built in, saved probes, early exit."""

import numpy as np
import pytest
from conftest import make_data
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import clicklens


@pytest.fixture(scope="module")
def fitted(model):
    sets = []
    for seed in (1, 2):
        data, draws = make_data(4000, seed), np.random.default_rng(seed)
        logits = model.score(data, output="logit")
        labels = draws.random(4000) < 1 / (1 + np.exp(-2 * (logits - logits.mean())))
        rows = clicklens.ProbeRows(model)
        rows.add(data, labels, draws.integers(0, 300, 4000), controls=data["ad"])
        sets.append((rows, labels.astype(int), logits, data))
    return clicklens.Probe.fit(sets[0][0], lambda_=1e-3), *sets


def test_equals_scikit_learn(model, fitted):
    probe, (rows, labels, *_), (other, other_labels, *_) = fitted
    for index in range(len(probe)):
        info, (mean, sd, coefficients) = probe.info(index), probe.coefficients(index)
        x = rows.activations(index).astype(np.float64)
        used = sd > 1e-6 * sd.max()
        np.testing.assert_allclose(mean, x.mean(0), rtol=1e-12, atol=1e-12)
        u = ((x - mean) / np.where(used, sd, 1))[:, used]
        oracle = LogisticRegression(C=1 / (1e-3 * len(x)), solver="newton-cholesky", tol=1e-12, max_iter=200)
        oracle.fit(u, labels)
        z = u @ oracle.coef_[0] + oracle.intercept_[0]
        objective = np.mean(np.logaddexp(0, np.where(labels, -z, z))) + 5e-4 * (oracle.coef_[0] ** 2).sum()
        assert info.converged and info.objective == pytest.approx(objective, rel=1e-8)
        assert (coefficients[~used] == 0).all()
        np.testing.assert_allclose(probe.logits(index, rows), z, atol=1e-4)
        figures, _ = probe.evaluate(index, other)
        assert figures.auc == pytest.approx(roc_auc_score(other_labels, probe.logits(index, other)), abs=1e-5)


def test_controls_find_nothing_where_nothing_is(fitted):
    probe, (rows, *_), (other, *_) = fitted
    shuffled = probe.control(1, "shuffled", rows, other)
    assert shuffled.eval_auc_mean == pytest.approx(0.5, abs=0.02) and shuffled.fit_auc_mean > shuffled.eval_auc_mean
    assert probe.control(1, "shuffled", rows, other) == shuffled
    task = probe.control(0, "random_task", rows, other)
    assert task.eval_auc_mean > 0.55 and task.eval_rows > 0  # an ad's embedding tells ads apart


def xor_model(path):
    """Two ids whose exclusive or is the click: not linear in emb, linear in l1, l2 a copy of l1."""
    b = clicklens.Builder("xor")
    sign = np.array([[-1.0], [1.0]])
    x = b.concat([b.embedding(b.sparse(n, n, encoder=b.identity(2)), sign) for n in "ab"], "emb")
    h = b.relu(b.linear(x, np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([-1.0, -1.0])), "h")
    copy = b.relu(b.linear(h, np.eye(2)), "copy")
    for name, value in (("emb", x), ("l1", h), ("l2", copy)):
        b.layer(name, value)
    b.output("ctr", b.linear(copy, np.ones((1, 2)), np.array([-0.5])))
    b.save(path)
    return clicklens.open(path)


def test_exclusive_or(tmp_path):
    model, rows = xor_model(tmp_path / "xor.clens"), []
    for seed in (0, 1):
        draws = np.random.default_rng(seed)
        a, b = draws.integers(0, 2, (2, 4000))
        rows.append(clicklens.ProbeRows(model))
        rows[-1].add({"a": a, "b": b}, a ^ b, np.arange(4000))
    probe = clicklens.Probe.fit(rows[0])
    aucs = [probe.evaluate(i, rows[1])[0].auc for i in range(3)]
    assert aucs[0] == pytest.approx(0.5, abs=0.05) and aucs[1] == 1 and aucs[2] == 1
    step = probe.difference(1, 2, rows[1])
    assert step.high < 0.002 and step.difference == 0
    assert probe.difference(0, 1, rows[1]).low > 0.4


def test_numbers_are_ridge_regression(model):
    data = make_data(2000, 5)
    rows = clicklens.ProbeRows(model, ["l1"])
    rows.add(data)
    target = rows.activations(0).astype(np.float64) @ np.arange(1, 6) + np.random.default_rng(0).normal(size=2000)
    rows.relabel(targets=target)
    probe = clicklens.Probe.fit(rows, numeric=True, lambda_=1e-4)
    _, r2 = probe.evaluate(0, rows)
    assert r2 == pytest.approx(1 - 1 / target.var(), abs=0.02)


def test_saved_attached_and_scored_inside_a_session(model, small, fitted, tmp_path):
    probe, (rows, _, logits, data), _ = fitted
    probe.save(tmp_path / "p.probe")
    probe.attach(small.path, tmp_path / "with.clens")
    carrier = clicklens.open(tmp_path / "with.clens", verify=True)
    np.testing.assert_array_equal(carrier.score(data), model.score(data))
    for again, of in ((clicklens.Probe.open(tmp_path / "p.probe", model), model), (carrier.probe(), carrier)):
        inside = of.probe_logits(data, again)
        assert inside.shape == (4000, len(probe))
        for index in range(len(probe)):
            np.testing.assert_allclose(inside[:, index], probe.logits(index, rows), rtol=1e-4, atol=1e-4)


def test_early_exit(model, fitted):
    probe, (_, _, logits, data), _ = fitted
    inside = model.probe_logits(data, probe)[:, 1]
    bound = float(np.quantile(inside, 0.4))
    scores, exited = model.score_early(data, probe, 1, bound, output="logit")
    stopped = inside < np.float32(bound)
    assert exited == stopped.sum() > 0
    np.testing.assert_array_equal(scores, np.where(stopped, inside, logits))


def test_compare_auc():
    draws = np.random.default_rng(0)
    labels, a = draws.integers(0, 2, 500), draws.normal(size=500)
    b = a + labels
    found = clicklens.compare_auc(a, b, labels, np.arange(500) // 5)
    assert found.auc_a == pytest.approx(roc_auc_score(labels, a.astype(np.float32)), abs=1e-12)
    assert found.difference == pytest.approx(found.auc_b - found.auc_a, abs=1e-15)
    assert found.low < found.difference < found.high and found.delong_clustered_se > 0


def test_delong_published_example():
    """Ratings of 109 CT images (Hanley and McNeil 1982, table I); area, standard error and interval after DeLong as
    the Stata Base Reference Manual prints them for these data (roctab)."""
    normal, abnormal = [33, 6, 6, 11, 2], [3, 2, 2, 11, 33]
    ratings = np.concatenate([np.repeat(np.arange(1, 6), counts) for counts in (normal, abnormal)])
    labels = np.repeat([0, 1], [sum(normal), sum(abnormal)])
    found = clicklens.compare_auc(np.zeros(109), ratings, labels)
    assert (round(found.auc_b, 4), round(found.delong_se_b, 4)) == (0.8932, 0.0307)
    low, high = (found.auc_b + sign * 1.959964 * found.delong_se_b for sign in (-1, 1))
    assert (round(low, 5), round(high, 5)) == (0.83295, 0.95339)
