"""Columns of a row, numbered through all values: a layout is an array of their numbers, and costs nothing.

A `Real` is a run of neighbouring numbers that one Builder value holds, or will: it is made when an output needs it.
So reshapes, slices, transposes, concats and repeats are arithmetic on arrays of numbers; what no output needs is
never written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class Real:
    """Columns [base, base + size), read as `fields` of equal width.

    `op` and `args` (arrays of column numbers, one entry or row a column) say how each was computed: patterns are found
    by them. `make` gives the Builder's handle; `inputs` are the columns it will read.
    """

    op: str
    base: int
    size: int
    fields: int
    make: Callable[[], Any]
    inputs: tuple = ()
    args: tuple = ()
    attrs: dict = field(default_factory=dict)
    handle: Any = None
    name: str = ""

    @property
    def columns(self) -> np.ndarray:
        return np.arange(self.base, self.base + self.size)


class Space:
    def __init__(self, builder):
        self.builder = builder
        self.reals: list[Real] = []
        self.notes: list[str] = []
        self.name = ""  # of the node at hand
        self.anchor = None  # makes some value of the row, where a constant is the first thing that is needed
        self._bases = np.zeros(0, np.int64)
        self._next = 0
        self._made: dict = {}
        self._cache: dict = {}

    def add(self, op: str, size: int, make, *, fields: int = 1, inputs=(), args=(), **attrs) -> Real:
        real = Real(op, self._next, int(size), int(fields), make, tuple(inputs), tuple(args), attrs, name=self.name)
        self._next += real.size
        self.reals.append(real)
        self._bases = np.append(self._bases, real.base)
        return real

    def cached(self, key, make) -> Real:
        """The Real of a key: equal work is done once."""
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]

    def owners(self, columns: np.ndarray) -> np.ndarray:
        """Which Real each column is of."""
        return np.searchsorted(self._bases, columns, side="right") - 1

    def sources(self, columns: np.ndarray) -> list[Real]:
        """The Reals of these columns, in the order of their first appearance."""
        owners = self.owners(np.ravel(columns))
        _, first = np.unique(owners, return_index=True)
        return [self.reals[owners[i]] for i in np.sort(first)]

    def only(self, columns: np.ndarray, *ops: str) -> Real | None:
        """The one Real that all columns are of, if it is of such an operator."""
        if not columns.size:
            return None
        owners = self.owners(np.ravel(columns))
        real = self.reals[owners[0]]
        return real if real.op in ops and (owners == owners[0]).all() else None

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    # -------------------------------------------------------------- constants

    def constant(self, values) -> np.ndarray:
        """Columns that hold these numbers in every row."""
        values = np.asarray(values, np.float64)
        distinct, inverse = np.unique(values, return_inverse=True)
        key = ("constant", distinct.tobytes())
        real = self.cached(key, lambda: self.add("constant", distinct.size, None, values=distinct))
        if real.make is None:
            real.make = lambda: self._constant(distinct)
        return real.base + inverse.reshape(values.shape)

    def values(self, columns: np.ndarray) -> np.ndarray | None:
        """The numbers of columns that are all constant."""
        sources = self.sources(columns)
        if not sources or any(real.op != "constant" for real in sources):
            return None
        made = np.empty(columns.shape)
        for real in sources:
            mine = (columns >= real.base) & (columns < real.base + real.size)
            made[mine] = real.attrs["values"][columns[mine] - real.base]
        return made

    def _constant(self, values: np.ndarray):
        anchor = next((real.handle for real in self.reals if real.handle is not None), None)
        column = self.builder.select(self.anchor() if anchor is None else anchor, [0] * len(values))
        return self.builder.affine(column, 0.0, values)

    # -------------------------------------------------------------- making values

    def cost(self, columns: np.ndarray) -> int:
        """What `value` would copy, in columns."""
        return 0 if self._whole(columns.ravel()) else columns.size

    def _whole(self, flat: np.ndarray) -> list[Real] | None:
        """The Reals, where the columns are whole ones side by side."""
        starts = np.flatnonzero(np.append(True, np.diff(flat) != 1))
        found: list[Real] = []
        for begin, end in zip(starts, np.append(starts[1:], flat.size)):
            at = int(flat[begin])
            stop = at + int(end - begin)
            while at < stop:
                real = self.reals[int(self.owners(np.array([at]))[0])]
                if real.base != at or at + real.size > stop:
                    return None
                found.append(real)
                at += real.size
        return found

    def value(self, columns: np.ndarray):
        """The Builder's value of columns [fields, width]."""
        fields = len(columns)
        key = (columns.shape, columns.tobytes())
        if key not in self._made:
            flat = columns.ravel()
            whole = self._whole(flat)
            if whole is None:
                sources = self.sources(flat)
                starts = np.cumsum([0] + [real.size for real in sources])
                order = {id(real): i for i, real in enumerate(sources)}
                shift = np.array([starts[order[id(real)]] - real.base if id(real) in order else 0
                                  for real in self.reals])
                made = self._joined(sources, 1)
                self._made[key] = self.builder.select(made, flat + shift[self.owners(flat)], fields=fields)
            else:
                self._made[key] = self._joined(whole, fields)
        return self._made[key]

    def _joined(self, reals: list[Real], fields: int):
        handles = [self.realise(real) for real in reals]
        if len(reals) == 1 and (reals[0].fields == fields or reals[0].size == 1):
            return handles[0]
        key = ("joined", fields, tuple(real.base for real in reals))
        if key not in self._made:
            self._made[key] = (self.builder.concat(handles) if fields == 1
                               else self.builder.fields(handles, number_of=fields))
        return self._made[key]

    def realise(self, wanted: Real):
        """The handle of a Real; what it needs is made before it, without recursion: networks may be deep."""
        stack = [wanted]
        while stack:
            real = stack[-1]
            missing = [] if real.handle is not None else [
                other for columns in real.inputs for other in self.sources(columns) if other.handle is None]
            if missing:
                stack.extend(missing)
                continue
            if real.handle is None:
                real.handle = real.make()
            stack.pop()
        return wanted.handle
