"""Fields and widths of a Builder's values, as the C library works them out when the model is saved."""

from __future__ import annotations

from . import _model_fbs as fbs
from ._arguments import bad

Shape = tuple[int, int]  # fields, width

_MEMBERS = {value: name for name, value in vars(fbs.Operator).items() if not name.startswith("_")}


def shape_of(model, node, shapes: list[Shape]) -> Shape:
    """Of what `node` makes, from the shapes of the values before it. Inputs that do not fit are the library's to
    refuse; here they give some shape."""
    kind, op = _MEMBERS[node.opType], node.op
    inputs = [shapes[i] for i in node.inputs]
    if kind in _MADE:
        return _MADE[kind](model, op, inputs)
    if kind in ("Concat", "Select"):
        columns = len(op.columns) if kind == "Select" else sum(fields * width for fields, width in inputs)
        fields = model.values[node.outputs[0]].fields
        return (fields, columns // fields) if columns % fields == 0 else (1, columns)
    if len(inputs) == 2 and kind not in ("Softmax",):
        return tuple(max(a, b) for a, b in zip(*inputs))  # type: ignore[return-value]
    if not inputs:
        raise bad(f"{kind}: a value of no inputs has no shape here")
    return inputs[0]


def _matmul(model, op, inputs) -> Shape:
    (m, _), b = inputs
    return m, b[0] if op.transposeB else b[1]


def _out(model, op) -> int:
    return model.constants[op.weight].shape[0]


_MADE = {
    "EmbeddingBag": lambda model, op, inputs: (1, model.tables[op.table_].dim),
    "Sequence": lambda model, op, inputs: (model.features[op.feature].maxLength, model.tables[op.table_].dim),
    "SequenceMask": lambda model, op, inputs: (1, model.features[op.feature].maxLength),
    "Gru": lambda model, op, inputs: (inputs[0][0], model.constants[op.weightHh].shape[1]),
    "DenseInput": lambda model, op, inputs: (1, model.features[op.feature].width),
    "Linear": lambda model, op, inputs: (1, _out(model, op)),
    "FieldLinear": lambda model, op, inputs: (inputs[0][0], _out(model, op)),
    "FieldMix": lambda model, op, inputs: (_out(model, op), inputs[0][1]),
    "FieldMax": lambda model, op, inputs: (1, inputs[0][1]),
    "BiInteraction": lambda model, op, inputs: (1, inputs[0][1]),
    "PairwiseDot": lambda model, op, inputs: (1, inputs[0][0] * (inputs[0][0] - 1) // 2),
    "Sum": lambda model, op, inputs: (1, inputs[0][1] if inputs[0][0] > 1 else 1),
    "MatMul": _matmul,
}
