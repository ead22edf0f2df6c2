"""Networks of what a user did before: histories of ids, weighed by attention to the candidate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._arguments import bad
from .._builder import Builder, Handle
from ._net import Net


def din(fields: Sequence[Any], *, dim: int = 16, attention: Sequence[int] = (36,), activation: str = "sigmoid",
        softmax: bool = False, hidden: Sequence[int] = (200, 80), weights: Any = 0) -> Builder:
    """Deep interest network (Zhou et al. 2018). Each zoo.History is summed up by a tower's weight of each of its ids,
    which sees target, id, their difference and product; as in the paper weights need not add up to 1.

    activation: of the attention's layers: "sigmoid", "dice", "prelu", "relu" and others. softmax: weights add up to 1.
    Weights: embedding; attention.<history>.<i> [size, inputs] with bias, the first [size, 4 * dim] over target, id,
    target - id, target * id; with "dice" attention.<history>.<i>.dice .alpha, .mean and .variance [size], with "prelu"
    .prelu.weight [size]; attention.<history>.out [1, size]; tower over embeddings, histories and dense inputs; out.
    """
    if not attention:
        raise bad("attention must have a layer")
    net = Net("din", fields, weights, histories=True)
    b, vectors = net.builder, net.embeddings(dim)
    pooled = []
    for history in net.histories:
        name = f"attention.{history.name}"
        keys, mask = net.history(history, dim)
        x, width = _compared(net, net.target(history, vectors), keys, dim, attention[0], f"{name}.0"), attention[0]
        for i, size in enumerate(attention):
            if i > 0:
                x, width = net.field_linear(x, width, size, f"{name}.{i}"), size
            x = net.activation(x, activation, f"{name}.{i}.{activation}")
        scores = b.reshape(net.field_linear(x, width, 1, f"{name}.out"), 1)
        share = b.softmax(scores, mask) if softmax else b.multiply(scores, mask)
        b.layer(name, share)
        pooled.append(b.matmul(share, keys))
    return _tower(net, [*vectors, *pooled], dim * (len(vectors) + len(pooled)), hidden)


def _compared(net: Net, query: Handle, keys: Handle, dim: int, size: int, name: str) -> Handle:
    """A layer over [query, key, query - key, query * key] of each key: W (q - k) is W q - W k, and what reads the query
    alone is computed once."""
    b = net.builder
    of_query, of_key, of_difference, of_product = np.split(net.weight(f"{name}.weight", size, 4 * dim), 4, axis=1)
    once = b.linear(query, of_query + of_difference, net.weight(f"{name}.bias", size))
    each = b.add(b.field_linear(keys, of_key - of_difference),
                 b.field_linear(b.multiply(keys, query), np.ascontiguousarray(of_product)))
    return b.add(each, once)


def dien(fields: Sequence[Any], *, dim: int = 16, hidden: Sequence[int] = (200, 80), weights: Any = 0) -> Builder:
    """Deep interest evolution network (Zhou et al. 2019): a GRU over each zoo.History, attention of its states to the
    target, softmax(state W target), and a second GRU whose update gate attention scales (AUGRU); its last state goes on.

    Weights: embedding; extractor.<history> and evolution.<history>, each .weight_ih [3 * dim, dim], .weight_hh
    [3 * dim, dim], .bias_ih and .bias_hh [3 * dim]; attention.<history>.weight [dim, dim]; tower; out.
    """
    net = Net("dien", fields, weights, histories=True)
    b, vectors = net.builder, net.embeddings(dim)
    last = []
    for history in net.histories:
        keys, mask = net.history(history, dim)
        states = b.gru(keys, *_gates(net, f"extractor.{history.name}", dim), mask=mask)
        query = net.linear(net.target(history, vectors), dim, dim, f"attention.{history.name}", bias=False)
        share = b.softmax(b.matmul(query, states, transpose_b=True), mask)
        b.layer(f"attention.{history.name}", share)
        evolved = b.gru(states, *_gates(net, f"evolution.{history.name}", dim), mask=mask, attention=share,
                        kind="augru")
        last.append(b.select(evolved, np.arange(dim * (history.length - 1), dim * history.length)))
        b.layer(f"evolution.{history.name}", last[-1])
    return _tower(net, [*vectors, *last], dim * (len(vectors) + len(last)), hidden)


def _gates(net: Net, name: str, dim: int) -> list[np.ndarray]:
    weights = [net.weight(f"{name}.weight_{kind}", 3 * dim, dim) for kind in ("ih", "hh")]
    return [*weights, *(net.weight(f"{name}.bias_{kind}", 3 * dim) for kind in ("ih", "hh"))]


def bst(fields: Sequence[Any], *, dim: int = 16, heads: int = 2, layers: int = 1, size: int = 64,
        hidden: Sequence[int] = (200, 80), weights: Any = 0) -> Builder:
    """Behaviour sequence transformer (Chen et al. 2019): each zoo.History and behind it the target, with learned
    positions, through transformer layers; the tower reads all places, those without an id as zeros.

    Weights, of each history: position.<history> [length + 1, dim]; layer.<history>.<i>, as PyTorch's
    TransformerEncoderLayer (norms behind residuals, leaky relu): .self_attn.in_proj_weight [3 * dim, dim], .self_attn
    .in_proj_bias, .self_attn.out_proj, .linear1 [size, dim], .linear2 [dim, size], .norm1, .norm2. Then embedding;
    tower; out.
    """
    if dim % heads:
        raise bad(f"dim {dim} does not divide by {heads} heads")
    net = Net("bst", fields, weights, histories=True)
    b, vectors = net.builder, net.embeddings(dim)
    flat, width = list(vectors), dim * len(vectors)
    for history in net.histories:
        places = history.length + 1
        keys, mask = net.history(history, dim)
        one = b.linear(mask, np.zeros((1, history.length), np.float32), np.ones(1, np.float32))
        mask = b.concat([mask, one])
        x = b.fields([keys, net.target(history, vectors)], places)
        position = net.weight(f"position.{history.name}", places, dim).ravel()
        same, none = np.ones(places * dim), np.zeros(places * dim)
        x = b.batch_norm(x, same, position, none, same, 0.0)
        for i in range(layers):
            x = _transformer(net, x, mask, dim, heads, size, f"layer.{history.name}.{i}")
            b.layer(f"layer.{history.name}.{i}", x)
        flat.append(b.reshape(b.multiply(x, b.reshape(mask, places)), 1))
        width += places * dim
    return _tower(net, flat, width, hidden)


def _transformer(net: Net, x: Handle, mask: Handle, dim: int, heads: int, size: int, name: str) -> Handle:
    b, each = net.builder, dim // heads
    weights = net.weight(f"{name}.self_attn.in_proj_weight", 3 * dim, dim)
    biases = net.weight(f"{name}.self_attn.in_proj_bias", 3 * dim)
    out = net.weight(f"{name}.self_attn.out_proj.weight", dim, dim)
    mixed = []
    for head in range(heads):
        def turned(role: int, scale: float = 1.0, begin: int = head * each) -> Handle:
            rows = slice(role * dim + begin, role * dim + begin + each)
            return b.field_linear(x, weights[rows] * np.float32(scale), biases[rows] * np.float32(scale))

        share = b.softmax(b.matmul(turned(0, each ** -0.5), b.transpose(turned(1))), mask)
        b.layer(f"{name}.attention.{head}", share)
        bias = net.weight(f"{name}.self_attn.out_proj.bias", dim) if head == 0 else None
        mixed.append(b.field_linear(b.matmul(share, turned(2)),
                                    np.ascontiguousarray(out[:, head * each:(head + 1) * each]), bias))
    x = net.layer_norm(net.add([x, *mixed]), dim, f"{name}.norm1")
    inner = b.leaky_relu(net.field_linear(x, dim, size, f"{name}.linear1"))
    return net.layer_norm(b.add(x, net.field_linear(inner, size, dim, f"{name}.linear2")), dim, f"{name}.norm2")


def _tower(net: Net, parts: list[Handle], width: int, hidden) -> Builder:
    deep, last = net.tower(net.flat(parts), width + net.dense_width, hidden)
    return net.done([net.linear(deep, last, 1, "out")])
