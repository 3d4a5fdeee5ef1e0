"""The parts that a highlight shows: the influence of a value, a path, or the terms that a fan-out sums."""

from __future__ import annotations

from itertools import pairwise

from graphgen.errors import OptionError, excerpt
from graphgen.graph import ComputationalGraph, Edge


def highlighted(graph: ComputationalGraph, highlight: str) -> frozenset[str | Edge] | None:
    """The highlighted ids and edges; None where nothing is to be.

    `x` highlights all that lies between x and the output, `x > t > z` the way from x through t to z, and
    `+x` the edges whose contributions sum to the gradient of x.

    Raises OptionError for a name that the graph does not have, and for a way that is not there.
    """
    if not highlight:
        return None
    if highlight.startswith("+"):
        name = _known(graph, highlight[1:])
        return frozenset({name, *graph.uses[name]})
    names = [_known(graph, name) for name in highlight.split(">")]
    stations = names if len(names) > 1 else [names[0], graph.output]
    found: set[str | Edge] = set()
    for start, end in pairwise(stations):
        between = _between(graph, start, end)
        if start not in between:
            raise OptionError(
                f"highlight={excerpt(highlight)}: no way leads from {excerpt(start)} to {excerpt(end)}",
                "name values in the order in which they are computed",
            )
        found |= between
        found |= {edge for edge in graph.edges if edge[0] in between and edge[1] in between}
    return frozenset(found)


def _between(graph: ComputationalGraph, start: str, end: str) -> set[str]:
    import networkx as nx

    before_end = nx.ancestors(graph.network, end) | {end}
    return (nx.descendants(graph.network, start) | {start}) & before_end


def _known(graph: ComputationalGraph, written: str) -> str:
    name = written.strip()
    if name not in graph:
        names = ", ".join(node.id for node in graph if node.name)
        raise OptionError(f"highlight: {excerpt(name)} is not a name in the graph", f"its names are {names}")
    return name
