"""Linear models and factorization machines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from .._arguments import bad
from .._builder import Builder
from ._net import Net


def lr(fields: Sequence[Any], *, weights: Any = 0) -> Builder:
    """Logistic regression. Weights: first_order."""
    net = Net("lr", fields, weights)
    return net.done(net.first_order())


def fm(fields: Sequence[Any], *, dim: int = 16, weights: Any = 0) -> Builder:
    """Factorization machine (Rendle 2010). Weights: first_order, embedding."""
    net = Net("fm", fields, weights)
    second = net.builder.bi_interaction(net.builder.fields(net.embeddings(dim)))
    return net.done([*net.first_order(), net.builder.sum(second)])


def deepfm(fields: Sequence[Any], *, dim: int = 16, hidden: Sequence[int] = (256, 128, 64),
           weights: Any = 0) -> Builder:
    """DeepFM (Guo et al. 2017): a factorization machine and a tower over the same embeddings.

    Weights: first_order, embedding, tower, out [1, hidden[-1]] without bias.
    """
    net = Net("deepfm", fields, weights)
    embeddings = net.embeddings(dim)
    second = net.builder.bi_interaction(net.builder.fields(embeddings))
    deep, width = net.tower(net.flat(embeddings), dim * len(embeddings) + net.dense_width, hidden)
    return net.done([*net.first_order(), net.builder.sum(second), net.linear(deep, width, 1, "out", bias=False)])


def nfm(fields: Sequence[Any], *, dim: int = 16, hidden: Sequence[int] = (256, 128, 64), weights: Any = 0) -> Builder:
    """Neural factorization machine (He and Chua 2017): a tower over the bi-interaction vector.

    Weights: first_order, embedding, tower, out without bias.
    """
    net = Net("nfm", fields, weights)
    pooled = net.builder.bi_interaction(net.builder.fields(net.embeddings(dim)))
    net.builder.layer("bi_interaction", pooled)
    deep, width = net.tower(net.builder.concat([pooled, *net.dense_inputs()]), dim + net.dense_width, hidden)
    return net.done([*net.first_order(), net.linear(deep, width, 1, "out", bias=False)])


def fwfm(fields: Sequence[Any], *, dim: int = 16, weights: Any = 0) -> Builder:
    """Field-weighted factorization machine (Pan et al. 2018).

    Weights: first_order, embedding, pairs.weight [1, pairs] in the order (0, 1), (0, 2), .. (1, 2), ..
    """
    net = Net("fwfm", fields, weights)
    count = len(net.fields)
    dots = net.builder.pairwise_dot(net.builder.fields(net.embeddings(dim)))
    pairs = net.linear(dots, count * (count - 1) // 2, 1, "pairs", bias=False)
    return net.done([*net.first_order(), pairs])


def ffm(fields: Sequence[Any], *, dim: int = 4, weights: Any = 0) -> Builder:
    """Field-aware factorization machine (Juan et al. 2016).

    Weights: first_order, toward.<other>.<field>.weight [rows, dim]: the field's embedding for pairs with the other.
    """
    net = Net("ffm", fields, weights)
    own, others = [], []
    for a, b in combinations(net.fields, 2):
        own.append(net.embedding(a, dim, f"toward.{b.name}"))
        others.append(net.embedding(b, dim, f"toward.{a.name}"))
    b = net.builder
    return net.done([*net.first_order(), b.sum(b.multiply(b.concat(own), b.concat(others)))])


def xdeepfm(fields: Sequence[Any], *, dim: int = 16, cin: Sequence[int] = (32, 32),
            hidden: Sequence[int] = (256, 128, 64), activation: str = "relu", weights: Any = 0) -> Builder:
    """xDeepFM (Lian et al. 2018): a compressed interaction network and a tower over the same embeddings.

    Row h of layer k is the sum over rows i of the layer before and fields j of weight[h, (j, i)] x_i * v_j, the
    products by column (equation 6), plus bias[h]; each row summed over its columns goes to the logit, without an
    activation, as the paper found best.
    Weights: first_order; embedding; cin.<k>.weight [rows, fields * rows before], columns (field, row), and .bias
    [rows]; cin.out [1, rows of all layers] and out [1, hidden[-1]], without bias; tower.
    """
    if not cin:
        raise bad("cin must have a layer")
    net = Net("xdeepfm", fields, weights)
    b, vectors = net.builder, net.embeddings(dim)
    x, before, pooled = b.fields(vectors), len(vectors), []
    for k, rows in enumerate(cin):
        weight = net.weight(f"cin.{k}.weight", rows, len(vectors) * before)
        cuts = np.split(weight, len(vectors), axis=1)
        # the sum over i first: it is linear, and what of it depends on the request alone is computed once
        mixed = [b.multiply(b.field_mix(x, np.ascontiguousarray(cut)), v) for cut, v in zip(cuts, vectors)]
        bias = np.repeat(net.weight(f"cin.{k}.bias", rows), dim)
        x, before = b.affine(net.add(mixed), 1.0, bias, f"cin.{k}"), rows
        b.layer(f"cin.{k}", x)
        pooled.append(b.field_linear(x, np.ones((1, dim), np.float32)))
    second = net.linear(b.concat(pooled), sum(cin), 1, "cin.out", bias=False)
    deep, width = net.tower(net.flat(vectors), dim * len(vectors) + net.dense_width, hidden, activation=activation)
    return net.done([*net.first_order(), second, net.linear(deep, width, 1, "out", bias=False)])
