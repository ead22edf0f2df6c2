"""The shapes of bench/models/*.txt (shape.h describes the format), and models of random weights made of them."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path

SCOPES = ("request", "candidate", "pair")
FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Fields:
    """A line `sparse` or `dense`."""

    dense: bool
    scope: str
    count: int  # fields; of a dense line its width
    ids: int = 0

    def width(self, dim: int) -> int:
        return self.count if self.dense else self.count * dim


@dataclass
class Shape:
    name: str = ""
    dim: int = 0
    rows: int = 0
    fields: list[Fields] = field(default_factory=list)
    tower: list[int] = field(default_factory=list)
    tasks = 1

    def columns(self, scope: str | None = None) -> int:
        """Of the first layer's input, of one scope or of all."""
        return sum(f.width(self.dim) for f in self.fields if scope in (None, f.scope))

    def of(self, dense: bool, scope: str | None = None) -> list[Fields]:
        return [f for f in self.fields if f.dense == dense and scope in (None, f.scope)]

    def sparse_fields(self, scope: str | None = None) -> int:
        return sum(f.count for f in self.of(False, scope))

    @property
    def widths(self) -> list[int]:
        return [self.columns(), *self.tower, 1]


def parse(text: str) -> Shape:
    """ValueError names the line."""
    shape = Shape()
    for number, line in enumerate(text.splitlines(), 1):
        verb, *words = line.partition("#")[0].split() or [""]
        try:
            if not verb:
                continue
            if verb == "name" and not shape.name:
                (shape.name,) = words
            elif verb in ("dim", "rows"):
                (value,) = words
                setattr(shape, verb, _positive(value))
            elif verb in ("sparse", "dense"):
                scope, *counts = words
                if scope not in SCOPES or len(counts) != (1 if verb == "dense" else 2):
                    raise ValueError
                shape.fields.append(Fields(verb == "dense", scope, *map(_positive, counts)))
            elif verb == "tower" and not shape.tower and words:
                shape.tower = [_positive(word) for word in words]
            else:
                raise ValueError
        except ValueError:
            raise ValueError(f"line {number}: {line}") from None
    if not (shape.name and shape.dim and shape.rows and shape.fields and shape.tower):
        raise ValueError("a shape has a name, dim, rows, fields and a tower")
    return shape


def _positive(word: str) -> int:
    value = int(word)
    if not 0 < value <= 1 << 30:
        raise ValueError
    return value


@functools.lru_cache
def load(name: str) -> Shape:
    return parse((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))


def names() -> list[str]:
    """Every shape there is, gwen-ref first."""
    return sorted((p.stem for p in FOLDER.glob("*.txt")), key=lambda name: (name != "gwen-ref", name))


@dataclass
class Weights:
    """Random: tables [rows, dim], one a sparse field, and (weight [out, in], bias) of every layer."""

    tables: list
    layers: list


def random_weights(shape: Shape, seed: int = 1) -> Weights:
    """Logits spread as a click model's do: mean near -3, standard deviation near 1.3."""
    import numpy as np

    rng = np.random.default_rng(seed)
    tables = [rng.normal(0, 0.5, (shape.rows, shape.dim)).astype(np.float32) for _ in range(shape.sparse_fields())]
    layers = []
    for inputs, outputs in zip(shape.widths, shape.widths[1:]):
        weight = rng.normal(0, np.sqrt(2 / inputs), (outputs, inputs)).astype(np.float32)
        layers.append([weight, rng.normal(0, 0.05, outputs).astype(np.float32)])
    rows = rng.normal(0, 0.5, (2000, shape.columns())).astype(np.float32)  # about what bags of one id give
    logits = forward(layers, rows)
    layers[-1][0] *= np.float32(1.3 / logits.std())
    layers[-1][1] = np.float32([-3.0]) - forward([*layers[:-1], [layers[-1][0], np.zeros(1, np.float32)]], rows).mean()
    return Weights(tables, layers)


def forward(layers, x):
    """Logits, by numpy."""
    for weight, bias in layers[:-1]:
        x = (x @ weight.T + bias).clip(min=0)
    weight, bias = layers[-1]
    return (x @ weight.T + bias)[:, 0]


def write_clens(shape: Shape, weights: Weights, path, max_length: int = 0) -> None:
    """Features f0, f1, ... and d0, d1, ... in the order of the shape. max_length: ids kept of a bag, 0: all."""
    import clicklens

    b = clicklens.Builder(shape.name)
    values, tables, dense = [], iter(weights.tables), 0
    for line in shape.fields:
        if line.dense:
            values.append(b.input(b.dense(f"d{dense}", f"d{dense}", line.scope, width=line.count)))
            dense += 1
            continue
        for _ in range(line.count):
            name = f"f{len(values) - dense}"
            feature = b.sparse(name, name, line.scope, encoder=b.identity(shape.rows), max_length=max_length)
            values.append(b.embedding(feature, next(tables)))
    x = b.concat(values)
    for number, (weight, bias) in enumerate(weights.layers[:-1], 1):
        x = b.relu(b.linear(x, weight, bias))
        b.layer(f"l{number}", x)
    b.output("click", b.linear(x, *weights.layers[-1]))
    b.save(path)
