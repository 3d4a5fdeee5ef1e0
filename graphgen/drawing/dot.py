"""A diagram as graphviz.Digraph: ids, classes and default colours; places come from the layout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from graphgen.diagram import SIZE, SMALL_SIZE, SYMBOL_SIZE, Arrow, Diagram, Shape
from graphgen.notation import readable

if TYPE_CHECKING:
    import graphviz

FONT = "Helvetica, Arial, Liberation Sans, Noto Sans, Noto Sans CJK KR, sans-serif"
INK, ACCENT, MUTED, FILL = "#1f2933", "#b3124f", "#5b6673", "#f6f7f9"
_THIN, _THICK = 1.1, 2.2


def digraph(picture: Diagram) -> graphviz.Digraph:
    """The picture as DOT that any Graphviz can lay out; ids are generated, never an author's names."""
    import graphviz

    dot = graphviz.Digraph(
        graph_attr=GRAPH_ATTRIBUTES | {"rankdir": "TB" if picture.downward else "LR"},
        node_attr=NODE_ATTRIBUTES,
        edge_attr=EDGE_ATTRIBUTES,
    )
    for shape in picture.shapes:
        dot.node(shape.id, **_written(shape_attributes(shape)))
    for arrow in picture.arrows:
        for tail, head, attributes in arrow_attributes(arrow):
            dot.edge(tail.id, head.id, **_written(attributes))
    return dot


GRAPH_ATTRIBUTES = {"bgcolor": "transparent", "pad": "0", "margin": "0"}
NODE_ATTRIBUTES = {
    "fontname": FONT,
    "fontsize": f"{SIZE:g}",
    "fontcolor": INK,
    "color": INK,
    "penwidth": "1.2",
}
EDGE_ATTRIBUTES = {
    "fontname": FONT,
    "fontsize": f"{SIZE:g}",
    "labelfontname": FONT,
    "labelfontsize": f"{SMALL_SIZE:g}",
    "labelfontcolor": MUTED,
    "arrowsize": "0.7",
}

_SHAPE_ATTRIBUTES = {
    "input": {"shape": "plain"},
    "output": {"shape": "plain"},
    "op": {"shape": "ellipse", "style": "filled", "fillcolor": FILL, "fontsize": f"{SYMBOL_SIZE:g}"},
    "group": {"shape": "box", "style": "rounded,dashed,filled", "fillcolor": FILL},
    "junction": {"shape": "circle", "style": "filled", "fillcolor": INK, "width": "0.08", "height": "0.08"},
}


def shape_attributes(shape: Shape) -> dict[str, str]:
    attributes = {
        "id": shape.id,
        "class": f"{shape.kind} {shape.marks}".strip(),
        "label": shape.text,
        **_SHAPE_ATTRIBUTES[shape.kind],
    }
    if "kink" in shape.marks:
        attributes |= {"style": "dashed,filled", "penwidth": "1.8"}
    if "dim" in shape.marks:
        attributes |= {"color": MUTED, "fontcolor": MUTED}
    return attributes


def arrow_attributes(arrow: Arrow) -> Iterator[tuple[Shape, Shape, dict[str, str]]]:
    """(tail, head, attributes) of the forward arrow, then of the backward one."""
    emphasis = {"lit": 1.6, "dim": 0.8}.get(arrow.marks, 1.0)
    ink, accent = (MUTED, MUTED) if arrow.marks == "dim" else (INK, ACCENT)
    if arrow.has_forward:
        forward = {
            "id": f"{arrow.id}f",
            "class": f"forward {arrow.marks}".strip(),
            "label": arrow.forward,
            "taillabel": arrow.name,
            "color": ink,
            "fontcolor": ink,
            "penwidth": f"{_THIN * emphasis:g}",
            "arrowhead": "none" if arrow.head.kind == "junction" else "",
        }
        yield arrow.tail, arrow.head, _given(forward)
    if arrow.has_backward:
        backward = {
            "id": f"{arrow.id}b",
            "class": f"backward {arrow.marks}".strip(),
            "label": arrow.backward,
            "headlabel": arrow.local,
            "color": accent,
            "fontcolor": accent,
            "penwidth": f"{_THICK * emphasis:g}",
            "constraint": "false",
        }
        yield arrow.head, arrow.tail, _given(backward)


def _written(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes whose texts come out as they are: Graphviz reads escapes such as \\N, and entities."""
    import graphviz

    return attributes | {
        key: graphviz.escape(readable(attributes[key]).replace("&", "&amp;"))
        for key in ("label", "taillabel", "headlabel")
        if key in attributes
    }


def _given(attributes: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in attributes.items() if value}
