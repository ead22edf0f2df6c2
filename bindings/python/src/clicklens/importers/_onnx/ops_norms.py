"""Batch norm, layer norm, L2 norm."""

from __future__ import annotations

import numpy as np

from .call import Call, operator
from .ops_activations import unary
from .patterns import layer_norm
from .pointwise import distinct
from .tensor import CannotTake


@operator("BatchNormalization")
def batch_norm(c: Call):
    """In inference: one scale and shift for each channel, the second dimension."""
    x = c.tensor(0)
    if c.attr("training_mode", 0):
        raise CannotTake("it is in training mode; export the model in evaluation mode")
    numbers = [np.asarray(c.number(i, name), np.float64)
               for i, name in ((1, "scale"), (2, "bias"), (3, "mean"), (4, "variance"))]
    axis, space, eps = x.axis(1), c.maths.space, c.attr("epsilon", 1e-5)
    shape = [1] * x.columns.ndim
    shape[axis] = -1
    unique, _, inverse = distinct(space, x.columns)
    if unique.size != x.columns.size:  # a column under two channels
        scale = numbers[0] / np.sqrt(numbers[3] + eps)
        return x.like(c.maths.pointwise.affine(x.columns, scale.reshape(shape),
                                               (numbers[1] - numbers[2] * scale).reshape(shape)))
    order = np.empty(unique.size, np.int64)
    order[inverse.ravel()] = np.arange(unique.size)
    each = [np.broadcast_to(n.reshape(shape), x.columns.shape).ravel()[order] for n in numbers]
    name = space.name
    real = space.add("batch_norm", unique.size, lambda: space.builder.batch_norm(
        space.value(unique.reshape(1, -1)), *each, eps=eps, name=name), inputs=(unique,))
    return x.like(real.base + inverse)


@operator("LayerNormalization")
def layer_normalization(c: Call):
    x, axis = c.tensor(0), c.attr("axis", -1) % len(c.tensor(0).dims)
    if axis <= x.batch:
        raise CannotTake("it normalises along the batch")
    width = int(np.prod(x.dims[axis:], dtype=int))
    rows = np.ascontiguousarray(x.columns.reshape(-1, width))
    scale, shift = c.number(1, "scale"), c.number(2, "shift") if c.has(2) else np.zeros(1)
    scale, shift = (np.broadcast_to(n, x.dims[axis:]).ravel().astype(np.float64) for n in (scale, shift))
    made = layer_norm(c.maths.space, rows, float(c.attr("epsilon", 1e-5)), scale, shift)
    return x.like(made.columns.reshape(x.columns.shape))


@operator("LpNormalization")
def lp_normalization(c: Call):
    x, axis, maths = c.tensor(0), c.tensor(0).axis(c.attr("axis", -1)), c.maths
    moved = np.moveaxis(x.columns, axis, -1)
    if c.attr("p", 2) == 1:
        size = maths.reductions.total(unary(c, "abs", moved))
    else:
        size = unary(c, "sqrt", maths.reductions.total(maths.pairs.square(moved)))
    size = maths.pairs.clip(size, 1e-30, None)  # zeros stay zeros
    return x.like(np.moveaxis(maths.pairs.apply("div", moved, size[..., None]), -1, axis))
