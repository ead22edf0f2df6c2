"""Walking a graph: known nodes are run, the others' operators make columns."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..._library import Error, Status
from . import (  # noqa: F401  operators register themselves
    ops_activations, ops_convolutions, ops_elementwise, ops_layout, ops_lookups, ops_norms, ops_products, ops_recurrent,
    ops_reductions,
)
from .bags import Starts, loop, starts_of
from .call import OPERATORS, Call
from .folding import fold, fold_sizes, simplified, symbolic
from .maths import Maths
from .reader import array_of, attributes, onnx_package
from .tensor import Batch, CannotTake, Tensor, axes_shape

#: What numpy, onnx and its evaluator raise of numbers that do not fit together.
_MALFORMED = (ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, NotImplementedError,
              RuntimeError, TypeError, ValueError)
_MOST_COLUMNS = 1 << 20  # of an input, as the library has it of a value
_SHAPE_READERS = ("ConstantOfShape", "Expand", "Tile", "Reshape")


@dataclass(frozen=True)
class Given:
    """An input of the source: its dimensions, the batch among them, and its type."""

    name: str
    dims: tuple
    dtype: np.dtype
    fixed: int | None  # rows a run, where the source fixes them

    @property
    def width(self) -> int:
        return int(np.prod(axes_shape(self.dims), dtype=int))

    @property
    def kind(self) -> str:
        return {"f": "f", "b": "b"}.get(self.dtype.kind, "i")


def givens(graph) -> list[Given]:
    """The graph's inputs that are no weights."""
    onnx = onnx_package()
    weights = {tensor.name for tensor in graph.initializer}
    made = []
    for value in graph.input:
        if value.name in weights:
            continue
        kind = value.type.tensor_type
        if not kind.elem_type or not kind.HasField("shape"):
            raise Error(Status.UNSUPPORTED, f"input '{value.name}' is no tensor of known rank")
        dims = [d.dim_value if d.HasField("dim_value") else None for d in kind.shape.dim]
        free = [i for i, d in enumerate(dims) if d is None or d <= 0]
        place = free[0] if free else 0
        if len(free) > 1 or not dims:
            raise Error(Status.UNSUPPORTED, f"input '{value.name}' of shape {_shape(kind)}: one dimension, the batch, "
                                            "may be open; export the model with the others fixed")
        try:
            dtype = np.dtype(onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type))
        except LookupError:
            raise Error(Status.BAD_FILE, f"input '{value.name}' is of no known type, {kind.elem_type}") from None
        if dtype.kind not in "fiub":
            raise Error(Status.UNSUPPORTED, f"input '{value.name}' holds {dtype}; numbers are taken")
        fixed = None if free else dims[0]
        if math.prod(dims[:place] + dims[place + 1 :]) > _MOST_COLUMNS:
            raise Error(Status.LIMIT_EXCEEDED, f"input '{value.name}' of shape {_shape(kind)}: more than {_MOST_COLUMNS} "
                                               "numbers a row")
        made.append(Given(value.name, (*dims[:place], Batch(), *dims[place + 1 :]), dtype, fixed))
    return made


def _shape(kind) -> str:
    return str([d.dim_param or d.dim_value or "?" for d in kind.shape.dim])


@dataclass(frozen=True)
class Missing:
    """An output that its operator does not make: an error only where it is read."""

    what: str


