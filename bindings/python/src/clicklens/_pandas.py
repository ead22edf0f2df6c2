"""Columns of pandas data frames as arrays; what pandas holds for missing (NaN, None, NA, NaT) is None."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

_WHOLE = 2.0**53  # floats are integers one by one up to here


def is_series(data: object) -> bool:
    pandas = sys.modules.get("pandas")  # a caller with a frame has imported it
    return pandas is not None and isinstance(data, pandas.Series)


def values_of(series: Any, wanted: str) -> Any:
    """What `prepare` takes in its place. Floats with NaN are how pandas keeps integers of which some are missing: where
    keys or strings are wanted and all others are whole, they are integers again."""
    if hasattr(series.array, "__arrow_array__") and hasattr(series.dtype, "pyarrow_dtype"):
        return series.array.__arrow_array__()
    missing = series.isna().to_numpy()
    if not missing.any() and isinstance(series.dtype, np.dtype):
        return series.to_numpy()
    values = series.to_numpy(dtype=object, copy=True)
    if series.dtype.kind == "f" and wanted != "floats":
        numbers = series.to_numpy(dtype=np.float64, na_value=0.0)
        if ((numbers == np.floor(numbers)) & (np.abs(numbers) < _WHOLE)).all():
            values = numbers.astype(np.int64).astype(object)
    values[missing] = None
    return values
