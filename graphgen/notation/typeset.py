"""Numbers and arrays as a picture shows them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from graphgen.graph import decimal_text
from graphgen.notation.scripts import raised
from graphgen.notation.widths import EN_SPACE, FIGURE_SPACE, PUNCTUATION_SPACE

MAX_ROWS, MAX_COLUMNS = 4, 5
"""The size of an array whose entries a picture shows."""
_LEFT = "⎡⎢⎣["
_FEWEST_HALVED = 3
"""Entries of a row that is set in two lines where there is little room."""
_LONGEST_INTEGER = 15
_EXACT_ENOUGH = Context(prec=2 * _LONGEST_INTEGER)
_LARGE, _ZEROS = 9, 6
"""The power of ten from which a number is written as one, and how many zeros an integer then ends in."""

_NO_PADDING = str.maketrans("", "", FIGURE_SPACE + PUNCTUATION_SPACE)


def number_text(value: Any, digits: int = 6, thousands: bool = False) -> str:
    """An exact number as a picture shows it: an integer, a short decimal, else `digits` of it.

    Far from 1 it is a power of ten: a number with digits behind its point from 10⁹ on, an integer there too
    where it ends in six zeros or more (which commas between thousands would make readable), else from 10¹⁵.

    >>> number_text(Fraction(11, 5)), number_text(Fraction(-1, 3)), number_text(Fraction(1, 10**9))
    ('2.2', '−0.333333', '10⁻⁹')
    >>> number_text(10**12), number_text(1234567890123), number_text(Fraction(10**12, 7))
    ('10¹²', '1234567890123', '1.42857×10¹¹')
    """
    if isinstance(value, Fraction) or getattr(value, "is_Rational", False):
        return _rational_text(int(value.numerator), int(value.denominator), digits, thousands)
    return _decimal_text(*_decimal(value, digits), thousands)


@lru_cache(maxsize=4096)
def _rational_text(numerator: int, denominator: int, digits: int, thousands: bool) -> str:
    """A picture, its words and its data write the same few numbers again and again."""
    return _decimal_text(*_decimal(Fraction(numerator, denominator), digits), thousands)


def _decimal_text(number: Decimal, is_whole: bool, thousands: bool) -> str:
    sign = "−" if number < 0 else ""
    exponent = number.adjusted() if number else 0
    needs_digits = is_whole and (thousands or int(number.as_tuple().exponent) < _ZEROS)
    if -5 < exponent < (_LONGEST_INTEGER if needs_digits else _LARGE):
        return sign + f"{abs(number):{',' if thousands else ''}f}"
    mantissa = abs(number).scaleb(-exponent).normalize()
    power = f"10{raised(str(exponent))}"
    return sign + (power if mantissa == 1 else f"{mantissa:f}×{power}")


def exact_text(number: Fraction) -> str:
    """An exact number as a formula has it.

    >>> exact_text(Fraction(-11, 10)), exact_text(Fraction(1, 3))
    ('−1.1', '1/3')
    """
    return decimal_text(number).replace(" / ", "/").replace("-", "−")


def value_text(value: Any, digits: int = 6, thousands: bool = False) -> str:
    """A number or an array as a picture shows it."""
    write = array_text if getattr(value, "shape", ()) else number_text
    return write(value, digits, thousands)


def array_text(array: Any, digits: int = 6, thousands: bool = False) -> str:
    """An array of one axis or two as a picture shows it: in brackets, a large one by shape and range.

    >>> import numpy as np
    >>> in_prose(array_text(np.array([[1, 10], [-0.5, 2]])))
    '[1, 10; −0.5, 2]'
    >>> array_text(np.array([1, 2.5])), array_text(np.arange(200.0).reshape(20, 10))
    ('[1, 2.5]', '20×10: 0 … 199')
    """
    if not is_written_out(array):
        low, high = (number_text(bound, min(digits, 3), thousands) for bound in (array.min(), array.max()))
        return f"{'×'.join(map(str, array.shape))}: {low} … {high}"
    rows = array if array.ndim == 2 else array.reshape(1, -1)
    digits = entry_digits(digits)
    cells = [[number_text(entry, digits, thousands) for entry in row] for row in rows]
    if array.ndim == 1:
        return f"[{', '.join(cells[0])}]"
    columns = [_right_aligned(column) for column in zip(*cells, strict=True)]
    lines = list(map(EN_SPACE.join, zip(*columns, strict=True)))
    left, right = ("[", "]") if len(lines) == 1 else (_tall("⎡⎢⎣", len(lines)), _tall("⎤⎥⎦", len(lines)))
    return "\n".join(map("".join, zip(left, lines, right, strict=True)))


def entry_digits(digits: int) -> int:
    """The digits of an entry: as precise as one number is, but together less to read."""
    return max(digits - 2, 2)


def is_written_out(array: Any) -> bool:
    """Whether an array is small enough for a picture to show all its entries as numbers."""
    rows, columns = (1, *array.shape)[-2:]
    return bool(array.ndim <= 2 and rows <= MAX_ROWS and columns <= MAX_COLUMNS)


def _right_aligned(cells: Sequence[str]) -> list[str]:
    """The cells of a column, as wide as the widest: a digit and a sign are as wide as two points."""
    halves = [2 * len(cell) - sum(map(cell.count, ".,")) for cell in cells]
    gaps = [max(halves) - taken for taken in halves]
    return [
        FIGURE_SPACE * (gap // 2) + PUNCTUATION_SPACE * (gap % 2) + cell
        for gap, cell in zip(gaps, cells, strict=True)
    ]


def _tall(pieces: str, lines: int) -> str:
    """A bracket as high as some lines, a piece for each."""
    return pieces[0] + pieces[1] * (lines - 2) + pieces[2]


def in_prose(text: str) -> str:
    """A text of several lines as one: a matrix row by row, [1, 2; 3, 4]."""
    if not text.startswith(tuple(_LEFT)):
        return text
    rows = (line.strip(f"{_LEFT}⎤⎥⎦]").translate(_NO_PADDING) for line in text.split("\n"))
    return f"[{'; '.join(row.replace(EN_SPACE, ', ') for row in rows)}]"


def halved(text: str) -> str:
    """The text of an array in two lines, as a narrow column needs it: half of its entries on each, or its
    shape over its range. Empty where it has two entries or several lines, or is no array.

    >>> halved("[1, 2.5, −3]"), halved("20×10: 0 … 199"), halved("[1, 2]")
    ('[1, 2.5,\\n−3]', '20×10:\\n0 … 199', '')
    """
    shape, colon, bounds = text.partition(": ")
    if colon and shape.replace("×", "").isdigit():
        return f"{shape}:\n{bounds}"
    between = ", " if ", " in text else EN_SPACE
    entries = text[1:-1].split(between)
    if "\n" in text or text[:1] + text[-1:] != "[]" or len(entries) < _FEWEST_HALVED:
        return ""
    half = (len(entries) + 1) // 2
    first, second = between.join(entries[:half]), between.join(entries[half:])
    return f"[{first}{between.rstrip()}\n{second}]"


def _decimal(value: Any, digits: int) -> tuple[Decimal, bool]:
    """The number rounded to `digits`, but to whole ones at the most, and whether it is an integer.

    An integer stays itself where it is no longer than `_LONGEST_INTEGER`, as does a decimal that short.
    """
    if isinstance(value, int | float):
        value = Fraction(value) if value == int(value) else Fraction(repr(float(value)))
    if isinstance(value, Fraction):
        number = _EXACT_ENOUGH.divide(Decimal(value.numerator), Decimal(value.denominator))
    else:
        written = str(value if isinstance(value, Decimal) else value.evalf(digits + 2 * _LONGEST_INTEGER))
        # A Decimal's exponent has at most 18 digits; a number with a longer one is nothing to any reader.
        number = Decimal(written if len(written.partition("e-")[2]) < 18 else 0)
    before_point = number.adjusted() + 1 if number else 0
    is_whole = number == number.to_integral_value()
    longest = _LONGEST_INTEGER if is_whole else _LARGE
    kept = max(digits, before_point) if before_point <= longest else digits
    rounded = Context(prec=kept).plus(number).normalize()
    return (rounded if rounded else Decimal(0)), is_whole
