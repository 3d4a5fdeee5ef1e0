"""Sums of products of arrays: Einstein's notation, and products that are linear in three arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from graphgen.ops.shapes import Shape

_SUBSCRIPTS = "subscripts are a letter for each axis, such as 'ij,jk->ik'"


class Subscripts(NamedTuple):
    """The letters of the axes of two arrays, and of those that stay."""

    x: str
    y: str
    kept: str


def read_subscripts(written: Any) -> Subscripts:
    """
    >>> read_subscripts("ij,jk->ik")
    Subscripts(x='ij', y='jk', kept='ik')

    Raises ValueError for what is none, or has a letter twice for one array.
    """
    text = written.replace(" ", "") if isinstance(written, str) else ""
    given, arrow, kept = text.partition("->")
    x, comma, y = given.partition(",")
    if not (arrow and comma and text.isascii() and f"{x}{y}{kept}".isalpha()):
        raise ValueError(_SUBSCRIPTS)
    for letters in (x, y, kept):
        if len(set(letters)) < len(letters):
            raise ValueError(f"no letter stands twice for one array, as in {letters!r}")
    if not set(kept) <= set(x + y):
        raise ValueError(f"{kept!r} has a letter that neither array has")
    return Subscripts(x, y, kept)


def contracted(x: Shape, y: Shape, subscripts: Any = "") -> Shape:
    """The shape of a product in Einstein's notation: axes of one letter meet, those that are not kept are
    summed."""
    found = read_subscripts(subscripts)
    if (len(found.x), len(found.y)) != (len(x), len(y)):
        raise ValueError(f"{found.x!r} and {found.y!r} name as many axes as the arrays have")
    lengths: dict[str, int] = {}
    for letter, length in (*zip(found.x, x, strict=True), *zip(found.y, y, strict=True)):
        if lengths.setdefault(letter, length) != length:
            raise ValueError(f"the axes {letter!r} are of equal length")
    return tuple(lengths[letter] for letter in found.kept)


def bilinear(x: Shape, y: Shape, z: Shape) -> Shape:
    """The shape of rows, the matrices of a stack between them, and other rows."""
    if len(y) != 3 or not x or not z or x[:-1] != z[:-1] or (x[-1], z[-1]) != y[1:]:
        raise ValueError(
            "rows of x and z meet a stack of matrices y, of as many rows and columns as they have"
        )
    return (*x[:-1], y[0])


def pairwise(subscripts: str, count: int) -> Iterator[str]:
    """A product of several arrays as one of two at a time: the first two, what that gives and the third, …

    >>> list(pairwise("ij,jk,kl->il", 3))
    ['ij,jk->ik', 'ik,kl->il']

    Raises ValueError for other subscripts than those of as many arrays.
    """
    given, arrow, kept = subscripts.replace(" ", "").partition("->")
    parts: Sequence[str] = given.split(",")
    if not arrow or len(parts) != count or count < 2:
        raise ValueError(_SUBSCRIPTS)
    first = parts[0]
    for place, part in enumerate(parts[1:], 2):
        ahead = {*"".join(parts[place:]), *kept}
        met = kept if place == count else "".join(dict.fromkeys(c for c in first + part if c in ahead))
        yield f"{first},{part}->{met}"
        first = met
