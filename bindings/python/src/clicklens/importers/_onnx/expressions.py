"""What is a function of one id alone: it is worked out for every id, and becomes a table that the id looks up.

An expression is a tuple (operator, operands..): ("id",), ("number", 3.0), ("row", table, index expression, column) or
an elementwise operator of expressions. Masks, comparisons and arithmetic on ids have no operator in the engine; as
tables they need none.
"""

from __future__ import annotations

import numpy as np

ID = ("id",)

FUNCTIONS = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "max": np.maximum, "min": np.minimum,
    "neg": np.negative, "abs": np.abs, "sign": np.sign, "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc,
    "sqrt": np.sqrt, "exp": np.exp, "log": np.log, "tanh": np.tanh, "square": np.square,
    "equal": np.equal, "greater": np.greater, "less": np.less, "greater_equal": np.greater_equal,
    "less_equal": np.less_equal, "not": lambda x: x == 0, "and": lambda a, b: (a != 0) & (b != 0),
    "or": lambda a, b: (a != 0) | (b != 0), "xor": lambda a, b: (a != 0) ^ (b != 0), "mod": np.mod, "fmod": np.fmod,
    "where": lambda c, a, b: np.where(c != 0, a, b), "is_nan": np.isnan, "bool": lambda x: x != 0,
    "div": lambda a, b: np.divide(a, b), "int_div": lambda a, b: np.trunc(np.divide(a, b)),
    "affine": lambda x, scale, shift: x * scale + shift, "relu": lambda x: np.maximum(x, 0),
    "sum": lambda *terms: np.sum(terms, 0), "power": np.power,
}


class Tables:
    """The source's tables: two-dimensional arrays, by number."""

    def __init__(self):
        self.arrays: list[np.ndarray] = []
        self._numbers: dict[tuple, int] = {}

    def number(self, array: np.ndarray) -> int:
        """The same memory has the same number."""
        key = (array.__array_interface__["data"][0], array.shape, array.strides, array.dtype.str)
        if key not in self._numbers:
            self._numbers[key] = len(self.arrays)
            self.arrays.append(array)
        return self._numbers[key]

    def evaluate(self, expression, ids: np.ndarray, memo: dict | None = None) -> np.ndarray:
        """An expression of every id: whole numbers exactly, others in single precision, as sources are."""
        memo = {} if memo is None else memo
        if expression not in memo:
            memo[expression] = self._evaluate(expression, ids, memo)
        return memo[expression]

    def _evaluate(self, expression, ids, memo):
        op, *operands = expression
        if op == "id":
            return ids.astype(np.float64)
        if op == "number":
            return np.full(ids.shape, operands[0])
        if op == "row":
            table, index, column = operands
            rows = self.evaluate(index, ids, memo).astype(np.int64)
            array = self.arrays[table]
            inside = (rows >= -len(array)) & (rows < len(array))
            return np.where(inside, array[np.where(inside, rows, 0), column].astype(np.float64), 0.0)
        with np.errstate(all="ignore"):
            found = FUNCTIONS[op](*(self.evaluate(o, ids, memo) for o in operands)).astype(np.float64)
            # 30 * 0.1f is 3.0f: tests and floors of such products differ in double precision.
            return np.where(found == np.trunc(found), found, found.astype(np.float32))

    def array(self, expressions, rows: int) -> np.ndarray:
        """[rows, len(expressions)]: a slice of the source's own memory where it is one."""
        table, shift = plain_rows(expressions[0])
        if table is not None and all(e == ("row", table, expressions[0][2], i) for i, e in enumerate(expressions)):
            array = self.arrays[table]
            if len(expressions) == array.shape[1] and 0 <= shift and shift + rows <= len(array):
                return array[shift : shift + rows]
        ids, memo = np.arange(rows), {}
        return np.stack([self.evaluate(e, ids, memo).astype(np.float32) for e in expressions], 1)


def plain_rows(expression):
    """(table, shift) of a row number id + shift; (None, 0) of anything else."""
    if expression[0] != "row":
        return None, 0
    shift = shift_of(expression[2])
    return (None, 0) if shift is None else (expression[1], shift)


def shift_of(index) -> int | None:
    """s of an index expression id + s."""
    if index == ID:
        return 0
    if index[0] in ("add", "sub") and index[1] == ID and index[2][0] == "number":
        return int(index[2][1]) * (1 if index[0] == "add" else -1)
    if index[0] == "add" and index[2] == ID and index[1][0] == "number":
        return int(index[1][1])
    return None


def reads_row(expression) -> bool:
    return expression[0] == "row" or any(isinstance(o, tuple) and reads_row(o) for o in expression[1:])


def indices_of(expression):
    """Every (table, index expression) that an expression reads."""
    if expression[0] == "row":
        yield expression[1], expression[2]
    for operand in expression[1:]:
        if isinstance(operand, tuple):
            yield from indices_of(operand)


def numbers_in(expression):
    if expression[0] == "number":
        yield expression[1]
    for operand in expression[1:]:
        if isinstance(operand, tuple):
            yield from numbers_in(operand)


def numbers_below(expression):
    """The numbers n of every test whether n < id, for whole ids."""
    if expression[0] in _BELOW:
        (first, less), (second, more) = _BELOW[expression[0]], expression[1:]
        if second[0] == "number" and more == ID:
            yield second[1] - first
        elif second == ID and more[0] == "number":
            yield more[1] - less
    for operand in expression[1:]:
        if isinstance(operand, tuple):
            yield from numbers_below(operand)


# What is taken from the number where it stands first, and where second: n <= id is n - 1 < id.
_BELOW = {"less": (0, 1), "greater_equal": (0, 1), "greater": (1, 0), "less_equal": (1, 0)}


_TESTS = ("equal", "greater", "less", "greater_equal", "less_equal", "min")


def settles(expression) -> bool:
    """Whether all ids past the largest number in it give the same: then a row for each of them is not needed."""
    return _end(expression) == "still"


def _end(expression) -> str | None:
    """Past the largest number in it, an expression is "still", the "id" itself or, as far as is known, anything."""
    op, *operands = expression
    if op in ("id", "number"):
        return "id" if op == "id" else "still"
    if op == "row":
        return None
    ends = [_end(operand) for operand in operands]
    if all(end == "still" for end in ends):
        return "still"
    if op in ("not", "bool", "sign", "and", "or") and None not in ends:
        return "still"
    beside_a_number = "id" in ends and any(operand[0] == "number" for operand in operands)
    if op in _TESTS and beside_a_number:
        return "still"
    return "id" if op in ("abs", "relu") and ends == ["id"] or op == "max" and beside_a_number else None
