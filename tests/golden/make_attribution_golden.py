#!/usr/bin/env python3
"""Makes tests/golden/attribution: five small networks, a batch for each, and what Captum and PyTorch say of them.

    python tests/golden/make_attribution_golden.py      (needs the Python package, PyTorch and captum 0.7.0)

Deterministic methods are Captum's; random ones, whose draws are fixed here, plain loops. All in double precision on the
model's float32 weights. Numbers are rounded to seven digits: a test compares to 1e-4 of a row's largest.

NAME.txt holds, words apart by white space:
    keys FEATURE rows values  offsets...  values...       floats FEATURE rows width  values...
    array NAME rows columns  values...                    expect NAME rows columns  values...
"""

from pathlib import Path

import numpy as np
import torch
from captum.attr import DeepLift, FeatureAblation, IntegratedGradients, LayerConductance, NeuronGradient
from captum.metrics import infidelity, sensitivity_max
from torch import nn

import clicklens

OUT = Path(__file__).resolve().parent / "attribution"
ROWS, DIM, STEPS, DRAWS = 6, 3, 50, 12


class Tower(nn.Module):
    """From pooled inputs to one column for each task. `plan`: widths and activations, batch norm in between."""

    def __init__(self, inputs, plan, norm=False, tasks=1):
        super().__init__()
        self.parts = nn.ModuleList()
        for width, activation in plan:
            self.parts.append(nn.Linear(inputs, width))
            if norm:
                self.parts.append(nn.BatchNorm1d(width))
            self.parts.append(activation())
            inputs = width
        self.heads = nn.ModuleList(nn.Linear(inputs, 1) for _ in range(tasks))

    def forward(self, x):
        for part in self.parts:
            x = part(x)
        return torch.cat([head(x) for head in self.heads], 1)


class FirstOrder(nn.Module):
    """A sum of one column for each feature beside a tower, and an affine calibration of both."""

    def __init__(self, tower, first, rest, scale, shift):
        super().__init__()
        self.tower, self.first, self.rest, self.scale, self.shift = tower, first, rest, scale, shift

    def forward(self, x):
        return (x[:, self.first].sum(1, keepdim=True) + self.tower(x[:, self.rest])) * self.scale + self.shift


class Data:
    """Two request bags (sum and mean), an ad's, and two dense columns; with `first`, a column of each bag's own."""

    def __init__(self, seed, first=False):
        self.rng, self.first = np.random.default_rng(seed), first
        self.bags = {"user": (7, "sum", "user", "request"), "tags": (9, "mean", "user", "request"),
                     "ad": (11, "sum", "ad", "candidate")}
        self.keys, self.tables, self.columns, pooled = {}, {}, [], []
        for name, (rows, pooling, group, _) in self.bags.items():
            ids = [self.rng.integers(0, rows, self.rng.integers(1, 4)) for _ in range(ROWS)]
            self.keys[name] = ids
            for width in ((1, DIM) if first else (DIM,)):
                table = self.rng.normal(size=(rows, width)).astype(np.float32)
                self.tables[name, width] = table
                sums = [table[i].astype(np.float64).sum(0) / (len(i) if pooling == "mean" else 1) for i in ids]
                self.columns += [(group, name, width)] * width
                pooled.append(np.stack(sums))
        self.dense = self.rng.normal(size=(ROWS, 2)).astype(np.float32)
        self.columns += [("context", "price", 2)] * 2
        self.x = torch.tensor(np.concatenate(pooled + [self.dense], 1), dtype=torch.float64)

    def indices(self, first):
        return [i for i, (_, name, width) in enumerate(self.columns) if (width == 1) == first]

    def declare(self, b):
        """The embeddings in order, those of one column apart."""
        wide, narrow = [], []
        for name, (rows, pooling, group, scope) in self.bags.items():
            feature = b.sparse(name, group, scope, encoder=b.identity(rows), pooling=pooling)
            for width in ((1, DIM) if self.first else (DIM,)):
                (narrow if width == 1 else wide).append(b.embedding(feature, b.table(self.tables[name, width], f"{name} {width}")))
        wide.append(b.input(b.dense("price", "context", width=2)))
        return wide, narrow


