"""What a picture shows: the annotated graph as shapes and pairs of arrows.

Every edge of the graph is a pair of arrows: forward with the value above, backward with the gradient
below. A value that is used more than once leaves its node by one pair, with the sum of the gradients,
to a junction, where a pair for each use goes on with its own contribution. Uses that lie far from one
another share the way: from junction to junction a pair goes on for all that are still ahead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from graphgen.diagram.collapse import Group, collapsed
from graphgen.diagram.highlight import highlighted
from graphgen.diagram.parts import SHRINKING, SIZE, SMALL_SIZE, ArrowPair, Scene, Shape
from graphgen.diagram.texts import Texts, called
from graphgen.errors import OptionError, excerpt
from graphgen.graph import ComputationalGraph, Edge, Node
from graphgen.notation import dotted, label_text, name_text, plain, superscript, wrapped
from graphgen.options import Options

_LONGEST_SUM = 24
"""Characters of what flows back, in symbols, on a way that several uses share."""
_REACH = 1
"""How many operations apart the uses that part at one junction may lie."""
"""The letters for an output beyond the picture, the first that the author has not taken."""
_OPERATIONS = {"en": ("{} operation", "{} operations"), "ko": ("연산 {}개", "연산 {}개")}


def compose(graph: ComputationalGraph, words: Texts, options: Options) -> Scene:
    """The picture of a graph with its annotations.

    Raises OptionError where the options name what the graph does not have.
    """
    if options.focus:
        return _focused(graph, words, options)
    return _Composer(graph, words, options).scene()


def least_shapes(graph: ComputationalGraph, options: Options) -> int:
    """How many shapes its picture has at least, which is known without its numbers.

    Junctions, ends and all collapsed parts but one come on top.

    Raises OptionError where the options name what the graph does not have.
    """
    if options.focus:
        return 1
    parts = collapsed(graph, options)
    hidden = _folded(graph, options, parts) | _inside_constants(graph, options, parts)
    return len(graph) - len(parts.keys() | hidden) + bool(parts)


_Use = tuple[Shape, tuple[Edge, ...]]
"""What uses a value, and by which edges; the output's word has none."""


class _Composer:
    """Collects the shapes and arrows of one picture, in the topological order of the graph."""

    def __init__(self, graph: ComputationalGraph, words: Texts, options: Options) -> None:
        self.graph, self.words, self.options = graph, words, options
        self.parts = collapsed(graph, options)
        self.folded = _folded(graph, options, self.parts)
        self.inside_constants = _inside_constants(graph, options, self.parts)
        self.depth = _depths(graph)
        self.latest = _latest(graph, self.depth)
        self.main = _main_chain(graph, self.folded | self.inside_constants, self.depth)
        self.highlighted = highlighted(graph, options.highlight)
        self.shapes: dict[str, Shape] = {}
        self.beside: list[Shape] = []
        self.arrows: list[ArrowPair] = []

    def scene(self) -> Scene:
        for number, node in enumerate(self.graph, 1):
            if node.id not in self.folded and node.id not in self.inside_constants:
                self.shapes[node.id] = self._shape(number, node)
        for node in self.graph:
            if node.id in self.shapes:
                self._draw_uses(node)
        shapes = dict.fromkeys((*self.shapes.values(), *self.beside))
        return _scene(shapes, self.arrows, self.options)

    def _shape(self, number: int, node: Node) -> Shape:
        part = self.parts.get(node.id)
        if part is None:
            kind = "op" if node.op and not self._is_constant(node) else "input"
            kink = " kink" if node.id in self.words.kinks else ""
            is_ordered = node.op is not None and node.op.arity == 2 and not node.op.is_commutative
            opaque = " opaque" if node.recorded else ""
            marks = self._marks(node.id) + kink + opaque
            return Shape(f"n{number}", kind, node.id, self._text(node), marks, is_ordered, node.link)
        present = next((self.shapes[id] for id in part.members if id in self.shapes), None)
        name = group_text(self.graph, part, self.words, self.options)
        text, marks = wrapped(name, SIZE), self._marks(*part.members)
        exit = _named_exit(self.graph, part)
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
        stops = self._stops(uses)
        for position, stop in enumerate(stops):
            ahead = tuple(edge for later in stops[position:] for _, edges in later for edge in edges)
            # Ids are numbers behind a letter; those past the nodes' own are free.
            id = f"j{number if position == 0 else len(self.graph) + len(self.beside) + 1}"
            junction = Shape(id, "junction", node.id, "", self._marks(*(ahead if position else (node.id,))))
            self.beside.append(junction)
            self._join(node, tail, junction, ahead if position else (), name)
            tail, name = junction, ""
            for head, edges in stop:
                self._join(node, tail, head, edges, name)

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

    def _join(self, node: Node, tail: Shape, head: Shape, edges: tuple[Edge, ...], name: str) -> None:
        words, options = self.words, self.options
        is_label = bool(edges) and self.graph.class_labels.issuperset(edges)
        has_backward = options.shows("backward") and self.graph.has_gradient(node.id) and not is_label
        gradient = words.contribution(*edges) if edges else words.gradient(node)
        if len(edges) > 1 and not words.in_numbers and len(plain(gradient)) > _LONGEST_SUM:
            gradient = ""  # its terms stand further on, each on its own way
        if node.id in words.cited and edges in ((), self.graph.uses[node.id]):
            cited = words.names.gradient(node.id)
            gradient = gradient if gradient == cited or not cited else f"{cited} = {gradient}"
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
                local=_local(edges[0], words) if with_local else "",
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
        """The value on an edge; in symbols not where the name stands at the edge's end already."""
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
        """What stands in an operation's circle, its folded operand included, or for an input."""
        words = self.words
        if self._is_constant(node):
            return wrapped(words.names.outline(node.id), SIZE)
        if node.op is None:
            unused = not self.graph.uses[node.id] and node.id != self.graph.output and words.value(node)
            text = called(node, words)
            if node.is_symbolic_input and node.shape and not node.has_open_shape:
                text += f": {'×'.join(map(str, node.shape))}"
            return wrapped(f"{text} = {words.value(node)}" if unused else text, SIZE)
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


