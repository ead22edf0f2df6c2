"""The zoo's networks over histories in PyTorch, written from their papers, in double precision."""

import torch
from torch import nn
from zoo_parts import Standard


class Histories(Standard):
    """Embeddings of all fields, and of each history an entry in `read` that turns rows and mask to what a tower reads."""

    linear = False

    def __init__(self, fields, dense, histories, dim, hidden, **options):
        self.options = options
        super().__init__(fields, dense, dim)
        self.histories = histories
        self.order |= {h.name: len(self.order) + i for i, h in enumerate(histories)}
        self.prepare()
        width = self.width + sum(self.columns(h) for h in histories)
        self.build_tower(width, list(hidden))

    def build_tower(self, width, hidden):
        self.tower = nn.ModuleList(nn.Linear(a, b) for a, b in zip([width, *hidden], hidden))
        self.out = nn.Linear(hidden[-1], 1)

    def columns(self, history):
        return self.dim

    def rows(self, history, batch):
        ids = [entry[-history.length:] if history.keep_last else entry[:history.length]
               for entry in batch[history.name]]
        mask = torch.tensor([[1.0] * len(e) + [0.0] * (history.length - len(e)) for e in ids], dtype=torch.double)
        padded = torch.tensor([e + [0] * (history.length - len(e)) for e in ids])
        rows = self.embedding[history.of].weight[padded] * mask[:, :, None]
        rows = self.keep(history.name, rows.reshape(len(ids), -1)).reshape(rows.shape)
        return rows, self.keep(history.name, mask.requires_grad_())

    def forward(self, batch):
        v = self.embed(self.embedding, batch)
        targets = dict(zip([f.name for f in self.sparse], v))
        pooled = [self.read(h, targets[h.of], *self.rows(h, batch)) for h in self.histories]
        return self.deep(torch.cat([*v, *pooled, *self.numbers(batch)], 1))


class Dice(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.alpha = nn.Parameter(torch.rand(size))
        self.register_buffer("mean", torch.randn(size).float().double())
        self.register_buffer("variance", torch.rand(size).float().double() + 0.5)

    def forward(self, x):
        p = torch.sigmoid((x - self.mean) / torch.sqrt(self.variance + 1e-8))
        return p * x + (1 - p) * self.alpha * x


class Unit(nn.ModuleDict):
    """DIN's attention: its layers by number, Dice within the layer it follows."""

    def __init__(self, dim, sizes, dice):
        super().__init__()
        for i, (a, b) in enumerate(zip([4 * dim, *sizes], sizes)):
            self[str(i)] = nn.Linear(a, b)
            if dice:
                self[str(i)].dice = Dice(b)
        self["out"] = nn.Linear(sizes[-1], 1)
        self.layers = len(sizes)

    def forward(self, query, keys):
        query = query[:, None].expand_as(keys)
        x = torch.cat([query, keys, query - keys, query * keys], 2)
        for i in range(self.layers):
            layer = self[str(i)]
            x = layer.dice(layer(x)) if hasattr(layer, "dice") else torch.sigmoid(layer(x))
        return self["out"](x)[:, :, 0]


class DIN(Histories):
    def prepare(self):
        sizes, dice = self.options["attention"], self.options.get("activation") == "dice"
        self.attention = nn.ModuleDict({h.name: Unit(self.dim, sizes, dice) for h in self.histories})

    def read(self, history, target, keys, mask):
        scores = self.attention[history.name](target, keys)
        if self.options.get("softmax"):
            share = torch.softmax(scores.masked_fill(mask == 0, -1e300), 1) * mask.detach()
        else:
            share = scores * mask
        return (share[:, :, None] * keys).sum(1)


class Cell(nn.Module):
    """A GRU's weights by its names, a step at a time; with attention as AUGRU."""

    def __init__(self, dim):
        super().__init__()
        for name, shape in (("weight_ih", (3 * dim, dim)), ("weight_hh", (3 * dim, dim)), ("bias_ih", (3 * dim,)),
                            ("bias_hh", (3 * dim,))):
            setattr(self, name, nn.Parameter(torch.randn(shape) / dim ** 0.5))

    def forward(self, x, mask, attention=None):
        h, states = torch.zeros_like(x[:, 0, :self.weight_hh.shape[1]]), []
        for t in range(x.shape[1]):
            i = (x[:, t] @ self.weight_ih.T + self.bias_ih).chunk(3, 1)
            u = (h @ self.weight_hh.T + self.bias_hh).chunk(3, 1)
            r, z = torch.sigmoid(i[0] + u[0]), torch.sigmoid(i[1] + u[1])
            n = torch.tanh(i[2] + r * u[2])
            share = 1 - z if attention is None else z * attention[:, t:t + 1]
            h = torch.where(mask[:, t:t + 1] != 0, (1 - share) * h + share * n, h)
            states.append(h)
        return torch.stack(states, 1)


class DIEN(Histories):
    def prepare(self):
        names = [h.name for h in self.histories]
        self.extractor = nn.ModuleDict({name: Cell(self.dim) for name in names})
        self.evolution = nn.ModuleDict({name: Cell(self.dim) for name in names})
        self.attention = nn.ModuleDict({name: nn.Linear(self.dim, self.dim, bias=False) for name in names})

    def read(self, history, target, keys, mask):
        states = self.extractor[history.name](keys, mask)
        scores = (states @ self.attention[history.name](target)[:, :, None])[:, :, 0]
        share = torch.softmax(scores.masked_fill(mask == 0, -1e300), 1)
        return self.evolution[history.name](states, mask, share)[:, -1]


class BST(Histories):
    def prepare(self):
        encoder = lambda: nn.TransformerEncoderLayer(self.dim, self.options["heads"], self.options["size"],  # noqa: E731
                                                     dropout=0.0, activation=nn.functional.leaky_relu,
                                                     batch_first=True)
        self.layer = nn.ModuleDict({h.name: nn.ModuleList([encoder() for _ in range(self.options["layers"])])
                                    for h in self.histories})
        self.position = nn.ParameterDict({h.name: nn.Parameter(torch.randn(h.length + 1, self.dim))
                                          for h in self.histories})

    def columns(self, history):
        return (history.length + 1) * self.dim

    def read(self, history, target, keys, mask):
        x = torch.cat([keys, target[:, None]], 1) + self.position[history.name]
        mask = torch.cat([mask, torch.ones_like(mask[:, :1])], 1)
        for layer in self.layer[history.name]:
            x = layer(x, src_key_padding_mask=mask == 0)
        return (x * mask[:, :, None]).flatten(1)
