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
    """The ids and edges of the longest way to the output, which is drawn straight.

    Of the terms of a sum that are as deep it takes the first; where no value is used twice one in the middle,
    which the others can stand around in their order.
    """
    is_tree = all(len(uses) < 2 for uses in graph.uses.values())
    chain: list[str | Edge] = [graph.output]
    here = graph[graph.output]
    while drawn := [place for place, operand in enumerate(here.operands) if operand not in folded]:
        deepest = max(depth[here.operands[place]] for place in drawn)
        deep = [place for place in drawn if depth[here.operands[place]] == deepest]
        middle = (len(here.operands) - 1) / 2 if is_tree and here.op and here.op.operator == "+" else 0
        place = min(deep, key=lambda place: abs(place - middle))
        chain.append((here.operands[place], here.id, place))
        here = graph[here.operands[place]]
        chain.append(here.id)
    return frozenset(chain)
