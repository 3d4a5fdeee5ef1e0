"""A picture's SVG made fit for a page, or for a file of its own.

On a page: ids that no other picture has, classes for the style sheet, a role, a title and a description,
and the same as a table under a disclosure. In a file: the same picture with its own light and dark style.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from graphgen.diagram import PHRASES, Annotations, Arrow, Shape, called, description, rows, steps, title
from graphgen.drawing import FONT, Drawn, Inscribe, Picture, demand_drawable, draw, escaped, picture, placed
from graphgen.graph import ComputationalGraph, Node, is_absolute
from graphgen.notation import formulas_in, label_text, readable
from graphgen.options import Options
from graphgen.page.live import data

_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'
_XLINK = ' xmlns:xlink="http://www.w3.org/1999/xlink"'
_SIGN = "[∂∇∑∏∫√∞]+"
_LETTERS = "A-Za-zÀ-ÖØ-öø-ɏα-ωḀ-ỿ"
_ABOVE = "\u0300-\u036f\u20d0-\u20ff"
# An underscore that could not be lowered makes a word of what it joins: h_next.
_VARIABLE = rf"(?<![{_LETTERS}가-힣_])[{_LETTERS}][{_ABOVE}]*(?![{_LETTERS}{_ABOVE}가-힣_])"
_SET = re.compile(f"{_SIGN}|{_VARIABLE}")
_LATIN = "Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif"
"""For the signs of mathematics, which fonts of full-width characters make as wide as those."""
_STANDALONE_COLOURS = """
svg { --graphgen-ink: #1f2933; --graphgen-accent: #b3124f; --graphgen-muted: #5b6673;
  --graphgen-node: #f6f7f9; --graphgen-paper: #ffffff;
  --graphgen-font: Helvetica, Arial, "Liberation Sans", "Noto Sans", "Noto Sans CJK KR", sans-serif; }
