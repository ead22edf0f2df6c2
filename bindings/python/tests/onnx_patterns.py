"""Graphs of the patterns that importing knows, by name; see onnx_graphs.py."""

import numpy as np
from clicklens import Feature
from onnx import TensorProto, helper
from onnx_graphs import Graph

PATTERNS = {}  # name: (model, notes it must make)
FEATURES = {"remainders_of_ids": [Feature("id", rows=20)]}  # where the graph does not tell


def pattern(*notes):
    def register(function):
        PATTERNS[function.__name__] = (function, notes)
        return function
    return register


def fields(g, count=4, dim=3):
    """[batch, count, dim]: rows of a table each."""
    rows = [g.op("Gather", g.normal(5 + i, dim), g.ids(f"id{i}", 1)) for i in range(count)]
    return g.op("Concat", *rows, axis=1)


def zeroed(g, rows, dim):
    """A table whose row 0 is zero, as padding_idx = 0 leaves it."""
    table = g.draws.normal(size=(rows, dim))
    table[0] = 0
    return g.weight(table)


@pattern("gather on a table is an embedding")
def one_id():
    g = Graph()
    g.score(g.op("Gather", g.normal(7, 3), g.ids("user")), 3)
    return g.model()


@pattern("the rows of 'likes' are pooled in the embedding bag")
def sum_of_rows():
    g = Graph(13)
    g.score(g.op("ReduceSum", g.op("Gather", g.normal(7, 3), g.ids("likes", 4)), g.integers(1), keepdims=0), 3)
    return g.model()


@pattern("the rows of 'likes' are pooled in the embedding bag", "a mask over rows that are zero is left out")
def mean_without_padding():
    """Rows times a mask of ids, over the number of ids."""
    g = Graph()
    ids = g.ids("likes", 4)
    mask = g.op("Cast", g.op("Not", g.op("Equal", ids, g.integers(0))), to=TensorProto.FLOAT)
    rows = g.op("Mul", g.op("Gather", zeroed(g, 7, 3), ids), g.op("Unsqueeze", mask, g.integers(2)))
    total = g.op("ReduceSum", rows, g.integers(1), keepdims=0)
    count = g.op("Add", g.op("ReduceSum", mask, g.integers(1), keepdims=1), g.weight(np.float32(1e-8)))
    g.score(g.op("Div", total, count), 3)
    return g.model()


@pattern("the rows of 'likes' are pooled in the embedding bag")
def mean_of_rows_under_a_mask():
    """The table's row 0 is not zero: the mask makes it so."""
    g = Graph()
    ids = g.ids("likes", 4)
    mask = g.op("Cast", g.op("Greater", ids, g.integers(0)), to=TensorProto.FLOAT)
    rows = g.op("Mul", g.op("Unsqueeze", mask, g.integers(2)), g.op("Gather", g.normal(7, 3), ids))
    total = g.op("ReduceSum", rows, g.integers(1), keepdims=0)
    count = g.op("Clip", g.op("ReduceSum", mask, g.integers(1), keepdims=1), g.weight(np.float32(1)))
    g.score(g.op("Div", total, count), 3)
    return g.model()


@pattern("the rows of 'likes' are pooled in the embedding bag")
def mask_of_the_rows_themselves():
    """As FuxiCTR masks: a row counts where its numbers do not add up to zero."""
    g = Graph()
    rows = g.op("Gather", zeroed(g, 7, 3), g.ids("likes", 4))
    given = g.op("Not", g.op("Equal", g.op("ReduceSum", rows, g.integers(2), keepdims=0), g.weight(np.float32(0))))
    count = g.op("ReduceSum", g.op("Cast", given, to=TensorProto.FLOAT), g.integers(1), keepdims=1)
    total = g.op("ReduceSum", rows, g.integers(1), keepdims=0)
    g.score(g.op("Div", total, g.op("Add", count, g.weight(np.float32(1e-12)))), 3)
    return g.model()


