"""How deep in the graph each node stands, and the longest way through it."""

from __future__ import annotations

from collections.abc import Mapping

from graphgen.graph import ComputationalGraph, Edge


def depths(graph: ComputationalGraph) -> dict[str, int]:
    """How many nodes the longest way to each node has."""
    depth: dict[str, int] = {}
    for node in graph:
        depth[node.id] = 1 + max((depth[operand] for operand in node.operands), default=0)
    return depth


def latest_depths(graph: ComputationalGraph, depth: Mapping[str, int]) -> dict[str, int]:
    """How deep each node may stand at the utmost: right before the first of its uses."""
    latest: dict[str, int] = {}
    for node in reversed(list(graph)):
        latest[node.id] = min((latest[edge[1]] - 1 for edge in graph.uses[node.id]), default=depth[node.id])
    return latest


def main_chain(
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
