"""The annotated graph as shapes and pairs of arrows: all that a picture shows, before it has places.

Every edge of the graph is a pair of arrows: forward with the value above, backward with the gradient
below. A value that is used more than once leaves its node by one pair, with the sum of the gradients,
to a junction, where a pair for each use goes on with its own contribution. Uses that lie far from one
another share the way: from junction to junction a pair goes on for all that are still ahead. An input may
stand again beside an operation far away, with what flows back from there; its sum then says of how many.
"""

from __future__ import annotations

from graphgen.diagram.collapse import collapsed
from graphgen.diagram.depths import depths, latest_depths, main_chain
from graphgen.diagram.focus import focused
from graphgen.diagram.folding import folded, inside_constants
from graphgen.diagram.frames import open_frames
from graphgen.diagram.groups import group_text, named_exit
from graphgen.diagram.highlight import highlighted
from graphgen.diagram.parts import SHRINKING, SIZE, SMALL_SIZE, ArrowPair, Frame, Scene, Shape
from graphgen.diagram.texts import Texts, called
from graphgen.graph import ComputationalGraph, Edge, Node
from graphgen.notation import dotted, name_text, plain, superscript, wrapped
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
    hidden = folded(graph, options, parts) | inside_constants(graph, options, parts)
    return len(graph) - len(parts.keys() | hidden) + bool(parts)


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
        self.depth = depths(graph)
        self.latest = latest_depths(graph, self.depth)
        self.main = main_chain(graph, self.folded | self.inside_constants, self.depth)
        self.highlighted = highlighted(graph, options.highlight)
        self.shapes: dict[str, Shape] = {}
        self.beside: list[Shape] = []
        self.arrows: list[ArrowPair] = []

    def composed(self) -> tuple[list[Shape], list[ArrowPair]]:
        for number, node in enumerate(self.graph, 1):
            if node.id not in self.folded and node.id not in self.inside_constants:
                self.shapes[node.id] = self._shape(number, node)
        for node in self.graph:
            if node.id in self.shapes:
                self._draw_uses(node)
        shapes = dict.fromkeys((*self.shapes.values(), *self.beside))
        return list(shapes), self.arrows

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
            return Shape(f"n{number}", kind, node.id, self._text(node), marks, is_ordered, node.link, curve)
        present = next((self.shapes[id] for id in part.members if id in self.shapes), None)
        name = group_text(self.graph, part, self.words, self.options)
        text, marks = wrapped(name, SIZE, between=" · "), self._marks(*part.members)
        exit = named_exit(self.graph, part)
        return present or Shape(f"n{number}", "group", node.id, text, marks, link=exit.link if exit else None)

    def _draw_uses(self, node: Node) -> None:
        """The pairs of arrows that leave a node, by way of a junction where there are several."""
        tail, number = self.shapes[node.id], self.graph.index[node.id] + 1
        uses = [(self.shapes[edges[0][1]], edges) for edges in self._uses(node)]
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
        return len(self.graph) + len(self.beside) + 1

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
            head = self.shapes[edge[1]]
            if head is not self.shapes[node.id]:
                together.setdefault(head.id if head.kind == "group" else edge, []).append(edge)
        return [tuple(edges) for edges in together.values()]

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
        self.arrows.append(
            ArrowPair(
                id=f"e{len(self.arrows) + 1}",
                tail=tail,
                head=head,
                edges=edges,
                name=name,
                forward=self._forward_text(node, tail, head),
                backward=gradient if has_backward else self._tangent(node, edges),
                local=_local(edges[0], words) if with_local else summed,
                has_forward=options.shows("forward") or not has_backward,
                has_backward=has_backward,
                on_main_chain=not self.main.isdisjoint(edges or (node.id,)),
                marks=self._marks(*edges) if edges else self._marks(node.id),
                forward_cells=words.value_cells(node) if options.shows("forward") else (),
                backward_cells=words.gradient_cells(node, *edges) if has_backward else (),
            )
        )

    def _tangent(self, node: Node, edges: tuple[Edge, ...]) -> str:
        """ẋ = 1 below a value, where it leaves its node; a name that is no letter has no dot above it."""
        tangent = self.words.tangent(node)
        if not tangent or edges not in ((), self.graph.uses[node.id]):
            return ""
        name = dotted(self.words.names.symbol(node.id)) if node.name else None
        equals = " =\n" if "\n" in tangent else " = "  # a matrix begins on a line of its own
        return f"{name or 'd'}{equals}{tangent}"

    def _forward_text(self, node: Node, tail: Shape, head: Shape) -> str:
        """The value on an edge; none where it stands at the edge's end: a constant, or in symbols a name."""
        if node.is_constant and tail.kind == "input" and not self.words.value_cells(node):
            return ""
        value = self.words.value(node) if self.options.shows("forward") else ""
        is_said = not self.words.in_numbers and value in (
            called(node, self.words) if tail.kind == "input" else "",
            head.text if head.kind == "output" else "",
        )
        return "" if is_said else value

    def _marks(self, *drawn: str | Edge) -> str:
        if self.highlighted is None:
            return ""
        return "dim" if self.highlighted.isdisjoint(drawn) else "lit"

    def _text(self, node: Node) -> str:
        """The text in an operation's circle, its folded operand included, or for an input."""
        words = self.words
        if self._is_constant(node):
            return wrapped(words.names.outline(node.id), SIZE)
        if node.op is None:
            unused = not self.graph.uses[node.id] and node.id != self.graph.output and words.value(node)
            text, lengths = called(node, words), "×".join(map(str, node.shape))
            if node.is_symbolic_input and node.shape and not node.has_open_shape:
                text += f": {lengths}"
            if node.is_constant and words.value_cells(node):
                text = lengths  # its entries stand on its way
            if unused and words.in_numbers:
                value = words.value(node)
                if "\n" in value:  # a matrix begins on a line of its own, and is not broken
                    return f"{wrapped(text, SIZE)} =\n{value}"
                text += f" = {value}"
            return wrapped(text, SIZE)
        inside = [position for position, operand in enumerate(node.operands) if operand in self.folded]
        if not inside:
            return name_text(node.op.symbol) if node.op.is_abstract else node.op.symbol
        folded = self.graph[node.operands[inside[0]]]
        operand = folded.quotient or (folded.op and words.names.operand(folded.id)) or words.value(folded)
        form = node.op.folded[inside[0]]
        if "^{}" in form:
            return form.replace("^{}", superscript(operand))
        binds = folded.quotient and node.op.operator in ("/", "**")
        if binds or (operand.startswith("−") and node.op.operator):
            operand = f"({operand})"
        return form.format(operand)

    def _is_constant(self, node: Node) -> bool:
        """Whether it is computed from constants alone and stands as one, by its formula: √2."""
        return bool(node.operands) and self.inside_constants.issuperset(node.operands)


def _local(edge: Edge, words: Texts) -> str:
    """The local derivative on an edge, ∂ = 2; in symbols, with the names of both ends."""
    local = words.local(edge)
    if not local or "∂" in local:  # a rule for matrices names what it is of
        return local
    partial = "" if words.in_numbers else words.names.partial(edge[1], edge[0])
    return f"{partial or '∂'} = {local}"
