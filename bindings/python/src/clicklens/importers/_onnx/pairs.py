"""Elementwise operators of two values."""

from __future__ import annotations

import numpy as np

from .patterns import pattern
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
        found = pattern(self.space, self.pointwise, op, a, b)
        return self._pair(op, a, b) if found is None else found

    def square(self, x: np.ndarray) -> np.ndarray:
        return self.pointwise.unary("square", x, lambda v, name: self.space.builder.multiply(v, v, name=name),
                                    np.square)

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
        real = space.cached(key, lambda: space.add(
            op, size, make, fields=fields, inputs=(forms[0].ravel(), forms[1].ravel()), args=flat))
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


def _form(x: np.ndarray) -> np.ndarray:
    """What of columns [fields, width] is read: one field or one column where the others repeat it."""
    if len(x) > 1 and (x == x[0]).all():
        x = x[:1]
    if x.shape[1] > 1 and (x == x[:, :1]).all():
        x = x[:, :1]
    return x
