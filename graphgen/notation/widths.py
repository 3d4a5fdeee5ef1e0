"""How wide a character is: in Helvetica, which other sans-serif fonts are much like, and in a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache

FIGURE_SPACE, PUNCTUATION_SPACE, EN_SPACE = "\u2007", "\u2008", "\u2002"
"""As wide as a digit, as a decimal point, and half the font's size."""

_SPACES = {FIGURE_SPACE: 556, PUNCTUATION_SPACE: 278, EN_SPACE: 500}
_NO_WIDTH = ("Mn", "Me", "Cf")
"""The Unicode categories of characters that stand on another one, or are not seen."""

# Advance widths of Helvetica's ASCII characters, in thousandths of the font size (Adobe's AFM file).
_ASCII = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip

_WIDTHS = {"∂": 520, "·": 400, "→": 1000, "○": 604, **dict.fromkeys("ˆ˜ˉ˙¨ˇ", 333)}


@cache
def advance(character: str) -> int:
    """The width of a character in thousandths of the font size; a full-width one has all of it."""
    if " " <= character <= "~":
        return _ASCII[ord(character) - 32]
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    if _is_wide(character):
        return 1000
    if character in _SPACES:
        return _SPACES[character]
    return _WIDTHS.get(character, 640)


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
