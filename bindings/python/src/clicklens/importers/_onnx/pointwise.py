"""Operators of one column each: activations, and scales and shifts, which compose."""

from __future__ import annotations

import numpy as np

from .space import Real, Space


def distinct(space: Space, columns: np.ndarray):
    """(the distinct columns, as fields of the one Real they are; where each of `columns` is among them)."""
    unique, inverse = np.unique(columns.ravel(), return_inverse=True)
    owner = space.reals[int(space.owners(unique[:1])[0])]
    fields = owner.fields if owner.size == unique.size and owner.base == unique[0] else 1
    return unique, fields, inverse.reshape(columns.shape)


class Pointwise:
    def __init__(self, space: Space):
        self.space = space

    def unary(self, op: str, columns: np.ndarray, make, fold=None, key=(), **attrs) -> np.ndarray:
        """make(value) of every column; `fold` does it with numbers, `key` says what tells two makes apart."""
        numbers = self.space.values(columns)
        if numbers is not None and fold is not None:
            return self.space.constant(fold(numbers))
        unique, fields, inverse = distinct(self.space, columns)
        real = self.real(op, unique, fields, make, key, attrs)
        return real.base + inverse

    def real(self, op, unique, fields, make, key, attrs) -> Real:
        """The Real of distinct columns in this order."""
        space = self.space

        def new():
            name = space.name
            return space.add(op, unique.size, lambda: make(space.value(unique.reshape(fields, -1)), name),
                             fields=fields, inputs=(unique,), args=(unique,), **attrs)

        return space.cached((op, key, unique.tobytes()), new)

    # -------------------------------------------------------------- scale and shift

    def affine(self, columns: np.ndarray, scale=1.0, shift=0.0) -> np.ndarray:
        """scale * column + shift, one each; scales of scales are one scale."""
        shape = np.broadcast_shapes(columns.shape, np.shape(scale), np.shape(shift))
        columns = np.broadcast_to(columns, shape)
        flat = columns.ravel()
        scale = np.broadcast_to(np.asarray(scale, np.float64), shape).ravel()
        shift = np.broadcast_to(np.asarray(shift, np.float64), shape).ravel()
        inner, scale, shift = self.composed(flat, scale, shift)
        if (scale == 1).all() and (shift == 0).all():
            return inner.reshape(shape)
        merged = self._merged(inner, scale, shift)
        if merged is not None:
            return merged.reshape(shape)
        known = self.space.values(inner)
        if known is not None:
            return self.space.constant((known * scale + shift).reshape(shape))
        still = scale == 0  # what does not depend on the row; NaN and infinity times zero are not kept
        if still.any():
            made = np.empty(flat.size, np.int64)
            made[still] = self.space.constant(shift[still])
            if not still.all():
                made[~still] = self._affine(inner[~still], scale[~still], shift[~still])
            return made.reshape(shape)
        return self._affine(inner, scale, shift).reshape(shape)

    def composed(self, flat, scale, shift):
        flat, scale, shift = flat.copy(), scale.copy(), shift.copy()
        for real in self.space.sources(flat):
            if real.op != "affine":
                continue
            mine = np.flatnonzero((flat >= real.base) & (flat < real.base + real.size))
            places = flat[mine] - real.base
            shift[mine] += scale[mine] * real.attrs["shift"][places]
            scale[mine] *= real.attrs["scale"][places]
            flat[mine] = real.args[0][places]
        return flat, scale, shift

    def _affine(self, flat, scale, shift) -> np.ndarray:
        space = self.space
        rows, inverse = np.unique(np.stack([flat.astype(np.float64), scale, shift], 1), axis=0, return_inverse=True)
        columns = rows[:, 0].astype(np.int64)
        name = space.name
        one = len(rows) == 1 or (rows[:, 1:] == rows[0, 1:]).all()
        unique, fields, _ = distinct(space, columns)
        if unique.size != columns.size or not one:
            fields = 1

        def make():
            b = space.builder
            if one:
                return b.affine(space.value(columns.reshape(fields, -1)), float(rows[0, 1]), float(rows[0, 2]),
                                name=name)
            if unique.size == 1:  # one column times many numbers: a linear of one input
                return b.linear(space.value(unique.reshape(1, 1)), rows[:, 1:2], rows[:, 2], name=name)
            return b.affine(space.value(columns.reshape(1, -1)), rows[:, 1], rows[:, 2], name=name)

        real = space.cached(("affine", rows.tobytes()), lambda: space.add(
            "affine", columns.size, make, fields=fields, inputs=(unique,), args=(columns,), scale=rows[:, 1],
            shift=rows[:, 2]))
        return real.base + inverse.ravel()

    def _merged(self, flat, scale, shift) -> np.ndarray | None:
        """The bias of a linear; scale and shift of a norm."""
        real = self.space.only(flat, "linear", "layer_norm")
        if real is None or np.unique(flat).size != real.size:
            return None
        places = flat - real.base
        of_scale, of_shift = np.empty(real.size), np.empty(real.size)
        of_scale[places], of_shift[places] = scale, shift
        if (of_scale[places] != scale).any() or (of_shift[places] != shift).any():
            return None
        by_field = of_scale.reshape(real.fields, -1), of_shift.reshape(real.fields, -1)
        if any((part != part[0]).any() for part in by_field):
            return None
        if real.op == "linear":
            if (of_scale != 1).any():
                return None
            bias = real.attrs["bias"]
            arguments = (by_field[1][0] + (0 if bias is None else bias),)
        else:
            own, scale, shift = (real.attrs["scale"], real.attrs["shift"]), by_field[0][0], by_field[1][0]
            arguments = (scale, shift) if own[0] is None else (scale * own[0], scale * own[1] + shift)
        key = ("merged", real.base, *(part.tobytes() for part in arguments))
        return self.space.cached(key, lambda: real.attrs["again"](*arguments)).base + places
