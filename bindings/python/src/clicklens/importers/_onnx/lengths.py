"""Lengths of histories: how many ids are no padding, and which places lie before that."""

from __future__ import annotations

import numpy as np

from .lookups import Lookups
from .space import Space

_TESTS = {"less": (0, 1), "greater": (1, 0), "less_equal": (0, 1), "greater_equal": (1, 0)}  # (number, length)


def is_length(space: Space, lookups: Lookups, columns: np.ndarray) -> bool:
    """Whether every column counts ids of a feature: sums of a mask, whole numbers though they may be floats."""
    return bool(columns.size) and all(_counted(space, lookups, column) is not None for column in np.ravel(columns))


def places_before(space: Space, lookups: Lookups, op: str, left: np.ndarray, right: np.ndarray) -> np.ndarray | None:
    """Place k < length, ids left away being behind the others: whether place k has an id. None of other tests."""
    if op not in _TESTS:
        return None
    numbers, lengths = ((left, right)[i] for i in _TESTS[op])
    known = space.values(numbers)
    if known is None or not lengths.size or (known != np.floor(known)).any():
        return None
    known = known - (op in ("less_equal", "greater_equal"))  # k <= length is k - 1 < length
    made = np.empty(lengths.shape, np.int64)
    for at in np.ndindex(lengths.shape):
        places = _counted(space, lookups, lengths[at])
        if places is None:
            return None
        inside = 0 <= known[at] < len(places)
        made[at] = places[int(known[at])] if inside else space.constant(np.array([known[at] < 0]))[0]
    space.note("lengths counted from ids are masks of their places: lists have no padding between their ids")
    return made


def _counted(space: Space, lookups: Lookups, column) -> np.ndarray | None:
    """The columns of a 0/1 mask of all of a feature's ids, of a column that is their sum."""
    real = space.sources(np.array([column]))[0]
    place = int(column) - real.base
    if real.op == "bag":
        ids, expression = real.attrs["ids"], real.attrs["expressions"][place]
        if not lookups.inputs.ends_first(ids) or not _is_mask(expression):
            return None
        made = np.empty(ids.size, object)
        for k in range(ids.size):
            made[k] = expression
        return lookups.columns(ids.columns, made)
    if real.op != "sum" or lookups.inputs.slots is not None:
        return None
    terms = real.args[0][place]  # the first pass, in which every column is a feature
    found = lookups.by_id(terms)
    return terms if found is not None and all(map(_is_mask, found[1])) else None


def _is_mask(expression) -> bool:
    return expression[0] in ("not", "bool", "equal", "greater", "less", "greater_equal", "less_equal", "and", "or")
