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
        raise CannotTake("it is a probability, but neither a sigmoid, a softmax of two, nor a product of those; give "
                         "`outputs` the tensor before it")
    return column, "logit"


def _logit(maths: Maths, column: int) -> int | None:
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
    if real.op == "mul":
        a, b = (_logit(maths, int(args[place])) for args in real.args)
        return None if a is None or b is None else _product(maths, np.array([a]), np.array([b]))
    return None


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
    real = maths.space.sources(np.array([column]))[0]
    place = column - real.base
    if real.op in ("sigmoid", "softmax"):
        return True
    if real.op == "mul":
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
