"""A small network for real click logs, made without a training framework, and the Python package to make it with.

The first number of an id's row is its shrunken log odds of a click on the first day, the others and the hidden layers
are random, and the last linear is a logistic regression on the hidden neurons of that day, by Newton's method: enough
for an AUC above chance on later days."""

import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DIM, HIDDEN = 4, (48, 24)
CANDIDATE = {"item"}


def stage(folder):
    """The package as it is in the sources, beside what a build derives from the header; the library is that of
    CLICKLENS_LIBRARY. Returns the module. ImportError: what it needs is not there."""
    import cffi  # noqa: F401
    import numpy  # noqa: F401

    if not shutil.which("flatc"):
        raise ImportError("no flatc")
    python = ROOT / "bindings" / "python"
    sys.path.insert(0, str(python))
    from packaging_clicklens import derive

    target = Path(folder) / "clicklens"
    shutil.copytree(python / "src" / "clicklens", target, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    derive.write_ffi(target)
    derive.write_model_schema(target)
    sys.path.insert(0, str(folder))
    import clicklens

    return clicklens


def describe(path):
    """[(name, group, type)] of the columns that are features."""
    columns = json.loads(Path(path).read_text(encoding="utf-8"))["columns"]
    return [(c["name"], c["group"], c["type"]) for c in columns
            if c["type"] in ("categorical", "multi", "numeric") and c.get("feature", True)]


class RealModel:
    def __init__(self, clicklens, schema, day):
        import numpy as np

        self.clicklens, self.np = clicklens, np
        self.schema, self.table = describe(schema), clicklens.read_table(day)
        draws = np.random.default_rng(11)
        self.vocabularies = {name: self._ids(name) for name, _, kind in self.schema if kind != "numeric"}
        self.clicks = np.array([cell == "1" for cell in self.table["label"]], float)
        self.rows = {}
        for name, ids in self.vocabularies.items():
            self.rows[name] = draws.normal(0, 0.1, (len(ids), DIM)).astype(np.float32)
            self.rows[name][:, 0] = self._odds(name, ids)
        width = DIM * len(self.vocabularies) + len(self.schema) - len(self.vocabularies)
        self.weights = []
        for out in HIDDEN:
            self.weights.append((draws.normal(0, (2 / width) ** 0.5, (out, width)).astype(np.float32),
                                 draws.normal(0, 0.1, out).astype(np.float32)))
            width = out
        self.last = (np.zeros((1, width), np.float32), np.zeros(1, np.float32))

    def _ids(self, name):
        column = self.table[name]
        values = column[0] if isinstance(column, tuple) else column
        return sorted({value for value in values if value is not None})

    def _odds(self, name, ids, shrink=20.0):
        np, column = self.np, self.table[name]
        if not isinstance(column, tuple):
            kept = np.array([cell is not None for cell in column])
            values, clicks = column[kept], self.clicks[kept]
        else:
            values, clicks = column[0], np.repeat(self.clicks, np.diff(column[1]))
        place = {value: i for i, value in enumerate(ids)}
        at = np.array([place[value] for value in values])
        rate = self.clicks.mean()
        mean = (np.bincount(at, clicks, len(ids)) + shrink * rate) / (np.bincount(at, minlength=len(ids)) + shrink)
        return 3 * (np.log(mean / (1 - mean)) - np.log(rate / (1 - rate)))

    def write(self, path):
        """Twice: with the hidden neurons of the first day the last linear is fitted."""
        self._build().save(path)
        hidden = self.clicklens.open(path).activations(self.table, [f"l{len(HIDDEN)}"])[f"l{len(HIDDEN)}"]
        self.last = self._fit(hidden, self.clicks)
        self._build().save(path)

    def _build(self):
        b, values = self.clicklens.Builder("real"), []
        for name, group, kind in self.schema:
            scope = "candidate" if group in CANDIDATE else "request" if group == "user" else "pair"
            if kind == "numeric":
                cells = self.np.array([float(cell) for cell in self.table[name] if cell is not None])
                steps = self.np.log1p(cells)
                transforms = [b.log1p(), b.standardise(float(steps.mean()), float(steps.std()) + 1e-3)]
                values.append(b.input(b.dense(name, group, scope, transforms=transforms)))
                continue
            feature = b.sparse(name, group, scope, encoder=b.vocabulary(self.vocabularies[name]),
                               pooling="mean" if kind == "multi" else "sum")
            values.append(b.embedding(feature, self.rows[name]))
        x = b.concat(values, "emb")
        b.layer("emb", x)
        for i, (weight, bias) in enumerate(self.weights, 1):
            x = b.relu(b.linear(x, weight, bias))
            b.layer(f"l{i}", x)
        b.output("click", b.linear(x, *self.last))
        return b

    def _fit(self, hidden, clicks, penalty=10.0):
        np = self.np
        x = np.hstack([hidden.astype(float), np.ones((len(hidden), 1))])
        w = np.zeros(x.shape[1])
        ridge = penalty * np.eye(len(w))
        for _ in range(12):
            p = 1 / (1 + np.exp(-x @ w))
            w -= np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + ridge, x.T @ (p - clicks) + ridge @ w)
        return w[None, :-1].astype(np.float32), w[-1:].astype(np.float32)
