"""Additions to a graph after it was written: which inputs are data, the upstream gradient, and what stands in
for functions that are only named, where formulas are proved."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase

from graphgen.errors import EvaluationError, OptionError, excerpt
from graphgen.graph.graph import ComputationalGraph
from graphgen.graph.numbers import Value, WrittenValue, exact_value, shape_of


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
    wiring = graph.wiring.with_nodes({id: {"data": True} for id in marked})
    return ComputationalGraph(wiring, graph.output)


def with_stand_ins(graph: ComputationalGraph, upstream: Value) -> ComputationalGraph:
    """The graph with a stand-in for each function that is only named, so that it can have numbers; and with
    such an upstream gradient, where a symbol is given for it.

    They are no numbers of the author's, and nobody is shown them: formulas are proved at them.
    """
    given = {"upstream": upstream} if graph.upstream_symbol else {}
    return ComputationalGraph(graph.wiring.described(stand_ins=True, **given), graph.output)


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
            "an upstream gradient in numbers is for a graph in numbers",
            "give every input its number, or a symbol, as in upstream=g",
            output.place,
        )
    if shape_of(given) != output.shape:
        of_shape = shape_of(given)
        found = f"an array of the shape {of_shape}" if of_shape else "a single number"
        wanted = f"an array of the shape {output.shape}" if output.shape else "a single number"
        raise EvaluationError(
            f"the upstream gradient of {graph.output!r} is {found}", f"give {wanted}", output.place
        )
    return ComputationalGraph(graph.wiring.described(upstream=given), graph.output)


def with_upstream_symbol(graph: ComputationalGraph, symbol: str) -> ComputationalGraph:
    """The graph with a symbol for the gradient that its backward pass starts from: g, or ∂L/∂y."""
    return ComputationalGraph(graph.wiring.described(upstream_symbol=symbol), graph.output)
