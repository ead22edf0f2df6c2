"""All ways of computing columns, in one place."""

from __future__ import annotations

import numpy as np

from .lookups import Lookups
from .pairs import Pairs
from .pointwise import Pointwise
from .products import Products
from .reductions import Reductions
from .space import Space
from .tensor import Tensor


class Maths:
    def __init__(self, space: Space, inputs):
        self.space, self.inputs = space, inputs
        self.lookups = Lookups(space, inputs)
        self.pointwise = Pointwise(space)
        self.pairs = Pairs(space, self.pointwise)
        self.reductions = Reductions(space, self.lookups, self.pointwise, self.pairs)
        self.products = Products(space, self.pairs, self.reductions)
        self.logits: dict[int, int | None] = {}  # by column: of its probability
        self.probabilities: dict[int, bool] = {}

    def columns(self, operand, data: np.ndarray) -> np.ndarray:
        """Columns of an aligned operand: numbers become constant ones."""
        return data if isinstance(operand, Tensor) else self.space.constant(data)
