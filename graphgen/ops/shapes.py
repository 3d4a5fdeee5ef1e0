"""The shapes of arrays: where operands meet entry by entry, and what ops on whole arrays make of them.

Each function gives the shape of the result from those of the operands, or raises ValueError with what the
op takes.
"""

from __future__ import annotations

from math import prod
from typing import Any

Shape = tuple[int, ...]
"""The lengths of an array's axes; () for a single number."""


def broadcast(*shapes: Shape) -> Shape:
    """The shape in which arrays meet entry by entry; axes of length 1, or missing in front, are repeated.

    >>> broadcast((2, 3), (3,)), broadcast((2, 1), (1, 4))
    ((2, 3), (2, 4))

    Raises ValueError where they do not fit.
    """
    longest = max(map(len, shapes))
    met = []
    for lengths in zip(*((1,) * (longest - len(shape)) + shape for shape in shapes), strict=True):
        others = {length for length in lengths if length != 1}
        if len(others) > 1:
            raise ValueError("axes must be of equal length, or of length 1")
        met.append(others.pop() if others else 1)
    return tuple(met)


def product(x: Shape, y: Shape) -> Shape:
    """Of a product of rows and matrices, or of batches of matrices."""
    if not x or not y:
        raise ValueError("@ takes rows and matrices, such as [1, 2] and [[1, 2], [3, 4]]")
    rows = y[-2:][0]
    if x[-1] != rows:
        raise ValueError(f"the {x[-1]} columns of the first do not meet the {rows} rows of the second")
    return (*broadcast(x[:-2], y[:-2]), *x[-2:-1], *(y[-1:] if len(y) > 1 else ()))


def affine(x: Shape, y: Shape, z: Shape) -> Shape:
    """Of such a product plus a row."""
    of_product = product(x, y)
    if z != of_product[len(of_product) - len(z) :]:
        raise ValueError(f"the last operand does not fit the product of the others, which is {of_product}")
    return of_product


def linear(x: Shape, y: Shape, z: Shape) -> Shape:
    """Of the same by the transpose of a matrix, as PyTorch keeps the weights of a layer."""
    if len(y) != 2:
        raise ValueError("the weights are a matrix, with a row for each output")
    return affine(x, y[::-1], z)


def linear_without_bias(x: Shape, y: Shape) -> Shape:
    """Of the same product alone."""
    return linear(x, y, y[:1])


def reduced(x: Shape, axis: int | None = None, keepdims: bool = False) -> Shape:
    """Of a sum along an axis, or of all."""
    # True is an int to Python, and no axis to NumPy.
    if axis is not None and not (type(axis) is int and -len(x) <= axis < len(x)):
        raise ValueError(f"there is no axis {axis}")
    if not isinstance(keepdims, bool):
        raise ValueError("keepdims is True or False")
    gone = range(len(x)) if axis is None else (axis % len(x),)
    kept = (1 if i in gone else length for i, length in enumerate(x) if keepdims or i not in gone)
    return tuple(kept)


def transposed(x: Shape) -> Shape:
    """Of the same entries with the axes in reverse."""
    return x[::-1]


def reshaped(x: Shape, shape: Shape | int = ()) -> Shape:
    """Of the same entries in a shape of their own."""
    lengths = shape if isinstance(shape, tuple) else (shape,)
    if not all(type(n) is int and n > 0 for n in lengths) or prod(lengths) != prod(x):
        raise ValueError(f"{prod(x)} entries do not fill the shape {shape}")
    return lengths


def indexed(x: Shape, at: tuple[Any, ...] = (0,)) -> Shape:
    """Of the entries at a place: for each axis an index, or the start, stop and step of a range of them.

    >>> indexed((4, 3), ((1, 3, 1), 0)), indexed((4, 3), (2,))
    ((2,), (3,))
    """
    if len(at) > len(x):
        raise ValueError(f"it has {len(x)} axes, and {len(at)} are given an index")
    for key, length in zip(at, x, strict=False):
        indices = (key,) if isinstance(key, int) else range(*key)
        if not indices or not all(0 <= index < length for index in (indices[0], indices[-1])):
            raise ValueError(f"an axis of {length} entries has the indices 0 to {length - 1}")
    return (*(len(range(*key)) for key in at if not isinstance(key, int)), *x[len(at) :])


def concatenated(x: Shape, y: Shape, axis: int = 0) -> Shape:
    """Of one array behind the other, along an axis."""
    if type(axis) is not int or not -len(x) <= axis < len(x):
        raise ValueError(f"there is no axis {axis}: concatenate takes arrays")
    axis %= len(x)
    if len(x) != len(y) or (*x[:axis], *x[axis + 1 :]) != (*y[:axis], *y[axis + 1 :]):
        raise ValueError("all axes but the one along which they follow must be equally long")
    return (*x[:axis], x[axis] + y[axis], *x[axis + 1 :])


def by_rows(x: Shape) -> Shape:
    """Of what is done to each row."""
    if not x:
        raise ValueError("it takes a row of numbers, or several rows, such as [[1, 2], [3, 4]]")
    return x


