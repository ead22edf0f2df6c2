"""Random graphs: layouts, broadcasts, products and reductions, one upon another."""

import numpy as np
from onnx_graphs import Graph


class Random:
    """Values with their shapes, without the batch; every step makes another of some of them."""

    def __init__(self, seed, opset=13):
        self.draws = np.random.default_rng(seed)
        self.g = Graph(opset)
        self.g.draws = self.draws
        self.values = [(self.g.floats(f"x{i}", *shape), shape) for i, shape in
                       enumerate([(6,), (3, 4), (2, 3, 2)][: 1 + seed % 3])]
        if seed % 2:
            self.values.append((self.g.op("Gather", self.g.normal(9, 4), self.g.ids("ids", 3)), (3, 4)))

    def pick(self, rank=0):
        fitting = [v for v in self.values if len(v[1]) >= rank]
        if not fitting:
            return self.g.op("Unsqueeze", self.values[0][0], self.g.integers(1)), (1, *self.values[0][1])
        return fitting[self.draws.integers(max(0, len(fitting) - 6), len(fitting))]

    def step(self):
        made = getattr(self, self.draws.choice(STEPS))()
        if made is not None and 0 < np.prod(made[1]) <= 64 and len(made[1]) <= 4:
            self.values.append((made[0], tuple(int(n) for n in made[1])))

    def model(self, steps=14):
        while len(self.values) < steps:
            self.step()
        parts = [self.g.op("Reshape", name, self.g.integers(0, -1)) for name, _ in self.values[-4:]]
        width = sum(int(np.prod(shape)) for _, shape in self.values[-4:])
        self.g.output(self.g.op("MatMul", self.g.op("Concat", *parts, axis=1), self.g.weight(
            self.draws.normal(size=(width, 1)) / width)))
        return self.g.model()

    # -------------------------------------------------------------- steps

    def transpose(self):
        x, shape = self.pick(2)
        order = self.draws.permutation(len(shape))
        return self.g.op("Transpose", x, perm=[0, *(int(i) + 1 for i in order)]), [shape[i] for i in order]

    def reshape(self):
        x, shape = self.pick()
        size = int(np.prod(shape))
        first = int(self.draws.choice([n for n in range(1, size + 1) if size % n == 0]))
        wanted = [first, size // first] if self.draws.random() < 0.7 else [size]
        return self.g.op("Reshape", x, self.g.integers(0, *wanted)), wanted

    def slice(self):
        x, shape = self.pick()
        axis = int(self.draws.integers(len(shape)))
        begin = int(self.draws.integers(shape[axis]))
        step = int(self.draws.integers(1, 3))
        made = list(shape)
        made[axis] = len(range(begin, shape[axis], step))
        return self.g.op("Slice", x, self.g.integers(begin), self.g.integers(2**31 - 1), self.g.integers(axis + 1),
                         self.g.integers(step)), made

    def gather(self):
        x, shape = self.pick()
        axis = int(self.draws.integers(len(shape)))
        index = self.draws.integers(0, shape[axis], self.draws.integers(1, 5))
        return self.g.op("Gather", x, self.g.integers(*index), axis=axis + 1), [
            len(index) if i == axis else n for i, n in enumerate(shape)]

    def concat(self):
        x, shape = self.pick()
        axis = int(self.draws.integers(len(shape)))
        fitting = [v for v in self.values if len(v[1]) == len(shape) and
                   all(i == axis or a == b for i, (a, b) in enumerate(zip(v[1], shape)))]
        other, wide = fitting[self.draws.integers(len(fitting))]
        made = list(shape)
        made[axis] += wide[axis]
        return self.g.op("Concat", other, x, axis=axis + 1), made

    def unary(self):
        x, shape = self.pick()
        return self.g.op(str(self.draws.choice(["Relu", "Sigmoid", "Tanh", "Neg", "Identity"])), x), shape

    def affine(self):
        x, shape = self.pick()
        own = [n if self.draws.random() < 0.6 else 1 for n in shape]
        return self.g.op(str(self.draws.choice(["Mul", "Add", "Sub"])), x, self.g.normal(*own)), shape

    def pair(self):
        x, shape = self.pick()
        y, other = self.pick()
        try:
            made = np.broadcast_shapes(shape, other)
        except ValueError:
            return None
        if len(shape) != len(other):  # the batch must meet the batch
            return None
        return self.g.op(str(self.draws.choice(["Add", "Mul", "Sub"])), x, y), made

    def spread(self):
        """Sums along an axis, kept, so that broadcasts have something to do."""
        x, shape = self.pick(2)
        axis = int(self.draws.integers(len(shape)))
        kind = str(self.draws.choice(["ReduceSum", "ReduceMean", "ReduceMax"]))
        y = self.g.op(kind, x, self.g.integers(axis + 1)) if kind == "ReduceSum" else self.g.op(kind, x, axes=[axis + 1])
        return y, [1 if i == axis else n for i, n in enumerate(shape)]

    def weights(self):
        x, shape = self.pick()
        out = int(self.draws.integers(1, 5))
        if len(shape) > 1 and self.draws.random() < 0.4:
            return self.g.op("MatMul", self.g.weight(self.draws.normal(size=(out, shape[-2])) / shape[-2]), x), [
                *shape[:-2], out, shape[-1]]
        return self.g.op("MatMul", x, self.g.weight(self.draws.normal(size=(shape[-1], out)) / shape[-1])), [
            *shape[:-1], out]

    def product(self):
        x, shape = self.pick(2)
        turned = self.g.op("Transpose", x, perm=[0, *range(1, len(shape) - 1), len(shape), len(shape) - 1])
        return self.g.op("MatMul", x, turned), [*shape[:-1], shape[-2]]

    def softmax(self):
        x, shape = self.pick()
        return self.g.op("Softmax", x, axis=int(self.draws.integers(len(shape))) + 1), shape


STEPS = ["transpose", "reshape", "slice", "gather", "concat", "unary", "affine", "pair", "spread", "weights", "product",
         "softmax"]
