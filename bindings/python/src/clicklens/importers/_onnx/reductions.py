"""Sums and extremes along an axis."""

from __future__ import annotations

import numpy as np

from .lookups import Lookups
from .pairs import Pairs
from .pointwise import Pointwise
from .space import Space


class Reductions:
    def __init__(self, space: Space, lookups: Lookups, pointwise: Pointwise, pairs: Pairs):
        self.space, self.lookups, self.pointwise, self.pairs = space, lookups, pointwise, pairs

    def total(self, x: np.ndarray) -> np.ndarray:
        """The sum along the last axis of columns."""
        shape, x = x.shape[:-1], np.ascontiguousarray(x.reshape(-1, x.shape[-1]))
        if x.shape[1] == 1:
            return x[:, 0].reshape(shape)
        numbers = self.space.values(x)
        if numbers is not None:
            return self.space.constant(numbers.sum(1).reshape(shape))
        for pattern in (self._pooled, self._scaled, self._dots, self._sum):
            made = pattern(x)
            if made is not None:
                return made.reshape(shape)
        raise AssertionError("a sum is always one")

    def _pooled(self, x):
        """All rows of a feature's ids: the embedding bag adds them up."""
        looked = self.space.only(x, "lookup")
        if looked is None or looked.attrs["ids"].size == 1:
            return None
        ids, width = looked.attrs["ids"].size, len(looked.attrs["expressions"])
        places = np.sort((x - looked.base) // width, 1)
        columns = (x - looked.base) % width
        if x.shape[1] != ids or (places != np.arange(ids)).any() or (columns != columns[:, :1]).any():
            return None
        return self.lookups.bag(looked).base + columns[:, 0]

    def _scaled(self, x):
        """A sum of columns scaled alike is the sum, scaled: where a pattern is below the scale."""
        real = self.space.only(x, "affine")
        if real is None or real.attrs["shift"].any() or (real.attrs["scale"] != real.attrs["scale"][0]).any():
            return None
        inner = real.args[0][x - real.base]
        if self.space.only(inner, "bi_interaction") is not None:
            return self.pointwise.affine(self._sum(inner), real.attrs["scale"][0], 0.0)
        for pattern in (self._pooled, self._dots):
            made = pattern(inner)
            if made is not None:
                return self.pointwise.affine(made, real.attrs["scale"][0], 0.0)
        return None

    def _dots(self, x):
        """Sums of products of all pairs of fields."""
        real = self.space.only(x, "mul")
        if real is None or len(x) < 3:
            return None
        return self._pairs_of(*(args[x - real.base] for args in real.args))

    def side_by_side(self, columns: np.ndarray) -> np.ndarray:
        """The same columns; single dot products that are all pairs of some fields become one pairwise_dot."""
        dots: dict[int, list] = {}  # by width: (place, a, b)
        flat = columns.ravel()
        for place, owner in enumerate(self.space.owners(flat)):
            real = self.space.reals[owner]
            if real.op != "sum":
                continue
            terms = real.args[0][flat[place] - real.base]
            product = self.space.only(terms, "mul")
            if product is not None:
                a, b = (args[terms - product.base] for args in product.args)
                dots.setdefault(len(terms), []).append((place, a, b))
        made = flat.copy()
        for found in dots.values():
            if len(found) < 3:
                continue
            paired = self._pairs_of(np.stack([a for _, a, _ in found]), np.stack([b for _, _, b in found]))
            if paired is not None:
                made[[place for place, _, _ in found]] = paired
        return made.reshape(columns.shape)

    def _pairs_of(self, a: np.ndarray, b: np.ndarray):
        """The dot products of rows a and b, [pairs, width] each, where they are all pairs of some fields."""
        fields: dict[bytes, int] = {}
        pairs = []
        for left, right in zip(a, b):
            pairs.append(tuple(fields.setdefault(side.tobytes(), len(fields)) for side in (left, right)))
        n = len(fields)
        if len({frozenset(pair) for pair in pairs}) != n * (n - 1) // 2 or len(pairs) != n * (n - 1) // 2 or \
                any(i == j for i, j in pairs):
            return None
        rows = np.stack([np.frombuffer(key, np.int64) for key in fields])
        number = {pair: k for k, pair in enumerate((i, j) for i in range(n) for j in range(i + 1, n))}
        space, name = self.space, self.space.name
        space.note("sums of the products of all pairs of fields are pairwise_dot")
        made = space.cached(("pairwise_dot", rows.shape, rows.tobytes()), lambda: space.add(
            "pairwise_dot", len(pairs), lambda: space.builder.pairwise_dot(space.value(rows), name=name),
            inputs=(rows,)))
        return made.base + np.array([number[min(pair), max(pair)] for pair in pairs])

    def _sum(self, x):
        space, name = self.space, self.space.name
        down = np.ascontiguousarray(x.T)  # fields are added up; else each field's columns are
        across = len(x) == 1 or space.cost(x) < space.cost(down)

        def make():
            if not across:
                return space.builder.sum(space.value(down), name=name)
            if len(x) == 1:
                return space.builder.sum(space.value(x), name=name)
            return space.builder.field_linear(space.value(x), np.ones((1, x.shape[1]), np.float32), name=name)

        real = space.cached(("sum", x.shape, x.tobytes()), lambda: space.add(
            "sum", len(x), make, fields=len(x) if across else 1, inputs=(x,), args=(x,)))
        return real.columns

    def largest(self, x: np.ndarray) -> np.ndarray:
        """The maximum along the last axis."""
        shape, x = x.shape[:-1], x.reshape(-1, x.shape[-1])
        if x.shape[1] == 1:
            return x[:, 0].reshape(shape)
        numbers = self.space.values(x)
        if numbers is not None:
            return self.space.constant(numbers.max(1).reshape(shape))
        space, name, down = self.space, self.space.name, np.ascontiguousarray(x.T)
        real = space.cached(("field_max", down.shape, down.tobytes()), lambda: space.add(
            "field_max", len(x), lambda: space.builder.field_max(space.value(down), name=name), inputs=(down,)))
        return real.columns.reshape(shape)

    def smallest(self, x: np.ndarray) -> np.ndarray:
        return self.pointwise.affine(self.largest(self.pointwise.affine(x, -1.0)), -1.0)

    def product(self, x: np.ndarray) -> np.ndarray:
        made = x[..., 0]
        for k in range(1, x.shape[-1]):
            made = self.pairs.apply("mul", made, x[..., k])
        return made
