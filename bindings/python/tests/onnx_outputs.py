"""Graphs that end in probabilities: more of onnx_patterns.PATTERNS."""

import numpy as np
from onnx_graphs import Graph
from onnx_patterns import pattern


@pattern()
def sigmoid_at_the_end():
    g = Graph()
    g.output(g.op("Sigmoid", g.op("MatMul", g.floats("x", 4), g.normal(4, 1))))
    return g.model()


@pattern()
def two_tasks_in_one_output():
    g = Graph()
    g.output(g.op("Sigmoid", g.op("MatMul", g.floats("x", 4), g.normal(4, 2))))
    return g.model()


@pattern("a product of two probabilities is a task of its own logit")
def product_of_two_probabilities():
    g = Graph()
    x = g.floats("x", 4)
    ctr, cvr = (g.op("Sigmoid", g.op("MatMul", x, g.normal(4, 1))) for _ in range(2))
    g.output(ctr)
    g.output(g.op("Mul", ctr, cvr))
    return g.model()


@pattern("a mean of probabilities is a task of its own logit")
def mean_of_probabilities():
    g = Graph(13)
    p = g.op("Sigmoid", g.op("MatMul", g.floats("x", 4), g.normal(4, 3)))
    g.output(g.op("ReduceMean", p, axes=[1]))
    return g.model()


@pattern("a mean of probabilities is a task of its own logit")
def probabilities_mixed_by_a_softmax():
    g = Graph(13)
    x = g.floats("x", 4)
    p, share = g.op("Sigmoid", g.op("MatMul", x, g.normal(4, 3))), g.op("Softmax", g.op("MatMul", x, g.normal(4, 3)))
    g.output(g.op("ReduceSum", g.op("Mul", p, share), g.integers(1)))
    return g.model()


@pattern()
def softmax_of_two_classes():
    g = Graph()
    y = g.op("Softmax", g.op("MatMul", g.floats("x", 4), g.normal(4, 2)), axis=1)
    g.output(g.op("Gather", y, g.integers(1), axis=1))
    return g.model()


@pattern()
def one_less_a_probability_clipped():
    g = Graph()
    p = g.op("Sigmoid", g.op("MatMul", g.floats("x", 4), g.normal(4, 1)))
    g.output(g.op("Clip", g.op("Sub", g.weight(np.float32(1)), p), g.weight(np.float32(0.1)), g.weight(np.float32(0.7))))
    return g.model()


@pattern("a product of two probabilities is a task of its own logit")
def square_of_a_probability():
    """Both factors are one value."""
    g = Graph()
    p = g.op("Sigmoid", g.op("MatMul", g.floats("x", 4), g.normal(4, 1)))
    g.output(g.op("Mul", p, p))
    return g.model()
