"""What an operator's function sees of its node: inputs, attributes, and how columns are computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .tensor import CannotTake, Tensor


@dataclass
class Call:
    op: str
    attrs: dict
    inputs: list
    opset: int
    maths: Any  # a Maths
    outputs: int = 1

    def attr(self, name: str, default=None):
        return self.attrs.get(name, default)

    def has(self, i: int) -> bool:
        return len(self.inputs) > i and self.inputs[i] is not None

    def number(self, i: int, what: str) -> np.ndarray:
        """Input i, which must be known."""
        if not self.has(i):
            raise CannotTake(f"{what} is missing")
        if isinstance(self.inputs[i], Tensor):
            known = self.maths.space.values(self.inputs[i].columns)
            if known is None:
                raise CannotTake(f"{what} depends on the row; only constants are taken")
            return known
        return self.inputs[i]

    def tensor(self, i: int) -> Tensor:
        """Input i, which must be of a row."""
        if not isinstance(self.inputs[i], Tensor):
            raise CannotTake(f"input {i} is a constant, where a value of the row is wanted")
        return self.inputs[i]

    def listed(self, i: int, name: str):
        """Integers that older opsets have as an attribute, newer ones as input i."""
        if self.has(i):
            return [int(v) for v in np.ravel(self.number(i, name))]
        given = self.attr(name)
        return None if given is None else [int(v) for v in given]


OPERATORS: dict = {}


def operator(*names: str):
    """Registers what makes the outputs of these ONNX operators: a Tensor, or a list of them."""
    def register(function):
        for name in names:
            OPERATORS[name] = function
        return function
    return register