class Converter:
    def __init__(self, model, folder: Path | None, maths: Maths, sources: list[Given]):
        self.model, self.folder, self.maths = model, folder, maths
        self.opset = next((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), 0)
        self.values: dict = {"": None}
        self._known(model.graph)
        for source in sources:
            columns = maths.inputs.columns(source.name)
            self.values[source.name] = Tensor(source.dims, columns.reshape(axes_shape(source.dims)), source.kind)

    def _known(self, graph) -> None:
        for tensor in graph.initializer:
            try:
                self.values[tensor.name] = array_of(tensor, self.folder)
            except _MALFORMED as problem:
                raise Error(Status.BAD_FILE, f"initializer '{tensor.name}': {problem}") from problem

    def run(self, graph=None) -> None:
        for node in (graph or self.model.graph).node:
            self._node(node)

    def _node(self, node) -> None:
        unknown = next((name for name in node.input if name not in self.values), None)
        if unknown is not None:
            raise Error(Status.BAD_FILE, f"{_named(node)}: nothing before it makes its input '{unknown}'")
        inputs = [self.values[name] for name in node.input]
        self.maths.space.name = re.sub(r"^/+|_output_\d+$", "", next((n for n in node.output if n), node.name))
        try:
            made = self._made(node, inputs)
            made += [Missing(f"output {i} of {_named(node)}") for i in range(len(made), len(node.output))]
            made = [simplified(m) if isinstance(m, np.ndarray) else m for m in made]
        except CannotTake as problem:
            raise Error(Status.UNSUPPORTED, f"{_named(node)} ({_listed(node, inputs)}): {problem}") from None
        except _MALFORMED as problem:  # attributes and shapes that do not fit the operator
            raise Error(Status.BAD_FILE, f"{_named(node)} ({_listed(node, inputs)}): malformed: "
                                         f"{type(problem).__name__}: {problem}") from problem
        self.values.update((n, m) for n, m in zip(node.output, made) if n)

    def of(self, name: str) -> Tensor | None:
        """A value of the row by its name."""
        found = self.values.get(name)
        return found if isinstance(found, Tensor) else None

    def _made(self, node, inputs) -> list:
        if node.domain not in ("", "ai.onnx", "com.microsoft"):
            raise CannotTake(f"domain '{node.domain}' is not ONNX's own")
        if node.op_type == "If":
            return self._branch(node, inputs[0])
        missing = next((x for x in inputs if isinstance(x, Missing)), None)
        if missing is not None:
            raise CannotTake(f"it reads {missing.what}, which is not taken")
        if node.op_type == "Loop":
            return loop(self, node, inputs)
        attrs = attributes(node)
        if any(symbolic(x) or isinstance(x, Starts) for x in inputs):
            made = starts_of(node.op_type, attrs, inputs)
            if made is not None:
                return [made]
        of_row = any(isinstance(x, (Tensor, ops_lookups.Picks)) for x in inputs)
        sizes = any(symbolic(x) for x in inputs)
        if not of_row and not sizes:
            if node.op_type == "Constant" and "value" in attrs:
                return [attrs["value"]]
            return fold(node, inputs, self.opset)
        if not of_row and not (node.op_type in _SHAPE_READERS and symbolic(inputs[-1])):
            made = fold_sizes(node.op_type, attrs, inputs)
            if made is None:
                raise CannotTake("it is computed from the size of the batch")
            return [made]
        if node.op_type not in OPERATORS:
            raise CannotTake("the operator is not taken (see \"Importing models\" in the package's README); `outputs` may "
                             "name values before it")
        if sizes and node.op_type not in (*_SHAPE_READERS, "Slice"):
            raise CannotTake("it is computed from the size of the batch")
        call = Call(node.op_type, attrs, inputs, self.opset, self.maths, len(node.output))
        made = OPERATORS[node.op_type](call)
        return made if isinstance(made, list) else [made]

    def _branch(self, node, condition) -> list:
        if isinstance(condition, Tensor) or symbolic(condition):
            raise CannotTake("its condition depends on the row")
        branch = attributes(node)["then_branch" if np.ravel(condition)[0] else "else_branch"]
        self._known(branch)
        self.run(branch)
        return [self.values[value.name] for value in branch.output]


def _named(node) -> str:
    name = f" '{node.name}'" if node.name else ""
    return f"node{name} {node.op_type}, which makes {', '.join(repr(n) for n in node.output if n)}"


def _listed(node, inputs) -> str:
    return ", ".join(f"{name}: {_described(x)}" for name, x in zip(node.input, inputs) if name) or "no inputs"


def _described(x) -> str:
    return str(x) if isinstance(x, Tensor) else f"constant {list(np.shape(x))}"
