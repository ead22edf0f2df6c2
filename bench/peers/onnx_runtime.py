"""ONNX Runtime: one thread, inputs and outputs bound beforehand."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import graphs
import numpy as np
import onnxruntime as ort
from data import Staging
from onnxruntime.quantization import QuantType, quantize_dynamic

logging.getLogger().setLevel(logging.ERROR)  # advice of the quantiser
NAME, VERSION = "ONNX Runtime", ort.__version__


def _quantised(model: bytes) -> bytes:
    """Dynamic: activations u8 per tensor, weights s8 per output; DynamicQuantizeMatMul at run time."""
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
        paths[0].write_bytes(model)
        quantize_dynamic(*paths, op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QInt8)
        return paths[1].read_bytes()


def write(shape, weights, form: str, precision: str, empty: bool, path: str) -> None:
    model = graphs.compose(shape, weights, form, empty=empty, gemm=precision == "f32")
    Path(path).write_bytes(_quantised(model) if precision == "int8" and not empty else model)


class Peer:
    def __init__(self, shape, path: str, form: str, precision: str):
        self.form, self.binding = form, None
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 3
        self.session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def _stage(self, feed, rows, tasks):
        self.staging, self.scores = Staging(feed), np.zeros((rows, tasks), np.float32)
        self.values = {name: ort.OrtValue.ortvalue_from_numpy(view) for name, view in self.staging.views.items()}
        self.values["probability"] = ort.OrtValue.ortvalue_from_numpy(self.scores)
        self.binding = self.session.io_binding()
        for name in feed:
            self.binding.bind_ortvalue_input(name, self.values[name])
        self.binding.bind_ortvalue_output("probability", self.values["probability"])

    def bind(self, batch):
        """() -> None that scores the batch, and () -> its scores right after."""
        feed = graphs.feed(batch, self.form)
        if self.binding is None:
            self._stage(feed, batch.rows, batch.shape.tasks)
        packed, block, copy = self.staging.pack(feed), self.staging.block, np.copyto
        run, binding = self.session.run_with_iobinding, self.binding

        def call(keep=self):  # values are views of arrays that nothing else keeps
            copy(block, packed)
            run(binding)

        return call, lambda: binding.copy_outputs_to_cpu()[0].reshape(-1).copy()
