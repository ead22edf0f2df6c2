"""The network of "Visualizing and Understanding Deep Neural Networks in CTR Prediction" (arXiv 1806.08541):
ids embedded and summed, concatenated, a tower of fully connected ReLU layers, one logit."""

import numpy as np
import torch
from torch import nn


class Gwen(nn.Module):
    """All tables live in one embedding whose row 0 is the zero vector: one look-up, one optimiser state.

    within_group "concat" gives the tower every feature's bag; "sum" adds up the bags of a group first, as
    the paper does. Numeric columns stand beside them.
    """

    def __init__(self, encoding, dim, tower, *, within_group="concat", sd=0.01):
        super().__init__()
        self.encoding, self.dim, self.within_group = encoding, dim, within_group
        self.sparse = encoding.categorical + encoding.multi
        sizes = [len(encoding.vocabularies[c.name]) for c in self.sparse]
        self.starts = np.cumsum([1, *sizes])
        self.table = nn.Embedding(int(self.starts[-1]), dim, padding_idx=0)
        nn.init.normal_(self.table.weight, std=sd)
        with torch.no_grad():
            self.table.weight[0] = 0
        self.groups = list(dict.fromkeys(c.group for c in self.sparse))
        blocks = len(self.sparse) if within_group == "concat" else len(self.groups)
        widths = [blocks * dim + len(encoding.numeric), *tower]
        layers = []
        for narrow, wide in zip(widths, widths[1:]):
            layers += [nn.Linear(narrow, wide), nn.ReLU()]
        self.tower = nn.Sequential(*layers, nn.Linear(widths[-1], 1))
        if encoding.numeric:
            self.register_buffer("mean", torch.from_numpy(encoding.mean))
            self.register_buffer("scale", torch.from_numpy((1.0 / encoding.sd.astype(np.float64)).astype(np.float32)))

    def rows_of(self, j):
        """Table of sparse column j: [ids, dim]."""
        return self.table.weight[self.starts[j] : self.starts[j + 1]].detach().numpy()

    def _shifted(self, ids, j):
        return torch.where(ids > 0, ids + int(self.starts[j]) - 1, ids)

    def bags(self, rows):
        """Pooled inputs, one [n, dim] per sparse column in order."""
        n_single = len(self.encoding.categorical)
        shifted = [self._shifted(rows.single[:, j], j) for j in range(n_single)]
        looked = self.table(torch.stack(shifted, 1)).unbind(1) if shifted else ()
        multi = [self.table(self._shifted(ids, n_single + j)).sum(1) for j, ids in enumerate(rows.multi)]
        return [*looked, *multi]

    def inputs(self, rows):
        """What the tower reads."""
        parts = self.bags(rows)
        if self.within_group == "sum":
            parts = [sum(p for p, c in zip(parts, self.sparse) if c.group == g) for g in self.groups]
        if self.encoding.numeric:
            logs = torch.sign(rows.dense) * torch.log1p(rows.dense.abs())
            parts = [*parts, (logs - self.mean) * self.scale]
        return torch.cat(parts, 1)

    def forward(self, rows):
        return self.tower(self.inputs(rows)).squeeze(1)
