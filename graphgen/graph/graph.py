"""ComputationalGraph: a thin, typed layer over networkx.MultiDiGraph.

A node is one value: an input, a constant, or the result of one operation. An edge runs from an operand
to the operation that uses it; its key is the operand's position, because `x * x` uses `x` twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

from graphgen.errors import GraphgenError, Place, SourceError, excerpt
from graphgen.graph.link import checked
from graphgen.graph.numbers import Value, is_terminating, operand_text, range_text, shape_of, value_text
from graphgen.graph.open_shapes import Step, found_shapes
from graphgen.ops import OPS, Op, Shape, broadcast
from graphgen.views import view

if TYPE_CHECKING:
    import networkx as nx

Edge = tuple[str, str, int]
"""(operand, node, position): the edge's two ends by their ids, and which operand it is."""

Operation = tuple[int, Op, tuple[int, ...]]
"""(index, op, indices of the operands), by places in `ComputationalGraph.nodes`."""

MAX_ENTRIES = 1_000_000
"""Entries of one array."""
MAX_ENTRIES_IN_ALL = 10_000_000
"""Entries of all the arrays of one graph."""
MAX_AXES = 32
"""Axes of one array."""

_LONGEST_NUMBER = 20
"""Characters of a constant in a message."""
_LONGEST_QUOTIENT = 7
"""Characters of a quotient in a picture."""


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a graph.

    `id` is the author's name; a result without one is called v1, v2, …, a constant c1, c2, ….
    `operands` are ids. An input or a constant has no op; a symbolic input has no value either.
    `parameters` are what an op is told beside its operands, such as the axis of a sum, and `shape` is
    that of the value: () for a single number. `range` is how far a reader may move an input: from, to,
    by steps of. `link` is where the label leads. `constants` are those of the operands that are single
    numbers, with their values. An input `has_open_shape` where its shape follows from its use: the lengths
    only stand for some.
    """

    id: str
    name: str | None = None
    label: str | None = None
    op: Op | None = None
    operands: tuple[str, ...] = ()
    value: Value | None = None
    parameters: tuple[tuple[str, Any], ...] = ()
    shape: Shape = ()
    range: tuple[Fraction, Fraction, Fraction] | None = None
    link: str | None = None
    place: Place | None = None
    constants: tuple[tuple[str, Fraction], ...] = ()
    has_open_shape: bool = False

    @property
    def is_input(self) -> bool:
        return self.op is None and self.name is not None

    @property
    def is_constant(self) -> bool:
        """A number written inside an expression: it does not vary, so it has no gradient."""
        return self.op is None and self.name is None

    @property
    def is_symbolic_input(self) -> bool:
        return self.is_input and self.value is None

    @property
    def number(self) -> Fraction | None:
        """The value that is given, where it is a single number."""
        return self.value if isinstance(self.value, Fraction) else None

    @property
    def example(self) -> str:
        """Some value of its shape, as an error message shows how one is given.

        >>> Node("x", name="x").example, Node("x", name="x", shape=(2, 2)).example
        ('x = 1', 'x = [[1, 1], [1, 1]]')
        """
        text = "1"
        for length in reversed(self.shape):
            text = f"[{', '.join([text] * length)}]"
        return f"{self.id} = {text if len(text) <= _LONGEST_NUMBER else '[…]'}"

    @property
    def quotient(self) -> str:
        """A constant that is no decimal as a picture writes it, where that is short: 1/3; else nothing."""
        number = self.number
        if not self.is_constant or number is None or is_terminating(number):
            return ""
        text = f"{'−' if number < 0 else ''}{abs(number.numerator)}/{number.denominator}"
        return text if len(text) <= _LONGEST_QUOTIENT else ""

    @property
    def described(self) -> str:
        """The node as an error message names it.

        >>> Node("z", name="z", op=OPS["divide"], operands=("x", "y")).described
        "'z' (x / y)"
        """
        if self.op is None:
            return repr(self.id)
        numbers = self.written_numbers
        operands = (numbers.get(operand, operand) for operand in self.operands)
        return f"{self.id!r} ({self.op.source(*operands, **dict(self.parameters))})"

    @property
    def written_numbers(self) -> dict[str, str]:
        """The constants among the operands as a message writes them, by id; none that is too long to read."""
        texts = {id: operand_text(value) for id, value in self.constants}
        return {id: text for id, text in texts.items() if len(text) <= _LONGEST_NUMBER}

    @property
    def source(self) -> str:
        """The operation as the language writes it; for an input or a constant, its number.

        >>> Node("z", name="z", op=OPS["add"], operands=("x", "y")).source
        'x + y'
        """
        if self.op is not None:
            return self.op.source(*self.operands, **dict(self.parameters))
        return "" if self.value is None else value_text(self.value)


class ComputationalGraph:
    """A computation as a directed acyclic graph; nothing changes it once it is built.

    `network` is the networkx graph, frozen. Its nodes carry the attributes `op` (a name in the op
    table, or None), `name`, `label`, `value` (a Fraction, exact as written, or nested tuples of them),
    `parameters`, `range`, `link` and `place`; its edges are keyed by, and carry, `operand`, the position
    from 0. `output` is the id of the result. The shapes follow from those of the inputs.

    >>> import networkx as nx
    >>> network = nx.MultiDiGraph()
    >>> network.add_node("x", name="x", value=Fraction(3))
    >>> network.add_node("y", name="y", op="multiply")
    >>> _ = [network.add_edge("x", "y", key=position, operand=position) for position in (0, 1)]
    >>> ComputationalGraph(network, "y")["y"].source
    'x * x'

    Raises GraphgenError where the network is not such a graph: a cycle, an unknown op, a missing
    operand, a node without a meaning, an output that is not there; SourceError where the shapes of
    operands do not fit.
    """

    def __init__(self, network: nx.MultiDiGraph, output: str) -> None:
        import networkx as nx  # slow to load, and not needed before there is a graph

        if not isinstance(network, nx.MultiDiGraph):
            raise GraphgenError(f"the network is a {type(network).__name__}", "give a networkx.MultiDiGraph")
        position = {id: index for index, id in enumerate(network)}
        try:
            order = tuple(nx.lexicographical_topological_sort(network, key=position.__getitem__))
        except nx.NetworkXUnfeasible:
            raise GraphgenError("the graph has a cycle", "a value cannot depend on itself") from None
        if output not in position:
            raise GraphgenError(f"the output {excerpt(str(output))} is not a node of the graph")
        self.output = output
        arriving: dict[str, list[tuple[Any, str, Any]]] = {id: [] for id in order}
        for operand, id, key, place in network.edges(keys=True, data="operand"):
            arriving[id].append((key, operand, place))
        shapes: dict[str, Shape] = {}
        found = found_shapes([_step(id, network.nodes[id], arriving[id]) for id in order], output)
        self.unclear = found.unclear
        """The ids of inputs without a number of which nothing says what shape they have."""
        self.nodes: tuple[Node, ...] = tuple(
            _node(id, network.nodes, arriving[id], shapes, found.shapes) for id in order
        )
        """The nodes in topological order: each after its operands, else as they were written."""
        entries = sum(map(prod, shapes.values()))
        if entries > MAX_ENTRIES_IN_ALL:
            raise SourceError(
                f"the arrays of the graph have {entries:,} entries in all",
                f"at most {MAX_ENTRIES_IN_ALL:,} are kept: split the source",
            )
        self.network = nx.freeze(network)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, id: object) -> bool:
        return id in self.network

    def __getitem__(self, id: str) -> Node:
        return self._by_id[id]

    def __repr__(self) -> str:
        return f"<ComputationalGraph of {len(self)} nodes, output {self.output!r}>"

    def __str__(self) -> str:
        """Every value, local derivative and gradient, verified, as a table for a terminal.

        >>> from graphgen.language import parse
        >>> print(parse("x = 3\\ny = x * x"))
        Node  Operation  Value  Local derivatives  Gradient
        x                3                         6
        y     x × x      9      ∂y/∂x = 3 + 3      1
        """
        return str(view("glance")(self))

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """The picture that a notebook shows, and the table for a terminal."""
        shown: dict[str, str] = view("bundle")(view("glance")(self))
        return shown

    @cached_property
    def _by_id(self) -> Mapping[str, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(node.id for node in self.nodes)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """The place of each node in `nodes`, by id."""
        return {id: index for index, id in enumerate(self.ids)}

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, in topological order."""
        index = self.index
        return tuple(
            (position, node.op, tuple(index[operand] for operand in node.operands))
            for position, node in enumerate(self.nodes)
            if node.op is not None
        )

    @cached_property
    def varies(self) -> tuple[bool, ...]:
        """For each of `nodes`, whether it has a gradient: all but constants."""
        return tuple(not node.is_constant for node in self.nodes)

    @cached_property
    def inputs(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.is_input)

    @cached_property
    def is_symbolic(self) -> bool:
        """Whether some input has no number."""
        return any(node.is_symbolic_input for node in self.inputs)

    @cached_property
    def is_scalar(self) -> bool:
        """Whether every value is a single number, and no op works on whole arrays."""
        return all(not node.shape and (node.op is None or node.op.is_elementwise) for node in self.nodes)

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every edge, in the topological order of the nodes that it leads to, then by position."""
        return tuple(
            (operand, node.id, position)
            for node in self.nodes
            for position, operand in enumerate(node.operands)
        )

    @cached_property
    def uses(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges that leave each node; more than one is a fan-out."""
        leaving: dict[str, list[Edge]] = {node.id: [] for node in self.nodes}
        for edge in self.edges:
            leaving[edge[0]].append(edge)
        return {id: tuple(edges) for id, edges in leaving.items()}

    @cached_property
    def class_labels(self) -> frozenset[Edge]:
        """The edges that bring labels: whole numbers that name a class for each row, without a gradient."""
        targets = ((node, node.op.targets) for node in self.nodes if node.op and node.op.targets is not None)
        return frozenset(
            (node.operands[position], node.id, position)
            for node, position in targets
            if len(self[node.operands[position]].shape) < len(self[node.operands[0]].shape)
        )

    def has_gradient(self, id: str) -> bool:
        """Whether a node has a gradient: no constant has one, and nothing that only names classes."""
        uses = self.uses[id]
        return not self[id].is_constant and (not uses or not self.class_labels.issuperset(uses))

    @cached_property
    def on_path(self) -> frozenset[str]:
        """The ids of the nodes that the output depends on, itself included."""
        import networkx as nx

        return frozenset(nx.ancestors(self.network, self.output) | {self.output})

    def compile(self, wrt: Collection[str] | None = None) -> Any:
        """The graph as one fast function of its inputs, a `graphgen.autodiff.Plan`.

        Its numbers are floats: each operation rounds, and where large numbers cancel, few digits or none are
        right, and nothing says so. `graphgen.verify` gives numbers that are proved.

        >>> from graphgen.language import parse
        >>> parse("x = 3\\ny = x * x").compile()(x=5).gradients["x"]
        10.0
        """
        return view("compile")(self, wrt)

    def source(self) -> str:
        """The graph as text in the language, one operation a line; `parse` reads it back.

        Where a node has no name its id stands in. A number that is no decimal, such as 1/3, is written
        as a quotient. The output comes last, as the language has it; what is computed from it is left out.

        >>> from graphgen.language import parse
        >>> print(parse("x = 3  # side\\ny = (x + 1) * x").source(), end="")
        x = 3  # side
        v1 = x + 1
        y = v1 * x
        """
        import networkx as nx

        after = nx.descendants(self.network, self.output)
        last = self[self.output]
        lines = []
        for node in (*(node for node in self.nodes if node is not last and node.id not in after), last):
            if node.is_constant or node.is_symbolic_input:
                continue
            text = node.source
            if node.op:
                operands = map(self._operand_source, node.operands)
                text = node.op.source(*operands, **dict(node.parameters))
            words = f"[{node.label or ''}]({node.link})" if node.link else node.label or ""
            label = " ".join(f"{words} {range_text(node.range) if node.range else ''}".split())
            lines.append(f"{node.id} = {text}" + (f"  # {label}" if label else ""))
        return "\n".join(lines) + "\n"

    def _operand_source(self, id: str) -> str:
        node = self[id]
        return operand_text(node.value) if node.is_constant and node.value is not None else id