def masked(x: Shape, y: Shape) -> Shape:
    """Of what is done to each row, with a weight for each entry, 0 for one that is left out."""
    return by_rows(broadcast(by_rows(x), by_rows(y)))


def attention(x: Shape, y: Shape, z: Shape, causal: bool = False) -> Shape:
    """Of values z at keys y, one of each in a row, as queries x see them.

    >>> attention((5, 8), (7, 8), (7, 3))
    (5, 3)
    """
    if min(len(x), len(y), len(z)) < 2 or x[-1] != y[-1] or y[-2] != z[-2]:
        raise ValueError("it takes queries and keys of equal width, and a value for each key, in rows")
    if not isinstance(causal, bool):
        raise ValueError("causal is True or False")
    return (*broadcast(x[:-2], y[:-2], z[:-2]), x[-2], z[-1])


def loss(x: Shape, y: Shape) -> Shape:
    """Of a loss of rows with their targets."""
    if y not in (x, x[:-1]):
        raise ValueError("targets must have the shape of the first, or one label for each of its rows")
    by_rows(x)
    return ()


def like(x: Shape, y: Shape) -> Shape:
    """Of a loss of entries with as many targets."""
    if x != y:
        raise ValueError("both must have the same shape")
    return ()


def along(x: Shape, axis: int = 0) -> Shape:
    """Of as many entries, changed along an axis."""
    _axis(x, axis)
    return x


def rolled(x: Shape, shift: int = 1, axis: int = 0) -> Shape:
    """Of the same entries, further on along an axis."""
    if type(shift) is not int:
        raise ValueError("shift is a whole number")
    return along(x, axis)


def permuted(x: Shape, axes: Shape = ()) -> Shape:
    """Of the same entries with the axes in another order.

    >>> permuted((2, 3, 4), (1, 2, 0))
    (3, 4, 2)
    """
    if not _are_whole(axes) or sorted(axis % max(len(x), 1) for axis in axes) != list(range(len(x))):
        raise ValueError(f"axes are the numbers 0 to {len(x) - 1} in another order")
    return tuple(x[axis] for axis in axes)


def repeated(x: Shape, shape: Shape = ()) -> Shape:
    """Of an array that is repeated to a larger shape."""
    if not _are_whole(shape) or any(n < 1 for n in shape) or broadcast(x, shape) != shape:
        raise ValueError(f"the shape {x} cannot be repeated to {shape}")
    return shape


def padded(x: Shape, widths: tuple[tuple[int, int], ...] = ()) -> Shape:
    """Of an array with zeros before and behind the entries along each axis."""
    pairs = isinstance(widths, tuple) and all(_are_whole(pair) and len(pair) == 2 for pair in widths)
    if not pairs or len(widths) != len(x) or any(width < 0 for pair in widths for width in pair):
        raise ValueError("widths are two numbers for each axis, such as ((0, 0), (1, 1))")
    return tuple(before + n + behind for n, (before, behind) in zip(x, widths, strict=True))


def taken(x: Shape, at: Any = (0,), axis: int = 0) -> Shape:
    """Of the entries at some indices along an axis, which take its place."""
    of_indices = _indices(at, x[_axis(x, axis)])
    return (*x[: axis % len(x)], *of_indices, *x[axis % len(x) + 1 :])


def gathered(x: Shape, at: Any = (0,), axis: int = 0) -> Shape:
    """Of an entry along an axis for each index, at the index's own place along the others."""
    of_indices = _indices(at, x[_axis(x, axis)])
    others = [i for i in range(len(x)) if i != axis % len(x)]
    if len(of_indices) != len(x) or any(of_indices[i] > x[i] for i in others):
        raise ValueError("indices stand in an array of as many axes, no longer than those of the first")
    return of_indices


def layer_norm(x: Shape, y: Shape, z: Shape, eps: float = 1e-5) -> Shape:
    """Of what is normalized over its last axes, with a factor and a bias for each entry there."""
    if not y or y != z or y != x[len(x) - len(y) :]:
        raise ValueError("factors and biases must have the shape of the last axes of the first")
    _require_positive(eps)
    return x


def batch_norm(x: Shape, y: Shape, z: Shape, eps: float = 1e-5) -> Shape:
    """Of what is normalized over all axes but the second, with a factor and a bias for each entry of that."""
    if len(x) < 2 or not y == z == x[1:2]:
        raise ValueError("there must be a factor and a bias for each entry of the second axis")
    _require_positive(eps)
    return x


def group_norm(x: Shape, y: Shape, z: Shape, groups: int = 1, eps: float = 1e-5) -> Shape:
    """Of what is normalized over groups of channels, with a factor and a bias for each channel."""
    if type(groups) is not int or groups < 1 or len(x) < 2 or x[1] % groups:
        raise ValueError("groups is a whole number that divides the length of the second axis")
    return batch_norm(x, y, z, eps)


