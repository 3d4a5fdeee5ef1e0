"""Operations of a framework for which the op table has no row: a name, and numbers that were captured."""

from __future__ import annotations

from functools import cache

from graphgen.ops.row import Op
from graphgen.ops.shapes import Shape


@cache
def opaque(name: str, arity: int) -> Op:
    """The op of a captured operation that has no rules of its own: its numbers stand with the node.

    >>> opaque("erfinv", 1).symbol
    'erfinv'
    """
    return Op(name, name, "", ("",) * arity, shape=_unknown, is_opaque=True)


def _unknown(*_: Shape) -> Shape:
    raise ValueError("its shape is that of the value that was captured")
