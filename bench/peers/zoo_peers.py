"""The zoo's networks (bench/models/zoo.py) in PyTorch, for peers and as what all outputs are compared with: the tests'
reference networks, fed arrays of one id a field. Forms as in graphs.py:

  natural  a table and an input for each feature
  best     one table, all fields of a row in one matrix
"""

from __future__ import annotations

import copy
import io
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import embedding

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bindings" / "python" / "tests"))

import zoo_histories  # noqa: E402
import zoo_networks  # noqa: E402
import zoo_tasks  # noqa: E402

torch.set_grad_enabled(False)


def dots(v):
    """As DLRM's authors write it: all products of a row, then those above the diagonal."""
    v = torch.stack(list(v), 1) if not torch.is_tensor(v) else v
    fields = int(v.shape[1])
    above = torch.from_numpy(np.flatnonzero(np.triu(np.ones((fields, fields)), 1)))
    return torch.bmm(v, v.transpose(1, 2)).flatten(1)[:, above]


def bi_interaction(v):
    v = v if torch.is_tensor(v) else torch.stack(list(v), 1)
    return (v.sum(1) ** 2 - (v ** 2).sum(1)) / 2


zoo_networks.dots, zoo_networks.bi_interaction = dots, bi_interaction


def whole(rows):
    """A history's rows, and the mask of one that is as long as can be."""
    return rows, torch.ones_like(rows[:, :, 0])


class Natural(torch.nn.Module):
    """By feature: f0, f1, .. [rows, 1] and d0, d1, .. [rows, width]."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        network.embed = lambda tables, batch, names=None: [
            embedding(batch[name][:, 0], tables[name].weight) for name in names or [f.name for f in network.sparse]]
        network.numbers = lambda batch: [batch[f.name] for f in network.dense]

        network.rows = lambda history, batch: whole(embedding(batch[history.name], network.embedding[history.of].weight))

    @property
    def names(self):
        return [f.name for f in [*self.network.sparse, *self.network.dense, *getattr(self.network, "histories", [])]]

    def forward(self, *inputs):
        logits = self.network(dict(zip(self.names, inputs)))
        return torch.sigmoid(logits if logits.dim() == 2 else logits[:, None])


class Best(torch.nn.Module):
    """Of (rows of one table for all fields, numbers, histories)."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        fields = [f.name for f in network.sparse]
        self.register_buffer("table", torch.cat([network.embedding[name].weight for name in fields]))
        network.embed = lambda tables, batch, names=None: embedding(batch[0], self.table)
        network.numbers = lambda batch: [batch[1]]
        network.rows = lambda history, batch: whole(embedding(batch[2], self.table))
        network.flat = lambda v, batch: torch.cat([v.flatten(1), batch[1]], 1)
        if network.linear:
            first = network.first_order
            self.register_buffer("first", torch.cat([getattr(first, name).weight for name in fields]))
            first.forward = lambda net, batch: (embedding(batch[0], self.first).sum(1) + first.bias
                                                + first.dense(batch[1]))[:, 0]
        own = INTERACT.get(type(network).__name__)
        if own:
            network.interact = lambda v, batch: own(network, v, batch)
        if getattr(network, "histories", []):
            network.forward = self._with_history

    def _with_history(self, batch):
        net, v = self.network, embedding(batch[0], self.table)
        (history,) = net.histories
        pooled = net.read(history, v[:, -1], *net.rows(history, batch))
        return net.deep(torch.cat([v.flatten(1), pooled, batch[1]], 1))

    def forward(self, ids, numbers, history=None):
        logits = self.network((ids, numbers, history))
        return torch.sigmoid(logits if logits.dim() == 2 else logits[:, None])


def _dlrm(net, v, batch):
    x = zoo_networks.climb(net.bottom, batch[1])
    return net.deep(torch.cat([x, dots(torch.cat([x[:, None], v], 1))], 1))


def _autoint(net, v, batch):
    numbers = torch.stack([net.embedding[f.name].weight[:, 0] for f in net.dense])
    x = torch.cat([v, batch[1][:, :, None] * numbers], 1)
    for layer in net.layer:
        query, key, value = (layer[role](x).view(-1, x.shape[1], net.HEADS, net.SIZE).transpose(1, 2)
                             for role in ("query", "key", "value"))
        mixed = torch.softmax(query @ key.transpose(2, 3), 3) @ value
        x = torch.relu(mixed.transpose(1, 2).flatten(2) + layer["residual"](x))
    return net.out(x.flatten(1))[:, 0]


# How one writes it over a matrix of fields, where that is not the reference's way over a list of them.
INTERACT = {"DLRM": _dlrm, "AutoInt": _autoint}


class Weights:
    """Random, of a zoo.Network."""

    def __init__(self, shape):
        torch.manual_seed(1)
        modules = [zoo_networks, zoo_tasks, zoo_histories]
        made = next(getattr(m, shape.reference) for m in modules if hasattr(m, shape.reference))
        kind = type(shape.reference, (made,), shape.constants)
        fields, dense, histories = shape.features
        if histories:
            attention = {"attention": shape.arguments["attention"]}
            self.network = kind(fields, dense, histories, shape.dim, shape.hidden, **attention)
        else:
            self.network = kind(fields, dense, shape.dim, shape.hidden)
        self.shape = shape
        for name, parameter in self.network.named_parameters():
            if "embedding." in name or "first_order." in name:
                parameter.data *= 0.25
        self.exact = Natural(copy.deepcopy(self.network).double())

    def by_name(self) -> dict:
        return self.network.state_dict()

    def probabilities(self, batch) -> np.ndarray:
        """In double, task by task of each row."""
        import graphs

        feed = {name: torch.from_numpy(array) for name, array in graphs.feed(batch, "natural").items()}
        inputs = [x.double() if x.is_floating_point() else x for x in (feed[name] for name in self.exact.names)]
        return self.exact(*inputs).numpy().reshape(-1)

    def _module(self, form):
        network = copy.deepcopy(self.network)
        return (Best if form == "best" else Natural)(network).eval()

    def _example(self, form):
        import graphs
        from data import Batch

        return {name: torch.from_numpy(array) for name, array in
                graphs.feed(Batch(self.shape, 2, False, 0), form).items()}

    def onnx(self, form) -> bytes:
        module, example = self._module(form), self._example(form)
        names = module.names if form == "natural" else list(example)
        made = io.BytesIO()
        torch.onnx.export(module, tuple(example[name] for name in names), made, opset_version=16, input_names=names,
                          output_names=["probability"],
                          dynamic_axes={name: {0: "rows"} for name in [*names, "probability"]})
        return made.getvalue()

    def script(self):
        """Frozen, of the arguments that torch_peer.py gives."""
        module = self._module("best")

        class Called(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.module = module

            def forward(self, ids, numbers, request_ids, request_numbers):
                if histories:
                    return self.module(ids[:, :, 0], numbers, request_ids[:, 0])
                return self.module(ids[:, :, 0], numbers)

        example, histories = self._example("best"), self.shape.histories
        ids, numbers = example["all0"].long()[:, :, None], example["numbers_all"]
        more = example["history0"].long()[:, None] if histories else ids[:0]
        return torch.jit.freeze(torch.jit.trace(Called().eval(), (ids, numbers, more, numbers[:0])).eval())
