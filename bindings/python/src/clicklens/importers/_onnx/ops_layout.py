"""Operators that only move columns."""

from __future__ import annotations

import numpy as np

from .call import Call, operator
from .folding import shape_of
from .tensor import Batch, CannotTake, Size, Tensor, axes_shape

_MOST = 1 << 24


@operator("Identity", "Dropout")
def identity(c: Call):
    if c.op == "Dropout" and c.has(2) and np.any(c.number(2, "training_mode")):
        raise CannotTake("it is in training mode; export the model in evaluation mode")
    return c.tensor(0)


@operator("Shape")
def shape(c: Call):
    found = shape_of(c.tensor(0))
    return found[c.attr("start", 0) : c.attr("end", len(found))]


@operator("Reshape")
def reshape(c: Call):
    return reshaped(c.tensor(0), list(c.inputs[1]) if c.has(1) else c.attr("shape"), c.attr("allowzero", 0))


def reshaped(x: Tensor, wanted, allow_zero=0) -> Tensor:
    """The batch may be written as a size, as -1 or as 0; what is before and after it in memory stays so."""
    wanted = [x.dims[i] if not isinstance(n, Size) and n == 0 and not allow_zero else n for i, n in enumerate(wanted)]
    before = int(np.prod(axes_shape(x.dims[: x.batch]), dtype=int)) * x.dims[x.batch].pre
    after = x.columns.size // before if before else 0
    places = [i for i, n in enumerate(wanted) if isinstance(n, (Size, Batch))]
    rest = [i for i, n in enumerate(wanted) if not isinstance(n, (Size, Batch)) and n == -1]
    if len(places) > 1 or len(rest) > 1:
        raise CannotTake(f"the shape {wanted} has the batch twice")
    if not places:
        places = rest or _static(wanted, before, after)
        rest = []
    sizes = [1 if i in places or i in rest else int(n) for i, n in enumerate(wanted)]
    place = places[0]
    if rest:  # the batch is known, the -1 is not
        factor = wanted[place].factor if isinstance(wanted[place], Size) else wanted[place].pre * wanted[place].post
        sizes[rest[0]] = x.columns.size // max(1, factor * int(np.prod(sizes)))
    left, right = int(np.prod(sizes[:place], dtype=int)), int(np.prod(sizes[place + 1 :], dtype=int))
    if before % left or after % right:
        raise CannotTake(f"a reshape of {x} to {wanted} would mix rows of the batch")
    dims = (*sizes[:place], Batch(before // left, after // right), *sizes[place + 1 :])
    return Tensor(dims, x.columns.reshape(axes_shape(dims)), x.kind)


def _static(wanted, before, after):
    """Where a shape of fixed numbers has its batch: what is before it multiplies to what is before the batch."""
    for i in range(len(wanted)):
        left, right = (int(np.prod(part, dtype=int)) for part in (wanted[:i], wanted[i + 1 :]))
        if left * right == 0 or before % left or after % right:
            continue
        factor = (before // left) * (after // right)
        if 0 < factor <= wanted[i] and wanted[i] % factor == 0:
            return [i]
    raise CannotTake(f"the shape {wanted} has no place for the batch")


@operator("Flatten")
def flatten(c: Call):
    x, axis = c.tensor(0), c.attr("axis", 1)
    axis += len(x.dims) * (axis < 0)
    parts = []
    for dims in (x.dims[:axis], x.dims[axis:]):
        size = int(np.prod(axes_shape(dims), dtype=int))
        parts.append(Size(size) if any(isinstance(d, Batch) for d in dims) else size)
    return reshaped(x, parts, 1)


@operator("Transpose")
def transpose(c: Call):
    if not isinstance(c.inputs[0], Tensor):
        return c.inputs[0]  # of the places that NonZero found: GatherND reads them turned
    x = c.tensor(0)
    order = c.attr("perm") or list(range(len(x.dims)))[::-1]
    axes = [a for d in order for a in ([d, d + 1] if d == x.batch else [d + (d > x.batch)])]
    return Tensor(tuple(x.dims[d] for d in order), x.columns.transpose(axes), x.kind)


@operator("Squeeze")
def squeeze(c: Call):
    x, axes = c.tensor(0), c.listed(1, "axes")
    drop = {i for i, d in enumerate(x.dims) if d == 1} if axes is None else {x.dim(a) for a in axes}
    if any(x.dims[i] != 1 for i in drop):
        raise CannotTake(f"axes {sorted(drop)} of {x} are not all of size 1")
    dims = tuple(d for i, d in enumerate(x.dims) if i not in drop)
    return Tensor(dims, x.columns.reshape(axes_shape(dims)), x.kind)


@operator("Unsqueeze")
def unsqueeze(c: Call):
    x, axes = c.tensor(0), c.listed(1, "axes")
    rank = len(x.dims) + len(axes)
    ones, rest = {a % rank for a in axes}, iter(x.dims)
    dims = tuple(1 if i in ones else next(rest) for i in range(rank))
    return Tensor(dims, x.columns.reshape(axes_shape(dims)), x.kind)


@operator("Slice")
def slice_(c: Call):
    x = c.tensor(0)
    given = [c.inputs[i] if c.has(i) else c.attr(name)
             for i, name in ((1, "starts"), (2, "ends"), (3, "axes"), (4, "steps"))]
    starts, ends = list(given[0]), list(given[1])
    axes = list(range(len(starts))) if given[2] is None else [int(a) for a in given[2]]
    steps = [1] * len(starts) if given[3] is None else [int(s) for s in given[3]]
    for begin, end, dim, step in zip(starts, ends, axes, steps):
        if x.dim(dim) == x.batch:
            batch = x.dims[x.batch]
            whole = end == Size(batch.pre * batch.post) if isinstance(end, Size) else end >= 2**31 - 1
            if begin == 0 and step == 1 and whole:
                continue
            raise CannotTake("it cuts the batch")
        axis = x.axis(dim)
        index = [slice(None)] * x.columns.ndim
        end = None if step < 0 and end < -x.columns.shape[axis] else end
        index[axis] = slice(int(begin), None if end is None else int(end), step)
        columns = x.columns[tuple(index)]
        dims = list(x.dims)
        dims[x.dim(dim)] = columns.shape[axis]
        x = Tensor(tuple(dims), columns, x.kind)
    return x


@operator("Split")
def split(c: Call):
    x, axis = c.tensor(0), c.tensor(0).axis(c.attr("axis", 0))
    dim, width = x.dim(c.attr("axis", 0)), x.columns.shape[axis]
    sizes = c.listed(1, "split")
    if sizes is None:
        each = -(-width // c.outputs)
        sizes = [min(each, width - i * each) for i in range(c.outputs)]
    parts = np.split(x.columns, np.cumsum(sizes)[:-1], axis)
    return [Tensor((*x.dims[:dim], part.shape[axis], *x.dims[dim + 1 :]), part, x.kind) for part in parts]


@operator("Concat")
def concat(c: Call):
    first = next(x for x in c.inputs if isinstance(x, Tensor))
    dim, axis = first.dim(c.attr("axis")), first.axis(c.attr("axis"))
    parts = []
    for x in c.inputs:
        if not isinstance(x, Tensor):
            numbers = np.asarray(x)
            shape = list(numbers.shape)
            shape[first.batch : first.batch + 1] = [1, 1]
            wanted = list(first.columns.shape)
            wanted[axis] = shape[axis]
            x = Tensor(first.dims, c.maths.space.constant(np.broadcast_to(numbers.reshape(shape), wanted)))
        parts.append(x.columns)
    columns = c.maths.reductions.side_by_side(np.concatenate(parts, axis))
    return Tensor((*first.dims[:dim], columns.shape[axis], *first.dims[dim + 1 :]), columns, first.kind)


def bounded(shape) -> None:
    """Refuses rows of more columns than any network has: a few bytes of a file could ask for all memory."""
    if min(shape, default=1) < 0 or float(np.prod(shape, dtype=np.float64)) > _MOST:
        raise CannotTake(f"a row would have {shape} columns")


@operator("Expand", "Tile")
def expand(c: Call):
    sizes = list(c.inputs[1])
    if not isinstance(c.inputs[0], Tensor):
        return _repeated_constant(c, sizes)
    x = c.tensor(0)
    if c.op == "Tile":
        repeats = [1 if isinstance(n, Size) else int(n) for n in sizes]
        if repeats[x.batch] != 1 or any(isinstance(n, Size) for n in sizes):
            raise CannotTake("it repeats the batch")
        axes = [n for i, n in enumerate(repeats) for n in ([1, 1] if i == x.batch else [n])]
        dims = tuple(d if i == x.batch else d * n for i, (d, n) in enumerate(zip(x.dims, repeats)))
        bounded(axes_shape(dims))
        return Tensor(dims, np.tile(x.columns, axes), x.kind)
    rank = max(len(sizes), len(x.dims))
    own = (1,) * (rank - len(x.dims)) + x.dims
    sizes = [1] * (rank - len(sizes)) + sizes
    dims = tuple(d if d != 1 else int(n) for d, n in zip(own, sizes))
    columns = x.columns.reshape(axes_shape(own))
    bounded(axes_shape(dims))
    return Tensor(dims, np.broadcast_to(columns, axes_shape(dims)), x.kind)


def _repeated_constant(c: Call, sizes):
    """A constant once for every row."""
    numbers = np.asarray(c.inputs[0])
    rank = max(len(sizes), numbers.ndim)
    numbers = numbers.reshape((1,) * (rank - numbers.ndim) + numbers.shape)
    sizes = [1] * (rank - len(sizes)) + sizes
    batch = [i for i, n in enumerate(sizes) if isinstance(n, Size)]
    if len(batch) != 1 or numbers.shape[batch[0]] != 1:
        raise CannotTake(f"a constant of {numbers.shape} is repeated to {sizes}")
    place = batch[0]
    bounded([1 if isinstance(n, Size) else n for n in sizes])
    dims = tuple(Batch(1, n.factor) if isinstance(n, Size) else int(n) if c.op == "Expand" and numbers.shape[i] == 1
                 else numbers.shape[i] * (int(n) if c.op == "Tile" else 1) for i, n in enumerate(sizes))
    shape = list(numbers.shape)
    shape[place : place + 1] = [1, 1]
    if c.op == "Tile":
        repeats = [1 if isinstance(n, Size) else int(n) for n in sizes]
        repeats[place : place + 1] = [1, 1]
        numbers = np.tile(numbers.reshape(shape), repeats)
    return Tensor(dims, c.maths.space.constant(np.broadcast_to(numbers.reshape(shape) if c.op == "Expand" else numbers,
                                                               axes_shape(dims))), _kind(numbers))


def _kind(numbers) -> str:
    return "b" if numbers.dtype == bool else "i" if numbers.dtype.kind in "iu" else "f"


@operator("ConstantOfShape")
def constant_of_shape(c: Call):
    value = np.ravel(c.attr("value", np.zeros(1, np.float32)))[0]
    dims = tuple(Batch(1, n.factor) if isinstance(n, Size) else int(n) for n in c.inputs[0])
    bounded(axes_shape(dims))
    return Tensor(dims, c.maths.space.constant(np.full(axes_shape(dims), value)), _kind(np.asarray(value)))


@operator("Pad")
def pad(c: Call):
    x, pads = c.tensor(0), c.listed(1, "pads")
    if c.attr("mode", "constant") != "constant":
        raise CannotTake("only padding by a constant is taken")
    value = float(np.ravel(c.number(2, "value"))[0]) if c.has(2) else c.attr("value", 0.0)
    rank = len(x.dims)
    axes = list(range(rank)) if not c.has(3) else [x.dim(int(a)) for a in c.number(3, "axes")]
    dims, columns = list(x.dims), x.columns
    for k, dim in enumerate(axes):
        ends = pads[k], pads[k + len(axes)]
        if not any(ends):
            continue
        axis, widths = x.axis(dim), [(0, 0)] * columns.ndim
        if min(ends) < 0:
            raise CannotTake("it pads by less than nothing")
        widths[axis] = ends
        bounded([*columns.shape, 1 + max(ends)])
        columns = np.pad(columns, widths, constant_values=int(c.maths.space.constant([value])[0]))
        dims[dim] = columns.shape[axis]
    return Tensor(tuple(dims), columns, x.kind)
