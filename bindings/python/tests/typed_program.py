"""What a user's program does, for a type checker: test_types.py has mypy read it, strictly, and find every type below."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from typing_extensions import assert_type

import clicklens
from clicklens import zoo


def build(path: str) -> None:
    b = clicklens.Builder("typed")
    user = b.sparse("user", "user", "request", encoder=b.vocabulary(["anna", "ben"]))
    x = b.embedding(user, np.zeros((2, 4)))
    b.output("ctr", b.linear(x, np.zeros((1, 4))))
    b.save(path)
    zoo.deepfm([zoo.Field("ad", "ad", rows=10)], dim=4, hidden=(8,), weights=1).save(path)


def score(path: str) -> None:
    model = clicklens.open(path, verify=True)
    assert_type(model, clicklens.Model)
    data = {"user": ["anna", None]}
    assert_type(model.features[0].width, int)
    assert_type(model.info.name, str)
    p: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = model.score(data)
    _, met = model.score(data, [0, 1, 2], "logit", counts=True)
    assert_type(met, clicklens.Counts)
    assert_type(met.missing, int)
    layers = model.activations(data, ["l1"])
    p = layers["l1"] + p
    report: clicklens.Evaluation = model.evaluate(data, [1, 0], clusters=["a", "b"])
    assert_type(report.auc, float)


def parts() -> Iterator[dict[str, list[int]]]:
    yield {"ad": [1, 2]}


def stream(model: clicklens.Model) -> int:
    scored = model.score_table(parts(), progress=True)
    assert_type(scored, clicklens.TableScores)
    total = sum(len(part) for part in scored)
    return total + model.score_table("day.csv", keep=["id"]).write("scores.csv")


def lenses(model: clicklens.Model, path: str) -> None:
    profile = clicklens.Profile(model, ("scores",))
    profile.add({"user": ["anna"]}, labels=np.array([1]))
    assert_type(profile.save(), bytes)
    neurons = clicklens.Neurons(model)
    neurons.add({"user": ["anna"]}, labels=[1])
    cache = model.cache({"ad": [1]})
    assert_type(cache, clicklens.Cache)
    with clicklens.Recorder(model, path) as recorder:
        recorder.score({"user": ["anna"]}, [7])
    try:
        clicklens.evaluate(model, [path])
    except clicklens.Error as problem:
        assert_type(problem.message, str)
