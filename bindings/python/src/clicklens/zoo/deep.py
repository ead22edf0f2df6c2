"""Towers over embeddings, alone, beside a linear model, over products, and with several heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._arguments import bad
from .._builder import Builder, Handle
from ._net import Net


def dnn(fields: Sequence[Any], *, dim: int = 16, hidden: Sequence[int] = (256, 128, 64), weights: Any = 0) -> Builder:
    """Embeddings, a tower, a logit. Weights: embedding, tower, out."""
    net = Net("dnn", fields, weights)
    embeddings = net.embeddings(dim)
    x = net.flat(embeddings)
    net.builder.layer("embedding", x)
    deep, width = net.tower(x, dim * len(embeddings) + net.dense_width, hidden)
    return net.done([net.linear(deep, width, 1, "out")])


def gwen(fields: Sequence[Any], *, dim: int = 16, hidden: Sequence[int] = (512, 256, 128, 64),
         weights: Any = 0) -> Builder:
    """Group-wise embedding network (Chen et al. 2016), the network of Guo et al. 2018: every field is a bag, pooled
    before the tower. Weights: as `dnn`."""
    return dnn(fields, dim=dim, hidden=hidden, weights=weights)


def wide_deep(fields: Sequence[Any], *, dim: int = 16, hidden: Sequence[int] = (256, 128, 64),
              weights: Any = 0) -> Builder:
    """Wide & Deep (Cheng et al. 2016). Weights: first_order, embedding, tower, out without bias."""
    net = Net("wide_deep", fields, weights)
    embeddings = net.embeddings(dim)
    deep, width = net.tower(net.flat(embeddings), dim * len(embeddings) + net.dense_width, hidden)
    return net.done([*net.first_order(), net.linear(deep, width, 1, "out", bias=False)])


def pnn(fields: Sequence[Any], *, dim: int = 16, hidden: Sequence[int] = (256, 128, 64), weights: Any = 0) -> Builder:
    """Product-based network, inner products (Qu et al. 2016). Weights: embedding, tower, out.

    The tower reads the embeddings, the dense inputs, then the pairs' dots.
    """
    net = Net("pnn", fields, weights)
    count = len(net.fields)
    embeddings = net.embeddings(dim)
    dots = net.builder.pairwise_dot(net.builder.fields(embeddings))
    x = net.builder.concat([net.flat(embeddings), dots])
    deep, width = net.tower(x, dim * count + net.dense_width + count * (count - 1) // 2, hidden)
    return net.done([net.linear(deep, width, 1, "out")])


def dlrm(fields: Sequence[Any], *, dim: int = 16, bottom: Sequence[int] = (64,), hidden: Sequence[int] = (256, 128),
         weights: Any = 0) -> Builder:
    """DLRM (Naumov et al. 2019): dense inputs through a bottom tower of output width `dim` become one more field; the
    top tower reads it and the dots of all pairs.

    Weights: embedding, bottom.<i> (of widths bottom + [dim]), tower, out. Without dense inputs: no bottom.
    """
    net = Net("dlrm", fields, weights)
    b = net.builder
    rows = net.embeddings(dim)
    dense = []
    if net.dense:
        x, _ = net.tower(b.concat(net.dense_inputs()), net.dense_width, [*bottom, dim], "bottom")
        dense = [x]
    vectors = [*dense, *rows]
    count = len(vectors)
    x = b.concat([*dense, b.pairwise_dot(b.fields(vectors))])
    deep, width = net.tower(x, dim * len(dense) + count * (count - 1) // 2, hidden)
    return net.done([net.linear(deep, width, 1, "out")])


def final_mlp(fields: Sequence[Any], *, dim: int = 16, hidden: Sequence[int] = (256, 128),
              hidden2: Sequence[int] = (256, 128), gate: Sequence[int] = (64,), heads: int = 2,
              weights: Any = 0) -> Builder:
    """FinalMLP (Mao et al. 2023): two towers over inputs that gates select, joined by a bilinear form of `heads`
    heads.

    Weights: embedding; gate1 and gate2 (of widths gate + [inputs]); tower1, tower2; out1 [1, hidden[-1]] with bias,
    out2 [1, hidden2[-1]] without; fusion [heads, hidden[-1] / heads, hidden2[-1] / heads]. The input of either gate is
    all embeddings; the factor is twice a sigmoid.
    """
    net = Net("final_mlp", fields, weights)
    b = net.builder
    embeddings = net.embeddings(dim)
    x, inputs = net.flat(embeddings), dim * len(embeddings) + net.dense_width
    sides = []
    for side, shape in ((1, hidden), (2, hidden2)):
        h, width = net.tower(x, inputs, gate, f"gate{side}")
        factor = b.sigmoid(net.linear(h, width, inputs, f"gate{side}.{len(gate)}"))
        selected = b.multiply(x, b.batch_norm(factor, *_twice(inputs), eps=0.0))
        sides.append(_headed_tower(net, selected, inputs, shape, heads, f"tower{side}"))
    left_width, right_width = hidden[-1], hidden2[-1]
    form = net.weight("fusion", heads, left_width // heads, right_width // heads)
    turned = b.concat([b.linear(part, form[head].T) for head, part in enumerate(sides[0])])
    left, right = (b.concat(parts) for parts in sides)
    bilinear = b.sum(b.multiply(turned, right))
    return net.done([net.linear(left, left_width, 1, "out1"), net.linear(right, right_width, 1, "out2", bias=False),
                     bilinear])


def _headed_tower(net: Net, x: Handle, width: int, hidden: Sequence[int], heads: int, name: str) -> list[Handle]:
    """A tower whose last layer is cut into heads: equal stretches of its columns, made apart."""
    x, width = net.tower(x, width, hidden[:-1], name)
    last, b = f"{name}.{len(hidden) - 1}", net.builder
    if hidden[-1] % heads:
        raise bad(f"a layer of {hidden[-1]} columns has no {heads} equal heads")
    weight, bias = net.weight(f"{last}.weight", hidden[-1], width), net.weight(f"{last}.bias", hidden[-1])
    size = hidden[-1] // heads
    cuts = [slice(head * size, (head + 1) * size) for head in range(heads)]
    return [b.relu(b.linear(x, weight[cut], bias[cut]), f"{last}.head{head}") for head, cut in enumerate(cuts)]


def _twice(width: int):
    return np.full(width, 2.0), np.zeros(width), np.zeros(width), np.ones(width)