def as_float32(module):
    """Weights that float32 holds, computed with in double."""
    for tensor in list(module.parameters()) + list(module.buffers()):
        if tensor.dtype.is_floating_point:
            tensor.data = tensor.data.float().double()
    return module.double().eval()


def numpy(tensor):
    return tensor.detach().numpy().astype(np.float32)


def add_tower(b, x, tower):
    names = {nn.ReLU: b.relu, nn.LeakyReLU: b.leaky_relu, nn.Sigmoid: b.sigmoid, nn.Tanh: b.tanh}
    layer = 0
    for part in tower.parts:
        if isinstance(part, nn.Linear):
            x = b.linear(x, numpy(part.weight), numpy(part.bias))
        elif isinstance(part, nn.BatchNorm1d):
            x = b.batch_norm(x, *map(numpy, (part.weight, part.bias, part.running_mean, part.running_var)), part.eps)
        else:
            x = names[type(part)](x)
            layer += 1
            b.layer(f"l{layer}", x)
    return [b.linear(x, numpy(head.weight), numpy(head.bias)) for head in tower.heads]


def build(name):
    torch.manual_seed(sum(map(ord, name)))
    data = Data(len(name), first=name == "first_order")
    width = len(data.columns)
    plans = {"relu": Tower(width, [(8, nn.ReLU), (6, nn.ReLU)]),
             "norm": Tower(width, [(8, nn.ReLU), (6, nn.LeakyReLU)], norm=True),
             "curves": Tower(width, [(8, nn.Sigmoid), (6, nn.Tanh)]),
             "tasks": Tower(width, [(8, nn.ReLU), (6, nn.Tanh)], tasks=2),
             "first_order": Tower(len(data.indices(False)), [(8, nn.ReLU), (5, nn.ReLU)])}
    tower = plans[name]
    for part in tower.parts:
        if isinstance(part, nn.BatchNorm1d):
            part.running_mean.data = torch.randn(part.num_features)
            part.running_var.data = torch.rand(part.num_features) + 0.5
            part.weight.data, part.bias.data = torch.randn(part.num_features), torch.randn(part.num_features)
    tower = as_float32(tower)
    b = clicklens.Builder(name)
    wide, narrow = data.declare(b)
    logits = add_tower(b, b.concat(wide), tower)
    net = tower
    if narrow:
        net = FirstOrder(tower, data.indices(True), data.indices(False), 1.5, -0.25)
        logits = [b.calibration(b.add(b.sum(b.concat(narrow)), logits[0]), 1.5, -0.25)]
    for task, logit in enumerate(logits):
        b.output(f"task{task}", logit)
    b.save(OUT / f"{name}.clens")
    return data, net, tower


def gradients(f, x):
    x = x.clone().requires_grad_(True)
    return torch.autograd.grad(f(x).sum(), x)[0].detach()


def expected_gradients(f, x, references, draws):
    values = torch.zeros(len(draws), *x.shape, dtype=torch.float64)
    for k, (row, alpha) in enumerate(draws):
        reference = references[row]
        values[k] = (x - reference) * gradients(f, reference + alpha * (x - reference))
    return values


def smoothgrad(f, x, mean, noise):
    return torch.stack([(x - mean) * gradients(f, x + row) for row in noise])


def group_sums(values, data, groups):
    return torch.stack([values[..., [i for i, c in enumerate(data.columns) if c[0] == g]].sum(-1) for g in groups], -1)


class Writer:
    def __init__(self, path):
        self.file = path.open("w")

    def numbers(self, kind, name, values):
        values = np.asarray(values.detach() if isinstance(values, torch.Tensor) else values)
        values = values.reshape(len(values), -1) if values.ndim != 1 else values.reshape(1, -1)
        form = "%d" if values.dtype.kind in "iu" else "%.9g" if kind != "expect" else "%.7g"
        print(kind, name, *values.shape, file=self.file)
        for row in values:
            print(*(form % v for v in row), file=self.file)

    def keys(self, name, ids):
        offsets = np.cumsum([0] + [len(i) for i in ids])
        print("keys", name, len(ids), offsets[-1], file=self.file)
        print(*offsets, file=self.file)
        print(*np.concatenate(ids), file=self.file)


