"""Networks for accept.py: trained on one synthetic day, cleaned of neurons that a diagnosis names, faults written in."""

import copy
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bindings" / "python" / "examples"))

from gwen import export, training  # noqa: E402
from gwen.data import Encoding  # noqa: E402
from gwen.network import Gwen  # noqa: E402
from gwen.schema import Schema  # noqa: E402
from train_demo import COLUMNS  # noqa: E402

import clicklens  # noqa: E402

BATCH, RATE, TOWER, DIM = 128, 5e-3, [64, 32, 16], 8


class Training:
    """The reference network, epoch after epoch; `held`: a share of the day's rows is left out of training."""

    def __init__(self, day, seed, held=0.0):
        torch.manual_seed(seed)
        table = clicklens.read_table(str(day))
        self.hold = np.random.default_rng(seed).random(table.rows) < held
        encoding = Encoding(Schema("label", tuple(c for c in COLUMNS if c.name in table)))
        encoding.fit([table], [~self.hold])
        self.rows = encoding.encode(table).take(torch.from_numpy(np.flatnonzero(~self.hold)))
        self.net = Gwen(encoding, DIM, TOWER, within_group="sum")
        training.start_at_click_rate(self.net, self.rows)
        self._optimiser = torch.optim.Adam(self.net.parameters(), lr=RATE)
        self._shuffle = torch.Generator().manual_seed(seed)

    def epoch(self):
        """One more; returns a copy of the network with its bias refitted."""
        training.epoch(self.net, self._optimiser, self.rows, BATCH, self._shuffle)
        net = copy.deepcopy(self.net)
        training.refit_bias(net, self.rows)
        return net


def linears(net):
    return [layer for layer in net.tower if isinstance(layer, nn.Linear)]


def set_linears(net, made):
    layers = []
    for weight, bias in made:
        layer = nn.Linear(weight.shape[1], weight.shape[0])
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(weight))
            layer.bias.copy_(torch.from_numpy(bias))
        layers += [layer, nn.ReLU()]
    net.tower = nn.Sequential(*layers[:-1])


def arrays(net):
    return [(layer.weight.detach().numpy().astype(np.float64), layer.bias.detach().numpy().astype(np.float64))
            for layer in linears(net)]


def hidden(net, rows):
    """Activations of every hidden layer, float32 as the network has them."""
    found = []
    with torch.no_grad():
        x = net.inputs(rows)
        for layer in net.tower:
            x = layer(x)
            if isinstance(layer, nn.ReLU):
                found.append(x.numpy().astype(np.float64))
    return found


def copies(values):
    """By column: an earlier one that says the same, as a diagnosis defines it, or -1."""
    centred = values - values.mean(0)
    norms = np.sqrt((centred**2).sum(0))
    r = (centred.T @ centred) / np.maximum(np.outer(norms, norms), 1e-300)
    of = np.full(values.shape[1], -1)
    for j in range(values.shape[1]):
        for i in range(j):
            if of[i] < 0 and r[i, j] >= 0.9995 and ((values[:, i] > 0) == (values[:, j] > 0)).mean() >= 0.995:
                of[j] = i
                break
    return of


def clean(net, rows):
    """Without neurons that never fire or copy another one, nor any that nearly do; the bias refitted."""
    while True:
        made, changed = arrays(net), False
        for at, values in enumerate(hidden(net, rows)):
            (weight, bias), (after, after_bias) = made[at], made[at + 1]
            of, alive = copies(values), (values > 0).mean(0) > 1e-3
            after = after.copy()
            for j in np.flatnonzero((of >= 0) & alive):
                slope, shift = np.polyfit(values[:, of[j]], values[:, j], 1)
                after[:, of[j]] += slope * after[:, j]
                after_bias = after_bias + shift * after[:, j]
            keep = alive & (of < 0)
            if not keep.any():
                keep[0] = True
            changed |= not keep.all()
            made[at], made[at + 1] = (weight[keep], bias[keep]), (after[:, keep], after_bias)
            if not keep.all():
                break  # what later layers see has changed
        set_linears(net, made)
        if not changed:
            training.refit_bias(net, rows)
            return net


def plant(net, rows, seed, count=3):
    """A copy of the network with `count` dead neurons and copies in every hidden layer, and its logit moved by log 2.
    Also the columns: [(dead, copied)] by layer. Copied are neurons that fire on 2 % of the rows or more: of those that
    hardly ever do a diagnosis says nothing."""
    net, draws = copy.deepcopy(net), np.random.default_rng(seed)
    often = [np.flatnonzero((values > 0).mean(0) > 0.02) for values in hidden(net, rows)]
    made, columns = arrays(net), []
    for at in range(len(made) - 1):
        (weight, bias), (after, after_bias) = made[at], made[at + 1]
        width = len(bias)
        dead = draws.normal(size=(count, weight.shape[1]))
        fired = draws.choice(often[at], min(count, len(often[at])), replace=False)
        weight = np.concatenate([weight, dead, 2 * weight[fired]])
        bias = np.concatenate([bias, np.full(count, -1e3), 2 * bias[fired]])
        half = after[:, fired] / 2
        after = after.copy()
        after[:, fired] = half
        after = np.concatenate([after, draws.normal(size=(len(after), count)), half / 2], 1)
        made[at], made[at + 1] = (weight, bias), (after, after_bias)
        columns.append((list(range(width, width + count)), list(range(width + count, width + count + len(fired)))))
    made[-1] = (made[-1][0], made[-1][1] + np.log(2))
    set_linears(net, made)
    return net, columns


def save(net, path):
    export.build(net, "accept", integer_ids=True).save(str(path))
