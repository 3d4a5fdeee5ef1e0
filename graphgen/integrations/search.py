"""Figures and formulas of a page put aside, with words in their places: what a search should find."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

_FORMULA = re.compile(r"<math\b(?![^>]*\sdata-search-exclude\b).*?</math>", re.DOTALL)
_APART = re.compile(r"</?(?:mo|mtext|mrow|mfrac|mtd|mtr)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")


def in_words(page: str, figures: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """A page with a paragraph of words in the place of each figure that it has, and with the words of each
    formula; and what stood there by what stands there now. `figures` gives the words of each figure, as plain
    text.

    A search index takes the tags of a formula away, and would run its letters together. One that is marked
    with `data-search-exclude` stays, for the index leaves it out.
    """
    put_aside: dict[str, str] = {}
    for figure, words in figures.items():
        if figure in page:
            paragraph = f'<p class="graphgen-words-{len(put_aside)}">{html.escape(words, quote=False)}</p>'
            page = page.replace(figure, paragraph)
            put_aside[paragraph] = figure
    for formula in dict.fromkeys(_FORMULA.findall(page)):
        span = f'<span class="graphgen-words-{len(put_aside)}">{formula_words(formula)}</span>'
        page = page.replace(formula, span)
        put_aside[span] = formula
    return page, put_aside


def formula_words(formula: str) -> str:
    """What stands in a formula of MathML, its signs and words apart.

    >>> formula_words("<math><mi>z</mi><mo>=</mo><msub><mi>x</mi><mn>12</mn></msub></math>")
    'z = x12'
    """
    return " ".join(_TAG.sub("", _APART.sub(" ", formula)).split())


def restored(page: str, put_aside: Mapping[str, str]) -> str:
    """The page of `in_words` with the figures and the formulas in their places again."""
    for words, shown in put_aside.items():
        page = page.replace(words, shown)
    return page
