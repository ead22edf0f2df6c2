"""The models of the cases: how each is built, and once more what it computes, in double precision.

`pooled(batch)` is what the network reads, [candidates, input_width] in NumPy; `network(x)` the values and logits of such
rows in PyTorch, so that gradients come with them. Neither knows anything of the library.
"""

import numpy as np
import torch

import clicklens
from batches import entries, owners
from hashing import murmur_row


def drawn(seed: int, **shapes) -> dict:
    """Arrays of float32 with few digits, so that files are alike wherever they are made."""
    draws = np.random.default_rng(seed)
    return {name: (np.round(draws.normal(size=shape) * 64) / 64).astype(np.float32) for name, shape in shapes.items()}


def tensor(array):
    return torch.tensor(np.asarray(array, np.float64))


def bag(cells, table, row_of, pooling, missing_row=-1, unknown_row=-1, max_length=0):
    """One entry pooled: the rows that ids name, weighted. Ids without a row are left out, weight and all."""
    ids, weights = cells
    if max_length:
        ids, weights = ids[:max_length], weights[:max_length]
    rows = [(row_of(v), w) for v, w in zip(ids, weights)]
    rows = [(unknown_row if r is None else r, w) for r, w in rows]
    rows = [(r, w) for r, w in rows if r >= 0]
    table = np.asarray(table, np.float64)
    if not rows:
        return table[missing_row] if missing_row >= 0 else np.zeros(table.shape[1])
    w = np.array([w for _, w in rows])
    total = (table[[r for r, _ in rows]] * w[:, None]).sum(0)
    divisor = {"sum": 1.0, "mean": w.sum(), "sqrtn": np.sqrt((w * w).sum())}[pooling]
    return total / divisor


def below(rows):
    return lambda v: v if 0 <= v < rows else None


class Mixed:
    """Every kind of column, three scopes, three poolings, two groups and one more, a tower with a batch norm."""

    name = "mixed"
    USERS = ["anna", "ben", "čeněk"]
    WORDS = ["a", "bb", "ccc", "dddd", "éé"]
    WIDTH = 18

    def __init__(self):
        self.a = drawn(11, user=(3, 4), tags=(6, 3), ad=(8, 4), word=(5, 3), position=(4, 2), w1=(6, self.WIDTH), b1=(6,),
                       gamma=(6,), beta=(6,), mean=(6,), w2=(4, 6), b2=(4,), w3=(1, 4), b3=(1,))
        self.a["variance"] = np.abs(drawn(12, v=(6,))["v"]) + 0.5

    def build(self):
        b, a = clicklens.Builder(self.name), self.a
        user = b.sparse("user", "user", "request", encoder=b.vocabulary(self.USERS), unknown_row=1)
        tags = b.sparse("tags", "interests", "request", encoder=b.vocabulary(np.arange(100, 106)), pooling="mean",
                        weighted=True, max_length=3, required=False)
        ad = b.sparse("ad", "ad", encoder=b.hash(8, algorithm="murmurhash3", keys="u64", seed=7, salt="ad:"))
        word = b.sparse("word", "ad", encoder=b.vocabulary(self.WORDS), pooling="sqrtn", missing_row=4, required=False)
        price = b.dense("price", "ad", width=2, transforms=[b.log1p(), b.standardise([0.5, 1.0], [2.0, 4.0])],
                        missing=[1.5, 0.0], required=False)
        position = b.sparse("position", "context", "pair", encoder=b.identity(4), unknown_row=3)
        x = b.concat([b.embedding(user, a["user"]), b.embedding(tags, a["tags"]), b.embedding(ad, a["ad"]),
                      b.embedding(word, a["word"]), b.input(price), b.embedding(position, a["position"])], "emb")
        h1 = b.relu(b.batch_norm(b.linear(x, a["w1"], a["b1"], "pre"), a["gamma"], a["beta"], a["mean"], a["variance"],
                                 name="normed"), "h1")
        h2 = b.relu(b.linear(h1, a["w2"], a["b2"]), "h2")
        b.layer("emb", x)
        b.layer("l1", h1)
        b.layer("l2", h2)
        b.output("ctr", b.linear(h2, a["w3"], a["b3"], "logit"))
        b.metadata["made for"] = "conformance"
        return b

    groups = {"user": (0, 4), "interests": (4, 7), "ad": (7, 16), "context": (16, 18)}
    features = {"user": (0, 4), "tags": (4, 7), "ad": (7, 11), "word": (11, 14), "price": (14, 16), "position": (16, 18)}
    #: Which ids have a row of their own; None: numbers.
    known = {"user": lambda v: v.decode("utf-8", "replace") in Mixed.USERS, "tags": lambda v: 100 <= v < 106,
             "ad": lambda v: True, "word": lambda v: v.decode("utf-8", "replace") in Mixed.WORDS, "price": None,
             "position": lambda v: 0 <= v < 4}

    def pooled(self, made) -> np.ndarray:
        x, own = np.zeros((made["candidates"], self.WIDTH)), owners(made)
        users = {u.encode(): i for i, u in enumerate(self.USERS)}
        words = {w.encode(): i for i, w in enumerate(self.WORDS)}
        got = {n: entries(made, n, 2 if n == "price" else 0) for n in ("user", "tags", "ad", "word", "price", "position")}
        empty = ([], [])
        for c, r in enumerate(own):
            def cell(name, index):
                return got[name][index] if got[name] is not None else empty
            x[c, 0:4] = bag(cell("user", r), self.a["user"], users.get, "sum", unknown_row=1)
            x[c, 4:7] = bag(cell("tags", r), self.a["tags"], lambda v: below(6)(v - 100), "mean", max_length=3)
            x[c, 7:11] = bag(cell("ad", c), self.a["ad"], lambda v: murmur_row(v, 8, 7, b"ad:"), "sum")
            x[c, 11:14] = bag(cell("word", c), self.a["word"], words.get, "sqrtn", missing_row=4)
            price = cell("price", c)[0] or [None, None]
            raw = np.array([m if p is None or not np.isfinite(p) else p for p, m in zip(price, (1.5, 0.0))])
            x[c, 14:16] = (np.sign(raw) * np.log1p(np.abs(raw)) - [0.5, 1.0]) / [2.0, 4.0]
            x[c, 16:18] = bag(cell("position", c), self.a["position"], below(4), "sum", unknown_row=3)
        return x

    def network(self, x):
        a = {k: tensor(v) for k, v in self.a.items()}
        pre = x @ a["w1"].T + a["b1"]
        # The file holds scale and shift as float32.
        scale = tensor((self.a["gamma"].astype(float) / np.sqrt(self.a["variance"].astype(float) + 1e-5)).astype(np.float32))
        shift = tensor((self.a["beta"].astype(float) - self.a["mean"].astype(float) *
                        (self.a["gamma"].astype(float) / np.sqrt(self.a["variance"].astype(float) + 1e-5))).astype(np.float32))
        normed = pre * scale + shift
        h1 = torch.relu(normed)
        h2 = torch.relu(h1 @ a["w2"].T + a["b2"])
        logit = h2 @ a["w3"].T + a["b3"]
        return {"emb": x, "pre": pre, "normed": normed, "h1": h1, "l1": h1, "h2": h2, "l2": h2, "logit": logit,
                "logits": logit}


