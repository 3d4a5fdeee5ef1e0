"""The shapes of arrays: where operands meet entry by entry, and what ops on whole arrays make of them.

Each function gives the shape of the result from those of the operands, or raises ValueError with what the
op takes.
"""

from __future__ import annotations

from math import prod

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
    """Of a product of rows and matrices."""
    if not 1 <= len(x) <= 2 or not 1 <= len(y) <= 2:
        raise ValueError("@ takes rows and matrices, such as [1, 2] and [[1, 2], [3, 4]]")
    if x[-1] != y[0]:
        raise ValueError(f"the {x[-1]} columns of the first do not meet the {y[0]} rows of the second")
    return x[:-1] + y[1:]


def affine(x: Shape, y: Shape, z: Shape) -> Shape:
    """Of such a product plus a row."""
    of_product = product(x, y)
    if z != of_product[len(of_product) - len(z) :]:
        raise ValueError(f"the last operand does not fit the product of the others, which is {of_product}")
    return of_product


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


def by_rows(x: Shape) -> Shape:
    """Of what is done to each row."""
    if not x:
        raise ValueError("it takes a row of numbers, or several rows, such as [[1, 2], [3, 4]]")
    return x


def loss(x: Shape, y: Shape) -> Shape:
    """Of a loss of rows with their targets."""
    if y not in (x, x[:-1]):
        raise ValueError("targets must have the shape of the first, or one label for each of its rows")
    by_rows(x)
    return ()
