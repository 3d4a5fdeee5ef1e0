"""Entries taken from arrays, and put into them, however a framework writes it, in rows of the op table.

What a framework does to the numbers 0, 1, 2, … of the entries says which of them it takes, and where they go.
Of the rows that take the same entries the plainest is chosen: ranges, whole rows along an axis, an entry for
each place along an axis, and only then entries of the flattened array.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any, Protocol

from graphgen.frameworks.tape import NodeNumber, NoRowError, Tape
from graphgen.ops import Shape


class Recorder(Protocol):
    """What follows a framework: its tape, and nodes for what it meets."""

    tape: Tape

    def node(self, operand: Any) -> NodeNumber: ...

    def apply(self, name: str, *operands: Any, **parameters: Any) -> NodeNumber: ...


def numbered(shape: Shape) -> Any:
    """The numbers of the entries of an array, as floats, which every function takes."""
    import numpy as np

    return np.arange(prod(shape), dtype=float).reshape(shape)


def select(on: Recorder, x: Any, positions: Any) -> NodeNumber:
    """The entries of an array that have these numbers.

    Raises NoRowError where some are no numbers of entries, or there are none.
    """
    import numpy as np

    node = on.node(x)
    shape = on.tape.shape(node)
    positions = _whole(positions)
    if not positions.size or positions.min() < 0 or positions.max() >= prod(shape):
        raise NoRowError("gather")
    places = _whole(numbered(shape))
    if positions.shape == shape and (positions == places).all():
        return node
    if not shape:
        return on.apply("broadcast_to", node, shape=positions.shape)
    at = np.unravel_index(positions, shape)
    found = _by_ranges(on, node, positions, at, places)
    if found is None:
        found = _along_an_axis(on, node, positions, at, places)
    if found is None:
        flat = node if len(shape) == 1 else on.apply("reshape", node, shape=(prod(shape),))
        found = on.apply("take", flat, at=as_tuples(positions), axis=0)
    return _shaped(on, found, positions.shape)


def put(on: Recorder, x: Any, y: Any, origins: Any) -> NodeNumber:
    """An array with entries of another at some places: `origins` has for each entry of the first the number
    of the entry of the second that goes there, or −1."""
    import numpy as np

    origins = _whole(origins)
    is_put = origins >= 0
    if not is_put.any():
        return on.node(x)
    if is_put.all():
        return select(on, y, origins)
    deep = next(k for k in range(1, origins.ndim + 1) if _is_constant_behind(is_put, k))
    rows = is_put[(..., *[0] * (origins.ndim - deep))]
    at = tuple(map(as_tuples, np.nonzero(rows)))
    return on.apply("index_put", x, select(on, y, origins[rows]), at=at)


def add_at(on: Recorder, x: Any, y: Any, positions: Any) -> NodeNumber:
    """An array to which entries of another are added: `positions` has for each of them the number of the
    entry to which it comes, or −1 where it is left out."""
    import numpy as np

    x, positions = on.node(x), _whole(positions)
    shape = on.tape.shape(x)
    if (positions < 0).any():
        y, positions = select(on, y, np.nonzero(positions.ravel() >= 0)[0]), positions[positions >= 0]
    places = _whole(numbered(shape))
    for axis, length in enumerate(shape):
        for rows in _with_as_many_axes(positions, len(shape), axis):
            index = np.unravel_index(rows, shape)[axis]
            fits = all(n <= m for i, (n, m) in enumerate(zip(rows.shape, shape, strict=True)) if i != axis)
            if fits and length > 1 and (_at_index(places, index, axis) == rows).all():
                y = _shaped(on, on.node(y), rows.shape)
                return on.apply("scatter_add", x, y, at=as_tuples(index), axis=axis)
    flat = on.apply("reshape", x, shape=(prod(shape),)) if len(shape) != 1 else x
    y = _shaped(on, on.node(y), (positions.size,))
    return _shaped(on, on.apply("scatter_add", flat, y, at=as_tuples(positions.ravel()), axis=0), shape)


def as_tuples(numbers: Any) -> Any:
    """Whole numbers in rows as tuples in tuples, which a parameter is."""
    if hasattr(numbers, "tolist"):
        numbers = numbers.tolist()
    return tuple(map(as_tuples, numbers)) if isinstance(numbers, list) else numbers


def _whole(numbers: Any) -> Any:
    import numpy as np

    numbers = np.asarray(numbers)
    if not np.isfinite(numbers).all():
        raise NoRowError("gather")
    return numbers.astype(np.intp)


def _shaped(on: Recorder, node: NodeNumber, shape: Shape) -> NodeNumber:
    return node if on.tape.shape(node) == shape else on.apply("reshape", node, shape=shape)


def _by_ranges(on: Recorder, node: NodeNumber, positions: Any, at: Any, places: Any) -> NodeNumber | None:
    """The entries by a range of indices for each axis, or an index; None where they are no such block."""
    import numpy as np

    keys: list[Any] = []
    for along in at:
        seen = np.array(list(dict.fromkeys(along.ravel().tolist())))
        start, step = int(seen[0]), int(seen[1] - seen[0]) if len(seen) > 1 else 1
        if (seen != start + step * np.arange(len(seen))).any():
            return None
        keys.append((start, start + step * len(seen), step))
    ranges = [np.arange(*key) for key in keys]
    block = places[np.ix_(*ranges)]
    if block.size != positions.size or (block.ravel() != positions.ravel()).any():
        return None
    if block.shape != positions.shape:
        keys = [key[0] if len(indices) == 1 else key for key, indices in zip(keys, ranges, strict=True)]
    is_all = all(key == (0, length, 1) for key, length in zip(keys, places.shape, strict=True))
    return node if is_all else on.apply("index", node, at=tuple(keys))


def _along_an_axis(on: Recorder, node: NodeNumber, positions: Any, at: Any, places: Any) -> NodeNumber | None:
    """The entries by indices of one axis: of whole rows along the others, or one for each place there."""
    import numpy as np

    rows = positions.ndim - places.ndim + 1
    for axis in range(places.ndim):
        if rows > 0:
            index = at[axis][(*[0] * axis, *[slice(None)] * rows, *[0] * (places.ndim - axis - 1))]
            taken = np.take(places, index, axis)
            if taken.shape == positions.shape and (taken == positions).all():
                return on.apply("take", node, at=as_tuples(index), axis=axis)
        for whole in _with_as_many_axes(positions, places.ndim, axis):
            index = np.unravel_index(whole, places.shape)[axis]
            fits = all(
                n <= m for i, (n, m) in enumerate(zip(whole.shape, places.shape, strict=True)) if i != axis
            )
            if fits and places.ndim > 1 and (_at_index(places, index, axis) == whole).all():
                return on.apply("gather", node, at=as_tuples(index), axis=axis)
    return None


def _with_as_many_axes(positions: Any, count: int, axis: int) -> Iterator[Any]:
    """Numbers as they stand, where they have so many axes; with one more of length 1, where they lack one."""
    import numpy as np

    if positions.ndim == count:
        yield positions
    elif positions.ndim == count - 1:
        yield np.expand_dims(positions, axis)


def _at_index(places: Any, index: Any, axis: int) -> Any:
    """For each index along an axis the entry there, at the index's own place along the others."""
    import numpy as np

    grid: list[Any] = list(np.indices(index.shape, sparse=True))
    grid[axis] = index
    return places[tuple(grid)]


def _is_constant_behind(truths: Any, axes: int) -> bool:
    """Whether truths are alike wherever the first axes are."""
    rows = truths.reshape(*truths.shape[:axes], -1)
    return bool((rows == rows[..., :1]).all())
