"""Functions that an author only names, as f in x = f(w): an op for each, with a stand-in for its numbers.

Nothing is known of such a function but that it has derivatives. Its formulas are written with its name. To
prove them they are taken at a point, where a smooth function of our own stands in for it, different for
each name: what holds whatever f is, holds for that one.
"""

from __future__ import annotations

from functools import cache
from zlib import crc32

from graphgen.ops.row import Op
from graphgen.ops.rules import OPERANDS


@cache
def abstract(name: str, arity: int) -> Op:
    """The op of a function that is only named, of some number of operands.

    Its stand-in is 1/2 + sin(a·x + b·y + … + c)/3, which lies between 0 and 1, where most functions have
    values; the numbers a, b, … and c follow from the name.

    >>> abstract("f", 1).value
    '1 / 2 + sin(9 * x / 4 + 1) / 3'
    """
    digits = crc32(name.encode())
    slopes = [f"{4 + (digits + 3 * i) % 7}" for i in range(arity)]
    terms = [f"{slope} * {operand} / 4" for slope, operand in zip(slopes, OPERANDS, strict=False)]
    inner = f"{' + '.join(terms)} + {digits % 5}"
    vjps = tuple(f"g * {slope} * cos({inner}) / 12" for slope in slopes)
    return Op(name, name, f"1 / 2 + sin({inner}) / 3", vjps, is_abstract=True)
