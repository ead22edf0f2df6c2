"""Products of matrices: by weights of the model, or of two values of a row."""

from __future__ import annotations

import numpy as np

from .pairs import Pairs
from .reductions import Reductions
from .space import Real, Space
from .tensor import CannotTake

_MOST = 64  # products a row, one by one


class Products:
    def __init__(self, space: Space, pairs: Pairs, reductions: Reductions):
        self.space, self.pairs, self.reductions = space, pairs, reductions

    def product(self, a: np.ndarray, b: np.ndarray, numbers: tuple[bool, bool]) -> np.ndarray:
        """[lead.., m, k] times [lead.., k, n]; `numbers` says which are arrays of numbers, not of columns."""
        lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        m, k, n = a.shape[-2], a.shape[-1], b.shape[-1]
        if b.shape[-2] != k:
            raise CannotTake(f"{a.shape} times {b.shape} is no product of matrices")
        flat_a = np.broadcast_to(a, (*lead, m, k)).reshape(-1, m, k)
        flat_b = np.broadcast_to(b, (*lead, k, n)).reshape(-1, k, n)
        if numbers[0]:  # A x = (x^T A^T)^T
            turned = self.product(np.swapaxes(flat_b, 1, 2), np.swapaxes(flat_a, 1, 2), (False, True))
            return np.swapaxes(turned, 1, 2).reshape(*lead, m, n)
        made = self._weights(flat_a, flat_b) if numbers[1] else self._values(flat_a, flat_b)
        return made.reshape(*lead, m, n)

    # -------------------------------------------------------------- by weights

    def _weights(self, x, w):
        known = self.space.values(x)
        if known is not None:
            return self.space.constant(known @ w)
        if (w == w[:1]).all():
            rows = self.linear(x.reshape(-1, x.shape[2]), np.ascontiguousarray(w[0].T))
            return rows.reshape(len(x), x.shape[1], -1)
        return np.stack([self.linear(rows, np.ascontiguousarray(each.T)) for rows, each in zip(x, w)])

    def linear(self, x: np.ndarray, weight: np.ndarray, bias=None) -> np.ndarray:
        """x [rows, k] by weight [n, k]: columns [rows, n]."""
        if len(x) == 1:
            return self._flat(x, weight, bias).columns.reshape(1, -1)
        turned = np.ascontiguousarray(x.T)
        if bias is None and self.space.cost(turned) < self.space.cost(x):
            return self._mixed(turned, weight).columns.reshape(len(weight), -1).T
        return self._by_field(np.ascontiguousarray(x), weight, bias).columns.reshape(len(x), -1)

    def _flat(self, x, weight, bias) -> Real:
        """One field: its columns in whatever order they lie, the weights follow."""
        if self.space.cost(x):
            unique, place = np.unique(x[0], return_inverse=True)
            moved = np.zeros((len(weight), unique.size), np.result_type(weight, np.float32))
            if unique.size == place.size:
                moved[:, place] = weight
            else:
                np.add.at(moved, (slice(None), place), weight)
            x, weight = unique.reshape(1, -1), moved
        return self._linear(x, weight, bias, "linear")

    def _by_field(self, x, weight, bias) -> Real:
        return self._linear(x, weight, bias, "field_linear")

    def _linear(self, x, weight, bias, method) -> Real:
        space, name = self.space, self.space.name
        weight32 = np.asarray(weight, np.float32)

        def make():
            return getattr(space.builder, method)(space.value(x), weight32, None if bias is None else
                                                  np.asarray(bias, np.float32), name=name)

        return space.add("linear", len(x) * len(weight), make, fields=len(x), inputs=(x,), bias=bias,
                         again=lambda shift: self._linear(x, weight, shift, method))

    def _mixed(self, x, weight) -> Real:
        """weight [out, fields] of fields [fields, width]: columns [out, width]."""
        space, name, weight32 = self.space, self.space.name, np.asarray(weight, np.float32)
        return space.add("field_mix", len(weight) * x.shape[1],
                         lambda: space.builder.field_mix(space.value(x), weight32, name=name), fields=len(weight),
                         inputs=(x,))

    # -------------------------------------------------------------- of two values

    def _values(self, a, b):
        lead, m, k, n = len(a), a.shape[1], a.shape[2], b.shape[2]
        if k == 1:
            return self.pairs.apply("mul", a, b)
        if lead > 1 and (b == b[:1]).all():
            return self._matmul(np.ascontiguousarray(a.reshape(lead * m, k)), b[0]).reshape(lead, m, n)
        if m == n == 1 or lead > _MOST:
            if lead * m * n * k > 1 << 20:
                raise CannotTake(f"{lead} products a row of [{m}, {k}] and [{k}, {n}] are too many")
            return self.reductions.total(self.pairs.apply("mul", a[:, :, None, :], np.swapaxes(b, 1, 2)[:, None]))
        return np.stack([self._matmul(x, y) for x, y in zip(a, b)])

    def _matmul(self, a, b):
        """[m, k] times [k, n], whichever way b lies."""
        space, name = self.space, self.space.name
        turned = np.ascontiguousarray(b.T)
        transposed = space.cost(turned) < space.cost(b)
        a, right = np.ascontiguousarray(a), turned if transposed else np.ascontiguousarray(b)
        key = ("matmul", a.shape, a.tobytes(), right.shape, right.tobytes(), transposed)
        real = space.cached(key, lambda: space.add(
            "matmul", len(a) * b.shape[1],
            lambda: space.builder.matmul(space.value(a), space.value(right), transpose_b=transposed, name=name),
            fields=len(a), inputs=(a, right)))
        return real.columns.reshape(len(a), -1)
