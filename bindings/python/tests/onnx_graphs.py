"""Small ONNX graphs for tests, in a few words: every operator and pattern, by name."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper


class Graph:
    """A graph being written: methods take and give names of values."""

    def __init__(self, opset=17):
        self.opset, self.nodes, self.weights, self.inputs, self.outputs = opset, [], [], [], []
        self.draws = np.random.default_rng(11)

    def floats(self, name, *shape, batch="batch"):
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [batch, *shape]))
        return name

    def ids(self, name, *shape, batch="batch"):
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.INT64, [batch, *shape]))
        return name

    def weight(self, array):
        array = np.asarray(array)
        array = array.astype(np.float32) if array.dtype == np.float64 else array
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(array, name))
        return name

    def normal(self, *shape):
        return self.weight(self.draws.normal(size=shape))

    def integers(self, *values):
        return self.weight(np.array(values, np.int64))

    def op(self, kind, *inputs, outputs=1, **attributes):
        names = [f"v{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=f"{kind}_{len(self.nodes)}", **attributes))
        return names[0] if outputs == 1 else names

    def output(self, name):
        """A task of one column, or several."""
        self.outputs.append(helper.make_empty_tensor_value_info(name))

    def score(self, x, width):
        """x [batch, width] to one logit, by a linear of random weights."""
        self.output(self.op("MatMul", x, self.normal(width, 1)))

    def model(self):
        graph = helper.make_graph(self.nodes, "graph", self.inputs, self.outputs, self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=8)


CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def simple(name, kind, opset=17, positive=False, scale=1.0, **attributes):
    """A case of one operator of one input."""
    def make():
        g = Graph(opset)
        x = g.floats("x", 3, 4)
        if positive:
            x = g.op("Add", g.op("Abs", x), g.weight(np.float32(0.5)))
        y = g.op(kind, g.op("Mul", x, g.weight(np.float32(scale))), **attributes)
        g.score(g.op("Flatten", y), 12)
        return g.model()

    CASES[name] = make


for kind in ("Relu", "Sigmoid", "Tanh", "Softplus", "Abs", "Neg", "Exp", "Erf", "Elu", "LeakyRelu", "HardSigmoid",
             "HardSwish", "Identity", "Dropout", "Selu", "Softsign"):
    simple(kind.lower(), kind)
simple("mish", "Mish", 18)
simple("gelu", "Gelu", 20)
simple("gelu_tanh", "Gelu", 20, approximate="tanh")
simple("leaky_relu_slope", "LeakyRelu", alpha=0.3)
simple("elu_alpha", "Elu", alpha=0.7)
simple("sqrt", "Sqrt", positive=True)
simple("log", "Log", positive=True)
simple("reciprocal", "Reciprocal", positive=True)
simple("softmax_last", "Softmax", axis=-1)
simple("softmax_fields", "Softmax", axis=1)
simple("softmax_flattened", "Softmax", 11, axis=1)
simple("log_softmax", "LogSoftmax", axis=-1)
simple("lp_normalization", "LpNormalization", axis=-1)
simple("lp_normalization_l1", "LpNormalization", axis=1, p=1)


def binary(name, kind, shape_a, shape_b, opset=17):
    """A case of an operator of two values of a row, broadcast."""
    def make():
        g = Graph(opset)
        a, b = g.floats("a", *shape_a), g.floats("b", *shape_b)
        if kind == "Div":
            b = g.op("Add", g.op("Abs", b), g.weight(np.float32(0.5)))
        shape = (*shape_a[:-1], shape_b[-1]) if kind == "MatMul" else np.broadcast_shapes(shape_a, shape_b)
        g.score(g.op("Flatten", g.op(kind, a, b)), int(np.prod(shape)))
        return g.model()

    CASES[name] = make


for kind in ("Add", "Sub", "Mul", "Div", "Max", "Min"):
    binary(kind.lower(), kind, (6,), (6,))
    binary(f"{kind.lower()}_fields", kind, (3, 4), (1, 4))
    binary(f"{kind.lower()}_widths", kind, (3, 4), (3, 1))
binary("mul_outer", "Mul", (3, 1), (1, 4))
binary("add_rank_three", "Add", (2, 3, 4), (2, 1, 4))
binary("mul_middle", "Mul", (2, 3, 4), (1, 3, 1))
binary("matmul_values", "MatMul", (3, 4), (4, 3))
binary("matmul_heads", "MatMul", (2, 3, 4), (2, 4, 3))


def constant(name, kind, number, first=False, positive=False):
    """A case of an operator with a constant."""
    def make():
        g = Graph()
        x = g.floats("x", 3, 4)
        if positive:
            x = g.op("Add", g.op("Abs", x), g.weight(np.float32(0.5)))
        w = g.weight(np.asarray(number, np.float32))
        g.score(g.op("Flatten", g.op(kind, *((w, x) if first else (x, w)))), 12)
        return g.model()

    CASES[name] = make


ROW = np.array([0.5, -1.0, 2.0, 0.25])
for kind in ("Add", "Sub", "Mul", "Div", "Max", "Min"):
    constant(f"{kind.lower()}_number", kind, 0.75)
    constant(f"{kind.lower()}_columns", kind, ROW)
    constant(f"number_{kind.lower()}", kind, 0.75, True, True)
    constant(f"columns_{kind.lower()}", kind, ROW, True, True)
constant("mul_zeros", "Mul", [0.0, 1.0, 0.0, 2.0])
for name, p in (("one", 1.0), ("square", 2.0), ("cube", 3.0), ("seventh", 7.0)):
    constant(f"pow_{name}", "Pow", p)
for name, p in (("root", 0.5), ("inverse", -1.0), ("inverse_root", -0.5), ("odd", 1.7)):
    constant(f"pow_{name}", "Pow", p, positive=True)
constant("prelu_number", "PRelu", [0.2])
constant("prelu_columns", "PRelu", [0.1, 0.2, 0.3, 0.4])


def reduction(name, kind, axes, keep=1, opset=13, positive=False):
    def make():
        g = Graph(opset)
        x = g.floats("x", 3, 4)
        if positive:
            x = g.op("Add", g.op("Abs", x), g.weight(np.float32(0.5)))
        new = opset >= 18 or (opset >= 13 and kind == "ReduceSum")
        y = g.op(kind, x, g.integers(*axes), keepdims=keep) if new else g.op(kind, x, axes=list(axes), keepdims=keep)
        width = int(np.prod([n for i, n in enumerate((3, 4)) if i + 1 not in axes and i - 2 not in axes]))
        g.score(g.op("Flatten", y) if keep or len(axes) < 2 else g.op("Unsqueeze", y, g.integers(1)), width)
        return g.model()

    CASES[name] = make


for kind in ("ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceSumSquare",
             "ReduceLogSumExp", "ReduceProd"):
    reduction(f"{kind.lower()}_fields", kind, (1,), 0)
    reduction(f"{kind.lower()}_width", kind, (-1,))
    reduction(f"{kind.lower()}_all", kind, (1, 2), 0, 18)
reduction("reducelogsum", "ReduceLogSum", (2,), positive=True)
