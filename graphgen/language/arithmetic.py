"""Arithmetic on the numbers of a source: exact, and only where the language can write the result."""

from __future__ import annotations

from fractions import Fraction

from graphgen.graph import decimal_places

MAX_DIGITS = 100
"""Significant digits in one number."""
SMALLEST, LARGEST = Fraction("1e-307"), Fraction("1e308")
"""Between which a number lies in size, unless it is 0."""

_PLAIN_BITS = 64
"""The bits of the two parts of a fraction whose decimal, if it has one, is short."""
_MAX_BITS = 4_096
"""The bits of the longest power; a longer one is not even worked out."""


def combined(operator: str, x: Fraction, y: Fraction) -> Fraction | None:
    """The result of two numbers; None where that is no number, not rational, or too long to write.

    >>> combined("/", Fraction(1), Fraction(3)), combined("**", Fraction(2), Fraction(1, 2))
    (Fraction(1, 3), None)
    """
    match operator:
        case "+":
            result = x + y
        case "-":
            result = x - y
        case "*":
            result = x * y
        case "/" if y:
            result = x / y
        case "**" if _has_power(x, y):
            result = x ** int(y)
        case _:
            return None
    return result if is_written(result) else None


def is_written(number: Fraction) -> bool:
    """Whether the language can write a number: as a decimal, or as a quotient of whole numbers."""
    if max(number.numerator.bit_length(), number.denominator.bit_length()) <= _PLAIN_BITS:
        return True
    if not SMALLEST <= abs(number) <= LARGEST:
        return False
    places = decimal_places(number)
    if places is None:
        parts = [abs(number.numerator), number.denominator]
    else:
        parts = [int(abs(number) * 10**places)]
    return all(part <= LARGEST and len(str(part).strip("0")) <= MAX_DIGITS for part in parts)


def _has_power(x: Fraction, y: Fraction) -> bool:
    bits = max(x.numerator.bit_length(), x.denominator.bit_length())
    return y.denominator == 1 and bool(x or y >= 0) and abs(y) * bits <= _MAX_BITS
