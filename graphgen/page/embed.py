"""A picture as a figure of a page: its SVG, the same as a table under a disclosure, and its live data."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping

from graphgen.diagram import PHRASES, Texts, called, columns, description, rows, title
from graphgen.drawing import SVG, Picture, draw, lay_out
from graphgen.graph import Node
from graphgen.notation import Cells, html_text, readable
from graphgen.page.element import SCROLLED, Stage, scroll_box, svg_element, targets
from graphgen.page.links import Anchor, Piece, joined, linked
from graphgen.page.live import data
from graphgen.page.opening import opened_modules
from graphgen.page.phone import drawn_for_phone
from graphgen.page.strip import strip

_OPENS = {"en": ("Open {}", "Close {}"), "ko": ("{} 열기", "{} 닫기")}
"""The names of the buttons that open a module, and close it."""

_FOR_PHONES = f'{SCROLLED} graphgen-phone" hidden="hidden'
"""The kind of the box of a drawing that only phones show, and that it is hidden elsewhere."""

_MOST_ARRAYS = 200
"""Nodes of a picture with arrays whose texts a page carries."""


def figure(shown: Picture, id: str, engine: str = "embedded") -> str:
    """A picture as a piece of HTML; `id` is unique on its page.

    Its links lead where they are written to.
    """
    drawn = draw(lay_out(shown.scene, engine), engine)
    prose = description(shown.graph, shown.asked, shown.options)
    return linked(figure_around(drawn, shown, id, prose, engine))


def figure_around(
    drawn: SVG,
    shown: Picture,
    id: str,
    text: str,
    engine: str,
    is_xml: bool = False,
) -> list[Piece]:
    """The same around what is drawn already, with a description, in pieces that `linked` puts together.

    An open module is shown in its place by a button in the picture, and a narrower drawing of each by phones.
    """
    opened = opened_modules(shown, engine)
    is_live = _is_live(shown, bool(opened))
    language = shown.options.language
    name = html.escape(readable(title(shown.graph, shown.asked, shown.options)), quote=True)

    def boxes(
        shown: Picture, drawn: SVG, id: str, stage: Stage, buttons: Mapping[str, tuple[str, str]]
    ) -> Iterator[Piece]:
        """A drawing in a box that scrolls, and a phone's in another."""
        narrow = drawn_for_phone(shown, drawn, engine, buttons)
        for each, its_id, kind in ((drawn, id, SCROLLED), (narrow, f"{id}-phone", _FOR_PHONES)):
            if each:
                led_to = targets(shown)
                picture = svg_element(shown, each, its_id, led_to, stage, is_xml=is_xml, buttons=buttons)
                yield from scroll_box(picture, each, name, kind)

    pieces: list[Piece] = [f'<figure class="graphgen" id="{id}" lang="{language}">']
    if shown.options.strip:
        pieces += strip(drawn, shown, id, text, is_xml)
    elif is_live or not opened:
        pieces += boxes(shown, drawn, id, Stage(text), {})
    else:
        opens, closes = _OPENS[language]
        buttons = {each.box: (f"{id}-open{n}", opens.format(each.name)) for n, each in enumerate(opened, 1)}
        pieces.append(f'<div class="graphgen-level" id="{id}-closed">')
        pieces += boxes(shown, drawn, id, Stage(text), buttons)
        for number, each in enumerate(opened, 1):
            inner, level = each.shown, f"{id}-open{number}"
            stage = Stage(description(inner.graph, inner.asked, inner.options))
            back = {each.title: (f"{id}-closed", closes.format(each.name))}
            pieces.append(f'</div><div class="graphgen-level" id="{level}" hidden="hidden">')
            pieces += boxes(inner, each.drawn, f"{level}-drawn", stage, back)
        pieces.append("</div>")
    if is_live:
        pieces.append(
            f"<graphgen-live data-graphgen='{_quoted(data(shown))}'"
            f" data-source='{_quoted(readable(shown.graph.source()))}'></graphgen-live>"
        )
    return joined([*pieces, *_table(shown, name), "</figure>"])


def _is_live(shown: Picture, has_modules: bool) -> bool:
    """Whether the page has what its script needs; of arrays, their texts."""
    graph, options = shown.graph, shown.options
    is_small = graph.is_scalar or (len(graph) <= _MOST_ARRAYS and not has_modules)
    return is_small and not (options.tangent or options.strip)


def _table(shown: Picture, name: str) -> Iterator[Piece]:
    """What the picture shows as a table, folded; `name` is the picture's."""
    graph, words, options = shown.graph, shown.asked, shown.options
    phrases = PHRASES[options.language]
    level = phrases.levels.get(shown.level)
    caption = f"<caption>{html.escape(level)}</caption>" if level else ""
    heads = (html.escape(readable(column)) for column in columns(graph, words, options))
    head = "".join(f'<th scope="col">{column}</th>' for column in heads)
    yield (
        f"<details><summary>{html.escape(phrases.summary)}</summary>"
        f'<div class="graphgen-table" tabindex="0" role="group" aria-label="{name}">'
        f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>"
    )
    listed = (node for node in graph if not node.is_constant)
    for node, (called_as, *texts) in zip(listed, rows(graph, words, options), strict=True):
        sent = words.gradient_cells(node) if graph.has_gradient(node.id) else ()
        cells = map(_cell, texts, ((), words.value_cells(node), (), sent))
        yield "<tr><td>"
        yield from _named(node, called_as, words)
        yield f"</td>{''.join(cells)}</tr>"
    yield "</tbody></table></div></details>"


def _cell(text: str, entries: Cells) -> str:
    """A cell of the table; the entries of an array that its text does not write out are folded into it."""
    written = readable(html_text(text))
    if not entries:
        return f"<td>{written}</td>"
    inside = "".join(f"<tr>{''.join(f'<td>{entry.text}</td>' for entry in row)}</tr>" for row in entries)
    return (
        f"<td><details><summary>{written}</summary>"
        f'<table class="graphgen-entries"><tbody>{inside}</tbody></table></details></td>'
    )


def _named(node: Node, name: str, words: Texts) -> Iterator[Piece]:
    """A node's name in the table, of which the author's words may be a link."""
    if not node.link:
        yield readable(html_text(name))
        return
    own_words = called(node, words)
    yield Anchor(node.link, False, readable(html_text(own_words)))
    yield readable(html_text(name.removeprefix(own_words)))


def _quoted(text: str) -> str:
    """A text inside single quotes of HTML; JSON is full of double ones."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;")
