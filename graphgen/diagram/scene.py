"""The annotated graph as shapes and pairs of arrows: all that a picture shows, before it has places.

Every edge of the graph is a pair of arrows: forward with the value above, backward with the gradient
below. A value that is used more than once leaves its node by one pair, with the sum of the gradients,
to a junction, where a pair for each use goes on with its own contribution. Uses that lie far from one
another share the way: from junction to junction a pair goes on for all that are still ahead. An input may
stand again beside an operation far away, with what flows back from there; its sum then says of how many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from graphgen.diagram.collapse import collapsed
from graphgen.diagram.depths import depths, latest_depths, main_chain
from graphgen.diagram.focus import focused
from graphgen.diagram.folding import folded, inside_constants
from graphgen.diagram.frames import open_frames
from graphgen.diagram.groups import group_text, named_exit
from graphgen.diagram.highlight import highlighted
from graphgen.diagram.inscriptions import local_text, shape_text, tangent_text, value_text
from graphgen.diagram.parts import SHRINKING, SIZE, SMALL_SIZE, ArrowPair, Frame, Scene, Shape
from graphgen.diagram.texts import Texts, called
from graphgen.diagram.weights import weight_pair, weights_of
from graphgen.graph import ComputationalGraph, Edge, Node
from graphgen.notation import plain, wrapped
from graphgen.options import Options

_LONGEST_SUM = 24
"""Characters of what flows back, in symbols, on a way that several uses share."""
_REACH = 1
"""How many operations apart the uses that part at one junction may lie."""
_SUMS = {"en": "sum of {}", "ko": "{}개의 합"}
"""Beside the gradient of an input that stands in several places."""


def compose(
    graph: ComputationalGraph, words: Texts, options: Options, again: frozenset[Edge] = frozenset()
) -> Scene:
    """The picture of a graph with its annotations; for the edges in `again`, inputs stand beside the
    operation once more.

    Raises OptionError where the options name what the graph does not have.
    """
    frames: tuple[Frame, ...] = ()
    if options.focus:
        shapes, arrows = focused(graph, words, options)
    else:
        shapes, arrows = _Composer(graph, words, options, again).composed()
        frames = tuple(open_frames(graph, shapes, arrows))
    widest = int(options.width) / SHRINKING if options.direction == "auto" else None
    is_down, in_order = options.direction == "down", options.order == "source"
    return Scene(tuple(shapes), tuple(arrows), is_down, widest, in_order, frames)


def least_shapes(graph: ComputationalGraph, options: Options) -> int:
    """How many shapes its picture has at least, which is known without its numbers.

    Junctions, ends and all collapsed parts but one come on top.

    Raises OptionError where the options name what the graph does not have.
    """
    if options.focus:
        return 1
    parts = collapsed(graph, options)
    hidden = parts.keys() | folded(graph, options, parts) | inside_constants(graph, options, parts)
    return len(graph) - len(hidden | weights_of(graph, options, hidden).ids) + bool(parts)


_Use = tuple[Shape, tuple[Edge, ...]]
"""The shape that uses a value, and by which edges; the output's word has none."""


