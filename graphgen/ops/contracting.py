"""The words of sums of products, and of entries put in the place of others, whatever numbers they are of."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphgen.ops.contractions import read_subscripts

Shape = tuple[int, ...]


def contracted(x: Any, y: Any, subscripts: str) -> Any:
    return np.asarray(np.einsum(subscripts, x, y))


def contracted_to_left(g: Any, y: Any, shape: Shape, subscripts: str) -> Any:
    """The gradient of the first array: what of g and the second meets at each of its entries."""
    found = read_subscripts(subscripts)
    return _met(g, found.kept, y, found.y, found.x, shape)


def contracted_to_right(g: Any, x: Any, shape: Shape, subscripts: str) -> Any:
    found = read_subscripts(subscripts)
    return _met(g, found.kept, x, found.x, found.y, shape)


def _met(g: Any, of_g: str, other: Any, of_other: str, of_result: str, shape: Shape) -> Any:
    """A product along the axes of an array; those that it alone has were summed, and are repeated."""
    known = "".join(letter for letter in of_result if letter in of_g + of_other)
    met = np.asarray(np.einsum(f"{of_g},{of_other}->{known}", g, other))
    lengths = [n if letter in known else 1 for letter, n in zip(of_result, shape, strict=True)]
    return np.broadcast_to(np.reshape(met, lengths), shape)


def bilinear(x: Any, y: Any, z: Any) -> Any:
    """xᵀ · Y · z for each matrix Y of a stack, row by row."""
    return np.asarray(np.einsum("...i,kij,...j->...k", x, y, z))


def bilinear_to_left(g: Any, y: Any, z: Any) -> Any:
    return np.asarray(np.einsum("...k,kij,...j->...i", g, y, z))


def bilinear_to_matrices(g: Any, x: Any, z: Any) -> Any:
    rows = (np.reshape(part, (-1, np.shape(part)[-1])) for part in (g, x, z))
    return np.asarray(np.einsum("nk,ni,nj->kij", *rows))


def bilinear_to_right(g: Any, x: Any, y: Any) -> Any:
    return np.asarray(np.einsum("...k,...i,kij->...j", g, x, y))


def put(x: Any, y: Any, at: tuple[Any, ...]) -> Any:
    """An array with other entries at some places, which each of the first axes has an index for."""
    whole = np.array(x)
    whole[_key(at)] = y
    return whole


def picked(g: Any, at: tuple[Any, ...]) -> Any:
    return g[_key(at)]


def _key(at: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(np.asarray(indices, dtype=np.intp) for indices in at)
