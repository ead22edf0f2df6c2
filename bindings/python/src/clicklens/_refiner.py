"""Refining: edits of a model that end in a new file, by the C library."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._arguments import listed, number, path_text, text
from ._library import Error, Status, address, check, choice, ffi, lib, struct
from ._library import text as c_text
from ._metrics import clicks_of
from ._model import Model
from ._neurons import Neurons
from ._probe import Probe
from ._session import PRECISIONS
from ._turns import Turns
from ._types import FilePath, Numbers, Task

ROW_TYPES = {"f32": lib.CLENS_ROW_F32, "f16": lib.CLENS_ROW_F16, "bf16": lib.CLENS_ROW_BF16,
             "int8": lib.CLENS_ROW_INT8, "int4": lib.CLENS_ROW_INT4}
_KINDS = {"dead": lib.CLENS_PRUNE_DEAD, "weak": lib.CLENS_PRUNE_WEAK, "duplicate": lib.CLENS_PRUNE_DUPLICATE}
_METHODS = {"platt": lib.CLENS_CALIBRATION_PLATT, "isotonic": lib.CLENS_CALIBRATION_ISOTONIC}


@dataclass(frozen=True)
class Edit:
    """One edit: its name, what was done, what left the model, and whether float32 scores keep their bits."""

    name: str
    text: str
    removed: int
    same_bits: bool


@dataclass(frozen=True)
class CalibrationFit:
    """A calibration on the rows it was fitted to. scale and shift are "platt"'s, knots "isotonic"'s."""

    rows: int
    clicks: int
    non_finite: int
    logloss_before: float
    logloss_after: float
    scale: float
    shift: float
    knots: int


@dataclass(frozen=True)
class TableChange:
    """A table in another type: bytes, and the largest error of one number."""

    name: str
    before: str
    after: str
    bytes_before: int
    bytes_after: int
    largest_error: float
    largest_error_row: int


class Refiner(Turns):
    """Edits a model, one edit after the other, and writes what it has become.

        refiner = clicklens.Refiner(model)
        refiner.drop_groups(["noise"], model.means(reference))
        refiner.prune_proven()
        refiner.write("smaller.clens")

    `model` is the model as edited so far: score it, or learn from it what the next edit needs. An edit that fails
    changes nothing. One thread at a time.
    """

    def __init__(self, model: Model):
        made = ffi.new("clens_refiner **")
        check(lib.clens_refiner_create(model.handle, made))
        self._handle = ffi.gc(made[0], lib.clens_refiner_release)
        self._model: Model | None = model

    @property
    def model(self) -> Model:
        """The model as edited so far, in memory; it stays what it is when edits follow."""
        if self._model is None:
            made = ffi.new("clens_model **")
            check(lib.clens_refiner_model(self._handle, made))
            self._model = Model(made[0])
        return self._model

    @property
    def edits(self) -> list[Edit]:
        """What was done so far."""
        return [self._edit(i) for i in range(lib.clens_refiner_edits(self._handle))]

    def drop_groups(self, groups: Sequence[str], means: Any) -> Edit:
        """Takes feature groups out, their pooled inputs at `means`, float32 [input_width]: what `Model.means` gives for
        `self.model`. Error UNSUPPORTED names the node that keeps ids apart, INVALID_ARGUMENT says that none would be
        left."""
        kept = [ffi.new("char[]", text(name, "a group's name").encode("utf-8")) for name in listed(groups, "groups")]
        names = ffi.new("char *[]", kept or [ffi.NULL])
        values = np.ascontiguousarray(means, np.float32)
        return self._edited(lib.clens_refiner_drop_groups(self._handle, ffi.cast("const char *const *", names), len(kept),
                                                          address(values, "float *"), values.size))

    def prune_proven(self) -> Edit:
        """Takes neurons out that cannot be above 0 whatever the ids; scores keep their bits."""
        return self._edited(lib.clens_refiner_prune_proven(self._handle))

    def prunable(self) -> list[str]:
        """Names of the values whose neurons can go: what `Neurons(self.model, ...)` should watch for `prune`."""
        model, count = self.model, ffi.new("size_t *")
        values = ffi.new("size_t[]", max(len(model.values), 1))
        check(lib.clens_refiner_prunable(self._handle, values, len(model.values), count))
        return [model.values[values[i]].name for i in range(count[0])]

    def prune(self, neurons: Neurons, kinds: Sequence[str] = ("dead", "duplicate"), *,
              weak_below: float = 0.01) -> Edit:
        """Takes neurons out by what they did on the rows that `neurons`, of `self.model`, saw.

        "dead" never fired; "weak" ones say little: sd times the norm of the weights behind is below `weak_below` times
        the layer's largest, and their mean goes into the biases; what a "duplicate" gave goes to its twin's weights.
        """
        options = struct("clens_prune_options")
        for kind in listed(kinds, "kinds"):
            options.kinds |= choice(_KINDS, kind, "kinds")
        if options.kinds == 0:
            raise Error(Status.INVALID_ARGUMENT, "kinds: none")
        options.weak_below = number(weak_below, "weak_below")
        return self._edited(lib.clens_refiner_prune(self._handle, neurons._handle, options))

    def cut(self, probe: Probe, index: int = 0, *, task: Task = 0) -> Edit:
        """Scores `task` by probe `index`, fitted to `self.model`, and leaves out what is behind its value."""
        return self._edited(lib.clens_refiner_cut(self._handle, probe.handle, index, self.model.task_index(task)))

    def calibrate(self, logits: Numbers, labels: Numbers, method: str = "platt", *, task: Task = 0,
                  negative_rate: float = 1) -> CalibrationFit:
        """Fits a calibration to logits that `self.model` gives and their clicks, and puts it behind the task's logit.

        method: "platt" (scale and shift) or "isotonic" (rates that never fall with the logit).
        negative_rate: share of negatives kept by sampling.
        """
        z, clicks = np.ascontiguousarray(logits, np.float32).ravel(), clicks_of(labels)
        if len(z) != len(clicks):
            raise Error(Status.INVALID_ARGUMENT, f"labels: {len(clicks)} for {len(z)} logits")
        options, fit = struct("clens_calibration_options"), struct("clens_calibration_fit")
        options.method = choice(_METHODS, method, "method")
        options.task, options.negative_rate = self.model.task_index(task), number(negative_rate, "negative_rate")
        self._edited(lib.clens_refiner_calibrate(self._handle, address(z, "float *"), address(clicks, "uint8_t *"),
                                                 z.size, options, fit))
        return CalibrationFit(**{name: getattr(fit, name) for name in CalibrationFit.__dataclass_fields__})

    def fold_batch_norms(self) -> Edit:
        """Folds batch norms into the linears that they alone read: scores change in their last bits."""
        return self._edited(lib.clens_refiner_fold_batch_norms(self._handle))

    def set_tables(self, row_type: str, tables: Sequence[str] | None = None) -> list[TableChange]:
        """Rows of tables (default: all) as "f16", "bf16", "int8", "int4", or "f32" again."""
        model, kind = self.model, choice(ROW_TYPES, row_type, "row_type")
        known = [table.name for table in model.tables]
        chosen = known if tables is None else listed(tables, "tables")
        for name in chosen:
            if name not in known:
                raise Error(Status.NOT_FOUND, f"the model has no table {name!r}")
        indices = ffi.new("size_t[]", [known.index(name) for name in chosen] or [0])
        changes = ffi.new("clens_table_change[]", max(len(chosen), 1))
        for change in changes:
            change.struct_size = ffi.sizeof("clens_table_change")
        self._edited(lib.clens_refiner_set_tables(self._handle, kind, indices, len(chosen), changes))
        types = list(ROW_TYPES)
        return [TableChange(name, types[getattr(c, "from")], types[c.to], c.bytes_before, c.bytes_after,
                            c.largest_error, c.largest_error_row) for name, c in zip(chosen, changes)]

    def recommend_precision(self, precision: str, full_precision: Sequence[str] = ()) -> Edit:
        """What `score(precision="recommended")` of the file will run in, as `precision_report` gives it. Edits that
        follow forget it."""
        kept = [self.model.find_value(name) for name in listed(full_precision, "full_precision")]
        return self._edited(lib.clens_refiner_recommend_precision(
            self._handle, choice(PRECISIONS, precision, "precision"), ffi.new("size_t[]", kept or [0]), len(kept)))

    def write(self, path: FilePath) -> None:
        """Writes the model as edited, whole or not at all; its metadata tell what was done, to which model."""
        check(lib.clens_refiner_write(self._handle, os.fsencode(path_text(path))))

    def _edited(self, status: int) -> Edit:
        check(status)
        self._model = None
        return self._edit(lib.clens_refiner_edits(self._handle) - 1)

    def _edit(self, index: int) -> Edit:
        raw = struct("clens_edit")
        check(lib.clens_refiner_edit(self._handle, index, raw))
        return Edit(c_text(raw.name), c_text(raw.text), raw.removed, bool(raw.same_bits))