class _Composer:
    """Collects the shapes and arrows of one picture, in the topological order of the graph."""

    def __init__(
        self, graph: ComputationalGraph, words: Texts, options: Options, again: frozenset[Edge]
    ) -> None:
        self.graph, self.words, self.options, self.again = graph, words, options, again
        self.groups = collapsed(graph, options)
        self.folded = folded(graph, options, self.groups)
        self.inside_constants = inside_constants(graph, options, self.groups)
        hidden = self.folded | self.inside_constants
        self.weights = weights_of(graph, options, hidden | self.groups.keys())
        self.depth = depths(graph)
        self.latest = latest_depths(graph, self.depth)
        self.main = main_chain(graph, hidden | self.weights.inputs, self.depth)
        self.highlighted = highlighted(graph, options.highlight)
        self.shapes: dict[str, Shape] = {}
        self.beside: list[Shape] = []
        self.at_arrows: list[Shape] = []
        self.arrows: list[ArrowPair] = []

    def composed(self) -> tuple[list[Shape], list[ArrowPair]]:
        elsewhere = self.folded | self.inside_constants | self.weights.ids
        for number, node in enumerate(self.graph, 1):
            if node.id not in elsewhere:
                self.shapes[node.id] = self._shape(number, node)
        for node in self.graph:
            if node.id in self.shapes:
                self._draw_uses(node)
        shapes = dict.fromkeys((*self.shapes.values(), *self.beside))
        return list(shapes), list(_numbered(self.arrows))

    def _shape(self, number: int, node: Node) -> Shape:
        part = self.groups.get(node.id)
        if part is None:
            kind = "op" if node.op and not self._is_constant(node) else "input"
            kink = " kink" if node.id in self.words.kinks else ""
            is_ordered = node.op is not None and node.op.arity == 2 and not node.op.is_commutative
            opaque = " opaque" if node.recorded else ""
            marks = self._marks(node.id) + kink + opaque
            has_curve = self.options.curves == "yes" and kind == "op" and len(node.operands) == 1
            curve = node.op.name if has_curve and node.op else ""
            at = self.words.point(node) if curve else None
            if self._is_constant(node):
                text = wrapped(self.words.names.outline(node.id), SIZE)
            else:
                text = shape_text(self.graph, node, self.words, self.folded)
            return Shape(f"n{number}", kind, node.id, text, marks, is_ordered, node.link, curve, at)
        present = next((self.shapes[id] for id in part.members if id in self.shapes), None)
        name = group_text(self.graph, part, self.words, self.options)
        text, marks = wrapped(name, SIZE, between=" · "), self._marks(*part.members)
        exit = named_exit(self.graph, part)
        return present or Shape(f"n{number}", "group", node.id, text, marks, link=exit.link if exit else None)

    def _draw_uses(self, node: Node) -> None:
        """The pairs of arrows that leave a node, by way of a junction where there are several."""
        tail, number = self.shapes[node.id], self.graph.index[node.id] + 1
        uses = [(self._head(edges[0]), edges) for edges in self._uses(node)]
        is_end = node.id == self.graph.output or (node.op is not None and not self.graph.uses[node.id])
        name = ""
        if is_end:
            text = wrapped(called(node, self.words), SIZE)
            marks = self._marks(node.id)
            self.beside.append(Shape(f"o{number}", "output", node.id, text, marks, link=node.link))
            uses.append((self.beside[-1], ()))
        elif node.op and node.name and self.words.in_numbers and self.options.names == "yes":
            name = wrapped(called(node, self.words), SMALL_SIZE)
            name = "" if wrapped(called(node, self.words), SIZE) == tail.text else name
        if len(uses) == 1:
            self._join(node, tail, *uses[0], name)
            return
        number_of_uses = len(uses)
        far = [use for use in uses if tail.kind == "input" and use[1] and self.again.issuperset(use[1])]
        uses = [use for use in uses if use not in far]
        stops = self._stops(uses)
        for position, stop in enumerate(stops):
            ahead = tuple(edge for later in stops[position:] for _, edges in later for edge in edges)
            # Ids are numbers behind a letter; those past the nodes' own are free.
            id = f"j{number if position == 0 else self._free_number()}"
            junction = Shape(id, "junction", node.id, "", self._marks(*(ahead if position else (node.id,))))
            self.beside.append(junction)
            terms = number_of_uses if far and not position else 0
            self._join(node, tail, junction, ahead if position else (), name, terms)
            tail, name = junction, ""
            for head, edges in stop:
                self._join(node, tail, head, edges, name)
        for head in dict.fromkeys(head for head, _ in far):
            self._draw_again(node, [use for use in far if use[0] == head])

    def _draw_again(self, node: Node, uses: list[_Use]) -> None:
        """An input once more, beside the one operation of some of its uses."""
        edges = tuple(edge for _, of_use in uses for edge in of_use)
        marks = f"{self._marks(*edges)} again".strip()
        text = self.shapes[node.id].text
        tail = Shape(f"n{self._free_number()}", "input", node.id, text, marks, link=node.link)
        self.beside.append(tail)
        if len(uses) > 1:
            junction = Shape(f"j{self._free_number()}", "junction", node.id, "", self._marks(*edges))
            self.beside.append(junction)
            self._join(node, tail, junction, edges, "")
            tail = junction
        for head, of_use in uses:
            self._join(node, tail, head, of_use, "")

    def _free_number(self) -> int:
        """The next number of a shape that is not the first to stand for its node."""
        return len(self.graph) + len(self.beside) + len(self.at_arrows) + 1

    def _stops(self, uses: list[_Use]) -> list[list[_Use]]:
        """The uses by the junctions at which they part, the nearest first."""

        def depth(use: _Use) -> int:
            return self.latest[use[0].node] + (use[0].kind == "output")

        stops: list[list[_Use]] = []
        for use in sorted(uses, key=depth):
            if stops and depth(use) - depth(stops[-1][0]) <= _REACH:
                stops[-1].append(use)
            else:
                stops.append([use])
        if len(stops) > 1 and len(stops[-1]) == 1:
            stops[-2:] = [stops[-2] + stops[-1]]
        return stops

    def _uses(self, node: Node) -> list[tuple[Edge, ...]]:
        """The edges that leave a node's shape, each for itself; those into one collapsed part together."""
        together: dict[Edge | str, list[Edge]] = {}
        for edge in self.graph.uses[node.id]:
            head = self._head(edge)
            if head is not self.shapes[node.id]:
                together.setdefault(head.id if head.kind == "group" else edge, []).append(edge)
        return [tuple(edges) for edges in together.values()]

    def _head(self, edge: Edge) -> Shape:
        """The shape that an edge leads to."""
        return self.shapes[self._way(edge)[-1][1]]

    def _way(self, edge: Edge) -> list[Edge]:
        """An edge, and those behind it past operations that are drawn as arrows."""
        way = [edge]
        while way[-1][1] in self.weights.passed:
            way += self.graph.uses[way[-1][1]]
        return way

    def _join(
        self,
        node: Node,
        tail: Shape,
        head: Shape,
        edges: tuple[Edge, ...],
        name: str,
        terms: int = 0,
    ) -> None:
        """A pair of arrows; `terms` is how many contributions its gradient sums, where that is not to be
        seen at its head."""
        words, options = self.words, self.options
        is_label = bool(edges) and self.graph.class_labels.issuperset(edges)
        has_backward = options.shows("backward") and self.graph.has_gradient(node.id) and not is_label
        gradient = words.contribution(*edges) if edges else words.gradient(node)
        if len(edges) > 1 and not words.in_numbers and len(plain(gradient)) > _LONGEST_SUM:
            gradient = ""  # its terms stand further on, each on its own way
        if node.id in words.cited and edges in ((), self.graph.uses[node.id]):
            cited = words.names.gradient(node.id)
            gradient = gradient if gradient == cited or not cited else f"{cited} = {gradient}"
        summed = _SUMS[options.language].format(terms) if terms and has_backward else ""
        with_local = has_backward and options.shows("local") and len(edges) == 1 and head.kind != "group"
        ways = [self._way(edge) for edge in edges]
        passed = [self.weights.passed[edge[0]] for edge in ways[0][1:]] if len(ways) == 1 else []
        behind = self.weights.behind.get(tail.node, ()) if tail.kind == "op" else ()
        # Beside a weight the value would stand twice: it does before the junction.
        is_said = not options.shows("forward") or (bool(passed) and tail.kind == "junction")
        self.arrows.append(
            ArrowPair(
                id=f"e{len(self.arrows) + 1}",
                tail=tail,
                head=head,
                edges=edges,
                name=name,
                forward="" if is_said else value_text(node, tail, head, words),
                backward=gradient if has_backward else tangent_text(self.graph, node, edges, words),
                local=local_text(edges[0], words) if with_local else summed,
                has_forward=options.shows("forward") or not has_backward,
                has_backward=has_backward,
                on_main_chain=not self.main.isdisjoint(edges or (node.id,)),
                marks=self._marks(*edges) if edges else self._marks(node.id),
                forward_cells=() if is_said else words.value_cells(node),
                backward_cells=words.gradient_cells(node, *edges) if has_backward else (),
                places=tuple(way[-1][2] for way in ways),
                weights=tuple(self._weight(edge, head) for edge in (*behind, *passed)),
            )
        )

    def _weight(self, edge: Edge, head: Shape) -> ArrowPair:
        """The pair of an input that is written at an arrow to a shape, or behind it."""
        pair = weight_pair(self.graph, edge, self.words, self.options)
        is_first = edge == self.graph.uses[edge[0]][0]
        number = self.graph.index[edge[0]] + 1 if is_first else self._free_number()
        marks = self._marks(*pair.edges)
        word = replace(pair.tail, id=f"n{number}", marks=f"{marks} {pair.tail.marks}".strip())
        self.at_arrows.append(word)
        return replace(pair, tail=word, head=self.shapes.get(edge[1], head), marks=marks)

    def _marks(self, *drawn: str | Edge) -> str:
        if self.highlighted is None:
            return ""
        return "dim" if self.highlighted.isdisjoint(drawn) else "lit"

    def _is_constant(self, node: Node) -> bool:
        """Whether it is computed from constants alone and stands as one, by its formula: √2."""
        return bool(node.operands) and self.inside_constants.issuperset(node.operands)


def _numbered(arrows: Sequence[ArrowPair]) -> Iterator[ArrowPair]:
    """The pairs, those of weights numbered behind all others."""
    number = len(arrows)
    for arrow in arrows:
        first, number = number + 1, number + len(arrow.weights)
        weights = (replace(weight, id=f"e{first + place}") for place, weight in enumerate(arrow.weights))
        yield replace(arrow, weights=tuple(weights)) if arrow.weights else arrow
