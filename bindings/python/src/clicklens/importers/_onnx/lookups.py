"""Columns that depend on one id each: rows of tables kept apart, pooled bags, masks."""

from __future__ import annotations

import numpy as np

from .expressions import ID, Tables, plain_rows
from .space import Real, Space
from .tensor import CannotTake

#: Operators that can be worked out for every id, with their arguments as columns.
_FOLDED = ("add", "sub", "mul", "max", "min", "abs", "sqrt", "exp", "log", "tanh", "square", "relu", "affine", "sum")
_STEPS = 1 << 9  # operators from an id to what it is looked up for: a graph may double them at every node
_LARGEST = 1 << 28  # bytes of a table that is made, not taken from the source


class Lookups:
    def __init__(self, space: Space, inputs):
        self.space, self.inputs, self.tables = space, inputs, Tables()
        self._means: set[int] = set()  # features whose bags are pooled by mean
        self._depth = self._steps = 0  # of by_id
        self._sizes: dict[int, tuple] = {}  # (expression, how many operators it has) by the expression's identity
        self._numbers: dict = {}  # handles of the number of their ids
        inputs.as_numbers = lambda ids: self._make(ids, (ID,))

    # -------------------------------------------------------------- columns to ids and expressions

    def by_id(self, columns: np.ndarray):
        """(id column, expression) of every column; None where one depends on more than an id, or on too many steps."""
        self._depth, self._steps = self._depth + 1, self._steps + 1 if self._depth else 0
        try:
            return None if self._steps > _STEPS else self._all_by_id(columns)
        finally:
            self._depth -= 1

    def _all_by_id(self, columns: np.ndarray):
        flat = np.ravel(columns)
        ids, made = np.zeros(flat.size, np.int64), np.empty(flat.size, object)
        for real in self.space.sources(flat):
            mine = np.flatnonzero((flat >= real.base) & (flat < real.base + real.size))
            found = self._by_id(real, flat[mine] - real.base)
            if found is None:
                return None
            ids[mine] = found[0]
            made[mine] = found[1]
        return ids.reshape(columns.shape), made.reshape(columns.shape)

    def _by_id(self, real: Real, places: np.ndarray):
        made = np.empty(places.size, object)
        if real.op in ("ids", "unmapped"):
            for i in range(places.size):
                made[i] = ID
            return real.base + places, made
        if real.op == "constant":
            for i, place in enumerate(places):
                made[i] = ("number", float(real.attrs["values"][place]))
            return np.full(places.size, -1), made
        if real.op == "lookup":
            expressions = real.attrs["expressions"]
            for i, place in enumerate(places):
                made[i] = expressions[place % len(expressions)]
            return real.attrs["ids"].base + places // len(expressions), made
        if real.op not in _FOLDED or not real.args:
            return None
        found = [self.by_id(args[places]) for args in real.args]
        if any(f is None for f in found):
            return None
        # A sum's arguments have a further axis: its terms.
        ids = np.stack([part for f in found for part in f[0].reshape(places.size, -1).T])
        one = ids.max(0)
        if ((ids != one) & (ids >= 0)).any():
            return None
        parts = [part for f in found for part in f[1].reshape(places.size, -1).T]
        extra = [real.attrs[k] for k in ("scale", "shift") if k in real.attrs]
        for i, place in enumerate(places):
            made[i] = (real.op, *(part[i] for part in parts), *(("number", float(e[place])) for e in extra))
        return one, made

    def combine(self, op: str, *operands: np.ndarray) -> np.ndarray | None:
        """Columns of an elementwise operator whose every result depends on one id; None if one does not."""
        found = [self.by_id(columns) for columns in operands]
        if any(f is None for f in found):
            return None
        ids = np.max([f[0] for f in found], 0)
        if any(((f[0] != ids) & (f[0] >= 0)).any() for f in found):
            return None
        expressions = np.empty(ids.shape, object)
        for place in np.ndindex(ids.shape):
            parts = tuple(f[1][place] for f in found)
            if sum(map(self._size, parts)) > _STEPS:
                return None
            expressions[place] = parts[0] if op == "id" else self._simple((op, *parts))
        return self.columns(ids, expressions)

    def _size(self, expression) -> int:
        if id(expression) not in self._sizes:
            size = 1 + sum(self._size(o) for o in expression[1:] if isinstance(o, tuple))
            self._sizes[id(expression)] = (expression, size)  # kept: another must not come to lie there
        return self._sizes[id(expression)][1]

    def _simple(self, expression):
        if all(part[0] == "number" for part in expression[1:]):
            return ("number", float(self.tables.evaluate(expression, np.zeros(1, np.int64))[0]))
        return expression

    def columns(self, ids: np.ndarray, expressions: np.ndarray) -> np.ndarray:
        """Columns that look these expressions up."""
        made = np.empty(ids.shape, np.int64)
        flat_ids, flat = ids.ravel(), expressions.ravel()
        for real in self.space.sources(flat_ids[flat_ids >= 0]) if (flat_ids >= 0).any() else ():
            mine = np.flatnonzero((flat_ids >= real.base) & (flat_ids < real.base + real.size))
            families: dict = {}  # what is looked up at one id, in order
            for i in mine:
                families.setdefault(flat_ids[i], {}).setdefault(flat[i], len(families[flat_ids[i]]))
            for i in mine:
                family = tuple(families[flat_ids[i]])
                if family == (ID,):
                    made.flat[i] = flat_ids[i]
                    continue
                looked = self.lookup(real, family)
                made.flat[i] = looked.base + (flat_ids[i] - real.base) * len(family) + families[flat_ids[i]][flat[i]]
        plain = flat_ids < 0
        if plain.any():
            made.ravel()[plain] = self.space.constant([e[1] for e in flat[plain]])
        return made

    def lookup(self, ids: Real, expressions: tuple) -> Real:
        """[ids, expressions]: a row for each of a feature's ids."""
        return self.space.cached(("lookup", ids.base, expressions), lambda: self.space.add(
            "lookup", ids.size * len(expressions), lambda: self._make(ids, expressions), fields=ids.size, ids=ids,
            expressions=expressions))

    def bag(self, looked: Real) -> Real:
        """The rows of all of a feature's ids, added up."""
        ids, expressions = looked.attrs["ids"], looked.attrs["expressions"]
        return self.space.cached(("bag", looked.base), lambda: self.space.add(
            "bag", len(expressions), lambda: self._pooled(ids, expressions), ids=ids, expressions=expressions))

    def mean(self, bag: Real) -> Real:
        """The mean of a bag's rows, where its keys leave the padding away."""
        ids, expressions = bag.attrs["ids"], bag.attrs["expressions"]
        self._means.add(ids.base)
        return self.space.cached(("mean", bag.base), lambda: self.space.add(
            "mean", len(expressions), lambda: self._averaged(ids, expressions), ids=ids, expressions=expressions))

    # -------------------------------------------------------------- tables of an id

    def rows_of(self, table: np.ndarray, indices: np.ndarray) -> np.ndarray:
        """Columns [.., dim] of the rows that these columns' ids name."""
        found = self.by_id(indices)
        if found is None:
            raise CannotTake("the row it gathers is no function of one id")
        number = self.tables.number(table)
        expressions = np.empty((*indices.shape, table.shape[1]), object)
        for place in np.ndindex(indices.shape):
            for d in range(table.shape[1]):
                expressions[(*place, d)] = ("row", number, found[1][place], d)
        return self.columns(np.broadcast_to(found[0][..., None], expressions.shape), expressions)

    def masked(self, mask: np.ndarray, x: np.ndarray) -> np.ndarray | None:
        """mask * x of one id where that is a table: x itself where its rows under the mask are zero anyway."""
        known, rows = self.by_id(mask), self.by_id(x)
        if known is None or rows is None or not (known[0] == rows[0]).all():
            return None
        if (known[0] < 0).any():  # constants beside ids
            return self.combine("mul", mask, x)
        groups: dict = {}
        for place in np.ndindex(mask.shape):
            real = self.space.sources(known[0][place : place + 1] if mask.ndim == 0 else known[0][place].reshape(1))[0]
            groups.setdefault((real.base, known[1][place]), (real, []))[1].append(rows[1][place])
        if all(self._idle(real, m, set(values)) for (_, m), (real, values) in groups.items()):
            self.space.note("a mask over rows that are zero is left out")
            return x
        return self.combine("mul", mask, x)

    def _idle(self, ids: Real, mask, expressions) -> bool:
        rows = self.inputs.rows(ids)
        if rows is None:
            return True  # not known yet: the first pass only looks at use
        flags = self.tables.evaluate(mask, np.arange(rows))
        hidden = np.flatnonzero(flags != 1)
        if (flags[hidden] != 0).any() or hidden.size > 4096:
            return False
        memo: dict = {}
        return all((self.tables.evaluate(e, hidden, memo) == 0).all() for e in expressions)

    def _table(self, ids: Real, expressions):
        """(the Builder's table, what a place without an id must look up beside its zeros)."""
        if ids.op == "unmapped":
            ids.make()  # says so
        self.inputs.looked_up(ids, expressions)
        rows = self.inputs.rows(ids)
        if rows is None:
            return self.space.builder.table(np.zeros((1, len(expressions)), np.float32)), None
        made = plain_rows(expressions[0])[0] is None
        if made and 4 * rows * len(expressions) > _LARGEST:
            raise CannotTake(f"a table of {rows} x {len(expressions)} would have to be made")
        if made and expressions != (ID,):
            self.space.note(f"what depends on the ids of '{self.inputs.name(ids)}' alone is looked up")
        array, padding = self.tables.array(expressions, rows), self.inputs.padding(ids)
        if padding is None or ids.size == 1 or not np.any(array[padding]):
            return self.inputs.table(ids, array), None
        if array.nbytes > _LARGEST:
            raise CannotTake(f"feature '{self.inputs.name(ids)}': row {padding}, its padding, is not zero in a table of "
                             f"{array.nbytes >> 20} MiB; import it without `padding`")
        row = np.array(array[padding], np.float64)
        return self.inputs.table(ids, (array - row).astype(np.float32)), row

    def _make(self, ids: Real, expressions):
        builder, (table, padding) = self.space.builder, self._table(ids, expressions)
        if ids.size == 1:
            return builder.embedding(self.inputs.sparse(ids), table)
        made = builder.sequence(self.inputs.sparse(ids), table, **self.inputs.align(ids))
        return made if padding is None else self._moved(made, ids.size, np.tile(padding, ids.size))

    def _pooled(self, ids: Real, expressions):
        self.space.note(f"the rows of '{self.inputs.name(ids)}' are pooled in the embedding bag")
        builder, (table, padding) = self.space.builder, self._table(ids, expressions)
        made = builder.embedding(self.inputs.sparse(ids), table)
        if ids.base in self._means:
            self.inputs.pool_by_mean(ids)
            made = builder.multiply(made, self._number_of(ids))
        return made if padding is None else self._moved(made, 1, padding * ids.size)

    def _averaged(self, ids: Real, expressions):
        self.inputs.pool_by_mean(ids)
        return self.space.builder.embedding(self.inputs.sparse(ids), self._table(ids, expressions)[0])

    def _number_of(self, ids: Real):
        """How many ids there are. Clipped beyond its ends, it has no gradient: reasons are the rows', not the number's."""
        if ids.base not in self._numbers:
            builder = self.space.builder
            mask = builder.mask(self.inputs.sparse(ids), **self.inputs.align(ids))
            self._numbers[ids.base] = builder.sum(builder.clip(builder.affine(mask, 4.0, -1.5), 0.0, 1.0))
        return self._numbers[ids.base]

    def _moved(self, made, fields: int, shift):
        builder = self.space.builder
        moved = builder.affine(builder.fields([made], number_of=1) if fields > 1 else made, np.ones(len(shift)), shift)
        return builder.fields([moved], number_of=fields) if fields > 1 else moved
