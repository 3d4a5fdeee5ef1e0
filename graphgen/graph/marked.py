"""Inputs marked as data after the graph was written."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase

from graphgen.errors import OptionError, excerpt
from graphgen.graph.graph import ComputationalGraph


def with_data(graph: ComputationalGraph, patterns: Collection[str]) -> ComputationalGraph:
    """The graph with the inputs of these names, or that match these patterns, as data without a gradient.

    Raises OptionError for a name or a pattern that no input has.
    """
    inputs = [node.id for node in graph.inputs]
    marked = {id for id in inputs for pattern in patterns if fnmatchcase(id, pattern)}
    for pattern in patterns:
        if not any(fnmatchcase(id, pattern) for id in inputs):
            known = f"the inputs are {', '.join(inputs)}"
            raise OptionError(f"data={excerpt(pattern)} is not an input", known)
    network = graph.network.copy()
    for id in marked:
        network.nodes[id]["data"] = True
    return ComputationalGraph(network, graph.output)
