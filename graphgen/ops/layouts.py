"""The words that only move, repeat or gather the entries of arrays, whatever numbers they are of.

Each function here is linear, and the one behind it sends its gradient back. They are NumPy's ways with
entries, which floats and balls share, so that each has one definition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from graphgen.ops import contracting, windows
from graphgen.ops.shapes import Shape
from graphgen.ops.words import array_key


def spread(g: Any, x: Any, axis: int | None) -> Any:
    """The gradient of a sum, for each of the entries that it summed."""
    shape = np.shape(x)
    summed = (1 if axis is None or i == axis % len(shape) else n for i, n in enumerate(shape))
    return np.broadcast_to(np.reshape(g, tuple(summed)), shape)


def sum_over(sent: Any, shape: Shape) -> Any:
    """The gradient of an array that was repeated to a larger shape: the sum over its repetitions."""
    lead = np.ndim(sent) - len(shape)
    total = np.add.reduce(sent, axis=tuple(range(lead))) if lead else sent
    if 1 not in shape:
        return total
    repeated = tuple(i for i, length in enumerate(shape) if length == 1 != np.shape(total)[i])
    return np.add.reduce(total, axis=repeated, keepdims=True) if repeated else total


def to_left_of_batches(g: Any, x: Any, y: Any) -> Any:
    """The gradient of the left factor of batches of matrices; a batch that was repeated has the sum."""
    sent, rows, columns = _as_matrices(g, x, y)
    return np.reshape(sum_over(sent @ np.swapaxes(columns, -1, -2), rows.shape), x.shape)


def to_right_of_batches(g: Any, x: Any, y: Any) -> Any:
    """And what it sends to the right."""
    sent, rows, columns = _as_matrices(g, x, y)
    return np.reshape(sum_over(np.swapaxes(rows, -1, -2) @ sent, columns.shape), y.shape)


def _as_matrices(g: Any, x: Any, y: Any) -> tuple[Any, Any, Any]:
    """A row and a column as matrices of one, and the gradient of their product likewise."""
    rows, columns = x[None] if x.ndim == 1 else x, y[:, None] if y.ndim == 1 else y
    batch = np.broadcast_shapes(rows.shape[:-2], columns.shape[:-2])
    return np.reshape(g, (*batch, rows.shape[-2], columns.shape[-1])), rows, columns


def permute_back(g: Any, axes: Shape) -> Any:
    return np.transpose(g, np.argsort([axis % len(axes) for axis in axes]))


def running_sum(x: Any, axis: int) -> Any:
    return np.add.accumulate(x, axis=axis)


def running_sum_back(g: Any, axis: int) -> Any:
    """Each entry counts in all sums from its own on."""
    return np.flip(running_sum(np.flip(g, axis), axis), axis)


def running_product_back(g: Any, x: Any, axis: int) -> Any:
    """The gradient of each factor: by every product from its own on, the other factors, which may be 0."""
    sent, factors = np.moveaxis(g, axis, 0), np.moveaxis(x, axis, 0)
    found = np.zeros(sent.shape, dtype=sent.dtype)
    before = np.ones_like(factors[0])
    for place in range(len(factors)):
        others = np.concatenate((np.ones_like(factors[:1]), factors[place + 1 :]))
        found[place] = before * np.add.reduce(sent[place:] * np.multiply.accumulate(others, axis=0), axis=0)
        before = before * factors[place]
    return np.moveaxis(found, 0, axis)


def taken(x: Any, at: Any, axis: int) -> Any:
    return np.take(x, np.asarray(at, dtype=np.intp), axis)


def taken_back(g: Any, shape: Shape, at: Any, axis: int) -> Any:
    """The gradient of an array of which entries were taken; one that was taken several times has the sum."""
    g = np.asarray(g)  # that of a single entry is a number
    whole = np.zeros(shape, dtype=g.dtype)
    along = np.moveaxis(whole, axis, 0)
    indices = np.asarray(at, dtype=np.intp)
    first = axis % len(shape)
    np.add.at(along, indices, np.moveaxis(g, range(first, first + indices.ndim), range(indices.ndim)))
    return whole


def gathered(x: Any, at: Any, axis: int) -> Any:
    return x[_places(x.shape, at, axis)]


def gathered_back(g: Any, shape: Shape, at: Any, axis: int) -> Any:
    whole = np.zeros(shape, dtype=g.dtype)
    np.add.at(whole, _places(shape, at, axis), g)
    return whole


def _places(shape: Shape, at: Any, axis: int) -> tuple[Any, ...]:
    indices = np.asarray(at, dtype=np.intp)
    grid: list[Any] = list(np.indices(indices.shape, sparse=True))
    grid[axis % len(shape)] = indices
    return tuple(grid)


def channels(y: Any, x: Any) -> Any:
    """A number for each channel, so that it meets all entries of the channel in x."""
    return np.reshape(y, (-1, *(1,) * (np.ndim(x) - 2)))


def of_channels(sent: Any, shape: Shape) -> Any:
    """The gradient of a number for each channel, or of a single one for all."""
    by_channel = np.add.reduce(sent, axis=(0, *range(2, np.ndim(sent))))
    return by_channel if shape else np.add.reduce(by_channel)


def grouped(x: Any, groups: int) -> Any:
    """The entries of each group of channels along one axis, the last."""
    return np.reshape(x, (len(x), groups, -1))


def visible(x: Any, y: Any, causal: bool) -> Any:
    """A 1 for each key that a query sees: all of them, or those up to its own place."""
    return np.tri(x.shape[-2], y.shape[-2], 0 if causal else y.shape[-2], dtype=int)


LAYOUTS: Mapping[str, Callable[..., Any]] = {
    **{
        word.__name__: word
        for word in (
            *(contracting.contracted, contracting.contracted_to_left, contracting.contracted_to_right),
            *(contracting.bilinear, contracting.bilinear_to_left, contracting.bilinear_to_right),
            *(contracting.bilinear_to_matrices, contracting.put, contracting.picked),
            *(windows.padded, windows.padded_back, windows.convolved, windows.transposed_convolved),
            *(windows.convolved_to_images, windows.convolved_to_kernels),
            *(windows.flat_windows, windows.flat_windows_back, windows.repeated),
        )
    },
    "transpose": np.transpose,
    "reshape": np.reshape,
    "index": lambda x, at: x[array_key(at)],
    "concatenate": lambda x, y, axis: np.concatenate((x, y), axis),
    "first_part": lambda g, x, axis: np.take(g, range(np.shape(x)[axis]), axis),
    "last_part": lambda g, y, axis: np.take(g, range(-np.shape(y)[axis], 0), axis),
    "spread": spread,
    "broadcast_to": np.broadcast_to,
    "sum_over": sum_over,
    "to_left_of_batches": to_left_of_batches,
    "to_right_of_batches": to_right_of_batches,
    "permute": np.transpose,
    "permute_back": permute_back,
    "flip": np.flip,
    "roll": np.roll,
    "roll_back": lambda g, shift, axis: np.roll(g, -shift, axis),
    "running_sum": running_sum,
    "running_sum_back": running_sum_back,
    "running_product": np.multiply.accumulate,
    "running_product_back": running_product_back,
    "turned": lambda x: np.swapaxes(x, -1, -2),
    "grouped": grouped,
    "visible": visible,
    "taken": taken,
    "taken_back": taken_back,
    "gathered": gathered,
    "gathered_back": gathered_back,
    "channels": channels,
    "of_channels": of_channels,
    "window_sum": lambda x, *shapes: np.add.reduce(windows.flat_windows(x, *shapes), axis=-1),
}
"""These words by the names that the op table calls them by."""
