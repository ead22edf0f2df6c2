"""What the zoo's networks in PyTorch (zoo_networks.py) are made of. Parameters have the names that clicklens.zoo reads.
Pooled inputs are kept in the order of their making, for gradients."""

import itertools

import torch
from torch import nn


class Network(nn.Module):
    """Base: embedding bags by name. `fields` and `dense` as of the zoo; batches map names to bags or arrays."""

    def __init__(self, fields, dense):
        super().__init__()
        self.sparse, self.dense, self.pooled = fields, dense, []
        self.order = {f.name: i for i, f in enumerate([*fields, *dense])}

    def tables(self, dim):
        return nn.ModuleDict({f.name: nn.EmbeddingBag(f.rows, dim, mode=f.pooling) for f in self.sparse})

    def keep(self, name, x):
        if x.requires_grad:
            x.retain_grad()
        self.pooled.append((self.order[name], x))
        return x

    def embed(self, tables, batch, names=None):
        made = []
        for name in names or [f.name for f in self.sparse]:
            ids = torch.tensor([i for bag in batch[name] for i in bag])
            starts = torch.tensor([0, *itertools.accumulate(len(bag) for bag in batch[name])][:-1])
            made.append(self.keep(name, tables[name](ids, starts)))
        return made

    def numbers(self, batch):
        if not hasattr(self, "_numbers"):
            self._numbers = [self.keep(f.name, torch.tensor(batch[f.name]).double().requires_grad_())
                             for f in self.dense]
        return self._numbers

    def run(self, batch):
        """Logits [rows, tasks], gradients [rows, inputs] of the first task's logit."""
        self.pooled = []
        self.__dict__.pop("_numbers", None)
        logits = self.forward(batch)
        logits = logits if logits.dim() == 2 else logits[:, None]
        logits[:, 0].sum().backward()
        parts = [x for _, x in sorted(self.pooled, key=lambda kept: kept[0])]
        gradient = [torch.zeros_like(x) if x.grad is None else x.grad for x in parts]
        return logits.detach().numpy(), torch.cat(gradient, 1).numpy()


class FirstOrder(nn.Module):
    def __init__(self, net):
        super().__init__()
        for name, table in net.tables(1).items():
            self.add_module(name, table)
        width = sum(f.width for f in net.dense)
        if width:
            self.dense = nn.Linear(width, 1, bias=False)
        self.bias = nn.Parameter(torch.randn(1))

    def forward(self, net, batch):
        total = sum(net.embed(dict(self.named_children()), batch)) + self.bias
        if net.dense:
            total = total + self.dense(torch.cat(net.numbers(batch), 1))
        return total[:, 0]


def tower(widths):
    return nn.ModuleList(nn.Linear(a, b) for a, b in itertools.pairwise(widths))


def climb(layers, x):
    for layer in layers:
        x = torch.relu(layer(x))
    return x


class Standard(Network):
    """Embeddings, perhaps a first order, and what a subclass makes of them."""

    linear = True

    def __init__(self, fields, dense, dim, hidden=()):
        super().__init__(fields, dense)
        self.dim, self.count = dim, len(fields)
        self.width = dim * len(fields) + sum(f.width for f in dense)
        self.embedding = self.tables(dim)
        if self.linear:
            self.first_order = FirstOrder(self)
        self.build(list(hidden))

    def build(self, hidden):
        if hidden:
            self.tower = tower([self.inputs(), *hidden])
            self.out = nn.Linear(hidden[-1], 1, bias=not self.linear)

    def inputs(self):
        return self.width

    def flat(self, v, batch):
        return torch.cat([*v, *self.numbers(batch)], 1)

    def forward(self, batch):
        v = self.embed(self.embedding, batch)
        second = self.interact(v, batch)
        return second + self.first_order(self, batch) if self.linear else second

    def deep(self, x):
        return self.out(climb(self.tower, x))[:, 0]


def bi_interaction(v):
    x = torch.stack(v, 1)
    return (x.sum(1) ** 2 - (x ** 2).sum(1)) / 2


def dots(v):
    return torch.stack([(a * b).sum(1) for a, b in itertools.combinations(v, 2)], 1)