class Revised(Mixed):
    """`mixed` after more training: other ads and layers, a user more."""

    name = "revised"
    USERS = [*Mixed.USERS, "dora"]

    def __init__(self):
        super().__init__()
        more = drawn(13, user=(1, 4), ad=(2, 4), w2=(4, 6), b3=(1,))
        self.a["user"] = np.concatenate([self.a["user"], more["user"]])
        self.a["ad"] = self.a["ad"].copy()
        self.a["ad"][[2, 5]] = more["ad"]
        self.a |= {"w2": more["w2"], "b3": more["b3"]}


class TwoTasks:
    """Two outputs over a shared layer; ids as table rows; a calibrated task."""

    name = "two_tasks"
    WIDTH = 7
    groups = features = {"user": (0, 3), "ad": (3, 7)}
    known = {"user": lambda v: 0 <= v < 5, "ad": lambda v: 0 <= v < 9}

    def __init__(self):
        self.a = drawn(21, user=(5, 3), ad=(9, 4), w1=(8, self.WIDTH), b1=(8,), wc=(1, 8), bc=(1,), w2=(4, 8), b2=(4,),
                       wb=(1, 4), bb=(1,))

    def build(self):
        b, a = clicklens.Builder(self.name), self.a
        user = b.sparse("user", "user", "request", encoder=b.identity(5), missing_row=0)
        ad = b.sparse("ad", "ad", encoder=b.identity(9), unknown_row=8)
        x = b.concat([b.embedding(user, a["user"]), b.embedding(ad, a["ad"])], "emb")
        shared = b.relu(b.linear(x, a["w1"], a["b1"]), "shared")
        bought = b.tanh(b.linear(shared, a["w2"], a["b2"]), "bought")
        b.layer("shared", shared)
        b.output("click", b.linear(shared, a["wc"], a["bc"], "click logit"))
        b.output("buy", b.calibration(b.linear(bought, a["wb"], a["bb"], "buy logit"), 1.25, -0.5))
        return b

    def pooled(self, made) -> np.ndarray:
        x, users, ads = np.zeros((made["candidates"], self.WIDTH)), entries(made, "user"), entries(made, "ad")
        for c, r in enumerate(owners(made)):
            x[c, :3] = bag(users[r], self.a["user"], below(5), "sum", missing_row=0)
            x[c, 3:] = bag(ads[c], self.a["ad"], below(9), "sum", unknown_row=8)
        return x

    def network(self, x):
        a = {k: tensor(v) for k, v in self.a.items()}
        shared = torch.relu(x @ a["w1"].T + a["b1"])
        bought = torch.tanh(shared @ a["w2"].T + a["b2"])
        click, buy = shared @ a["wc"].T + a["bc"], 1.25 * (bought @ a["wb"].T + a["bb"]) - 0.5
        return {"emb": x, "shared": shared, "bought": bought, "click logit": click,
                "logits": torch.cat([click, buy], 1)}
