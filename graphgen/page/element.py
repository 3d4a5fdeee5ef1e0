"""A picture's SVG put together: for a page, for a file of its own, or step by step.

On a page it has ids that no other picture has, classes for the style sheet, a role, a title and a
description. In a file it has its own light and dark style.
"""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

from graphgen.diagram import SHRINKING, Shape, Step, called, description, steps, title
from graphgen.drawing import FONT, NAMESPACE, SVG, Picture, draw, escaped, lay_out, picture, require_drawable
from graphgen.errors import contained
from graphgen.graph import ComputationalGraph, is_absolute
from graphgen.notation import plain, readable
from graphgen.options import Options
from graphgen.page.lettering import inscribed, inscribed_for_renderer
from graphgen.page.links import Anchor, Piece, linked

_XLINK = ' xmlns:xlink="http://www.w3.org/1999/xlink"'
_STANDALONE_COLOURS = """
svg { --graphgen-ink: #1f2933; --graphgen-accent: #b3124f; --graphgen-tangent: #00607a;
  --graphgen-muted: #5b6673; --graphgen-node: #f6f7f9; --graphgen-paper: #ffffff;
  --graphgen-font: Helvetica, Arial, "Liberation Sans", "Noto Sans", "Noto Sans CJK KR", sans-serif; }
@media (prefers-color-scheme: dark) {
  svg { --graphgen-ink: #e4e8ee; --graphgen-accent: #ff7aa8; --graphgen-tangent: #7fd3ea;
    --graphgen-muted: #a3adba; --graphgen-node: #2a2f3d; --graphgen-paper: #1c1f26; }
}
.paper { fill: var(--graphgen-paper); }
"""


_RENDERED = f"Liberation Sans, {FONT}"
"""The fonts of pictures for the renderer, which brings the first along: machines set them alike."""
SCROLLED = "graphgen-scroll"
"""The class of a box that scrolls, as the page's script and style know it."""
_EMPHASIS = 1.7
"""How much thicker the outlines are of what a step computes."""


@contained()
def svg(graph: ComputationalGraph, options: Options | None = None, engine: str = "embedded") -> str:
    """A graph, verified and drawn, as the text of an SVG file that stands alone.

    It has a title, a description, and its own light and dark style.

    Raises VerificationError, EvaluationError, OptionError or RenderError, as `picture` and `draw` do.
    """
    options = options or Options()
    require_drawable(graph, options)
    return standalone(picture(graph, options), engine)


def standalone(shown: Picture, engine: str = "embedded", styled: bool = True) -> str:
    """A picture as the text of an SVG file; without a style, in the light colours alone."""
    return file_around(draw(lay_out(shown.scene, engine), engine), shown, styled)


def step_files(shown: Picture, engine: str = "embedded") -> list[str]:
    """A picture revealed one step at a time: an SVG file for each, in which nothing ever moves.

    What is computed in a step is emphasised, what was computed before is kept, the rest is hidden.
    """
    found = steps(shown.graph, shown.asked, shown.scene, shown.options)
    drawn = draw(lay_out(shown.scene, engine), engine)
    return [file_around(drawn, shown, stage=stage) for stage in stages(found)]


class Stage(NamedTuple):
    """A picture at one step: what is said of it, and the ids of the parts that are hidden or current."""

    text: str
    hidden: Collection[str] = ()
    current: Collection[str] = ()


def stages(found: Sequence[Step]) -> Iterator[Stage]:
    """The picture at each of the steps: those ahead are hidden, and what a step computes is current."""
    for number, step in enumerate(found):
        ahead = {id for later in found[number + 1 :] for id in later.arrows}
        yield Stage(step.text, ahead, {*step.arrows, *step.shapes} - ahead)


def file_around(drawn: SVG, shown: Picture, styled: bool = True, stage: Stage | None = None) -> str:
    """The text of an SVG file around what is drawn already; without a style it is for the renderer.

    Its links are those that mean the same wherever a file lies.
    """
    led_to = frozenset(filter(is_absolute, targets(shown)))
    stage = stage or Stage(description(shown.graph, shown.asked, shown.options))
    if not styled:
        paper = '<rect fill="#ffffff" width="100%" height="100%" />'
        return linked([*svg_element(shown, drawn, "graphgen", led_to, stage, paper, is_rendered=True)])
    links = asset("link.css") if _has_links(drawn, led_to) else ""
    style = escaped(_STANDALONE_COLOURS + asset("diagram.css") + links)
    paper = f'<style>{style}</style><rect class="paper" width="100%" height="100%" />'
    written = linked([*svg_element(shown, drawn, "graphgen", led_to, stage, paper)])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _has_links(drawn: SVG, led_to: Collection[str]) -> bool:
    return any(part.link in led_to for part in drawn.parts)


