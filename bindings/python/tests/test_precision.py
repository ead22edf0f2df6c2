import numpy as np
import pytest
from conftest import make_data

import clicklens


@pytest.fixture(scope="module")
def days(model):
    data = make_data(600, seed=5)
    logits = model.score(data, output="logit")
    return data, (logits + np.random.default_rng(1).logistic(size=600) > np.median(logits)).astype(int)


def has_bf16(model):
    try:
        model.score(make_data(1), precision="bf16")
    except clicklens.Error as error:
        assert error.status == clicklens.Status.UNSUPPORTED and "bf16" in error.message
        return False
    return True


def auc(scores, labels):
    clicks, others = scores[labels == 1], scores[labels == 0]
    return ((clicks[:, None] > others).sum() + 0.5 * (clicks[:, None] == others).sum()) / (clicks.size * others.size)


def quantised(x, axis):
    amax = np.abs(x).max(axis=axis, keepdims=True).astype(np.float32)
    factor = np.float32(127) / np.where(amax == 0, 1, amax).astype(np.float32)
    return np.rint(x.astype(np.float32) * factor).astype(np.int64), amax / np.float32(127)


def test_int8_scores_are_numpys(small, model):
    # request and candidate parts have scales of their own, and the user is of request scope
    data = make_data(50, seed=9)
    emb = model.activations(data, ["emb"])["emb"]
    w, scale_w = quantised(small.arrays["w1"], 1)
    pre = small.arrays["b1"].astype(np.float64)
    for part in (slice(0, 6), slice(6, None)):
        q, scale = quantised(emb[:, part], 1)
        pre = pre + (q @ w[:, part].T) * (scale.astype(np.float64) * scale_w.T.astype(np.float64))
    logits = (np.maximum(pre, 0) @ small.arrays["w2"].T.astype(float) + small.arrays["b2"])[:, 0]
    int8 = model.score(data, output="logit", precision="int8")
    np.testing.assert_allclose(int8, logits, rtol=1e-5, atol=1e-5)
    assert (int8 != model.score(data, output="logit")).any()


def test_bits_do_not_depend_on_strands_or_sharing(model, days):
    data, _ = days
    wanted = model.score(data, precision="int8")
    for strands in (1, 2, 4):
        assert (model.score(data, precision="int8", strands=strands) == wanted).all()
    hidden = model.activations(data, ["l1"], precision="int8")["l1"]
    assert (hidden != model.activations(data, ["l1"])["l1"]).any()


def test_named_linears_stay_in_float32(model, days):
    data, _ = days
    assert (model.score(data, precision="int8", full_precision=["pre"]) == model.score(data)).all()


def test_bf16_is_near_float32(model, days):
    if not has_bf16(model):
        pytest.skip("no bf16 here")
    data, _ = days
    assert np.abs(model.score(data, precision="bf16") - model.score(data)).max() < 0.02


def test_report(model, days):
    data, labels = days
    report = clicklens.precision_report(model, data, labels)
    full, int8 = (model.score(data, output="logit", precision=p) for p in ("f32", "int8"))
    assert report.rows == 600 and report.clicks == labels.sum()
    assert report.f32.auc == pytest.approx(auc(full, labels), abs=1e-12)
    assert report.reduced.auc == pytest.approx(auc(int8, labels), abs=1e-12)
    gap = np.abs(1 / (1 + np.exp(-int8.astype(float))) - 1 / (1 + np.exp(-full.astype(float))))
    assert report.reduced.largest_difference == pytest.approx(gap.max(), rel=1e-9)
    assert report.reduced.mean_difference == pytest.approx(gap.mean(), rel=1e-9)
    assert [linear.value for linear in report.linears] == ["pre"]
    assert report.linears[0].auc_loss == report.f32.auc - report.reduced.auc
    assert report.f32.auc - report.chosen.auc <= 0.0005
    assert report == clicklens.precision_report(model, data, labels, strands=3)


def test_report_spares_what_loses(model, days):
    data, _ = days
    full, int8 = (model.score(data, output="logit", precision=p) for p in ("f32", "int8"))
    # a cut between neighbours that int8 swaps
    cut = next(z for z in np.sort(full)[:-1] if int8[full <= z].max() > int8[full > z].min())
    report = clicklens.precision_report(model, data, full > cut, auc_loss=1e-12)
    assert report.f32.auc == 1 and report.reduced.auc < 1
    assert report.full_precision == ["pre"] and report.chosen.auc == 1


@pytest.mark.parametrize("change, message", [
    ({"precision": "int4"}, "precision must be one of"),
    ({"precision": "f32"}, "options.precision"),
    ({"auc_loss": 0}, "auc_loss"),
    ({"auc_loss": -1.0}, "options.auc_loss"),
    ({"labels": [0, 1]}, "labels has 2 rows"),
    ({"labels": np.ones(600, int)}, "no AUC"),
    ({"task": "cvr"}, "task"),
])
def test_report_names_what_it_refuses(model, days, change, message):
    data, labels = days
    with pytest.raises(clicklens.Error, match=message):
        clicklens.precision_report(model, data, **{"labels": labels, **change})


def test_score_names_what_it_refuses(model, data):
    with pytest.raises(clicklens.Error, match="precision must be one of"):
        model.score(data, precision=8)
    with pytest.raises(clicklens.Error, match="which no linear makes"):
        model.score(data, precision="int8", full_precision=["emb"])
