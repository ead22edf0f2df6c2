"""A tensor of the source's graph: logical dimensions, one of which is the batch, over the columns of a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


class CannotTake(Exception):
    """A node that cannot be expressed: what is wrong, and what would help."""


@dataclass(frozen=True)
class Batch:
    """A dimension of pre * batch * post entries: layouts may merge the batch with its neighbours."""

    pre: int = 1
    post: int = 1

    def __repr__(self) -> str:
        return "*".join([str(self.pre)] * (self.pre > 1) + ["batch"] + [str(self.post)] * (self.post > 1))


@dataclass(frozen=True)
class Size:
    """factor * batch, as a number in the source's shape arithmetic."""

    factor: int = 1

    def __repr__(self) -> str:
        return f"{self.factor}*batch"


@dataclass(frozen=True)
class Tensor:
    """`columns` has an axis for each dimension, two (pre, post) for the batch. kind: "f", "i" or "b"."""

    dims: tuple
    columns: np.ndarray
    kind: str = "f"

    @property
    def batch(self) -> int:
        """Which dimension the batch is in."""
        return next(i for i, d in enumerate(self.dims) if isinstance(d, Batch))

    def axis(self, dim: int) -> int:
        """The axis of `columns` of a dimension that is not the batch."""
        dim = self.dim(dim)
        if isinstance(self.dims[dim], Batch):
            raise CannotTake("it works along the batch: rows do not see each other")
        return dim + (dim > self.batch)

    def dim(self, dim: int) -> int:
        rank = len(self.dims)
        if not -rank <= dim < rank:
            raise CannotTake(f"there is no axis {dim} in a tensor of {rank} dimensions")
        return dim % rank

    def like(self, columns: np.ndarray, kind: str | None = None) -> Tensor:
        """Other columns of the same layout."""
        return Tensor(self.dims, columns, kind or self.kind)

    def __str__(self) -> str:
        return "[" + ", ".join(map(str, self.dims)) + "]"


def shaped(columns: np.ndarray, batch: int, kind: str = "f") -> Tensor:
    """A tensor whose batch is plain, at dimension `batch`; `columns` has no axis for it."""
    dims = [int(n) for n in columns.shape]
    dims.insert(batch, Batch())
    shape = list(columns.shape)
    shape[batch:batch] = [1, 1]
    return Tensor(tuple(dims), columns.reshape(shape), kind)


def axes_shape(dims) -> list[int]:
    """The shape of `columns` under these dimensions."""
    return [n for d in dims for n in ((d.pre, d.post) if isinstance(d, Batch) else (d,))]


def one_batch(dims) -> None:
    """Refuses every row beside every other."""
    if sum(isinstance(d, Batch) for d in dims) > 1:
        raise CannotTake("it pairs the rows of the batch with each other: rows do not see each other")


def aligned(operands) -> tuple[tuple, list[np.ndarray]]:
    """Dimensions of a broadcast, and each operand (tensor or array of numbers) with its axes."""
    ranks = [len(o.dims) if isinstance(o, Tensor) else o.ndim for o in operands]
    rank = max(ranks)
    padded = [(1,) * (rank - r) + (o.dims if isinstance(o, Tensor) else tuple(o.shape))
              for r, o in zip(ranks, operands)]
    dims = []
    for place in zip(*padded):
        big = {d for d in place if d != 1}
        if len(big) > 1:
            raise CannotTake(f"its inputs do not broadcast: {' and '.join(map(str, place))}")
        dims.append(big.pop() if big else 1)
    one_batch(dims)
    made = []
    for own, operand in zip(padded, operands):
        data = operand.columns if isinstance(operand, Tensor) else operand
        shape = [n for d, whole in zip(own, dims) for n in
                 ((d.pre, d.post) if isinstance(d, Batch) else (1, 1) if isinstance(whole, Batch) else (d,))]
        made.append(data.reshape(shape))
    return tuple(dims), made
