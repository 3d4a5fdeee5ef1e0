"""ComputationalGraph: a thin, typed layer over networkx.MultiDiGraph.

A node is one value: an input, a constant, or the result of one operation. An edge runs from an operand
to the operation that uses it; its key is the operand's position, because `x * x` uses `x` twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import count

import networkx as nx

from graphgen.errors import GraphgenError, Place, excerpt
from graphgen.ops import OPS, Op

Edge = tuple[str, str, int]
"""(operand, node, position): the edge's two ends by their ids, and which operand it is."""


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a graph.

    `id` is the author's name; a result without one is called v1, v2, …, a constant c1, c2, ….
    `operands` are ids. An input or a constant has no op; a symbolic input has no value either.
    """

    id: str
    name: str | None = None
    label: str | None = None
    op: Op | None = None
    operands: tuple[str, ...] = ()
    value: Fraction | None = None
    place: Place | None = None

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
    def source(self) -> str:
        """The operation as the language writes it; for an input or a constant, its number.

        >>> Node("z", name="z", op=OPS["add"], operands=("x", "y")).source
        'x + y'
        """
        if self.op is not None:
            return self.op.source(*self.operands)
        return "" if self.value is None else decimal_text(self.value)


class ComputationalGraph:
    """A computation as a directed acyclic graph; nothing changes it once it is built.

    `network` is the networkx graph, frozen. Its nodes carry the attributes `op` (a name in the op
    table, or None), `name`, `label`, `value` (a Fraction, exact as written) and `place`; its edges are
    keyed by, and carry, `operand`, the position from 0. `output` is the id of the result.

    >>> network = nx.MultiDiGraph()
    >>> network.add_node("x", name="x", value=Fraction(3))
    >>> network.add_node("y", name="y", op="multiply")
    >>> _ = [network.add_edge("x", "y", key=position, operand=position) for position in (0, 1)]
    >>> ComputationalGraph(network, "y")["y"].source
    'x * x'

    Raises GraphgenError where the network is not such a graph: a cycle, an unknown op, a missing
    operand, an output that is not there.
    """

    def __init__(self, network: nx.MultiDiGraph, output: str) -> None:
        self.network = nx.freeze(network)
        self.output = output
        position = {id: index for index, id in enumerate(network)}
        try:
            order = tuple(nx.lexicographical_topological_sort(network, key=position.__getitem__))
        except nx.NetworkXUnfeasible:
            raise GraphgenError("the graph has a cycle", "a value cannot depend on itself") from None
        if output not in position:
            raise GraphgenError(f"the output {excerpt(str(output))} is not a node of the graph")
        self.nodes: tuple[Node, ...] = tuple(_node(network, id) for id in order)
        """The nodes in topological order: each after its operands, else as they were written."""

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

    @cached_property
    def _by_id(self) -> Mapping[str, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def inputs(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.is_input)

    @cached_property
    def is_symbolic(self) -> bool:
        """Whether some input has no number."""
        return any(node.is_symbolic_input for node in self.inputs)

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
    def on_path(self) -> frozenset[str]:
        """The ids of the nodes that the output depends on, itself included."""
        return frozenset(nx.ancestors(self.network, self.output) | {self.output})

    def source(self) -> str:
        """The graph as text in the language, one operation a line; `parse` reads it back.

        Where a node has no name its id stands in.
        """
        lines = []
        for node in self.nodes:
            if node.is_constant or node.is_symbolic_input:
                continue
            text = node.op.source(*map(self._operand_source, node.operands)) if node.op else node.source
            lines.append(f"{node.id} = {text}" + (f"  # {node.label}" if node.label else ""))
        return "\n".join(lines) + "\n"

    def _operand_source(self, id: str) -> str:
        node = self[id]
        if not node.is_constant:
            return id
        return node.source if node.source.replace(".", "").isdigit() else f"({node.source})"


def _node(network: nx.MultiDiGraph, id: str) -> Node:
    attributes = network.nodes[id]
    incoming = {key: operand for operand, _, key in network.in_edges(id, keys=True)}
    name = attributes.get("op")
    op = None if name is None else OPS.get(name)
    if name is not None and op is None:
        raise GraphgenError(f"node {excerpt(id)} has the unknown op {excerpt(str(name))}")
    arity = op.arity if op else 0
    if sorted(incoming) != list(range(arity)):
        raise GraphgenError(
            f"node {excerpt(id)} ({name or 'no op'}) has operands at {sorted(incoming)}",
            f"it needs {arity}, with the keys 0 to {arity - 1}" if arity else "it takes none",
        )
    return Node(
        id=id,
        name=attributes.get("name"),
        label=attributes.get("label"),
        op=op,
        operands=tuple(incoming[position] for position in range(arity)),
        value=attributes.get("value"),
        place=attributes.get("place"),
    )


class GraphBuilder:
    """Collects nodes in the order in which they are written, then builds the graph.

    Operands are the integers that `input`, `constant` and `apply` return. A node can be given its
    name after it was made, which is why ids are dealt out only at the end.
    """

    def __init__(self) -> None:
        self._nodes: list[dict] = []
        self._operands: list[tuple[int, ...]] = []

    def __len__(self) -> int:
        return len(self._nodes)

    def input(self, name: str, value: Fraction | None, **attributes: object) -> int:
        return self._append((), op=None, name=name, value=value, **attributes)

    def constant(self, value: Fraction, **attributes: object) -> int:
        return self._append((), op=None, name=None, value=value, **attributes)

    def apply(self, op: Op, *operands: int, **attributes: object) -> int:
        return self._append(operands, op=op.name, name=None, value=None, **attributes)

    def describe(self, node: int, **attributes: object) -> None:
        """Gives a node its name or its label."""
        self._nodes[node].update(attributes)

    def name_of(self, node: int) -> str | None:
        return self._nodes[node]["name"]

    def is_constant(self, node: int) -> bool:
        attributes = self._nodes[node]
        return attributes["op"] is None and attributes["name"] is None

    def build(self, output: int) -> ComputationalGraph:
        taken = {attributes["name"] for attributes in self._nodes}
        value_ids, constant_ids = _free_ids("v", taken), _free_ids("c", taken)
        ids = [
            attributes["name"] or next(value_ids if attributes["op"] else constant_ids)
            for attributes in self._nodes
        ]
        network: nx.MultiDiGraph = nx.MultiDiGraph()
        network.add_nodes_from(zip(ids, self._nodes, strict=True))
        network.add_edges_from(
            (ids[operand], id, position, {"operand": position})
            for id, operands in zip(ids, self._operands, strict=True)
            for position, operand in enumerate(operands)
        )
        return ComputationalGraph(network, ids[output])

    def _append(self, operands: tuple[int, ...], **attributes: object) -> int:
        self._nodes.append({"label": None, "place": None, **attributes})
        self._operands.append(operands)
        return len(self._nodes) - 1


def _free_ids(letter: str, taken: set[str | None]) -> Iterator[str]:
    return (f"{letter}{number}" for number in count(1) if f"{letter}{number}" not in taken)


def is_terminating(number: Fraction) -> bool:
    """Whether a number has a finite decimal expansion: no prime factor but 2 and 5 below."""
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def decimal_text(number: Fraction) -> str:
    """A number as the language writes it: a decimal where it has a finite one, else a quotient.

    >>> decimal_text(Fraction("1.10")), decimal_text(Fraction(1, 3)), decimal_text(Fraction(-5))
    ('1.1', '1 / 3', '-5')
    """
    if number.denominator == 1:
        return str(number.numerator)
    if not is_terminating(number):
        return f"{number.numerator} / {number.denominator}"
    places = 0
    scaled = number
    while scaled.denominator != 1:
        scaled *= 10
        places += 1
    digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"
