"""The numeric engine: reverse-mode differentiation over floats, by each op's hand-written rules.

Forward, the value of every node is computed after those of its operands. Backward, every node is met
before its operands, so that its upstream gradient is complete when it is used: to each operand it sends
the upstream gradient times the local derivative, and what arrives at a node is summed. There is no
recursion and no state: two passes over one graph give the same record.

The numbers are floats: they are rounded, and where large numbers cancel, few of their digits may be right.
`graphgen.verify` gives proven numbers. A single number is a float, an array a NumPy array of float64.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphgen.autodiff.floats import all_finite, is_finite, numeric, quiet, zeros
from graphgen.autodiff.rules import Rule, forward_rules, vjps
from graphgen.errors import EvaluationError
from graphgen.graph import (
    ComputationalGraph,
    Pass,
    array_output_error,
    given_numbers,
    gradient_error,
    value_error,
)


def forward(graph: ComputationalGraph, inputs: Mapping[str, Any] | None = None) -> Pass[Any]:
    """The value of every node, computed in floats; `inputs` replaces the values of inputs by name.

    They are floats: 1.1 is the nearest of them to 11/10, each operation rounds, and where large numbers
    cancel, few digits or none are right, and nothing says so. `graphgen.verify` gives proved numbers.

    >>> from graphgen.language import parse
    >>> forward(parse("x = 3\\ny = x * x")).values
    {'x': 3.0, 'y': 9.0}

    Raises EvaluationError where an input has no number, or one of another shape, or an operation has no
    finite result.
    """
    values = zeros(graph)
    for index, number in given_numbers(graph, inputs):
        values[index] = numeric(graph.nodes[index], number)
    value_of = values.__getitem__
    with quiet(graph):
        for (index, _, operands), compute in zip(graph.operations, forward_rules(graph), strict=True):
            try:
                values[index] = compute(*map(value_of, operands))
            except (ArithmeticError, ValueError) as error:
                raise _no_value(graph, values, index, error) from None
    if not all_finite(graph, (values[index] for index, _, _ in graph.operations)):
        raise _no_value(graph, values)
    return Pass(graph, tuple(values))


def backward(run: Pass[Any], upstream: Any = None) -> Pass[Any]:
    """The same pass with gradients: of the output with respect to every node, edge by edge, in floats.

    `upstream` is the seed at the output: a number, or an array of the output's shape. Without it that is
    the upstream gradient of the graph, which is 1 unless one was given.
    A gradient has the shape of its node. Nodes off the path to the output get gradient 0.

    They are floats as those of `forward`: rounded at each step, with what cancellation leaves of them.
    `graphgen.verify` gives gradients that are proved.

    >>> from graphgen.language import parse
    >>> backward(forward(parse("x = 3\\ny = x * x"))).gradients
    {'x': 6.0, 'y': 1.0}

    Raises EvaluationError where a derivative on the path does not exist or is not finite, and for an
    output that is an array, unless `upstream` is given in its shape. A gradient of 0 that meets an infinite
    slope is refused, unless the output does not depend on that operation there, as max(√x, 5) at x = 0.
    """
    upstream = seed(run.graph, upstream)
    try:
        return _sent_back(run, upstream, vjps(run.graph))
    except (ArithmeticError, ValueError, EvaluationError):
        from graphgen.autodiff.careful import careful_vjps

        return _sent_back(run, upstream, careful_vjps(run, upstream))


def seed(graph: ComputationalGraph, upstream: Any = None) -> Any:
    """The gradient that the backward pass starts from; raises EvaluationError where there is none."""
    output = graph[graph.output]
    upstream = graph.upstream if upstream is None else upstream
    if upstream is not None:
        return numeric(output, upstream)
    if output.shape:
        raise array_output_error(output)
    return 1.0


def _sent_back(run: Pass[Any], upstream: Any, rules: Sequence[Rule]) -> Pass[Any]:
    """Reverse mode: a rule takes the upstream gradient of an operation, its value and its operands, and
    gives for each operand the upstream gradient times the local derivative."""
    graph, values, varies = run.graph, run.node_values, run.graph.varies
    value_of = values.__getitem__
    unreached = zeros(graph)
    gradients = [*unreached]
    gradients[graph.index[graph.output]] = upstream
    contributions: list[Any] = [None] * len(graph.edges)
    edge = len(contributions)
    with quiet(graph):
        for (index, _, operands), vjp in zip(reversed(graph.operations), reversed(rules), strict=True):
            edge -= len(operands)
            sent = vjp(gradients[index], values[index], *map(value_of, operands))
            for position, operand in enumerate(operands):
                if varies[operand]:
                    contributions[edge + position] = part = sent[position]
                    before = gradients[operand]
                    # Not +=, which would change an array that is a contribution too.
                    gradients[operand] = part if before is unreached[operand] else before + part
    if not all_finite(graph, gradients):
        raise gradient_error(
            next(node for node, g in zip(graph.nodes, gradients, strict=True) if not is_finite(g))
        )
    of_nodes = [gradient if moves else None for gradient, moves in zip(gradients, varies, strict=True)]
    return Pass(graph, values, tuple(of_nodes), tuple(contributions))


def _no_value(
    graph: ComputationalGraph, values: list[Any], index: int = 0, error: Exception | None = None
) -> EvaluationError:
    """The fault of the first value that is not finite, which may have gone on a while before an operation
    refused it; else of that operation."""
    infinite = next((i for i, value in enumerate(values) if not is_finite(value)), None)
    if infinite is not None:
        index, error = infinite, OverflowError()
    node = graph.nodes[index]
    return value_error(node, [values[graph.index[operand]] for operand in node.operands], error)