@pattern()
def attention_under_a_mask():
    """Target attention: scores of history rows, -1e9 where there is none, softmax, sum."""
    g = Graph()
    ids, table = g.ids("history", 4), zeroed(g, 9, 3)
    rows, target = g.op("Gather", table, ids), g.op("Gather", table, g.ids("ad", 1))
    scores = g.op("MatMul", rows, g.op("Transpose", target, perm=[0, 2, 1]))     # [b, 4, 1]
    scores = g.op("Squeeze", scores, g.integers(2))
    empty = g.op("Equal", ids, g.integers(0))
    share = g.op("Softmax", g.op("Where", empty, g.weight(np.float32(-1e9)), scores), axis=-1)
    mixed = g.op("MatMul", g.op("Unsqueeze", share, g.integers(1)), rows)        # [b, 1, 3]
    g.score(g.op("Flatten", mixed), 3)
    return g.model()


@pattern()
def lengths_make_the_mask():
    """A mask from a column of lengths, as DeepCTR's sequences have."""
    g = Graph()
    rows, length = g.op("Gather", g.normal(9, 3), g.ids("history", 4)), g.ids("length", 1)
    given = g.op("Cast", g.op("Less", g.integers(0, 1, 2, 3), length), to=TensorProto.FLOAT)
    masked = g.op("Mul", rows, g.op("Unsqueeze", given, g.integers(2)))
    g.score(g.op("ReduceSum", masked, g.integers(1), keepdims=0), 3)
    return g.model()


@pattern()
def shifted_ids_of_one_table():
    """Fields share a table, each from its own row on."""
    g = Graph()
    ids = g.op("Add", g.ids("ids", 3), g.integers(0, 4, 9))
    g.score(g.op("Flatten", g.op("Gather", g.normal(15, 2), ids)), 6)
    return g.model()


@pattern()
def remainders_of_ids():
    """The quotient-remainder trick: two tables of one id."""
    g = Graph()
    ids = g.ids("id")
    a = g.op("Gather", g.normal(5, 3), g.op("Mod", ids, g.weight(np.int64(5))))
    b = g.op("Gather", g.normal(4, 3), g.op("Div", ids, g.weight(np.int64(5))))
    g.score(g.op("Mul", a, b), 3)
    return g.model()


@pattern()
def one_hot():
    g = Graph()
    g.score(g.op("OneHot", g.ids("day"), g.weight(np.int64(7)), g.weight(np.array([0, 1], np.float32))), 7)
    return g.model()


@pattern("square of the sum less the sum of squares is bi_interaction")
def factorization_machine():
    g = Graph(13)
    x = fields(g)
    total = g.op("ReduceSum", x, g.integers(1), keepdims=0)
    squares = g.op("ReduceSum", g.op("Mul", x, x), g.integers(1), keepdims=0)
    second = g.op("Sub", g.op("Pow", total, g.weight(np.float32(2))), squares)
    g.output(g.op("Mul", g.op("ReduceSum", second, g.integers(1), keepdims=1), g.weight(np.float32(0.5))))
    return g.model()


@pattern("sums of the products of all pairs of fields are pairwise_dot")
def products_of_gathered_pairs():
    g = Graph(13)
    x = fields(g)
    left, right = np.triu_indices(4, 1)
    a, b = (g.op("Gather", x, g.integers(*side), axis=1) for side in (left, right))
    g.score(g.op("ReduceSum", g.op("Mul", a, b), g.integers(2), keepdims=0), 6)
    return g.model()


@pattern("sums of the products of all pairs of fields are pairwise_dot")
def products_of_pairs_one_by_one():
    g = Graph(13)
    rows = [g.op("Gather", g.normal(5, 3), g.ids(f"id{i}")) for i in range(4)]
    dots = [g.op("ReduceSum", g.op("Mul", a, b), g.integers(1), keepdims=1)
            for i, a in enumerate(rows) for b in rows[i + 1 :]]
    g.score(g.op("Concat", *dots, axis=1), 6)
    return g.model()


