"""What is not taken is named: the node, its inputs, and what would help."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="the package onnx is not installed: no import is tested")

import clicklens  # noqa: E402
from onnx import TensorProto, helper  # noqa: E402
from onnx_graphs import Graph  # noqa: E402
from onnx_patterns import PATTERNS  # noqa: E402


def refused(g, status=clicklens.Status.UNSUPPORTED, **options) -> str:
    with pytest.raises(clicklens.Error) as problem:
        clicklens.from_onnx(g.model(), **options)
    assert problem.value.status == status
    return problem.value.message


def test_an_operator_that_is_not_taken():
    g = Graph()
    g.score(g.op("CumSum", g.floats("x", 4), g.weight(np.int64(1))), 4)
    message = refused(g)
    assert "node 'CumSum_0' CumSum" in message and "x: [batch, 4]" in message and "not taken" in message


def test_another_domain():
    g = Graph()
    g.output(g.op("Mystery", g.floats("x", 1), domain="ai.example"))
    assert "domain 'ai.example'" in refused(g)


@pytest.mark.parametrize("make, message", [
    (lambda g, x: g.op("ReduceMean", x, axes=[0], keepdims=0), "along the batch"),
    (lambda g, x: g.op("Softmax", x, axis=0), "along the batch"),
    (lambda g, x: g.op("Slice", x, g.integers(1), g.integers(3), g.integers(0)), "cuts the batch"),
    (lambda g, x: g.op("Concat", x, x, axis=0), "along the batch"),
    (lambda g, x: g.op("Transpose", g.op("MatMul", g.op("Transpose", x, perm=[1, 0]), x), perm=[1, 0]), "along the batch"),
    (lambda g, x: g.op("Gather", x, g.integers(0, 1)), "along the batch"),
    (lambda g, x: g.op("Einsum", x, x, equation="bi,bj->ij"), "along the batch"),
    (lambda g, x: g.op("Reshape", x, g.integers(2, -1)), "mix rows"),
    (lambda g, x: g.op("MatMul", x, g.op("Transpose", x, perm=[1, 0])), "pairs the rows"),
    (lambda g, x: g.op("Mul", g.op("Unsqueeze", x, g.integers(0)), g.op("Unsqueeze", x, g.integers(1))), "pairs the"),
    (lambda g, x: g.op("Slice", g.op("Reshape", x, g.integers(-1)), g.integers(0),
                       g.op("Slice", g.op("Shape", x), g.integers(0), g.integers(1)), g.integers(0)), "cuts the batch"),
], ids=range(11))
def test_what_works_across_rows(make, message):
    """A row's score depends on that row alone."""
    g = Graph()
    x = g.floats("x", 4)
    g.output(make(g, x))
    assert message in refused(g)


def test_a_comparison_of_computed_values():
    g = Graph()
    x = g.op("MatMul", g.floats("x", 4), g.normal(4, 4))
    g.score(g.op("Cast", g.op("Greater", x, g.weight(np.float32(0))), to=TensorProto.FLOAT), 4)
    assert "Greater" in refused(g) and "one id alone" in refused(g)


def test_a_gather_by_two_ids():
    g = Graph()
    index = g.op("Add", g.ids("a"), g.ids("b"))
    g.score(g.op("Gather", g.normal(9, 3), index), 3)
    assert "one id alone" in refused(g)


def test_a_recurrence_that_is_not_ours():
    g = Graph(14)
    rows = g.op("Reshape", g.floats("x", 12), g.integers(-1, 4, 3))
    steps = g.op("Transpose", rows, perm=[1, 0, 2])
    _, last = g.op("GRU", steps, g.normal(1, 15, 3), g.normal(1, 15, 5), outputs=2, hidden_size=5)
    g.score(g.op("Squeeze", last, g.integers(0)), 5)
    assert "linear_before_reset" in refused(g)


def test_a_loop():
    g = Graph()
    x = g.floats("x", 4)
    body = helper.make_graph([], "body", [], [])
    g.score(g.op("Loop", g.weight(np.int64(3)), "", x, body=body), 4)
    assert "Loop" in refused(g)


def test_a_condition_of_the_row():
    g = Graph()
    ids = g.ids("id")
    branch = helper.make_graph([], "branch", [], [])
    g.output(g.op("If", g.op("Equal", ids, g.integers(1)), then_branch=branch, else_branch=branch))
    assert "condition depends on the row" in refused(g)


