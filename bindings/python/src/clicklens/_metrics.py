"""Evaluation of logits against clicks, streaming and mergeable, by the C library."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from ._arguments import number, numbers, unmasked, whole
from ._cells import BadColumn, parse_integer
from ._library import Error, Status, address, check, ffi, lib, struct
from ._turns import Turns
from ._types import Numbers


@dataclass(frozen=True)
class Evaluation:
    """What `Metrics.result` knows. NaN: not defined (one class, no groups). *_se: clustered jackknife."""

    rows: int
    clicks: int
    non_finite: int
    auc: float
    auc_se: float
    auc_error_bound: float
    gauc: float
    gauc_coverage: float
    gauc_median_rows: float
    logloss: float
    logloss_se: float
    normalized_entropy: float
    calibration: float
    calibration_se: float
    slope: float
    slope_se: float
    intercept: float
    enough_data: bool


class Metrics(Turns):
    """Adds up rows; `result()` may be asked at any time."""

    def __init__(self, *, negative_rate: float = 1, buckets: int = 0, streaming: bool = False,
                 correct_scores: bool = False):
        options = struct("clens_metrics_options")
        options.negative_rate = number(negative_rate, "negative_rate")
        options.buckets = whole(buckets, "buckets", 0, 2**32 - 1)
        options.streaming, options.correct_scores = bool(streaming), bool(correct_scores)
        made = ffi.new("clens_metrics **")
        check(lib.clens_metrics_create(options, made))
        self._handle = ffi.gc(made[0], lib.clens_metrics_release)

    def add(self, logits: Numbers, labels: Numbers, groups: Numbers | None = None,
            clusters: Numbers | None = None) -> None:
        """Adds n rows: logits, clicks (0 or 1), and optionally a group and a cluster key each."""
        with np.errstate(over="ignore"):
            logits = np.ascontiguousarray(numbers(logits, "logits", np.float32)).ravel()
        clicks = clicks_of(labels)
        keys = [keys_of(groups, "groups"), keys_of(clusters, "clusters")]
        for name, array in (("labels", clicks), ("groups", keys[0]), ("clusters", keys[1])):
            if array is not None and array.size != logits.size:
                raise Error(Status.INVALID_ARGUMENT, f"{name} has {array.size} rows, logits {logits.size}")
        pointers = [ffi.NULL if k is None else address(k, "uint64_t *") for k in keys]
        check(lib.clens_metrics_add(self._handle, address(logits, "float *"), address(clicks, "uint8_t *"),
                                    *pointers, logits.size))

    def merge(self, other: Metrics) -> None:
        """Adds all rows of `other`, which must have the same options."""
        if not isinstance(other, Metrics):
            raise Error(Status.INVALID_ARGUMENT, f"Metrics wanted, not {other!r}")
        check(lib.clens_metrics_merge(self._handle, other._handle))

    def result(self) -> Evaluation:
        """The figures of all rows added so far."""
        result = struct("clens_metrics_result")
        check(lib.clens_metrics_compute(self._handle, result))
        return evaluation_of(result)


def evaluation_of(raw) -> Evaluation:
    """A clens_metrics_result as Python has it."""
    found = {f.name: getattr(raw, f.name) for f in fields(Evaluation)}
    return Evaluation(**{**found, "enough_data": bool(found["enough_data"])})


def clicks_of(labels) -> np.ndarray:
    """Clicks as bytes of 0 and 1."""
    try:
        given = np.asarray(unmasked(labels, "labels")).ravel()
        clicks = given if given.dtype.kind in "biuf" else given.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as problem:
        raise Error(Status.BAD_VALUE, f"labels: {problem}") from None
    wrong = (clicks != 0) & (clicks != 1)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise Error(Status.BAD_VALUE, f"label {given[row]!r} of row {row} is neither 0 nor 1")
    return np.ascontiguousarray(clicks.astype(np.uint8))


def keys_of(keys, name: str):
    """64-bit keys: integers (also as text) as they are, other text hashed, as the command line does."""
    if keys is None:
        return None
    try:
        keys = np.asarray(unmasked(keys, name)).ravel()
    except ValueError as problem:
        raise Error(Status.INVALID_ARGUMENT, f"{name}: {problem}") from None
    if keys.dtype.kind in "iu":
        return np.ascontiguousarray(keys).astype(np.uint64)
    if keys.dtype.kind not in "OSU":
        raise Error(Status.INVALID_ARGUMENT, f"{name} must be integers or strings, not {keys.dtype}")
    if any(np.iterable(k) and not isinstance(k, (str, bytes)) for k in keys.tolist()):
        raise Error(Status.INVALID_ARGUMENT, f"{name} must be integers or strings")
    known: dict = {}
    return np.array([known[k] if k in known else known.setdefault(k, group_key(k)) for k in keys.tolist()], np.uint64)


def group_key(cell) -> int:
    """The integer where the text is one, else FNV-1a, 64 bits, of its bytes."""
    text = b"" if cell is None else cell if isinstance(cell, bytes) else str(cell).encode("utf-8", "surrogateescape")
    try:
        return parse_integer(text)
    except BadColumn:
        pass
    value = 0xCBF29CE484222325
    for byte in text:
        value = (value ^ byte) * 0x100000001B3 & (2**64 - 1)
    return value
