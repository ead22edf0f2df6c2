"""Graphs of layouts, products, convolutions and norms: more of onnx_graphs.CASES."""

import numpy as np
from onnx import TensorProto, helper
from onnx_graphs import CASES, Graph, case


# -------------------------------------------------------------- layouts


@case
def layouts():
    """Every operator that only moves columns, one after another."""
    g = Graph()
    x = g.floats("x", 2, 6)
    y = g.op("Transpose", x, perm=[0, 2, 1])                                   # [b, 6, 2]
    y = g.op("Reshape", y, g.integers(0, 3, 4))                                # [b, 3, 4]
    y = g.op("Slice", y, g.integers(3), g.integers(-5), g.integers(2), g.integers(-2))  # [b, 3, 2]: columns 3, 1
    y = g.op("Unsqueeze", y, g.integers(1))                                    # [b, 1, 3, 2]
    y = g.op("Tile", y, g.integers(1, 2, 1, 1))                                # [b, 2, 3, 2]
    y = g.op("Gather", y, g.integers(2, 0), axis=2)                            # [b, 2, 2, 2]
    a, b = g.op("Split", y, g.integers(1, 1), outputs=2, axis=1)
    y = g.op("Concat", g.op("Squeeze", b, g.integers(1)), g.op("Squeeze", a, g.integers(1)), axis=2)  # [b, 2, 4]
    y = g.op("Pad", y, g.integers(0, 1, 0, 0, 0, 2))                           # [b, 3, 6]
    y = g.op("Expand", g.op("Unsqueeze", y, g.integers(3)), g.integers(1, 1, 1, 2))
    g.score(g.op("Flatten", y), 36)
    return g.model()


@case
def batch_in_shapes():
    """Shape -> Gather -> Concat -> Reshape, with the batch among the numbers."""
    g = Graph()
    x = g.floats("x", 3, 4)
    size = g.op("Gather", g.op("Shape", x), g.weight(np.int64(0)))
    size = g.op("Unsqueeze", size, g.integers(0))
    merged = g.op("Reshape", x, g.op("Concat", g.op("Mul", size, g.integers(3)), g.integers(4), axis=0))  # [3 b, 4]
    made = g.op("MatMul", merged, g.normal(4, 5))
    g.score(g.op("Reshape", made, g.op("Concat", size, g.integers(-1), axis=0)), 15)
    return g.model()


@case
def batch_merged_with_heads():
    """[b, 2 heads, 3, 4] as [2 b, 3, 4] for a batched product, as torch.bmm has it."""
    g = Graph()
    x = g.op("Reshape", g.floats("x", 24), g.integers(-1, 3, 4))
    products = g.op("MatMul", x, g.op("Transpose", x, perm=[0, 2, 1]))
    g.score(g.op("Reshape", products, g.integers(-1, 18)), 18)
    return g.model()


@case
def constants_repeated_for_the_batch():
    g = Graph()
    x = g.floats("x", 4)
    size = g.op("Slice", g.op("Shape", x), g.integers(0), g.integers(1))
    wide = g.op("Expand", g.normal(1, 3), g.op("Concat", size, g.integers(3), axis=0))
    ones = g.op("ConstantOfShape", g.op("Concat", size, g.integers(2), axis=0),
                value=helper.make_tensor("v", TensorProto.FLOAT, [1], [1.5]))
    g.score(g.op("Concat", wide, x, ones, axis=1), 9)
    return g.model()


@case
def casts_of_floats_to_ids():
    """One matrix of floats: three columns of ids, two of numbers."""
    g = Graph()
    x = g.floats("x", 5)
    parts = [g.op("Gather", g.normal(rows, 3), g.op("Cast", g.op("Gather", x, g.weight(np.int64(i)), axis=1),
                                                    to=TensorProto.INT64)) for i, rows in ((0, 7), (1, 5), (3, 9))]
    numbers = [g.op("Slice", x, g.integers(i), g.integers(i + 1), g.integers(1)) for i in (2, 4)]
    g.score(g.op("Concat", *parts, *numbers, axis=1), 11)
    return g.model()


# -------------------------------------------------------------- weights


@case
def gemm():
    g = Graph()
    y = g.op("Gemm", g.floats("x", 4), g.normal(6, 4), g.normal(6), transB=1, alpha=0.5, beta=2.0)
    g.score(g.op("Gemm", y, g.normal(6, 5), g.normal(1, 5)), 5)
    return g.model()


@case
def gemm_bias_of_the_row():
    g = Graph()
    x = g.floats("x", 4)
    g.score(g.op("Gemm", x, g.normal(4, 4), x, beta=0.5), 4)
    return g.model()


@case
def matmul_weights():
    """Weights right and left, for every field and of each field its own."""
    g = Graph()
    x = g.floats("x", 3, 4)
    a = g.op("Add", g.op("MatMul", x, g.normal(4, 5)), g.normal(5))      # [b, 3, 5]
    b = g.op("MatMul", g.normal(2, 3), a)                               # [b, 2, 5]
    c = g.op("MatMul", g.op("Unsqueeze", b, g.integers(2)), g.normal(2, 5, 3))  # [b, 2, 1, 3]
    g.score(g.op("Flatten", c), 6)
    return g.model()


