"""The words of the op table's rules over arrays of exact numbers and balls, entry by entry.

An array is a NumPy array of numbers; products of matrices are FLINT's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cmp_to_key
from math import prod
from typing import Any

import numpy as np
from flint import arb, arb_mat, fmpq, fmpq_mat

from graphgen.graph import require_time
from graphgen.ops import OPS, Shape, array_key, batch_axes, last_axes, layout_words
from graphgen.verification.balls import Number, UndefinedError, exact, is_zero
from graphgen.verification.rules import INDETERMINATE, op_rules
from graphgen.verification.words import WORDS, divide, order

_ZERO, _ONE = fmpq(0), fmpq(1)
_add = np.add.reduce


def plain(value: Any) -> Any:
    """A single number as itself, not as an array of no axes."""
    return value[()] if isinstance(value, np.ndarray) and not value.shape else value


def matmul(x: Any, y: Any) -> Any:
    """The product of rows and matrices: exact where all entries are."""
    if x.ndim > 2 or y.ndim > 2:
        return np.matmul(x, y)
    rows, columns = np.reshape(x, (-1, np.shape(x)[-1])), y.reshape(-1, 1) if y.ndim == 1 else y
    is_exact = all(isinstance(entry, fmpq) for array in (rows, columns) for entry in array.flat)
    matrix = fmpq_mat if is_exact else arb_mat
    product = np.empty(rows.shape[0] * columns.shape[1], dtype=object)
    product[:] = (matrix(rows.tolist()) * matrix(columns.tolist())).entries()
    return plain(product.reshape(x.shape[:-1] + y.shape[1:]))


def softmax(x: Any) -> Any:
    e = _exp(x - near_largest(x))
    return _divide(e, _add(e, axis=-1, keepdims=True))


def log_softmax(x: Any) -> Any:
    shifted = x - near_largest(x)
    return shifted - _log(_add(_exp(shifted), axis=-1, keepdims=True))


def unmasked_softmax(x: Any, y: Any) -> Any:
    e = _exp(_subtract(x, near_visible(x, y)))
    return _divide(e, _add(y * e, axis=-1, keepdims=True))


def softmax_back(g: Any, v: Any) -> Any:
    """v · (g − Σ g·v) by the differences of g, so that it is 0 where all of a row is one entry's share."""
    apart = _subtract(g[..., :, None], g[..., None, :])
    return v * _add(apart * v[..., None, :], axis=-1)


def near_visible(x: Any, y: Any) -> Any:
    """An entry of each row that is about the largest of those with a weight."""
    x, y = np.broadcast_arrays(x, y)
    return near_largest(x, hidden=np.frompyfunc(is_zero, 1, 1)(y).astype(bool))


def near_largest(x: Any, axis: int = -1, hidden: Any = False) -> Any:
    """An entry of each row that is about its largest, so that no exponential is out of range."""
    floats = np.where(hidden, -np.inf, np.frompyfunc(float, 1, 1)(x).astype(float))
    return np.take_along_axis(x, np.expand_dims(floats.argmax(axis=axis), axis), axis=axis)


def one_hot(t: Any, x: Any) -> Any:
    """Targets as a share for each class: as they are, or a 1 in the place of each label.

    Raises UndefinedError for a label that is none, such as 1.5.
    """
    if np.ndim(t) == np.ndim(x):
        return t
    shares = np.full(np.shape(x), _ZERO, dtype=object)
    for place in np.ndindex(np.shape(t)):
        label = t[place] if place else t
        if not isinstance(label, fmpq) or label.q != 1 or not 0 <= label < np.shape(x)[-1]:
            raise UndefinedError
        shares[(*place, int(label))] = _ONE
    return shares


