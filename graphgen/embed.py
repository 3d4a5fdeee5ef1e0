"""A picture's SVG made fit for a page, or for a file of its own.

On a page: ids that no other picture has, classes for the style sheet, a role, a title and a description,
and the same as a table under a disclosure. In a file: the same picture with its own light and dark style.
"""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree

from graphgen.annotate import Annotations, called
from graphgen.canvas import draw
from graphgen.characters import readable
from graphgen.describe import PHRASES, description, rows, title
from graphgen.graph import ComputationalGraph, Node
from graphgen.link import is_absolute
from graphgen.live import data
from graphgen.mathtext import formulas_in, label_text
from graphgen.options import Options
from graphgen.render import Picture, picture, placed
from graphgen.shapes import Shape
from graphgen.steps import steps

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_SIGN = "[∂∇∑∏∫√∞]+"
_VARIABLE = r"(?<![A-Za-zα-ω가-힣_])[A-Za-zα-ω](?![A-Za-zα-ω가-힣])"
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


def svg(graph: ComputationalGraph, options: Options | None = None, engine: str = "embedded") -> str:
    """A graph, verified and drawn, as the text of an SVG file that stands alone.

    It has a title, a description, and its own light and dark style.

    Raises VerificationError, EvaluationError, OptionError or RenderError, as `picture` and `draw` do.
    """
    return standalone(picture(graph, options), engine)


def standalone(shown: Picture, engine: str = "embedded", styled: bool = True) -> str:
    """A picture as the text of an SVG file; without a style, in the light colours alone."""
    return _file(_element(shown, "graphgen", engine, _absolute(_targets(shown))), styled)


def step_files(shown: Picture, engine: str = "embedded") -> list[str]:
    """A picture revealed one step at a time: an SVG file for each, in which nothing ever moves.

    What is computed in a step is emphasised, what was computed before is kept, the rest is hidden.
    """
    told = steps(shown.graph, shown.asked, shown.diagram, shown.options)
    whole = _element(shown, "graphgen", engine, _absolute(_targets(shown)))
    texts = []
    for number, step in enumerate(told):
        root = copy.deepcopy(whole)
        ahead = {id for later in told[number + 1 :] for id in later.arrows}
        for group in root.iter("g"):
            id = group.get("id", "").removeprefix("graphgen-")
            if id in ahead:
                group.set("visibility", "hidden")
            elif id in step.arrows or id in step.shapes:
                group.set("class", f"{group.get('class')} current")
                _thicken(group)
        root[1].text = step.text
        texts.append(_file(root, styled=True))
    return texts


def _targets(shown: Picture) -> frozenset[str]:
    return frozenset(node.link for node in shown.graph if node.link)


def _absolute(targets: frozenset[str]) -> frozenset[str]:
    """The targets that mean the same wherever a file lies."""
    return frozenset(filter(is_absolute, targets))


def _thicken(group: ElementTree.Element) -> None:
    for outline in (*group.iter("path"), *group.iter("ellipse")):
        outline.set("stroke-width", f"{1.7 * float(outline.get('stroke-width', '1')):g}")


def _file(root: ElementTree.Element, styled: bool) -> str:
    if not styled:
        root.insert(2, ElementTree.Element("rect", {"fill": "#ffffff", "width": "100%", "height": "100%"}))
        root.set("xmlns", _SVG)
        return _text(root)
    style = ElementTree.Element("style")
    has_links = root.find(".//a") is not None
    style.text = _STANDALONE_COLOURS + asset("diagram.css") + (asset("link.css") if has_links else "")
    root.insert(2, style)
    root.insert(3, ElementTree.Element("rect", {"class": "paper", "width": "100%", "height": "100%"}))
    root.set("xmlns", _SVG)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + _text(root) + "\n"


