"""The numeric engine: forward and backward, by each op's hand-written float rules.

Reverse-mode differentiation over a topological order: every node after its operands on the way
forward, before them on the way back, so that a node's upstream gradient is complete when it is used.
There is no recursion and no state: two passes over one graph give the same record.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from graphgen.errors import EvaluationError, excerpt
from graphgen.graph import ComputationalGraph, Edge, Node

Number = TypeVar("Number")

_RANGE = "numbers must stay below 1.8e308"


@dataclass(frozen=True)
class Pass(Generic[Number]):
    """What one evaluation of a graph gave; the float engine and the exact one return the same record.

    `node_values` and `node_gradients` follow `graph.nodes`, `edge_contributions` follows `graph.edges`.
    A constant does not vary: it has no gradient, and its edges no contribution (None).
    """

    graph: ComputationalGraph
    node_values: tuple[Number, ...]
    node_gradients: tuple[Number | None, ...] = ()
    edge_contributions: tuple[Number | None, ...] = ()

    @cached_property
    def values(self) -> Mapping[str, Number]:
        """The value of every node, by id."""
        return dict(zip(self.graph.ids, self.node_values, strict=True))

    @cached_property
    def gradients(self) -> Mapping[str, Number]:
        """∂output/∂node of every node but constants, by id: the sum of its edges' contributions."""
        pairs = zip(self.graph.ids, self.node_gradients, strict=bool(self.node_gradients))
        return {id: gradient for id, gradient in pairs if gradient is not None}

    @cached_property
    def contributions(self) -> Mapping[Edge, Number]:
        """What flows back along every edge: upstream gradient times local derivative."""
        pairs = zip(self.graph.edges, self.edge_contributions, strict=bool(self.edge_contributions))
        return {edge: contribution for edge, contribution in pairs if contribution is not None}


def forward(graph: ComputationalGraph, inputs: Mapping[str, float] | None = None) -> Pass[float]:
    """The value of every node as a float; `inputs` replaces the numbers of inputs by name.

    >>> from graphgen.parser import parse
    >>> forward(parse("x = 3\\ny = x * x")).values
    {'x': 3.0, 'y': 9.0}

    Raises EvaluationError where an input has no number or an operation has no finite result.
    """
    values = [0.0] * len(graph)
    for index, number in given_numbers(graph, inputs):
        values[index] = _finite(graph.nodes[index], number)
    index = 0
    fault: Exception | None = None
    try:
        for index, op, operands in graph.operations:
            if len(operands) == 2:
                values[index] = op.forward(values[operands[0]], values[operands[1]])
            else:
                values[index] = op.forward(values[operands[0]])
    except (ArithmeticError, ValueError) as error:
        fault = error
    if fault or not all(map(math.isfinite, values)):
        # An infinite value may have gone on a while before an operation refused it.
        infinite = next((i for i, value in enumerate(values) if not math.isfinite(value)), None)
        if infinite is not None:
            index, fault = infinite, OverflowError()
        node = graph.nodes[index]
        at = [values[graph.index[operand]] for operand in node.operands]
        raise value_error(node, at, fault)
    return Pass(graph, tuple(values))


def given_numbers(
    graph: ComputationalGraph, inputs: Mapping[str, Any] | None = None
) -> Iterator[tuple[int, Any]]:
    """The number of every input and constant, with its place in `graph.nodes`; `inputs` goes first.

    Raises EvaluationError for an input without a number, and for a name that is not an input.
    """
    replaced = dict(inputs or {})
    for index, node in enumerate(graph.nodes):
        if node.op is None:
            number = replaced.pop(node.id, node.value) if node.is_input else node.value
            if number is None:
                raise EvaluationError(
                    f"the input {node.id!r} has no number", f"give it one: {node.id} = 1", node.place
                )
            yield index, number
    if replaced:
        inputs_are = ", ".join(node.id for node in graph.inputs) or "none"
        raise EvaluationError(
            f"{excerpt(next(iter(replaced)))} is not an input of the graph", f"its inputs are {inputs_are}"
        )


