"""Every operator of ONNX that is taken, against ONNX Runtime; gradients against central differences."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="the package onnx is not installed: no import is tested")
pytest.importorskip("onnxruntime", reason="the package onnxruntime is not installed: no import is tested")

from onnx_checks import assert_agree, gradients, imported  # noqa: E402
import onnx_layers  # noqa: E402, F401  adds to CASES
from onnx_graphs import CASES, Graph  # noqa: E402

#: Central differences cannot tell these: ids, a constant's type that is no double, and what ONNX's reference evaluator
#: has otherwise than ONNX Runtime: softmax before opset 13, and the L1 norm, whose numbers it adds with their signs.
NO_DIFFERENCES = {"casts_of_floats_to_ids", "constants_repeated_for_the_batch", "softmax_flattened",
                  "lp_normalization_l1"}


@pytest.mark.parametrize("name", list(CASES))
def test_operator(name, tmp_path):
    source = CASES[name]()
    made, model = imported(source, tmp_path)
    assert_agree(made, model)
    model.self_test()
    if name in NO_DIFFERENCES:
        return
    data, inputs = made.sample(40, 3)
    wanted = gradients(source, {key: part[2:] for key, part in inputs.items()})  # the first rows lie on kinks
    got = model.saliency(data, "gradient_l2", "dimension")[2:]
    assert got.shape == wanted.shape
    assert np.abs(wanted).max() > 0
    assert (np.abs(got - wanted) <= 2e-4 * np.abs(wanted).max(1, keepdims=True) + 1e-5).all()


@pytest.mark.parametrize("opset", [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21])
def test_opsets(opset, tmp_path):
    """What moved from attributes to inputs, as each opset writes it."""
    g = Graph(opset)
    g.op, plain = _writer(g), g.op
    x = g.op("Unsqueeze", g.floats("x", 6), axes=[1])
    a, b = g.op("Split", x, outputs=2, axis=2, split=[2, 4])
    b = g.op("Softmax", b, axis=2)
    y = g.op("Squeeze", g.op("Concat", a, b, axis=2), axes=[1])
    y = g.op("Pad", y, pads=[0, 1, 0, 1])
    total = g.op("ReduceSum", y, axes=[1], keepdims=1)
    largest = g.op("ReduceMax", y, axes=[1], keepdims=1)
    y = plain("Clip", y, g.weight(np.float32(-1)), g.weight(np.float32(0.9)))
    mean = g.op("ReduceMean", y, axes=[1], keepdims=1)
    y = plain("Dropout", g.op("Concat", y, total, largest, mean, axis=1))
    g.score(y, 11)
    made, model = imported(g.model(), tmp_path)
    assert_agree(made, model)


def _writer(g):
    """Attributes become inputs from the opset on that has them so."""
    since = {"Unsqueeze": ("axes", 13), "Squeeze": ("axes", 13), "Split": ("split", 13), "ReduceSum": ("axes", 13),
             "ReduceMax": ("axes", 18), "ReduceMean": ("axes", 18), "Pad": ("pads", 11)}
    plain = g.op

    def op(kind, *inputs, **attributes):
        name, first = since.get(kind, ("", 99))
        if g.opset >= first:
            inputs = (*inputs, g.integers(*attributes.pop(name)))
        return plain(kind, *inputs, **attributes)

    return op