@media (prefers-color-scheme: dark) {
  svg { --graphgen-ink: #e4e8ee; --graphgen-accent: #ff7aa8; --graphgen-muted: #a3adba;
    --graphgen-node: #2a2f3d; --graphgen-paper: #1c1f26; }
}
.paper { fill: var(--graphgen-paper); }
"""


_LEAST = 0.775
"""How far a picture may shrink on a phone: its text of 14 px is then read at 10.9."""


def svg(graph: ComputationalGraph, options: Options | None = None, engine: str = "embedded") -> str:
    """A graph, verified and drawn, as the text of an SVG file that stands alone.

    It has a title, a description, and its own light and dark style.

    Raises VerificationError, EvaluationError, OptionError or RenderError, as `picture` and `draw` do.
    """
    options = options or Options()
    demand_drawable(graph, options)
    return standalone(picture(graph, options), engine)


def standalone(shown: Picture, engine: str = "embedded", styled: bool = True) -> str:
    """A picture as the text of an SVG file; without a style, in the light colours alone."""
    return _file(shown, draw(placed(shown.diagram, engine), _inscriber(shown)), styled)


def step_files(shown: Picture, engine: str = "embedded") -> list[str]:
    """A picture revealed one step at a time: an SVG file for each, in which nothing ever moves.

    What is computed in a step is emphasised, what was computed before is kept, the rest is hidden.
    """
    told = steps(shown.graph, shown.asked, shown.diagram, shown.options)
    where, inscribe = placed(shown.diagram, engine), _inscriber(shown)
    texts = []
    for number, step in enumerate(told):
        ahead = {id for later in told[number + 1 :] for id in later.arrows}
        current = {*step.arrows, *step.shapes} - ahead
        texts.append(_file(shown, draw(where, inscribe, current), stage=_Stage(step.text, ahead, current)))
    return texts


class _Stage(NamedTuple):
    """A picture at one step: what is told of it, and the ids of the parts that are hidden or current."""

    told: str
    hidden: Collection[str] = ()
    current: Collection[str] = ()


def _file(shown: Picture, drawn: Drawn, styled: bool = True, stage: _Stage | None = None) -> str:
    """A drawn picture as a file, whose links are those that mean the same wherever a file lies."""
    linked = frozenset(filter(is_absolute, _targets(shown)))
    if not styled:
        paper = '<rect fill="#ffffff" width="100%" height="100%" />'
        return _svg(shown, drawn, "graphgen", linked, paper, stage)
    links = asset("link.css") if _has_links(drawn, linked) else ""
    style = escaped(_STANDALONE_COLOURS + asset("diagram.css") + links)
    paper = f'<style>{style}</style><rect class="paper" width="100%" height="100%" />'
    text = _svg(shown, drawn, "graphgen", linked, paper, stage)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _has_links(drawn: Drawn, linked: Collection[str]) -> bool:
    return any(part.shape and part.shape.link in linked for part in drawn.parts)


def _targets(shown: Picture) -> frozenset[str]:
    return frozenset(node.link for node in shown.graph if node.link)


def figure(shown: Picture, id: str, engine: str = "embedded") -> str:
    """A picture as a piece of HTML; `id` is unique on its page.

    Its links lead where they are written to, which `graphgen.page.led` makes addresses of a page.
    """
    words, options = shown.asked, shown.options
    phrases = PHRASES[options.language]
    drawn = draw(placed(shown.diagram, engine), _inscriber(shown))
    least = round(_LEAST * drawn.width)
    inside = _svg(shown, drawn, id, _targets(shown))
    head = "".join(f'<th scope="col">{html.escape(column)}</th>' for column in phrases.columns)
    told = [node for node in shown.graph if not node.is_constant]
    body = "".join(
        f"<tr><td>{_named(node, name, words)}</td>"
        + "".join(f"<td>{html.escape(readable(cell))}</td>" for cell in cells)
        + "</tr>"
        for node, (name, *cells) in zip(told, rows(shown.graph, words, options), strict=True)
    )
    level = phrases.levels.get(shown.level)
    caption = f"<caption>{html.escape(level)}</caption>" if level else ""
    name = html.escape(readable(title(shown.graph, words, options)), quote=True)
    # The page computes with single numbers.
    is_live = shown.graph.is_scalar
    live = (
        f"<graphgen-live data-graphgen='{_quoted(readable(data(shown)))}'></graphgen-live>" if is_live else ""
    )
    return (
        f'<figure class="graphgen" id="{id}" lang="{options.language}">'
        f'<div class="graphgen-scroll" tabindex="0" role="group" aria-label="{name}">{inside}'
        # A style sheet cannot take a share of a picture's own width: this holds it.
        f'<svg class="graphgen-least" width="{least}" height="0" aria-hidden="true"></svg></div>'
        f"{live}"
        f"<details><summary>{html.escape(phrases.summary)}</summary>"
        f'<div class="graphgen-table" tabindex="0" role="group" aria-label="{name}">'
        f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details></figure>"
    )


def _named(node: Node, name: str, words: Annotations) -> str:
    """A node's name in the table, of which the author's words may be a link."""
    if not node.link:
        return html.escape(readable(name))
    linked = called(node, words)
    rest = name.removeprefix(linked)
    told, beside = (html.escape(readable(text)) for text in (linked, rest))
    return f'<a href="{html.escape(node.link)}">{told}</a>{beside}'


def error_box(message: str, source: str) -> str:
    """What stands in place of a picture that cannot be shown."""
    return (
        f'<div class="graphgen-error" role="alert"><p><strong>graphgen:</strong> '
        f"{html.escape(readable(message))}</p><pre><code>{html.escape(readable(source))}</code></pre></div>"
    )


def _quoted(text: str) -> str:
    """A text inside single quotes of HTML; JSON is full of double ones."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;")


@cache
def asset(name: str) -> str:
    """The text of a file in graphgen/assets."""
    return (files("graphgen") / "assets" / name).read_text(encoding="utf-8")


