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
    """The shape of a product of rows and matrices, or of batches of matrices."""
    if not x or not y:
        raise ValueError("@ takes rows and matrices, such as [1, 2] and [[1, 2], [3, 4]]")
    rows = y[-2:][0]
    if x[-1] != rows:
        raise ValueError(f"the {x[-1]} columns of the first do not meet the {rows} rows of the second")
    return (*broadcast(x[:-2], y[:-2]), *x[-2:-1], *(y[-1:] if len(y) > 1 else ()))


def affine(x: Shape, y: Shape, z: Shape) -> Shape:
    """The shape of such a product plus a row."""
    of_product = product(x, y)
    if z != of_product[len(of_product) - len(z) :]:
        raise ValueError(f"the last operand does not fit the product of the others, which is {of_product}")
    return of_product


def linear(x: Shape, y: Shape, z: Shape) -> Shape:
    """The shape of the same by the transpose of a matrix, as PyTorch keeps the weights of a layer."""
    if len(y) != 2:
        raise ValueError("the weights are a matrix, with a row for each output")
    return affine(x, y[::-1], z)


def linear_without_bias(x: Shape, y: Shape) -> Shape:
    """The shape of the same product alone."""
    return linear(x, y, y[:1])


def reduced(x: Shape, axis: int | None = None, keepdims: bool = False) -> Shape:
    """The shape of a sum along an axis, or of all."""
    # True is an int to Python, and no axis to NumPy.
    if axis is not None and not (type(axis) is int and -len(x) <= axis < len(x)):
        raise ValueError(f"there is no axis {axis}")
    if not isinstance(keepdims, bool):
        raise ValueError("keepdims is True or False")
    gone = range(len(x)) if axis is None else (axis % len(x),)
    kept = (1 if i in gone else length for i, length in enumerate(x) if keepdims or i not in gone)
    return tuple(kept)


def transposed(x: Shape) -> Shape:
    """The shape of the same entries with the axes in reverse."""
    return x[::-1]


def reshaped(x: Shape, shape: Shape | int = ()) -> Shape:
    """The shape of the same entries in a shape of their own."""
    lengths = shape if isinstance(shape, tuple) else (shape,)
    if not all(type(n) is int and n > 0 for n in lengths) or prod(lengths) != prod(x):
        raise ValueError(f"{prod(x)} entries do not fill the shape {shape}")
    return lengths


def indexed(x: Shape, at: tuple[Any, ...] = (0,)) -> Shape:
    """The shape of the entries at a place: by axis an index, or the start, stop and step of a range of them.

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
    """The shape of one array behind the other, along an axis."""
    if type(axis) is not int or not -len(x) <= axis < len(x):
        raise ValueError(f"there is no axis {axis}: concatenate takes arrays")
    axis %= len(x)
    if len(x) != len(y) or (*x[:axis], *x[axis + 1 :]) != (*y[:axis], *y[axis + 1 :]):
        raise ValueError("all axes but the one along which they follow must be equally long")
    return (*x[:axis], x[axis] + y[axis], *x[axis + 1 :])


def by_rows(x: Shape) -> Shape:
    """The shape of what is done to each row."""
    if not x:
        raise ValueError("it takes a row of numbers, or several rows, such as [[1, 2], [3, 4]]")
    return x


def masked(x: Shape, y: Shape) -> Shape:
    """The shape of what is done to each row, with a weight for each entry, 0 for one that is left out."""
    return by_rows(broadcast(by_rows(x), by_rows(y)))


def loss(x: Shape, y: Shape) -> Shape:
    """The shape of a loss of rows with their targets."""
    if y not in (x, x[:-1]):
        raise ValueError("targets must have the shape of the first, or one label for each of its rows")
    by_rows(x)
    return ()


def like(x: Shape, y: Shape) -> Shape:
    """The shape of a loss of entries with as many targets."""
    if x != y:
        raise ValueError("both must have the same shape")
    return ()


def along(x: Shape, axis: int = 0) -> Shape:
    """The shape of as many entries, changed along an axis."""
    _axis(x, axis)
    return x


def rolled(x: Shape, shift: int = 1, axis: int = 0) -> Shape:
    """The shape of the same entries, further on along an axis."""
    if type(shift) is not int:
        raise ValueError("shift is a whole number")
    return along(x, axis)


def permuted(x: Shape, axes: Shape = ()) -> Shape:
    """The shape of the same entries with the axes in another order.

    >>> permuted((2, 3, 4), (1, 2, 0))
    (3, 4, 2)
    """
    if not are_whole(axes) or sorted(axis % max(len(x), 1) for axis in axes) != list(range(len(x))):
        raise ValueError(f"axes are the numbers 0 to {len(x) - 1} in another order")
    return tuple(x[axis] for axis in axes)


def repeated(x: Shape, shape: Shape = ()) -> Shape:
    """The shape of an array that is repeated to a larger shape."""
    if not are_whole(shape) or any(n < 1 for n in shape) or broadcast(x, shape) != shape:
        raise ValueError(f"the shape {x} cannot be repeated to {shape}")
    return shape


def padded(x: Shape, widths: tuple[tuple[int, int], ...] = ()) -> Shape:
    """The shape of an array with zeros before and behind the entries along each axis."""
    pairs = isinstance(widths, tuple) and all(are_whole(pair) and len(pair) == 2 for pair in widths)
    if not pairs or len(widths) != len(x) or any(width < 0 for pair in widths for width in pair):
        raise ValueError("widths are two numbers for each axis, such as ((0, 0), (1, 1))")
    return tuple(before + n + behind for n, (before, behind) in zip(by_rows(x), widths, strict=True))


def taken(x: Shape, at: Any = (0,), axis: int = 0) -> Shape:
    """The shape of the entries at some indices along an axis, which take its place."""
    of_indices = _indices(at, x[_axis(x, axis)])
    return (*x[: axis % len(x)], *of_indices, *x[axis % len(x) + 1 :])


def gathered(x: Shape, at: Any = (0,), axis: int = 0) -> Shape:
    """The shape of an entry along an axis for each index, at the index's own place along the others."""
    of_indices = _indices(at, x[_axis(x, axis)])
    others = [i for i in range(len(x)) if i != axis % len(x)]
    if len(of_indices) != len(x) or any(of_indices[i] > x[i] for i in others):
        raise ValueError("indices stand in an array of as many axes, no longer than those of the first")
    return of_indices