def _node(
    id: str,
    attributes_of: Mapping[str, Mapping[str, Any]],
    edges: Sequence[tuple[Any, str, Any]],
    shapes: dict[str, Shape],
    found: Mapping[str, Shape],
) -> Node:
    """The node of an id, to which edges lead, each as (key, operand, position); adds its shape to those of
    the nodes before it. An input without a number has the shape that is told, else the one that is found."""
    if not isinstance(id, str):
        raise GraphgenError(f"the id {id!r} is of the type {type(id).__name__}", "ids are strings")
    described = f"node {excerpt(id)}"
    attributes = attributes_of[id]
    op_name, name, value, link = (attributes.get(key) for key in ("op", "name", "value", "link"))
    op = None if op_name is None else OPS.get(op_name)
    if op_name is not None and op is None:
        raise GraphgenError(f"{described} has the unknown op {excerpt(str(op_name))}")
    if value is not None and (op or not isinstance(value, Fraction | tuple)):
        raise GraphgenError(
            f"{described} has the value {excerpt(str(value))}",
            "an operation has none" if op else "give a fractions.Fraction, which is exact, or tuples of them",
        )
    if op_name is None and name is None and value is None:
        raise GraphgenError(f"{described} has no meaning", "give it an op, a name (an input) or a value")
    keys = [key for key, _, _ in edges]
    arity = op.arity if op else 0
    if len(keys) != arity or set(keys) != set(range(arity)):
        raise GraphgenError(
            f"{described} ({op_name or 'no op'}) has operands at {keys}",
            f"it needs them at {list(range(arity))}" if arity else "it takes none",
        )
    for key, _, position in edges:
        if position != key:
            raise GraphgenError(
                f"{described} has an edge with the key {key} and the operand {position}",
                "both are the position of the operand",
            )
    operand_at = {key: operand for key, operand, _ in edges}
    node = Node(
        id=id,
        name=name,
        label=attributes.get("label"),
        op=op,
        operands=tuple(operand_at[position] for position in range(arity)),
        value=value,
        parameters=tuple(attributes.get("parameters") or ()),
        range=attributes.get("range"),
        link=None if link is None else checked(link, attributes.get("place")),
        place=attributes.get("place"),
        constants=tuple(_constants(attributes_of, operand_at.values())),
    )
    shapes[id] = _shape(node, shapes, attributes.get("shape") or found.get(id, ()))
    is_open = id in found and bool(shapes[id])
    return replace(node, shape=shapes[id], has_open_shape=is_open) if shapes[id] else node


