"""The words of the op table's rules: for floats, by Python's `math`, and for arrays of them, by NumPy.

Other kinds of number bring tables of their own: SymPy's words stand in `graphgen.algebra`. Where Python,
NumPy and SymPy have a function by one name, that name is a word; what stands here is what they lack, or
do with less care.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

_FAR = 1e100
"""From here on 1 + x² is x², which overflows before its quotients do."""
_LOWEST, _HIGHEST = 0.5, 2.0**53
"""Between them a float less 1 is a float too; beyond, it is rounded, and may lose its parity."""


def _sigmoid(x: float) -> float:
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


def _sech(x: float) -> float:
    # cosh overflows.
    e = math.exp(-abs(x))
    return 2.0 * e / (1.0 + e * e)


def _over_one_plus_square(g: float, x: float) -> float:
    return g / (1.0 + x * x) if abs(x) < _FAR else g / x / x


def _lower_power(v: float, x: float, n: float) -> float:
    """x ** (n - 1), by v = x ** n where n - 1 is no float; 0 at n = 0, where a power is flat."""
    if n == 0.0:
        return 0.0
    if x != 0.0 and not _LOWEST <= n <= _HIGHEST:
        return v / x
    try:
        return math.pow(x, n - 1.0)
    except (OverflowError, ValueError):
        # The base may be a constant, of which nobody asks: 0 ** n at n = 0.5.
        return math.nan


def _log_of_base(x: float) -> float:
    return math.log(x) if x > 0 else 0.0 if x == 0 else math.nan


def _above(first: float, second: float) -> float:
    """1 where the first is larger, 1/2 at a tie, else 0."""
    return 0.5 if first == second else 1.0 if first > second else 0.0


ELEMENTARY = (
    *("exp", "expm1", "log", "log1p", "sqrt", "pow"),
    *("sin", "cos", "tan", "asin", "acos", "atan"),
    *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
)
"""The functions that Python, NumPy and SymPy call by one name."""

SCALAR_WORDS: Mapping[str, Callable[..., float]] = {
    **{name: getattr(math, name) for name in ELEMENTARY},
    "abs": abs,
    "max": max,
    "min": min,
    "sign": lambda x: (x > 0) - (x < 0),
    "sigmoid": _sigmoid,
    "sech": _sech,
    "over_one_plus_square": _over_one_plus_square,
    "lower_power": _lower_power,
    "log_of_base": _log_of_base,
    "above": _above,
}


@cache
def array_words() -> Mapping[str, Any]:
    """The same words for arrays, by NumPy, which is loaded only for a graph that has one; and those
    that only arrays have.

    Every function takes floats as arrays of shape (). What is not a number comes out as NaN or ∞, for
    the engine to find.
    """
    import numpy as np

    # What np.sum and np.max call, without the checks that cost as much as a small array.
    add, largest = np.add.reduce, np.maximum.reduce

    def spread(g: Any, x: Any, axis: int | None) -> Any:
        """The gradient of a sum, for each of the entries that it summed."""
        shape = np.shape(x)
        summed = (1 if axis is None or i == axis % len(shape) else n for i, n in enumerate(shape))
        return np.broadcast_to(np.reshape(g, tuple(summed)), shape)

    def sum_to(sent: Any, shape: tuple[int, ...]) -> Any:
        """What goes back to an operand that was broadcast: the sum over all that it was repeated for."""
        lead = np.ndim(sent) - len(shape)
        total = add(sent, axis=tuple(range(lead))) if lead else sent
        for i, length in enumerate(shape):
            if length == 1 != total.shape[i]:
                total = add(total, axis=i, keepdims=True)
        return total if shape else float(total)

    def to_left(g: Any, x: Any, y: Any) -> Any:
        return (g * y if np.ndim(x) == 1 else np.multiply.outer(g, y)) if np.ndim(y) == 1 else g @ y.T

    def to_right(g: Any, x: Any, y: Any) -> Any:
        return (g * x if np.ndim(y) == 1 else np.multiply.outer(x, g)) if np.ndim(x) == 1 else x.T @ g

    def log_softmax(x: Any) -> Any:
        shifted = x - largest(x, axis=-1, keepdims=True)
        return shifted - np.log(add(np.exp(shifted), axis=-1, keepdims=True))

    def softmax(x: Any) -> Any:
        e = np.exp(x - largest(x, axis=-1, keepdims=True))
        return e / add(e, axis=-1, keepdims=True)

    def targets(t: Any, x: Any) -> Any:
        """Targets as a share for each class: as they are, or a 1 in the place of each label.

        A label that is none, such as 1.5, makes all NaN.
        """
        if np.ndim(t) == np.ndim(x):
            return t
        labels = np.asarray(t, dtype=np.intp)
        classes = np.shape(x)[-1]
        if (labels != t).any() or labels.min() < 0 or labels.max() >= classes:
            return np.full(np.shape(x), np.nan)
        shares = np.zeros((labels.size, classes))
        shares[np.arange(labels.size), labels.ravel()] = 1.0
        return shares.reshape(np.shape(x))

    def rows(x: Any) -> int:
        """The size of the batch."""
        return int(np.size(x) // np.shape(x)[-1])

    def to_targets(sent: Any, t: Any) -> Any:
        """Labels are names, not numbers: they have the gradient 0."""
        return sent if np.ndim(t) == np.ndim(sent) else np.zeros(np.shape(t))

    def lower_power(v: Any, x: Any, n: Any) -> Any:
        is_exact = (x == 0.0) | (n >= _LOWEST) & (n <= _HIGHEST)
        by_value = v / np.where(x == 0.0, 1.0, x)
        return np.where(n == 0.0, 0.0, np.where(is_exact, np.power(x, n - 1.0), by_value))

    def log_of_base(x: Any) -> Any:
        return np.where(x == 0, 0.0, np.log(x))

    def sigmoid(x: Any) -> Any:
        e = np.exp(-np.abs(x))
        return np.where(x >= 0, 1.0, e) / (1.0 + e)

    def sech(x: Any) -> Any:
        e = np.exp(-np.abs(x))
        return 2.0 * e / (1.0 + e * e)

    def over_one_plus_square(g: Any, x: Any) -> Any:
        is_far = np.abs(x) >= _FAR
        near, far = np.where(is_far, 0.0, x), np.where(is_far, x, 1.0)
        return np.where(is_far, g / far / far, g / (1.0 + near * near))

    return {
        **{name: getattr(np, name) for name in ELEMENTARY},
        **{name: getattr(np, name) for name in ("abs", "sign", "transpose", "reshape")},
        "shape_of": np.shape,
        "max": np.maximum,
        "min": np.minimum,
        "pow": np.power,
        "sigmoid": sigmoid,
        "sech": sech,
        "over_one_plus_square": over_one_plus_square,
        "lower_power": lower_power,
        "log_of_base": log_of_base,
        "above": lambda first, second: np.where(first == second, 0.5, (first > second) * 1.0),
        "sum": lambda x, axis, keepdims: np.sum(x, axis=axis, keepdims=keepdims),
        "mean": lambda x, axis, keepdims: np.mean(x, axis=axis, keepdims=keepdims),
        "total": lambda x: add(x, axis=None),
        "count": lambda x, v: np.size(x) // np.size(v),
        "spread": spread,
        "sum_to": sum_to,
        "zeros": np.zeros,
        "to_left": to_left,
        "to_right": to_right,
        "row_sum": lambda x: add(x, axis=-1, keepdims=True),
        "softmax": softmax,
        "log_softmax": log_softmax,
        "targets": targets,
        "rows": rows,
        "to_targets": to_targets,
    }
