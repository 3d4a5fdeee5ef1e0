"""What a picture shows: the annotated graph as shapes and arrows, and those as graphviz.Digraph.

Every edge of the graph is a pair of arrows: forward with the value above, backward with the gradient
below. A value that is used more than once leaves its node by one pair, with the sum of the gradients,
to a junction, where a pair for each use goes on with its own contribution.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import graphviz

from graphgen.annotate import Annotations
from graphgen.errors import OptionError, excerpt
from graphgen.graph import ComputationalGraph, Edge, Node
from graphgen.options import Options
from graphgen.typeset import name_text, partial_text, raised

FONT = "Helvetica, Arial, sans-serif"
SIZE = 14.0
"""Font size of values and gradients, in points."""
SYMBOL_SIZE = 17.0
SMALL_SIZE = 11.5
"""Font size of names on the way and of local derivatives."""

INK, ACCENT, MUTED = "#1f2933", "#b3124f", "#5b6673"


@dataclass(frozen=True)
class Shape:
    """One thing that arrows join. `kind` is input, op, output (the word behind the last arrow) or
    junction; `node` is the id of the value that it stands for."""

    id: str
    kind: str
    node: str
    text: str = ""


@dataclass(frozen=True)
class Arrow:
    """A pair of arrows and what is written on them; an empty text draws nothing.

    `edge` is the graph's edge, or None for the pair from a node to its junction and for the output's.
    `has_backward` is false where nothing flows back: to a constant, or in a forward picture.
    """

    id: str
    tail: Shape
    head: Shape
    edge: Edge | None
    name: str
    forward: str
    backward: str
    local: str
    has_forward: bool
    has_backward: bool
    on_main_chain: bool


@dataclass(frozen=True)
class Diagram:
    """A picture before it is laid out."""

    shapes: tuple[Shape, ...]
    arrows: tuple[Arrow, ...]
    downward: bool


def diagram(graph: ComputationalGraph, words: Annotations, options: Options) -> Diagram:
    """The picture of a graph with its annotations.

    Raises OptionError where the options name an input that the graph does not have.
    """
    names_values = words.in_numbers and options.shows("names")
    folded = _folded(graph, options)
    main = _main_chain(graph, folded)
    shapes = {
        node.id: Shape(f"n{number}", "op" if node.op else "input", node.id, _text(graph, node, folded, words))
        for number, node in enumerate(graph, 1)
        if node.id not in folded
    }
    beside: list[Shape] = []
    arrows: list[Arrow] = []

    def join(tail: Shape, head: Shape, edge: Edge | None, name: str) -> None:
        node = graph[tail.node]
        has_backward = options.shows("backward") and not node.is_constant
        gradient = (words.contribution(edge) if edge else words.gradient(node)) if has_backward else ""
        arrows.append(
            Arrow(
                id=f"e{len(arrows) + 1}",
                tail=tail,
                head=head,
                edge=edge,
                name=name,
                forward=words.value(node) if options.shows("forward") else "",
                backward=gradient,
                local=_local(edge, words) if edge and has_backward and options.shows("local") else "",
                has_forward=options.shows("forward") or not has_backward,
                has_backward=has_backward,
                on_main_chain=tail.node in main and head.node in main,
            )
        )

    for node in graph:
        if node.id not in shapes:
            continue
        tail = shapes[node.id]
        uses: list[tuple[Shape, Edge | None]] = [(shapes[edge[1]], edge) for edge in graph.uses[node.id]]
        is_end = node.id == graph.output or (node.op is not None and not uses)
        if is_end:
            beside.append(Shape(f"o{tail.id}", "output", node.id, called(node, words)))
            uses.append((beside[-1], None))
        name = called(node, words) if names_values and node.op and node.name and not is_end else ""
        if len(uses) > 1:
            junction = Shape(f"j{tail.id}", "junction", node.id)
            beside.append(junction)
            join(tail, junction, None, name)
            tail, name = junction, ""
        for head, edge in uses:
            join(tail, head, edge, name)
    return Diagram((*shapes.values(), *beside), tuple(arrows), options.direction == "down")


def _folded(graph: ComputationalGraph, options: Options) -> frozenset[str]:
    """The ids of the nodes that are written inside the operations that use them."""
    for name in options.fold.split():
        if name not in ("constants", "none") and not (name in graph and graph[name].is_input):
            inputs = ", ".join(node.id for node in graph.inputs)
            raise OptionError(f"fold={excerpt(name)} is not an input", f"the inputs are {inputs}")
    wanted = {
        node.id
        for node in graph
        if node.op is None and ((options.folds("constants") and node.is_constant) or options.folds(node.id))
    }
    for node in graph:
        if node.op and wanted.issuperset(node.operands):
            wanted.discard(node.operands[0])
    return frozenset(id for id in wanted if graph.uses[id])


def _main_chain(graph: ComputationalGraph, folded: frozenset[str]) -> frozenset[str]:
    """The ids along the longest path to the output, which is drawn straight."""
    depth: dict[str, int] = {}
    for node in graph:
        depth[node.id] = 1 + max((depth[operand] for operand in node.operands), default=0)
    chain, here = [graph.output], graph[graph.output]
    while drawn := [operand for operand in here.operands if operand not in folded]:
        here = graph[max(drawn, key=depth.__getitem__)]
        chain.append(here.id)
    return frozenset(chain)


def _text(graph: ComputationalGraph, node: Node, folded: frozenset[str], words: Annotations) -> str:
    """What stands in an operation's circle, its folded operand included, or for an input."""
    if node.op is None:
        unused = not graph.uses[node.id] and node.id != graph.output and words.value(node)
        return f"{called(node, words)} = {words.value(node)}" if unused else called(node, words)
    inside = [position for position, operand in enumerate(node.operands) if operand in folded]
    if not inside:
        return node.op.symbol
    operand = words.value(graph[node.operands[inside[0]]])
    form = node.op.folded[inside[0]]
    if "^{}" in form:
        return form.replace("^{}", raised(operand) or f"^{operand}")
    return form.format(operand)