def _svg(
    shown: Picture,
    drawn: Drawn,
    id: str,
    linked: Collection[str],
    paper: str = "",
    stage: _Stage | None = None,
) -> str:
    """The `svg` element of a drawn picture, with links to the targets in `linked`.

    `paper` is what lies below the picture where it is a file of its own.
    """
    stage = stage or _Stage(description(shown.graph, shown.asked, shown.options))
    heading = title(shown.graph, shown.asked, shown.options)
    # Beside links the rest is silent: the description says it better.
    is_silent = _has_links(drawn, linked)
    role, links, silent = ("group", _XLINK, ' aria-hidden="true"') if is_silent else ("img", "", "")
    pieces = [
        f'<svg class="graphgen-diagram" viewBox="0 0 {drawn.width} {drawn.height}" width="{drawn.width}"'
        f' height="{drawn.height}" font-family="{FONT}" text-anchor="middle" role="{role}"'
        f' aria-labelledby="{id}-title {id}-desc"{links}{_NAMESPACE if paper else ""}>'
        f'<title id="{id}-title">{escaped(heading)}</title>'
        f'<desc id="{id}-desc">{escaped(stage.told)}</desc>{paper}'
    ]
    for part in drawn.parts:
        classes = f"{part.classes} current" if part.id in stage.current else part.classes
        unseen = ' visibility="hidden"' if part.id in stage.hidden else ""
        group = f'<g id="{id}-{part.id}" class="{classes}"{unseen}'
        if part.shape and part.shape.link in linked:
            pieces.append(_linked(f"{group}>{part.inside}</g>", part.shape, shown))
        else:
            pieces.append(f"{group}{silent}>{part.inside}</g>")
    return readable("".join((*pieces, "</svg>")))


def _linked(group: str, shape: Shape, shown: Picture) -> str:
    """A shape as a link to where its author says."""
    target = shape.link or ""
    # Material's instant navigation stops at an SVG's href within the site; the older name it leaves alone.
    attribute = "href" if target.lower().startswith(("http:", "https:")) else "xlink:href"
    name = html.escape(_spoken(shape, shown))
    return f'<a {attribute}="{html.escape(target)}" role="link" aria-label="{name}">{group}</a>'


def _spoken(shape: Shape, shown: Picture) -> str:
    """What a shape is called; one that stands for several nodes, by what is written in it."""
    if shape.kind == "group":
        return " ".join(shape.text.split())
    return called(shown.graph[shape.node], shown.words)


def _inscriber(shown: Picture) -> Inscribe:
    """How the lines of a picture are set: each by the author's labels that it can come from."""
    labels = {node.id: node.label for node in shown.graph if node.label}

    def inscribe(line: str, at: Shape | Arrow) -> str:
        if not _SET.search(line):
            return escaped(line)
        if isinstance(at, Shape) and at.kind == "group":
            near = list(labels.values())
        else:
            own = labels.get(at.node if isinstance(at, Shape) else at.tail.node)
            near = [own] if own else []
        return _typeset(line, [label for label in near if line in label_text(label)])

    return inscribe


def _typeset(line: str, labels: list[str]) -> str:
    """Sets the variables of a line, its single letters, in italics, and its signs in a font that has them
    narrow. In an author's label only the formulas have variables: the a of "a piece" is none."""
    formulas = [formula for label in labels for formula in formulas_in(label)] if labels else [line]
    slanted = {
        start + found.start()
        for formula in formulas
        for start in _places(formula, line)
        for found in re.finditer(_VARIABLE, formula)
    }
    written: list[str] = []
    end = 0
    for found in _SET.finditer(line):
        if re.match(_SIGN, found[0]):
            style = f'font-family="{_LATIN}"'
        elif found.start() in slanted:
            style = 'font-style="italic"'
        else:
            continue
        written += escaped(line[end : found.start()]), f"<tspan {style}>{found[0]}</tspan>"
        end = found.end()
    return "".join((*written, escaped(line[end:])))


def _places(part: str, line: str) -> Iterator[int]:
    """Where a part of a line begins, each time that it occurs."""
    start = line.find(part)
    while part and start >= 0:
        yield start
        start = line.find(part, start + len(part))