def _scene(shapes: Iterable[Shape], arrows: Iterable[ArrowPair], options: Options) -> Scene:
    """A scene in the direction that its author chose, or else in that which fits the column."""
    widest = int(options.width) / SHRINKING if options.direction == "auto" else None
    return Scene(tuple(shapes), tuple(arrows), options.direction == "down", widest, options.order == "source")


def group_text(graph: ComputationalGraph, part: Group, words: Texts, options: Options) -> str:
    """The author's title of a box, else the name it was collapsed by, else that of the one value it gives,
    else its size."""
    if part.title:
        return label_text(part.title)
    if part.pattern:
        return re.sub(r"\[.*?\]|[*?]", "", part.pattern).strip("_") or part.pattern
    named = _named_exit(graph, part)
    return called(named, words) if named else size_text(graph, part, options)


def size_text(graph: ComputationalGraph, part: Group, options: Options) -> str:
    """How many operations a part has, in words."""
    count = sum(graph[id].op is not None for id in part.members)
    return _OPERATIONS[options.language][count > 1].format(count)


def exits(graph: ComputationalGraph, part: Group) -> list[str]:
    """The ids of the values that a part gives, in topological order."""
    given = {id for id in part.members if any(edge[1] not in part.members for edge in graph.uses[id])}
    given |= {graph.output} & part.members
    return sorted(given, key=graph.index.__getitem__)


def _named_exit(graph: ComputationalGraph, part: Group) -> Node | None:
    """The value that a box is called by: the one that its author named, else the only one that it gives."""
    if part.title or part.pattern:
        return None
    given = part.names or exits(graph, part)
    return graph[given[0]] if len(given) == 1 and graph[given[0]].name else None


def _folded(graph: ComputationalGraph, options: Options, parts: Mapping[str, Group]) -> frozenset[str]:
    """The ids of the nodes that are written inside the operations that use them."""
    for name in options.fold.split():
        if name not in ("constants", "none") and not (name in graph and graph[name].is_input):
            inputs = ", ".join(node.id for node in graph.inputs)
            raise OptionError(f"fold={excerpt(name)} is not an input", f"the inputs are {inputs}")
    constants = _constant_expressions(graph, options, parts)
    inside = _inside_constants(graph, options, parts)
    wanted = {
        node.id
        for node in graph
        if (node.id in constants or (options.folds(node.id) and node.id not in parts and not node.shape))
        and node.id not in inside
        and all(_can_fold(graph, edge) for edge in graph.uses[node.id])
    }
    for node in graph:
        if node.op and wanted.issuperset(node.operands):
            wanted.discard(node.operands[0])
    return frozenset(id for id in wanted if graph.uses[id])


def _inside_constants(
    graph: ComputationalGraph, options: Options, parts: Mapping[str, Group]
) -> frozenset[str]:
    """The ids of the nodes that stand only in the formula of another: the 2 of √2."""
    constants = _constant_expressions(graph, options, parts)
    return frozenset(
        id for id in constants if graph.uses[id] and constants.issuperset(edge[1] for edge in graph.uses[id])
    )


def _constant_expressions(
    graph: ComputationalGraph, options: Options, parts: Mapping[str, Group]
) -> frozenset[str]:
    """The ids of the single numbers without a name that are constants or computed from constants alone."""
    found: set[str] = set()
    for node in graph if options.folds("constants") else ():
        is_nameless = node.name is None and node.id != graph.output and not node.shape
        if is_nameless and node.id not in parts and found.issuperset(node.operands):
            found.add(node.id)
    return frozenset(found)


