"""The shapes that layers of networks make: attention, normalization, convolution and pooling.

Each function gives the shape of the result from those of the operands, or raises ValueError with what the
layer takes.
"""

from __future__ import annotations

from typing import Any

from graphgen.ops.shapes import Shape, are_whole, broadcast


def attention(x: Shape, y: Shape, z: Shape, causal: bool = False) -> Shape:
    """The shape of values z at keys y, one of each in a row, as queries x see them.

    >>> attention((5, 8), (7, 8), (7, 3))
    (5, 3)
    """
    if min(len(x), len(y), len(z)) < 2 or x[-1] != y[-1] or y[-2] != z[-2]:
        raise ValueError("it takes queries and keys of equal width, and a value for each key, in rows")
    if not isinstance(causal, bool):
        raise ValueError("causal is True or False")
    return (*broadcast(x[:-2], y[:-2], z[:-2]), x[-2], z[-1])


def layer_norm(x: Shape, y: Shape, z: Shape, eps: float = 1e-5) -> Shape:
    """The shape of what is normalized over its last axes, with a factor and a bias for each entry there."""
    if not y or y != z or y != x[len(x) - len(y) :]:
        raise ValueError("factors and biases must have the shape of the last axes of the first")
    _require_positive(eps)
    return x


def batch_norm(x: Shape, y: Shape, z: Shape, eps: float = 1e-5) -> Shape:
    """The shape of what is normalized over all axes but the second, with a factor and a bias for each entry
    of that."""
    if len(x) < 2 or not y == z == x[1:2]:
        raise ValueError("there must be a factor and a bias for each entry of the second axis")
    _require_positive(eps)
    return x


def group_norm(x: Shape, y: Shape, z: Shape, groups: int = 1, eps: float = 1e-5) -> Shape:
    """The shape of what is normalized over groups of channels, with a factor and a bias for each channel."""
    if len(x) < 2 or not _divides(groups, x[1]):
        raise ValueError("groups is a whole number that divides the length of the second axis")
    return batch_norm(x, y, z, eps)


def steps(axes: int, **others: Any) -> dict[str, Any]:
    """How a convolution along so many axes steps if nothing is said: by 1, without padding, in one group."""
    return {"stride": (1,) * axes, "padding": (0,) * axes, "dilation": (1,) * axes, "groups": 1, **others}


def convolution(
    x: Shape,
    y: Shape,
    z: Shape,
    stride: Shape,
    padding: Shape,
    dilation: Shape,
    groups: int,
) -> Shape:
    """The shape of a convolution of images, N × C × lengths, with kernels, O × C/groups × lengths, and a bias
    for each kernel or 0.

    >>> convolution((1, 3, 8, 8), (4, 3, 3, 3), (4,), (2, 2), (1, 1), (1, 1), 1)
    (1, 4, 4, 4)
    """
    _require_images(x, y, stride)
    if not _divides(groups, y[0]) or x[1] != y[1] * groups:
        raise ValueError(f"the {x[1]} channels of the images do not fit kernels of {y[1]}")
    if z not in ((), y[:1]):
        raise ValueError("there must be a bias for each kernel, or a single one")
    return (x[0], y[0], *_windows(x[2:], y[2:], stride, padding, dilation))


def convolution_without_bias(x: Shape, y: Shape, **steps: Any) -> Shape:
    """The shape of the same, and nothing added."""
    return convolution(x, y, (), **steps)


def transposed_convolution(
    x: Shape,
    y: Shape,
    z: Shape,
    stride: Shape,
    padding: Shape,
    dilation: Shape,
    groups: int,
    further: Shape,
) -> Shape:
    """The shape of the images whose convolution with kernels, C × O/groups × lengths, has the shape of x.

    A stride leaves their lengths open: to the shortest come `further` entries, fewer than the stride.

    >>> transposed_convolution((1, 4, 4, 4), (4, 3, 3, 3), (3,), (2, 2), (1, 1), (1, 1), 1, (1, 1))
    (1, 3, 8, 8)
    """
    axes, steps = _require_images(x, y, stride), (stride, padding, dilation, further)
    if not all(are_whole(lengths) and len(lengths) == axes for lengths in steps):
        raise ValueError(f"stride, padding, dilation and further are {axes} whole numbers each")
    if any(not 0 <= f < max(s, d) for f, s, d in zip(further, stride, dilation, strict=True)):
        raise ValueError("further is at least 0, and less than stride or dilation")
    if not _divides(groups, x[1]) or x[1] != y[0]:
        raise ValueError(f"the {x[1]} channels of the images do not fit {y[0]} kernels")
    if z not in ((), (y[1] * groups,)):
        raise ValueError("there must be a bias for each channel of the result, or a single one")
    lengths = zip(x[2:], y[2:], *steps, strict=True)
    found = tuple((n - 1) * s - 2 * p + d * (k - 1) + 1 + f for n, k, s, p, d, f in lengths)
    if min(stride) < 1 or min(dilation) < 1 or min(padding) < 0 or min(found) < 1:
        raise ValueError("stride and dilation are at least 1, padding leaves at least an entry")
    return (x[0], y[1] * groups, *found)


def transposed_convolution_without_bias(x: Shape, y: Shape, **steps: Any) -> Shape:
    """The shape of the same, and nothing added."""
    return transposed_convolution(x, y, (), **steps)


def pooled(x: Shape, kernel: Shape = (2, 2), stride: Shape = (2, 2), padding: Shape = (0, 0)) -> Shape:
    """The shape of the numbers of which there is one for each window of images."""
    if not isinstance(kernel, tuple) or len(x) != 2 + len(kernel):
        raise ValueError("images have a first axis, channels, and an axis for each length of the window")
    if isinstance(padding, tuple) and any(2 * p > k for p, k in zip(padding, kernel, strict=False)):
        raise ValueError("padding is at most half of the window")
    return (*x[:2], *_windows(x[2:], kernel, stride, padding, (1,) * len(kernel)))


def _require_images(x: Shape, y: Shape, stride: Shape) -> int:
    """How many lengths the images x and the kernels y have: as many as the stride has steps."""
    axes = len(stride) if isinstance(stride, tuple) else 0
    if len(x) != 2 + axes or len(y) != 2 + axes:
        raise ValueError(f"images and kernels have {2 + axes} axes, the channels second")
    return axes


def _divides(groups: Any, channels: int) -> bool:
    return type(groups) is int and groups > 0 and channels % groups == 0


def _windows(x: Shape, kernel: Shape, stride: Shape, padding: Shape, dilation: Shape) -> Shape:
    steps = (kernel, stride, padding, dilation)
    if not all(are_whole(lengths) and len(lengths) == len(x) for lengths in steps):
        raise ValueError(f"kernel, stride, padding and dilation are {len(x)} whole numbers each")
    if min((*kernel, *stride, *dilation)) < 1 or min(padding) < 0:
        raise ValueError("kernel, stride and dilation are at least 1, padding at least 0")
    lengths = zip(x, *steps, strict=True)
    counts = tuple((n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in lengths)
    if min(counts) < 1:
        raise ValueError("the window is larger than the image")
    return counts


def _require_positive(eps: Any) -> None:
    if not isinstance(eps, float | int) or not eps > 0:
        raise ValueError("eps is a number above 0")