def _step(id: str, attributes: Mapping[str, Any], edges: Sequence[tuple[Any, str, Any]]) -> Step:
    """A node before its shape is known, where it may be none at all."""
    value, op = attributes.get("value"), OPS.get(str(attributes.get("op")))
    told = shape_of(value) if isinstance(value, Fraction | tuple) else attributes.get("shape")
    operands = (operand for _, operand, _ in sorted(edges, key=lambda edge: str(edge[0])))
    parameters = tuple(attributes.get("parameters") or ())
    is_constant = op is None and attributes.get("name") is None
    return Step(id, op, tuple(operands), parameters, None if op else told, is_constant)


def _constants(
    attributes_of: Mapping[str, Mapping[str, Any]], operands: Iterable[str]
) -> Iterator[tuple[str, Fraction]]:
    for operand in operands:
        given = attributes_of[operand]
        value = given.get("value")
        if given.get("name") is None and isinstance(value, Fraction):
            yield operand, value


def _shape(node: Node, shapes: Mapping[str, Shape], told: Shape) -> Shape:
    """The shape of a node's value; raises SourceError where those of its operands do not fit."""
    if node.op is None:
        return told if node.value is None else shape_of(node.value)
    of_operands = [shapes[operand] for operand in node.operands]
    try:
        shape = (node.op.shape or broadcast)(*of_operands, **dict(node.parameters))
    except ValueError as error:
        names = (node.written_numbers.get(id, id) for id in node.operands)
        shapes_are = ", ".join(f"{name} is {shape}" for name, shape in zip(names, of_operands, strict=True))
        raise SourceError(
            f"{node.described} does not fit the shapes: {shapes_are}", str(error), node.place
        ) from None
    if excess := beyond_limits(shape):
        raise SourceError(f"{node.described} has {excess[0]}", excess[1], node.place)
    return shape


def beyond_limits(shape: Shape) -> tuple[str, str] | None:
    """What an array has too much of, and how much of it is kept; None where it is of a size to keep."""
    if prod(shape) > MAX_ENTRIES:
        return f"{prod(shape):,} entries", f"at most {MAX_ENTRIES:,} are kept"
    if len(shape) > MAX_AXES:
        return f"{len(shape)} axes", f"at most {MAX_AXES} are kept"
    return None
