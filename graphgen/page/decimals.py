"""Numbers as a page gets them: floats, of which the short ones are the decimals that they print as."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import inf, nextafter

from graphgen.graph import Value

_DIGITS = 15
"""Digits of a decimal that the page takes a float for."""


def page_number(number: Fraction | Decimal | float) -> float | int:
    """The float by which a page knows a number, without a point where it is whole.

    The page reads a float of 15 digits at most as that decimal. Where the number is another one, it gets the
    float beside it, which has more digits: that it takes for what may be off.

    >>> page_number(Fraction(3)), page_number(Fraction(1, 10)), page_number(Fraction(3 * 10**20 + 1, 10**20))
    (3, 0.1, 3.0000000000000004)
    """
    value = float(number)
    if Fraction(repr(value)) == Fraction(number):
        return int(value) if value.is_integer() and abs(value) < 10**_DIGITS else value
    return nextafter(value, inf) if _is_short(value) else value


def page_numbers(value: Value) -> list[float | int]:
    """The same of a number or of each entry of an array, row by row."""
    import numpy as np

    return [page_number(entry) for entry in np.ravel(np.array(value, dtype=object))]


def _is_short(value: float) -> bool:
    return len(Decimal(repr(value)).normalize().as_tuple().digits) <= _DIGITS
