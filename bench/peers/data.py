"""Random batches of a shape: what every runtime is fed, each in its own layout, and what comes out by numpy alone."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "models"))

import shape as shapes  # noqa: E402
import zoo  # noqa: E402

# Batches that a side goes through in turn, so that no call finds the rows of the one before in a near cache.
POOL = {1: 1024, 8: 512, 64: 128, 256: 32, 1024: 16}


class Batch:
    """`rows` candidates of one request (shared) or of as many.

    ids[line] is [entries, fields, ids] of a `sparse` line, numbers[line] [entries, width] of a `dense` one; a line of
    request scope has one entry where the batch is shared.
    """

    def __init__(self, shape, rows: int, shared: bool, seed: int):
        rng = np.random.default_rng([seed, rows, shared])
        self.shape, self.rows, self.shared = shape, rows, shared
        self.ids, self.numbers = {}, {}
        for index, line in enumerate(shape.fields):
            entries = self.entries(line)
            if line.dense:
                self.numbers[index] = rng.normal(0, 0.5, (entries, line.count)).astype(np.float32)
            else:
                self.ids[index] = rng.integers(0, shape.rows, (entries, line.count, line.ids), np.int64)

    def entries(self, line) -> int:
        return 1 if self.shared and line.scope == "request" else self.rows

    def pick(self, index: int, whole: bool):
        """A line's array; whole: with an entry for every candidate."""
        array = self.ids[index] if index in self.ids else self.numbers[index]
        return np.repeat(array, self.rows, 0) if whole and len(array) != self.rows else array

    def table_ids(self, scope=None, whole: bool = True) -> list:
        """[entries, fields] of one scope or all, one array per id of a field, as rows of all tables one after another."""
        parts, first = [], 0
        for index, line in enumerate(self.shape.fields):
            if line.dense or isinstance(self.shape, zoo.Network) and line.ids > 1:
                continue
            starts = (first + np.arange(line.count)) * self.shape.rows
            if scope in (None, line.scope):
                parts.append(self.pick(index, whole) + starts[:, None])
            first += line.count
        joined = np.concatenate(parts, 1)
        return [np.ascontiguousarray(joined[:, :, i]) for i in range(joined.shape[2])]

    def histories(self) -> list:
        """Of a zoo.Network: [rows, ids] of each history, as rows of all tables; it has those of the last field's."""
        last = (self.shape.sparse_fields() - 1 - len(self.shape.histories)) * self.shape.rows
        return [np.ascontiguousarray(self.pick(i, True)[:, 0] + last) for i in self.shape.histories]

    def dense(self, scope=None, whole: bool = True):
        """[entries, columns] of the dense lines of one scope or all; None where there are none."""
        parts = [self.pick(i, whole) for i in self.numbers if scope in (None, self.shape.fields[i].scope)]
        return np.concatenate(parts, 1) if parts else None

    def inputs(self, weights) -> np.ndarray:
        """The first layer's input, as the model defines it."""
        columns, first = [], 0
        for index, line in enumerate(self.shape.fields):
            values = self.pick(index, True)
            if line.dense:
                columns.append(values)
                continue
            for f in range(line.count):
                columns.append(weights.tables[first + f][values[:, f]].sum(1))
            first += line.count
        return np.concatenate(columns, 1)


class Staging:
    """The buffers a runtime reads its inputs from, in one block. A host writes the ids of a request right before it is
    scored, so that they are in the nearest cache: so does every call here, in one copy of what `pack` laid out."""

    def __init__(self, feed: dict):
        self._places, size = {}, 0
        for name, array in feed.items():
            self._places[name] = (size, array.dtype, array.shape)
            size += -(-array.nbytes // 64) * 64
        whole = np.zeros(size + 64, np.uint8)
        first = -whole.ctypes.data % 64
        self.block = whole[first : first + size]
        self.views = self._cut(self.block)

    def _cut(self, block) -> dict:
        sizes = {name: int(np.prod(shape)) * dtype.itemsize for name, (_, dtype, shape) in self._places.items()}
        return {name: block[at : at + sizes[name]].view(dtype).reshape(shape)
                for name, (at, dtype, shape) in self._places.items()}

    def pack(self, feed: dict) -> np.ndarray:
        packed = np.zeros(len(self.block), np.uint8)
        views = self._cut(packed)
        for name, array in feed.items():
            views[name][...] = array
        return packed


def pool(shape, rows: int, shared: bool, quick: bool) -> list[Batch]:
    return [Batch(shape, rows, shared, seed) for seed in range(min(POOL[rows], 32) if quick else POOL[rows])]


def probabilities(weights, batch: Batch) -> np.ndarray:
    if isinstance(batch.shape, zoo.Network):
        return weights.probabilities(batch)
    return 1 / (1 + np.exp(-shapes.forward(weights.layers, batch.inputs(weights)).astype(np.float64)))


def layout(shape) -> np.ndarray:
    """Columns of the first layer in the order peers have them: bags, then numbers, each in the shape's order."""
    bags, numbers, first = [], [], 0
    for line in shape.fields:
        width = line.width(shape.dim)
        (numbers if line.dense else bags).extend(range(first, first + width))
        first += width
    return np.array(bags + numbers)


def scope_columns(shape, scope: str) -> np.ndarray:
    """The columns of one scope among them, bags first."""
    bags, numbers, first = [], [], 0
    for line in shape.fields:
        width = line.width(shape.dim)
        if line.scope == scope:
            (numbers if line.dense else bags).extend(range(first, first + width))
        first += width
    return np.array(bags + numbers)
