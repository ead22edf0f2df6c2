"""What the networks of the zoo are made of: fields, weights by name, embeddings, first-order terms and towers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._arguments import bad
from .._builder import Builder, Handle


@dataclass(frozen=True)
class Field:
    """A sparse feature: ids below `rows`, or what `encoder` (a function of the builder) makes of raw values."""

    name: str
    group: str
    rows: int
    scope: str = "candidate"
    pooling: str = "sum"
    weighted: bool = False
    encoder: Any = None  # function of a Builder -> an encoder; None: ids as they are


@dataclass(frozen=True)
class Dense:
    """`width` numbers an entry, transformed in order."""

    name: str
    group: str
    width: int = 1
    scope: str = "candidate"
    transforms: Any = None  # function of a Builder -> a list of transforms
    missing: float = 0.0


@dataclass(frozen=True)
class History:
    """Ids of another field, kept in order: what a user clicked before. It reads that field's table."""

    name: str
    group: str
    of: str  # name of the Field
    length: int = 50  # ids kept
    scope: str = "request"
    keep_last: bool = True


class Net:
    """A network under construction."""

    def __init__(self, name: str, fields: Sequence, weights, histories: bool = False):
        self.builder = Builder(name)
        self._weights = _source(weights)
        self.fields = [f for f in fields if isinstance(f, Field)]
        self.dense = [f for f in fields if isinstance(f, Dense)]
        self.histories = [f for f in fields if isinstance(f, History)]
        if not self.fields or len(self.fields) + len(self.dense) + len(self.histories) != len(fields):
            raise bad("fields must be a list of zoo.Field, one at least, zoo.Dense and zoo.History")
        if histories != bool(self.histories):
            raise bad(f"{name} reads {'one zoo.History at least' if histories else 'no zoo.History'}")
        self._by_name = {f.name: f for f in self.fields}
        for history in self.histories:
            if history.of not in self._by_name:
                raise bad(f"history {history.name!r}: no zoo.Field is named {history.of!r}")
        self._tables: dict[str, Handle] = {}
        self._features = {f.name: self._feature(f) for f in fields}
        self._inputs: dict[str, Handle] = {}

    def _feature(self, field) -> Handle:
        b = self.builder
        if isinstance(field, Dense):
            transforms = [] if field.transforms is None else field.transforms(b)
            return b.dense(field.name, field.group, field.scope, width=field.width, transforms=transforms,
                           missing=field.missing)
        if isinstance(field, History):
            of = self._by_name[field.of]
            return b.sparse(field.name, field.group, field.scope, encoder=self._encoder(of), max_length=field.length,
                            keep_last=field.keep_last)
        encoder = self._encoder(field)
        return b.sparse(field.name, field.group, field.scope, encoder=encoder, pooling=field.pooling,
                        weighted=field.weighted)

    def _encoder(self, field: Field) -> Handle:
        return self.builder.identity(field.rows) if field.encoder is None else field.encoder(self.builder)

    def weight(self, name: str, *shape: int) -> np.ndarray:
        """The weight of that name; INVALID_ARGUMENT when it is absent or of another shape."""
        found = self._weights(name, shape)
        if found is None:
            raise bad(f"weights has no {name!r}")
        found = np.asarray(found.detach().cpu() if hasattr(found, "detach") else found, dtype=np.float32)
        if found.shape != shape:
            raise bad(f"weights[{name!r}] has shape {found.shape}, not {shape}")
        return found

    # ---------------------------------------------------------------- inputs

    def embedding(self, field: Field, dim: int, prefix: str = "embedding") -> Handle:
        """`prefix`.<field>.weight, [rows, dim]."""
        name = f"{prefix}.{field.name}"
        return self.builder.embedding(self._features[field.name], self._table(name, field.rows, dim), name)

    def _table(self, name: str, rows: int, dim: int) -> Handle:
        if name not in self._tables:
            self._tables[name] = self.builder.table(self.weight(f"{name}.weight", rows, dim), name)
        return self._tables[name]

    def history(self, history: History, dim: int, prefix: str = "embedding") -> tuple[Handle, Handle]:
        """Rows [length, dim] of the table of the field whose ids it has, and their mask [1, length]."""
        of, feature = self._by_name[history.of], self._features[history.name]
        rows = self.builder.sequence(feature, self._table(f"{prefix}.{of.name}", of.rows, dim),
                                     name=f"{prefix}.{history.name}")
        return rows, self.builder.mask(feature)

    def target(self, history: History, vectors: Sequence[Handle]) -> Handle:
        """Of the embeddings of all fields, that of the field whose ids the history has."""
        return vectors[[field.name for field in self.fields].index(history.of)]

    def embeddings(self, dim: int) -> list[Handle]:
        return [self.embedding(field, dim) for field in self.fields]

    def dense_inputs(self) -> list[Handle]:
        for field in self.dense:
            if field.name not in self._inputs:
                self._inputs[field.name] = self.builder.input(self._features[field.name])
        return [self._inputs[field.name] for field in self.dense]

    @property
    def dense_width(self) -> int:
        return sum(field.width for field in self.dense)

    def flat(self, embeddings: Sequence[Handle]) -> Handle:
        """Embeddings, then dense inputs, side by side."""
        return self.builder.concat([*embeddings, *self.dense_inputs()])

    def first_order(self) -> list[Handle]:
        """The terms of a linear model: first_order.<field>.weight [rows, 1]; first_order.dense.weight [1, widths];
        first_order.bias [1]."""
        b = self.builder
        terms = [self.embedding(field, 1, "first_order") for field in self.fields]
        total = b.sum(b.concat(terms)) if len(terms) > 1 else terms[0]
        bias = self.weight("first_order.bias", 1)
        if not self.dense:
            return [b.linear(total, np.ones((1, 1), np.float32), bias, "first_order")]
        x = b.concat(self.dense_inputs())
        weight = self.weight("first_order.dense.weight", 1, self.dense_width)
        return [total, b.linear(x, weight, bias, "first_order.dense")]

    # ---------------------------------------------------------------- layers

    def linear(self, x: Handle, width: int, out: int, name: str, *, bias: bool = True) -> Handle:
        """<name>.weight [out, width] and <name>.bias [out]."""
        weight = self.weight(f"{name}.weight", out, width)
        return self.builder.linear(x, weight, self.weight(f"{name}.bias", out) if bias else None, name)

    def field_linear(self, x: Handle, width: int, out: int, name: str, *, bias: bool = True) -> Handle:
        """<name>.weight [out, width] and <name>.bias [out], of each field."""
        weight = self.weight(f"{name}.weight", out, width)
        return self.builder.field_linear(x, weight, self.weight(f"{name}.bias", out) if bias else None, name)

    def layer_norm(self, x: Handle, width: int, name: str) -> Handle:
        """<name>.weight and <name>.bias [width]."""
        return self.builder.layer_norm(x, self.weight(f"{name}.weight", width), self.weight(f"{name}.bias", width),
                                       name=name)

    def tower(self, x: Handle, width: int, hidden: Sequence[int], name: str = "tower",
              activation: str = "relu") -> tuple[Handle, int]:
        """Linear and `activation` by turns: <name>.<i>.weight, <name>.<i>.bias. Gives the last activation and its
        width."""
        for i, out in enumerate(hidden):
            x = self.activation(self.linear(x, width, out, f"{name}.{i}"), activation, f"{name}.{i}.{activation}")
            self.builder.layer(f"{name}.{i}", x)
            width = out
        return x, width

    def activation(self, x: Handle, kind: str, name: str) -> Handle:
        """kind: "relu", "gelu", "silu", "tanh", "sigmoid", "softplus", "elu"; "prelu", <name>.weight [width]; "dice"."""
        b = self.builder
        if kind == "dice":
            return self.dice(x, name)
        if kind == "prelu":
            fields, width = b.shape(x)
            return b.prelu(x, np.tile(self.weight(f"{name}.weight", width), fields), name)
        if kind not in ("relu", "gelu", "silu", "tanh", "sigmoid", "softplus", "elu"):
            raise bad(f"activation must be 'relu', 'gelu', 'silu', 'tanh', 'sigmoid', 'softplus', 'elu', 'prelu' or "
                      f"'dice', not {kind!r}")
        return getattr(b, kind)(x, name=name)

    def dice(self, x: Handle, name: str) -> Handle:
        """Dice (Zhou et al. 2018, equation 3): x (alpha + p (1 - alpha)), p = sigmoid((x - mean) / deviation):
        <name>.alpha, <name>.mean and <name>.variance [width]; epsilon 1e-8."""
        fields, width = self.builder.shape(x)
        alpha, mean, variance = (np.tile(self.weight(f"{name}.{part}", width), fields)
                                 for part in ("alpha", "mean", "variance"))
        b, one, none = self.builder, np.ones(fields * width), np.zeros(fields * width)
        p = b.sigmoid(b.batch_norm(x, one, none, mean, variance, 1e-8))
        return b.multiply(x, b.affine(p, 1 - alpha, alpha), name)

    def add(self, terms: Sequence[Handle]) -> Handle:
        """One after the other."""
        total = terms[0]
        for term in terms[1:]:
            total = self.builder.add(total, term)
        return total

    def done(self, terms: Sequence[Handle]) -> Builder:
        self.builder.output("ctr", self.add(terms))
        return self.builder


def _source(weights):
    if isinstance(weights, (int, np.integer)) and not isinstance(weights, bool):
        random = np.random.default_rng(int(weights))

        def untrained(name, shape):
            bound = 1.0 / np.sqrt(shape[-1])
            return random.uniform(0.5 if name.endswith(".variance") else -bound, bound, shape).astype(np.float32)

        return untrained
    if callable(weights):
        return weights
    if hasattr(weights, "__getitem__") and hasattr(weights, "keys"):
        return lambda name, _shape: weights[name] if name in weights else None
    raise bad("weights must map names to arrays, be a function of (name, shape), or a seed")
