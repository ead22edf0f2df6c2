"""What runs met in their data."""

from __future__ import annotations

from typing import NamedTuple


class Counts(NamedTuple):
    """What a run met in its data, over all features."""

    missing: int = 0
    unknown: int = 0
    cut: int = 0
    bad_values: int = 0
    non_finite: int = 0


def add_counts(total: Counts, met) -> Counts:
    """The counts of a clens_counts added."""
    return Counts(*(before + getattr(met, name) for name, before in zip(Counts._fields, total)))
