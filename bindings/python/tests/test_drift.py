"""Drift between profiles of made-up days, one of which the price went up on."""

import numpy as np
import pytest
from conftest import make_data

import clicklens


def profiled(model, seed, dear=False):
    draws = np.random.default_rng(seed)
    data = make_data(3000, seed)
    if dear:
        data["price"] = [3 * price + 5 for price in data["price"]]
    profile = clicklens.Profile(model, ("scores", "features", "neurons"), count_every=1)
    profile.add(data, None, draws.integers(0, 500, 3000))
    return profile


@pytest.fixture(scope="module")
def days(model):
    return [profiled(model, 1), profiled(model, 2), profiled(model, 3), profiled(model, 4, dear=True)]


def test_like_days_are_silent(days):
    report = clicklens.drift(days[0], days[1])
    assert (report["found"], report["findings"], report["traces"]) == (0, [], [])
    assert (report["reference_rows"], report["live_rows"]) == (3000, 3000)
    assert clicklens.drift(days[:2], days[2])["found"] == 0


def test_what_moved_is_found_and_traced(model, days):
    report = clicklens.drift(days[:3], days[3], model=model)
    found = {(f["kind"], f["name"]) for f in report["findings"]}
    assert ("element", "price") in found
    assert not found & {("ids", name) for name in ("user", "tags", "ad")}
    (trace,) = report["traces"]
    assert (trace["layer"], trace["moved"], trace["groups"][0]["group"]) == ("l1", True, "ad")
    price = next(m for m in report["measures"] if (m["kind"], m["name"]) == ("element", "price"))
    assert price["verdict"] == "found" and price["psi"] == price["effect"] > 0.1 and price["q"] < 1e-6
    assert report["days"] == []  # without labels


def test_bytes_and_files_do_as_well(days, tmp_path):
    path = tmp_path / "live.clprofile"
    path.write_bytes(days[3].save())
    assert clicklens.drift(days[0].save(), path) == clicklens.drift(days[0], days[3])


def test_refusals(model, days, tmp_path):
    with pytest.raises(clicklens.Error) as refused:
        clicklens.drift([], days[0])
    assert refused.value.status == clicklens.Status.INVALID_ARGUMENT
    with pytest.raises(clicklens.Error) as refused:
        clicklens.drift(tmp_path / "none", days[0])
    assert refused.value.status == clicklens.Status.IO
    with pytest.raises(clicklens.Error) as refused:
        clicklens.drift(days[0], b"no profile")
    assert refused.value.status == clicklens.Status.BAD_FILE
