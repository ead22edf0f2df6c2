"""Profiles against NumPy over the same rows, in parts and attached."""

import numpy as np
import pytest

import clicklens
from clicklens import Profile

from pathlib import Path

DEMO = Path(__file__).resolve().parents[2] / "cli" / "demo" / "demo.clens"


@pytest.fixture(scope="module")
def model():
    return clicklens.open(DEMO)


def made_data(model, rows, seed):
    random = np.random.default_rng(seed)
    return {feature.name: [str(k) for k in random.integers(0, 50, rows)] for feature in model.features}


def test_figures_are_numpys_and_parts_add_up(model):
    data = made_data(model, 900, 1)
    clicks = np.random.default_rng(2).random(900) < 0.1
    whole = Profile(model, ("scores", "features", "neurons"), sample_rows=20)
    whole.add(data, labels=clicks)
    logits = model.score(data, logits=True) if "logits" in model.score.__code__.co_varnames else None
    if logits is not None:
        assert whole.columns("scores")["mean"][0] == pytest.approx(np.mean(np.asarray(logits, np.float64)), abs=1e-9)
    for feature in whole.features:
        values = data[feature.name]
        assert (feature.rows, feature.missing) == (900, 0)
        assert feature.distinct == pytest.approx(len(set(values)), rel=0.05)
        assert feature.lengths[1] == 900
    parts = []
    for begin in (600, 0, 300):
        part = Profile(model, ("scores", "features", "neurons"), sample_rows=20)
        part.add({name: values[begin:begin + 300] for name, values in data.items()},
                 labels=clicks[begin:begin + 300], first_row=begin)
        parts.append(Profile.load(part.save()))
    for part in parts[1:]:
        parts[0].merge(part)
    assert parts[0].save() == whole.save()
    assert [layer.name for layer in whole.neurons().layers] == [layer.name for layer in model.layers]


def test_a_reference_travels_with_the_model(model, tmp_path):
    profile = Profile(model)
    profile.add(made_data(model, 50, 3))
    profile.attach(DEMO, tmp_path / "with.clens")
    carrying = clicklens.open(tmp_path / "with.clens")
    assert Profile.of(carrying).save() == profile.save()
    again = Profile(carrying)
    again.merge(profile)  # the same model still
    assert again.rows == 50
    with pytest.raises(clicklens.Error) as refused:
        Profile.of(model)
    assert refused.value.status == clicklens.Status.NOT_FOUND


def test_what_differs_is_said(model):
    with pytest.raises(clicklens.Error, match="every"):
        Profile(model).merge(Profile(model, every=2))
    with pytest.raises(clicklens.Error, match="means"):
        Profile(model, ("saliency",))
    with pytest.raises(clicklens.Error, match="sections"):
        Profile(model, ("colours",))
