"""Nodes and edges as they were written, before anything is made of them; and the same as a networkx graph.

A graph is drawn and verified without networkx, which is slow to load, unless somebody asks for its network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

from graphgen.errors import GraphgenError

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class Wiring:
    """The attributes of each node by its id, in the order in which they were written; the edges, each as
    (operand, node, key, position); and the attributes of the whole."""

    nodes: Mapping[str, Mapping[str, Any]]
    edges: Sequence[tuple[str, str, Any, Any]]
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, network: nx.MultiDiGraph) -> Wiring:
        """The same of a networkx graph. Raises GraphgenError for another kind."""
        import networkx as nx

        if not isinstance(network, nx.MultiDiGraph):
            raise GraphgenError(f"the network is a {type(network).__name__}", "give a networkx.MultiDiGraph")
        nodes = {id: dict(attributes) for id, attributes in network.nodes(data=True)}
        return cls(nodes, [*network.edges(keys=True, data="operand")], dict(network.graph))

    def network(self) -> nx.MultiDiGraph:
        """The networkx graph, frozen."""
        import networkx as nx

        network: nx.MultiDiGraph = nx.MultiDiGraph(**self.attributes)
        network.add_nodes_from((id, dict(attributes)) for id, attributes in self.nodes.items())
        network.add_edges_from(
            (operand, id, key, {"operand": position}) for operand, id, key, position in self.edges
        )
        return nx.freeze(network)

    def described(self, **attributes: Any) -> Wiring:
        """The same with more attributes of the whole."""
        return replace(self, attributes={**self.attributes, **attributes})

    def with_nodes(self, attributes_of: Mapping[str, Mapping[str, Any]]) -> Wiring:
        """The same with more attributes of some nodes."""
        changed = {id: {**self.nodes[id], **attributes} for id, attributes in attributes_of.items()}
        return replace(self, nodes={**self.nodes, **changed})

    def order(self) -> list[str]:
        """The ids, each after its operands, else as they were written. Raises GraphgenError for a cycle."""
        position = {id: index for index, id in enumerate(self.nodes)}
        waits = dict.fromkeys(self.nodes, 0)
        users: dict[str, list[str]] = {id: [] for id in self.nodes}
        for operand, id, *_ in self.edges:
            waits[id] += 1
            users[operand].append(id)
        ready = [(position[id], id) for id, operands in waits.items() if not operands]
        heapify(ready)
        order: list[str] = []
        while ready:
            _, done = heappop(ready)
            order.append(done)
            for id in users[done]:
                waits[id] -= 1
                if not waits[id]:
                    heappush(ready, (position[id], id))
        if len(order) < len(position):
            raise GraphgenError("the graph has a cycle", "a value cannot depend on itself")
        return order
