"""The words of the op table's rules for arrays of floats, by NumPy; and those that only arrays have.

Every function takes floats as arrays of shape (). What is not a number comes out as NaN or ∞, for the engine
to find.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from graphgen.ops import layouts
from graphgen.ops.windows import flat_windows
from graphgen.ops.words import (
    ELEMENTARY,
    FAR,
    HIGHEST,
    LOWEST,
    array_key,
    batch_axes,
    last_axes,
    normal_share,
)

# What np.sum, np.max and np.any call, without the checks that cost as much as a small array.
_add, _largest, _any = np.add.reduce, np.maximum.reduce, np.logical_or.reduce


def _sum_to(sent: Any, shape: tuple[int, ...]) -> Any:
    """The gradient of an operand that was broadcast: the sum over all that it was repeated for."""
    total = layouts.sum_over(sent, shape)
    return total if shape else float(total)


def _first_largest(x: Any, axis: int | None) -> Any:
    """1 at the first of the largest entries along an axis, else 0."""
    places = np.expand_dims(np.argmax(x, axis=axis), 0 if axis is None else axis)
    mask = np.zeros(np.shape(x))
    if axis is None:
        mask.flat[places] = 1.0
    else:
        np.put_along_axis(mask, places, 1.0, axis)
    return mask


def _order_of(x: Any, axis: int, descending: bool) -> Any:
    """The indices of entries from the smallest, or the largest; equal ones keep their order."""
    return np.argsort(-x if descending else x, axis=axis, kind="stable")


def _product_of_others(x: Any, axis: int | None) -> Any:
    """For each entry the product of the others along an axis, which may be 0."""
    entries = np.reshape(x, -1) if axis is None else np.moveaxis(x, axis, 0)
    others = np.ones(entries.shape)
    others[1:] = np.cumprod(entries[:-1], axis=0)
    others[:-1] *= np.cumprod(entries[:0:-1], axis=0)[::-1]
    return np.reshape(others, np.shape(x)) if axis is None else np.moveaxis(others, 0, axis)


def _scatter(g: Any, shape: tuple[int, ...], at: tuple[Any, ...]) -> Any:
    """The gradient of some entries, in the place of each; 0 elsewhere."""
    whole = np.zeros(shape)
    whole[array_key(at)] = g
    return whole


def _to_left(g: Any, x: Any, y: Any) -> Any:
    if x.ndim > 2 or y.ndim > 2:
        return layouts.to_left_of_batches(g, x, y)
    return (g * y if x.ndim == 1 else np.multiply.outer(g, y)) if y.ndim == 1 else g @ y.T


def _to_right(g: Any, x: Any, y: Any) -> Any:
    if x.ndim > 2 or y.ndim > 2:
        return layouts.to_right_of_batches(g, x, y)
    return (g * x if y.ndim == 1 else np.multiply.outer(x, g)) if x.ndim == 1 else x.T @ g


def _log_softmax(x: Any) -> Any:
    shifted = x - _largest(x, axis=-1, keepdims=True)
    return shifted - np.log(_add(np.exp(shifted), axis=-1, keepdims=True))


def _softmax(x: Any) -> Any:
    e = np.exp(x - _largest(x, axis=-1, keepdims=True))
    return e / _add(e, axis=-1, keepdims=True)


def _unmasked_softmax(x: Any, y: Any) -> Any:
    """Exponentials over the weighted sum of those of their row."""
    seen = _largest(np.where(y != 0, x, -np.inf), axis=-1, keepdims=True)
    return np.exp(x - seen) / _add(y * np.exp(np.where(y != 0, x, seen) - seen), axis=-1, keepdims=True)


def _masked_softmax(x: Any, y: Any) -> Any:
    """The softmax of a row with a weight for each exponential; one of weight 0 is not looked at."""
    e = y * np.exp(np.where(y != 0, x - _largest(np.where(y != 0, x, -np.inf), axis=-1, keepdims=True), 0))
    return e / _add(e, axis=-1, keepdims=True)


def _logsumexp(x: Any, axis: int | None, keepdims: bool) -> Any:
    highest = _largest(x, axis=axis, keepdims=True)
    found = highest + np.log(_add(np.exp(x - highest), axis=axis, keepdims=True))
    return found if keepdims else np.reshape(found, _add(x, axis=axis).shape)


def _mean_over(x: Any, axes: Any) -> Any:
    """The mean over some axes, which stay."""
    return np.mean(x, axis=axes, keepdims=True)


def _peaks(x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    """The largest entry of each window."""
    return _largest(flat_windows(x, kernel, stride, padding, -np.inf), axis=-1)


def _at_peaks(x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    """1 at the first of the largest entries of each window, else 0."""
    return _first_largest(flat_windows(x, kernel, stride, padding, -np.inf), -1)


def _targets(t: Any, x: Any) -> Any:
    """Targets as a share for each class: as they are, or a 1 in the place of each label.

    A label that is none, such as 1.5, makes all NaN.
    """
    if np.ndim(t) == np.ndim(x):
        return t
    is_class = np.asarray(t)[..., None] == np.arange(np.shape(x)[-1], dtype=float)
    if np.count_nonzero(is_class) < np.size(t):
        return np.full(np.shape(x), np.nan)
    return is_class.astype(float)


def _rows(x: Any) -> int:
    """The size of the batch."""
    return int(np.size(x) // np.shape(x)[-1])


def _to_targets(sent: Any, t: Any) -> Any:
    """Labels are names, not numbers: they have the gradient 0."""
    return sent if np.ndim(t) == np.ndim(sent) else np.zeros(np.shape(t))


def _lower_power(v: Any, x: Any, n: Any) -> Any:
    is_exact = (x == 0.0) | (n >= LOWEST) & (n <= HIGHEST)
    by_value = v / np.where(x == 0.0, 1.0, x)
    return np.where(n == 0.0, 0.0, np.where(is_exact, np.power(x, n - 1.0), by_value))


def _log_of_base(x: Any, n: Any) -> Any:
    return np.where((x == 0) & (n > 0), 0.0, np.where(x > 0, np.log(x), np.nan))


def _sigmoid(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


def _sech(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    return 2.0 * e / (1.0 + e * e)


def _over_one_plus_square(g: Any, x: Any) -> Any:
    is_far = np.abs(x) >= FAR
    near, far = np.where(is_far, 0.0, x), np.where(is_far, x, 1.0)
    return np.where(is_far, g / far / far, g / (1.0 + near * near))


ARRAY_WORDS: Mapping[str, Any] = {
    **{name: getattr(np, name) for name in ELEMENTARY},
    **{name: getattr(np, name) for name in ("abs", "sign")},
    **layouts.LAYOUTS,
    "logsumexp": _logsumexp,
    "masked_softmax": _masked_softmax,
    "unmasked_softmax": _unmasked_softmax,
    "softmax_back": lambda g, v: v * (g - _add(g * v, axis=-1, keepdims=True)),
    "root_of_width": lambda x: math.sqrt(np.shape(x)[-1]),
    "mean_over": _mean_over,
    "peaks": _peaks,
    "at_peaks": _at_peaks,
    "centered": lambda x, axes: x - _mean_over(x, axes),
    "square": np.square,
    "softplus": lambda x: np.logaddexp(x, 0.0),
    "number": float,
    "area": math.prod,
    "last": last_axes,
    "batch": batch_axes,
    "amax": lambda x, axis, keepdims: _largest(x, axis=axis, keepdims=keepdims),
    "first_largest": _first_largest,
    "prod": lambda x, axis, keepdims: np.prod(x, axis=axis, keepdims=keepdims),
    "product_of_others": _product_of_others,
    "order_of": _order_of,
    "leading": lambda order, k, axis: np.take(order, range(k), axis),
    "scatter": _scatter,
    "shape_of": np.shape,
    "max": np.maximum,
    "min": np.minimum,
    "pow": np.power,
    "sigmoid": _sigmoid,
    "sech": _sech,
    "over_one_plus_square": _over_one_plus_square,
    "lower_power": _lower_power,
    "log_of_base": _log_of_base,
    # NumPy has none.
    "erf": lambda x: np.vectorize(math.erf, otypes=[float])(x),
    "normal_share": lambda x: np.vectorize(normal_share, otypes=[float])(x),
    "chosen": lambda condition, one, other: np.where(condition != 0, one, other),
    "above": lambda first, second: np.where(first == second, 0.5, (first > second) * 1.0),
    "sum": lambda x, axis, keepdims: np.sum(x, axis=axis, keepdims=keepdims),
    "mean": lambda x, axis, keepdims: np.mean(x, axis=axis, keepdims=keepdims),
    "average": lambda x: np.mean(x, axis=None),
    "total": lambda x: _add(x, axis=None),
    "count": lambda x, v: np.size(x) // np.size(v),
    "sum_to": _sum_to,
    "zeros": np.zeros,
    "to_left": _to_left,
    "to_right": _to_right,
    "row_sum": lambda x: _add(x, axis=-1, keepdims=True),
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "targets": _targets,
    "rows": _rows,
    "to_targets": _to_targets,
}
