"""A graph in the making: nodes collected in the order in which they are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

from graphgen.errors import GraphgenError, SourceError, excerpt
from graphgen.graph.graph import ComputationalGraph
from graphgen.graph.node import op_of
from graphgen.graph.numbers import Value, shape_of
from graphgen.graph.recorded import Recorded
from graphgen.ops import Op, Shape, broadcast


class GraphBuilder:
    """Collects nodes in the order in which they are written, then builds the graph.

    Operands are the integers that `input`, `constant` and `apply` return. A node can be given its
    name after it was made, which is why ids are dealt out only at the end.
    """

    def __init__(self) -> None:
        self._nodes: list[dict[str, Any]] = []
        self._operands: list[tuple[int, ...]] = []
        self._shapes: list[Shape] = []

    def __len__(self) -> int:
        return len(self._nodes)

    def input(self, name: str, value: Value | None, **attributes: object) -> int:
        return self.given(name, value, **attributes)

    def constant(self, value: Value, **attributes: object) -> int:
        return self.given(None, value, **attributes)

    def given(self, name: str | None, value: Value | None, **attributes: object) -> int:
        """An input, or a constant where it has no name."""
        return self._append((), op=None, name=name, value=value, **attributes)

    def record(self, name: str, recorded: Recorded, *operands: int, **attributes: object) -> int:
        """An operation of a framework for which the op table has no row."""
        return self._append(operands, op=name, name=None, value=None, recorded=recorded, **attributes)

    def apply(self, op: Op, *operands: int, **attributes: object) -> int:
        if op.is_abstract:
            attributes["abstract"] = True
        return self._append(operands, op=op.name, name=None, value=None, **attributes)

    def describe(self, node: int, **attributes: object) -> None:
        """Gives a node its name, its label or what else its author says of it."""
        self._nodes[node].update(attributes)

    def name_of(self, node: int) -> str | None:
        name: str | None = self._nodes[node]["name"]
        return name

    def only_needed(self, *wanted: int) -> tuple[GraphBuilder, dict[int, int]]:
        """The same without what these nodes do not need, and the new number of each node that is kept."""
        needed, waiting = set[int](), list(wanted)
        while waiting:
            if (node := waiting.pop()) not in needed:
                needed.add(node)
                waiting.extend(self._operands[node])
        kept = GraphBuilder()
        numbers: dict[int, int] = {}
        for node in sorted(needed):
            operands = tuple(numbers[operand] for operand in self._operands[node])
            numbers[node] = kept._append(operands, **self._nodes[node])
        return kept, numbers

    def is_operation(self, node: int) -> bool:
        return self._nodes[node]["op"] is not None

    def shape(self, node: int) -> Shape:
        """The shape of a value; raises SourceError where those of its operands do not fit."""
        for number in range(len(self._shapes), node + 1):
            self._shapes.append(self._shape(self._nodes[number], self._operands[number]))
        return self._shapes[node]

    def ids(self) -> list[str]:
        """The ids that the nodes will have: their names, else v1, c1, …"""
        names = Counter(attributes["name"] for attributes in self._nodes if attributes["name"] is not None)
        for name, times in names.most_common(1):
            if times > 1:
                raise GraphgenError(f"{times} values are named {excerpt(name)}", "give each its own name")
        # v1 would be drawn as v_1 is.
        taken = frozenset(names) | {name.replace("_", "") for name in names}
        value_ids, constant_ids = _free_ids("v", taken), _free_ids("c", taken)
        return [
            attributes["name"] or next(value_ids if attributes["op"] else constant_ids)
            for attributes in self._nodes
        ]

    def build(self, output: int, **attributes: object) -> ComputationalGraph:
        """The graph; `attributes` are those of the whole, such as `reference`."""
        import networkx as nx

        ids = self.ids()
        network: nx.MultiDiGraph = nx.MultiDiGraph(**attributes)
        network.add_nodes_from(zip(ids, self._nodes, strict=True))
        network.add_edges_from(
            (ids[operand], id, position, {"operand": position})
            for id, operands in zip(ids, self._operands, strict=True)
            for position, operand in enumerate(operands)
        )
        return ComputationalGraph(network, ids[output])

    def _shape(self, attributes: dict[str, Any], operands: tuple[int, ...]) -> Shape:
        op, value = attributes["op"], attributes["value"]
        if op is None:
            return attributes.get("shape") or () if value is None else shape_of(value)
        if recorded := attributes.get("recorded"):
            return shape_of(recorded.value)
        shapes = (self._shapes[operand] for operand in operands)
        try:
            found = op_of(attributes, len(operands))
            assert found is not None
            return (found.shape or broadcast)(*shapes, **dict(attributes.get("parameters") or ()))
        except ValueError:
            # Raises the error that names the values, unless their shapes are open.
            self.build(len(self._shapes))
            raise SourceError(
                "an index needs the shape of an array, which is not known",
                "declare the shapes of the inputs, as in W: (3, 4)",
                attributes["place"],
            ) from None

    def _append(self, operands: tuple[int, ...], **attributes: object) -> int:
        self._nodes.append({"label": None, "place": None, **attributes})
        self._operands.append(operands)
        return len(self._nodes) - 1


def _free_ids(letter: str, taken: frozenset[str]) -> Iterator[str]:
    return (f"{letter}{number}" for number in count(1) if f"{letter}{number}" not in taken)
