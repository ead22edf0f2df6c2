"""Networks that weigh fields, or pairs of them, by attention or by masks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from .._arguments import bad
from .._builder import Builder, Handle
from ._net import Net


def afm(fields: Sequence[Any], *, dim: int = 16, attention: int = 16, weights: Any = 0) -> Builder:
    """Attentional factorization machine (Xiao et al. 2017).

    Weights: first_order, embedding, attention [attention, dim] with bias, project [1, attention] without, out
    [1, dim] without.
    """
    net = Net("afm", fields, weights)
    b = net.builder
    vectors = net.embeddings(dim)
    pairs = list(combinations(vectors, 2))
    products = b.multiply(b.fields([x for x, _ in pairs]), b.fields([y for _, y in pairs]))
    hidden = b.relu(net.field_linear(products, dim, attention, "attention"))
    scores = b.fields([net.field_linear(hidden, attention, 1, "project", bias=False)], 1)
    share = b.softmax(scores, name="attention.softmax")
    b.layer("attention", share)
    return net.done([*net.first_order(), net.linear(b.matmul(share, products), dim, 1, "out", bias=False)])


def autoint(fields: Sequence[Any], *, dim: int = 16, layers: int = 2, heads: int = 2, size: int = 16,
            weights: Any = 0) -> Builder:
    """AutoInt (Song et al. 2019): self-attention of fields, `heads` heads of `size` columns, no scaling of scores, a
    residual and relu behind each layer; a logit over all fields. A dense feature is a field, too: its numbers times
    embedding.<name>.weight [dim, width].

    Weights: embedding; layer.<i>.query, .key, .value and .residual [heads * size, width], without bias; out. The
    logit reads the first head's columns of all fields, then the next one's: out.weight is [1, heads * fields * size]
    with columns (field, head, column), as PyTorch flattens them.
    """
    net = Net("autoint", fields, weights)
    b, count = net.builder, len(fields)
    numbers = [net.linear(x, field.width, dim, f"embedding.{field.name}", bias=False)
               for field, x in zip(net.dense, net.dense_inputs())]
    parts, widths = [b.fields([*net.embeddings(dim), *numbers])], [dim]
    for i in range(layers):
        made = []
        for head in range(heads):
            query, key, value, residual = (
                _of_parts(net, parts, widths, f"layer.{i}.{role}", heads * size, slice(head * size, (head + 1) * size))
                for role in ("query", "key", "value", "residual"))
            share = b.softmax(b.matmul(query, key, transpose_b=True), name=f"layer.{i}.{head}.softmax")
            b.layer(f"layer.{i}.{head}.attention", share)
            made.append(b.relu(b.add(b.matmul(share, value), residual)))
        parts, widths = made, [size] * heads
    weight = net.weight("out.weight", 1, count * sum(widths)).reshape(count, sum(widths))
    cuts = np.split(weight, np.cumsum(widths)[:-1], axis=1)
    columns = np.concatenate([cut.reshape(1, -1) for cut in cuts], 1)
    return net.done([b.linear(b.concat(parts), columns, net.weight("out.bias", 1), "out")])


def _of_parts(net: Net, parts: list[Handle], widths: list[int], name: str, out: int, rows: slice) -> Handle:
    """Rows of a field linear over parts that lie side by side in each field."""
    weight = net.weight(f"{name}.weight", out, sum(widths))[rows]
    cuts = np.split(weight, np.cumsum(widths)[:-1], axis=1)
    return net.add([net.builder.field_linear(part, np.ascontiguousarray(cut)) for part, cut in zip(parts, cuts)])


def masknet(fields: Sequence[Any], *, dim: int = 16, blocks: int = 2, size: int = 64, reduction: float = 2.0,
            hidden: Sequence[int] = (64,), weights: Any = 0) -> Builder:
    """MaskNet, parallel (Wang et al. 2021): blocks of a mask made of all embeddings, times their layer norms.

    Weights: embedding; norm.<field> [dim] weight and bias; block.<i>.mask.0 [reduction * inputs, inputs],
    block.<i>.mask.1 [inputs, reduction * inputs], block.<i>.linear [size, inputs] without bias, block.<i>.norm [size]
    weight and bias; tower; out. Dense inputs join the embeddings of masks and blocks as they are.
    """
    net = Net("masknet", fields, weights)
    b = net.builder
    vectors = net.embeddings(dim)
    plain, width = net.flat(vectors), dim * len(vectors) + net.dense_width
    between = int(reduction * width)
    if between < 1:
        raise bad("reduction leaves a mask no column")
    normed = net.flat([net.layer_norm(v, dim, f"norm.{field.name}") for field, v in zip(net.fields, vectors)])
    outs = []
    for i in range(blocks):
        name = f"block.{i}"
        mask = b.relu(net.linear(plain, width, between, f"{name}.mask.0"))
        mask = net.linear(mask, between, width, f"{name}.mask.1")
        masked = net.linear(b.multiply(mask, normed), width, size, f"{name}.linear", bias=False)
        outs.append(b.relu(net.layer_norm(masked, size, f"{name}.norm"), f"{name}.relu"))
        b.layer(name, outs[-1])
    deep, last = net.tower(b.concat(outs), blocks * size, hidden)
    return net.done([net.linear(deep, last, 1, "out")])