def _can_fold(graph: ComputationalGraph, edge: Edge) -> bool:
    op = graph[edge[1]].op
    return op is not None and bool(op.folded)


def _depths(graph: ComputationalGraph) -> dict[str, int]:
    """How many nodes the longest way to each node has."""
    depth: dict[str, int] = {}
    for node in graph:
        depth[node.id] = 1 + max((depth[operand] for operand in node.operands), default=0)
    return depth


def _latest(graph: ComputationalGraph, depth: Mapping[str, int]) -> dict[str, int]:
    """How deep each node may stand at the utmost: right before the first of its uses."""
    latest: dict[str, int] = {}
    for node in reversed(list(graph)):
        latest[node.id] = min((latest[edge[1]] - 1 for edge in graph.uses[node.id]), default=depth[node.id])
    return latest


def _main_chain(
    graph: ComputationalGraph, folded: frozenset[str], depth: Mapping[str, int]
) -> frozenset[str | Edge]:
    """The ids and edges of the longest way to the output, which is drawn straight."""
    chain: list[str | Edge] = [graph.output]
    here = graph[graph.output]
    while drawn := [place for place, operand in enumerate(here.operands) if operand not in folded]:
        place = max(drawn, key=lambda place: depth[here.operands[place]])
        chain.append((here.operands[place], here.id, place))
        here = graph[here.operands[place]]
        chain.append(here.id)
    return frozenset(chain)


def _local(edge: Edge, words: Texts) -> str:
    """The local derivative on an edge, ∂ = 2; in symbols, with the names of both ends."""
    local = words.local(edge)
    if not local or "∂" in local:  # a rule for matrices names what it is of
        return local
    partial = "" if words.in_numbers else words.names.partial(edge[1], edge[0])
    return f"{partial or '∂'} = {local}"


def _focused(graph: ComputationalGraph, words: Texts, options: Options) -> Scene:
    """One operation alone: what comes in, the upstream gradient, and what it sends back on each edge.

    In symbols, with L for a final output beyond the picture; in numbers beside them where there are.
    """
    if options.focus not in graph or graph[options.focus].op is None:
        named = ", ".join(node.id for node in graph if node.op and node.name)
        raise OptionError(
            f"focus={excerpt(options.focus)} is not a named operation", f"the operations are {named}"
        )
    node = graph[options.focus]
    assert node.op is not None
    upstream = _upstream(graph, node, words)
    middle = Shape("n1", "op", node.id, node.op.symbol, link=node.link)
    end = Shape("o1", "output", node.id, wrapped(called(node, words), SIZE), link=node.link)
    shapes, arrows = [middle, end], []
    numbers = words.in_numbers
    for position, id in enumerate(node.operands):
        operand, edge = graph[id], (id, node.id, position)
        text = wrapped(called(operand, words), SIZE)
        start = Shape(f"n{position + 2}", "input", id, text, link=operand.link)
        shapes.insert(position, start)
        has_backward = graph.sends_back(edge)
        sent = _sent(graph, edge, upstream, words) if has_backward else ""
        in_numbers = words.contribution(edge)
        if graph.is_scalar:
            in_numbers = f"= {words.gradient(node)} × {words.local(edge)} = {in_numbers}"
        arrows.append(
            ArrowPair(
                id=f"e{position + 1}",
                tail=start,
                head=middle,
                edges=(edge,),
                name=words.names.symbol(id) if numbers and operand.label else "",
                forward=words.value(operand),
                backward=sent,
                local=in_numbers if numbers and sent else "",
                has_backward=bool(sent),
                on_main_chain=position == 0,
            )
        )
    arrows.append(
        ArrowPair(
            id=f"e{len(arrows) + 1}",
            tail=middle,
            head=end,
            edges=(),
            forward=words.value(node),
            backward=upstream,
            local=words.gradient(node) if node.shape else f"= {words.gradient(node)}" if numbers else "",
            on_main_chain=True,
        )
    )
    return _scene(shapes, arrows, options)


def _upstream(graph: ComputationalGraph, node: Node, words: Texts) -> str:
    """What arrives at an operation: the derivative of the output, or of an L beyond the picture's output."""
    names = words.names
    if node.id == graph.output:
        return names.upstream or f"∂{names.final}/∂{names.brief(node.id)}"
    whole = names.final if graph.has_upstream else names.brief(graph.output)
    return names.gradient(node.id) or f"∂{whole}"


def _sent(graph: ComputationalGraph, edge: Edge, upstream: str, words: Texts) -> str:
    """What an operation sends back, as a formula: entry by entry (⊙) where it works on arrays so."""
    operand, id, _ = edge
    node = graph[id]
    local = words.local_in_symbols(edge) if node.op and node.op.is_elementwise else words.local(edge)
    if node.op is None or not node.op.is_elementwise or not local:
        return local or words.names.gradient(operand)
    return f"{upstream} {'⊙' if node.shape else '·'} {local}"
