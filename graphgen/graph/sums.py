"""Sums of several terms as one operation each, as textbooks draw them."""

from __future__ import annotations

from graphgen.graph.graph import ComputationalGraph
from graphgen.graph.node import Node
from graphgen.ops import OPS, SUMS


def with_joined_sums(graph: ComputationalGraph) -> ComputationalGraph:
    """The graph in which a sum without a name, used by one other sum alone, is a part of that one.

    A sum with a number written in it stays as it is, and so does one of another module, or of more terms than
    the longest of `graphgen.ops.SUMS`.

    >>> from graphgen.language import parse
    >>> [node.operation for node in with_joined_sums(parse("s = a + b\\ny = (s + x) + (x + z)")) if node.op]
    ['a + b', 's + x + x + z']
    """
    terms = _terms(graph)
    parts = {id for id in terms if (user := _only_user(graph, id)) in terms and id not in terms[user]}
    network = graph.network.copy()
    for id in terms.keys() - parts:
        if len(terms[id]) > len(graph[id].operands):
            network.remove_edges_from([*network.in_edges(id, keys=True)])
            network.nodes[id]["op"] = SUMS[len(terms[id])].name
            network.add_edges_from(
                (term, id, position, {"operand": position}) for position, term in enumerate(terms[id])
            )
    network.remove_nodes_from(parts)
    return ComputationalGraph(network, graph.output)


def _terms(graph: ComputationalGraph) -> dict[str, tuple[str, ...]]:
    """The sums that can be joined, each with its terms, those of its parts in their places."""
    numbers: set[str] = set()
    terms: dict[str, tuple[str, ...]] = {}
    for node in graph:
        if node.is_constant or (node.op and not node.name and numbers.issuperset(node.operands)):
            numbers.add(node.id)
        if node.op is OPS["add"] and numbers.isdisjoint(node.operands):
            terms[node.id] = _joined(graph, node, terms)
    return terms


def _joined(graph: ComputationalGraph, node: Node, terms: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    inside = [
        terms[operand] if operand in terms and _is_part(graph, operand, node) else (operand,)
        for operand in node.operands
    ]
    for position in range(len(inside) - 1, -1, -1):
        if sum(map(len, inside)) > max(SUMS):
            inside[position] = (node.operands[position],)
    return tuple(term for part in inside for term in part)


def _is_part(graph: ComputationalGraph, id: str, sum: Node) -> bool:
    part = graph[id]
    return part.name is None and _only_user(graph, id) == sum.id and part.group == sum.group


def _only_user(graph: ComputationalGraph, id: str) -> str | None:
    uses = graph.uses[id]
    return uses[0][1] if len(uses) == 1 and id != graph.output else None
