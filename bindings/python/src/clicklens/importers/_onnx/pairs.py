"""Elementwise operators of two values, and the patterns that they complete."""

from __future__ import annotations

import numpy as np

from .pointwise import Pointwise
from .space import Space

_METHODS = {"add": "add", "mul": "multiply", "sub": "subtract", "div": "divide", "max": "maximum", "min": "minimum"}
_FOLDS = {"add": np.add, "mul": np.multiply, "sub": np.subtract, "div": np.divide, "max": np.maximum,
          "min": np.minimum}


class Pairs:
    def __init__(self, space: Space, pointwise: Pointwise):
        self.space, self.pointwise = space, pointwise

    def apply(self, op: str, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """op of columns, broadcast as NumPy does."""
        a, b = np.broadcast_arrays(a, b)
        known = self.space.values(a), self.space.values(b)
        if known[0] is not None and known[1] is not None:
            with np.errstate(all="ignore"):
                return self.space.constant(_FOLDS[op](*known))
        for numbers, other, first in ((known[1], a, False), (known[0], b, True)):
            if numbers is not None:
                made = self._with_numbers(op, other, numbers, first)
                if made is not None:
                    return made
        if op == "mul" and (a == b).all():
            return self.square(a)
        found = self._pattern(op, a, b)
        return self._pair(op, a, b) if found is None else found

    def square(self, x: np.ndarray) -> np.ndarray:
        return self.pointwise.unary("square", x, lambda v, name: self.space.builder.multiply(v, v, name=name), np.square)

    def _with_numbers(self, op, x, numbers, first):
        affine = self.pointwise.affine
        if op == "add":
            return affine(x, 1.0, numbers)
        if op == "mul":
            return affine(x, numbers, 0.0)
        if op == "sub":
            return affine(x, -1.0, numbers) if first else affine(x, 1.0, -numbers)
        if op == "div":
            with np.errstate(divide="ignore"):
                return affine(self.reciprocal(x), numbers, 0.0) if first else affine(x, 1.0 / numbers, 0.0)
        if (numbers == numbers.flat[0]).all():
            limit = float(numbers.flat[0])
            return self.clip(x, limit, None) if op == "max" else self.clip(x, None, limit)
        return None

    def clip(self, x: np.ndarray, low, high) -> np.ndarray:
        if low is None and high is None:
            return x
        if low == 0 and high is None:
            return self.pointwise.unary("relu", x, lambda v, name: self.space.builder.relu(v, name=name),
                                        lambda n: np.maximum(n, 0))
        return self.pointwise.unary("clip", x, lambda v, name: self.space.builder.clip(v, low, high, name=name),
                                    lambda n: np.clip(n, low, high), (low, high), low=low, high=high)

    def reciprocal(self, x: np.ndarray) -> np.ndarray:
        return self.pointwise.unary("reciprocal", x, lambda v, name: self.space.builder.reciprocal(v, name=name),
                                    np.reciprocal)

    # -------------------------------------------------------------- the general case

    def _pair(self, op: str, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        space, shape = self.space, a.shape
        split, forms = self._layout(a, b)
        fields = int(np.prod(shape[:split], dtype=int))
        size = a.size
        name = space.name

        def make():
            method = getattr(space.builder, _METHODS[op])
            x, y = (space.value(np.ascontiguousarray(form)) for form in forms)
            return method(x, y, name=name)

        key = (op, fields, *(part for form in forms for part in (form.shape, form.tobytes())))
        flat = a.ravel(), b.ravel()
        real = space.cached(key, lambda: space.add(op, size, make, fields=fields, inputs=(forms[0].ravel(), forms[1].ravel()),
                                                   args=flat))
        return real.columns.reshape(shape)

    def _layout(self, a, b):
        """Where to cut the shape into fields and width, so that least is copied; and what of a and b is read there."""
        best = None
        for split in range(a.ndim + 1):
            fields = int(np.prod(a.shape[:split], dtype=int))
            forms = [_form(x.reshape(fields, -1)) for x in (a, b)]
            rank_two = all(f.shape[0] in (1, fields) for f in forms)
            width = a.size // fields
            # Neither value has the result's shape: one is spread out first.
            if not any(f.shape == (fields, width) for f in forms):
                cheap = [f if i else np.ascontiguousarray(a.reshape(fields, -1)) for i, f in enumerate(forms)]
                forms = cheap
            cost = sum(self.space.cost(f) for f in forms)
            if rank_two and (best is None or cost < best[0]):
                best = (cost, split, forms)
        return best[1], best[2]

    # -------------------------------------------------------------- patterns

    def _pattern(self, op, a, b):
        if op == "mul":
            return self._gated(a, b)
        if op == "sub":
            return self._second_order(a, b)
        if op == "div":
            return self._normed(a, b)
        return None

    def _gated(self, a, b):
        """x * sigmoid(x), x * (1 + erf(x / sqrt 2))."""
        for x, gate in ((a, b), (b, a)):
            real = self.space.only(gate, "sigmoid")
            if real is not None and (real.args[0][gate - real.base] == x).all():
                self.space.note("x * sigmoid(x) is silu")
                return self.pointwise.unary("silu", x, lambda v, name: self.space.builder.silu(v, name=name))
            real = self.space.only(gate, "affine")
            if real is None:
                continue
            places = gate - real.base
            t, u = real.attrs["scale"][places], real.attrs["shift"][places]
            error = self.space.only(real.args[0][places], "erf")
            if error is None or (t != u).any():
                continue
            inner, scale, shift = self.pointwise._composed(error.args[0][real.args[0][places] - error.base].ravel(),
                                                           np.ones(x.size), np.zeros(x.size))
            outer, s, moved = self.pointwise._composed(x.ravel(), np.ones(x.size), np.zeros(x.size))
            if (inner == outer).all() and np.allclose(scale, np.sqrt(0.5), rtol=1e-6) and not shift.any() and \
                    not moved.any():
                self.space.note("x * (1 + erf(x / sqrt 2)) is gelu")
                made = self.pointwise.unary("gelu", inner.reshape(x.shape),
                                            lambda v, name: self.space.builder.gelu(v, name=name))
                return self.pointwise.affine(made, 2 * s.reshape(x.shape) * t, 0.0)
        return None

    def _second_order(self, a, b):
        """(sum x)^2 - sum x^2: twice the second order of a factorization machine."""
        square, total = self.space.only(a, "square"), self.space.only(b, "sum")
        if square is None or total is None:
            return None
        summed = square.args[0][a - square.base]
        plain = self.space.only(summed, "sum")
        if plain is None:
            return None
        terms = plain.args[0][summed - plain.base]
        squares = total.args[0][b - total.base]
        inner = self.space.only(squares, "square")
        if inner is None or terms.shape != squares.shape:
            return None
        under = inner.args[0][squares - inner.base]
        if (np.sort(under, -1) != np.sort(terms, -1)).any():
            return None
        fields = np.ascontiguousarray(terms.reshape(-1, terms.shape[-1]).T)  # [fields, width]
        space, name = self.space, self.space.name
        if len(fields) < 2:
            return None
        space.note("square of the sum less the sum of squares is bi_interaction")
        real = space.cached(("bi_interaction", fields.tobytes(), fields.shape), lambda: space.add(
            "bi_interaction", fields.shape[1], lambda: space.builder.bi_interaction(space.value(fields), name=name),
            inputs=(fields,)))
        return self.pointwise.affine(real.columns.reshape(a.shape), 2.0, 0.0)

    def _normed(self, a, b):
        """(x - mean x) / sqrt(mean of (x - mean x)^2 + eps): layer norm."""
        root = self.space.only(b, "sqrt")
        if root is None:
            return None
        inner, scale, eps = self.pointwise._composed(root.args[0][b - root.base].ravel(), np.ones(b.size),
                                                     np.zeros(b.size))
        total, centred = self.space.only(inner, "sum"), self.space.only(a, "sub")
        if total is None or centred is None:
            return None
        terms = total.args[0][inner - total.base]  # [.., width]
        squared = self.space.only(terms, "square")
        if squared is None or not np.allclose(scale * terms.shape[-1], 1) or (eps != eps[0]).any():
            return None
        width = terms.shape[-1]
        flat = a.ravel()
        x, mean = centred.args[0][flat - centred.base], centred.args[1][flat - centred.base]
        if flat.size % width or (squared.args[0][terms - squared.base].reshape(-1, width)
                                 != flat.reshape(-1, width).repeat(width, 0)).any():
            return None
        group, weight, moved = self.pointwise._composed(mean, np.ones(mean.size), np.zeros(mean.size))
        sums = self.space.only(group, "sum")
        if sums is None or moved.any() or not np.allclose(weight * width, 1):
            return None
        if (sums.args[0][group - sums.base] != x.reshape(-1, width).repeat(width, 0)).any():
            return None
        self.space.note("a decomposed layer norm is layer_norm")
        return layer_norm(self.space, x.reshape(-1, width), float(eps[0])).columns.reshape(a.shape)


def layer_norm(space: Space, x: np.ndarray, eps: float, scale=None, shift=None):
    """The Real of a layer norm of fields [n, width]."""
    name = space.name

    def again(scale, shift):
        return layer_norm(space, x, eps, scale, shift)

    key = ("layer_norm", x.shape, x.tobytes(), eps, None if scale is None else (scale.tobytes(), shift.tobytes()))
    return space.cached(key, lambda: space.add(
        "layer_norm", x.size, lambda: space.builder.layer_norm(space.value(x), scale, shift, eps, name=name),
        fields=len(x), inputs=(x,), again=again, scale=scale, shift=shift))


def _form(x: np.ndarray) -> np.ndarray:
    """What of columns [fields, width] is read: one field or one column where the others repeat it."""
    if len(x) > 1 and (x == x[0]).all():
        x = x[:1]
    if x.shape[1] > 1 and (x == x[:, :1]).all():
        x = x[:, :1]
    return x
