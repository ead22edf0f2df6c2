"""Which columns of the source's inputs are which feature: said by the caller, or seen from their use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..._arguments import bad
from .._feature import Feature, Hash
from .expressions import ID, indices_of, numbers_below, numbers_in, settles, shift_of


@dataclass
class Use:
    """What one column of an input is used for."""

    lookups: set = field(default_factory=set)  # (table number, index expression)
    compared: set = field(default_factory=set)  # numbers it is compared with
    below: set = field(default_factory=set)  # those that it is asked to be larger than
    asked: bool = False  # what is looked up is more than the number itself
    endless: bool = False  # what is looked up never stops to change, however large the id
    dense: bool = False

    @property
    def sparse(self) -> bool:
        return bool(self.lookups or self.asked)

    @property
    def kind(self) -> str | None:
        return "sparse" if self.sparse else "dense" if self.dense else None

    def add(self, expressions) -> None:
        for expression in expressions:
            self.lookups.update(indices_of(expression))
            self.compared.update(numbers_in(expression))
            self.below.update(numbers_below(expression))
            self.asked |= expression != ID
            self.endless |= not settles(expression)


@dataclass
class Slot:
    """A feature and its columns [begin, end) of a source's input."""

    feature: Feature
    begin: int
    end: int
    kind: str
    rows: int | None = None
    beyond: bool = False  # ids past the last row mean the last row

    @property
    def width(self) -> int:
        return self.end - self.begin


def plan(features: Iterable[Feature] | None, widths: dict[str, int], uses: dict[str, list[Use]], tables,
         notes: list[str]) -> list[Slot]:
    """The slots of all inputs that are used."""
    shifts: dict[int, dict] = {}
    for name, columns in uses.items():
        for place, use in enumerate(columns):
            for table, index in use.lookups:
                shift = shift_of(index)
                if shift is not None:
                    shifts.setdefault(table, {}).setdefault(shift, set()).add((name, place))
    made = []
    for feature, begin, end in _given(features, widths) if features is not None else _seen(widths, uses):
        mine = uses[feature.source][begin:end]
        kind = _kind(feature, mine)
        if kind is None:
            notes.append(f"feature '{feature.name}' is not used")
            continue
        slot = Slot(feature, begin, end, kind)
        if kind == "sparse":
            _size(slot, mine, tables, shifts)
        made.append(slot)
    return made


def _given(features, widths):
    taken: dict[tuple[str, int], str] = {}
    names = set()
    for feature in features:
        if not isinstance(feature, Feature):
            raise bad(f"features are clicklens.Feature objects, not {feature!r}")
        if feature.source not in widths:
            raise bad(f"feature '{feature.name}': the source has no input '{feature.source}', but "
                      f"{', '.join(map(repr, widths))}")
        if feature.name in names:
            raise bad(f"two features are named '{feature.name}'")
        names.add(feature.name)
        begin, end = feature.span(widths[feature.source])
        for place in range(begin, end):
            other = taken.setdefault((feature.source, place), feature.name)
            if other != feature.name:
                raise bad(f"features '{other}' and '{feature.name}' both have column {place} of '{feature.source}'")
        yield feature, begin, end


def _seen(widths, uses):
    """A feature for each input; for each part of one whose columns are used apart."""
    for name, width in widths.items():
        columns = uses[name]
        if len({(c.kind, frozenset(c.lookups), frozenset(c.compared)) for c in columns}) == 1 or \
                not any(c.sparse for c in columns):
            yield Feature(name), 0, width
            continue
        begin = 0
        while begin < width:
            end = begin + 1
            while columns[begin].kind == "dense" and end < width and columns[end].kind == "dense":
                end += 1
            if columns[begin].kind is not None:
                label = str(begin) if end == begin + 1 else f"{begin}_{end - 1}"
                yield Feature(f"{name}_{label}", input=name, columns=(begin, end)), begin, end
            begin = end


def _kind(feature: Feature, uses: list[Use]) -> str | None:
    kinds = {use.kind for use in uses if use.kind}
    if not kinds:
        return None
    if len(kinds) > 1:
        raise bad(f"feature '{feature.name}': columns of '{feature.source}' are used as ids and as numbers; give each "
                  "its own clicklens.Feature with `columns`")
    kind = kinds.pop()
    if feature.kind is not None and feature.kind != kind:
        raise bad(f"feature '{feature.name}' is {feature.kind}, but the source uses it as {kind}")
    return kind


def _size(slot: Slot, uses: list[Use], tables, shifts) -> None:
    """Ids are below what every table has rows for; where a table is shared by shifts, below the next one's."""
    sizes, most = [], []
    for table, index in set().union(*(use.lookups for use in uses)):
        shift = shift_of(index)
        if shift is None:
            continue
        mine = {(slot.feature.source, place) for place in range(slot.begin, slot.end)}
        # Fields have two ids at least: a shift by one is no next field, but ids without or with a padding before them.
        later = [s for s, who in shifts[table].items() if s > shift + 1 and not who & mine]
        most.append(len(tables.arrays[table]) - shift)
        sizes.append(min([*later, len(tables.arrays[table])]) - shift)
    slot.rows = slot.feature.rows if slot.feature.rows is not None else min(sizes, default=None)
    if slot.rows is not None:
        _fits(slot, min(most, default=None))
        return
    if any(use.lookups for use in uses) or not _is_length(uses) and not _ends(uses):
        raise bad(f"feature '{slot.feature.name}': give `rows`, the number of its ids: it cannot be told from how the "
                  "source uses them; numbers that are no ids cannot be compared")
    compared = set().union(*(use.compared for use in uses))
    slot.rows, slot.beyond = max(2, int(max(compared, default=0)) + 2), True


def _fits(slot: Slot, most: int | None) -> None:
    """Whether the source has all rows that the feature names."""
    feature, encoder = slot.feature, slot.feature.encoder
    if most is not None and slot.rows > most:
        raise bad(f"feature '{feature.name}': rows is {slot.rows}, its tables have {most}")
    if feature.padding is not None and feature.padding >= slot.rows:
        raise bad(f"feature '{feature.name}': padding is {feature.padding}, its tables have {slot.rows} rows")
    named = encoder.offset + encoder.modulus if isinstance(encoder, Hash) else \
        0 if encoder is None or isinstance(encoder, dict) else len(encoder)
    if named > slot.rows:
        raise bad(f"feature '{feature.name}': its encoder names {named} rows, its tables have {slot.rows}")


def _ends(uses: list[Use]) -> bool:
    """Whether all ids past the numbers that they are compared with are alike to the source."""
    compared = set().union(*(use.compared for use in uses))
    return not any(use.endless or use.dense for use in uses) and all(float(n).is_integer() for n in compared)


def _is_length(uses: list[Use]) -> bool:
    """Whether they are compared with every place of a history, the first being 0: none is larger than these are many."""
    below = set().union(*(use.below for use in uses))
    return len(below) > 1 and below == set(range(len(below)))
