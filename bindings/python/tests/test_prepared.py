"""Prepared requests: the bits of `score`, arrays read anew in every run, failures by name."""

import numpy as np
import pytest

import clicklens
from conftest import make_data


def shared():
    """Three requests of 2, 0 and 4 candidates."""
    return {**make_data(3, 1), **{k: make_data(6, 2)[k] for k in ("ad", "price")}}, [0, 2, 2, 6]


@pytest.mark.parametrize("output", ["probability", "logit"])
@pytest.mark.parametrize("strands", [1, 3])
def test_runs_have_the_bits_of_score(model, output, strands):
    data, requests = shared()
    prepared = model.prepare(data, requests, output, strands)
    wanted, counts = model.score(data, requests, output, counts=True)
    for _ in range(3):
        assert prepared.run().tobytes() == wanted.tobytes()
        assert prepared.counts == counts
    assert prepared.run() is prepared.scores


def test_more_candidates_than_a_chunk_are_one_run(model):
    data = make_data(3)
    many = {"user": data["user"][:1], "tags": data["tags"][:1], "ad": np.arange(70_000) % 20,
            "price": np.ones(70_000, np.float32)}
    assert model.prepare(many, [0, 70_000]).run().tobytes() == model.score(many, [0, 70_000]).tobytes()


def test_arrays_may_be_written_between_runs(model):
    ad, price = np.zeros(4, np.int64), np.zeros(4, np.float32)
    data = {"user": ["anna"], "tags": [[101]], "ad": ad, "price": price}
    prepared = model.prepare(data, [0, 4])
    before = prepared.run().copy()
    ad[:], price[:] = [3, 1, 19, 7], [0.5, 2, 8, 1]
    after = prepared.run()
    assert after.tobytes() == model.score(data, [0, 4]).tobytes()
    assert after.tobytes() != before.tobytes()


def test_other_precisions_and_caches(model):
    data, requests = shared()
    assert model.prepare(data, requests, precision="int8").run().tobytes() == \
        model.score(data, requests, precision="int8").tobytes()
    cache = model.cache({k: data[k] for k in ("ad", "price")})
    rows = np.arange(6)
    request = {k: data[k] for k in ("user", "tags")}
    assert model.prepare(request, requests, cache=cache, cache_rows=rows).run().tobytes() == \
        model.score(data, requests).tobytes()


def test_strict_runs_fail_by_name_and_go_on_with_good_values(model):
    price = np.array([1, np.nan], np.float32)
    data = {"user": ["anna"], "tags": [[101]], "ad": [1, 2], "price": price}
    model.prepare(data, [0, 2]).run()
    with pytest.raises(clicklens.Error, match="price") as caught:
        model.score(data, [0, 2], strict=True)
    assert caught.value.status == clicklens.Status.BAD_VALUE
    prepared = model.prepare(data, [0, 2], strict=True)
    with pytest.raises(clicklens.Error, match="price") as caught:
        prepared.run()
    assert caught.value.status == clicklens.Status.BAD_VALUE
    price[1] = 2
    assert prepared.run().tobytes() == model.score(data, [0, 2]).tobytes()


def test_two_threads_do_not_run_one_request(model):
    data, requests = shared()
    prepared = model.prepare(data, requests)
    prepared._turn.acquire()  # as a run of another thread's has it
    with pytest.raises(clicklens.Error, match="another thread runs this request") as caught:
        prepared.run()
    assert caught.value.status == clicklens.Status.BAD_STATE
    prepared._turn.release()
    assert prepared.run().tobytes() == model.score(data, requests).tobytes()


def test_what_cannot_be_prepared(model):
    nothing = {"user": [], "tags": [], "ad": [], "price": []}
    with pytest.raises(clicklens.Error, match="no candidates"):
        model.prepare(nothing)
    with pytest.raises(clicklens.Error, match="column 'ad'"):
        model.prepare({"user": ["anna"], "tags": [[101]], "ad": [1, 2], "price": [1.0]}, [0, 1])
