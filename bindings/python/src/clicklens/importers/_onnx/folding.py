"""Nodes of known inputs, run while reading; shapes have the batch in them as a symbol."""

from __future__ import annotations

import numpy as np

from .reader import onnx_package
from .tensor import Batch, CannotTake, Size, Tensor


def shape_of(tensor: Tensor) -> np.ndarray:
    made = np.empty(len(tensor.dims), object)
    for i, d in enumerate(tensor.dims):
        made[i] = Size(d.pre * d.post) if isinstance(d, Batch) else int(d)
    return made


def symbolic(array) -> bool:
    return isinstance(array, np.ndarray) and array.dtype == object


def simplified(array: np.ndarray) -> np.ndarray:
    """Integers again, where no symbol is left."""
    if symbolic(array) and not any(isinstance(v, Size) for v in array.ravel()):
        return array.astype(np.int64)
    return array


MOST = 1 << 26  # numbers that a node may make of few

_DRAWN = ("RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Bernoulli", "Multinomial")


def _size(op: str, inputs) -> float:
    """How many numbers come of those operators that make many of few."""
    if op in ("ConstantOfShape", "Expand", "Tile"):
        own = np.size(inputs[0]) if op == "Tile" else 1
        return own * float(np.prod(np.abs(np.ravel(inputs[-1])), dtype=np.float64))
    if op == "OneHot":
        return np.size(inputs[0]) * float(np.ravel(inputs[1])[0])
    if op == "Pad" and len(inputs) > 1 and np.size(inputs[1]) == 2 * np.ndim(inputs[0]):
        ends = np.asarray(inputs[1], np.float64).reshape(2, -1).sum(0)
        return float(np.prod(np.maximum(np.shape(inputs[0]) + ends, 0)))
    if op == "Range":
        start, stop, step = (float(np.ravel(i)[0]) for i in inputs)
        return abs(stop - start) / max(abs(step), 1e-30)
    return 0


def fold(node, inputs: list, opset: int) -> list[np.ndarray]:
    """A node's outputs, by ONNX's own reference."""
    if node.op_type in ("Identity", "Dropout"):
        return inputs[:1]  # mapped memory stays so
    if node.op_type in _DRAWN:
        raise CannotTake("it draws at random; export the model in evaluation mode")
    if any(attribute.HasField("g") for attribute in node.attribute):
        raise CannotTake("its body is another graph")
    if _size(node.op_type, inputs) > MOST:
        raise CannotTake(f"its result would have more than {MOST} numbers")
    onnx = onnx_package()
    from onnx.reference import ReferenceEvaluator

    names = [n for n in node.input]
    made = onnx.helper.make_graph(
        [node], "one", [onnx.helper.make_value_info(n, onnx.TypeProto()) for n in dict.fromkeys(names) if n],
        [onnx.helper.make_value_info(n, onnx.TypeProto()) for n in node.output if n])
    model = onnx.helper.make_model(made, opset_imports=[onnx.helper.make_opsetid("", opset)])
    feeds = {n: v for n, v in zip(names, inputs) if n}
    found = iter(ReferenceEvaluator(model).run(None, feeds))
    return [np.asarray(next(found)) if n else None for n in node.output]


# -------------------------------------------------------------- arithmetic of sizes


def _times(a, b):
    if isinstance(a, Size) and isinstance(b, Size):
        raise CannotTake("the batch is multiplied by itself")
    if isinstance(a, Size) or isinstance(b, Size):
        size, number = (a, b) if isinstance(a, Size) else (b, a)
        return Size(int(size.factor * number)) if number else 0
    return a * b


def _over(a, b):
    if isinstance(a, Size):
        if isinstance(b, Size) and a.factor % b.factor == 0:
            return a.factor // b.factor
        if not isinstance(b, Size) and b and a.factor % b == 0:
            return Size(int(a.factor // b))
        raise CannotTake(f"{a} over {b} is no size")
    if isinstance(b, Size):
        raise CannotTake(f"{a} over {b} is no size")
    return int(np.trunc(a / b))


def _plus(sign):
    def plus(a, b):
        if isinstance(a, Size) and isinstance(b, Size) and a.factor + sign * b.factor > 0:
            return Size(a.factor + sign * b.factor)
        if isinstance(a, Size) and isinstance(b, Size) and a == b and sign < 0:
            return 0
        if isinstance(a, Size) or isinstance(b, Size):
            if a == 0:
                return b
            if b == 0:
                return a
            raise CannotTake(f"{a} and {b} are no size together")
        return a + sign * b
    return plus


def _least(a, b):  # a batch is of any size from 1 on; shape code asks whether it is negative or 1
    return a == b


_ARITHMETIC = {"Mul": _times, "Div": _over, "Add": _plus(1), "Sub": _plus(-1), "Equal": _least}


def fold_sizes(op: str, attrs: dict, inputs: list):
    """A shape's operator where the batch is among its numbers; None where it is no such operator."""
    x = inputs[0]
    if op in _ARITHMETIC:
        a, b = np.broadcast_arrays(*(np.asarray(i, object) for i in inputs))
        made = np.empty(a.shape, object)
        for place in np.ndindex(a.shape):
            made[place] = _ARITHMETIC[op](a[place], b[place])
        return made.astype(bool) if op == "Equal" else made
    if op in ("Cast", "Identity"):
        return x
    if op == "Shape":
        return np.array(np.shape(x), np.int64)
    if op == "Gather":
        return np.asarray(np.take(x, np.asarray(inputs[1], np.int64), attrs.get("axis", 0)), object)
    if op == "Concat":
        return np.concatenate([np.asarray(i, object) for i in inputs], attrs.get("axis", 0))
    if op in ("Unsqueeze", "Squeeze"):
        axes = attrs.get("axes", inputs[1] if len(inputs) > 1 and inputs[1] is not None else None)
        if op == "Squeeze":
            return np.squeeze(x, None if axes is None else tuple(int(a) for a in axes))
        return np.expand_dims(x, tuple(int(a) for a in axes))
    if op == "Slice":
        given = [attrs.get(k) if len(inputs) <= i or inputs[i] is None else inputs[i]
                 for i, k in ((1, "starts"), (2, "ends"), (3, "axes"), (4, "steps"))]
        step = 1 if given[3] is None else int(given[3][0])
        return x[slice(int(given[0][0]), int(given[1][0]), step)]
    if op == "Reshape":
        return np.reshape(x, [int(n) for n in inputs[1]])
    if op == "ReduceProd":
        made = 1
        for v in x.ravel():
            made = _times(made, v)
        keep = attrs.get("keepdims", 1)
        out = np.empty((1,) if keep else (), object)
        out[...] = made
        return out
    if op == "Where":
        return np.where(inputs[0], np.asarray(inputs[1], object), np.asarray(inputs[2], object))
    if op == "Expand":
        return np.broadcast_to(x, [int(n) for n in inputs[1]])
    return None
