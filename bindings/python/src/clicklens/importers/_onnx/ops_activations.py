"""Activations, and what is made of them."""

from __future__ import annotations

import numpy as np

from .call import Call, operator
from .tensor import CannotTake, Tensor, aligned

_PLAIN = {"Abs": "abs", "Sqrt": "sqrt", "Exp": "exp", "Log": "log", "Erf": "erf", "Sigmoid": "sigmoid",
          "Tanh": "tanh", "Softplus": "softplus", "Reciprocal": "reciprocal", "Relu": "relu"}
_FOLDS = {"Abs": np.abs, "Sqrt": np.sqrt, "Exp": np.exp, "Log": np.log, "Tanh": np.tanh, "Reciprocal": np.reciprocal,
          "Relu": lambda n: np.maximum(n, 0), "Sigmoid": lambda n: 1 / (1 + np.exp(-n)),
          "Softplus": lambda n: np.logaddexp(n, 0)}


def unary(c: Call, method: str, columns, *arguments, fold=None, key=()):
    builder = c.maths.space.builder
    return c.maths.pointwise.unary(
        method, columns, lambda v, name: getattr(builder, method)(v, *arguments, name=name), fold,
        key or tuple(arguments))


@operator(*_PLAIN)
def plain(c: Call):
    x = c.tensor(0)
    if c.op == "Abs" and x.kind != "f":
        return x.like(x.columns)
    if c.op == "Log":
        inside = _one_plus_exp(c, x.columns)
        if inside is not None:
            c.maths.space.note("log(1 + exp(x)) is softplus")
            return x.like(unary(c, "softplus", inside))
    return x.like(unary(c, _PLAIN[c.op], x.columns, fold=_FOLDS.get(c.op)))


def _one_plus_exp(c: Call, columns):
    space = c.maths.space
    shifted = space.only(columns, "affine")
    if shifted is None:
        return None
    places = columns - shifted.base
    if (shifted.attrs["scale"][places] != 1).any() or (shifted.attrs["shift"][places] != 1).any():
        return None
    inner = shifted.args[0][places]
    power = space.only(inner, "exp")
    return None if power is None else power.args[0][inner - power.base]


@operator("Neg")
def negative(c: Call):
    x = c.tensor(0)
    return x.like(c.maths.pointwise.affine(x.columns, -1.0))


@operator("LeakyRelu")
def leaky_relu(c: Call):
    return c.tensor(0).like(unary(c, "leaky_relu", c.tensor(0).columns, float(c.attr("alpha", 0.01))))


@operator("PRelu")
def prelu(c: Call):
    """One slope for each column."""
    x = c.tensor(0)
    space, pointwise = c.maths.space, c.maths.pointwise
    dims, (columns, slopes) = aligned([x, c.number(1, "its slope")])
    slopes = np.broadcast_to(slopes, columns.shape)
    if (slopes == slopes.flat[0]).all():
        return x.like(unary(c, "leaky_relu", x.columns, float(slopes.flat[0])))
    flat, place = columns.ravel(), np.empty(columns.size, np.int64)
    unique, first, inverse = np.unique(flat, return_index=True, return_inverse=True)
    if unique.size != flat.size:
        raise CannotTake("the same column has several slopes")
    ordered = slopes.ravel()[first]
    made = pointwise.real("prelu", unique, 1, lambda v, name: space.builder.prelu(v, ordered, name=name),
                            ordered.tobytes(), {})
    place = made.base + inverse
    return Tensor(dims, place.reshape(columns.shape))


@operator("Elu")
def elu(c: Call):
    return c.tensor(0).like(unary(c, "elu", c.tensor(0).columns, float(c.attr("alpha", 1.0))))


@operator("Selu")
def selu(c: Call):
    x, alpha, gamma = c.tensor(0), c.attr("alpha", 1.6732632423543772), c.attr("gamma", 1.0507009873554805)
    return x.like(c.maths.pointwise.affine(unary(c, "elu", x.columns, float(alpha)), gamma))


