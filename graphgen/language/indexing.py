"""The brackets of x[0] or x[1:3]: which entries of an array are taken."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from graphgen.errors import SourceError, excerpt
from graphgen.ops import Shape

Place = int | tuple[int, int, int]
"""An index from 0, or the start, stop and step of a range of them."""


def read_key(keys: Sequence[Any], shape: Shape) -> tuple[tuple[Place, ...], Shape]:
    """The places that indices, slices and an ellipsis take of an array, and the shape of what is there.

    No places are those of the whole array.

    >>> read_key([-1], (3, 2)), read_key([slice(None, None, -1), 0], (3, 2)), read_key([...], (3, 2))
    (((2,), (2,)), (((2, -1, -1), 0), (3,)), ((), (3, 2)))

    Raises SourceError for an index that the array has not.
    """
    whole = [*keys]
    if not any(key is Ellipsis for key in whole):
        whole.append(Ellipsis)
    at = next(place for place, key in enumerate(whole) if key is Ellipsis)
    if not shape and len(whole) > 1:
        raise SourceError("an entry of a single number is taken", "give it an array, as in x = [1, 2]")
    missing = len(shape) + 1 - len(whole)
    if missing < 0:
        raise SourceError(
            f"{len(whole) - 1} indices are given to an array of the shape {shape}",
            "give at most one index or slice for each axis",
        )
    whole[at : at + 1] = [slice(None)] * missing
    places = [_place(key, length) for key, length in zip(whole, shape, strict=True)]
    kept = tuple(len(range(*place)) for place in places if not isinstance(place, int))
    while places and places[-1] == (0, shape[len(places) - 1], 1):
        places.pop()
    return tuple(places), kept


def _place(key: Any, length: int) -> Place:
    if isinstance(key, slice):
        try:
            start, stop, step = key.indices(length)
        except (TypeError, ValueError, SourceError):
            raise _no_index(key, length) from None
        if not range(start, stop, step):
            raise SourceError(f"a slice of an axis of {length} has no entries", "an array has at least one")
        return start, stop, step
    try:
        index = operator.index(key)
    except (TypeError, SourceError):
        raise _no_index(key, length) from None
    if isinstance(key, bool) or not -length <= index < length:
        raise _no_index(key, length)
    return index % length


def _no_index(key: Any, length: int) -> SourceError:
    return SourceError(
        f"{excerpt(str(key))} is no index of an axis of {length}",
        "give a whole number or a slice, as in x[0] or x[1:3]",
    )
