"""Arithmetic of two or more operands."""

from __future__ import annotations

import numpy as np

from .averages import averaged
from .call import Call, operator
from .lengths import is_length, places_before
from .tensor import CannotTake, Tensor, aligned

_TWO = {"Add": "add", "Sub": "sub", "Mul": "mul", "Div": "div", "Max": "max", "Min": "min", "Sum": "add"}
_TESTS = {"Equal": "equal", "Greater": "greater", "Less": "less", "GreaterOrEqual": "greater_equal",
          "LessOrEqual": "less_equal", "And": "and", "Or": "or", "Xor": "xor"}


def _kinds(c: Call) -> set[str]:
    return {x.kind for x in c.inputs if isinstance(x, Tensor)}


def _by_id(c: Call, op: str, columns) -> np.ndarray | None:
    return c.maths.lookups.combine(op, *columns)


def _demand(c: Call, op: str, columns) -> np.ndarray:
    found = _by_id(c, op, columns)
    if found is None:
        raise CannotTake(f"{c.op} is taken of constants and of what depends on one id alone (masks of padding, row "
                         "numbers), not of other values of the row")
    return found


@operator("Add", "Sub", "Mul", "Div", "Max", "Min", "Sum")
def arithmetic(c: Call):
    operands = [x for x in c.inputs if x is not None]
    made = operands[0]
    for other in operands[1:]:
        made = _pair(c, _TWO[c.op], made, other)
    return made


def _pair(c: Call, op: str, left, right):
    maths = c.maths
    dims, (a, b) = aligned([left, right])
    kind = "f" if any(isinstance(x, Tensor) and x.kind == "f" for x in (left, right)) else \
        next(x.kind for x in (left, right) if isinstance(x, Tensor))
    columns = [maths.columns(x, data) for x, data in ((left, a), (right, b))]
    columns = np.broadcast_arrays(*columns)
    if kind != "f":  # ids, masks and lengths
        return Tensor(dims, _demand(c, "int_div" if op == "div" else op, columns), kind)
    made = None
    if all(_mask_like(maths, x) for x in columns):
        made = _by_id(c, op, columns)
    elif op == "mul":
        for mask, x in (columns, columns[::-1]):
            if _mask_like(maths, mask) and maths.space.values(mask) is None:
                made = maths.lookups.masked(np.ravel(mask), np.ravel(x))
                made = None if made is None else made.reshape(mask.shape)
                break
    elif op == "div":
        made = averaged(maths.lookups, *columns)
    return Tensor(dims, maths.pairs.apply(op, *columns) if made is None else made)


def _mask_like(maths, columns) -> bool:
    """Looked up by id, but no rows of the source's tables: or constants."""
    from .expressions import ID

    for real in maths.space.sources(columns):
        if real.op == "constant":
            continue
        if real.op != "lookup" or any(e[0] == "row" or e == ID for e in real.attrs["expressions"]):
            return False
    return True


@operator("Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And", "Or", "Xor")
def test(c: Call):
    dims, data = aligned(c.inputs)
    columns = np.broadcast_arrays(*(c.maths.columns(x, d) for x, d in zip(c.inputs, data)))
    places = places_before(c.maths.space, c.maths.lookups, _TESTS[c.op], *columns)
    return Tensor(dims, _demand(c, _TESTS[c.op], columns) if places is None else places, "b")


@operator("Not", "IsNaN")
def negated(c: Call):
    x = c.tensor(0)
    return x.like(_demand(c, "not" if c.op == "Not" else "is_nan", [x.columns]), "b")


@operator("Mod")
def mod(c: Call):
    dims, data = aligned(c.inputs)
    columns = np.broadcast_arrays(*(c.maths.columns(x, d) for x, d in zip(c.inputs, data)))
    kind = next(x.kind for x in c.inputs if isinstance(x, Tensor))
    return Tensor(dims, _demand(c, "fmod" if c.attr("fmod", 0) else "mod", columns), kind)


@operator("Floor", "Ceil", "Sign")
def rounded(c: Call):
    x = c.tensor(0)
    return x.like(_demand(c, c.op.lower(), [x.columns]))