def scattered(x: Shape, y: Shape, at: Any = (0,), axis: int = 0) -> Shape:
    """The shape of an array to which entries are added, each at the index that stands for it."""
    if gathered(x, at, axis) != y:
        raise ValueError("there is an index for each entry that is added")
    return x


def replaced(x: Shape, y: Shape, at: tuple[Any, ...] = (0,)) -> Shape:
    """The shape of an array with other entries at some places, each of which is named once.

    >>> replaced((3, 2), (2,), ((0, 2), (1, 1)))
    (3, 2)
    """
    if not isinstance(at, tuple) or not 0 < len(at) <= len(x):
        raise ValueError(f"at are indices for one to {len(x)} axes, such as ((0, 2),)")
    met = broadcast(*(_indices(indices, length) for indices, length in zip(at, x, strict=False)))
    if any(len(_indices(indices, length)) > 1 for indices, length in zip(at, x, strict=False)):
        raise ValueError("the indices of an axis stand in one row")
    rows = [(indices,) if isinstance(indices, int) else indices for indices in at]
    places = zip(*(row * (prod(met) // len(row)) for row in rows), strict=True)
    named = [tuple(index % length for index, length in zip(place, x, strict=False)) for place in places]
    if len({*named}) < len(named):
        raise ValueError("no place is named twice")
    if broadcast(y, (*met, *x[len(at) :])) != (*met, *x[len(at) :]):
        raise ValueError(f"the entries there have the shape {(*met, *x[len(at) :])}")
    return x


def similar(x: Shape, y: Shape, axis: int = -1, keepdims: bool = False) -> Shape:
    """The shape of one number for the rows of two arrays along an axis."""
    if x != y or not x:
        raise ValueError("both are arrays of the same shape")
    return reduced(x, axis, keepdims)


def sorted_along(x: Shape, axis: int = -1, descending: bool = False) -> Shape:
    """The shape of the same entries in order."""
    if not isinstance(descending, bool):
        raise ValueError("descending is True or False")
    return along(x, axis)


def leading(x: Shape, k: int = 1, axis: int = -1) -> Shape:
    """The shape of the k largest entries along an axis."""
    length = x[_axis(x, axis)]
    if type(k) is not int or not 1 <= k <= length:
        raise ValueError(f"of {length} entries, k takes from 1 to {length}")
    return tuple(k if i == axis % len(x) else n for i, n in enumerate(x))


def _axis(x: Shape, axis: Any) -> int:
    if type(axis) is not int or not -len(x) <= axis < len(x):
        raise ValueError(f"there is no axis {axis}")
    return axis


def are_whole(numbers: Any) -> bool:
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
