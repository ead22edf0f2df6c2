"""The source's inputs as columns, and their features in the Builder."""

from __future__ import annotations

import numpy as np

from ..._arguments import bad, listed, whole
from ..._describe import enum
from .._columns import filler
from .._feature import Hash
from .slots import Slot, Use
from .space import Real, Space
from .tensor import CannotTake

_LISTED = 1 << 20  # ids that are listed in a vocabulary to leave one out


class Inputs:
    """Without slots, every column is apart and may be anything: that pass only finds what each is used for."""

    def __init__(self, space: Space, widths: dict[str, int], slots: list[Slot] | None):
        self.space, self.slots = space, slots
        space.anchor = self._anchor
        self.as_numbers = None  # makes a value of ids that are read as numbers, as lengths are: set by Lookups
        self.uses = {name: [Use() for _ in range(width)] for name, width in widths.items()}
        self._slots: dict[int, Slot] = {}
        self._use: dict[int, Use] = {}
        self._features: dict[int, object] = {}
        self._tables: dict[tuple, object] = {}
        self._columns = {name: np.full(width, -1, np.int64) for name, width in widths.items()}
        if slots is None:
            for name, width in widths.items():
                for place in range(width):
                    self._column(name, place)
        else:
            for slot in slots:
                self._slot(slot)
            self._rest()

    def columns(self, name: str) -> np.ndarray:
        return self._columns[name]

    def _anchor(self):
        """Some value of the row: what is a constant is made of it."""
        if self.slots is None:
            return self.space.builder.input(self.space.builder.dense("anchor", "group"))
        if not self._features:
            raise CannotTake("no input is used")
        base = next(iter(self._features))
        if self._slots[base].kind == "dense":
            return self.space.realise(next(real for real in self.space.reals if real.base == base))
        table = np.zeros((self._slots[base].rows, 1), np.float32)
        return self.space.builder.embedding(self._features[base], table)

    # -------------------------------------------------------------- the first pass

    def _column(self, name: str, place: int) -> None:
        real = self.space.add("ids", 1, None)
        real.make = lambda: self._seen_dense(real, f"{name}_{place}")
        self._use[real.base] = self.uses[name][place]
        self._columns[name][place] = real.base

    def _seen_dense(self, real: Real, name: str):
        self._use[real.base].dense = True
        return self.space.builder.input(self.space.builder.dense(name, "group"))

    # -------------------------------------------------------------- slots

    def _slot(self, slot: Slot) -> None:
        feature, builder = slot.feature, self.space.builder
        group = feature.group or feature.name
        if slot.kind == "dense":
            handle = builder.dense(feature.name, group, feature.scope, width=slot.width,
                                   transforms=feature.transforms, required=feature.required)
            real = self.space.add("dense", slot.width, lambda: builder.input(handle))
        else:
            handle = builder.sparse(feature.name, group, feature.scope, encoder=self._encoder(slot),
                                    max_length=slot.width if slot.width > 1 else 0, keep_last=feature.keep_last,
                                    required=feature.required, **self._standing_in(slot))
            real = self.space.add("ids", slot.width, None, fields=slot.width)
            real.make = lambda: self.as_numbers(real)
        self._slots[real.base], self._features[real.base] = slot, handle
        self._columns[feature.source][slot.begin : slot.end] = real.columns

    def _standing_in(self, slot: Slot) -> dict:
        own = slot.feature.padding if slot.width == 1 else None
        rows = {"missing_row": slot.feature.missing if slot.feature.missing is not None else own,
                "unknown_row": slot.feature.unknown if slot.feature.unknown is not None else own}
        if slot.beyond:
            rows["unknown_row"] = slot.rows - 1
        for label, row in rows.items():
            if row is not None and not row < slot.rows:
                raise bad(f"feature '{slot.feature.name}': {label} is {row}, its tables have {slot.rows} rows")
        return {label: row for label, row in rows.items() if row is not None}

    def _encoder(self, slot: Slot):
        given, builder = slot.feature.encoder, self.space.builder
        if given is None:
            return builder.identity(slot.rows)
        if isinstance(given, Hash):
            return builder.hash(given.modulus, algorithm=given.algorithm, keys=given.keys, seed=given.seed,
                                salt=given.salt, offset=given.offset)
        if isinstance(given, dict):
            return builder.vocabulary(*_complete(given, slot))
        return builder.vocabulary(given if isinstance(given, np.ndarray) else listed(given, "encoder"))

    def _rest(self) -> None:
        """Columns that are no feature's."""
        for name, columns in self._columns.items():
            for place in np.flatnonzero(columns < 0):
                columns[place] = self.space.add("unmapped", 1, lambda n=name, p=int(place): _unmapped(n, p)).base

    # -------------------------------------------------------------- what lookups ask

    def looked_up(self, ids: Real, expressions) -> None:
        if self.slots is None:
            self._use[ids.base].add(expressions)

    def rows(self, ids: Real) -> int | None:
        slot = self._slots.get(ids.base)
        return None if slot is None else slot.rows

    def name(self, ids: Real) -> str:
        return self._slots[ids.base].feature.name

    def sparse(self, ids: Real):
        """The Builder's feature of an `ids` Real."""
        if ids.base not in self._features:  # the first pass
            builder = self.space.builder
            self._features[ids.base] = builder.sparse(f"ids_{ids.base}", "group", encoder=builder.identity(1))
        return self._features[ids.base]

    def table(self, ids: Real, array: np.ndarray):
        """The Builder's table, shared by all that look the same memory up."""
        key = (array.__array_interface__["data"][0], array.shape, array.strides)
        if key not in self._tables:
            handle = self.space.builder.table(array, f"{self.name(ids)}.{len(self._tables)}")
            self._tables[key] = (handle, array)  # kept: another array must not come to lie there
        return self._tables[key][0]

    def align(self, ids: Real) -> dict:
        """Which end of a sequence its ids are at."""
        slot = self._slots.get(ids.base)
        return {} if slot is None or slot.feature.align == "first" else {"align": slot.feature.align}

    def padding(self, ids: Real) -> int | None:
        """The row that ids left away stand for."""
        slot = self._slots.get(ids.base)
        padding = None if slot is None else slot.feature.padding
        return padding if padding is not None and padding < slot.rows else None

    def keys_leave_padding(self, ids: Real) -> bool:
        """Whether hosts cannot name the padding's row, or can be kept from it: then the engine counts ids as the source."""
        padding = self.padding(ids)
        if padding is None:
            return False
        slot = self._slots[ids.base]
        encoder = slot.feature.encoder
        if encoder is None:
            return slot.rows <= _LISTED
        return isinstance(encoder, dict) and not any(
            row == padding and key != filler(row, isinstance(key, str)) for key, row in encoder.items())

    def pool_by_mean(self, ids: Real) -> None:
        """Bags of this feature are means. Ids that are rows get a vocabulary without the padding's."""
        builder, slot = self.space.builder, self._slots[ids.base]
        made = builder._model.features[self._features[ids.base].index]
        mean = enum("Pooling", "mean", "pooling")
        if made.pooling != mean and slot.feature.encoder is None:
            keys = np.arange(slot.rows, dtype=np.uint64)
            keys[slot.feature.padding] = filler(slot.feature.padding, False)
            made.encoder = builder.vocabulary(keys).index
        made.pooling = mean

    def ends_first(self, ids: Real) -> bool:
        """Whether ids left away are behind the others; not known in the first pass."""
        slot = self._slots.get(ids.base)
        return slot is None or slot.feature.padding is not None and slot.feature.align == "first"


def _complete(given: dict, slot: Slot):
    """(keys, rows) of a dict: a vocabulary has as many keys as rows, so rows of no key get one that no host sends."""
    keys, rows = list(given), [whole(row, "encoder", 0, slot.rows - 1) for row in given.values()]
    free = sorted(set(range(max(rows, default=-1) + 1)) - set(rows))
    texts = any(isinstance(key, (str, bytes)) for key in keys)
    fill = (f"\x01\x01no key {row}" if texts else 2**64 - 1 - row for row in free)
    return [*keys, *fill], [*rows, *free]


def _unmapped(name: str, place: int):
    raise CannotTake(f"column {place} of input '{name}' is read, but is no feature's; give it a clicklens.Feature")
