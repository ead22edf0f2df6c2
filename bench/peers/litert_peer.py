"""LiteRT (TensorFlow Lite) with XNNPACK, one thread. There is no exporter without TensorFlow, so the FlatBuffer is
composed with the schema's classes that come with the package: the graph of graphs.py's `best` and `split`."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import ai_edge_litert.schema_py_generated as schema
import flatbuffers
import graphs
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from data import layout, scope_columns

NAME, VERSION = "LiteRT", metadata.version("ai-edge-litert")
_OP, _TYPE = schema.BuiltinOperator, schema.TensorType
_TYPES = {np.dtype(np.float32): _TYPE.FLOAT32, np.dtype(np.int32): _TYPE.INT32, np.dtype(np.int8): _TYPE.INT8}
_RELU, _NONE = schema.ActivationFunctionType.RELU, schema.ActivationFunctionType.NONE


class _Writer:
    def __init__(self):
        self.graph = schema.SubGraphT(tensors=[], inputs=[], outputs=[], operators=[], name="main")
        self.buffers, self.codes = [schema.BufferT()], []

    def tensor(self, name, shape, dtype=np.float32, buffer=0, scales=None) -> int:
        made = schema.TensorT(shape=[max(n, 1) for n in shape], shapeSignature=list(shape), name=name, hasRank=True,
                              type=_TYPES[np.dtype(dtype)], buffer=buffer)
        if scales is not None:
            made.quantization = schema.QuantizationParametersT(scale=scales, zeroPoint=np.zeros(len(scales), np.int64))
        self.graph.tensors.append(made)
        return len(self.graph.tensors) - 1

    def input(self, name, width, dtype) -> int:
        made = self.tensor(name, (-1, width), dtype)
        self.graph.inputs.append(made)
        return made

    def constant(self, name, array, scales=None) -> int:
        array = np.ascontiguousarray(array)
        self.buffers.append(schema.BufferT(data=array.reshape(-1).view(np.uint8)))
        return self.tensor(name, array.shape, array.dtype, len(self.buffers) - 1, scales)

    def op(self, name, inputs, shape, options=None, dtype=np.float32) -> int:
        code = getattr(_OP, name)
        if code not in self.codes:
            self.codes.append(code)
        output = self.tensor(f"t{len(self.graph.tensors)}", shape, dtype)
        made = schema.OperatorT(opcodeIndex=self.codes.index(code), inputs=inputs, outputs=[output])
        if options is not None:
            made.builtinOptions = options
            made.builtinOptionsType = getattr(schema.BuiltinOptions, type(options).__name__[:-1])
        self.graph.operators.append(made)
        return output

    def finish(self, output) -> bytes:
        self.graph.outputs = [output]
        # Version 9 of FULLY_CONNECTED has weights of 8 bits under float inputs.
        codes = [schema.OperatorCodeT(deprecatedBuiltinCode=c, builtinCode=c, version=9 if c == _OP.FULLY_CONNECTED else 1)
                 for c in self.codes]
        model = schema.ModelT(version=3, operatorCodes=codes, subgraphs=[self.graph], buffers=self.buffers,
                              description="bench")
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def _linear(w, x, weight, bias, relu, int8):
    options = schema.FullyConnectedOptionsT(fusedActivationFunction=_RELU if relu else _NONE,
                                            asymmetricQuantizeInputs=int8)
    scales = None
    if int8 and len(weight) > 1:
        scales = np.abs(weight).max(1) / 127
        weight = np.rint(weight / scales[:, None]).astype(np.int8)
    inputs = [x, w.constant("weight", weight, scales), -1 if bias is None else w.constant("bias", bias)]
    return w.op("FULLY_CONNECTED", inputs, (-1, len(weight)), options)


def _bags(w, shape, scope, table):
    fields, name = shape.sparse_fields(scope), scope or "all"
    summed = None
    for i in range(shape.of(False, scope)[0].ids):
        ids = w.input(f"{name}{i}", fields, np.int32)
        if table is None:
            continue
        rows = w.op("GATHER", [table, ids], (-1, fields, shape.dim), schema.GatherOptionsT(axis=0))
        summed = rows if summed is None else w.op("ADD", [summed, rows], (-1, fields, shape.dim), schema.AddOptionsT())
    width = sum(line.count for line in shape.of(True, scope))
    numbers = w.input(f"numbers_{name}", width, np.float32) if width else None
    if table is None:
        return None
    to = w.constant("width", np.array([-1, fields * shape.dim], np.int32))
    x = w.op("RESHAPE", [summed, to], (-1, fields * shape.dim),
             schema.ReshapeOptionsT(newShape=np.array([-1, fields * shape.dim], np.int32)))
    if numbers is None:
        return x
    return w.op("CONCATENATION", [x, numbers], (-1, fields * shape.dim + width), schema.ConcatenationOptionsT(axis=1))


def compose(shape, weights, form: str, *, int8: bool = False, empty: bool = False) -> bytes:
    w = _Writer()
    scopes = [None] if form == "best" else ["request", "candidate"]
    table = None if empty else w.constant("table", np.concatenate(weights.tables))
    xs = [_bags(w, shape, scope, table) for scope in scopes]
    if empty:
        first = w.graph.inputs[0 if form == "best" else -1 - bool(shape.of(True, "candidate"))]
        ends = [w.constant("from", np.zeros(2, np.int32)), w.constant("size", np.array([-1, 1], np.int32))]
        one = w.op("SLICE", [first, *ends], (-1, 1), schema.SliceOptionsT(), np.int32)
        return w.finish(w.op("CAST", [one], (-1, 1), schema.CastOptionsT(inDataType=_TYPE.INT32)))
    (weight, bias), *rest = weights.layers
    if form == "best":
        x = _linear(w, xs[0], weight[:, layout(shape)], bias, True, int8)
    else:
        shared = _linear(w, xs[0], weight[:, scope_columns(shape, "request")], bias, False, int8)
        own = _linear(w, xs[1], weight[:, scope_columns(shape, "candidate")], None, False, int8)
        x = w.op("ADD", [own, shared], (-1, len(weight)), schema.AddOptionsT(fusedActivationFunction=_RELU))
    for weight, bias in rest[:-1]:
        x = _linear(w, x, weight, bias, True, int8)
    return w.finish(w.op("LOGISTIC", [_linear(w, x, *rest[-1], False, int8)], (-1, 1)))


def write(shape, weights, form: str, precision: str, empty: bool, path: str) -> None:
    Path(path).write_bytes(compose(shape, weights, form, int8=precision == "int8", empty=empty))


class Peer:
    def __init__(self, shape, path: str, form: str, precision: str):
        self.path, self.form, self.interpreter = path, form, None

    def _allocate(self, feed):
        self.interpreter = Interpreter(self.path, num_threads=1)
        details = {d["name"]: d["index"] for d in self.interpreter.get_input_details()}
        for name, array in feed.items():
            self.interpreter.resize_tensor_input(details[name], array.shape)
        self.interpreter.allocate_tensors()
        self.inputs = details
        self.output = self.interpreter.get_output_details()[0]["index"]

    def bind(self, batch):
        feed = {name: np.ascontiguousarray(array) for name, array in graphs.feed(batch, self.form).items()}
        if self.interpreter is None:
            self._allocate(feed)
        pairs = [(self.inputs[name], array) for name, array in feed.items()]
        put, invoke = self.interpreter.set_tensor, self.interpreter.invoke

        def run():
            for index, array in pairs:
                put(index, array)
            invoke()

        return run, lambda: self.interpreter.get_tensor(self.output)[:, 0].copy()
