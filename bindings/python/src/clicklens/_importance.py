"""Shares of saliency over much data, and the importance of groups by permutation or ablation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ._arguments import bad, whole
from ._batch import Batch
from ._library import check, check_session, ffi, lib, struct
from ._metrics import keys_of
from ._session import Wants
from ._turns import Turns
from ._types import Data, Numbers, Task

if TYPE_CHECKING:
    from ._model import Model


def _fields(kind, raw):
    return kind(*(getattr(raw, name) for name in kind.__dataclass_fields__))


def _clusters(keys, rows: int):
    """Keys as every lens takes them, as a pointer and what keeps it alive."""
    given = keys_of(keys, "clusters")
    if given is None:
        return ffi.NULL, None
    if given.shape != (rows,):
        raise bad(f"clusters has {given.size} rows; {rows} are needed")
    return ffi.cast("uint64_t *", given.ctypes.data), given


@dataclass(frozen=True)
class GroupSaliency:
    mean_absolute: float
    mean: float
    sd: float
    share: float      # mean_absolute over the sum of all groups'
    share_se: float   # clustered jackknife
    rank: int         # by share, from 1


@dataclass(frozen=True)
class ShareContrast:
    share_a: float
    share_b: float
    log_ratio: float  # log(share_b / share_a)
    se: float
    low: float        # log_ratio -+ 1.96 se
    high: float

    @property
    def finding(self) -> bool:
        """The interval lies outside +-0.1."""
        return self.low > 0.1 or self.high < -0.1


class SaliencySums(Turns):
    """Saliency by group added up exactly: parts merge in any order to the bits of the whole.

        sums = clicklens.SaliencySums(len(model.groups))
        sums.add(model.saliency(data, ...), clusters=users)
    """

    def __init__(self, groups: int, buckets: int = 64):
        self.groups = whole(groups, "groups", 1, 65536)
        made = ffi.new("clens_saliency_sums **")
        check(lib.clens_saliency_sums_create(self.groups, whole(buckets, "buckets", 2, 256), made))
        self._handle = ffi.gc(made[0], lib.clens_saliency_sums_release)

    def add(self, values: Numbers, clusters: Numbers | None = None) -> None:
        """values: float32 [rows, groups]; clusters: a key per row (the user); None: every row its own."""
        values = np.ascontiguousarray(values, np.float32)
        if values.ndim != 2 or values.shape[1] != self.groups:
            raise bad(f"values must have {self.groups} columns, one for each group")
        keys, kept = _clusters(clusters, len(values))
        check(lib.clens_saliency_sums_add(self._handle, ffi.cast("float *", values.ctypes.data), keys, ffi.NULL, len(values)))
        del kept

    def merge(self, other: SaliencySums) -> None:
        """Adds the rows of another: in any order the sums of the whole, bit for bit."""
        check(lib.clens_saliency_sums_merge(self._handle, other._handle))

    def compute(self) -> list[GroupSaliency]:
        """Share, mean, deviation and rank of every group so far."""
        raw = ffi.new("clens_group_saliency[]", self.groups)
        check(lib.clens_saliency_sums_compute(self._handle, raw, ffi.sizeof("clens_group_saliency"), self.groups, ffi.NULL,
                                              ffi.NULL))
        return [_fields(GroupSaliency, one) for one in raw]

    def contrast(self, test: SaliencySums) -> list[ShareContrast]:
        """Shares of `test` against these (train)."""
        raw = ffi.new("clens_share_contrast[]", self.groups)
        check(lib.clens_saliency_sums_contrast(self._handle, test._handle, raw, ffi.sizeof("clens_share_contrast"),
                                               self.groups))
        return [_fields(ShareContrast, one) for one in raw]


METHODS = {"permutation": lib.CLENS_IMPORTANCE_PERMUTATION, "ablation": lib.CLENS_IMPORTANCE_ABLATION}


@dataclass(frozen=True)
class GroupImportance:
    auc: float
    permuted_auc: float  # mean over draws; ablation: without the group
    drop: float          # auc - permuted_auc
    drop_sd: float       # over draws; nan of ablation
    se: float            # clustered jackknife of the drop
    low: float           # drop -+ 1.96 se
    high: float
    log_loss: float      # of the data as they are
    log_loss_rise: float  # without the group, over that
    effect: float        # mean of the logit less that without the group


@dataclass(frozen=True)
class ImportanceDifference:
    difference: float  # drop on training rows - drop on others
    se: float
    low: float
    high: float
    memorises: bool    # difference > 0.08 and low > 0.05


class Importance:
    """The AUC lost without what a feature group says.

    method: "permutation" (it says what it said of another request or candidate of the day) or "ablation" (its pooled
            values are their mean over the day: exact; draws and seed are not used).
    """

    def __init__(self, model: Model, data: Data, labels: Numbers, clusters: Numbers | None = None,
                 requests: Numbers | None = None, *, draws: int = 5, seed: int = 1, task: Task = 0,
                 method: str = "permutation"):
        batch = Batch(model.features, data, requests, chunk=2**62)  # a day is one batch
        labels = np.ascontiguousarray(labels)
        if labels.shape != (batch.candidates,) or labels.dtype.kind not in "biu" or not np.isin(labels, (0, 1)).all():
            raise bad(f"labels must be {batch.candidates} of 0 and 1, one for each candidate")
        labels = labels.astype(np.uint8)
        rows = struct("clens_rows")
        rows.labels = ffi.cast("uint8_t *", labels.ctypes.data)
        rows.clusters, kept = _clusters(clusters, batch.candidates)
        options = struct("clens_importance_options")
        if method not in METHODS:
            raise bad(f"method must be one of {', '.join(METHODS)}, not {method!r}")
        options.method, options.task = METHODS[method], model.task_index(task)
        options.draws, options.seed = whole(draws, "draws", 1, 10_000), whole(seed, "seed", 1, 2**64 - 1)
        made = ffi.new("clens_importance **")
        with model.sessions.borrow(batch, Wants()) as session:
            for chunk in batch.chunks():
                check_session(session, lib.clens_importance_create(session, chunk.c_batch, rows, options, made))
        if made[0] == ffi.NULL:
            raise bad("data: no rows")
        self._handle, self._groups = ffi.gc(made[0], lib.clens_importance_release), list(model.groups)
        del kept

    def groups(self) -> dict[str, GroupImportance]:
        """Drop of the AUC by group, in the order of the model."""
        found = {}
        for index, name in enumerate(self._groups):
            raw = struct("clens_group_importance")
            check(lib.clens_importance_group(self._handle, index, raw))
            found[name] = _fields(GroupImportance, raw)
        return found

    def compare(self, hold: Importance) -> dict[str, ImportanceDifference]:
        """These (training rows) less `hold`, by group."""
        found = {}
        for index, name in enumerate(self._groups):
            raw = struct("clens_importance_difference")
            check(lib.clens_importance_compare(self._handle, hold._handle, index, raw))
            found[name] = ImportanceDifference(raw.difference, raw.se, raw.low, raw.high, bool(raw.memorises))
        return found
