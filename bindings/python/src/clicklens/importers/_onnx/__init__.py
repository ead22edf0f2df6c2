"""ONNX graphs as Builders."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._arguments import bad, listed, text
from ..._builder import Builder
from ..._library import Error, Status
from .._feature import Feature
from .._imported import Fed, Imported, Task
from .convert import Converter, givens
from .inputs import Inputs
from .maths import Maths
from .outputs import logit_of
from .reader import inlined, load
from .slots import plan
from .source import Source
from .space import Space
from .tensor import CannotTake, axes_shape

_OPSETS = (11, 21)
#: Values worth watching: what follows a layer.
_LAYERS = ("relu", "leaky_relu", "prelu", "sigmoid", "tanh", "gelu", "silu", "elu")


def from_onnx(path_or_model: Any, features: list[Feature] | None = None, *, name: str | None = None,
              outputs: list[str] | None = None, reference: Any = None) -> Imported:
    """A model of an ONNX graph (opsets 11 to 21): a path, or an onnx.ModelProto.

    features: which columns of the graph's inputs are which feature (see `Feature`); default: a feature for each
        input, of scope candidate, sparse where its numbers are rows of a table. An input whose columns are used
        apart becomes a feature for each, `input_column`.
    outputs:  names of the graph's values that are tasks; default: its outputs. A sigmoid's argument is the task's
        logit; an output that is no probability is taken as a logit.
    reference: what `Imported.save` compares with, a function from arrays by input to arrays by output; default: the
        graph itself, in ONNX Runtime where that is installed, else in ONNX's reference evaluator.

    Tables outside the model's file are mapped, not read. Error UNSUPPORTED names the first node that cannot be
    taken. Needs the package onnx.
    """
    model, folder = load(path_or_model)
    model = inlined(model)
    opset = next((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), 0)
    if not _OPSETS[0] <= opset <= _OPSETS[1]:
        raise Error(Status.UNSUPPORTED, f"opset {opset}: {_OPSETS[0]} to {_OPSETS[1]} are taken; "
                                        "onnx.version_converter turns one into another")
    sources = givens(model.graph)
    widths = {source.name: source.width for source in sources}
    wanted = [v.name for v in model.graph.output] if outputs is None else listed(outputs, "outputs")
    wanted = [text(o, "outputs") for o in wanted]
    if len(set(wanted)) < len(wanted):
        raise bad(f"outputs: two are the same value, of {', '.join(wanted)}")
    name = text(name, "name") if name is not None else model.graph.name or "onnx"

    try:
        return _imported(path_or_model, model, folder, sources, widths, features, wanted, name, reference)
    except RecursionError:
        raise Error(Status.UNSUPPORTED, "operators on one probability, or in one another's bodies, follow each other too "
                                        "often") from None


def _imported(given, model, folder, sources, widths, features, wanted, name, reference) -> Imported:
    first = _Pass(model, folder, sources, widths, Builder(name), None)  # what every column is used for
    first.tasks(wanted)
    notes: list[str] = []
    slots = plan(features, widths, first.inputs.uses, first.maths.lookups.tables, notes)
    second = _Pass(model, folder, sources, widths, Builder(name), slots)
    tasks = second.tasks(wanted)
    second.layers()
    kinds = {source.name: source for source in sources}
    fed = [Fed(s.feature, s.kind, s.feature.source, s.begin, s.end, s.rows,
               kinds[s.feature.source].dtype.kind) for s in slots]
    source = Source(given, model, folder, kinds, list(dict.fromkeys(t.source for t in tasks)), reference)
    return Imported(second.builder, [*notes, *second.space.notes], fed, tasks, source)


class _Pass:
    """The whole graph, converted once."""

    def __init__(self, model, folder, sources, widths, builder, slots):
        self.builder = builder
        self.space = Space(builder)
        self.inputs = Inputs(self.space, widths, slots)
        self.maths = Maths(self.space, self.inputs)
        self.converter = Converter(model, folder, self.maths, sources)
        self.converter.run()

    def tasks(self, wanted) -> list[Task]:
        made = []
        for name in wanted:
            if name not in self.converter.values:
                raise bad(f"outputs: the graph has no value '{name}'")
            value = self.converter.of(name)
            if value is None:
                raise Error(Status.UNSUPPORTED, f"output '{name}' is no value of the row")
            before = axes_shape(value.dims[: value.batch])
            if np.prod(before, dtype=int) * value.dims[value.batch].pre != 1:
                raise Error(Status.UNSUPPORTED, f"output '{name}', {value}: the batch is not its first dimension")
            columns = value.columns.ravel()
            for i, column in enumerate(columns):
                task = name if len(columns) == 1 else f"{name}_{i}"
                try:
                    self.space.name = f"{task}_logit"
                    logit, kind = logit_of(self.maths, int(column))
                    handle = self.space.value(np.array([[logit]]))
                except CannotTake as problem:
                    raise Error(Status.UNSUPPORTED, f"output '{name}', {value}: {problem}") from None
                self.builder.output(task, handle)
                made.append(Task(task, kind, name, i))
        return made

    def layers(self) -> None:
        taken = set()
        for real in self.space.reals:
            if real.op in _LAYERS and real.handle is not None and real.fields == 1 and real.size > 1 and \
                    real.name and real.name not in taken:
                taken.add(real.name)
                self.builder.layer(real.name, real.handle)
