"""The words of images: padding, the windows over them, convolutions, and what each sends back.

As those of `graphgen.ops.layouts`, each of them is linear, and of whatever numbers: padding is with the whole
number 0, which is a 0 among floats and among balls.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np

from graphgen.ops.shapes import Shape


def padded(x: Any, widths: tuple[tuple[int, int], ...], fill: Any = 0) -> Any:
    """Further entries, zeros unless given, before and behind those along each axis."""
    lengths = [before + n + behind for n, (before, behind) in zip(np.shape(x), widths, strict=True)]
    whole = np.full(lengths, fill, dtype=x.dtype)
    whole[_inner(x.shape, widths)] = x
    return whole


def padded_back(g: Any, shape: Shape, widths: tuple[tuple[int, int], ...]) -> Any:
    return g[_inner(shape, widths)]


def _inner(shape: Shape, widths: tuple[tuple[int, int], ...]) -> tuple[slice, ...]:
    return tuple(slice(before, before + n) for n, (before, _) in zip(shape, widths, strict=True))


def windows(x: Any, kernel: Shape, stride: Shape, padding: Shape, dilation: Shape, fill: Any = 0) -> Any:
    """The windows of images: of the shape of x, N × C × lengths, an array N × C × places × kernel."""
    whole = padded(x, _around(padding), fill)
    spans = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    axes = tuple(range(2, x.ndim))
    seen = np.lib.stride_tricks.sliding_window_view(whole, spans, axes)
    steps = (*map(_every, stride), *map(_every, dilation))
    return seen[(slice(None), slice(None), *steps)]


def windows_back(g: Any, shape: Shape, kernel: Shape, stride: Shape, padding: Shape, dilation: Shape) -> Any:
    """An entry has the sum of its gradients in all the windows that it was in."""
    widths = _around(padding)
    lengths = [before + n + behind for n, (before, behind) in zip(shape, widths, strict=True)]
    whole = np.zeros(lengths, dtype=g.dtype)
    places = g.shape[2 : len(shape)]
    for offset in product(*map(range, kernel)):
        at = (
            slice(d * o, d * o + s * (n - 1) + 1, s)
            for o, d, s, n in zip(offset, dilation, stride, places, strict=True)
        )
        whole[(slice(None), slice(None), *at)] += g[(..., *offset)]
    return padded_back(whole, shape, widths)


def _around(padding: Shape) -> tuple[tuple[int, int], ...]:
    return ((0, 0), (0, 0), *((width, width) for width in padding))


def _every(step: int) -> slice:
    return slice(None, None, step)


def convolved(x: Any, y: Any, stride: Shape, padding: Shape, dilation: Shape, groups: int) -> Any:
    """Images, N × C × lengths, with kernels, O × C/groups × lengths: at each place the sum of products."""
    columns = _columns(x, y, stride, padding, dilation, groups)
    found = columns @ np.swapaxes(_as_rows(y, groups), 1, 2)
    places = windows(x[:1, :1], y.shape[2:], stride, padding, dilation).shape[2 : x.ndim]
    found = np.reshape(found, (groups, len(x), -1, y.shape[0] // groups))
    return np.reshape(np.transpose(found, (1, 0, 3, 2)), (len(x), y.shape[0], *places))


def convolved_to_images(
    g: Any, x: Any, y: Any, stride: Shape, padding: Shape, dilation: Shape, groups: int
) -> Any:
    sent = _by_group(g, groups) @ _as_rows(y, groups)
    sent = np.reshape(sent, (groups, len(x), -1, y.shape[1], *y.shape[2:]))
    seen = np.moveaxis(sent, (0, 3), (1, 2))
    seen = np.reshape(seen, (*x.shape[:2], *g.shape[2:], *y.shape[2:]))
    return windows_back(seen, x.shape, y.shape[2:], stride, padding, dilation)


def convolved_to_kernels(
    g: Any, x: Any, y: Any, stride: Shape, padding: Shape, dilation: Shape, groups: int
) -> Any:
    columns = _columns(x, y, stride, padding, dilation, groups)
    return np.reshape(np.swapaxes(_by_group(g, groups), 1, 2) @ columns, y.shape)


def transposed_convolved(
    x: Any, y: Any, stride: Shape, padding: Shape, dilation: Shape, groups: int, further: Shape
) -> Any:
    """The images' gradient of a convolution with these kernels, were x the upstream gradient."""
    lengths = zip(x.shape[2:], y.shape[2:], stride, padding, dilation, further, strict=True)
    found = ((n - 1) * s - 2 * p + d * (k - 1) + 1 + f for n, k, s, p, d, f in lengths)
    images = np.empty((len(x), y.shape[1] * groups, *found), dtype=bool)
    return convolved_to_images(x, images, y, stride, padding, dilation, groups)


def _columns(x: Any, y: Any, stride: Shape, padding: Shape, dilation: Shape, groups: int) -> Any:
    """The windows of each group of channels as the rows of a matrix: groups × places × entries."""
    seen = windows(x, y.shape[2:], stride, padding, dilation)
    apart = np.reshape(seen, (len(x), groups, y.shape[1], *seen.shape[2:]))
    inner = apart.ndim - (y.ndim - 2)
    order = (1, 0, *range(3, inner), 2, *range(inner, apart.ndim))
    return np.reshape(np.transpose(apart, order), (groups, -1, y[0].size))


def _as_rows(y: Any, groups: int) -> Any:
    return np.reshape(y, (groups, y.shape[0] // groups, -1))


def _by_group(g: Any, groups: int) -> Any:
    """Gradients of convolved images, groups × places × kernels of the group."""
    apart = np.reshape(g, (len(g), groups, g.shape[1] // groups, -1))
    return np.reshape(np.transpose(apart, (1, 0, 3, 2)), (groups, -1, g.shape[1] // groups))


def flat_windows(x: Any, kernel: Shape, stride: Shape, padding: Shape, fill: Any = 0) -> Any:
    """The windows with the entries of each along one axis, the last."""
    seen = windows(x, kernel, stride, padding, (1,) * len(kernel), fill)
    return np.reshape(seen, (*seen.shape[: x.ndim], -1))


def flat_windows_back(g: Any, shape: Shape, kernel: Shape, stride: Shape, padding: Shape) -> Any:
    apart = np.reshape(g, (*g.shape[:-1], *kernel))
    return windows_back(apart, shape, kernel, stride, padding, (1,) * len(kernel))


def repeated(g: Any, kernel: Shape) -> Any:
    """A number for each window as one for each of its entries."""
    return np.broadcast_to(g[..., None], (*g.shape, prod(kernel)))