@operator("Cast")
def cast(c: Call):
    """Numbers of a row are floats here, and ids are themselves."""
    x, kind = c.tensor(0), _CAST.get(c.attr("to"), "i")
    if kind == "b" and x.kind != "b":
        return x.like(_demand(c, "bool", [x.columns]), "b")
    if kind == "i" and x.kind == "f":
        ids = all(real.op in ("ids", "dense", "unmapped") for real in c.maths.space.sources(x.columns)) or \
            is_length(c.maths.space, c.maths.lookups, x.columns)
        return x.like(_unread(c, x.columns) if ids else _demand(c, "trunc", [x.columns]), "i")
    return x.like(x.columns, kind)


def _unread(c: Call, columns):
    """A whole matrix may be cast for the ids in it: the numbers beside them only must not be read so."""
    space, made, name = c.maths.space, columns.copy(), c.maths.space.name
    for real in space.sources(columns):
        if real.op == "dense":
            mine = (columns >= real.base) & (columns < real.base + real.size)
            cut = space.cached(("cut", real.base), lambda real=real: space.add("cut", real.size, lambda: _cut(name)))
            made[mine] += cut.base - real.base
    return made


def _cut(name: str):
    raise CannotTake(f"'{name}' is read: numbers of the row are cast to integers, which is taken of ids")


_CAST = {1: "f", 10: "f", 11: "f", 16: "f", 9: "b"}  # TensorProto's float, float16, double, bfloat16, bool


@operator("Where")
def where(c: Call):
    """A choice by a constant moves columns; by a mask it is m a + (1 - m) b."""
    dims, (condition, a, b) = aligned(c.inputs)
    space, pairs = c.maths.space, c.maths.pairs
    kind = next((x.kind for x in c.inputs[1:] if isinstance(x, Tensor)), "f")
    known = space.values(condition) if isinstance(c.inputs[0], Tensor) else condition
    a, b = (c.maths.columns(x, _finite(d)) if not isinstance(x, Tensor) else d for x, d in zip(c.inputs[1:], (a, b)))
    if known is not None:
        return Tensor(dims, np.where(known, a, b), kind)
    columns = np.broadcast_arrays(condition, a, b)
    if kind != "f" or all(_mask_like(c.maths, x) for x in columns):
        return Tensor(dims, _demand(c, "where", columns), kind)
    m, a, b = columns
    unlike = c.maths.lookups.combine("not", m)
    if unlike is None:
        raise CannotTake("it chooses by a value of the row that is no mask of ids")
    return Tensor(dims, pairs.apply("add", pairs.apply("mul", m, a), pairs.apply("mul", unlike, b)))


def _finite(numbers):
    """-inf, which softmax is given for masked places, times the zero of a mask would be NaN."""
    numbers = np.asarray(numbers)
    return np.clip(numbers, -1e30, 1e30) if numbers.dtype.kind == "f" else numbers


@operator("Pow")
def power(c: Call):
    x, exponent = c.tensor(0), np.unique(c.number(1, "the exponent"))
    if exponent.size != 1:
        raise CannotTake("one exponent for all is taken")
    dims, parts = aligned(c.inputs)
    columns, _ = np.broadcast_arrays(*parts)
    return Tensor(dims, _power(c.maths, columns, float(exponent[0])), x.kind)


def _power(maths, x, p: float):
    space, pairs, pointwise = maths.space, maths.pairs, maths.pointwise
    if p == 0:
        return space.constant(np.ones(x.shape))
    if p == 1:
        return x
    if p < 0:
        return pairs.reciprocal(_power(maths, x, -p))
    if p == 0.5:
        return pointwise.unary("sqrt", x, lambda v, name: space.builder.sqrt(v, name=name), np.sqrt)
    if p == int(p) and p <= 1024:
        half = _power(maths, x, p // 2)
        whole = pairs.square(half)
        return whole if p % 2 == 0 else pairs.apply("mul", whole, x)
    logs = pointwise.unary("log", x, lambda v, name: space.builder.log(v, name=name), np.log)
    return pointwise.unary("exp", pointwise.affine(logs, p), lambda v, name: space.builder.exp(v, name=name), np.exp)