def backward(run: Pass[float], upstream: float = 1.0) -> Pass[float]:
    """The same pass with gradients: of the output with respect to every node, edge by edge.

    `upstream` is the seed at the output. Nodes off the path to the output get gradient 0.

    >>> from graphgen.parser import parse
    >>> backward(forward(parse("x = 3\\ny = x * x"))).gradients
    {'x': 6.0, 'y': 1.0}

    Raises EvaluationError where a derivative on the path does not exist or is not finite.
    """
    graph, values = run.graph, run.node_values
    varies = graph.varies
    gradients = [0.0] * len(values)
    gradients[graph.index[graph.output]] = upstream
    contributions: list[float | None] = [None] * len(graph.edges)
    last = len(contributions)
    index = 0
    try:
        for index, op, operands in reversed(graph.operations):
            g = gradients[index]
            if len(operands) == 2:
                left, right = operands
                last -= 2
                if g == 0.0:
                    to_left = to_right = 0.0
                else:
                    to_left, to_right = op.vjp(g, values[index], values[left], values[right])
                if varies[left]:
                    gradients[left] += to_left
                    contributions[last] = to_left
                if varies[right]:
                    gradients[right] += to_right
                    contributions[last + 1] = to_right
            else:
                operand = operands[0]
                last -= 1
                if varies[operand]:
                    contribution = 0.0 if g == 0.0 else op.vjp(g, values[index], values[operand])[0]
                    gradients[operand] += contribution
                    contributions[last] = contribution
    except (ArithmeticError, ValueError):
        raise derivative_error(graph.nodes[index], [values[i] for i in operands]) from None
    if not all(map(math.isfinite, gradients)):
        raise _first_not_finite(run, gradients, contributions)
    node_gradients = tuple(
        gradient if moves else None for gradient, moves in zip(gradients, varies, strict=True)
    )
    return Pass(graph, values, node_gradients, tuple(contributions))


def _first_not_finite(
    run: Pass[float], gradients: list[float], contributions: list[float | None]
) -> EvaluationError:
    """The fault that the backward pass meets first: a sum that overflows, or a derivative."""
    graph = run.graph
    into: dict[str, list[float]] = {id: [] for id in graph.ids}
    for (_, id, _), contribution in zip(graph.edges, contributions, strict=True):
        into[id].append(contribution or 0.0)
    for node, gradient in zip(reversed(graph.nodes), reversed(gradients), strict=True):
        if not math.isfinite(gradient):
            return EvaluationError(f"the gradient of {node.described} overflows", _RANGE, node.place)
        if not all(map(math.isfinite, into[node.id])):
            break
    return derivative_error(node, [run.values[operand] for operand in node.operands])


def _finite(node: Node, number: Any) -> float:
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise EvaluationError(f"the number of {node.id!r} is {value}", _RANGE, node.place)
    return value


def value_error(node: Node, operands: list[float], error: Exception | None) -> EvaluationError:
    """The one-line message for an operation that has no value: the node, the op, operands if known."""
    assert node.op is not None
    if isinstance(error, OverflowError):
        fault, mend = "overflows", _RANGE
    else:
        fault, mend = "has no value", f"{node.op.name} is defined for {node.op.domain}"
    return EvaluationError(f"{node.described}{_at(node, operands)} {fault}", mend, node.place)


def derivative_error(node: Node, operands: list[float]) -> EvaluationError:
    """The one-line message for an operation that has no finite local derivative."""
    assert node.op is not None
    return EvaluationError(
        f"{node.described}{_at(node, operands)} has no finite derivative",
        f"{node.op.name} is defined for {node.op.domain}; show only the forward pass, or move the input",
        node.place,
    )


def _at(node: Node, operands: list[float]) -> str:
    if not operands:
        return ""
    told = zip(node.operands, operands, strict=True)
    return " at " + ", ".join(f"{id} = {value:.6g}" for id, value in told)
