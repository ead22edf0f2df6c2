"""Cross networks, and networks of bilinear interactions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from .._builder import Builder, Handle
from ._net import Net


def _cross_network(name: str, fields, dim, cross, hidden, weights, layer) -> Builder:
    """Cross layers and a tower, side by side, and a logit over both. Without a tower: over the cross layers."""
    net = Net(name, fields, weights)
    embeddings = net.embeddings(dim)
    x0, width = net.flat(embeddings), dim * len(embeddings) + net.dense_width
    x = x0
    for i in range(cross):
        x = layer(net, x0, x, width, f"cross.{i}")
        net.builder.layer(f"cross.{i}", x)
    if not hidden:
        return net.done([net.linear(x, width, 1, "out")])
    deep, deep_width = net.tower(x0, width, hidden)
    return net.done([net.linear(net.builder.concat([x, deep]), width + deep_width, 1, "out")])


def dcn(fields: Sequence[Any], *, dim: int = 16, cross: int = 3, hidden: Sequence[int] = (256, 128, 64),
        weights: Any = 0) -> Builder:
    """Deep & Cross (Wang et al. 2017): x0 (x . w) + b + x.

    Weights: embedding, cross.<i>.weight [1, inputs], cross.<i>.bias [inputs], tower, out.
    """

    def layer(net: Net, x0: Handle, x: Handle, width: int, name: str) -> Handle:
        b = net.builder
        product = b.multiply(x0, b.linear(x, net.weight(f"{name}.weight", 1, width)))
        # a constant added to columns is a batch norm of scale 1
        shifted = b.batch_norm(product, np.ones(width), net.weight(f"{name}.bias", width), np.zeros(width),
                               np.ones(width), eps=0.0)
        return b.add(shifted, x)

    return _cross_network("dcn", fields, dim, cross, hidden, weights, layer)


def dcnv2(fields: Sequence[Any], *, dim: int = 16, cross: int = 3, hidden: Sequence[int] = (256, 128, 64),
          weights: Any = 0) -> Builder:
    """DCN-V2, parallel (Wang et al. 2021): x0 * (W x + b) + x.

    Weights: embedding, cross.<i>.weight [inputs, inputs], cross.<i>.bias [inputs], tower, out.
    """

    def layer(net: Net, x0: Handle, x: Handle, width: int, name: str) -> Handle:
        return net.builder.add(net.builder.multiply(x0, net.linear(x, width, width, name)), x)

    return _cross_network("dcnv2", fields, dim, cross, hidden, weights, layer)


def gdcn(fields: Sequence[Any], *, dim: int = 16, cross: int = 3, hidden: Sequence[int] = (256, 128, 64),
         weights: Any = 0) -> Builder:
    """Gated DCN, parallel (Wang et al. 2023): x0 * (W x + b) * sigmoid(V x) + x.

    Weights: as `dcnv2`, and cross.<i>.gate.weight [inputs, inputs].
    """

    def layer(net: Net, x0: Handle, x: Handle, width: int, name: str) -> Handle:
        b = net.builder
        gate = b.sigmoid(net.linear(x, width, width, f"{name}.gate", bias=False))
        return b.add(b.multiply(b.multiply(x0, net.linear(x, width, width, name)), gate), x)

    return _cross_network("gdcn", fields, dim, cross, hidden, weights, layer)


def dcn_mix(fields: Sequence[Any], *, dim: int = 16, cross: int = 2, rank: int = 32, experts: int = 4,
            hidden: Sequence[int] = (256, 128, 64), weights: Any = 0) -> Builder:
    """DCN-V2 with a mixture of low-rank experts, parallel (Wang et al. 2021, equations 3 and 4).

    x0 * (U tanh(C tanh(V x)) + b) of each expert, in the shares of a softmax gate, + x. Weights: embedding; for each
    layer and expert cross.<i>.<e>.v [rank, inputs], .c [rank, rank], .u [inputs, rank]; cross.<i>.bias [inputs];
    cross.<i>.gate [experts, inputs], without bias; tower; out.
    """

    def layer(net: Net, x0: Handle, x: Handle, width: int, name: str) -> Handle:
        b = net.builder
        bias = net.weight(f"{name}.bias", width)
        made = []
        for e in range(experts):
            h = b.tanh(net.linear(x, width, rank, f"{name}.{e}.v", bias=False))
            h = b.tanh(net.linear(h, rank, rank, f"{name}.{e}.c", bias=False))
            made.append(b.multiply(x0, b.linear(h, net.weight(f"{name}.{e}.u.weight", width, rank), bias)))
        share = b.softmax(net.linear(x, width, experts, f"{name}.gate", bias=False))
        return b.add(b.matmul(share, b.fields(made)), x)

    return _cross_network("dcn_mix", fields, dim, cross, hidden, weights, layer)


def fibinet(fields: Sequence[Any], *, dim: int = 16, reduction: int = 3, hidden: Sequence[int] = (256, 128, 64),
            weights: Any = 0) -> Builder:
    """FiBiNET (Huang et al. 2019), bilinear type "each", over the embeddings and over those that SENET weighs.

    Weights: first_order; embedding; senet.0.weight [max(1, fields // reduction), fields], senet.1.weight, its
    transpose's shape, both without bias; bilinear.<field> and senet_bilinear.<field> [dim, dim], of all fields but
    the last, out x in; tower; out without bias. The tower reads the products of the plain embeddings, those of the
    weighed ones, then the dense inputs.
    """
    net = Net("fibinet", fields, weights)
    b, count = net.builder, len(net.fields)
    embeddings = net.embeddings(dim)
    means = [b.linear(v, np.full((1, dim), 1.0 / dim, np.float32)) for v in embeddings]
    reduced = max(1, count // reduction)
    a = b.relu(net.linear(b.concat(means), count, reduced, "senet.0", bias=False))
    excite = net.weight("senet.1.weight", count, reduced)
    factors = [b.relu(b.linear(a, excite[i:i + 1])) for i in range(count)]
    b.layer("senet", b.concat(factors))
    weighed = [b.multiply(v, factor) for v, factor in zip(embeddings, factors)]
    products = [_bilinear(net, embeddings, dim, "bilinear"), _bilinear(net, weighed, dim, "senet_bilinear")]
    x = b.concat([*products, *net.dense_inputs()])
    deep, width = net.tower(x, count * (count - 1) * dim + net.dense_width, hidden)
    return net.done([*net.first_order(), net.linear(deep, width, 1, "out", bias=False)])


def _bilinear(net: Net, vectors: list[Handle], dim: int, name: str) -> Handle:
    """(W_i v_i) * v_j of all pairs i < j."""
    turned = [net.linear(v, dim, dim, f"{name}.{field.name}", bias=False)
              for field, v in zip(net.fields[:-1], vectors)]
    pairs = list(combinations(range(len(vectors)), 2))
    b = net.builder
    return b.multiply(b.concat([turned[i] for i, _ in pairs]), b.concat([vectors[j] for _, j in pairs]))
