"""Recorder and replay, saliency sums and importance: against NumPy and the model's own scores."""

import numpy as np
import pytest

import clicklens


def data_of(draws, requests=30, each=4):
    n = requests * each
    return {"user": [["anna"], ["ben"], ["δ"]] * (requests // 3),
            "tags": [[int(t) for t in draws.integers(98, 112, i % 4)] for i in range(requests)],
            "ad": draws.integers(0, 20, n), "price": draws.uniform(0, 9, n).astype(np.float32)}, np.arange(0, n + 1, each)


@pytest.fixture(name="day")
def make_day():
    return data_of(np.random.default_rng(5))


def test_what_is_recorded_replays_to_the_same_bits(model, day, tmp_path):
    data, requests = day
    keys = np.arange(1000, 1030)
    with clicklens.Recorder(model, tmp_path / "day") as recorder:
        scores = recorder.score(data, keys, requests, output="logit")
        recorder.flush()
        assert recorder.stats.sampled == 30 and recorder.stats.records >= 1
    np.testing.assert_array_equal(scores, model.score(data, requests, output="logit"))
    files = sorted(tmp_path.glob("*.clrec"))
    again = clicklens.replay(model, files)
    np.testing.assert_array_equal(again.scores, scores)
    np.testing.assert_array_equal(again.recorded, scores)
    np.testing.assert_array_equal(again.keys, np.repeat(keys, 4))
    np.testing.assert_array_equal(again.candidates, np.tile(np.arange(4), 30))
    assert again.same_model and again.corrupted == 0 and again.torn_bytes == 0
    other = clicklens.replay(model.untrained(3), files)
    assert not other.same_model and (other.scores != scores).any()
    assert np.isnan(clicklens.replay(model, files, output="probability").recorded).all()


def test_a_torn_file_replays_what_is_whole(model, day, tmp_path):
    data, requests = day
    with clicklens.Recorder(model, tmp_path / "day") as recorder:
        for key in range(3):
            recorder.score(data, np.arange(30) + 100 * key, requests)
    path = next(tmp_path.glob("*.clrec"))
    path.write_bytes(path.read_bytes()[:-9])
    again = clicklens.replay(model, path)
    assert len(again.scores) == 240 and again.torn_bytes > 0


def test_recorder_tells_what_is_wrong(model, day, tmp_path):
    data, requests = day
    with pytest.raises(clicklens.Error, match="sample_rate"):
        clicklens.Recorder(model, tmp_path / "day", sample_rate=2)
    with clicklens.Recorder(model, tmp_path / "day") as recorder:
        with pytest.raises(clicklens.Error, match="30 whole numbers") as refused:
            recorder.score(data, np.arange(7), requests)
        assert refused.value.status == clicklens.Status.BAD_BATCH
        recorder.score(data, np.arange(30), requests)
        fewer = {name: column for name, column in data.items() if name != "price"}
        with pytest.raises(clicklens.Error):
            recorder.score(fewer, np.arange(30), requests)
    with pytest.raises(clicklens.Error, match="not a recording|shorter"):
        path = tmp_path / "no.clrec"
        path.write_bytes(b"x" * 200)
        clicklens.replay(model, path)


def test_shares_are_ratios_of_means_and_merge_exactly():
    draws = np.random.default_rng(2)
    values = draws.normal(size=(500, 3)).astype(np.float32) * [1, 2, 4]
    users = draws.integers(0, 60, 500)
    whole, parts = clicklens.SaliencySums(3), clicklens.SaliencySums(3)
    whole.add(values, users)
    for begin, end in ((300, 500), (0, 300)):
        part = clicklens.SaliencySums(3)
        part.add(values[begin:end], users[begin:end])
        parts.merge(part)
    assert whole.compute() == parts.compute()
    means = np.abs(values.astype(np.float32).astype(np.float64)).mean(0)
    np.testing.assert_allclose([g.share for g in whole.compute()], means / means.sum(), rtol=1e-12)
    assert [g.rank for g in whole.compute()] == [3, 2, 1]
    other = clicklens.SaliencySums(3)
    other.add(values * [1, 1, 2], users)
    contrast = whole.contrast(other)
    assert contrast[2].log_ratio > 0.1 and contrast[2].finding
    with pytest.raises(clicklens.Error, match="3 columns"):
        whole.add(values[:, :2])


def test_importance_finds_the_group_that_clicks_follow(model, day):
    data, requests = day
    scores = model.score(data, requests, output="logit")
    labels = (scores > np.median(scores)).astype(np.uint8)  # AUC 1: permuting can only lose
    users = np.repeat(np.arange(30), 4)
    measured = clicklens.Importance(model, data, labels, users, requests, draws=6)
    groups = measured.groups()
    assert list(groups) == list(model.groups)
    for group in groups.values():
        assert group.auc == 1 and 0 <= group.drop <= 1 and group.low <= group.drop <= group.high
    assert max(group.drop for group in groups.values()) > 0.05
    same = measured.compare(measured)
    assert all(d.difference == 0 and not d.memorises for d in same.values())
    assert clicklens.Importance(model, data, labels, users, requests, draws=6).groups() == groups
    with pytest.raises(clicklens.Error, match="labels"):
        clicklens.Importance(model, data, labels + 1, users, requests)


def test_importance_by_ablation_is_the_mean_of_what_rows_lose(model, day):
    data, requests = day
    scores = model.score(data, requests, output="logit").astype(np.float64)
    labels = (scores > np.median(scores)).astype(np.uint8)
    groups = clicklens.Importance(model, data, labels, requests=requests, method="ablation").groups()
    drops = model.attribute(data, "ablation", baseline="mean", requests=requests).values.astype(np.float64)
    for column, group in enumerate(groups.values()):
        without = scores - drops[:, column]
        apart = without[labels == 1][:, None] - without[labels == 0]
        won = np.where(np.abs(apart) < 1e-5, 0, np.sign(apart)).mean() / 2 + 0.5  # drops are rounded: rows that tie
        loss = [np.logaddexp(0, np.where(labels == 1, -z, z)).mean() for z in (scores, without)]
        assert group.auc == 1 and np.isnan(group.drop_sd)
        np.testing.assert_allclose(group.permuted_auc, won, atol=1e-9)
        np.testing.assert_allclose((group.log_loss, group.log_loss + group.log_loss_rise), loss, atol=1e-6)
        np.testing.assert_allclose(group.effect, drops[:, column].mean(), atol=1e-6)
    with pytest.raises(clicklens.Error, match="method"):
        clicklens.Importance(model, data, labels, requests=requests, method="moon")
