"""A graph as it is written, before anything of it is checked: in plain records, and as networkx has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from graphgen.errors import GraphgenError

if TYPE_CHECKING:
    import networkx as nx


class Written(NamedTuple):
    """The attributes of each node by its id, in topological order; the edges that lead to each, as
    (key, operand, position); and the attributes of the whole."""

    nodes: Mapping[str, Mapping[str, Any]]
    edges: Mapping[str, Sequence[tuple[Any, str, Any]]]
    whole: Mapping[str, Any]


def written_in(network: nx.MultiDiGraph) -> Written:
    """What a networkx graph says; its nodes stay in their order, as far as their operands let them.

    Raises GraphgenError for a graph of another kind, or one with a cycle.
    """
    import networkx as nx  # slow to load: a graph that is parsed needs none before it is asked for

    if not isinstance(network, nx.MultiDiGraph):
        raise GraphgenError(f"the network is a {type(network).__name__}", "give a networkx.MultiDiGraph")
    position = {id: index for index, id in enumerate(network)}
    try:
        order = tuple(nx.lexicographical_topological_sort(network, key=position.__getitem__))
    except nx.NetworkXUnfeasible:
        raise GraphgenError("the graph has a cycle", "a value cannot depend on itself") from None
    edges: dict[str, list[tuple[Any, str, Any]]] = {id: [] for id in order}
    for operand, id, key, place in network.edges(keys=True, data="operand"):
        edges[id].append((key, operand, place))
    return Written({id: dict(network.nodes[id]) for id in order}, edges, dict(network.graph))


def network_of(written: Written) -> nx.MultiDiGraph:
    """The same as a networkx graph, frozen."""
    import networkx as nx

    network: nx.MultiDiGraph = nx.MultiDiGraph(**written.whole)
    network.add_nodes_from(written.nodes.items())
    network.add_edges_from(
        (operand, id, key, {"operand": position})
        for id, edges in written.edges.items()
        for key, operand, position in edges
    )
    return nx.freeze(network)
