import numpy as np
import pytest
from conftest import Small, make_data

import clicklens


@pytest.fixture
def versions(tmp_path):
    """Two versions of the small model, as files, and another that is no version."""
    paths = [tmp_path / name for name in ("a.clens", "b.clens", "c.clens")]
    first, second, third = Small(), Small(), Small()
    second.arrays["ad"] = first.arrays["ad"].copy()
    second.arrays["ad"][[3, 11]] += 1
    second.arrays["b2"] = first.arrays["b2"] + 1
    third.arrays["w1"] = first.arrays["w1"] * 2
    for small, path in zip((first, second, third), paths):
        small.build().save(path)
    return [clicklens.open(path) for path in paths], paths


@pytest.mark.parametrize("copied_below", [1, 1 << 20])
def test_applied_it_is_the_other_model(versions, tmp_path, copied_below):
    (base, whole, _), paths = versions
    made = clicklens.Delta.make(base, whole, tmp_path / "ab.clensd", limit=1)
    delta = clicklens.Delta(tmp_path / "ab.clensd")
    assert delta.info == made.info
    assert (delta.info.base_id, delta.info.result_id) == (base.info.id, whole.info.id)
    assert (delta.info.changed_rows, delta.info.overlaid_segments, delta.info.replaced_segments) == (2, 1, 1)
    assert delta.info.file_size == (tmp_path / "ab.clensd").stat().st_size
    model = delta.apply(base, copied_below=copied_below)
    assert model.info == whole.info
    model.verify_segments()
    data = make_data(50, 1)
    assert model.score(data).tobytes() == whole.score(data).tobytes()
    assert model.score(data).tobytes() != base.score(data).tobytes()
    for level in ("group", "dimension"):
        assert np.array_equal(model.saliency(data, level=level), whole.saliency(data, level=level))
    delta.write(base, tmp_path / "again.clens")
    assert (tmp_path / "again.clens").read_bytes() == paths[1].read_bytes()


def test_refusals(versions, tmp_path):
    (base, whole, other), _ = versions
    path = tmp_path / "ab.clensd"
    with pytest.raises(clicklens.Error) as refused:
        clicklens.Delta.make(base, whole, path, limit=0.001)
    assert refused.value.status == clicklens.Status.LIMIT_EXCEEDED and not path.exists()
    delta = clicklens.Delta.make(base, whole, path, limit=1)
    with pytest.raises(clicklens.Error) as refused:
        delta.apply(other)
    assert refused.value.status == clicklens.Status.STALE and base.info.id in refused.value.message
    with pytest.raises(clicklens.Error) as refused:
        clicklens.Delta(tmp_path / "absent")
    assert refused.value.status == clicklens.Status.IO
    for limit in (0, 1.5, "x"):
        with pytest.raises(clicklens.Error):
            clicklens.Delta.make(base, whole, path, limit=limit)


def test_whatever_is_asked_of_it_is_what_the_other_says(versions, tmp_path):
    """Rows lie apart: lenses, caches and edits read those that the result has."""
    (base, whole, _), _ = versions
    applied = clicklens.Delta.make(base, whole, tmp_path / "ab.clensd", limit=1).apply(base, copied_below=1)
    data = make_data(60, 2)

    def told(model):
        yield from model.activations(data, ["emb", "l1"]).values()
        for method in ("integrated_gradients", "ablation", "deeplift"):
            yield model.attribute(data, method).values
        for feature in ("ad", "tags", "user"):
            yield from model.attribute(data, level="id").values[feature]
        yield model.saliency(data, level="dimension")
        cache = model.cache(data, rows=60)
        yield model.score({k: data[k] for k in ("user", "tags")}, cache=cache, cache_rows=np.arange(60))
        profile = clicklens.Profile(model, ("scores", "features"))
        profile.add(data)
        yield np.frombuffer(profile.save(), np.uint8)

    for found, wanted in zip(told(applied), told(whole), strict=True):
        assert np.asarray(found).tobytes() == np.asarray(wanted).tobytes()

    for edit in (lambda r: r.set_tables("int8"), lambda r: r.set_tables("f16", ["user"]), lambda r: r.prune_proven(),
                 lambda r: r.drop_groups(["user"], np.zeros(whole.info.input_width))):
        files = []
        for name, model in (("applied", applied), ("whole", whole)):
            refiner = clicklens.Refiner(model)
            edit(refiner)
            refiner.write(tmp_path / name)
            files.append((tmp_path / name).read_bytes())
        assert files[0] == files[1]
