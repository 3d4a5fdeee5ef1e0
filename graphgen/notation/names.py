"""Names as mathematics writes them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from graphgen.notation.scripts import subscript

GREEK = {
    unicodedata.name(letter).rsplit(" ", 1)[1].lower(): letter for letter in "αβγδεζηθικλμνξοπρστυφχψω"
} | {"lambda": "λ"}


_LETTER = "A-Za-zÀ-ÖØ-öø-ɏα-ωḀ-ỿ"
_ABOVE = "\u0300-\u036f\u20d0-\u20ff"
# An underscore that is written makes a word of what it joins: unit_price.
VARIABLE = re.compile(rf"(?<![{_LETTER}가-힣_])[{_LETTER}][{_ABOVE}]*(?![{_LETTER}{_ABOVE}가-힣_])")
"""A letter that stands by itself, with what is above it."""
_NAME = re.compile(r"([^\W\d_]+)(?:_?(\d+)|_([^\W_]+))?")
_ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307"}


class Parts(NamedTuple):
    """A name taken apart: its base, a letter or a word, the accent above it, and its index."""

    base: str
    accent: str = ""
    below: str = ""


@lru_cache(maxsize=4096)
def parts_of(name: str) -> Parts:
    """A letter with an index or an accent, x_1, x1, W_qh, y_hat; a word with a number, out_0; else one word.

    >>> parts_of("W_qh"), parts_of("y_hat").accent, parts_of("unit_price").base
    (Parts(base='W', accent='', below='qh'), 'hat', 'unit_price')
    """
    if name == "lambda_":  # which Python does not take without its underscore
        return Parts("lambda")
    found = _NAME.fullmatch(name)
    if not found:
        return Parts(name)
    base, number, word = found.groups(default="")
    if is_letter(base):
        return Parts(base, word) if word in _ACCENTS else Parts(base, "", number or word)
    return Parts(base, "", number) if number and name[len(base)] == "_" else Parts(name)


def is_letter(base: str) -> bool:
    """Whether the base of a name is one letter, Latin, Greek or of another script with capitals."""
    return base in GREEK or (len(base) == 1 and base.upper() != base.lower())


@lru_cache(maxsize=4096)
def name_text(name: str) -> str:
    """A name as a picture shows it: Greek letters as such, indices below the line, accents above.

    >>> name_text("x_1"), name_text("w12"), name_text("alpha"), name_text("unit_price"), name_text("사과")
    ('x₁', 'w₁₂', 'α', 'unit_price', '사과')
    """
    base, accent, index = parts_of(name)
    letter = unicodedata.normalize("NFC", GREEK.get(base, base) + _ACCENTS.get(accent, ""))
    return letter + (subscript(GREEK.get(index, index)) if index else "")


def partial_text(of: str, by: str) -> str:
    """∂of/∂by, from two names, or from what stands for them already."""
    return f"∂{name_text(of)}/∂{name_text(by)}"
