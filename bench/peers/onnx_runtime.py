"""ONNX Runtime: one thread, inputs and outputs bound beforehand."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import graphs
import numpy as np
import onnxruntime as ort
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
        self.form = form
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 3
        self.session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def bind(self, batch):
        """() -> None that scores the batch, and where the scores are."""
        binding = self.session.io_binding()
        arrays = {name: np.ascontiguousarray(array) for name, array in graphs.feed(batch, self.form).items()}
        scores = np.zeros((batch.rows, 1), np.float32)
        values = {name: ort.OrtValue.ortvalue_from_numpy(array) for name, array in arrays.items()}
        for name, value in values.items():
            binding.bind_ortvalue_input(name, value)
        output = ort.OrtValue.ortvalue_from_numpy(scores)
        binding.bind_ortvalue_output("probability", output)
        run = self.session.run_with_iobinding

        def call(keep=(arrays, values, scores, output)):  # values are views of the arrays, which nothing else keeps
            run(binding)

        return call, lambda: binding.copy_outputs_to_cpu()[0][:, 0]
