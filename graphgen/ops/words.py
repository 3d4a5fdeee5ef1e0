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


def _normal_share(x: float) -> float:
    # 1 + erf would cancel on the left.
    return math.erfc(-x / math.sqrt(2.0)) / 2.0


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
    "chosen": lambda condition, one, other: one if condition != 0 else other,
    "erf": math.erf,
    "normal_share": _normal_share,
}


def array_key(at: tuple[Any, ...]) -> tuple[Any, ...]:
    """The place of some entries as NumPy takes it.

    >>> array_key((1, (2, -1, -1)))
    (1, slice(2, None, -1))
    """

    def selected(key: Any) -> Any:
        if isinstance(key, int):
            return key
        start, stop, step = key
        return slice(start, None if stop < 0 else stop, step)

    return tuple(map(selected, at))


def last_axes(y: Any) -> tuple[int, ...]:
    """The axes over which a layer normalizes whose factors are y: as many of the last."""
    return tuple(range(-y.ndim, 0))


def batch_axes(x: Any) -> tuple[int, ...]:
    """All axes but that of the channels, the second."""
    return (0, *range(2, x.ndim))


def layout_words() -> Mapping[str, Callable[..., Any]]:
    """The words that only move, repeat or gather the entries of arrays, by NumPy."""
    from graphgen.ops.layouts import LAYOUTS

    return LAYOUTS


@cache
def array_words() -> Mapping[str, Any]:
    """The same words for arrays, by NumPy, which is loaded only for a graph that has one; and those
    that only arrays have.

    Every function takes floats as arrays of shape (). What is not a number comes out as NaN or ∞, for
    the engine to find.
    """
    import numpy as np

    import graphgen.ops.layouts as by_layout

    # What np.sum and np.max call, without the checks that cost as much as a small array.
    add, largest = np.add.reduce, np.maximum.reduce

    def spread(g: Any, x: Any, axis: int | None) -> Any:
        """The gradient of a sum, for each of the entries that it summed."""
        shape = np.shape(x)
        summed = (1 if axis is None or i == axis % len(shape) else n for i, n in enumerate(shape))
        return np.broadcast_to(np.reshape(g, tuple(summed)), shape)

    def sum_to(sent: Any, shape: tuple[int, ...]) -> Any:
        """What goes back to an operand that was broadcast: the sum over all that it was repeated for."""
        total = by_layout.sum_over(sent, shape)
        return total if shape else float(total)

    def first_largest(x: Any, axis: int | None) -> Any:
        """1 at the first of the largest entries along an axis, else 0."""
        places = np.expand_dims(np.argmax(x, axis=axis), 0 if axis is None else axis)
        mask = np.zeros(np.shape(x))
        if axis is None:
            mask.flat[places] = 1.0
        else:
            np.put_along_axis(mask, places, 1.0, axis)
        return mask

    def product_of_others(x: Any, axis: int | None) -> Any:
        """For each entry the product of the others along an axis, which may be 0."""
        entries = np.reshape(x, -1) if axis is None else np.moveaxis(x, axis, 0)
        others = np.ones(entries.shape)
        others[1:] = np.cumprod(entries[:-1], axis=0)
        others[:-1] *= np.cumprod(entries[:0:-1], axis=0)[::-1]
        return np.reshape(others, np.shape(x)) if axis is None else np.moveaxis(others, 0, axis)

    def scatter(g: Any, shape: tuple[int, ...], at: tuple[Any, ...]) -> Any:
        """The gradient of some entries, in the place of each; 0 elsewhere."""
        whole = np.zeros(shape)
        whole[array_key(at)] = g
        return whole

    def to_left(g: Any, x: Any, y: Any) -> Any:
        if np.ndim(x) > 2 or np.ndim(y) > 2:
            return by_layout.to_left_of_batches(g, x, y)
        return (g * y if np.ndim(x) == 1 else np.multiply.outer(g, y)) if np.ndim(y) == 1 else g @ y.T

    def to_right(g: Any, x: Any, y: Any) -> Any:
        if np.ndim(x) > 2 or np.ndim(y) > 2:
            return by_layout.to_right_of_batches(g, x, y)
        return (g * x if np.ndim(y) == 1 else np.multiply.outer(x, g)) if np.ndim(x) == 1 else x.T @ g

    def log_softmax(x: Any) -> Any:
        shifted = x - largest(x, axis=-1, keepdims=True)
        return shifted - np.log(add(np.exp(shifted), axis=-1, keepdims=True))

    def softmax(x: Any) -> Any:
        e = np.exp(x - largest(x, axis=-1, keepdims=True))
        return e / add(e, axis=-1, keepdims=True)

    def logsumexp(x: Any, axis: int | None, keepdims: bool) -> Any:
        highest = largest(x, axis=axis, keepdims=True)
        found = highest + np.log(add(np.exp(x - highest), axis=axis, keepdims=True))
        return found if keepdims else np.reshape(found, add(x, axis=axis).shape)

    def mean_over(x: Any, axes: Any) -> Any:
        """The mean over some axes, which stay."""
        return np.mean(x, axis=axes, keepdims=True)

    def peaks(x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
        """The largest entry of each window."""
        return largest(by_layout.flat_windows(x, kernel, stride, padding, -np.inf), axis=-1)

    def at_peaks(x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
        """1 at the first of the largest entries of each window, else 0."""
        return first_largest(by_layout.flat_windows(x, kernel, stride, padding, -np.inf), -1)

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
        **layout_words(),
        "logsumexp": logsumexp,
        "mean_over": mean_over,
        "peaks": peaks,
        "at_peaks": at_peaks,
        "centered": lambda x, axes: x - mean_over(x, axes),
        "square": np.square,
        "softplus": lambda x: np.logaddexp(x, 0.0),
        "number": float,
        "area": math.prod,
        "last": last_axes,
        "batch": batch_axes,
        "amax": lambda x, axis, keepdims: largest(x, axis=axis, keepdims=keepdims),
        "first_largest": first_largest,
        "prod": lambda x, axis, keepdims: np.prod(x, axis=axis, keepdims=keepdims),
        "product_of_others": product_of_others,
        "index": lambda x, at: x[array_key(at)],
        "scatter": scatter,
        "concatenate": lambda x, y, axis: np.concatenate((x, y), axis),
        "first_part": lambda g, x, axis: np.take(g, range(np.shape(x)[axis]), axis),
        "last_part": lambda g, y, axis: np.take(g, range(-np.shape(y)[axis], 0), axis),
        "shape_of": np.shape,
        "max": np.maximum,
        "min": np.minimum,
        "pow": np.power,
        "sigmoid": sigmoid,
        "sech": sech,
        "over_one_plus_square": over_one_plus_square,
        "lower_power": lower_power,
        "log_of_base": log_of_base,
        # NumPy has none.
        "erf": lambda x: np.vectorize(math.erf, otypes=[float])(x),
        "normal_share": lambda x: np.vectorize(_normal_share, otypes=[float])(x),
        "chosen": lambda condition, one, other: np.where(condition != 0, one, other),
        "above": lambda first, second: np.where(first == second, 0.5, (first > second) * 1.0),
        "sum": lambda x, axis, keepdims: np.sum(x, axis=axis, keepdims=keepdims),
        "mean": lambda x, axis, keepdims: np.mean(x, axis=axis, keepdims=keepdims),
        "average": lambda x: np.mean(x, axis=None),
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
