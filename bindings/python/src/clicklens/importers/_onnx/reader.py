"""Reading an ONNX model: its graph, its weights as arrays that are mapped rather than read where they lie outside."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from ..._arguments import path_text
from ..._library import Error, Status
from .tensor import CannotTake


def onnx_package():
    try:
        import onnx
    except ImportError:
        raise Error(Status.UNSUPPORTED, "from_onnx needs the package onnx: pip install onnx") from None
    return onnx


def load(path_or_model):
    """(ModelProto without outside data, folder of outside data or None)."""
    onnx = onnx_package()
    if isinstance(path_or_model, onnx.ModelProto):
        return path_or_model, None
    path = path_text(path_or_model)
    if not os.path.exists(path):
        raise Error(Status.IO, f"{path}: no such file")
    try:
        model = onnx.load(path, load_external_data=False)
    except Exception as problem:  # protobuf's decoder raises several
        raise Error(Status.BAD_FILE, f"{path}: no ONNX model: {problem}") from None
    if not all(isinstance(name, str) for name in _names(model.graph)):  # protobuf gives other bytes as they are
        raise Error(Status.BAD_FILE, f"{path}: no ONNX model: a name is no Unicode text")
    return model, Path(path).resolve().parent


def _names(graph):
    yield graph.name
    for node in graph.node:
        yield from (node.name, node.op_type, node.domain, *node.input, *node.output)
        for attribute in node.attribute:
            yield attribute.name
            if attribute.HasField("g"):
                yield from _names(attribute.g)
    for listed in (graph.initializer, graph.input, graph.output):
        yield from (named.name for named in listed)


def inlined(model):
    """The model without functions of its own."""
    if not len(model.functions):
        return model
    import onnx.inliner

    calls = {(f.domain, f.name): set(_called(f.node)) for f in model.functions}
    while calls:  # onnx's inliner would follow a circle until the stack ends
        last = [key for key, used in calls.items() if not used & calls.keys()]
        if not last:
            raise Error(Status.BAD_FILE, f"the graph's functions call each other in a circle: "
                                         f"{', '.join(sorted(name for _, name in calls))}")
        for key in last:
            del calls[key]
    try:
        return onnx.inliner.inline_local_functions(model)
    except Exception as problem:  # the inliner's own checks raise several
        raise Error(Status.BAD_FILE, f"the graph's functions: {problem}") from problem


def _called(nodes):
    for node in nodes:
        yield node.domain, node.op_type
        for attribute in node.attribute:
            yield from _called(attribute.g.node)


def array_of(tensor, folder: Path | None) -> np.ndarray:
    """An initializer's numbers."""
    onnx = onnx_package()
    if tensor.data_location != onnx.TensorProto.EXTERNAL:
        return onnx.numpy_helper.to_array(tensor)
    if folder is None:
        raise Error(Status.BAD_FILE, f"'{tensor.name}' lies in another file, which a model in memory cannot name; "
                                     "give from_onnx the path")
    entries = {entry.key: entry.value for entry in tensor.external_data}
    path = (folder / entries.get("location", "")).resolve()
    if not path.is_relative_to(folder):
        raise Error(Status.BAD_FILE, f"'{tensor.name}' lies outside the model's folder: {path}")
    dtype = np.dtype(onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type))
    shape, offset = tuple(tensor.dims), int(entries.get("offset", 0))
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    if not path.is_file() or path.stat().st_size < offset + size:
        raise Error(Status.BAD_FILE, f"'{tensor.name}': {path} does not hold {size} bytes from {offset} on")
    if not size:
        return np.zeros(shape, dtype)
    if tensor.data_type == onnx.TensorProto.BFLOAT16:
        raise Error(Status.UNSUPPORTED, f"'{tensor.name}': bfloat16 outside the model")
    return np.memmap(path, dtype, "r", offset, shape)


def attributes(node) -> dict:
    """A node's attributes as Python values: text as str, tensors as arrays."""
    onnx = onnx_package()
    made = {}
    for attribute in node.attribute:
        value = onnx.helper.get_attribute_value(attribute)
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        elif isinstance(value, onnx.TensorProto):
            if value.data_location == onnx.TensorProto.EXTERNAL:  # onnx would read it from the working directory
                raise CannotTake("a constant in another file; initializers are taken from there")
            value = onnx.numpy_helper.to_array(value)
        elif attribute.type == onnx.AttributeProto.STRINGS:
            value = [text.decode("utf-8", "replace") for text in value]
        made[attribute.name] = value
    return made
