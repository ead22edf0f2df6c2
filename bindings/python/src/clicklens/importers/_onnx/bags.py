"""torch.nn.EmbeddingBag as torch.onnx writes it: a loop over rows that gathers and reduces each row's stretch of ids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .call import OPERATORS, Call
from .reader import attributes
from .tensor import Batch, CannotTake, Size, Tensor


@dataclass(frozen=True)
class Starts:
    """0, length, 2 length, ..: where each row's ids begin among all ids; from the second on, where they end."""

    length: int
    ended: bool = False  # the number of all ids is its last
    later: bool = False  # without the first


@dataclass(frozen=True)
class Turn:
    """An entry of Starts at the loop's turn: of row i."""

    starts: Starts


def starts_of(op: str, attrs: dict, inputs: list):
    """Operators that make and move Starts; None of others."""
    first = inputs[0]
    if op == "Range":
        start, stop, step = (np.ravel(np.asarray(i, object))[0] for i in inputs)
        if start == 0 and isinstance(stop, Size) and stop.factor == step:
            return Starts(int(step))
        return None
    if not isinstance(first, Starts):
        return None
    if op in ("Cast", "Identity"):
        return first
    if op == "Concat" and len(inputs) == 2 and not first.ended and list(inputs[1]) == [Size(first.length)]:
        return Starts(first.length, True)
    if op == "Slice" and first.ended and [int(np.ravel(i)[0]) for i in inputs[1:2]] == [1] and \
            np.ravel(inputs[2])[0] >= 2**31 - 1:
        return Starts(first.length, True, True)
    if op == "Shape" and first.ended == first.later:
        made = np.empty(1, object)
        made[0] = Size(1)
        return made
    raise CannotTake("offsets of bags that are not a row's ids each")


def loop(converter, node, inputs) -> list:
    """The loop over rows, its body run once for all of them: its values have the batch as a first dimension more."""
    body = attributes(node)["body"]
    rows = np.ravel(np.asarray(inputs[0], object))[0] if inputs[0] is not None else None
    if not isinstance(rows, Size) or rows.factor != 1 or len(node.input) != 2 or len(body.output) != 2:
        raise CannotTake("loops are taken where torch.onnx writes an EmbeddingBag of ids [rows, length] as one; give bags "
                         "their ids as a matrix, those left over being a padding whose row is zero")
    local: dict = {"": None}
    for inner in body.node:
        given = [local[name] if name in local else converter.values.get(name) for name in inner.input]
        local[inner.output[0]] = _turn(converter, inner, given, body.input[0].name)
    made = local.get(body.output[1].name)
    if not isinstance(made, Tensor):
        raise CannotTake("its body is not an EmbeddingBag's")
    return [made]


def _turn(converter, node, given, turn: str):
    """One of the body's nodes."""
    op, attrs = node.op_type, attributes(node)
    if op == "Constant":
        return attrs["value"]
    first = given[0]
    if op == "Gather" and isinstance(first, Starts) and node.input[1] == turn:
        return Turn(first)
    if op in ("Unsqueeze", "Cast") and isinstance(first, (Turn, np.ndarray)):
        return first
    if op == "Slice":
        return _stretch(*given[:3])
    axes = [int(a) for a in np.ravel(given[1])] if op != "Gather" and len(given) > 1 and op[:6] in ("Reduce", "Unsque") \
        else attrs.get("axes")
    if axes is not None:  # counted without the batch
        attrs["axes"], given = [a + 1 if a >= 0 else a for a in axes], given[:1]
    if op not in OPERATORS or not any(isinstance(x, Tensor) for x in given):
        raise CannotTake(f"{op} in its body is not an EmbeddingBag's")
    return OPERATORS[op](Call(op, attrs, given, converter.opset, converter.maths))


def _stretch(x, begin, end) -> Tensor:
    """Row i's ids, or weights, of those of all rows."""
    if isinstance(x, Tensor) and isinstance(begin, Turn) and isinstance(end, Turn) and not begin.starts.later and \
            end.starts.later and x.dims == (Batch(1, begin.starts.length),):
        return Tensor((Batch(), begin.starts.length), x.columns.reshape(1, 1, -1), x.kind)
    raise CannotTake("its body slices other than a row's ids")
