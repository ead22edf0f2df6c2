"""PyTorch, as Debian builds it: one EmbeddingBag over all tables, scripted and frozen, one thread."""

import numpy as np
import torch
from data import Staging, layout, scope_columns
from zoo import Network

NAME, VERSION = "PyTorch", torch.__version__
torch.set_num_threads(1)
torch.set_grad_enabled(False)


def _tensor(array):
    return torch.from_numpy(np.ascontiguousarray(array))


class _Network(torch.nn.Module):
    split: torch.jit.Final[bool]
    dense: torch.jit.Final[bool]

    def __init__(self, shape, weights, form):
        super().__init__()
        self.split, self.dense = form == "split", bool(shape.of(True))
        self.bag = torch.nn.EmbeddingBag.from_pretrained(_tensor(np.concatenate(weights.tables)), mode="sum")
        linears = [_linear(weight, bias) for weight, bias in weights.layers]
        (weight, bias), *_ = weights.layers
        if self.split:
            self.shared = _linear(weight[:, scope_columns(shape, "request")], bias)
            self.first = _linear(weight[:, scope_columns(shape, "candidate")], None)
        else:
            self.first = _linear(weight[:, layout(shape)], bias)
        rest = [layer for linear in linears[1:] for layer in (torch.nn.ReLU(), linear)]
        self.rest = torch.nn.Sequential(*rest, torch.nn.Sigmoid())

    def inputs(self, ids, numbers):
        x = self.bag(ids.view(ids.size(0) * ids.size(1), ids.size(2))).view(ids.size(0), -1)
        return torch.cat((x, numbers), 1) if self.dense else x

    def forward(self, ids, numbers, request_ids, request_numbers):
        x = self.first(self.inputs(ids, numbers))
        if self.split:
            x = x + self.shared(self.inputs(request_ids, request_numbers))
        return self.rest(x)


class _Empty(torch.nn.Module):
    def forward(self, ids, numbers, request_ids, request_numbers):
        return ids[:, 0, :1].float()


def _linear(weight, bias):
    made = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    made.weight.data = _tensor(weight)
    if bias is not None:
        made.bias.data = _tensor(bias)
    return made


def write(shape, weights, form: str, precision: str, empty: bool, path: str) -> None:
    if not empty and isinstance(shape, Network):
        weights.script().save(path)
        return
    network = (_Empty() if empty else _Network(shape, weights, form)).eval()
    torch.jit.freeze(torch.jit.script(network)).save(path)


class Peer:
    def __init__(self, shape, path: str, form: str, precision: str):
        self.form, self.network, self.staging = form, torch.jit.load(path), None

    def bind(self, batch):
        feed = {}
        for name, scope in (("", None), ("request_", None)) if self.form == "best" else \
                (("", "candidate"), ("request_", "request")):
            ids = np.stack(batch.table_ids(scope, self.form == "best"), 2)
            numbers = batch.dense(scope, self.form == "best")
            if self.form == "best" and name:  # read by `split` alone, and histories
                ids, numbers = ids[:0], None
                if isinstance(batch.shape, Network) and batch.shape.histories:
                    ids = np.stack(batch.histories(), 1)
            feed[f"{name}ids"] = ids
            feed[f"{name}numbers"] = np.zeros((len(ids), 0), np.float32) if numbers is None else numbers
        if self.staging is None:
            self.staging = Staging(feed)
            self.tensors = [torch.from_numpy(view) for view in self.staging.views.values()]
        packed, block, copy = self.staging.pack(feed), self.staging.block, np.copyto
        network, tensors, out = self.network, self.tensors, [None]

        def run():
            copy(block, packed)
            out[0] = network(*tensors)

        return run, lambda: out[0].numpy().reshape(-1).copy()
