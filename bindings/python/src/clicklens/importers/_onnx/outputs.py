"""The source's outputs as tasks: the logit behind a probability, exactly, or the output itself."""

from __future__ import annotations

import numpy as np

from .maths import Maths
from .tensor import CannotTake


def logit_of(maths: Maths, column: int) -> tuple[int, str]:
    """(the column of the logit, what the source gives: "probability" or "logit")."""
    found = _logit(maths, column)
    if found is not None:
        return found, "probability"
    if _is_probability(maths, column):
        raise CannotTake("it is a probability, but neither a sigmoid, a softmax of two, nor a product or mean of "
                         "those; give `outputs` the tensor before it")
    return column, "logit"


def _logit(maths: Maths, column: int) -> int | None:
    """The logit's column, found once: a graph may read it twice at every node."""
    if column not in maths.logits:
        maths.logits[column] = _logit_of_one(maths, column)
    return maths.logits[column]


def _logit_of_one(maths: Maths, column: int) -> int | None:
    real = maths.space.sources(np.array([column]))[0]
    place = column - real.base
    affine, pairs = maths.pointwise.affine, maths.pairs
    if real.op == "sigmoid":
        return int(real.args[0][place])
    if real.op == "softmax" and real.attrs["rows"].shape[1] == 2:
        row = real.attrs["rows"][place // 2]
        return int(pairs.apply("sub", row[[place % 2]], row[[1 - place % 2]])[0])
    if real.op == "affine" and real.attrs["scale"][place] == -1 and real.attrs["shift"][place] == 1:
        inner = _logit(maths, int(real.args[0][place]))
        return None if inner is None else int(affine(np.array([inner]), -1.0)[0])
    if real.op == "clip":
        inner = _logit(maths, int(real.args[0][place]))
        low, high = (_of(real.attrs[k]) for k in ("low", "high"))
        return None if inner is None else int(pairs.clip(np.array([inner]), low, high)[0])
    if real.op in ("mul", "square"):
        a, b = (_logit(maths, int(args[place])) for args in (real.args * 2)[:2])
        return None if a is None or b is None else _product(maths, np.array([a]), np.array([b]))
    if real.op in ("sum", "affine"):
        return _mixture(maths, column)
    return None


def _mixture(maths: Maths, column: int) -> int | None:
    """The logit of a mean of probabilities p, by constant weights or by a softmax: log of the mean of p, less log of
    the mean of 1 - p."""
    space, pairs = maths.space, maths.pairs
    scale, real = 1.0, space.sources(np.array([column]))[0]
    if real.op == "affine":
        scale, shift = real.attrs["scale"][column - real.base], real.attrs["shift"][column - real.base]
        column = int(real.args[0][column - real.base])
        real = space.sources(np.array([column]))[0]
        if shift:
            return None
    if real.op != "sum":
        return None
    terms = real.args[0][column - real.base]
    weights, chances = _weighted(space, terms)
    logits = [_logit(maths, int(p)) for p in chances]
    if any(found is None for found in logits) or (weights is None) != bool(np.isclose(scale * len(terms), 1)) or \
            (weights is not None and scale != 1):
        return None
    space.note("a mean of probabilities is a task of its own logit")
    sigmoid, log = (lambda x, op=op: maths.pointwise.unary(
        op, x, lambda v, name: getattr(space.builder, op)(v, name=name)) for op in ("sigmoid", "log"))
    logits = np.array(logits)
    sides = []
    for sign in (1.0, -1.0):
        parts = sigmoid(maths.pointwise.affine(logits, sign))
        parts = parts if weights is None else pairs.apply("mul", weights, parts)
        sides.append(log(maths.reductions.total(parts[None])))
    return int(pairs.apply("sub", *sides)[0])


def _weighted(space, terms):
    """(softmax columns or None, probabilities) of the terms of a mean."""
    product = space.only(terms, "mul")
    if product is not None:
        for w, p in ((0, 1), (1, 0)):
            weights = product.args[w][terms - product.base]
            share = space.only(weights, "softmax")
            if share is not None and any(set(weights) == set(share.base + np.arange(i, i + n)) for n in
                                         [share.attrs["rows"].shape[1]] for i in range(0, share.size, n)):
                return weights, product.args[p][terms - product.base]
    return None, terms


def _of(p):
    return None if p is None or not 0 < p < 1 else float(np.log(p) - np.log1p(-p))


def _product(maths: Maths, a, b) -> int:
    """The logit of sigmoid(a) sigmoid(b): a - softplus(a - b + softplus(-a))."""
    space, affine, pairs = maths.space, maths.pointwise.affine, maths.pairs
    space.note("a product of two probabilities is a task of its own logit")

    def softplus(x):
        return maths.pointwise.unary("softplus", x, lambda v, name: space.builder.softplus(v, name=name))

    inner = pairs.apply("add", pairs.apply("sub", a, b), softplus(affine(a, -1.0)))
    return int(pairs.apply("sub", a, softplus(inner))[0])


def _is_probability(maths: Maths, column: int) -> bool:
    if column not in maths.probabilities:
        maths.probabilities[column] = _is_one_probability(maths, column)
    return maths.probabilities[column]


def _is_one_probability(maths: Maths, column: int) -> bool:
    real = maths.space.sources(np.array([column]))[0]
    place = column - real.base
    if real.op in ("sigmoid", "softmax"):
        return True
    if real.op in ("mul", "square", "sqrt"):
        return all(_is_probability(maths, int(args[place])) for args in real.args)
    if real.op == "clip":
        return _is_probability(maths, int(real.args[0][place]))
    if real.op == "affine":
        inner = maths.space.sources(real.args[0][place : place + 1])[0]
        terms = inner.args[0][real.args[0][place] - inner.base] if inner.op == "sum" else real.args[0][place]
        scale, shift = real.attrs["scale"][place], real.attrs["shift"][place]
        return 0 <= min(shift, shift + scale * np.size(terms)) and max(shift, shift + scale * np.size(terms)) <= 1 and \
            all(_is_probability(maths, int(t)) for t in np.ravel(terms))
    return False
