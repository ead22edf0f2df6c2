"""What torch.onnx cannot write, or writes as a loop, in terms that it can: in force while a module is traced.

A `TorchFunctionMode` stands in for single functions, so modules are neither copied nor changed.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from .._library import Error, Status


def refused(message: str) -> Error:
    """What an importer cannot take."""
    return Error(Status.UNSUPPORTED, message)


def rewrites(even: bool = False):
    """A context manager in which torch's functions are those below. even: bags have offsets of one distance."""
    import torch
    from torch.overrides import TorchFunctionMode

    functional, fft = torch.nn.functional, torch.fft
    table = {
        functional.embedding_bag: partial(_embedding_bag, even=even),
        torch.masked_select: _masked_select, torch.Tensor.masked_select: _masked_select,
        torch.squeeze: _squeeze, torch.Tensor.squeeze: _squeeze,
        torch.repeat_interleave: _repeat, torch.Tensor.repeat_interleave: _repeat,
        torch.tensordot: _tensordot, functional.conv1d: _conv1d, torch.conv1d: _conv1d,
        fft.fft: _fft, fft.ifft: _ifft, torch.view_as_real: _view_as_real, torch.view_as_complex: _view_as_complex,
    }

    class Rewrites(TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            made = table.get(function)
            return (made or function)(*args, **(kwargs or {}))

    return Rewrites()


def _embedding_bag(input, weight, offsets=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, mode="mean",
                   sparse=False, per_sample_weights=None, include_last_offset=False, padding_idx=None,
                   even=False):
    """torch.nn.functional.embedding_bag of ids [rows, length]."""
    import torch
    if max_norm is not None or include_last_offset:
        raise refused("an embedding bag with max_norm or include_last_offset")
    given = None if padding_idx is None else input != padding_idx % weight.shape[0]
    if input.dim() != 2 and not even:
        raise refused("an embedding bag with offsets: name its ids and offsets in `bags`")
    if offsets is not None:  # from _torch_bags, whose padding is past the table's last row
        input = _evenly(input, offsets)
        inside = input < weight.shape[0]
        given = inside if padding_idx is None else inside & (input != padding_idx % weight.shape[0])
        input = torch.where(inside, input, torch.zeros_like(input))
        per_sample_weights = None if per_sample_weights is None else per_sample_weights.view_as(input)
    rows = torch.nn.functional.embedding(input, weight)
    given = None if given is None else given.to(rows.dtype).unsqueeze(-1)
    if mode == "max":
        if given is None:
            return rows.max(dim=1).values
        # A place without an id is far below all others; without any the largest of them counts nothing.
        largest = (rows * given - 1e30 * (1 - given)).max(dim=1).values
        return largest * given.sum(dim=1).clamp(max=1.0)
    if per_sample_weights is not None:
        rows = rows * per_sample_weights.unsqueeze(-1)
    if given is None:
        return rows.mean(dim=1) if mode == "mean" else rows.sum(dim=1)
    total = (rows * given).sum(dim=1)
    return total / given.sum(dim=1).clamp(min=1.0) if mode == "mean" else total


def _evenly(ids, offsets):
    """Ids [rows, length] of ids in a row."""
    steps = offsets.diff().unique().tolist()
    if ids.dim() != 1 or len(steps) != 1 or steps[0] <= 0 or len(offsets) * steps[0] != len(ids):
        raise refused("an embedding bag with offsets that are not those of `bags`")
    return ids.reshape(-1, steps[0])


def _masked_select(input, mask, out=None):
    """torch.masked_select where the mask is the same for every row: a choice of columns."""
    import torch
    if mask.dim() >= input.dim():
        return torch.masked_select(input, mask)
    columns = np.flatnonzero(np.broadcast_to(mask.detach().cpu().numpy(), input.shape[input.dim() - mask.dim():]))
    flat = input.flatten(start_dim=input.dim() - mask.dim())
    return torch.index_select(flat, flat.dim() - 1, torch.tensor(columns)).reshape(-1)


def _squeeze(input, dim=None):
    """torch.squeeze by the sizes that were traced; torch.onnx would ask for them in the graph, with an If."""
    axes = range(input.dim()) if dim is None else [dim % input.dim()]
    for axis in reversed([a for a in axes if input.shape[a] == 1]):
        input = input.select(axis, 0)
    return input


def _repeat(input, repeats, dim=None, **more):
    """torch.repeat_interleave by one number, where torch.onnx would write a piece for each column."""
    import torch
    if dim is None or more or not isinstance(repeats, int):
        return torch.repeat_interleave(input, repeats, dim, **more)
    dim %= input.dim()
    wide = input.unsqueeze(dim + 1)
    return wide.expand([-1] * (dim + 1) + [repeats] + [-1] * (input.dim() - dim - 1)).flatten(dim, dim + 1)


def _tensordot(a, b, dims=2, out=None):
    """torch.tensordot of a last dimension with the first of a matrix: a product of matrices."""
    import torch
    if b.dim() == 2 and dims in (1, ([-1], [0]), ([a.dim() - 1], [0])):
        return torch.matmul(a, b)
    return torch.tensordot(a, b, dims)


def _conv1d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """A convolution of kernel 1, which mixes channels: a product of matrices."""
    import torch
    one = [1 if value in (1, (1,)) else 0 for value in (stride, groups)]
    if weight.shape[2] != 1 or input.dim() != 3 or padding not in (0, (0,), "valid") or not all(one):
        return torch.conv1d(input, weight, bias, stride, padding, dilation, groups)
    mixed = torch.matmul(weight.select(2, 0), input)
    return mixed if bias is None else mixed + bias.unsqueeze(-1)


class _Complex:
    """A complex tensor as two real ones; ONNX has no complex numbers."""

    def __init__(self, real, imaginary):
        self.real, self.imaginary = real, imaginary

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        raise refused(f"complex numbers in {getattr(function, '__name__', function)}")


def _fourier(size: int):
    """Cosines and sines of the discrete Fourier transform of `size` numbers."""
    import torch
    turns = 2 * np.pi * np.outer(np.arange(size), np.arange(size)) / size
    return (torch.tensor(part, dtype=torch.float32) for part in (np.cos(turns), np.sin(turns)))


def _fft(input, n=None, dim=-1, norm=None):
    if n is not None or dim not in (-1, input.dim() - 1) or norm is not None or isinstance(input, _Complex):
        raise refused("torch.fft.fft of other than real numbers along their last dimension")
    cosines, sines = _fourier(input.shape[-1])
    return _Complex(input @ cosines, -(input @ sines))


def _ifft(input, n=None, dim=-1, norm=None):
    if not isinstance(input, _Complex) or n is not None or dim != -1 or norm is not None:
        raise refused("torch.fft.ifft of other than complex numbers along their last dimension")
    size = input.real.shape[-1]
    cosines, sines = _fourier(size)
    return _Complex((input.real @ cosines - input.imaginary @ sines) / size,
                    (input.real @ sines + input.imaginary @ cosines) / size)


def _view_as_real(input):
    import torch
    return torch.stack([input.real, input.imaginary], dim=-1)


def _view_as_complex(input):
    return _Complex(input[..., 0], input[..., 1])
