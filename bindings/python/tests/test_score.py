import threading

import numpy as np
import pytest
from conftest import make_data

import clicklens
from clicklens import _batch, _columns


def test_scores_are_numpys(small, model, data):
    logits = small.logits(small.inputs(data))
    np.testing.assert_allclose(model.score(data, output="logit"), logits, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(model.score(data), 1 / (1 + np.exp(-logits)), rtol=1e-5)


def test_every_form_of_a_column_gives_the_same_bits(model, data):
    wanted = model.score(data)
    flat = np.array([t for tags in data["tags"] for t in tags])
    offsets = np.append(0, np.cumsum([len(t) for t in data["tags"]]))
    forms = {
        "user": [np.array(data["user"], object),
                 [None if u is None else u.encode() for u in data["user"]]],
        "tags": [(flat.astype(np.int16), offsets.astype(np.int32)), (flat.astype(np.uint64), offsets),
                 (flat.astype(str), offsets), [None if not t else tuple(t) for t in data["tags"]],
                 [np.array(t, np.int64) for t in data["tags"]]],
        "ad": [np.array(data["ad"], d) for d in ("i1", "u1", "i4", ">i8", "u8", str, "S8")]
        + [np.array(data["ad"]).reshape(-1, 1), np.repeat(data["ad"], 2)[::2]],
        "price": [np.array(data["price"], d) for d in (np.float32, np.float64)]
        + [np.array(data["price"], np.float32).reshape(-1, 1), [repr(p) for p in data["price"]]],
    }
    for name, columns in forms.items():
        for column in columns:
            got = model.score({**data, name: column})
            assert got.tobytes() == wanted.tobytes(), (name, column)


def test_nothing_is_copied_when_the_type_allows(model):
    features = {f.name: f for f in model.features}
    ad, price = np.arange(5, dtype=np.int32), np.zeros((5, 1), np.float32)
    tags = (np.arange(7, dtype=np.uint8), np.array([0, 1, 2, 3, 4, 7]))
    assert np.shares_memory(_columns.prepare(features["ad"], ad).values, ad)
    assert np.shares_memory(_columns.prepare(features["price"], price).values, price)
    column = _columns.prepare(features["tags"], tags)
    assert np.shares_memory(column.values, tags[0]) and np.shares_memory(column.row_offsets, tags[1])


@pytest.mark.parametrize("strands", [1, 3])
def test_sharing_a_request_changes_no_bit(model, strands):
    sizes = [1, 4, 0, 17, 2]
    offsets = np.append(0, np.cumsum(sizes))
    requests, candidates = make_data(len(sizes), 1), make_data(offsets[-1], 2)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    shared = {**{k: requests[k] for k in ("user", "tags")}, **{k: candidates[k] for k in ("ad", "price")}}
    alone = {**shared, **{k: [requests[k][r] for r in owner] for k in ("user", "tags")}}
    assert model.score(shared, offsets, strands=strands).tobytes() == model.score(alone).tobytes()


def test_chunks_change_no_bit(model, data, monkeypatch):
    offsets = np.array([0, 3, 3, 20, 21, 50])
    shared = {**data, **{k: data[k][:5] for k in ("user", "tags")}}
    whole, whole_shared = model.score(data), model.score(shared, offsets)
    layers, saliency = model.activations(shared, requests=offsets), model.saliency(shared, requests=offsets)
    ids = model.saliency(shared, "gradient_x_input", "id", requests=offsets)
    for size in (1, 7, 49, 50):
        monkeypatch.setattr(_batch.Batch.__init__, "__defaults__", (None, size))
        assert model.score(data).tobytes() == whole.tobytes()
        assert model.score(shared, offsets).tobytes() == whole_shared.tobytes()
        for name, array in model.activations(shared, requests=offsets).items():
            assert array.tobytes() == layers[name].tobytes()
        np.testing.assert_allclose(model.saliency(shared, requests=offsets), saliency, rtol=1e-5, atol=1e-6)
        for name, part in model.saliency(shared, "gradient_x_input", "id", requests=offsets).items():
            assert part[0].tobytes() == ids[name][0].tobytes() and (part[1] == ids[name][1]).all()


def test_threads_share_a_model(model):
    sets = [make_data(40, seed) for seed in range(8)]
    wanted = [model.score(d).tobytes() for d in sets]
    wrong = []

    def work(d, bits):
        wrong.extend(1 for _ in range(20) if model.score(d).tobytes() != bits)

    threads = [threading.Thread(target=work, args=pair) for pair in zip(sets, wanted)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert not wrong


def test_counts_say_what_was_met(model):
    data = {"user": ["anna", None, "nobody"], "tags": [[100, 5], [], [101]], "ad": [1, 20, 2],
            "price": [1.0, float("inf"), 2.0]}
    _, counts = model.score(data, counts=True)
    assert counts.unknown == 3 and counts.missing >= 2 and counts.bad_values == 1 and counts.non_finite == 0


def test_empty_batches(model):
    empty = {"user": [], "tags": [], "ad": np.zeros(0, int), "price": np.zeros(0)}
    assert model.score(empty).shape == (0,)
    assert model.score(empty, np.zeros(1, int)).shape == (0,)
    assert model.activations(empty)["l1"].shape == (0, 5)


def test_other_columns_are_ignored(model, data):
    assert model.score({**data, "else": ["x"]}).tobytes() == model.score(data).tobytes()


@pytest.mark.parametrize("name, column, message", [
    ("ad", ["x"] * 50, "column 'ad'.*'x' is not a 64-bit integer"),
    ("ad", [0.5] * 50, "column 'ad'.*integers wanted"),
    ("ad", [1] * 49, "column 'ad' has 49 entries"),
    ("price", ["1.5 "] * 50, "column 'price'.*is not a number"),
    ("price", np.zeros((50, 2)), "column 'price'.*1 floats an entry"),
    ("tags", (np.zeros(3, int), np.array([0, 3])), "column 'tags' has 1 entries"),
    ("tags", (np.zeros(3, int), np.append(np.zeros(50, int), 4)), "tags"),
    ("user", [1.5] * 50, "column 'user'.*strings wanted"),
])
def test_bad_columns_are_named(model, data, name, column, message):
    with pytest.raises(clicklens.Error, match=message) as caught:
        model.score({**data, name: column})
    assert caught.value.status == clicklens.Status.BAD_BATCH


def test_bad_requests_and_missing_features(model, data):
    with pytest.raises(clicklens.Error, match="offsets"):
        model.score(data, [0, 30, 20, 50])
    with pytest.raises(clicklens.Error, match="'ad'") as caught:
        model.score({k: v for k, v in data.items() if k != "ad"})
    assert caught.value.status == clicklens.Status.NOT_FOUND
    with pytest.raises(clicklens.Error, match="none of the model's features"):
        model.score({})
    with pytest.raises(clicklens.Error, match="output"):
        model.score(data, output="odds")


def test_request_offsets():
    assert clicklens.request_offsets(["a", "a", "b", "a"]).tolist() == [0, 2, 3, 4]
    assert clicklens.request_offsets([]).tolist() == [0]
