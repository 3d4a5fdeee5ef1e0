"""A layout as DOT with every place stated: what Graphviz prints as the picture, by `neato -n2` or `nop2`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from graphgen.diagram import SIZE, SMALL_SIZE, SYMBOL_SIZE, ArrowPair, Shape
from graphgen.drawing.boxes import TIP, Box, Layout
from graphgen.drawing.curves import Point, shortened
from graphgen.drawing.places import Page, halves, page_of, size_on_page, text_middles, weight_middles
from graphgen.drawing.thumbnails import DOT, NAME_BELOW, WINDOWS, is_in_window, point_of, thumbnail
from graphgen.notation import plain, readable

if TYPE_CHECKING:
    import graphviz

INK, ACCENT, MUTED, FILL, TANGENT = "#1f2933", "#b3124f", "#5b6673", "#f6f7f9", "#00607a"
_THIN, _THICK = 1.1, 2.2

_WORDS = ("label", "taillabel", "headlabel")
"""The attributes that an author's words may stand in."""

_FONT = "Helvetica,Arial,sans-serif"
_GRAPH = {"bgcolor": "transparent", "pad": "0", "margin": "0", "notranslate": "true"}
_NODE = {
    "id": r"\N",
    "shape": "none",
    "fixedsize": "shape",
    "fontname": _FONT,
    "fontsize": f"{SIZE:g}",
    "fontcolor": INK,
    "color": INK,
    "penwidth": "1.2",
}
_EDGE = {
    "fontname": _FONT,
    "fontsize": f"{SIZE:g}",
}
_FORWARD = {"class": "forward", "color": INK, "fontcolor": INK, "penwidth": f"{_THIN:g}"}
_BACKWARD = {"class": "backward", "color": ACCENT, "fontcolor": ACCENT, "penwidth": f"{_THICK:g}"}
_BY_KIND = {
    "op": {"shape": "ellipse", "style": "filled", "fillcolor": FILL, "fontsize": f"{SYMBOL_SIZE:g}"},
    "group": {"shape": "box", "style": "rounded,dashed,filled", "fillcolor": FILL},
    "junction": {"shape": "circle", "style": "filled", "fillcolor": INK},
}


def digraph(layout: Layout) -> graphviz.Digraph:
    """The picture as DOT; ids are generated, never an author's names.

    The upper left corner of the page is the origin, so that what Graphviz prints, whose y runs down, has
    the coordinates of the page.
    """
    import graphviz

    page, scene = page_of(layout), layout.sized.scene
    middle = f"{page.width},{page.height},1,{page.width / 2:g},{-page.height / 2:g}"
    edge = _EDGE | {"labelfontsize": f"{scene.small:g}", "labelfontcolor": MUTED, "arrowsize": "0.7"}
    defaults = {"graph": _GRAPH | {"viewport": middle}, "node": _NODE, "edge": edge}
    shapes = {shape.id: _shape(shape, layout, page) for shape in scene.shapes}
    forward, backward = [_statement("edge", _FORWARD)], [_statement("edge", _BACKWARD)]
    beside: list[str] = []
    curves = [line for shape in scene.shapes for line in _curve(shape, layout, page)]
    for arrow in scene.arrows:
        there, back = halves(arrow, layout)
        ways = f"{arrow.tail.id} -> {arrow.head.id}", f"{arrow.head.id} -> {arrow.tail.id}"
        if arrow.has_forward:
            forward.append(_statement(ways[0], _forward(arrow, there, layout, page)))
            if arrow.tangent:
                beside.append(_statement(f"{arrow.id}t", _tangent(arrow, layout, page)))
        if arrow.has_backward:
            backward.append(_statement(ways[1], _backward(arrow, back, layout, page)))
        beside += _weights(arrow, layout, page)
    nodes = [
        _statement(of, attributes) for of, attributes in (defaults | _frames(layout, page) | shapes).items()
    ]
    return graphviz.Digraph(body=[*nodes, *curves, *beside, *forward, *backward])


