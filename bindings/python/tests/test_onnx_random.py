"""Random graphs of layouts, broadcasts, products and reductions, against ONNX Runtime and central differences."""

import numpy as np
import pytest

pytest.importorskip("onnx", reason="the package onnx is not installed: no import is tested")
pytest.importorskip("onnxruntime", reason="the package onnxruntime is not installed: no import is tested")

from onnx_checks import assert_agree, gradients, imported  # noqa: E402
from onnx_random import Random  # noqa: E402


@pytest.mark.parametrize("seed", range(80))
def test_random_graph(seed, tmp_path):
    source = Random(seed).model()
    made, model = imported(source, tmp_path)
    assert_agree(made, model, rows=100)
    if any(value.name == "ids" for value in source.graph.input):
        return
    data, inputs = made.sample(12, 3)
    used = {f.name: f.width for f in model.features}
    wanted = gradients(source, {key: part[2:] for key, part in inputs.items()})
    begins = np.cumsum([0] + [part.shape[1] for part in inputs.values()])
    wanted = np.concatenate([wanted[:, b:e] for name, b, e in zip(inputs, begins, begins[1:]) if name in used], 1)
    got = model.saliency(data, "gradient_l2", "dimension")[2:]
    assert got.shape == wanted.shape
    assert (np.abs(got - wanted) <= 1e-3 * np.abs(wanted).max() + 1e-6).all()
