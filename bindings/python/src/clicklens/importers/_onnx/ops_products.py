"""Gemm, MatMul, Einsum."""

from __future__ import annotations

import numpy as np

from .call import Call, operator
from .tensor import Batch, CannotTake, Tensor, aligned, axes_shape, one_batch


@operator("Gemm")
def gemm(c: Call):
    a, b = c.inputs[0], c.inputs[1]
    if c.attr("transA", 0):
        raise CannotTake("transA turns the batch")
    if not isinstance(a, Tensor) or isinstance(b, Tensor) or a.batch != 0:
        raise CannotTake("rows times a constant weight are taken")
    weight = np.asarray(b) if c.attr("transB", 0) else np.asarray(b).T
    alpha, beta = c.attr("alpha", 1.0), c.attr("beta", 1.0)
    weight = weight if alpha == 1 else alpha * weight
    rows = a.columns.reshape(-1, a.dims[1])
    made = c.maths.products.linear(rows, weight)
    made = Tensor((a.dims[0], len(weight)), made.reshape(*a.columns.shape[:2], len(weight)))
    if not c.has(2) or beta == 0:
        return made
    other = c.inputs[2]
    dims, (x, y) = aligned([made, other])
    columns = c.maths.columns(other, y)
    columns = columns if beta == 1 else c.maths.pointwise.affine(columns, beta)
    return Tensor(dims, c.maths.pairs.apply("add", x, columns))


@operator("MatMul")
def matmul(c: Call):
    a, b = c.inputs
    numbers = tuple(not isinstance(x, Tensor) for x in (a, b))
    drop = []
    if numbers[0] and np.ndim(a) == 1:
        a, drop = np.asarray(a)[None], [*drop, -2]
    if numbers[1] and np.ndim(b) == 1:
        b, drop = np.asarray(b)[:, None], [*drop, -1]
    left, right = ([*x.dims] if isinstance(x, Tensor) else [*np.shape(x)] for x in (a, b))
    lead, _ = _lead(left[:-2], right[:-2])
    dims = [*lead, left[-2], right[-1]]
    one_batch(dims)
    for x, k in ((a, -1), (b, -2)):
        if isinstance(x, Tensor) and x.batch == len(x.dims) + k:
            raise CannotTake("it adds up along the batch")
    both = [_matrix(x, lead, side) for x, side in ((a, 0), (b, 1))]
    made = c.maths.products.product(*both, numbers)
    made = made.reshape(axes_shape(dims))
    for k in drop:
        place = len(dims) + k
        made = np.squeeze(made, place + any(isinstance(d, Batch) for d in dims[:place]))
        del dims[place]
    return Tensor(tuple(dims), made)


def _lead(a, b):
    rank = max(len(a), len(b))
    a, b = ([1] * (rank - len(x)) + list(x) for x in (a, b))
    made = []
    for left, right in zip(a, b):
        if left != right and 1 not in (left, right):
            raise CannotTake(f"{left} and {right} do not broadcast")
        made.append(right if left == 1 else left)
    return made, rank


def _matrix(x, lead, side):
    """An operand as [lead.., rows, columns]: the batch's two axes go into whichever dimension it is in."""
    dims = list(x.dims) if isinstance(x, Tensor) else list(np.shape(x))
    data = x.columns if isinstance(x, Tensor) else np.asarray(x)
    own = [1] * (len(lead) - len(dims) + 2) + dims
    sizes = [d.pre * d.post if isinstance(d, Batch) else d for d in own]
    data = data.reshape(sizes)
    spread = [d.pre * d.post if isinstance(d, Batch) else d for d in lead]
    return np.broadcast_to(data, (*spread, *data.shape[-2:]))


@operator("Einsum")
def einsum(c: Call):
    """The batch's letter stands for two, those of its neighbours that are merged with it."""
    equation = c.attr("equation").replace(" ", "")
    if "..." in equation:
        raise CannotTake("an equation with '...' is not taken")
    left, _, out = equation.partition("->")
    names = left.split(",")
    if "->" not in equation:
        letters = sorted(set(left) - {","})
        out = "".join(x for x in letters if left.count(x) == 1)
    batches = {(n[x.batch], x.dims[x.batch]) for n, x in zip(names, c.inputs) if isinstance(x, Tensor)}
    if len(batches) != 1:
        raise CannotTake("the batch has several letters")
    batch, dim = batches.pop()
    if batch not in out:
        raise CannotTake("it adds up along the batch")
    terms = [_term(n, x, batch) for n, x in zip(names, c.inputs)]
    out = out.replace(batch, _BATCH)
    while len(terms) > 1:
        kept = set(out).union(*(n for n, _, _ in terms[2:]))
        terms[:2] = [_contract(c, terms[0], terms[1], kept)]
    letters, columns, _ = _summed(c, terms[0], set(out))
    columns = columns.transpose([letters.index(x) for x in out])
    place = out.index(_BATCH)
    return Tensor((*columns.shape[:place], dim, *columns.shape[place + 2 :]), columns)


_BATCH = "<>"


def _term(letters, x, batch):
    """(letters, columns or numbers, are they numbers)."""
    if len(set(letters)) != len(letters):
        raise CannotTake("a diagonal is not taken")
    if isinstance(x, Tensor):
        return letters.replace(batch, _BATCH), x.columns, False
    if batch in letters:
        raise CannotTake("a constant has the batch's letter")
    return letters, np.asarray(x), True


def _summed(c, term, kept):
    letters, data, numbers = term
    for letter in [x for x in letters if x not in kept]:
        moved = np.moveaxis(data, letters.index(letter), -1)
        data = moved.sum(-1) if numbers else c.maths.reductions.total(moved)
        letters = letters.replace(letter, "")
    return letters, data, numbers


def _contract(c, left, right, kept):
    a, x, first = _summed(c, left, kept | set(right[0]))
    b, y, second = _summed(c, right, kept | set(a))
    shared = [k for k in a if k in b]
    lead, over = [k for k in shared if k in kept], [k for k in shared if k not in kept]
    free_a, free_b = [k for k in a if k not in b], [k for k in b if k not in a]
    sizes = {**dict(zip(a, x.shape)), **dict(zip(b, y.shape))}

    def count(letters):
        return int(np.prod([sizes[k] for k in letters], dtype=int))

    x = x.transpose([a.index(k) for k in (*lead, *free_a, *over)]).reshape(count(lead), count(free_a), count(over))
    y = y.transpose([b.index(k) for k in (*lead, *over, *free_b)]).reshape(count(lead), count(over), count(free_b))
    letters = [*lead, *free_a, *free_b]
    shape = [sizes[k] for k in letters]
    if first and second:
        return "".join(letters), (x @ y).reshape(shape), True
    return "".join(letters), c.maths.products.product(x, y, (first, second)).reshape(shape), False