def _statement(of: str, attributes: Mapping[str, str]) -> str:
    """A line of DOT. Only an author's words need the package's quoting, which takes a while."""
    written = [
        f"{name}={_quoted(value)}" if name in _WORDS else f'{name}="{value}"'
        for name, value in attributes.items()
    ]
    return f"\t{of} [{' '.join(written)}]\n"


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    """A text that comes out as it is: Graphviz reads escapes such as \\N, and entities."""
    from graphviz import escape
    from graphviz.quoting import quote

    return str(quote(escape(readable(plain(text)).replace("&", "&amp;"))))


def _frames(layout: Layout, page: Page) -> dict[str, dict[str, str]]:
    """A box for each frame, and one without an outline for its title."""
    statements = {}
    for frame in layout.sized.scene.frames:
        if frame.id not in layout.borders:
            continue
        start, end, title = layout.borders[frame.id]
        middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        width, height = size_on_page(Box(end[0] - start[0], end[1] - start[1]), layout)
        statements[frame.id] = {
            "class": "frame",
            "label": "",
            "shape": "box",
            "style": "rounded",
            "color": MUTED,
            "penwidth": "0.8",
            "pos": _places([middle], page),
            "width": _inches(width),
            "height": _inches(height),
        }
        statements[f"{frame.id}t"] = {
            "class": "title",
            "label": frame.title,
            "fontsize": f"{layout.sized.scene.small:g}",
            "fontcolor": MUTED,
            "pos": _places([title], page),
        }
    return statements


def _shape(shape: Shape, layout: Layout, page: Page) -> dict[str, str]:
    return _shape_at(shape, layout.centres[shape.id], layout.sized.shape(shape), layout, page)


def _shape_at(shape: Shape, centre: Point, box: Box, layout: Layout, page: Page) -> dict[str, str]:
    width, height = size_on_page(box, layout)
    attributes = {
        "class": f"{shape.kind} {shape.marks}".strip(),
        "label": "" if shape.curve in WINDOWS else shape.text,
        **_BY_KIND.get(shape.kind, {}),
        "pos": _places([centre], page),
        "width": _inches(width),
        "height": _inches(height),
    }
    if shape.id in layout.sized.bars:
        attributes |= {"shape": "box", "style": "rounded,filled"}
    if "kink" in shape.marks:
        attributes |= {"style": "dashed,filled", "penwidth": "1.8"}
    if "opaque" in shape.marks:
        attributes |= {"style": "dotted,filled", "penwidth": "1.8"}
    if "again" in shape.marks:
        attributes |= {"fontcolor": MUTED}
    if "dim" in shape.marks:
        attributes |= {"color": MUTED, "fontcolor": MUTED}
    return attributes


def curve_ids(shape: Shape) -> tuple[str, ...]:
    """The ids of what stands in a shape with a curve: both axes, the curve, and its name; else none."""
    return tuple(f"{shape.id}{letter}" for letter in "hvct") if shape.curve in WINDOWS else ()


def _curve(shape: Shape, layout: Layout, page: Page) -> Iterator[str]:
    """The statements of a shape's curve, with the name below it that the shape itself has otherwise."""
    if shape.curve not in WINDOWS:
        return
    x, y = page.at(layout.centres[shape.id])
    axes, curve = thumbnail(shape.curve, (x, -y))
    *lines, name = curve_ids(shape)
    colour = MUTED if "dim" in shape.marks else INK
    for id, path, width in zip(lines, (*axes, curve), (0.5, 0.5, 1.4), strict=True):
        places = " ".join(f"{along:.2f},{up:.2f}" for along, up in path)
        attributes = {"id": id, "class": "curve", "arrowhead": "none", "penwidth": f"{width}", "pos": places}
        faint = "" if path == curve else "66"
        yield _statement(f"{shape.id} -> {shape.id}", attributes | {"color": f"{colour}{faint}"})
    text = {"label": shape.text, "fontsize": f"{SMALL_SIZE:g}", "fontcolor": colour}
    yield _statement(name, {"class": "curve", **text, "pos": f"{x:.2f},{-y - NAME_BELOW:.2f}"})
    if shape.at and is_in_window(shape.curve, shape.at):
        along, up = point_of(shape.curve, (x, -y), shape.at)
        size, looks = _inches(DOT), {"shape": "circle", "style": "filled", "color": FILL, "label": ""}
        place = {
            "pos": f"{along:.2f},{up:.2f}",
            "width": size,
            "height": size,
            "fillcolor": colour,
            "penwidth": "0.7",
        }
        yield _statement(f"{shape.id}d", {"class": f"point {shape.marks}".strip(), **looks, **place})


