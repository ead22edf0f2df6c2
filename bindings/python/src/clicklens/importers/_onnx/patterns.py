"""Patterns that an operator of two values completes: gates, the second order of an FM, a layer norm."""

from __future__ import annotations

import numpy as np

from .pointwise import Pointwise
from .space import Space


def pattern(space: Space, pointwise: Pointwise, op: str, a: np.ndarray, b: np.ndarray) -> np.ndarray | None:
    """What `op` of a and b completes; None where that is nothing known."""
    if op == "mul":
        return _gated(space, pointwise, a, b)
    if op == "sub":
        return _second_order(space, pointwise, a, b)
    if op == "div":
        return _normed(space, pointwise, a, b)
    return None


def _gated(space, pointwise, a, b):
    """x * sigmoid(x), x * (1 + erf(x / sqrt 2))."""
    for x, gate in ((a, b), (b, a)):
        real = space.only(gate, "sigmoid")
        if real is not None and (real.args[0][gate - real.base] == x).all():
            space.note("x * sigmoid(x) is silu")
            return pointwise.unary("silu", x, lambda v, name: space.builder.silu(v, name=name))
        real = space.only(gate, "affine")
        if real is None:
            continue
        places = gate - real.base
        t, u = real.attrs["scale"][places], real.attrs["shift"][places]
        error = space.only(real.args[0][places], "erf")
        if error is None or (t != u).any():
            continue
        inner, scale, shift = pointwise.composed(error.args[0][real.args[0][places] - error.base].ravel(),
                                                       np.ones(x.size), np.zeros(x.size))
        outer, s, moved = pointwise.composed(x.ravel(), np.ones(x.size), np.zeros(x.size))
        if (inner == outer).all() and np.allclose(scale, np.sqrt(0.5), rtol=1e-6) and not shift.any() and \
                not moved.any():
            space.note("x * (1 + erf(x / sqrt 2)) is gelu")
            made = pointwise.unary("gelu", inner.reshape(x.shape),
                                        lambda v, name: space.builder.gelu(v, name=name))
            return pointwise.affine(made, 2 * s.reshape(x.shape) * t, 0.0)
    return None


def _second_order(space, pointwise, a, b):
    """(sum x)^2 - sum x^2: twice the second order of a factorization machine."""
    square, total = space.only(a, "square"), space.only(b, "sum")
    if square is None or total is None:
        return None
    summed = square.args[0][a - square.base]
    plain = space.only(summed, "sum")
    if plain is None:
        return None
    terms = plain.args[0][summed - plain.base]
    squares = total.args[0][b - total.base]
    inner = space.only(squares, "square")
    if inner is None or terms.shape != squares.shape:
        return None
    under = inner.args[0][squares - inner.base]
    if (np.sort(under, -1) != np.sort(terms, -1)).any():
        return None
    fields = np.ascontiguousarray(terms.reshape(-1, terms.shape[-1]).T)  # [fields, width]
    name = space.name
    if len(fields) < 2:
        return None
    space.note("square of the sum less the sum of squares is bi_interaction")
    real = space.cached(("bi_interaction", fields.tobytes(), fields.shape), lambda: space.add(
        "bi_interaction", fields.shape[1], lambda: space.builder.bi_interaction(space.value(fields), name=name),
        inputs=(fields,)))
    return pointwise.affine(real.columns.reshape(a.shape), 2.0, 0.0)


def _normed(space, pointwise, a, b):
    """(x - mean x) / sqrt(mean of (x - mean x)^2 + eps): layer norm."""
    root = space.only(b, "sqrt")
    if root is None:
        return None
    inner, scale, eps = pointwise.composed(root.args[0][b - root.base].ravel(), np.ones(b.size),
                                                 np.zeros(b.size))
    total, centred = space.only(inner, "sum"), space.only(a, "sub")
    if total is None or centred is None:
        return None
    terms = total.args[0][inner - total.base]  # [.., width]
    squared = space.only(terms, "square")
    if squared is None or not np.allclose(scale * terms.shape[-1], 1) or (eps != eps[0]).any():
        return None
    width = terms.shape[-1]
    flat = a.ravel()
    x, mean = centred.args[0][flat - centred.base], centred.args[1][flat - centred.base]
    if flat.size % width or (squared.args[0][terms - squared.base].reshape(-1, width)
                             != flat.reshape(-1, width).repeat(width, 0)).any():
        return None
    group, weight, moved = pointwise.composed(mean, np.ones(mean.size), np.zeros(mean.size))
    sums = space.only(group, "sum")
    if sums is None or moved.any() or not np.allclose(weight * width, 1):
        return None
    if (sums.args[0][group - sums.base] != x.reshape(-1, width).repeat(width, 0)).any():
        return None
    space.note("a decomposed layer norm is layer_norm")
    return layer_norm(space, x.reshape(-1, width), float(eps[0])).columns.reshape(a.shape)


def layer_norm(space: Space, x: np.ndarray, eps: float, scale=None, shift=None):
    """The Real of a layer norm of fields [n, width]."""
    name = space.name

    def again(scale, shift):
        return layer_norm(space, x, eps, scale, shift)

    key = ("layer_norm", x.shape, x.tobytes(), eps, None if scale is None else (scale.tobytes(), shift.tobytes()))
    return space.cached(key, lambda: space.add(
        "layer_norm", x.size, lambda: space.builder.layer_norm(space.value(x), scale, shift, eps, name=name),
        fields=len(x), inputs=(x,), again=again, scale=scale, shift=shift))
