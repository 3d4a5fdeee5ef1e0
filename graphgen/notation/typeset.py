"""Numbers and symbols as short lines of Unicode mathematics, and how wide a line is.

Pictures hold plain text, so formulas are written inline: 2(x + y), √x, ∂z/∂t, x₁.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from graphgen.graph import decimal_text, is_terminating

SUPERSCRIPT = str.maketrans(
    "0123456789+-−=()nixyabcdeghjklmoprstuvwz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱˣʸᵃᵇᶜᵈᵉᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷᶻ"
)
SUBSCRIPT = str.maketrans("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")

GREEK = {
    unicodedata.name(letter).rsplit(" ", 1)[1].lower(): letter for letter in "αβγδεζηθικλμνξοπρστυφχψω"
} | {"lambda": "λ"}
MAX_ROWS, MAX_COLUMNS = 4, 5
"""Of an array whose entries a picture shows."""
_LEFT = "⎡⎢⎣["
FIGURE_SPACE, PUNCTUATION_SPACE, EN_SPACE = "\u2007", "\u2008", "\u2002"
"""As wide as a digit, as a decimal point, and half the font's size."""
_LONGEST_INTEGER = 15
_LARGE, _ZEROS = 9, 6
"""The power of ten from which a number is written as one, and how many zeros an integer then ends in."""

_SPACES = {FIGURE_SPACE: 556, PUNCTUATION_SPACE: 278, EN_SPACE: 500}
_NO_PADDING = str.maketrans("", "", FIGURE_SPACE + PUNCTUATION_SPACE)

# Advance widths of Helvetica's ASCII characters, in thousandths of the font size (Adobe's AFM file).
_ASCII = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
# A word with the spaces behind it; Chinese and Japanese break anywhere, Korean at its spaces.
_BREAKABLE = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]\s*|[^\s\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+\s*|\s+"
)
_NO_WIDTH = ("Mn", "Me", "Cf")
"""The Unicode categories of characters that stand on another one, or are not seen."""
_MARGIN = 1.06
"""Other sans-serif fonts run a little wider than Helvetica."""


@lru_cache(maxsize=4096)  # a picture asks for each of its texts some times, and pages repeat them
def width(text: str, size: float) -> float:
    """The width of a line in points; full-width characters count one font size each.

    >>> width("100", 10) < width("사과 가격", 10)
    True
    """
    return sum(map(_advance, text)) * size * _MARGIN / 1000


@cache
def _advance(character: str) -> int:
    if " " <= character <= "~":
        return _ASCII[ord(character) - 32]
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    if _is_wide(character):
        return 1000
    if character in _SPACES:
        return _SPACES[character]
    if character == "∂":
        return 520
    if "SUPERSCRIPT" in unicodedata.name(character, "") or character in "·ˣʸᵢⱼₗ":
        return 400
    return 640


def cells(text: str) -> int:
    """The cells of a terminal that a line takes: two for a full-width character.

    >>> cells("tax"), cells("세금")
    (3, 4)
    """
    return sum(
        0 if unicodedata.category(character) in _NO_WIDTH else 1 + _is_wide(character) for character in text
    )


def in_columns(rows: Sequence[Sequence[str]]) -> str:
    """The rows of a table as lines for a terminal, each column as wide as its widest cell.

    >>> print(in_columns([("사과", "100"), ("tax", "1.1")]))
    사과  100
    tax   1.1
    """
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell + " " * (width - cells(cell)) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(map(str.rstrip, lines))


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def wrapped(text: str, size: float, limit: float = 118.0) -> str:
    """A text in lines of about `limit` points, broken at spaces or between full-width characters.

    >>> wrapped("the price of all the apples together", 14).count("\\n")
    1
    """
    lines = [""]
    for piece in _BREAKABLE.findall(text):
        if width((lines[-1] + piece).rstrip(), size) <= limit or not lines[-1].strip():
            lines[-1] += piece
        else:
            lines.append(piece)
    return "\n".join(line.strip() for line in lines)


