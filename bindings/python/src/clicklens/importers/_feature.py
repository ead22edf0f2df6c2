"""How a source model's inputs become features of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .._arguments import bad, text, whole

_KINDS = (None, "sparse", "dense")


@dataclass(frozen=True)
class Hash:
    """An encoder by hashing, as `Builder.hash`: row = offset + hash % modulus."""

    modulus: int
    algorithm: str = "xxh3"
    keys: str = "string"
    seed: int = 0
    salt: str = ""
    offset: int = 0


@dataclass(frozen=True)
class Feature:
    """A feature of an imported model, and where in the source's inputs it is.

    name:       of the feature.
    group:      unit of saliency; default: the name.
    scope:      "request", "candidate" or "pair".
    input:      name of the source's input; default: the feature's name.
    columns:    an index or (begin, end) in that input, where one matrix carries many features; default: all.
    encoder:    of a sparse feature. None: ids are table rows; a list of keys, key i being row i; a dict from key to
                row; or a `Hash`.
    padding:    the row that means "no id" in the source: hosts may leave such ids away (see `max_length`).
    kind:       "sparse" or "dense"; default: as the source uses it.
    transforms: of a dense feature, before the source's first layer (see `Builder.dense`).
    rows:       ids of a sparse feature are below it; default: the rows of its tables.
    unknown, missing: rows that stand in for a key that the encoder does not know, and for no key at all; default: of a
                feature of one id its `padding`, else none.
    keep_last:  of a feature of many ids, the last ones are kept where there are too many.
    align:      "first": ids left away are padding behind the others, "last": before them.
    """

    name: str
    group: str | None = None
    scope: str = "candidate"
    input: str | None = None
    columns: int | tuple[int, int] | None = None
    encoder: Any = None
    padding: int | None = None
    kind: str | None = None
    transforms: tuple = field(default=())
    required: bool = True
    rows: int | None = None
    unknown: int | None = None
    missing: int | None = None
    keep_last: bool = False
    align: str = "first"

    def __post_init__(self):
        text(self.name, "name")
        if self.kind not in _KINDS:
            raise bad(f"feature '{self.name}': kind must be None, 'sparse' or 'dense', not {self.kind!r}")
        if self.scope not in ("request", "candidate", "pair"):
            raise bad(f"feature '{self.name}': scope must be 'request', 'candidate' or 'pair', not {self.scope!r}")
        if self.align not in ("first", "last"):
            raise bad(f"feature '{self.name}': align must be 'first' or 'last', not {self.align!r}")
        for label in ("padding", "unknown", "missing"):
            if getattr(self, label) is not None:
                whole(getattr(self, label), f"feature '{self.name}': {label}")

    @property
    def source(self) -> str:
        """The source's input."""
        return self.input if self.input is not None else self.name

    def span(self, width: int) -> tuple[int, int]:
        """[begin, end) of its columns in an input of `width` of them."""
        if self.columns is None:
            return 0, width
        given = self.columns if isinstance(self.columns, (tuple, list)) else (self.columns, self.columns + 1)
        if len(given) != 2:
            raise bad(f"feature '{self.name}': columns must be a number or (begin, end), not {self.columns!r}")
        begin, end = (whole(n, f"feature '{self.name}': columns", 0, width) for n in given)
        if begin >= end:
            raise bad(f"feature '{self.name}': columns {begin} to {end} are none")
        return begin, end
