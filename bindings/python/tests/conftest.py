"""A small model whose scores NumPy can tell, and data for it."""

from dataclasses import dataclass, field

import numpy as np
import pytest

import clicklens

USERS = ["anna", "ben", "čeněk", "δ"]
DIM = 3


@dataclass
class Small:
    """user (request, strings), tags (request, many integers, mean), ad (candidate), price (dense)."""

    path: str = ""
    arrays: dict = field(default_factory=dict)

    def __post_init__(self):
        draws = np.random.default_rng(3)
        shapes = {"user": (4, DIM), "tags": (10, DIM), "ad": (20, DIM), "w1": (5, 3 * DIM + 1), "b1": (5,),
                  "w2": (1, 5), "b2": (1,)}
        self.arrays = {name: draws.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}

    def build(self):
        b, a = clicklens.Builder("small"), self.arrays
        user = b.sparse("user", "user", "request", encoder=b.vocabulary(USERS))
        tags = b.sparse("tags", "user", "request", encoder=b.vocabulary(np.arange(100, 110)), pooling="mean")
        ad = b.sparse("ad", "ad", encoder=b.identity(20))
        price = b.dense("price", "ad", transforms=[b.log1p(), b.standardise(1.0, 2.0)], missing=1.5)
        x = b.concat([b.embedding(user, a["user"]), b.embedding(tags, a["tags"]), b.embedding(ad, a["ad"]),
                      b.input(price)], "emb")
        h = b.relu(b.linear(x, a["w1"], a["b1"], "pre"), "hidden")
        b.layer("emb", x)
        b.layer("l1", h)
        b.output("ctr", b.linear(h, a["w2"], a["b2"]))
        b.metadata["made for"] = "tests"
        return b

    def inputs(self, data):
        """What the tower reads, in double precision; every row its own request."""
        a, n = {k: v.astype(np.float64) for k, v in self.arrays.items()}, len(data["ad"])
        x = np.zeros((n, 3 * DIM + 1))
        for r in range(n):
            if data["user"][r] in USERS:
                x[r, :DIM] = a["user"][USERS.index(data["user"][r])]
            tags = [t - 100 for t in data["tags"][r] if 100 <= t < 110]
            x[r, DIM : 2 * DIM] = a["tags"][tags].mean(0) if tags else 0
            x[r, 2 * DIM : 3 * DIM] = a["ad"][data["ad"][r]] if 0 <= data["ad"][r] < 20 else 0
            price = 1.5 if data["price"][r] is None else data["price"][r]
            x[r, 3 * DIM] = (np.sign(price) * np.log1p(abs(price)) - 1) / 2
        return x

    def hidden(self, x):
        return np.maximum(x @ self.arrays["w1"].T.astype(float) + self.arrays["b1"], 0)

    def logits(self, x):
        return (self.hidden(x) @ self.arrays["w2"].T.astype(float) + self.arrays["b2"])[:, 0]


def make_data(n, seed=0):
    draws = np.random.default_rng(seed)
    users = [*USERS, "nobody", None]
    return {"user": [users[i] for i in draws.integers(0, len(users), n)],
            "tags": [list(map(int, draws.integers(98, 112, draws.integers(0, 5)))) for _ in range(n)],
            "ad": [int(v) for v in draws.integers(0, 22, n)],
            "price": [float(np.float32(v)) for v in draws.lognormal(0, 1, n)]}


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    made = Small()
    made.path = str(tmp_path_factory.mktemp("model") / "small.clens")
    made.build().save(made.path)
    return made


@pytest.fixture(scope="session")
def model(small):
    return clicklens.open(small.path, verify=True)


@pytest.fixture
def data():
    return make_data(50)
