"""Additions to a graph after it was written: which inputs are data, and the upstream gradient."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase

from graphgen.errors import EvaluationError, OptionError, excerpt
from graphgen.graph.graph import ComputationalGraph
from graphgen.graph.numbers import WrittenValue, exact_value, shape_of


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


def with_upstream(graph: ComputationalGraph, upstream: WrittenValue | None) -> ComputationalGraph:
    """The graph with the gradient that its backward pass starts from, exactly as it is written.

    That is a number, or an array of the output's shape; None leaves the graph as it is, with 1.

    Raises EvaluationError for an upstream gradient of another shape, or one of a graph without numbers.
    """
    if upstream is None:
        return graph
    output, given = graph[graph.output], exact_value(upstream)
    if graph.is_symbolic:
        raise EvaluationError(
            "an upstream gradient is for a graph in numbers", "give every input its number", output.place
        )
    if shape_of(given) != output.shape:
        of_shape = shape_of(given)
        found = f"an array of the shape {of_shape}" if of_shape else "a single number"
        wanted = f"an array of the shape {output.shape}" if output.shape else "a single number"
        raise EvaluationError(
            f"the upstream gradient of {graph.output!r} is {found}", f"give {wanted}", output.place
        )
    network = graph.network.copy()
    network.graph["upstream"] = given
    return ComputationalGraph(network, graph.output)
