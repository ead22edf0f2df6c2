import numpy as np
import pytest
from conftest import make_data

import clicklens

SIZES = [1, 4, 0, 17, 2]
OFFSETS = np.append(0, np.cumsum(SIZES))


@pytest.fixture
def shared():
    requests, candidates = make_data(len(SIZES), 1), make_data(OFFSETS[-1], 2)
    return {**{k: requests[k] for k in ("user", "tags")}, **{k: candidates[k] for k in ("ad", "price")}}


def cut(model, shared, rows):
    """The columns without what the cache has."""
    scopes = {f.name: f.scope for f in model.features}
    return {k: [v for v, row in zip(column, rows) if row == -1] if scopes[k] == "candidate" else column
            for k, column in shared.items()}


@pytest.mark.parametrize("strands", [1, 3])
def test_cached_candidates_have_the_same_bits(model, shared, strands, monkeypatch):
    cache = model.cache(shared, rows=50, strands=strands)
    assert (cache.info.rows, cache.info.filled) == (50, OFFSETS[-1])
    rows = np.where(np.arange(OFFSETS[-1]) % 3 == 0, -1, np.arange(OFFSETS[-1]))
    wanted = model.score(shared, OFFSETS)
    for chunk in [1 << 16, 3]:
        monkeypatch.setattr(clicklens._batch.Batch.__init__, "__defaults__", (None, chunk))
        got = model.score(cut(model, shared, rows), OFFSETS, strands=strands, cache=cache, cache_rows=rows)
        assert got.tobytes() == wanted.tobytes()
    got = model.score({k: shared[k] for k in ("user", "tags")}, OFFSETS, cache=cache, cache_rows=np.arange(OFFSETS[-1]))
    assert got.tobytes() == wanted.tobytes()


def test_half_rows_are_close(model, shared):
    exact, half = model.cache(shared), model.cache(shared, storage="f16")
    rows, requests = np.arange(OFFSETS[-1]), {k: shared[k] for k in ("user", "tags")}
    assert half.info.row_bytes <= exact.info.row_bytes
    got = model.score(requests, OFFSETS, "logit", cache=half, cache_rows=rows)
    wanted = model.score(shared, OFFSETS, "logit")
    assert np.abs(got - wanted).max() < 1e-2
    assert (got != wanted).any()


def test_a_cache_is_of_one_precision(model, shared):
    rows, requests = np.arange(OFFSETS[-1]), {k: shared[k] for k in ("user", "tags")}
    cache = model.cache(shared, precision="int8")
    got = model.score(requests, OFFSETS, precision="int8", cache=cache, cache_rows=rows)
    assert got.tobytes() == model.score(shared, OFFSETS, precision="int8").tobytes()
    for others in [{}, {"precision": "int8", "full_precision": ["pre"]}]:
        with pytest.raises(clicklens.Error, match="another precision") as caught:
            model.score(requests, OFFSETS, cache=cache, cache_rows=rows, **others)
        assert caught.value.status == clicklens.Status.STALE


def test_rows_can_be_replaced(model, shared):
    cache = model.cache(shared)
    other = make_data(2, 9)
    cache.fill({k: other[k] for k in ("ad", "price")}, [5, 0])
    rows = [5, 0, -1]
    ads = {k: [*other[k], shared[k][3]] for k in ("ad", "price")}
    user = {k: shared[k][:1] for k in ("user", "tags")}
    got = model.score({**user, **{k: ads[k][2:] for k in ads}}, [0, 3], cache=cache, cache_rows=rows)
    assert got.tobytes() == model.score({**user, **ads}, [0, 3]).tobytes()


def test_saliency_of_cached_candidates(model, shared):
    rows = np.arange(OFFSETS[-1])
    requests, means = {k: shared[k] for k in ("user", "tags")}, model.means(shared, OFFSETS)
    wanted = model.saliency(shared, requests=OFFSETS, means=means)
    cache = model.cache(shared, explainable=True)
    got = model.saliency(requests, requests=OFFSETS, means=means, cache=cache, cache_rows=rows)
    assert got.tobytes() == wanted.tobytes()
    with pytest.raises(clicklens.Error, match="explainable") as caught:
        model.saliency(requests, requests=OFFSETS, means=means, cache=model.cache(shared), cache_rows=rows)
    assert caught.value.status == clicklens.Status.BAD_STATE


def test_mistakes_are_named(model, shared):
    cache = model.cache(shared)
    rows = np.arange(OFFSETS[-1])
    requests = {k: shared[k] for k in ("user", "tags")}
    for wrong, message in [({"cache": cache}, "together"), ({"cache_rows": rows}, "together"),
                           ({"cache": 3, "cache_rows": rows}, "Cache"),
                           ({"cache": cache, "cache_rows": rows[:-1]}, "cache_rows"),
                           ({"cache": cache, "cache_rows": rows + 0.5}, "cache_rows"),
                           ({"cache": cache, "cache_rows": rows + 1}, "cache_rows"),
                           ({"cache": cache, "cache_rows": np.full(len(rows), -1)}, "column"),
                           ({"cache": model.untrained(3).cache(shared), "cache_rows": rows}, "another model")]:
        data = shared if wrong.get("cache_rows") is None else requests
        data = {**requests, "ad": [], "price": []} if "column" in message else data
        with pytest.raises(clicklens.Error, match=message):
            model.score(data, OFFSETS, **wrong)
    with pytest.raises(clicklens.Error, match="rows"):
        cache.fill(shared, [1, 2])
    with pytest.raises(clicklens.Error, match="storage"):
        model.cache(shared, storage="f8")
