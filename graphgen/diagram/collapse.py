"""Which nodes are drawn as one: the parts that an author collapses, by name, by pattern or by depth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from graphgen.errors import OptionError, excerpt
from graphgen.graph import ComputationalGraph
from graphgen.options import Options


@dataclass(frozen=True)
class Group:
    """A set of nodes drawn as one. `name` is the node or the pattern that it was collapsed by."""

    name: str
    members: frozenset[str]


def collapsed(graph: ComputationalGraph, options: Options) -> Mapping[str, Group]:
    """The part that each collapsed node belongs to.

    A name collapses its node and all that only it needs; a pattern such as layer1_* every node of such
    a name, and the nameless ones between them; a depth all that lies that many operations or more
    before the output.

    Raises OptionError for a name that the graph does not have, and for a set that another node leads
    out of and back into.
    """
    parts: list[Group] = []
    for name in options.collapse.split():
        if "*" in name:
            parts.append(_by_pattern(graph, name))
        elif name in graph:
            parts.append(Group(name, _closed(graph, {name}, every=True)))
        else:
            raise OptionError(
                f"collapse={excerpt(name)} is not a name in the graph",
                f"its names are {', '.join(node.id for node in graph if node.name)}",
            )
    if options.depth:
        parts.extend(_by_depth(graph, int(options.depth)))
    of_node: dict[str, Group] = {}
    for part in parts:
        if len(part.members) > 1:
            _require_convex(graph, part)
            of_node |= {id: part for id in part.members if id not in of_node}
    return of_node


def _by_pattern(graph: ComputationalGraph, pattern: str) -> Group:
    matching = {node.id for node in graph if node.name and fnmatchcase(node.name, pattern)}
    if not matching:
        raise OptionError(
            f"collapse={excerpt(pattern)} fits no name",
            f"the names are {', '.join(node.id for node in graph if node.name)}",
        )
    return Group(pattern, _closed(graph, matching, every=False))


def _by_depth(graph: ComputationalGraph, depth: int) -> Iterable[Group]:
    """The connected parts of what lies `depth` operations or more before the output."""
    distance = dict.fromkeys(graph.ids, 0)
    for operand, node, _ in reversed(graph.edges):
        distance[operand] = max(distance[operand], distance[node] + 1)
    far = [id for id in graph.ids if distance[id] >= depth]
    import networkx as nx

    components = nx.weakly_connected_components(graph.network.subgraph(far))
    for component in sorted(components, key=lambda ids: min(graph.index[id] for id in ids)):
        if any(graph[id].op for id in component):
            yield Group("", frozenset(component))


def _closed(graph: ComputationalGraph, members: set[str], every: bool) -> frozenset[str]:
    """The members, and the nodes that only members use: every such node, or just the nameless."""
    closed = set(members)
    for node in reversed(graph.nodes):
        uses = graph.uses[node.id]
        if uses and (every or not node.name) and all(user in closed for _, user, _ in uses):
            closed.add(node.id)
    return frozenset(closed)


def _require_convex(graph: ComputationalGraph, part: Group) -> None:
    after = {user for id in part.members for _, user, _ in graph.uses[id]} - part.members
    import networkx as nx

    reached = after.union(*(nx.descendants(graph.network, id) for id in after)) if after else after
    for id in sorted(part.members, key=graph.index.__getitem__):
        between = next((operand for operand in graph[id].operands if operand in reached), None)
        if between is not None and between not in part.members:
            raise OptionError(
                f"collapse={excerpt(part.name)} leaves {excerpt(between)} between two of its nodes",
                "collapse that node too",
            )
