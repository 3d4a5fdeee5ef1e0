"""Figures of a page put aside, with what they say in words in their places: what a search should find."""

from __future__ import annotations

import html
from collections.abc import Mapping


def in_words(page: str, figures: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """A page with a paragraph of words in the place of each figure that it has; and those figures by their
    paragraphs. `figures` gives the words of each figure, as plain text."""
    put_aside: dict[str, str] = {}
    for figure, words in figures.items():
        if figure in page:
            paragraph = f'<p class="graphgen-words-{len(put_aside)}">{html.escape(words, quote=False)}</p>'
            page = page.replace(figure, paragraph)
            put_aside[paragraph] = figure
    return page, put_aside


def restored(page: str, put_aside: Mapping[str, str]) -> str:
    """The page of `in_words` with the figures in their places again."""
    for paragraph, figure in put_aside.items():
        page = page.replace(paragraph, figure)
    return page
