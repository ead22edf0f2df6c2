"""Reductions along axes of the row."""

from __future__ import annotations

import numpy as np

from .call import Call, operator
from .ops_activations import unary
from .tensor import CannotTake, Tensor, axes_shape

_MOST_SORTED = 64


@operator("ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare",
          "ReduceLogSum", "ReduceLogSumExp")
def reduce(c: Call):
    x, axes = c.tensor(0), c.listed(1, "axes")
    if not axes:
        if c.attr("noop_with_empty_axes", 0):
            return x
        axes = list(range(len(x.dims)))
    dims = sorted({x.dim(a) for a in axes})
    if x.batch in dims:
        raise CannotTake("it works along the batch: rows do not see each other")
    places = [x.axis(d) for d in dims]
    kept = [a for a in range(x.columns.ndim) if a not in places]
    moved = x.columns.transpose([*kept, *places])
    moved = moved.reshape(*moved.shape[: len(kept)], -1)
    made = _reduced(c, moved, x.kind)
    left = tuple(1 if i in dims else d for i, d in enumerate(x.dims)) if c.attr("keepdims", 1) else \
        tuple(d for i, d in enumerate(x.dims) if i not in dims)
    return Tensor(left, made.reshape(axes_shape(left)), x.kind)


def _reduced(c: Call, x: np.ndarray, kind: str) -> np.ndarray:
    maths = c.maths
    r, pairs, affine = maths.reductions, maths.pairs, maths.pointwise.affine
    if kind != "f":
        x = maths.lookups.combine("id", x)
        if x is None:
            raise CannotTake("integers that depend on more than one id")
    if c.op == "ReduceSum":
        return r.total(x)
    if c.op == "ReduceMean":
        return affine(r.total(x), 1 / x.shape[-1])
    if c.op == "ReduceMax":
        return r.largest(x)
    if c.op == "ReduceMin":
        return r.smallest(x)
    if c.op == "ReduceProd":
        if x.shape[-1] > 64:
            raise CannotTake(f"a product of {x.shape[-1]} factors is too long")
        return r.product(x)
    if c.op == "ReduceL1":
        return r.total(unary(c, "abs", x))
    if c.op == "ReduceL2":
        return unary(c, "sqrt", r.total(pairs.square(x)))
    if c.op == "ReduceSumSquare":
        return r.total(pairs.square(x))
    if c.op == "ReduceLogSum":
        return unary(c, "log", r.total(x))
    largest = r.largest(x)
    centred = pairs.apply("sub", x, largest[..., None])
    return pairs.apply("add", unary(c, "log", r.total(unary(c, "exp", centred))), largest)


@operator("TopK")
def top_k(c: Call):
    """The values, largest first: maxima and minima of neighbours, exchanged until the k largest have come up."""
    x, k = c.tensor(0), int(np.ravel(c.number(1, "k"))[0])
    axis, pairs = x.axis(c.attr("axis", -1)), c.maths.pairs
    parts = list(np.moveaxis(x.columns, axis, 0))
    if len(parts) > _MOST_SORTED:
        raise CannotTake(f"the largest of {len(parts)} are too many to sort; {_MOST_SORTED} are taken")
    best, worst = ("max", "min") if c.attr("largest", 1) else ("min", "max")
    for done in range(min(k, len(parts) - 1)):
        for i in range(len(parts) - 1, done, -1):
            a, b = parts[i - 1], parts[i]
            parts[i - 1], parts[i] = pairs.apply(best, a, b), pairs.apply(worst, a, b)
    columns = np.stack(parts[:k], axis)
    dim = x.dim(c.attr("axis", -1))
    return Tensor((*x.dims[:dim], k, *x.dims[dim + 1 :]), columns, x.kind)
