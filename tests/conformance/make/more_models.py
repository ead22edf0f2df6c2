"""The models of the cases, continued: a sequence with attention, and narrow tables."""

import numpy as np
import torch

import clicklens
from batches import entries, owners
from models import bag, below, drawn, tensor


class Sequence:
    """A history kept as a sequence, attended by the ad."""

    name = "sequence"
    LENGTH, DIM = 4, 3
    # rows of the history, their mask, the ad
    WIDTH = LENGTH * DIM + LENGTH + DIM
    groups = features = {"history": (0, LENGTH * DIM + LENGTH), "ad": (LENGTH * DIM + LENGTH, WIDTH)}

    def __init__(self):
        self.a = drawn(31, items=(12, self.DIM), ad=(6, self.DIM), w1=(5, 2 * self.DIM), b1=(5,), w2=(1, 5), b2=(1,))

    def build(self):
        b, a = clicklens.Builder(self.name), self.a
        history = b.sparse("history", "history", "request", encoder=b.identity(12), max_length=self.LENGTH, keep_last=True)
        ad = b.sparse("ad", "ad", encoder=b.identity(6))
        rows, mask = b.sequence(history, a["items"]), b.mask(history)
        query = b.embedding(ad, a["ad"])
        weights = b.softmax(b.matmul(b.fields([query]), rows, transpose_b=True), mask, "attention")
        context = b.matmul(weights, rows, name="context")
        hidden = b.relu(b.linear(b.concat([query, context]), a["w1"], a["b1"]), "hidden")
        b.layer("attention", weights)
        b.layer("hidden", hidden)
        b.output("ctr", b.linear(hidden, a["w2"], a["b2"], "logit"))
        return b

    def pooled(self, made) -> np.ndarray:
        x, histories, ads = np.zeros((made["candidates"], self.WIDTH)), entries(made, "history"), entries(made, "ad")
        for c, r in enumerate(owners(made)):
            for place, item in enumerate(histories[r][0][-self.LENGTH :]):
                if 0 <= item < 12:
                    x[c, place * self.DIM : (place + 1) * self.DIM] = self.a["items"][item]
                    x[c, self.LENGTH * self.DIM + place] = 1
            x[c, -self.DIM :] = bag(ads[c], self.a["ad"], below(6), "sum")
        return x

    def network(self, x):
        a = {k: tensor(v) for k, v in self.a.items()}
        n = len(x)
        rows = x[:, : self.LENGTH * self.DIM].reshape(n, self.LENGTH, self.DIM)
        mask, query = x[:, self.LENGTH * self.DIM : -self.DIM], x[:, -self.DIM :]
        scores = (rows @ query[:, :, None])[:, :, 0]
        there = mask != 0
        scores = torch.where(there, scores, torch.full_like(scores, -1e30))
        weights = torch.where(there, torch.softmax(scores, 1), torch.zeros_like(scores))
        context = (weights[:, :, None] * rows).sum(1)
        hidden = torch.relu(torch.cat([query, context], 1) @ a["w1"].T + a["b1"])
        logit = hidden @ a["w2"].T + a["b2"]
        return {"attention": weights, "context": context, "hidden": hidden, "logit": logit, "logits": logit}


def narrowed(table: np.ndarray, kind: str) -> np.ndarray:
    """The numbers that a table of narrow rows stands for."""
    if kind == "f16":
        return table.astype(np.float16).astype(np.float64)
    if kind == "bf16":
        raw = table.astype(np.float32).view(np.uint32).astype(np.uint64)
        return (((raw + 0x7FFF + ((raw >> 16) & 1)) >> 16) << 16).astype(np.uint32).view(np.float32).astype(np.float64)
    steps = {"int8": 255, "int4": 15}[kind]
    low, high = table.min(1, keepdims=True).astype(float), table.max(1, keepdims=True).astype(float)
    scale = ((high - low) / steps).astype(np.float32).astype(float)
    return np.round((table - low) / scale) * scale + low


class Narrow:
    """Tables of every narrow type, weighted and plain."""

    name = "narrow"
    KINDS = ("int8", "int4", "f16", "bf16")
    DIM = 6
    WIDTH = 4 * DIM
    groups = features = {kind: (6 * i, 6 * i + 6) for i, kind in enumerate(KINDS)}

    def __init__(self):
        self.a = drawn(41, **{kind: (10, self.DIM) for kind in self.KINDS}, w1=(16, self.WIDTH), b1=(16,), w2=(8, 16),
                       b2=(8,), w3=(1, 8), b3=(1,))

    def build(self):
        b, a = clicklens.Builder(self.name), self.a
        bags = []
        for i, kind in enumerate(self.KINDS):
            feature = b.sparse(kind, kind, "request" if i == 1 else "candidate", encoder=b.identity(10),
                               pooling="sum" if i else "mean", weighted=i == 0)
            bags.append(b.embedding(feature, a[kind], type=kind))
        x = b.concat(bags, "emb")
        h1 = b.relu(b.linear(x, a["w1"], a["b1"], "first"), "h1")
        h2 = b.relu(b.linear(h1, a["w2"], a["b2"], "second"), "h2")
        b.layer("l1", h1)
        b.output("ctr", b.linear(h2, a["w3"], a["b3"], "logit"))
        return b

    def pooled(self, made) -> np.ndarray:
        x, own = np.zeros((made["candidates"], self.WIDTH)), owners(made)
        for i, kind in enumerate(self.KINDS):
            table, cells = narrowed(self.a[kind], kind), entries(made, kind)
            for c, r in enumerate(own):
                x[c, 6 * i : 6 * i + 6] = bag(cells[r if i == 1 else c], table, below(10), "sum" if i else "mean")
        return x

    def network(self, x):
        a = {k: tensor(v) for k, v in self.a.items()}
        h1 = torch.relu(x @ a["w1"].T + a["b1"])
        h2 = torch.relu(h1 @ a["w2"].T + a["b2"])
        logit = h2 @ a["w3"].T + a["b3"]
        return {"emb": x, "h1": h1, "l1": h1, "logit": logit, "logits": logit}