def called(node: Node, words: Annotations) -> str:
    """The author's words for a node, else its name; a constant is its number."""
    if node.is_constant:
        return words.value(node)
    return node.label or name_text(node.id)


def _local(edge: Edge, words: Annotations) -> str:
    """The local derivative on an edge, ∂ = 2; in symbols, with the names of both ends."""
    sign = "∂" if words.in_numbers else partial_text(edge[1], edge[0])
    return f"{sign} = {words.local(edge)}" if words.local(edge) else ""


def digraph(picture: Diagram) -> graphviz.Digraph:
    """The picture as DOT that any Graphviz can lay out; ids are generated, never an author's names."""
    dot = graphviz.Digraph(
        graph_attr=GRAPH_ATTRIBUTES | {"rankdir": "TB" if picture.downward else "LR"},
        node_attr=NODE_ATTRIBUTES,
        edge_attr=EDGE_ATTRIBUTES,
    )
    for shape in picture.shapes:
        dot.node(shape.id, **shape_attributes(shape))
    for arrow in picture.arrows:
        for tail, head, attributes in arrow_attributes(arrow):
            dot.edge(tail.id, head.id, **attributes)
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
    "op": {"shape": "ellipse", "fontsize": f"{SYMBOL_SIZE:g}"},
    "junction": {"shape": "circle", "style": "filled", "fillcolor": INK, "width": "0.08", "height": "0.08"},
}


def shape_attributes(shape: Shape) -> dict[str, str]:
    return {
        "id": shape.id,
        "class": shape.kind,
        "label": graphviz.escape(shape.text),
        **_SHAPE_ATTRIBUTES[shape.kind],
    }


def arrow_attributes(arrow: Arrow) -> Iterator[tuple[Shape, Shape, dict[str, str]]]:
    """(tail, head, attributes) of the forward arrow, then of the backward one."""
    junction_ahead, junction_behind = arrow.head.kind == "junction", arrow.tail.kind == "junction"
    if arrow.has_forward:
        forward = {
            "id": f"{arrow.id}f",
            "class": "forward",
            "label": graphviz.escape(arrow.forward),
            "taillabel": graphviz.escape(arrow.name),
            "color": INK,
            "fontcolor": INK,
            "penwidth": "1.1",
            "arrowhead": "none" if junction_ahead else "",
        }
        yield arrow.tail, arrow.head, _given(forward)
    if arrow.has_backward:
        backward = {
            "id": f"{arrow.id}b",
            "class": "backward",
            "label": graphviz.escape(arrow.backward),
            "headlabel": graphviz.escape(arrow.local),
            "color": ACCENT,
            "fontcolor": ACCENT,
            "penwidth": "2.2",
            "arrowhead": "none" if junction_behind else "",
            "constraint": "false",
        }
        yield arrow.head, arrow.tail, _given(backward)


def _given(attributes: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in attributes.items() if value}