def test_a_recurrence_of_other_activations_backwards():
    g = Graph(14)
    steps = g.op("Transpose", g.op("Reshape", g.floats("x", 12), g.integers(-1, 4, 3)), perm=[1, 0, 2])
    _, last = g.op("GRU", steps, g.normal(2, 15, 3), g.normal(2, 15, 5), outputs=2, hidden_size=5, linear_before_reset=1,
                   direction="bidirectional", activations=["Sigmoid", "Tanh", "Sigmoid", "Relu"])
    g.score(g.op("Reshape", g.op("Transpose", last, perm=[1, 0, 2]), g.integers(-1, 10)), 10)
    assert "other activations" in refused(g)


def test_what_is_drawn_at_random():
    g = Graph()
    g.score(g.op("Add", g.floats("x", 4), g.op("RandomNormal", shape=[4])), 4)
    assert "RandomNormal" in refused(g) and "at random" in refused(g)
    g = Graph()
    g.score(g.op("Dropout", g.floats("x", 4), g.weight(np.float32(0.5)), g.weight(np.bool_(True))), 4)
    assert "evaluation mode" in refused(g)


def test_numbers_that_are_cut_to_integers():
    g = Graph()
    g.score(g.op("Cast", g.op("Cast", g.floats("x", 4), to=TensorProto.INT64), to=TensorProto.FLOAT), 4)
    message = refused(g)
    assert "'v0_0'" in message and "cast to integers" in message


def test_a_limit_of_integers_of_several_ids():
    g = Graph()
    total = g.op("ReduceSum", g.ids("x", 2), g.integers(1))
    g.score(g.op("Cast", g.op("Clip", total, g.weight(np.int64(0))), to=TensorProto.FLOAT), 1)
    assert "node 'Clip_1'" in refused(g) and "more than one id" in refused(g)


def test_a_batch_norm_in_training():
    g = Graph()
    g.score(g.op("BatchNormalization", g.floats("x", 4), *[g.normal(4)] * 4, training_mode=1), 4)
    assert "evaluation mode" in refused(g)


def test_a_probability_without_a_logit():
    """0.3 of one and 0.3 of another: below 1, but no mean of probabilities."""
    g = Graph()
    p = g.op("Sigmoid", g.op("MatMul", g.floats("x", 4), g.normal(4, 2)))
    g.output(g.op("Mul", g.op("ReduceSum", p, g.integers(1)), g.weight(np.float32(0.3))))
    message = refused(g)
    assert "probability" in message and "outputs" in message


def test_a_root_of_a_probability():
    g = Graph()
    g.output(g.op("Sqrt", g.op("Sigmoid", g.floats("x", 1))))
    assert "it is a probability" in refused(g)


def test_the_size_of_the_batch_as_a_number():
    g = Graph()
    rows = g.op("Slice", g.op("Shape", g.floats("x", 4)), g.integers(0), g.integers(1))
    g.score(g.op("Add", "x", g.op("Cast", rows, to=TensorProto.FLOAT)), 4)
    assert "node 'Add_3'" in refused(g) and "size of the batch" in refused(g)


def test_outputs_that_are_no_rows():
    g = Graph()
    g.output(g.op("Transpose", g.floats("x", 3), perm=[1, 0]))
    assert "[3, batch]" in refused(g) and "first dimension" in refused(g)
    g = Graph()
    g.output(g.op("Sigmoid", g.floats("x", 1)))
    assert "the same value" in refused(g, clicklens.Status.INVALID_ARGUMENT, outputs=["v0_0", "v0_0"])


def test_outputs_by_name():
    g = Graph()
    hidden = g.op("MatMul", g.floats("x", 4), g.normal(4, 1))
    g.output(g.op("Sigmoid", hidden))
    made = clicklens.from_onnx(g.model(), outputs=[hidden])
    assert [(task.name, task.kind) for task in made.tasks] == [(hidden, "logit")]
    assert "no value 'y'" in refused(g, clicklens.Status.INVALID_ARGUMENT, outputs=["y"])
    assert "no value of the row" in refused(g, outputs=["w0"])


@pytest.mark.parametrize("opset", [9, 10, 22])
def test_opsets_that_are_not_taken(opset):
    g = Graph(opset)
    g.score(g.floats("x", 4), 4)
    assert f"opset {opset}" in refused(g) and "version_converter" in refused(g)


def test_open_dimensions_beside_the_batch():
    g = Graph()
    g.score(g.op("ReduceSum", g.floats("x", "length"), g.integers(1)), 1)
    assert "may be open" in refused(g)