def figure(shown: Picture, id: str, engine: str = "embedded") -> str:
    """A picture as a piece of HTML; `id` is unique on its page.

    Its links lead where they are written to, which `graphgen.link.led` makes addresses of a page.
    """
    words, options = shown.words, shown.options
    phrases = PHRASES[options.language]
    inside = _text(_element(shown, id, engine, _targets(shown)))
    head = "".join(f'<th scope="col">{html.escape(column)}</th>' for column in phrases.columns)
    told = [node for node in shown.graph if not node.is_constant]
    body = "".join(
        f"<tr><td>{_named(node, name, words)}</td>"
        + "".join(f"<td>{html.escape(readable(cell))}</td>" for cell in cells)
        + "</tr>"
        for node, (name, *cells) in zip(told, rows(shown.graph, words, options), strict=True)
    )
    name = html.escape(readable(title(shown.graph, words, options)), quote=True)
    # The page computes with single numbers.
    is_live = shown.graph.is_scalar
    live = (
        f"<graphgen-live data-graphgen='{_quoted(readable(data(shown)))}'></graphgen-live>" if is_live else ""
    )
    return (
        f'<figure class="graphgen" id="{id}" lang="{options.language}">'
        f'<div class="graphgen-scroll" tabindex="0" role="group" aria-label="{name}">{inside}</div>'
        f"{live}"
        f"<details><summary>{html.escape(phrases.summary)}</summary>"
        f'<div class="graphgen-table" tabindex="0" role="group" aria-label="{name}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details></figure>"
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


def _element(shown: Picture, id: str, engine: str, targets: frozenset[str]) -> ElementTree.Element:
    """The picture's `svg` element, without namespaces, as a page holds it, and with links to the targets."""
    root = draw(placed(shown.diagram, engine), id)
    root.attrib |= {"role": "img", "aria-labelledby": f"{id}-title {id}-desc"}
    for number, (tag, written) in enumerate((("title", title), ("desc", description))):
        child = ElementTree.Element(tag, {"id": f"{id}-{tag}"})
        child.text = written(shown.graph, shown.asked, shown.options)
        root.insert(number, child)
    labels = _labels(shown)
    for group in root.iter("g"):
        near = labels.get(group.attrib["id"].removeprefix(f"{id}-"), ())
        for text in group:
            if text.tag == "text":
                _typeset(text, [label for label in near if (text.text or "") in label_text(label)])
    linked = {f"{id}-{shape.id}": shape for shape in shown.diagram.shapes if shape.link in targets}
    if linked:
        _link(root, linked, shown)
    return root


def _labels(shown: Picture) -> Mapping[str, Collection[str]]:
    """The author's labels that the texts of each part can come from, by the id of the part."""
    own = {node.id: (node.label,) for node in shown.graph if node.label}
    every = {node.label for node in shown.graph if node.label}
    shapes, arrows = shown.diagram.shapes, shown.diagram.arrows
    return {
        **{shape.id: every if shape.kind == "group" else own.get(shape.node, ()) for shape in shapes},
        **{f"{arrow.id}{way}": own.get(arrow.tail.node, ()) for arrow in arrows for way in "fb"},
    }


def _link(root: ElementTree.Element, linked: Mapping[str, Shape], shown: Picture) -> None:
    """Makes links of shapes, by their ids. Beside them the rest is silent: the description says it better."""
    root.attrib |= {"role": "group", "xmlns:xlink": _XLINK}
    for position, group in enumerate(root):
        shape = linked.get(group.get("id", ""))
        if shape:
            root[position] = _linked(group, shape.link or "", _spoken(shape, shown))
        elif group.tag == "g":
            group.set("aria-hidden", "true")


def _linked(group: ElementTree.Element, target: str, name: str) -> ElementTree.Element:
    # Material's instant navigation stops at an SVG's href within the site; the older name it leaves alone.
    attribute = "href" if target.lower().startswith(("http:", "https:")) else "xlink:href"
    link = ElementTree.Element("a", {attribute: target, "role": "link", "aria-label": name})
    link.append(group)
    return link


def _spoken(shape: Shape, shown: Picture) -> str:
    """What a shape is called; one that stands for several nodes, by what is written in it."""
    if shape.kind == "group":
        return " ".join(shape.text.split())
    return called(shown.graph[shape.node], shown.words)


def _typeset(text: ElementTree.Element, labels: list[str]) -> None:
    """Sets the variables of a line, its single letters, in italics, and its signs in a font that has them
    narrow. In an author's label only the formulas have variables: the a of "a piece" is none."""
    line = text.text or ""
    formulas = [formula for label in labels for formula in formulas_in(label)] if labels else [line]
    slanted = {
        start + found.start()
        for formula in formulas
        for start in _places(formula, line)
        for found in re.finditer(_VARIABLE, formula)
    }
    text.text, span, end = "", None, 0
    for found in re.finditer(f"{_SIGN}|{_VARIABLE}", line):
        style = {"font-family": _LATIN} if re.match(_SIGN, found[0]) else {"font-style": "italic"}
        if "font-style" in style and found.start() not in slanted:
            continue
        _append(text, span, line[end : found.start()])
        span = ElementTree.SubElement(text, "tspan", style)
        span.text, end = found[0], found.end()
    _append(text, span, line[end:])


def _places(part: str, line: str) -> Iterator[int]:
    """Where a part of a line begins, each time that it occurs."""
    start = line.find(part)
    while part and start >= 0:
        yield start
        start = line.find(part, start + len(part))


def _append(text: ElementTree.Element, span: ElementTree.Element | None, words: str) -> None:
    """Adds words behind the last of a text's spans."""
    if span is None:
        text.text = words
    else:
        span.tail = words


def _text(root: ElementTree.Element) -> str:
    return readable(ElementTree.tostring(root, encoding="unicode", short_empty_elements=True))
