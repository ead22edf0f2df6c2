"""Convolutions: columns under the kernel side by side, times the weights."""

from __future__ import annotations

import itertools

import numpy as np

from .call import Call, operator
from .tensor import CannotTake, Tensor, aligned

_MOST = 1 << 18  # columns under all kernels of a row


@operator("Conv")
def conv(c: Call):
    x, weight = c.tensor(0), np.asarray(c.number(1, "the kernel"))
    rank, groups = len(x.dims) - 2, c.attr("group", 1)
    if x.batch != 0 or len(x.columns.shape) != rank + 3 or x.columns.shape[:2] != (1, 1):
        raise CannotTake(f"its input is {x}, [batch, channels, ..] is wanted")
    patches, spots = _patches(c, x.columns[0, 0], weight.shape[2:], rank)
    out = weight.shape[0] // groups
    made = []
    for g in range(groups):
        under = patches[g * weight.shape[1] : (g + 1) * weight.shape[1]]  # [channels, kernel, spots]
        under = under.reshape(-1, under.shape[-1]).T
        own = weight[g * out : (g + 1) * out].reshape(out, -1)
        made.append(c.maths.products.linear(np.ascontiguousarray(under), own).T)
    columns = np.concatenate(made).reshape(1, 1, weight.shape[0], *spots)
    y = Tensor((x.dims[0], weight.shape[0], *spots), columns)
    if not c.has(2):
        return y
    bias = np.asarray(c.number(2, "the bias")).reshape(-1, *[1] * rank)
    dims, (a, b) = aligned([y, bias])
    return Tensor(dims, c.maths.pairs.apply("add", a, c.maths.columns(bias, b)))


def _patches(c: Call, x: np.ndarray, kernel, rank: int):
    """Columns [channels, kernel, spots] under the kernel at each spot, and how many spots there are by axis."""
    strides, dilations = c.attr("strides", [1] * rank), c.attr("dilations", [1] * rank)
    reach = [d * (k - 1) + 1 for d, k in zip(dilations, kernel)]
    x = np.pad(x, [(0, 0), *_pads(c, x.shape[1:], reach, strides)],
               constant_values=int(c.maths.space.constant([0.0])[0]))
    spots = [(n - r) // s + 1 for n, r, s in zip(x.shape[1:], reach, strides)]
    if min(spots) < 1:
        raise CannotTake("the kernel is larger than its input")
    if x.shape[0] * int(np.prod(kernel)) * int(np.prod(spots)) > _MOST:
        raise CannotTake(f"kernels {tuple(kernel)} at {spots} spots read more than {_MOST} columns a row")
    made = [x[(slice(None), *(slice(k * d, k * d + s * n, s) for k, d, s, n in zip(at, dilations, strides, spots)))]
            for at in itertools.product(*map(range, kernel))]
    return np.stack([part.reshape(len(x), -1) for part in made], 1), spots


def _pads(c: Call, sizes, reach, strides):
    kind, pads = c.attr("auto_pad", "NOTSET"), c.attr("pads")
    if kind in ("NOTSET", "VALID"):
        pads = pads or [0] * (2 * len(reach))
        return list(zip(pads[: len(reach)], pads[len(reach) :]))
    made = []
    for size, r, s in zip(sizes, reach, strides):
        total = max(0, (-(-size // s) - 1) * s + r - size)
        less, more = total // 2, total - total // 2
        made.append((less, more) if kind == "SAME_UPPER" else (more, less))
    return made


@operator("MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool")
def pool(c: Call):
    x, rank = c.tensor(0), len(c.tensor(0).dims) - 2
    if x.batch != 0 or x.columns.shape[:2] != (1, 1):
        raise CannotTake(f"its input is {x}, [batch, channels, ..] is wanted")
    kernel = c.attr("kernel_shape") or list(x.columns.shape[3:])
    if any(c.attr("pads") or ()) or c.attr("ceil_mode", 0) or c.attr("auto_pad", "NOTSET") not in ("NOTSET", "VALID"):
        raise CannotTake("pooling with padding is not taken")
    patches, spots = _patches(c, x.columns[0, 0], kernel, rank)
    moved = np.moveaxis(patches, 1, -1)  # [channels, spots, kernel]
    r = c.maths.reductions
    made = r.largest(moved) if "Max" in c.op else c.maths.pointwise.affine(r.total(moved), 1 / moved.shape[-1])
    return Tensor((x.dims[0], len(moved), *spots), made.reshape(1, 1, len(moved), *spots))
