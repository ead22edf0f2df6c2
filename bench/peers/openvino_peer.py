"""OpenVINO: one thread, shapes fixed, float32 unless asked otherwise, tensors set once."""

from __future__ import annotations

from pathlib import Path

import graphs
import numpy as np
import openvino as ov
import openvino.opset13 as ops
from data import Staging

NAME, VERSION = "OpenVINO", ov.__version__.split("-")[0]
_core = ov.Core()


def write(shape, weights, form: str, precision: str, empty: bool, path: str) -> None:
    Path(path).write_bytes(b"" if empty else graphs.compose(shape, weights, form))


def _empty_model(feed):
    """The inputs of a form, of which it reads one; made here because inputs of ONNX graphs that nothing reads vanish."""
    parameters = [ops.parameter(list(array.shape), array.dtype, name=name) for name, array in feed.items()]
    for parameter, name in zip(parameters, feed):
        parameter.output(0).tensor.set_names({name})
    last = max(i for i, array in enumerate(feed.values()) if array.dtype != np.float32)
    one = ops.slice(parameters[last], *([np.array([n], np.int64) for n in (0, 1, 1, 1)]))
    return ov.Model([ops.convert(one, "f32")], parameters, "empty")


class Peer:
    def __init__(self, shape, path: str, form: str, precision: str):
        self.path, self.form, self.precision = path, form, precision
        self.compiled = None

    def _compile(self, feed):
        empty = Path(self.path).stat().st_size == 0
        model = _empty_model(feed) if empty else _core.read_model(self.path)
        if not empty:
            model.reshape({name: list(array.shape) for name, array in feed.items()})
        self.compiled = _core.compile_model(model, "CPU", {
            "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": self.precision})
        self.request = self.compiled.create_infer_request()
        self.staging = Staging(feed)
        self.tensors = {name: ov.Tensor(view, shared_memory=True) for name, view in self.staging.views.items()}
        for name, tensor in self.tensors.items():
            self.request.set_tensor(name, tensor)
        self.score = self.request.get_output_tensor(0)

    def bind(self, batch):
        feed = graphs.feed(batch, self.form)
        if self.compiled is None:
            self._compile(feed)
        packed, block, infer = self.staging.pack(feed), self.staging.block, self.request.infer
        copy, nothing = np.copyto, {}

        def run(keep=self):
            copy(block, packed)
            infer(nothing)

        return run, lambda: self.score.data.reshape(-1).copy()