def folded(word: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """A word of two numbers, such as the larger of them, over all the entries along an axis."""
    fold = np.frompyfunc(word, 2, 1)

    def along(x: Any, axis: int | None, keepdims: bool) -> Any:
        entries = np.reshape(x, -1) if axis is None else x
        reduced = fold.reduce(entries, axis=0 if axis is None else axis)
        if not keepdims:
            return reduced
        return np.reshape(reduced, (1,) * np.ndim(x)) if axis is None else np.expand_dims(reduced, axis)

    return along


def order_of(x: Any, axis: int, descending: bool) -> Any:
    """The indices of entries from the smallest, or the largest; equal ones keep their order.

    Raises UndecidedError.
    """
    sign = -1 if descending else 1

    def of_row(row: Any) -> Any:
        return np.array(sorted(range(len(row)), key=cmp_to_key(lambda i, j: sign * order(row[i], row[j]))))

    return np.apply_along_axis(of_row, axis, x).astype(np.intp)


def first_largest(x: Any, axis: int | None) -> Any:
    """1 at the first of the largest entries along an axis, else 0. Raises UndecidedError."""
    entries = (
        np.reshape(x, (-1, 1)) if axis is None else np.moveaxis(x, axis, 0).reshape(np.shape(x)[axis], -1)
    )
    mask = np.full(entries.shape, _ZERO, dtype=object)
    for column in range(entries.shape[1]):
        best = 0
        for row in range(1, entries.shape[0]):
            if order(entries[row, column], entries[best, column]) > 0:
                best = row
        mask[best, column] = _ONE
    if axis is None:
        return np.reshape(mask, np.shape(x))
    return np.moveaxis(mask.reshape(np.moveaxis(x, axis, 0).shape), 0, axis)


def _product_of_others(x: Any, axis: int | None) -> Any:
    """For each entry the product of the others along an axis, which may be 0."""
    entries = np.reshape(x, -1) if axis is None else np.moveaxis(x, axis, 0)
    others = np.full(entries.shape, _ONE, dtype=object)
    for i in range(len(entries)):
        require_time()
        for j in range(len(entries)):
            if i != j:
                others[i] = others[i] * entries[j]
    return np.reshape(others, np.shape(x)) if axis is None else np.moveaxis(others, 0, axis)


def _scatter(g: Any, shape: Shape, at: tuple[Any, ...]) -> Any:
    """The gradient of some entries, in the place of each; 0 elsewhere."""
    whole = np.full(shape, _ZERO, dtype=object)
    whole[array_key(at)] = g
    return whole


def _to_left(g: Any, x: Any, y: Any) -> Any:
    if x.ndim > 2 or y.ndim > 2:
        return LAYOUTS["to_left_of_batches"](g, x, y)
    if np.ndim(y) == 1:
        return g * y if np.ndim(x) == 1 else np.multiply.outer(g, y)
    return matmul(g, y.T)


def _to_right(g: Any, x: Any, y: Any) -> Any:
    if x.ndim > 2 or y.ndim > 2:
        return LAYOUTS["to_right_of_batches"](g, x, y)
    if np.ndim(x) == 1:
        return g * x if np.ndim(y) == 1 else np.multiply.outer(x, g)
    return matmul(x.T, g)


def _to_targets(sent: Any, t: Any) -> Any:
    return sent if np.ndim(t) == np.ndim(sent) else np.full(np.shape(t), _ZERO, dtype=object)


def _divided(x: Number, y: Number) -> Number:
    return INDETERMINATE if is_zero(x) and is_zero(y) else divide(x, y)


def entrywise(word: Callable[..., Number]) -> Callable[..., Any]:
    """A word over single numbers as one over arrays."""
    arity = word.__code__.co_argcount if hasattr(word, "__code__") else 1
    return np.frompyfunc(word, arity, 1)


_exp, _log, _divide = entrywise(WORDS["exp"]), entrywise(WORDS["log"]), entrywise(_divided)

_subtract = entrywise(WORDS["subtract"])


def mean_over(x: Any, axes: Any) -> Any:
    """The mean over some axes, which stay."""
    total = np.sum(x, axis=axes, keepdims=True)
    return total / exact(np.size(x) // np.size(total))


def logsumexp(x: Any, axis: int | None, keepdims: bool) -> Any:
    if axis is None:
        flat = logsumexp(np.reshape(x, -1), 0, False)
        return np.reshape(np.asarray(flat, dtype=object), (1,) * np.ndim(x)) if keepdims else flat
    shift = near_largest(x, axis)
    found = shift + _log(_add(_exp(x - shift), axis=axis, keepdims=True))
    return found if keepdims else plain(np.squeeze(found, axis))


def flat_windows(x: Any, kernel: Shape, stride: Shape, padding: Shape) -> Any:
    """The entries of each window; what stands around the image is lower than all of them."""
    below = min(map(_below, x.flat)) if any(padding) else _ZERO
    return _windows(x, kernel, stride, padding, below)


def _below(number: Number) -> Number:
    """A whole number below one."""
    return exact(int(arb(number).lower().floor().mid().fmpq().p) - 1)


def at_peaks(x: Any, *window: Shape) -> Any:
    """1 at the first of the largest entries of each window, else 0."""
    return first_largest(flat_windows(x, *window), -1)


def _exactly(layout: Callable[..., Any]) -> Callable[..., Any]:
    """A layout whose padding is an exact 0."""

    def moved(*operands: Any) -> Any:
        return _as_numbers(layout(*operands))

    return moved


_as_numbers = np.frompyfunc(lambda entry: exact(entry) if isinstance(entry, int) else entry, 1, 1)
LAYOUTS = {name: _exactly(layout) for name, layout in layout_words().items()}
_windows, sum_over = LAYOUTS["flat_windows"], LAYOUTS["sum_over"]

ARRAY_WORDS: Mapping[str, Callable[..., Any]] = {
    **{name: entrywise(word) for name, word in WORDS.items()},
    **LAYOUTS,
    "softplus": entrywise(op_rules(OPS["softplus"])[0]),
    "square": lambda x: x * x,
    "number": lambda number: exact(Fraction(repr(number))),
    "area": lambda kernel: exact(prod(kernel)),
    "last": last_axes,
    "batch": batch_axes,
    "mean_over": mean_over,
    "centered": lambda x, axes: x - mean_over(x, axes),
    "average": lambda x: _add(x, axis=None) / exact(np.size(x)),
    "logsumexp": logsumexp,
    "masked_softmax": lambda x, y: y * unmasked_softmax(x, y),
    "unmasked_softmax": unmasked_softmax,
    "softmax_back": softmax_back,
    "root_of_width": lambda x: WORDS["sqrt"](exact(np.shape(x)[-1])),
    "peaks": lambda x, *window: folded(WORDS["max"])(flat_windows(x, *window), -1, False),
    "at_peaks": at_peaks,
    "divide": _divide,
    "matmul": matmul,
    "shape_of": np.shape,
    "sum": lambda x, axis, keepdims: np.sum(x, axis=axis, keepdims=keepdims),
    "mean": lambda x, axis, keepdims: _mean(x, axis, keepdims),
    "total": lambda x: _add(x, axis=None),
    "row_sum": lambda x: _add(x, axis=-1, keepdims=True),
    "count": lambda x, v: exact(np.size(x) // np.size(v)),
    "rows": lambda x: exact(np.size(x) // np.shape(x)[-1]),
    "sum_to": sum_over,
    "to_left": _to_left,
    "to_right": _to_right,
    "amax": folded(WORDS["max"]),
    "first_largest": first_largest,
    "order_of": order_of,
    "leading": lambda order, k, axis: np.take(order, range(k), axis),
    "prod": folded(lambda x, y: x * y),
    "product_of_others": _product_of_others,
    "scatter": _scatter,
    "softmax": softmax,
    "log_softmax": log_softmax,
    "targets": one_hot,
    "to_targets": _to_targets,
}
"""The words of the op table's rules over arrays."""


def _mean(x: Any, axis: int | None, keepdims: bool) -> Any:
    total = np.sum(x, axis=axis, keepdims=keepdims)
    return total / exact(np.size(x) // np.size(total))
