"""Figures of a page put aside, with what they say in words in their places: what a search should find."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

_FIGURE = re.compile(r'<figure class="graphgen" id="(\w+).*?</figure>', re.DOTALL)
_TOLD = re.compile(r"<(?:title|desc) [^>]*>([^<]*)")
_PARAGRAPH = re.compile(r'<p class="graphgen-words-\d+">[^<]*</p>')


def told(html: str) -> tuple[str, dict[str, str]]:
    """A piece of HTML with a paragraph in the place of each figure, made of the title and the description
    of its picture; and the figures by their paragraphs."""
    figures: dict[str, str] = {}

    def tell(figure: re.Match[str]) -> str:
        words = ". ".join(_TOLD.findall(figure[0]))
        paragraph = f'<p class="graphgen-words-{len(figures)}">{words}</p>'
        figures[paragraph] = figure[0]
        return paragraph

    return _FIGURE.sub(tell, html), figures


def restored(html: str, figures: Mapping[str, str]) -> str:
    """The HTML that `told` has told, with the figures in their places again."""
    return _PARAGRAPH.sub(lambda paragraph: figures.get(paragraph[0], paragraph[0]), html)


def ids_of(figures: Iterable[str]) -> Counter[str]:
    """How many figures have each id, without the number that tells those of one source apart."""
    return Counter(found[1] for found in map(_FIGURE.match, figures) if found)
