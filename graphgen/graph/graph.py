"""ComputationalGraph: a thin, typed layer over networkx.MultiDiGraph.

A node is one value: an input, a constant, or the result of one operation. An edge runs from an operand
to the operation that uses it; its key is the operand's position, because `x * x` uses `x` twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

from graphgen.errors import GraphgenError, SourceError, excerpt
from graphgen.graph.node import Node, node_of
from graphgen.graph.numbers import Value, has_one_hot_rows
from graphgen.graph.open_shapes import found_shapes, step_of
from graphgen.graph.recorded import Reference
from graphgen.graph.text import source_of
from graphgen.ops import Op, Shape
from graphgen.views import view

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx

Edge = tuple[str, str, int]
"""(operand, node, position): the edge's two ends by their ids, and which operand it is."""

Operation = tuple[int, Op, tuple[int, ...]]
"""(index, op, indices of the operands), by places in `ComputationalGraph.nodes`."""

MAX_ENTRIES_IN_ALL = 10_000_000
"""Entries of all the arrays of one graph, or ten times as many as a captured model has given it."""


class ComputationalGraph:
    """A computation as a directed acyclic graph; nothing changes it once it is built.

    `network` is the networkx graph, frozen. Its nodes carry the attributes `op` (a name in the op
    table, or None), `name`, `label`, `value` (a Fraction, exact as written, nested tuples of them, or a
    read-only NumPy array), `parameters`, `range`, `link`, `place`, `data` (true of an input that wants no
    gradient), `shape` (of an input without a value) and `abstract` (true where `op` names a function of
    which nothing is known); its edges are keyed by, and carry, `operand`, the
    position from 0. `output` is the id of the result. The shapes follow from those of the inputs.

    >>> from fractions import Fraction
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
        found = found_shapes([step_of(id, network.nodes[id], arriving[id]) for id in order], output)
        self.unclear = found.unclear
        """The ids of inputs without a number of which nothing says what shape they have."""
        nameless: dict[str, str] = {}
        self.nodes: tuple[Node, ...] = tuple(
            node_of(id, network.nodes, arriving[id], shapes, nameless, found.shapes) for id in order
        )
        """The nodes in topological order: each after its operands, else as they were written."""
        given, entries = 0, 0
        for node in self.nodes:
            if hasattr(node.value, "dtype"):  # an array of NumPy, which is there already
                given += prod(node.shape)
            else:
                entries += prod(node.shape)
        most = max(MAX_ENTRIES_IN_ALL, 10 * given)
        if entries > most:
            raise SourceError(
                f"the arrays of the graph have {entries:,} entries in all",
                f"at most {most:,} are kept: split the source",
            )
        self.network = nx.freeze(network)
        self.reference: Reference | None = network.graph.get("reference")
        """The values and gradients that a framework computed, where the graph was captured from one."""
        self.upstream: Value | None = network.graph.get("upstream")
        """The gradient that the backward pass starts from, where one is given in place of 1."""
        self.upstream_symbol: str | None = network.graph.get("upstream_symbol")
        """The symbol that stands for that gradient, where one is given: g, or ∂L/∂y."""
        self.modules: Mapping[str, str] = network.graph.get("modules") or {}
        """The class of each module that a captured graph has, by its path: {"blocks.0": "Block"}."""

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
        """For each of `nodes`, whether it has a gradient: what depends on an input that is no data."""
        varies: list[bool] = []
        for node in self.nodes:
            if node.op is None:
                varies.append(node.is_input and node.id not in self.data)
            else:
                varies.append(any(varies[self.index[operand]] for operand in node.operands))
        return tuple(varies)

    @cached_property
    def data(self) -> frozenset[str]:
        """The ids of the inputs that want no gradient: those marked so, and targets that only name classes.

        A loss takes such targets as whole numbers, or as rows with a 1 for one class and 0 for the others.
        """
        return frozenset(node.id for node in self.inputs if node.is_data or self._says_classes(node))

    def _says_classes(self, node: Node) -> bool:
        uses = self.uses[node.id]
        if not uses or not all(map(self._is_target, uses)):
            return False
        is_one_hot = bool(node.shape) and node.value is not None and has_one_hot_rows(node.value)
        return is_one_hot or self.class_labels.issuperset(uses)

    def _is_target(self, edge: Edge) -> bool:
        op = self[edge[1]].op
        return op is not None and op.targets == edge[2]

    @cached_property
    def inputs(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.is_input)

    @cached_property
    def is_symbolic(self) -> bool:
        """Whether some input has no number, some function only a name, or the upstream gradient a symbol."""
        is_named = bool(self.functions or self.upstream_symbol)
        return is_named or any(node.is_symbolic_input for node in self.inputs)

    @cached_property
    def functions(self) -> tuple[str, ...]:
        """The names of the functions that are only named, in the order of their first use."""
        named = (node.op.name for node in self.nodes if node.op and node.op.is_abstract)
        return tuple(dict.fromkeys(named))

    @property
    def has_upstream(self) -> bool:
        """Whether the backward pass starts from another gradient than 1."""
        return self.upstream is not None or self.upstream_symbol is not None

    @property
    def has_stand_ins(self) -> bool:
        """Whether functions that are only named have numbers, by what stands in for them."""
        return bool(self.network.graph.get("stand_ins"))

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
        return frozenset(
            edge
            for edge in self.edges
            if self._is_target(edge) and len(self[edge[0]].shape) < len(self[self[edge[1]].operands[0]].shape)
        )

    def is_varying(self, id: str) -> bool:
        """Whether a node depends on an input that is no data."""
        return self.varies[self.index[id]]

    def has_gradient(self, id: str) -> bool:
        """Whether a node has a gradient: it varies, and does not only name classes."""
        uses = self.uses[id]
        return self.is_varying(id) and (not uses or not self.class_labels.issuperset(uses))

    def sends_back(self, edge: Edge) -> bool:
        """Whether something flows back along an edge, even if it is 0."""
        return self.is_varying(edge[0]) and edge not in self.class_labels

    @cached_property
    def unused(self) -> Mapping[str, int]:
        """The named results of a source that nothing uses, but for the output, with the line of each."""
        return {
            node.id: node.place.line
            for node in self.nodes
            if node.op and node.name and node.place and node.id != self.output and not self.uses[node.id]
        }

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """The module that each captured node belongs to, as a path such as blocks.0.attn."""
        return {node.id: node.group for node in self.nodes if node.group}

    @cached_property
    def origins(self) -> Mapping[str, str]:
        """The framework's own names for the nodes that it names: {"fc1_weight": "fc1.weight"}."""
        return {node.id: node.origin for node in self.nodes if node.origin is not None}

    @cached_property
    def on_path(self) -> frozenset[str]:
        """The ids of the nodes that the output depends on, itself included."""
        import networkx as nx

        return frozenset(nx.ancestors(self.network, self.output) | {self.output})

    def save(self, path: str | Path) -> None:
        """Writes the graph into a file, from which `graphgen.load` reads it back, without a framework."""
        view("save")(self, path)

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
        before = (node for node in self.nodes if node.id != self.output and node.id not in after)
        declared = "".join(f"{name}: function\n" for name in self.functions)
        return declared + source_of((*before, self[self.output]))