@operator("HardSigmoid")
def hard_sigmoid(c: Call):
    x = c.tensor(0)
    inner = c.maths.pointwise.affine(x.columns, c.attr("alpha", 0.2), c.attr("beta", 0.5))
    return x.like(c.maths.pairs.clip(inner, 0.0, 1.0))


@operator("HardSwish")
def hard_swish(c: Call):
    x, maths = c.tensor(0), c.maths
    gate = maths.pairs.clip(maths.pointwise.affine(x.columns, 1 / 6, 0.5), 0.0, 1.0)
    return x.like(maths.pairs.apply("mul", x.columns, gate))


@operator("Gelu")
def gelu(c: Call):
    x, kind, space = c.tensor(0), c.attr("approximate", "none"), c.maths.space
    return x.like(c.maths.pointwise.unary(
        "gelu", x.columns, lambda v, name: space.builder.gelu(v, approximate=kind, name=name), None, (kind,)))


@operator("Mish")
def mish(c: Call):
    x = c.tensor(0)
    gate = unary(c, "tanh", unary(c, "softplus", x.columns))
    return x.like(c.maths.pairs.apply("mul", x.columns, gate))


@operator("Softsign")
def softsign(c: Call):
    x, maths = c.tensor(0), c.maths
    below = maths.pointwise.affine(unary(c, "abs", x.columns), 1.0, 1.0)
    return x.like(maths.pairs.apply("div", x.columns, below))


@operator("Clip")
def clip(c: Call):
    x = c.tensor(0)
    low, high = (float(np.ravel(c.number(i, name))[0]) if c.has(i) else c.attr(name)
                 for i, name in ((1, "min"), (2, "max")))
    low = None if low is None or low <= -3.4e38 else low
    high = None if high is None or high >= 3.4e38 else high
    if x.kind != "f":
        made = x.columns
        for op, limit in (("max", low), ("min", high)):
            if limit is not None:
                made = c.maths.lookups.combine(op, made, c.maths.space.constant(np.full(made.shape, limit)))
            if made is None:
                raise CannotTake("integers that depend on more than one id")
        return x.like(made)
    return x.like(c.maths.pairs.clip(x.columns, low, high))


# -------------------------------------------------------------- softmax


@operator("Softmax", "LogSoftmax")
def softmax(c: Call):
    x = c.tensor(0)
    if c.opset >= 13:
        axis = x.axis(c.attr("axis", -1))
        moved = np.moveaxis(x.columns, axis, -1)
        made = np.moveaxis(_softmax(c, moved.reshape(-1, moved.shape[-1])).reshape(moved.shape), -1, axis)
        return x.like(made)
    dim = x.dim(c.attr("axis", 1))  # everything from the axis on is one row
    if dim <= x.batch:
        raise CannotTake("it normalises along the batch")
    rows = x.columns.reshape(int(np.prod(x.columns.shape[: dim + 1], dtype=int)), -1)
    return x.like(_softmax(c, rows).reshape(x.columns.shape))


def _softmax(c: Call, rows):
    maths = c.maths
    space, name = maths.space, maths.space.name
    rows = np.ascontiguousarray(rows)
    if c.op == "LogSoftmax":  # x less its maximum, less the log of the sum of its exponentials
        centred = maths.pairs.apply("sub", rows, maths.reductions.largest(rows)[:, None])
        total = maths.reductions.total(unary(c, "exp", centred))
        return maths.pairs.apply("sub", centred, unary(c, "log", total)[:, None])
    if rows.shape[1] == 1:
        return space.constant(np.ones(rows.shape))
    real = space.cached(("softmax", rows.shape, rows.tobytes()), lambda: space.add(
        "softmax", rows.size, lambda: space.builder.softmax(space.value(rows), name=name), fields=len(rows),
        inputs=(rows,), rows=rows))
    return real.columns.reshape(rows.shape)