@pattern()
def products_of_all_then_triangle():
    """x x^T, of which the upper triangle is gathered, as DLRM has it."""
    g = Graph(13)
    x = fields(g)
    all_pairs = g.op("Reshape", g.op("MatMul", x, g.op("Transpose", x, perm=[0, 2, 1])), g.integers(-1, 16))
    left, right = np.triu_indices(4, 1)
    g.score(g.op("Gather", all_pairs, g.integers(*(4 * left + right)), axis=1), 6)
    return g.model()


@pattern()
def compressed_interaction():
    """A layer of CIN: outer products of fields by dimension, mixed by a convolution of width 1."""
    g = Graph()
    x = fields(g)
    outer = g.op("Einsum", x, x, equation="bhd,bmd->bhmd")
    mixed = g.op("MatMul", g.normal(5, 16), g.op("Reshape", outer, g.integers(-1, 16, 3)))
    g.score(g.op("ReduceSum", g.op("Relu", mixed), g.integers(2), keepdims=0), 5)
    return g.model()


@pattern()
def cross_layers():
    g = Graph()
    x0 = x = g.op("Flatten", fields(g))
    for _ in range(2):
        x = g.op("Add", g.op("Mul", x0, g.op("Gemm", x, g.normal(12, 12), g.normal(12), transB=1)), x)
    g.score(x, 12)
    return g.model()


@pattern("x * (1 + erf(x / sqrt 2)) is gelu")
def gelu_in_parts():
    g = Graph()
    x = g.op("MatMul", g.floats("x", 4), g.normal(4, 5))
    gate = g.op("Add", g.op("Erf", g.op("Div", x, g.weight(np.float32(np.sqrt(2))))), g.weight(np.float32(1)))
    g.score(g.op("Mul", g.op("Mul", x, gate), g.weight(np.float32(0.5))), 5)
    return g.model()


@pattern("x * (1 + erf(x / sqrt 2)) is gelu")
def gelu_halved_first():
    g = Graph()
    x = g.op("MatMul", g.floats("x", 4), g.normal(4, 5))
    gate = g.op("Add", g.op("Erf", g.op("Mul", x, g.weight(np.float32(np.sqrt(0.5))))), g.weight(np.float32(1)))
    g.score(g.op("Mul", g.op("Mul", x, g.weight(np.float32(0.5))), gate), 5)
    return g.model()


@pattern("x * sigmoid(x) is silu")
def silu_in_parts():
    g = Graph()
    x = g.op("MatMul", g.floats("x", 4), g.normal(4, 5))
    g.score(g.op("Mul", x, g.op("Sigmoid", x)), 5)
    return g.model()


@pattern("log(1 + exp(x)) is softplus")
def softplus_in_parts():
    g = Graph()
    x = g.op("MatMul", g.floats("x", 4), g.normal(4, 5))
    g.score(g.op("Log", g.op("Add", g.weight(np.float32(1)), g.op("Exp", x))), 5)
    return g.model()


@pattern("a decomposed layer norm is layer_norm")
def layer_norm_in_parts():
    g = Graph(13)
    x = fields(g)
    centred = g.op("Sub", x, g.op("ReduceMean", x, axes=[-1]))
    variance = g.op("ReduceMean", g.op("Pow", centred, g.weight(np.float32(2))), axes=[-1])
    y = g.op("Div", centred, g.op("Sqrt", g.op("Add", variance, g.weight(np.float32(1e-5)))))
    g.score(g.op("Flatten", g.op("Add", g.op("Mul", y, g.normal(3)), g.normal(3))), 12)
    return g.model()


