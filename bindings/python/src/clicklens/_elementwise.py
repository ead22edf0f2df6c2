"""What a Builder makes element by element: activations, functions of one value, and arithmetic of two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._arguments import bad, number, numbers
from ._describe import enum

if TYPE_CHECKING:
    from ._builder import Handle

_INFINITY = float("inf")


class Elementwise:
    """What Builder inherits; it makes the nodes. Functions of one value that stand behind a linear run within it."""

    _node: Any
    _constant: Any

    # ---- of one value

    def relu(self, x: Handle, name: str = "") -> Handle:
        """max(x, 0)."""
        return self._activation(x, "relu", name)

    def leaky_relu(self, x: Handle, slope: float = 0.01, name: str = "") -> Handle:
        """x where positive, else slope * x."""
        return self._activation(x, "leaky_relu", name, slope=number(slope, "slope"))

    def prelu(self, x: Handle, slopes: Any, name: str = "") -> Handle:
        """leaky_relu with one slope, or one per column."""
        slopes = np.atleast_1d(numbers(slopes, "slopes"))
        return self._activation(x, "prelu", name, slopes=self._constant(slopes, slopes.shape))

    def sigmoid(self, x: Handle, name: str = "") -> Handle:
        """1 / (1 + exp(-x))."""
        return self._activation(x, "sigmoid", name)

    def tanh(self, x: Handle, name: str = "") -> Handle:
        """Hyperbolic tangent."""
        return self._activation(x, "tanh", name)

    def gelu(self, x: Handle, approximate: str = "none", name: str = "") -> Handle:
        """x times the normal distribution below x; approximate="tanh": the usual formula with tanh for it."""
        if approximate not in ("none", "tanh"):
            raise bad(f"approximate must be 'none' or 'tanh', not {approximate!r}")
        return self._activation(x, "gelu" if approximate == "none" else "gelu_tanh", name)

    def silu(self, x: Handle, name: str = "") -> Handle:
        """x * sigmoid(x), also named swish."""
        return self._activation(x, "silu", name)

    def softplus(self, x: Handle, name: str = "") -> Handle:
        """log(1 + exp(x)), without overflow."""
        return self._activation(x, "softplus", name)

    def elu(self, x: Handle, alpha: float = 1.0, name: str = "") -> Handle:
        """x where positive, else alpha * (exp(x) - 1)."""
        return self._activation(x, "elu", name, slope=number(alpha, "alpha"))

    def clip(self, x: Handle, low: float | None = None, high: float | None = None, name: str = "") -> Handle:
        """No lower than low, no higher than high; None: no bound."""
        low = -_INFINITY if low is None else number(low, "low")
        high = _INFINITY if high is None else number(high, "high")
        if not low <= high:
            raise bad(f"low must be at most high, not {low!r} and {high!r}")
        return self._node("Clip", [x], name, low=low, high=high)

    def exp(self, x: Handle, name: str = "") -> Handle:
        """e to the power of x."""
        return self._activation(x, "exp", name)

    def log(self, x: Handle, name: str = "") -> Handle:
        """Natural logarithm; NaN below 0, and a NaN logit is a NaN score."""
        return self._activation(x, "log", name)

    def sqrt(self, x: Handle, name: str = "") -> Handle:
        """Square root; NaN below 0."""
        return self._activation(x, "sqrt", name)

    def abs(self, x: Handle, name: str = "") -> Handle:
        """|x|; its gradient at 0 is 0."""
        return self._activation(x, "abs", name)

    def erf(self, x: Handle, name: str = "") -> Handle:
        """The error function."""
        return self._activation(x, "erf", name)

    def reciprocal(self, x: Handle, name: str = "") -> Handle:
        """1 / x."""
        return self._activation(x, "reciprocal", name)

    def affine(self, x: Handle, scale: Any = 1.0, shift: Any = 0.0, name: str = "") -> Handle:
        """x * scale + shift, rounded once; each a number, or one per column of x (fields one behind the other)."""
        try:
            scale, shift = np.broadcast_arrays(numbers(scale, "scale"), numbers(shift, "shift"))
        except ValueError:
            raise bad("scale and shift must have one shape, or be numbers") from None
        if scale.ndim > 1:
            raise bad(f"scale and shift have one dimension, not {scale.ndim}")
        shape = np.atleast_1d(scale).shape
        return self._node("BatchNorm", [x], name, base="affine",
                          scale=self._constant(scale.reshape(shape), shape),
                          shift=self._constant(shift.reshape(shape), shape))

    # ---- of two values

    def add(self, a: Handle, b: Handle, name: str = "") -> Handle:
        """a + b, column by column. One field, or a width of 1, is repeated where the other has more."""
        return self._node("Add", [a, b], name)

    def subtract(self, a: Handle, b: Handle, name: str = "") -> Handle:
        """a - b, repeated as in `add`."""
        return self._node("Subtract", [a, b], name)

    def multiply(self, a: Handle, b: Handle, name: str = "") -> Handle:
        """a * b, column by column. One field, or a width of 1, is repeated where the other has more."""
        return self._node("Multiply", [a, b], name)

    def divide(self, a: Handle, b: Handle, name: str = "") -> Handle:
        """a / b, repeated as in `add`; infinite or NaN where b is 0."""
        return self._node("Divide", [a, b], name)

    def maximum(self, a: Handle, b: Handle, name: str = "") -> Handle:
        """The larger of both, repeated as in `add`. Where they are equal, half of the gradient goes to each."""
        return self._node("Maximum", [a, b], name)

    def minimum(self, a: Handle, b: Handle, name: str = "") -> Handle:
        """The smaller of both, repeated as in `add`. Where they are equal, half of the gradient goes to each."""
        return self._node("Minimum", [a, b], name)

    def _activation(self, x: Handle, kind: str, name: str, **fields: Any) -> Handle:
        return self._node("Activation", [x], name, base=kind, kind=enum("ActivationKind", kind, "kind"), **fields)
