"""The zoo's networks in PyTorch, written from their papers, in double precision."""

import itertools

import torch
from torch import nn
from zoo_parts import FirstOrder, Network, Standard, bi_interaction, climb, dots, tower


class LR(Network):
    def __init__(self, fields, dense):
        super().__init__(fields, dense)
        self.first_order = FirstOrder(self)

    def forward(self, batch):
        return self.first_order(self, batch)


class FM(Standard):
    def interact(self, v, batch):
        return bi_interaction(v).sum(1)


class DeepFM(Standard):
    def interact(self, v, batch):
        return bi_interaction(v).sum(1) + self.deep(self.flat(v, batch))


class NFM(Standard):
    def inputs(self):
        return self.width - self.dim * (self.count - 1)

    def interact(self, v, batch):
        return self.deep(self.flat([bi_interaction(v)], batch))


class FwFM(Standard):
    def build(self, hidden):
        self.pairs = nn.Linear(self.count * (self.count - 1) // 2, 1, bias=False)

    def interact(self, v, batch):
        return self.pairs(dots(v))[:, 0]


class FFM(Network):
    def __init__(self, fields, dense, dim):
        super().__init__(fields, dense)
        self.toward = nn.ModuleDict({f.name: nn.ModuleDict({g.name: nn.EmbeddingBag(g.rows, dim, mode=g.pooling)
                                                            for g in fields if g is not f}) for f in fields})
        self.first_order = FirstOrder(self)

    def forward(self, batch):
        total = 0
        for a, b in itertools.combinations([f.name for f in self.sparse], 2):
            (x,), (y,) = self.embed(self.toward[b], batch, [a]), self.embed(self.toward[a], batch, [b])
            total = total + (x * y).sum(1)
        return total + self.first_order(self, batch)


class DNN(Standard):
    linear = False

    def interact(self, v, batch):
        return self.deep(self.flat(v, batch))


class WideDeep(DNN):
    linear = True


class PNN(Standard):
    linear = False

    def inputs(self):
        return self.width + self.count * (self.count - 1) // 2

    def interact(self, v, batch):
        return self.deep(torch.cat([self.flat(v, batch), dots(v)], 1))


class DLRM(Standard):
    linear = False
    BOTTOM = 7

    def build(self, hidden):
        count = self.count + 1
        self.bottom = tower([sum(f.width for f in self.dense), self.BOTTOM, self.dim])
        self.tower = tower([self.dim + count * (count - 1) // 2, *hidden])
        self.out = nn.Linear(hidden[-1], 1)

    def interact(self, v, batch):
        x = climb(self.bottom, torch.cat(self.numbers(batch), 1))
        return self.deep(torch.cat([x, dots([x, *v])], 1))


class Cross(Standard):
    """Cross layers beside a tower."""

    linear = False
    CROSS = 2

    def build(self, hidden):
        self.cross = nn.ModuleList(self.layer() for _ in range(self.CROSS))
        self.tower = tower([self.width, *hidden])
        self.out = nn.Linear(self.width + hidden[-1], 1)

    def interact(self, v, batch):
        x0 = x = self.flat(v, batch)
        for layer in self.cross:
            x = self.step(layer, x0, x)
        return self.out(torch.cat([x, climb(self.tower, x0)], 1))[:, 0]


class DCN(Cross):
    def layer(self):
        made = nn.Linear(self.width, 1, bias=False)
        made.bias = nn.Parameter(torch.randn(self.width))
        return made

    def step(self, layer, x0, x):
        return x0 * (x @ layer.weight.T) + layer.bias + x


class DCNv2(Cross):
    def layer(self):
        return nn.Linear(self.width, self.width)

    def step(self, layer, x0, x):
        return x0 * layer(x) + x


class GDCN(DCNv2):
    def layer(self):
        made = super().layer()
        made.gate = nn.Linear(self.width, self.width, bias=False)
        return made

    def step(self, layer, x0, x):
        return x0 * (x @ layer.weight.T + layer.bias) * torch.sigmoid(layer.gate(x)) + x


class FiBiNET(Standard):
    def build(self, hidden):
        reduced = max(1, self.count // 3)
        self.senet = nn.ModuleList([nn.Linear(self.count, reduced, bias=False),
                                    nn.Linear(reduced, self.count, bias=False)])
        names = [f.name for f in self.sparse][:-1]
        self.bilinear, self.senet_bilinear = (
            nn.ModuleDict({name: nn.Linear(self.dim, self.dim, bias=False) for name in names}) for _ in range(2))
        dense = sum(f.width for f in self.dense)
        self.tower = tower([self.count * (self.count - 1) * self.dim + dense, *hidden])
        self.out = nn.Linear(hidden[-1], 1, bias=False)

    def interact(self, v, batch):
        a = climb(self.senet, torch.stack([x.mean(1) for x in v], 1))
        weighed = [x * a[:, i:i + 1] for i, x in enumerate(v)]
        products = []
        for matrices, vectors in ((self.bilinear, v), (self.senet_bilinear, weighed)):
            turned = [matrices[f.name](x) for f, x in zip(self.sparse[:-1], vectors)]
            products += [turned[i] * vectors[j] for i, j in itertools.combinations(range(self.count), 2)]
        return self.deep(self.flat(products, batch))


class FinalMLP(Standard):
    linear = False

    def build(self, hidden):
        for side in ("1", "2"):
            setattr(self, f"gate{side}", tower([self.width, 5, self.width]))
            setattr(self, f"tower{side}", tower([self.width, *hidden]))
        self.out1, self.out2 = nn.Linear(hidden[-1], 1), nn.Linear(hidden[-1], 1, bias=False)
        self.fusion = nn.Parameter(torch.randn(2, hidden[-1] // 2, hidden[-1] // 2))

    def select(self, gate, x):
        return x * 2 * torch.sigmoid(gate[1](torch.relu(gate[0](x))))

    def interact(self, v, batch):
        x = self.flat(v, batch)
        left = climb(self.tower1, self.select(self.gate1, x))
        right = climb(self.tower2, self.select(self.gate2, x))
        heads = [torch.einsum("bi,ij,bj->b", a, w, b)
                 for a, w, b in zip(left.chunk(2, 1), self.fusion, right.chunk(2, 1))]
        return self.out1(left)[:, 0] + self.out2(right)[:, 0] + sum(heads)


class AFM(Standard):
    def build(self, hidden):
        self.attention, self.project = nn.Linear(self.dim, 7), nn.Linear(7, 1, bias=False)
        self.out = nn.Linear(self.dim, 1, bias=False)

    def interact(self, v, batch):
        products = torch.stack([a * b for a, b in itertools.combinations(v, 2)], 1)
        share = torch.softmax(self.project(torch.relu(self.attention(products))), 1)
        return self.out((share * products).sum(1))[:, 0]


class AutoInt(Standard):
    linear = False
    HEADS, SIZE = 2, 5

    def build(self, hidden):
        out = self.HEADS * self.SIZE
        self.layer = nn.ModuleList(
            nn.ModuleDict({role: nn.Linear(width, out, bias=False) for role in ("query", "key", "value", "residual")})
            for width in (self.dim, out))
        self.out = nn.Linear((self.count + len(self.dense)) * out, 1)
        for f in self.dense:
            self.embedding[f.name] = nn.Linear(f.width, self.dim, bias=False)

    def interact(self, v, batch):
        numbers = [self.embedding[f.name](x) for f, x in zip(self.dense, self.numbers(batch))]
        x = torch.stack([*v, *numbers], 1)
        for layer in self.layer:
            query, key, value = (torch.stack(layer[role](x).chunk(self.HEADS, 2)) for role in ("query", "key", "value"))
            mixed = torch.softmax(query @ key.transpose(2, 3), 3) @ value
            x = torch.relu(torch.cat(list(mixed), 2) + layer["residual"](x))
        return self.out(x.flatten(1))[:, 0]


class MaskNet(Standard):
    linear = False

    def build(self, hidden):
        self.norm = nn.ModuleDict({f.name: nn.LayerNorm(self.dim) for f in self.sparse})
        for norm in self.norm.values():
            nn.init.normal_(norm.weight), nn.init.normal_(norm.bias)
        self.block = nn.ModuleList()
        for _ in range(2):
            block = nn.Module()
            block.mask = tower([self.width, 2 * self.width, self.width])
            block.linear, block.norm = nn.Linear(self.width, 9, bias=False), nn.LayerNorm(9)
            self.block.append(block)
        self.tower = tower([18, *hidden])
        self.out = nn.Linear(hidden[-1], 1)

    def interact(self, v, batch):
        plain = self.flat(v, batch)
        normed = self.flat([self.norm[f.name](x) for f, x in zip(self.sparse, v)], batch)
        outs = [torch.relu(b.norm(b.linear(b.mask[1](torch.relu(b.mask[0](plain))) * normed))) for b in self.block]
        return self.deep(torch.cat(outs, 1))


class DCNMix(Cross):
    EXPERTS, RANK = 3, 4

    def layer(self):
        made = nn.ModuleDict({str(e): nn.ModuleDict({
            "v": nn.Linear(self.width, self.RANK, bias=False), "c": nn.Linear(self.RANK, self.RANK, bias=False),
            "u": nn.Linear(self.RANK, self.width, bias=False)}) for e in range(self.EXPERTS)})
        made["gate"] = nn.Linear(self.width, self.EXPERTS, bias=False)
        made.bias = nn.Parameter(torch.randn(self.width))
        return made

    def step(self, layer, x0, x):
        experts = [layer[str(e)] for e in range(self.EXPERTS)]
        made = [x0 * (e["u"](torch.tanh(e["c"](torch.tanh(e["v"](x))))) + layer.bias) for e in experts]
        share = torch.softmax(layer["gate"](x), 1)
        return (share[:, :, None] * torch.stack(made, 1)).sum(1) + x


class XDeepFM(Standard):
    CIN = (7, 4)

    def build(self, hidden):
        super().build(hidden)
        rows = [self.count, *self.CIN]
        self.cin = nn.ModuleDict({str(k): nn.Linear(self.count * rows[k], rows[k + 1]) for k in range(len(self.CIN))})
        self.cin["out"] = nn.Linear(sum(self.CIN), 1, bias=False)

    def interact(self, v, batch):
        x0 = x = torch.stack(v, 1)
        pooled = []
        for k in range(len(self.CIN)):
            products = torch.einsum("njd,nid->njid", x0, x).flatten(1, 2)
            x = self.cin[str(k)](products.transpose(1, 2)).transpose(1, 2)
            pooled.append(x.sum(2))
        return self.cin["out"](torch.cat(pooled, 1))[:, 0] + self.deep(self.flat(v, batch))


class DSSM(Standard):
    """A tower for each scope; the reference's fields hold no pair."""

    linear = False
    TEMPERATURE = 4.0

    def build(self, hidden):
        self.sides = {"user": "request", "item": "candidate"}
        for name, scope in self.sides.items():
            width = sum(self.dim for f in self.sparse if f.scope == scope)
            setattr(self, name, tower([width + sum(f.width for f in self.dense if f.scope == scope), *hidden]))

    def interact(self, v, batch):
        ends = []
        for name, scope in self.sides.items():
            parts = [x for f, x in zip(self.sparse, v) if f.scope == scope]
            x = torch.cat(parts + [x for f, x in zip(self.dense, self.numbers(batch)) if f.scope == scope], 1)
            for layer in getattr(self, name):
                x = torch.tanh(layer(x))
            ends.append(x)
        return torch.nn.functional.cosine_similarity(*ends) * self.TEMPERATURE
