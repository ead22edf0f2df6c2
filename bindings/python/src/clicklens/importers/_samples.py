"""Rows that a source and its import are both asked about: random ones, and those at the edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._builder import Builder
from .._model import open as open_model
from ._feature import Feature, Hash

_POOL = 4096  # keys drawn from, of a feature


@dataclass(frozen=True)
class Fed:
    """A feature, and the columns [begin, end) of a source's input that it stands for."""

    feature: Feature
    kind: str
    input: str
    begin: int
    end: int
    rows: int | None
    numbers: str = "f"  # of a dense feature's input: NumPy's kind

    @property
    def width(self) -> int:
        return self.end - self.begin


def draw(fed: list[Fed], widths: dict[str, int], rows: int, seed: int, folder) -> tuple[dict, dict]:
    """(data for clicklens, columns [rows, width] for the source by input): the same rows in both."""
    random = np.random.default_rng(seed)
    inputs = {name: np.zeros((rows, width)) for name, width in widths.items()}
    data = {}
    for one in fed:
        make = _dense if one.kind == "dense" else _sparse
        data[one.feature.name], inputs[one.input][:, one.begin : one.end] = make(one, rows, random, folder)
    return data, inputs


def _dense(one: Fed, rows: int, random, folder):
    raw = random.normal(size=(rows, one.width)).astype(np.float32)
    if one.feature.transforms:
        raw = np.abs(raw)
    raw[:1] = 0.0  # an edge
    raw[1:2] = 1.0
    if one.numbers != "f" and not one.feature.transforms:
        raw = np.rint(3 * raw) if one.numbers == "i" else np.abs(np.rint(3 * raw)) if one.numbers == "u" else raw > 0
        raw = raw.astype(np.float32)
    return (raw[:, 0] if one.width == 1 else raw), _transformed(one.feature, raw, folder)


def _transformed(feature: Feature, raw: np.ndarray, folder) -> np.ndarray:
    """What the engine makes of raw numbers, asked of a model of one feature."""
    if not feature.transforms:
        return raw
    b = Builder("transform")
    value = b.input(b.dense("x", "x", width=raw.shape[1], transforms=feature.transforms))
    b.layer("x", value)
    b.output("y", b.sum(value))
    b.save(folder / "transform.clens")
    return open_model(folder / "transform.clens").activations({"x": raw if raw.shape[1] > 1 else raw[:, 0]}, ["x"])["x"]


def _sparse(one: Fed, rows: int, random, folder):
    keys, at = _keys(one, random, folder)
    chosen = random.integers(0, len(keys), (rows, one.width))
    chosen[:1], chosen[1:2] = 0, len(keys) - 1  # edges: the first row, and the last
    ids = at[chosen]
    if one.width == 1:
        cells = [keys[i] for i in chosen[:, 0]]
        missing = _stand_in(one.feature.missing, one.feature.padding)
        if missing is not None:
            cells[2:3], ids[2:3] = [None] * len(cells[2:3]), missing
        return cells, ids
    if one.feature.padding is None:
        return [[keys[i] for i in row] for row in chosen], ids
    cells = []
    for r, row in enumerate(chosen):  # ids left away are the source's padding
        length = 0 if r == 0 else one.width if r == 1 else int(random.integers(0, one.width + 1))
        kept = [i for i in row if at[i] != one.feature.padding][:length]
        given = at[kept] if kept or one.feature.missing is None else [one.feature.missing]
        left = [one.feature.padding] * (one.width - len(given))
        ids[r] = [*given, *left] if one.feature.align == "first" else [*left, *given]
        cells.append([keys[i] for i in kept])
    return cells, ids


def _stand_in(*rows):
    return next((row for row in rows if row is not None), None)


def _keys(one: Fed, random, folder):
    """Some of a feature's keys, an unknown one where a row stands in for it, and the row of each."""
    given, feature = one.feature.encoder, one.feature
    unknown = _stand_in(feature.unknown, feature.padding) if one.width == 1 or feature.unknown is not None else None
    if given is None:
        at = random.integers(0, one.rows, min(_POOL, one.rows))
        at[:1], at[-1:] = 0, one.rows - 1
        return at.tolist(), at
    if isinstance(given, Hash):
        keys = [f"k{i}" for i in range(_POOL)] if given.keys == "string" else list(range(_POOL))
        return keys, _hashed(given, keys, folder)
    pairs = list(given.items()) if isinstance(given, dict) else [(key, row) for row, key in enumerate(given)]
    if len(pairs) > _POOL:
        pairs = [pairs[0], *(pairs[i] for i in random.integers(0, len(pairs), _POOL)), pairs[-1]]
    keys, at = [key for key, _ in pairs], [row for _, row in pairs]
    if unknown is not None:
        keys.append("\x01 no such key" if isinstance(keys[0], (str, bytes)) else 2**63 - 25)
        at.append(unknown)
    return keys, np.array(at)


def _hashed(given: Hash, keys, folder) -> np.ndarray:
    """Rows of keys, asked of a model whose table holds the number of each row."""
    b = Builder("rows")
    encoder = b.hash(given.modulus, algorithm=given.algorithm, keys=given.keys, seed=given.seed, salt=given.salt)
    table = np.memmap(folder / "rows.f32", np.float32, "w+", shape=(given.modulus, 2))  # there may be many: never held
    for begin in range(0, given.modulus, 1 << 20):
        numbers = np.arange(begin, min(begin + (1 << 20), given.modulus))
        table[begin : begin + (1 << 20)] = np.stack([numbers // 4096, numbers % 4096], 1)  # each exact as a float
    value = b.embedding(b.sparse("key", "key", encoder=encoder), table)
    b.layer("row", value)
    b.output("y", b.sum(value))
    b.save(folder / "rows.clens")
    found = open_model(folder / "rows.clens").activations({"key": keys}, ["row"])["row"].astype(np.int64)
    return found[:, 0] * 4096 + found[:, 1] + given.offset