@case
def matmul_vectors():
    g = Graph()
    x = g.op("MatMul", g.floats("x", 3, 4), g.normal(4))                 # [b, 3]
    y = g.op("MatMul", g.normal(3), g.op("Reshape", x, g.integers(0, 3, 1)))  # [b, 1]
    g.output(y)
    return g.model()


def _einsum(name, equation, *shapes, out, weights=()):
    def make():
        g = Graph()
        inputs = [g.normal(*s) if i in weights else g.floats(f"x{i}", *s) for i, s in enumerate(shapes)]
        y = g.op("Einsum", *inputs, equation=equation)
        g.score(g.op("Reshape", y, g.integers(-1, out)), out)
        return g.model()

    CASES[name] = make


_einsum("einsum_linear", "bi,io->bo", (4,), (4, 3), out=3, weights=(1,))
_einsum("einsum_fields", "bfk,fko->bfo", (3, 4), (3, 4, 2), out=6, weights=(1,))
_einsum("einsum_bilinear", "bi,ij,bj->b", (4,), (4, 3), (3,), out=1, weights=(1,))
_einsum("einsum_pairs", "bik,bjk->bij", (3, 4), (2, 4), out=6)
_einsum("einsum_mix", "bfd,of->bod", (3, 4), (2, 3), out=8, weights=(1,))
_einsum("einsum_outer", "bhd,bmd->bhmd", (2, 3), (4, 3), out=24)
_einsum("einsum_sum", "bij->bj", (3, 4), out=4)


# -------------------------------------------------------------- convolutions


@case
def conv_of_width_one():
    """CIN's: a mix of fields."""
    g = Graph()
    g.score(g.op("Flatten", g.op("Conv", g.floats("x", 4, 3), g.normal(5, 4, 1), g.normal(5))), 15)
    return g.model()


@case
def conv_in_two_dimensions():
    g = Graph()
    x = g.op("Unsqueeze", g.floats("x", 6, 3), g.integers(1))
    y = g.op("Conv", x, g.normal(4, 1, 3, 1), g.normal(4), pads=[1, 0, 1, 0], kernel_shape=[3, 1])
    y = g.op("Conv", y, g.normal(4, 2, 2, 2), group=2, strides=[2, 1], dilations=[2, 1], kernel_shape=[2, 2])
    y = g.op("MaxPool", y, kernel_shape=[2, 1], strides=[1, 1])
    g.score(g.op("Flatten", y), 8)
    return g.model()


@case
def average_pools():
    g = Graph()
    y = g.op("AveragePool", g.floats("x", 2, 6), kernel_shape=[3], strides=[3])
    g.score(g.op("Concat", g.op("Flatten", y), g.op("Flatten", g.op("GlobalAveragePool", "x")), axis=1), 6)
    return g.model()


@case
def top_k():
    g = Graph()
    y, _ = g.op("TopK", g.floats("x", 5, 3), g.integers(3), outputs=2, axis=1)
    g.score(g.op("Flatten", y), 9)
    return g.model()


# -------------------------------------------------------------- norms


@case
def batch_norm_of_rows():
    g = Graph()
    x = g.op("MatMul", g.floats("x", 4), g.normal(4, 5))
    y = g.op("BatchNormalization", x, g.normal(5), g.normal(5), g.normal(5), g.weight(g.draws.uniform(0.5, 2, 5)))
    g.score(g.op("Relu", y), 5)
    return g.model()


@case
def batch_norm_of_fields():
    g = Graph()
    y = g.op("BatchNormalization", g.floats("x", 3, 4), g.normal(3), g.normal(3), g.normal(3),
             g.weight(g.draws.uniform(0.5, 2, 3)), epsilon=1e-3)
    g.score(g.op("Flatten", y), 12)
    return g.model()


@case
def layer_norm():
    g = Graph()
    y = g.op("LayerNormalization", g.floats("x", 3, 4), g.normal(4), g.normal(4), epsilon=1e-4)
    g.score(g.op("Flatten", y), 12)
    return g.model()


@case
def layer_norm_of_all():
    g = Graph()
    y = g.op("LayerNormalization", g.floats("x", 3, 4), g.normal(3, 4), axis=1)
    g.score(g.op("Flatten", y), 12)
    return g.model()


@case
def flattened_from_the_end():
    """A negative axis counts from the last: [b, 4] by -1, [b, 3, 4] by -2."""
    g = Graph()
    y = g.op("Flatten", g.floats("x", 3, 4), axis=-2)
    g.score(g.op("Flatten", g.op("MatMul", y, g.normal(12, 4)), axis=-1), 4)
    return g.model()


@case
def large_powers():
    """Of negative numbers too, which have no logarithm."""
    g = Graph()
    x = g.op("Tanh", g.floats("x", 4))
    g.score(g.op("Concat", g.op("Pow", x, g.weight(np.float32(17))), g.op("Pow", x, g.weight(np.float32(20))), axis=1), 8)
    return g.model()