def test_inputs_that_are_no_numbers():
    g = Graph()
    g.inputs.append(helper.make_tensor_value_info("city", TensorProto.STRING, ["batch"]))
    g.output(g.op("Identity", "city"))
    assert "input 'city'" in refused(g)


def test_ids_without_a_known_number():
    g = Graph()
    g.score(g.op("Gather", g.normal(5, 3), g.op("Mod", g.ids("id"), g.weight(np.int64(5)))), 3)
    assert "give `rows`" in refused(g, clicklens.Status.INVALID_ARGUMENT)


def mutated(data: bytes, random) -> bytes:
    """Some bytes changed, left out or repeated."""
    made = bytearray(data)
    for _ in range(random.integers(1, 6)):
        at, kind = int(random.integers(len(made))), random.integers(3)
        if kind == 0:
            made[at] = random.integers(256)
        elif kind == 1:
            del made[at : at + int(random.integers(1, 9))]
        else:
            made[at:at] = made[at : at + int(random.integers(1, 9))]
    return bytes(made)


@pytest.mark.parametrize("name", ["attention_under_a_mask", "layer_norm_in_parts", "branch_on_a_known_condition",
                                  "gru_of_a_sequence", "lengths_make_the_mask"])
def test_damaged_files_are_errors(name, tmp_path):
    """Whatever the bytes: a model, or a clicklens.Error."""
    random, whole = np.random.default_rng(4), PATTERNS[name][0]().SerializeToString()
    refused_ones = 0
    for i in range(150):
        (tmp_path / "m.onnx").write_bytes(mutated(whole, random))
        try:
            clicklens.from_onnx(tmp_path / "m.onnx")
        except clicklens.Error:
            refused_ones += 1
    assert refused_ones > 20


def test_shapes_that_would_take_all_memory():
    g = Graph()
    x = g.floats("x", 1)
    g.score(g.op("Expand", x, g.integers(1, 2**40)), 1)
    assert "a row would have" in refused(g)
    g = Graph()
    g.score(g.op("Add", g.floats("x", 1), g.op("ConstantOfShape", g.integers(2**40))), 1)
    assert "more than" in refused(g)
    g = Graph()
    g.output(g.op("ReduceSum", g.op("OneHot", g.ids("id"), g.weight(np.int64(2**40)), g.weight(np.float32([0, 1]))),
                  g.integers(1)))
    assert "would have to be made" in refused(g)
    g = Graph()
    padded = g.op("Pad", g.normal(1), g.integers(0, 2**40))
    g.score(g.op("Mul", g.floats("x", 1), g.op("ReduceSum", padded, g.integers(0))), 1)
    assert "more than" in refused(g)


def test_graphs_that_double_at_every_node():
    """What reads itself twice, 30 times over, is no work of 2^30 steps."""
    g = Graph()
    x = g.ids("x", 1)
    for _ in range(30):
        x = g.op("Add", x, x)
    g.score(g.op("Cast", x, to=TensorProto.FLOAT), 1)
    assert "Add" in refused(g, features=[clicklens.Feature("x", rows=5)])
    g = Graph()
    a, b = g.op("Split", g.op("Sigmoid", g.floats("x", 2)), outputs=2, axis=1)
    for _ in range(30):
        a, b = g.op("Mul", a, b), g.op("Mul", b, a)
        a = g.op("Mul", a, b)
    g.output(a)
    assert [task.kind for task in clicklens.from_onnx(g.model()).tasks] == ["probability"]


def test_a_constant_in_another_file(tmp_path, monkeypatch):
    """onnx reads a node's outside constant from the working directory, whatever lies there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.bin").write_bytes(np.float32([42, 43]).tobytes())
    tensor = TensorProto(name="t", data_type=TensorProto.FLOAT, dims=[2], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="other.bin")
    g = Graph()
    g.score(g.op("Add", g.floats("x", 2), g.op("Constant", value=tensor)), 2)
    assert "another file" in refused(g)


def test_functions_that_call_each_other():
    """onnx's inliner follows them until the stack ends, and the process with it."""
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
    made = [helper.make_function("mine", one, ["x"], ["y"], [helper.make_node(other, ["x"], ["y"], domain="mine")], opsets)
            for one, other in ("fg", "gf")]
    g = Graph()
    g.score(g.op("f", g.floats("x", 2), domain="mine"), 2)
    model = g.model()
    model.functions.extend(made)
    model.opset_import.append(opsets[1])
    with pytest.raises(clicklens.Error, match="in a circle: f, g"):
        clicklens.from_onnx(model)
