"""ONNX graphs of a shape, composed node by node. Forms:

  natural  what exporting the usual module gives: a Gather and a ReduceSum per feature, Concat, Gemm
  best     the fastest found: one table for all features, a Gather for the i-th id of every feature, Sum
  split    best, cut by hand for requests: the request's columns once, added as the candidates' bias
  empty    the inputs of a form and next to no work: what a call costs whatever the model is
"""

from __future__ import annotations

import numpy as np
import onnx
from data import layout, scope_columns
from onnx import TensorProto, helper, numpy_helper
from zoo import Network

FORMS = ("natural", "best", "split")


class Graph:
    def __init__(self):
        self.nodes, self.inputs, self.initializers = [], [], []

    def input(self, name, dtype, *dims):
        self.inputs.append(helper.make_tensor_value_info(name, dtype, dims))
        return name

    def constant(self, name, array):
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, op, inputs, name, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [name], name, **attributes))
        return name

    def model(self, output, tasks=1):
        made = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["rows", tasks])
        graph = helper.make_graph(self.nodes, "bench", self.inputs, [made], self.initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model)
        return model.SerializeToString()


def compose(shape, weights, form: str, *, empty: bool = False, gemm: bool = True) -> bytes:
    """gemm: Gemm nodes; else MatMul and Add, which ONNX Runtime can quantise."""
    g = Graph()
    if empty:
        return _empty(g, shape, form)
    if isinstance(shape, Network):
        return weights.onnx(form)
    if form == "natural":
        return _tower(g, _natural(g, shape, weights), _ordered(weights, layout(shape)), gemm)
    g.constant("table", np.concatenate(weights.tables))
    if form == "best":
        x = _bags(g, shape, None, "rows")
        return _tower(g, x, _ordered(weights, layout(shape)), gemm)
    request, candidate = _bags(g, shape, "request", "requests"), _bags(g, shape, "candidate", "rows")
    (weight, bias), *_ = weights.layers
    shared = _linear(g, request, weight[:, scope_columns(shape, "request")], bias, "shared", gemm)
    return _tower(g, candidate, _ordered(weights, scope_columns(shape, "candidate")), gemm, shared)


def _ordered(weights, columns):
    (weight, bias), *rest = weights.layers
    return type(weights)(weights.tables, [[weight[:, columns], bias], *rest])


def _natural(g, shape, weights):
    bags, numbers = [], []
    axes = g.constant("axes", np.array([1], np.int64))
    for line in shape.fields:
        if line.dense:
            numbers.append(g.input(f"d{len(numbers)}", TensorProto.FLOAT, "rows", line.count))
            continue
        for _ in range(line.count):
            f = len(bags)
            table = g.constant(f"table{f}", weights.tables[f])
            rows = g.node("Gather", [table, g.input(f"f{f}", TensorProto.INT64, "rows", line.ids)], f"rows{f}")
            bags.append(g.node("ReduceSum", [rows, axes], f"bag{f}", keepdims=0))
    return g.node("Concat", bags + numbers, "x", axis=1)


def _histories(shape):
    return shape.histories if isinstance(shape, Network) else []


def _id_inputs(g, shape, scope, entries):
    lines = shape.of(False, scope)
    return [g.input(f"{scope or 'all'}{i}", TensorProto.INT32, entries,
                    shape.sparse_fields(scope) - len(_histories(shape)))
            for i in range(lines[0].ids)]


def _dense_input(g, shape, scope, entries):
    width = sum(line.count for line in shape.of(True, scope))
    return g.input(f"numbers_{scope or 'all'}", TensorProto.FLOAT, entries, width) if width else None


def _bags(g, shape, scope, entries):
    name = scope or "all"
    rows = [g.node("Gather", ["table", ids], f"rows_{ids}") for ids in _id_inputs(g, shape, scope, entries)]
    summed = rows[0] if len(rows) == 1 else g.node("Sum", rows, f"sum_{name}")
    width = g.constant(f"width_{name}", np.array([-1, shape.sparse_fields(scope) * shape.dim], np.int64))
    x = g.node("Reshape", [summed, width], f"bags_{name}")
    numbers = _dense_input(g, shape, scope, entries)
    return x if numbers is None else g.node("Concat", [x, numbers], f"x_{name}", axis=1)


def _linear(g, x, weight, bias, name, gemm):
    """bias: an array, or the name of a value to add."""
    if not isinstance(bias, str):
        bias = g.constant(f"{name}_bias", bias)
    if gemm:
        return g.node("Gemm", [x, g.constant(f"{name}_weight", weight), bias], name, transB=1)
    product = g.node("MatMul", [x, g.constant(f"{name}_weight", weight.T)], f"{name}_product")
    return g.node("Add", [product, bias], name)


def _tower(g, x, weights, gemm, shared=None):
    for index, (weight, bias) in enumerate(weights.layers):
        x = _linear(g, x, weight, shared if index == 0 and shared else bias, f"l{index}", gemm)
        if index + 1 < len(weights.layers):
            x = g.node("Relu", [x], f"relu{index}")
    return g.model(g.node("Sigmoid", [x], "probability"))


def _empty(g, shape, form):
    if form == "natural":
        first = None
        for line in shape.fields:
            for _ in range(1 if line.dense else line.count):
                kind, width = (TensorProto.FLOAT, line.count) if line.dense else (TensorProto.INT64, line.ids)
                prefix = "d" if line.dense else "f"
                number = sum(i.name.startswith(prefix) for i in g.inputs)
                made = g.input(f"{prefix}{number}", kind, "rows", width)
                first = first or made
    else:
        scopes = [(None, "rows")] if form == "best" else [("request", "requests"), ("candidate", "rows")]
        for scope, entries in scopes:
            first = _id_inputs(g, shape, scope, entries)[0]  # of the candidates, where there are two
            for i in range(len(_histories(shape))):
                g.input(f"history{i}", TensorProto.INT32, entries, shape.fields[_histories(shape)[i]].ids)
            _dense_input(g, shape, scope, entries)
    ends = [g.constant(name, np.array([value], np.int64)) for name, value in (("from", 0), ("to", 1), ("axis", 1))]
    cut = g.node("Slice", [first, *ends], "one")
    if shape.tasks > 1:
        cut = g.node("Concat", [cut] * shape.tasks, "each", axis=1)
    return g.model(g.node("Cast", [cut], "probability", to=TensorProto.FLOAT), shape.tasks)


def feed(batch, form: str) -> dict:
    """Arrays of a batch by the names of a form's inputs."""
    if form == "natural":
        made, sparse, dense = {}, 0, 0
        for index, line in enumerate(batch.shape.fields):
            array = batch.pick(index, True)
            if line.dense:
                made[f"d{dense}"] = array
                dense += 1
                continue
            for f in range(line.count):
                made[f"f{sparse + f}"] = np.ascontiguousarray(array[:, f])
            sparse += line.count
        return made
    made = {}
    for scope in (None,) if form == "best" else ("request", "candidate"):
        for i, ids in enumerate(batch.table_ids(scope, form == "best")):
            made[f"{scope or 'all'}{i}"] = ids.astype(np.int32)
        numbers = batch.dense(scope, form == "best")
        if numbers is not None:
            made[f"numbers_{scope or 'all'}"] = numbers
    if _histories(batch.shape):
        made |= {f"history{i}": ids.astype(np.int32) for i, ids in enumerate(batch.histories())}
    return made