def convolution(
    x: Shape,
    y: Shape,
    z: Shape,
    stride: Shape,
    padding: Shape,
    dilation: Shape,
    groups: int,
) -> Shape:
    """Of images, N × C × lengths, with kernels, O × C/groups × lengths, and a bias for each kernel or 0.

    >>> convolution((1, 3, 8, 8), (4, 3, 3, 3), (4,), (2, 2), (1, 1), (1, 1), 1)
    (1, 4, 4, 4)
    """
    axes = len(stride) if isinstance(stride, tuple) else 0
    if len(x) != 2 + axes or len(y) != 2 + axes:
        raise ValueError(f"images and kernels have {2 + axes} axes, the channels second")
    if type(groups) is not int or groups < 1 or y[0] % groups or x[1] != y[1] * groups:
        raise ValueError(f"the {x[1]} channels of the images do not fit kernels of {y[1]}")
    if z not in ((), y[:1]):
        raise ValueError("there must be a bias for each kernel, or a single one")
    return (x[0], y[0], *_windows(x[2:], y[2:], stride, padding, dilation))


def convolution_without_bias(x: Shape, y: Shape, **steps: Any) -> Shape:
    """Of the same, and nothing added."""
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
    """Of images whose convolution with kernels, C × O/groups × lengths, has the shape of x.

    A stride leaves their lengths open: to the shortest come `further` entries, fewer than the stride.

    >>> transposed_convolution((1, 4, 4, 4), (4, 3, 3, 3), (3,), (2, 2), (1, 1), (1, 1), 1, (1, 1))
    (1, 3, 8, 8)
    """
    axes = len(stride) if isinstance(stride, tuple) else 0
    steps = (stride, padding, dilation, further)
    if len(x) != 2 + axes or len(y) != 2 + axes:
        raise ValueError(f"images and kernels have {2 + axes} axes, the channels second")
    if not all(_are_whole(lengths) and len(lengths) == axes for lengths in steps):
        raise ValueError(f"stride, padding, dilation and further are {axes} whole numbers each")
    if any(not 0 <= f < max(s, d) for f, s, d in zip(further, stride, dilation, strict=True)):
        raise ValueError("further is at least 0, and less than stride or dilation")
    if type(groups) is not int or groups < 1 or x[1] % groups or x[1] != y[0]:
        raise ValueError(f"the {x[1]} channels of the images do not fit {y[0]} kernels")
    if z not in ((), (y[1] * groups,)):
        raise ValueError("there must be a bias for each channel of the result, or a single one")
    lengths = zip(x[2:], y[2:], *steps, strict=True)
    found = tuple((n - 1) * s - 2 * p + d * (k - 1) + 1 + f for n, k, s, p, d, f in lengths)
    if min(stride) < 1 or min(dilation) < 1 or min(padding) < 0 or min(found) < 1:
        raise ValueError("stride and dilation are at least 1, padding leaves at least an entry")
    return (x[0], y[1] * groups, *found)


def transposed_convolution_without_bias(x: Shape, y: Shape, **steps: Any) -> Shape:
    """Of the same, and nothing added."""
    return transposed_convolution(x, y, (), **steps)


def pooled(x: Shape, kernel: Shape = (2, 2), stride: Shape = (2, 2), padding: Shape = (0, 0)) -> Shape:
    """Of a number for each window of images."""
    if not isinstance(kernel, tuple) or len(x) != 2 + len(kernel):
        raise ValueError("images have a first axis, channels, and an axis for each length of the window")
    if isinstance(padding, tuple) and any(2 * p > k for p, k in zip(padding, kernel, strict=False)):
        raise ValueError("padding is at most half of the window")
    return (*x[:2], *_windows(x[2:], kernel, stride, padding, (1,) * len(kernel)))


def _windows(x: Shape, kernel: Shape, stride: Shape, padding: Shape, dilation: Shape) -> Shape:
    steps = (kernel, stride, padding, dilation)
    if not all(_are_whole(lengths) and len(lengths) == len(x) for lengths in steps):
        raise ValueError(f"kernel, stride, padding and dilation are {len(x)} whole numbers each")
    if min((*kernel, *stride, *dilation)) < 1 or min(padding) < 0:
        raise ValueError("kernel, stride and dilation are at least 1, padding at least 0")
    lengths = zip(x, *steps, strict=True)
    counts = tuple((n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in lengths)
    if min(counts) < 1:
        raise ValueError("the window is larger than the image")
    return counts


def _axis(x: Shape, axis: Any) -> int:
    if type(axis) is not int or not -len(x) <= axis < len(x):
        raise ValueError(f"there is no axis {axis}")
    return axis


def _are_whole(numbers: Any) -> bool:
    return isinstance(numbers, tuple) and all(type(n) is int for n in numbers)


def _indices(at: Any, length: int) -> Shape:
    """The shape of whole-numbered indices of an axis, as nested tuples."""
    if type(at) is int and -length <= at < length:
        return ()
    if not isinstance(at, tuple) or not at:
        raise ValueError(f"an axis of {length} entries has the indices 0 to {length - 1}")
    shapes = {_indices(each, length) for each in at}
    if len(shapes) > 1:
        raise ValueError("indices must stand in rows of equal length")
    return (len(at), *shapes.pop())


def _require_positive(eps: Any) -> None:
    if not isinstance(eps, float | int) or not eps > 0:
        raise ValueError("eps is a number above 0")