def number_text(value: Any, digits: int = 6, thousands: bool = False) -> str:
    """An exact number as a picture shows it: an integer, a short decimal, else `digits` of it.

    Far from 1 it is a power of ten: a number with digits behind its point from 10⁹ on, an integer there too
    where it ends in six zeros or more (which commas between thousands would make readable), else from 10¹⁵.

    >>> number_text(Fraction(11, 5)), number_text(Fraction(-1, 3)), number_text(Fraction(1, 10**9))
    ('2.2', '−0.333333', '10⁻⁹')
    >>> number_text(10**12), number_text(1234567890123), number_text(Fraction(10**12, 7))
    ('10¹²', '1234567890123', '1.42857×10¹¹')
    """
    if getattr(value, "is_Rational", False):
        return _rational_text(int(value.p), int(value.q), digits, thousands)
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
    power = f"10{str(exponent).translate(SUPERSCRIPT)}"
    return sign + (power if mantissa == 1 else f"{mantissa:f}×{power}")


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
    rows = array if array.ndim == 2 else array.reshape(1, -1)
    if array.ndim > 2 or rows.shape[0] > MAX_ROWS or rows.shape[1] > MAX_COLUMNS:
        low, high = (number_text(bound, min(digits, 3), thousands) for bound in (array.min(), array.max()))
        return f"{'×'.join(map(str, array.shape))}: {low} … {high}"
    digits = max(digits - 2, 2)  # as precise as one number is, but together less to read
    cells = [[number_text(entry, digits, thousands) for entry in row] for row in rows]
    if array.ndim == 1:
        return f"[{', '.join(cells[0])}]"
    columns = [_right_aligned(column) for column in zip(*cells, strict=True)]
    lines = list(map(EN_SPACE.join, zip(*columns, strict=True)))
    left, right = ("[", "]") if len(lines) == 1 else (_tall("⎡⎢⎣", len(lines)), _tall("⎤⎥⎦", len(lines)))
    return "\n".join(map("".join, zip(left, lines, right, strict=True)))


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


def _decimal(value: Any, digits: int) -> tuple[Decimal, bool]:
    """The number rounded to `digits`, but to whole ones at the most, and whether it is an integer.

    An integer stays itself where it is no longer than `_LONGEST_INTEGER`, as does a decimal that short.
    """
    if isinstance(value, int | float):
        value = Fraction(value) if value == int(value) else Fraction(repr(float(value)))
    if isinstance(value, Fraction):
        number = Decimal(value.numerator) / Decimal(value.denominator)
        if is_terminating(value) and len(decimal_text(value)) <= 2 * _LONGEST_INTEGER:
            number = Decimal(decimal_text(value))
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


@lru_cache(maxsize=4096)
def name_text(name: str) -> str:
    """A name as a picture shows it: Greek letters as such, the short index of a letter below the line.

    >>> name_text("x_1"), name_text("w12"), name_text("alpha"), name_text("unit_price"), name_text("사과")
    ('x₁', 'w₁₂', 'α', 'unit_price', '사과')
    """
    base, _, index = name.partition("_")
    if not index and name[1:].isdecimal():
        base, index = name[0], name[1:]
    base = GREEK.get(base, base)
    if not index:
        return base + "_" * name.endswith("_") if base else name
    lowered = index.translate(SUBSCRIPT)
    single = len(base) == 1 and index.isalnum() and len(index) <= 2
    return base + lowered if single and lowered.isascii() is False and _is_lowered(lowered) else name


def _is_lowered(text: str) -> bool:
    return all("SUBSCRIPT" in unicodedata.name(character, "") for character in text)


def raised(text: str) -> str | None:
    """A text in superscript characters; None where some character has no such form.

    >>> raised("2"), raised("-1"), raised("x + 1")
    ('²', '⁻¹', None)
    """
    lifted = text.translate(SUPERSCRIPT)
    unchanged = any(before == after for before, after in zip(text, lifted, strict=True))
    return None if unchanged else lifted


def partial_text(of: str, by: str) -> str:
    """∂of/∂by, from two names."""
    return f"∂{name_text(of)}/∂{name_text(by)}"
