"""What a Builder's dense features do to their floats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ._arguments import bad, listed, numbers
from ._describe import table, union


@dataclass(frozen=True)
class Transform:
    """What happens to a dense feature's floats: made by log1p, standardise, bucketise."""

    kind: int
    schema: Any


def floats(values, name: str) -> list[float]:
    return [float(v) for v in np.atleast_1d(numbers(values, name, np.float64)).ravel()]


def transform(member: str, **fields) -> Transform:
    return Transform(*union("TransformKind", member, **fields))


def transform_list(given) -> list:
    given = listed(given, "transforms")
    for one in given:
        if not isinstance(one, Transform):
            raise bad(f"transforms are made by log1p, standardise and bucketise, not {one!r}")
    return [table("Transform", kindType=t.kind, kind=t.schema) for t in given]