def targets(shown: Picture) -> frozenset[str]:
    return frozenset(node.link for node in shown.graph if node.link)


@cache
def asset(name: str) -> str:
    """The text of a file in graphgen/assets."""
    return (files("graphgen") / "assets" / name).read_text(encoding="utf-8")


def svg_element(
    shown: Picture,
    drawn: SVG,
    id: str,
    led_to: Collection[str],
    stage: Stage,
    paper: str = "",
    is_xml: bool = False,
    is_rendered: bool = False,
    buttons: Mapping[str, tuple[str, str]] = MappingProxyType({}),
    is_hidden: bool = False,
) -> Iterator[Piece]:
    """The `svg` element of a drawn picture in pieces, with links to the targets in `led_to`.

    `paper` is what lies below the picture where it is a file of its own; `is_rendered` where the renderer
    makes it a PNG or a PDF. In a file and in a page of XML the element says what it is. `buttons` are parts
    that show another picture: its element's id, and the name of the button. Where `is_hidden`, nobody is read
    anything of it.
    """
    font, inscribe = (_RENDERED, inscribed_for_renderer) if is_rendered else (FONT, inscribed)
    heading = title(shown.graph, shown.asked, shown.options)
    # Beside links the rest is silent: the description says it better.
    is_silent = _has_links(drawn, led_to)
    role, links, silent = ("group", _XLINK, ' aria-hidden="true"') if is_silent else ("img", "", "")
    role = "group" if buttons else role
    namespace = NAMESPACE if paper or is_xml else ""
    # On a page a picture grows with the text around it.
    width, height = (drawn.width, drawn.height) if paper else (in_ems(drawn.width), in_ems(drawn.height))
    if is_hidden:
        spoken, named = ' aria-hidden="true"', ""
    else:
        spoken = f' role="{role}" aria-labelledby="{id}-title {id}-desc"'
        named = (
            f'<title id="{id}-title">{escaped(heading)}</title>'
            f'<desc id="{id}-desc">{escaped(stage.text)}</desc>'
        )
    yield readable(
        f'<svg class="graphgen-diagram" viewBox="0 0 {drawn.width} {drawn.height}" width="{width}"'
        f' height="{height}" font-family="{font}" text-anchor="middle"'
        f"{spoken}{links}{namespace}>{named}{paper}"
    )
    for part in drawn.parts:
        is_current = part.id in stage.current
        classes = f"{part.classes} current" if is_current else part.classes
        inside = part.inside(inscribe, _EMPHASIS if is_current else 1.0)
        unseen = ' visibility="hidden"' if part.id in stage.hidden else ""
        group = f'<g id="{id}-{part.id}" class="{classes}"{unseen}'
        if isinstance(part.of, Shape) and part.link and part.link in led_to:
            name = readable(html.escape(_spoken(part.of, shown)))
            attributes = f' role="link" aria-label="{name}"'
            yield Anchor(part.link, True, readable(f"{group}>{inside}</g>"), attributes)
        elif part.id in buttons:
            to, name = buttons[part.id]
            button = (
                f' data-graphgen-shows="{to}" role="button" tabindex="0" aria-label="{html.escape(name)}"'
            )
            yield readable(f"{group}{button}>{inside}</g>")
        else:
            yield readable(f"{group}{silent}>{inside}</g>")
    yield "</svg>"


def in_ems(pixels: float) -> str:
    """A length of a page whose text is 16 pixels high."""
    return f"{pixels / 16:g}em"


def scroll_box(picture: Iterator[Piece], drawn: SVG, name: str, kind: str = SCROLLED) -> Iterator[Piece]:
    """A picture's `svg` element in a box of some kind that scrolls where there is too little room.

    A style sheet cannot take a share of a picture's own width: so an empty element holds the least.
    """
    yield f'<div class="{kind}" tabindex="0" role="group" aria-label="{name}">'
    yield from picture
    least = in_ems(round(SHRINKING * drawn.width))
    yield f'<svg class="graphgen-least" width="{least}" height="0" aria-hidden="true"></svg></div>'


def _spoken(shape: Shape, shown: Picture) -> str:
    """The name of a shape; one that stands for several nodes has what is written in it."""
    if shape.kind == "group":
        return plain(" ".join(shape.text.split()))
    return plain(called(shown.graph[shape.node], shown.texts))
