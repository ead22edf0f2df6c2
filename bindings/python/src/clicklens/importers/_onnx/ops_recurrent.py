"""GRU: a value's fields are its steps."""

from __future__ import annotations

import numpy as np

from .call import Call, operator
from .tensor import Batch, CannotTake, Tensor


@operator("GRU")
def gru(c: Call):
    x = c.tensor(0)
    if c.attr("layout", 0):
        raise CannotTake("layout 1 is not taken")
    hidden, linear_before_reset = c.attr("hidden_size"), c.attr("linear_before_reset", 0)
    kinds = [k.lower() for k in c.attr("activations", ["Sigmoid", "Tanh"])]
    if not linear_before_reset:
        raise CannotTake("linear_before_reset = 0: export a GRU that resets after the product (PyTorch's, or Keras's "
                         "reset_after=True)")
    if kinds != ["sigmoid", "tanh"] * (len(kinds) // 2) or c.attr("clip") is not None:
        raise CannotTake("other activations than sigmoid and tanh, or a clip")
    if c.has(4):
        raise CannotTake("sequence_lens is not taken; mask the sequence")
    if c.has(5) and (isinstance(c.inputs[5], Tensor) and c.maths.space.values(c.inputs[5].columns) is None
                     or np.any(c.number(5, "initial_h"))):
        raise CannotTake("an initial state other than zero")
    if x.batch != 1 or x.dims[1] != Batch():
        raise CannotTake(f"its input is {x}, [steps, batch, width] is wanted")
    steps = np.ascontiguousarray(x.columns.reshape(x.dims[0], -1))
    kind = c.attr("direction", "forward")
    outs = [_direction(c, steps, d, back, hidden)
            for d, back in enumerate({"forward": [0], "reverse": [1], "bidirectional": [0, 1]}[kind])]
    y = np.stack([o for o, _ in outs], 1)  # [steps, directions, hidden]
    last = np.stack([h for _, h in outs])
    n, d = y.shape[:2]
    return [Tensor((n, d, Batch(), hidden), y.reshape(n, d, 1, 1, hidden)),
            Tensor((d, Batch(), hidden), last.reshape(d, 1, 1, hidden))][: max(c.outputs, 1)]


def _direction(c: Call, steps, d: int, back: int, hidden: int):
    space, name = c.maths.space, c.maths.space.name

    def torch_order(w):  # ONNX keeps z, r, n; PyTorch r, z, n
        z, r, n = np.split(w, 3)
        return np.ascontiguousarray(np.concatenate([r, z, n]))

    w, r = (torch_order(np.asarray(c.number(i, "a weight"))[d]) for i in (1, 2))
    b = np.asarray(c.number(3, "the bias"))[d] if c.has(3) else np.zeros(6 * hidden, np.float32)
    b_ih, b_hh = torch_order(b[: 3 * hidden]), torch_order(b[3 * hidden :])
    rows = np.ascontiguousarray(steps[::-1]) if back else steps
    real = space.add("gru", len(rows) * hidden,
                     lambda: space.builder.gru(space.value(rows), w, r, b_ih, b_hh, name=name), fields=len(rows),
                     inputs=(rows,))
    made = real.columns.reshape(len(rows), hidden)
    return (made[::-1] if back else made), made[-1]