def _forward(arrow: ArrowPair, curve: tuple[Point, ...], layout: Layout, page: Page) -> dict[str, str]:
    number, words, *_ = text_middles(arrow, layout, is_forward=True)
    attributes = {"id": f"{arrow.id}f", **_marked(arrow, "forward", _THIN)}
    if arrow.head.kind == "junction":
        attributes |= {"arrowhead": "none", "pos": _places(curve, page)}
    else:
        attributes["pos"] = _with_head(curve, page)
    if arrow.forward:
        attributes |= {"label": arrow.forward, "lp": _places([number], page)}
    if arrow.name:
        attributes |= {"taillabel": arrow.name, "tail_lp": _places([words], page)}
    return attributes


def _tangent(arrow: ArrowPair, layout: Layout, page: Page) -> dict[str, str]:
    """The text below an arrow of forward mode, which belongs to no arrow of its own."""
    number, *_ = text_middles(arrow, layout, is_forward=False)
    dim = {"fontcolor": MUTED} if arrow.marks == "dim" else {"fontcolor": TANGENT}
    classes = f"tangent {arrow.marks}".strip()
    return {"class": classes, "label": arrow.tangent, "pos": _places([number], page), **dim}


def _weights(arrow: ArrowPair, layout: Layout, page: Page) -> Iterator[str]:
    """The statements of the weights at an arrow: each one's word, value and gradient, or tangent."""
    above, below = (text_middles(arrow, layout, is_forward)[2:] for is_forward in (True, False))
    for weight, line, under in zip(arrow.weights, above[::-1], below, strict=True):
        word, value = weight_middles(weight, line, layout)
        box = layout.sized.text(weight.tail.text, SIZE)
        yield _statement(weight.tail.id, _shape_at(weight.tail, word, box, layout, page))
        texts = (
            ("f", _FORWARD, weight.forward, value),
            ("b", _BACKWARD, weight.backward if weight.has_backward else "", under),
            ("t", {"class": "tangent", "fontcolor": TANGENT}, weight.tangent, under),
        )
        for letter, looks, text, middle in texts:
            classes = f"{looks['class']} {weight.marks}".strip()
            colour = MUTED if weight.marks == "dim" else looks["fontcolor"]
            attributes = {"class": classes, "label": text, "fontcolor": colour}
            if text:
                yield _statement(f"{weight.id}{letter}", attributes | {"pos": _places([middle], page)})


def _backward(arrow: ArrowPair, curve: tuple[Point, ...], layout: Layout, page: Page) -> dict[str, str]:
    number, words, *_ = text_middles(arrow, layout, is_forward=False)
    attributes = {"id": f"{arrow.id}b", **_marked(arrow, "backward", _THICK)}
    attributes["pos"] = _with_head(curve, page)
    if arrow.backward:
        attributes |= {"label": arrow.backward, "lp": _places([number], page)}
    if arrow.local:
        attributes |= {"headlabel": arrow.local, "head_lp": _places([words], page)}
    return attributes


def _marked(arrow: ArrowPair, direction: str, thickness: float) -> dict[str, str]:
    """The attributes of an arrow in a picture with a highlight."""
    if not arrow.marks:
        return {}
    marked = {"class": f"{direction} {arrow.marks}"}
    if arrow.marks == "dim":
        return marked | {"penwidth": f"{0.8 * thickness:g}", "color": MUTED, "fontcolor": MUTED}
    return marked | {"penwidth": f"{1.6 * thickness:g}"}


def _with_head(curve: tuple[Point, ...], page: Page) -> str:
    """A curve that ends where its arrowhead begins."""
    return f"e,{_places(curve[-1:], page)} {_places(shortened(curve, TIP), page)}"


def _places(points: Iterable[Point], page: Page) -> str:
    return " ".join([f"{x:.2f},{-y:.2f}" for x, y in map(page.at, points)])


def _inches(points: float) -> str:
    return f"{points / 72:.4f}"
