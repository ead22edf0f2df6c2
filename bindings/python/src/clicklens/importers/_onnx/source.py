"""Running the source itself, to be compared with."""

from __future__ import annotations

import numpy as np

from ..._arguments import path_text
from ..._library import Error, Status
from .reader import onnx_package


class Source:
    """The ONNX model in ONNX Runtime where it can be imported, else in ONNX's reference evaluator."""

    def __init__(self, given, model, folder, inputs: dict, outputs: list[str], reference=None):
        self._reference, self._given, self._model, self._folder = reference, given, model, folder
        self.inputs, self.outputs = inputs, outputs
        self._run = None
        self.name = "the source"

    def _session(self):
        onnx = onnx_package()
        where = self._given if isinstance(self._given, onnx.ModelProto) else path_text(self._given)
        known = {value.name for value in self._model.graph.output}
        inner = [name for name in self.outputs if name not in known]
        if inner:  # values inside the graph: its outputs, for this run
            where = onnx.ModelProto()
            where.CopyFrom(self._model)
            if self._folder is not None:
                onnx.load_external_data_for_model(where, str(self._folder))
            where.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in inner)
        try:
            import onnxruntime
        except ImportError:
            from onnx.reference import ReferenceEvaluator

            self.name = "onnx's reference evaluator"
            return ReferenceEvaluator(where)
        self.name = "ONNX Runtime"
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        data = where if isinstance(where, str) else where.SerializeToString()
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])

    def run(self, columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Outputs [rows, columns] by name, of inputs [rows, columns]."""
        if self._reference is not None:
            found = self._reference({name: self._shaped(name, part, len(part)) for name, part in columns.items()})
            return {name: np.asarray(found[name], np.float64).reshape(len(found[name]), -1) for name in self.outputs}
        if self._run is None:
            try:
                self._run = self._session()
            except Exception as problem:  # of several packages
                raise Error(Status.UNSUPPORTED, f"{self.name} does not take the source: {problem}") from problem
        rows = len(next(iter(columns.values())))
        fixed = next((g.fixed for g in self.inputs.values() if g.fixed), None)
        step = fixed or rows
        made: dict[str, list] = {name: [] for name in self.outputs}
        for begin in range(0, rows, step):
            feeds = {name: self._shaped(name, part[begin : begin + step], step) for name, part in columns.items()}
            taken = min(step, rows - begin)
            for name, found in zip(self.outputs, self._asked(feeds)):
                made[name].append(np.reshape(found, (step, -1))[:taken])
        return {name: np.concatenate(parts).astype(np.float64) for name, parts in made.items()}

    def _asked(self, feeds: dict) -> list:
        try:
            return self._run.run(self.outputs, feeds)
        except Exception as problem:  # ONNX Runtime's classes have no common one
            raise Error(Status.UNSUPPORTED, f"{self.name} fails on made-up rows of {len(next(iter(feeds.values())))}: "
                                            f"{problem}") from problem

    def _shaped(self, name: str, values: np.ndarray, rows: int) -> np.ndarray:
        """The last rows of a source of fixed size are the first again."""
        given = self.inputs[name]
        if len(values) < rows:
            values = np.resize(values, (rows, values.shape[1]))
        place = next(i for i, d in enumerate(given.dims) if not isinstance(d, int))
        own = [d for d in given.dims if isinstance(d, int)]
        return np.moveaxis(values.reshape(rows, *own), 0, place).astype(given.dtype)


