"""Gather: rows of a table by ids, or columns by constants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .call import Call, operator
from .lookups import _LARGEST
from .tensor import Batch, CannotTake, Tensor


@operator("Gather")
def gather(c: Call):
    data, indices, axis = c.inputs[0], c.inputs[1], c.attr("axis", 0)
    if isinstance(data, Tensor):
        return _columns(c, data, indices, axis)
    table = np.asarray(data) if not isinstance(data, np.memmap) else data
    if axis % table.ndim:
        raise CannotTake("a constant is gathered by the row along an axis that is not its first")
    flat = table.reshape(len(table), -1) if table.ndim != 2 else table
    c.maths.space.note("gather on a table is an embedding")
    made = c.maths.lookups.rows_of(flat, indices.columns)
    kind = "f" if table.dtype.kind == "f" else "i"
    return Tensor((*indices.dims, *table.shape[1:]), made.reshape(*indices.columns.shape, *table.shape[1:]), kind)


def _columns(c: Call, x: Tensor, indices, axis: int) -> Tensor:
    if isinstance(indices, Tensor):
        indices = c.maths.space.values(indices.columns)
        if indices is None:
            raise CannotTake("a value of the row is gathered by ids of the row; only tables are")
        raise CannotTake("an index that is repeated for the batch")
    place, dim = x.axis(axis), x.dim(axis)
    index = np.asarray(indices, np.int64)
    columns = np.take(x.columns, index, place)
    dims = (*x.dims[:dim], *index.shape, *x.dims[dim + 1 :])
    return Tensor(dims, columns, x.kind)


@operator("GatherElements")
def gather_elements(c: Call):
    x, index = c.tensor(0), c.inputs[1]
    if isinstance(index, Tensor):
        known = c.maths.space.values(index.columns)
        if known is None:
            raise CannotTake("a value of the row is gathered by ids of the row")
        index = known.astype(np.int64)
        dims = c.inputs[1].dims
    else:
        raise CannotTake("its index has one row, the batch has many")
    return Tensor(dims, np.take_along_axis(x.columns, index, x.axis(c.attr("axis", 0))), x.kind)


@dataclass(frozen=True)
class Picks:
    """Where a constant of every row is not zero: places [picked, dimensions], the batch's left out."""

    places: np.ndarray
    like: Tensor


@operator("NonZero")
def non_zero(c: Call):
    """torch.masked_select by a mask that is the same for every row."""
    x = c.tensor(0)
    known = c.maths.space.values(x.columns)
    if known is None or x.batch != 0 or x.dims[0] != Batch():
        raise CannotTake("it depends on the row")
    return Picks(np.argwhere(known[0, 0]), x)


@operator("GatherND")
def gather_nd(c: Call):
    x, index = c.tensor(0), c.inputs[1]
    if isinstance(index, Picks) and c.attr("batch_dims", 0) == 0 and x.dims == index.like.dims:
        columns = x.columns[(0, 0, *index.places.T)]
        return Tensor((Batch(1, len(index.places)),), columns.reshape(1, -1), x.kind)
    raise CannotTake("only places that are the same for every row are gathered")


@operator("OneHot")
def one_hot(c: Call):
    x, depth = c.tensor(0), int(np.ravel(c.number(1, "depth"))[0])
    off, on = (float(v) for v in np.ravel(c.number(2, "values")))
    axis = c.attr("axis", -1)
    if axis not in (-1, len(x.dims)):
        raise CannotTake("one-hot along the last axis is taken")
    if 4 * depth * depth > _LARGEST:
        raise CannotTake(f"a table of {depth} x {depth} would have to be made")
    table = np.full((depth, depth), off, np.float32)
    np.fill_diagonal(table, on)
    return Tensor((*x.dims, depth), c.maths.lookups.rows_of(table, x.columns))
