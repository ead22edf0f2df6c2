"""An import beside its source: the same rows to both."""

import clicklens
import numpy as np
import onnx
from onnx import TensorProto, numpy_helper
from onnx.reference import ReferenceEvaluator


def imported(model, tmp_path, features=None, **options):
    """(Imported, the opened file), saved with its check."""
    made = clicklens.from_onnx(model, features, **options)
    made.save(tmp_path / "imported.clens")
    return made, clicklens.open(tmp_path / "imported.clens", verify=True)


def assert_agree(made, model, rows=500, seed=1):
    """Made-up rows, but those of the file's self-test: at most 1e-5 of the output apart, and 1e-6."""
    data, inputs = made.sample(rows, seed)
    apart = made.differences(model, data, inputs)
    assert max(apart.values()) <= 1, apart
    return data, inputs


def in_double(model):
    """The graph with every float in double precision."""
    made = onnx.ModelProto()
    made.CopyFrom(model)
    for tensor in made.graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype == np.float32:
            tensor.CopyFrom(numpy_helper.from_array(array.astype(np.float64), tensor.name))
    for value in made.graph.input:
        if value.type.tensor_type.elem_type == TensorProto.FLOAT:
            value.type.tensor_type.elem_type = TensorProto.DOUBLE
    return made


def gradients(model, inputs, step=1e-5):
    """[rows, columns of all inputs] of the first output, by central differences in double precision."""
    run = ReferenceEvaluator(in_double(model))
    shapes = {value.name: [d.dim_value for d in value.type.tensor_type.shape.dim[1:]] for value in model.graph.input}

    def score(columns):
        feeds = {name: part.reshape(len(part), *shapes[name]) for name, part in columns.items()}
        return np.ravel(run.run(None, feeds)[0].reshape(len(next(iter(columns.values()))), -1)[:, 0])

    made = []
    for name, part in inputs.items():
        for column in range(part.shape[1]):
            sides = []
            for sign in (1, -1):
                moved = {key: value.astype(np.float64) for key, value in inputs.items()}
                moved[name][:, column] += sign * step
                sides.append(score(moved))
            made.append((sides[0] - sides[1]) / (2 * step))
    return np.stack(made, 1)

