"""The two models that calls are measured on."""

from __future__ import annotations

import numpy as np

import clicklens


def tiny(path) -> None:
    """A user and an ad of two columns each, and one linear: the call is nearly all there is."""
    draws = np.random.default_rng(1)
    b = clicklens.Builder("tiny")
    user = b.sparse("user", "user", "request", encoder=b.identity(100))
    ad = b.sparse("ad", "ad", encoder=b.identity(1000))
    x = b.concat([b.embedding(user, draws.normal(size=(100, 2))), b.embedding(ad, draws.normal(size=(1000, 2)))])
    b.output("ctr", b.linear(x, draws.normal(size=(1, 4)), np.zeros(1)))
    b.save(path)


def gwen(path) -> None:
    """The shape of bench/models/gwen-ref.txt: 16 features of the request, 8 of the ad, a tower of four layers."""
    draws, dim = np.random.default_rng(2), 16
    b = clicklens.Builder("gwen")
    bags = []
    for scope, count in (("request", 16), ("candidate", 8)):
        for i in range(count):
            feature = b.sparse(f"{scope}{i}", f"{scope}{i}", scope, encoder=b.identity(10_000))
            bags.append(b.embedding(feature, draws.normal(size=(10_000, dim)).astype(np.float32)))
    x, width = b.concat(bags), 24 * dim
    for out in (512, 256, 128, 64):
        x = b.relu(b.linear(x, draws.normal(size=(out, width)) * np.sqrt(2 / width), np.zeros(out)))
        width = out
    b.output("ctr", b.linear(x, draws.normal(size=(1, width)) / np.sqrt(width), np.zeros(1)))
    b.save(path)


MODELS = {"tiny": tiny, "gwen": gwen}
