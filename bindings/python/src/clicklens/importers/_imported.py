"""An imported model: its Builder, what was recognised, and a file that is held to its source."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._arguments import path_text, whole
from .._library import Error, Status
from .._model import open as open_model
from .._types import FilePath
from ._samples import Fed, draw
from ._self_test import self_test

if TYPE_CHECKING:
    from .._model import Model

_RELATIVE, _ABSOLUTE = 1e-5, 1e-6


@dataclass(frozen=True)
class Task:
    """An output of the model: column `place` of the source's output `source`, a "logit" or a "probability"."""

    name: str
    kind: str
    source: str
    place: int


class Imported:
    """A model taken from another framework. Made by `from_onnx` and its like.

    builder: the Builder; more layers may be named, metadata added.
    notes:   what was recognised in the source.
    tasks:   outputs, and whether the source gives each as a logit or a probability.
    """

    def __init__(self, builder: Any, notes: list[str], fed: list[Fed], tasks: list[Task], source: Any):
        self.builder, self.notes, self.tasks = builder, notes, tasks
        self._fed, self._source = fed, source

    def __repr__(self) -> str:
        return f"<clicklens.Imported: {len(self._fed)} features, tasks {', '.join(t.name for t in self.tasks)}>"

    @property
    def features(self) -> list[str]:
        """Names of the features that the file will want."""
        return [one.feature.name for one in self._fed]

    def sample(self, rows: int = 64, seed: int = 0) -> tuple[dict, dict]:
        """(data for `Model.score`, the source's inputs by name): the same made-up rows, edges first."""
        widths = {name: given.width for name, given in self._source.inputs.items()}
        with tempfile.TemporaryDirectory() as folder:
            data, inputs = draw(self._fed, widths, whole(rows, "rows", 1), seed, Path(folder))
        return data, inputs

    def differences(self, model: Model, data: dict, inputs: dict) -> dict[str, float]:
        """By task, the largest difference of a model's outputs from the source's, in units of what is allowed:
        1e-6 and 1e-5 of the output (or of the root mean square of all rows, where that is larger)."""
        wanted, made = self._source.run(inputs), {}
        for kind in {task.kind for task in self.tasks}:
            got = np.asarray(model.score(data, output=kind), np.float64).reshape(-1, len(self.tasks))
            for i, task in enumerate(self.tasks):
                if task.kind == kind:
                    made[task.name] = _apart(got[:, i], wanted[task.source][:, task.place])
        return made

    def save(self, path: FilePath, *, check: bool = True, rows: int = 64) -> None:
        """Writes the file; with `check`, compares it with the source on `rows` made-up rows, which the file then
        carries as its self-test (`Model.self_test`).

        Error INTERNAL names the output that differs most, and by how much; then there is no file.
        """
        target = path_text(path)
        if not check:
            self.builder._model.selfTest = None  # of an earlier save
            self.builder.save(target)
            return
        try:
            with tempfile.TemporaryDirectory("", ".import-", os.path.dirname(target) or ".") as folder:
                draft = os.path.join(folder, "draft.clens")
                self._save_checked(draft, rows)
                os.replace(draft, target)
        except OSError as problem:
            raise Error(Status.IO, f"{target}: {problem}") from problem

    def _save_checked(self, path: str, rows: int) -> None:
        self.builder.save(path)
        data, inputs = self.sample(rows)
        model = open_model(path)
        self._compare(model, data, inputs)
        self.builder.self_test(*self_test(model, data))
        del model
        self.builder.save(path)
        open_model(path).self_test()

    def _compare(self, model, data, inputs) -> None:
        found = self.differences(model, data, inputs)
        worst = max(found, key=lambda name: found[name] if found[name] == found[name] else np.inf)
        if not found[worst] <= 1:
            task = next(task for task in self.tasks if task.name == worst)
            got = np.asarray(model.score(data, output=task.kind), np.float64).reshape(-1, len(self.tasks))
            wanted = self._source.run(inputs)[task.source][:, task.place]
            mine = got[:, self.tasks.index(task)]
            row = int(np.argmax(_each_apart(mine, wanted)))
            raise Error(Status.INTERNAL, f"output '{worst}' ({task.kind}) is not {self._source.name}'s: {mine[row]:.9g} "
                                         f"instead of {wanted[row]:.9g}, a difference of {abs(mine[row] - wanted[row]):.3g}")


def _apart(got: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.max(_each_apart(got, wanted)))


def _each_apart(got: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Of every row; NaN and infinities are only like themselves."""
    finite = np.isfinite(wanted)
    usual = np.sqrt(np.mean(np.square(wanted[finite]))) if finite.any() else 0.0
    same = (np.isnan(got) & np.isnan(wanted)) | (got == wanted)
    with np.errstate(invalid="ignore"):
        apart = np.abs(got - wanted) / (_ABSOLUTE + _RELATIVE * np.maximum(np.abs(wanted), usual))
    return np.where(same, 0.0, np.where(np.isnan(apart), np.inf, apart))
