"""Bags that are divided by how many ids they hold: the engine's own mean, so that reasons are those of one input.

As a sum and a count, the count would take back what the sum explains: a mean does not change when both grow alike.
"""

from __future__ import annotations

import numpy as np

from .lookups import Lookups

_NOTHING = 1e-6  # added to a count so that nothing is divided by zero; it changes no float


def averaged(lookups: Lookups, a: np.ndarray, b: np.ndarray) -> np.ndarray | None:
    """a / b where a is the bag of a feature's ids and b their number; None of other quotients."""
    space, inputs, tables = lookups.space, lookups.inputs, lookups.tables
    bag = space.only(a, "bag")
    if bag is None or inputs.slots is None or (b != b.flat[0]).any():
        return None
    ids, mask = bag.attrs["ids"], _count(lookups, int(b.flat[0]))
    if mask is None or mask[0] is not ids or not inputs.keys_leave_padding(ids):
        return None
    padding = inputs.padding(ids)
    flags = tables.evaluate(mask[1], np.arange(inputs.rows(ids)))
    if flags[padding] != 0 or (np.delete(flags, padding) != 1).any():
        return None
    if any(tables.evaluate(e, np.array([padding]))[0] != 0 for e in bag.attrs["expressions"]):
        return None
    space.note(f"the rows of '{inputs.name(ids)}' are averaged in the embedding bag")
    return lookups.mean(bag).columns[a - bag.base]


def _count(lookups: Lookups, column: int):
    """(ids, mask) of a column that is the number of a feature's ids, held off zero."""
    space = lookups.space
    real = space.sources(np.array([column]))[0]
    place = column - real.base
    if real.op == "affine":
        if real.attrs["scale"][place] != 1 or not 0 < real.attrs["shift"][place] <= _NOTHING:
            return None
    elif real.op != "clip" or real.attrs["low"] != 1 or real.attrs["high"] is not None:
        return None
    inner = int(real.args[0][place])
    counted = space.only(np.array([inner]), "bag")
    return None if counted is None else (counted.attrs["ids"], counted.attrs["expressions"][inner - counted.base])