def write(name):
    data, net, tower = build(name)
    task = 1 if name == "tasks" else 0
    groups = ["user", "ad", "context"]
    rng, out, x = data.rng, Writer(OUT / f"{name}.txt"), data.x
    f = lambda given: net(given)[:, task]  # noqa: E731
    for feature, ids in data.keys.items():
        out.keys(feature, ids)
    out.numbers("floats", "price", data.dense)
    mean = x.mean(0, keepdim=True).float().double()
    references = torch.tensor(rng.normal(size=(5, x.shape[1]))).float().double()
    spreads = x.std(0).float().double()
    out.numbers("array", "task", np.array([task]))
    for label, values in (("mean", mean), ("references", references), ("spreads", spreads)):
        out.numbers("array", label, values)
    out.numbers("expect", "logit", f(x))

    ig = IntegratedGradients(net)
    options = {"target": task, "n_steps": STEPS, "method": "gausslegendre"}
    values, gap = ig.attribute(x, 0 * mean, return_convergence_delta=True, **options)
    out.numbers("expect", "ig_zero", values)
    out.numbers("expect", "ig_zero_gap", (gap.abs() / values.abs().sum(1))[:, None])
    out.numbers("expect", "ig_mean", ig.attribute(x, mean, **options))
    squashed = IntegratedGradients(lambda given: torch.sigmoid(f(given)))
    out.numbers("expect", "ig_probability", squashed.attribute(x, mean, n_steps=STEPS, method="gausslegendre"))
    out.numbers("expect", "deeplift", DeepLift(net).attribute(x, mean, target=task))
    mask = torch.tensor([[groups.index(c[0]) for c in data.columns]])
    drops = FeatureAblation(net).attribute(x, mean, target=task, feature_mask=mask)
    first = [[c[0] for c in data.columns].index(g) for g in groups]
    out.numbers("expect", "ablation", drops[:, first])

    layers = [part for part in tower.parts if not isinstance(part, (nn.Linear, nn.BatchNorm1d))]
    for number, layer in enumerate(layers, 1):
        conductance = LayerConductance(net, layer)
        values = conductance.attribute(x, mean, target=task, n_steps=STEPS, method="riemann_trapezoid")
        out.numbers("expect", f"conductance_l{number}", values)
        width = values.shape[1]
        each = [NeuronGradient(net, layer).attribute(x, i, attribute_to_neuron_input=False) for i in range(width)]
        out.numbers("expect", f"neurons_l{number}", torch.stack(each, 1))

    rows, fractions = rng.integers(0, 5, DRAWS), rng.random(DRAWS).astype(np.float32)
    out.numbers("array", "draw_rows", rows)
    out.numbers("array", "draw_fractions", fractions)
    draws = list(zip(rows, fractions.astype(np.float64)))
    values = group_sums(expected_gradients(f, x, references, draws), data, groups)
    out.numbers("expect", "expected", values.mean(0))
    out.numbers("expect", "expected_error", values.std(0) / DRAWS**0.5)
    normals = torch.tensor(rng.normal(size=(DRAWS, x.shape[1])).astype(np.float32)).double()
    out.numbers("array", "draw_noise", normals)
    variance = torch.stack([spreads[[i for i, c in enumerate(data.columns) if c[0] == g]].square().mean() for g in groups])
    noise = normals * 0.15 * variance.sqrt()[mask[0]]
    values = group_sums(smoothgrad(f, x, mean, noise), data, groups)
    out.numbers("expect", "smoothgrad", values.mean(0))
    out.numbers("expect", "smoothgrad_error", values.std(0) / DRAWS**0.5)

    moves = torch.tensor((0.3 * rng.normal(size=(DRAWS, x.shape[1]))).astype(np.float32)).double()
    out.numbers("array", "moves", moves)
    each = lambda given: moves.repeat(len(given) // DRAWS, 1)  # noqa: E731
    phi = ig.attribute(x, mean, **options)
    missed = infidelity(net, lambda given: (each(given), given - each(given)), x, phi, target=task,
                        n_perturb_samples=DRAWS)
    out.numbers("expect", "infidelity", missed[:, None])
    explain = lambda given: DeepLift(net).attribute(given, mean, target=task)  # noqa: E731
    moved = sensitivity_max(explain, x, lambda given, _: given + each(given), n_perturb_samples=DRAWS)
    out.numbers("expect", "sensitivity", moved[:, None])


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for network in ("relu", "norm", "curves", "tasks", "first_order"):
        write(network)