@pattern()
def dice():
    """p x + (1 - p) alpha x, p the sigmoid of x's batch norm."""
    g = Graph()
    x = g.op("MatMul", g.floats("x", 4), g.normal(4, 5))
    normed = g.op("BatchNormalization", x, g.weight(np.ones(5)), g.weight(np.zeros(5)), g.normal(5),
                  g.weight(g.draws.uniform(0.5, 2, 5)))
    p = g.op("Sigmoid", normed)
    left = g.op("Mul", g.op("Mul", g.op("Sub", g.weight(np.float32(1)), p), g.normal(5)), x)
    g.score(g.op("Add", left, g.op("Mul", p, x)), 5)
    return g.model()


@pattern()
def gru_of_a_sequence():
    g = Graph(14)
    rows = g.op("Transpose", g.op("Gather", g.normal(9, 3), g.ids("history", 4)), perm=[1, 0, 2])
    _, last = g.op("GRU", rows, g.normal(1, 15, 3), g.normal(1, 15, 5), g.normal(1, 30), outputs=2, hidden_size=5,
                   linear_before_reset=1)
    g.score(g.op("Squeeze", last, g.integers(0)), 5)
    return g.model()


@pattern()
def gru_of_both_directions():
    g = Graph(14)
    rows = g.op("Transpose", g.op("Gather", g.normal(9, 3), g.ids("history", 4)), perm=[1, 0, 2])
    y, _ = g.op("GRU", rows, g.normal(2, 15, 3), g.normal(2, 15, 5), g.normal(2, 30), outputs=2, hidden_size=5,
                linear_before_reset=1, direction="bidirectional")
    g.score(g.op("Reshape", g.op("Transpose", y, perm=[2, 0, 1, 3]), g.integers(0, 40)), 40)
    return g.model()


@pattern()
def branch_on_a_known_condition():
    """torch.squeeze asks for sizes in the graph."""
    g = Graph()
    x = g.floats("x", 1, 4)
    size = g.op("Gather", g.op("Shape", x), g.weight(np.int64(1)))

    def branch(kind, *inputs):
        made = helper.make_node(kind, [x, *inputs], [f"{kind}_out"])
        return helper.make_graph([made], kind, [], [helper.make_empty_tensor_value_info(f"{kind}_out")])

    y = g.op("If", g.op("Equal", size, g.weight(np.int64(1))), then_branch=branch("Squeeze", g.integers(1)),
             else_branch=branch("Identity"))
    g.score(y, 4)
    return g.model()


@pattern()
def masked_select_by_a_constant():
    """As torch.onnx writes it: the mask is repeated for the batch."""
    g = Graph()
    x = fields(g)
    products = g.op("MatMul", x, g.op("Transpose", x, perm=[0, 2, 1]))
    mask = g.op("Expand", g.weight(np.triu(np.ones((4, 4), bool), 1)), g.op("Shape", products))
    places = g.op("Transpose", g.op("NonZero", mask), perm=[1, 0])
    g.score(g.op("Reshape", g.op("GatherND", products, places), g.integers(-1, 6)), 6)
    return g.model()


@pattern()
def lengths_as_numbers_too():
    """The mean over a column of lengths, which also makes the mask."""
    g = Graph(13)
    length = g.ids("length", 1)
    given = g.op("Cast", g.op("Less", g.integers(0, 1, 2, 3), length), to=TensorProto.FLOAT)
    rows = g.op("Mul", g.op("Gather", g.normal(9, 3), g.ids("history", 4)), g.op("Unsqueeze", given, g.integers(2)))
    count = g.op("Add", g.op("Cast", length, to=TensorProto.FLOAT), g.weight(np.float32(1e-8)))
    g.score(g.op("Div", g.op("ReduceSum", rows, g.integers(1), keepdims=0), count), 3)
    return g.model()


@pattern()
def einsum_of_merged_rows():
    """[batch * fields, width], as torch.tensordot reshapes."""
    g = Graph()
    x = g.op("Reshape", fields(g), g.integers(-1, 3))
    g.score(g.op("Reshape", g.op("Einsum", x, g.normal(3, 5), equation="ab,bc->ac"), g.integers(-1, 20)), 20)
    return g.model()
