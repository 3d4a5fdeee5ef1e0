"""A picture as a figure of a page: its SVG, the same as a table under a disclosure, and its live data."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from graphgen.diagram import PHRASES, Texts, called, columns, description, rows, title
from graphgen.drawing import SVG, Picture, draw, lay_out
from graphgen.errors import Place
from graphgen.graph import Node
from graphgen.notation import Cells, html_text, readable
from graphgen.options import LANGUAGES
from graphgen.page.element import Stage, held, svg_element, targets
from graphgen.page.links import Anchor, Piece, joined, linked
from graphgen.page.live import data
from graphgen.page.opening import opened_modules
from graphgen.page.phone import drawn_for_phone
from graphgen.page.strip import strip

_OPENS = {"en": ("Open {}", "Close {}"), "ko": ("{} 열기", "{} 닫기")}
"""The names of the buttons that open a module, and close it."""

_GUIDES = {"en": "Troubleshooting", "ko": "문제 해결"}

_FOR_PHONES = ' graphgen-phone" hidden="hidden'
"""Of the box of a drawing that only phones show: a class and an attribute."""

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
    words, options = shown.asked, shown.options
    phrases = PHRASES[options.language]
    opens, closes = _OPENS[options.language]
    graph = shown.graph
    # Arrays the page has as texts.
    is_small = graph.is_scalar or (len(graph) <= _MOST_ARRAYS and not opened)
    is_live = is_small and not (options.tangent or options.strip)
    opened = () if is_live or options.strip else opened
    buttons = {each.box: (f"{id}-open{n}", opens.format(each.name)) for n, each in enumerate(opened, 1)}
    heads = columns(shown.graph, words, options)
    head = "".join(f'<th scope="col">{html.escape(readable(column))}</th>' for column in heads)
    listed = [node for node in shown.graph if not node.is_constant]
    body: list[Piece] = []
    for node, (name, operation, value, locals_, gradient) in zip(
        listed, rows(shown.graph, words, options), strict=True
    ):
        sent = words.gradient_cells(node) if shown.graph.has_gradient(node.id) else ()
        entries = (), words.value_cells(node), (), sent
        written = map(_cell, (operation, value, locals_, gradient), entries)
        body += ["<tr><td>", *_named(node, name, words), f"</td>{''.join(written)}</tr>"]
    level = phrases.levels.get(shown.level)
    caption = f"<caption>{html.escape(level)}</caption>" if level else ""
    name = html.escape(readable(title(shown.graph, words, options)), quote=True)
    source = _quoted(readable(graph.source())) if is_live else ""
    live = (
        f"<graphgen-live data-graphgen='{_quoted(data(shown))}' data-source='{source}'></graphgen-live>"
        if is_live
        else ""
    )
    inside: list[Piece] = [f'<figure class="graphgen" id="{id}" lang="{options.language}">']

    def boxes(
        shown: Picture, drawn: SVG, id: str, stage: Stage, buttons: Mapping[str, tuple[str, str]]
    ) -> Iterator[Piece]:
        """A drawing in a box that scrolls, and a phone's in another."""
        narrow = drawn_for_phone(shown, drawn, engine, buttons)
        for each, its_id, marks in ((drawn, id, ""), (narrow, f"{id}-phone", _FOR_PHONES)):
            if each:
                yield f'<div class="graphgen-scroll{marks}" tabindex="0" role="group" aria-label="{name}">'
                yield from svg_element(
                    shown, each, its_id, targets(shown), stage, is_xml=is_xml, buttons=buttons
                )
                yield held(each)

    if options.strip:
        inside += strip(drawn, shown, id, text, is_xml)
    elif not opened:
        inside += boxes(shown, drawn, id, Stage(text), {})
    else:
        inside += [
            f'<div class="graphgen-level" id="{id}-closed">',
            *boxes(shown, drawn, id, Stage(text), buttons),
        ]
        for number, each in enumerate(opened, 1):
            level = f"{id}-open{number}"
            back = {each.title: (f"{id}-closed", closes.format(each.name))}
            prose = Stage(description(each.shown.graph, each.shown.asked, each.shown.options))
            inside += [
                f'</div><div class="graphgen-level" id="{level}" hidden="hidden">',
                *boxes(each.shown, each.drawn, f"{level}-drawn", prose, back),
            ]
        inside.append("</div>")
    between = (
        f"{live}"
        f"<details><summary>{html.escape(phrases.summary)}</summary>"
        f'<div class="graphgen-table" tabindex="0" role="group" aria-label="{name}">'
        f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>"
    )
    return joined([*inside, between, *body, "</tbody></table></div></details></figure>"])


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


def error_box(
    message: str,
    source: str,
    hint: str = "",
    header: str = "",
    first: int = 1,
    place: Place | None = None,
    guide: str = "",
    language: str | None = None,
) -> str:
    """What stands in place of a picture that cannot be shown: what is wrong, the hint, and the source.

    The source has line numbers, of which the one behind the fence's header is `first`; `place` is marked in
    it, or the header where there is none. `guide` is the address of what explains the message.
    """
    at = place.line if place else 0
    lines = [(0, header)] if header else []
    lines += enumerate(source.split("\n"), 1)
    code = "\n".join(
        f'<span data-at="{first - 1 + number}"></span>'
        + (_marked(line, place.column if place else None) if number == at else html.escape(readable(line)))
        for number, line in lines
    )
    # Read as one line, and shown as two.
    behind = (
        f'<span>; </span><span class="graphgen-advice">{html.escape(readable(hint))}</span>' if hint else ""
    )
    if guide:
        behind += f' <a href="{html.escape(guide)}">{_GUIDES.get(language or "", _GUIDES[LANGUAGES[0]])}</a>'
    return (
        f'<div class="graphgen-error" role="alert"><p><strong>graphgen:</strong> '
        f'{html.escape(readable(message))}{behind}</p><pre tabindex="0"><code>{code}</code></pre></div>'
    )


def _marked(line: str, column: int | None) -> str:
    """A line in which what stands at a column is marked: a word or a sign; else all of it."""
    start = 0 if column is None else min(column - 1, len(line))
    word = None if column is None else re.match(r"\w+|.", line[start:])
    end = start + word.end() if word else len(line)
    parts = line[:start], line[start:end], line[end:]
    before, within, behind = (html.escape(readable(part)) for part in parts)
    return f"{before}<mark>{within}</mark>{behind}"


def _quoted(text: str) -> str:
    """A text inside single quotes of HTML; JSON is full of double ones."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;")
