"""The float rules of a graph's operations: over floats, or over arrays where a node has one.

An operation that the op table has no row for gives back the numbers that its framework computed, where
they hold.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from graphgen.autodiff.floats import numeric
from graphgen.errors import EvaluationError
from graphgen.graph import ComputationalGraph, Node, Recorded, are_close
from graphgen.ops import Op, Shape, array_words, on_arrays

Rule = Callable[..., Any]


def forward_rules(graph: ComputationalGraph) -> list[Rule]:
    """The value of each of `graph.operations`, as a function of its operands."""
    return [_forward_rule(graph, graph.nodes[index], op) for index, op, _ in graph.operations]


def vjps(graph: ComputationalGraph) -> list[Rule]:
    """For each of `graph.operations` the function that gives what it sends back, from its upstream gradient,
    its value and its operands."""
    return [_vjp_rule(graph, graph.nodes[index], op) for index, op, _ in graph.operations]


def _forward_rule(graph: ComputationalGraph, node: Node, op: Op) -> Rule:
    if node.recorded is not None:
        return _recorded_value(graph, node, node.recorded)
    return op.forward if _is_scalar(node, op) else _forward_on_arrays(node, op)


def _vjp_rule(graph: ComputationalGraph, node: Node, op: Op) -> Rule:
    return op.vjp if _is_scalar(node, op) else vjp_on_arrays(graph, node)


def vjp_on_arrays(graph: ComputationalGraph, node: Node, counts: Any = True) -> Rule:
    """The vjp of an operation on arrays; nothing is sent by the entries that do not count."""
    op = node.op
    assert op is not None
    if node.recorded is not None:
        return _recorded_vjp(graph, node, node.recorded)
    _, vjp = on_arrays(op)
    parameters = {**op.parameters, **dict(node.parameters)}
    shapes = [graph[operand].shape for operand in node.operands]

    def send(g: Any, value: Any, *operands: Any) -> list[Any]:
        sent = vjp(g, value, *operands, **parameters)
        if op.is_elementwise:
            sum_to = array_words()["sum_to"]
            sent = [sum_to(_where(counts, part), shape) for part, shape in zip(sent, shapes, strict=True)]
        return [_as_number(part, shape) for part, shape in zip(sent, shapes, strict=True)]

    return send


def _recorded_value(graph: ComputationalGraph, node: Node, recorded: Recorded) -> Rule:
    value, is_as_recorded = numeric(node, recorded.value), _closeness(graph)

    def compute(*operands: Any) -> Any:
        if not all(map(is_as_recorded, operands, recorded.operands)):
            raise _moved(node)
        return value

    return compute


def _recorded_vjp(graph: ComputationalGraph, node: Node, recorded: Recorded) -> Rule:
    """A recorded operation's rule: linear in the upstream gradient, of which one was captured, or 0."""
    nodes, is_as_recorded = [graph[operand] for operand in node.operands], _closeness(graph)
    sent = [
        _zero(operand) if part is None else numeric(operand, part)
        for operand, part in zip(nodes, recorded.sent or [None] * len(nodes), strict=True)
    ]

    def send(g: Any, value: Any, *operands: Any) -> list[Any]:
        if _is_zero(g):
            return list(map(_zero, nodes))
        if recorded.live is not None:
            parts = zip(nodes, recorded.live(g), strict=True)
            return [_zero(node) if part is None else numeric(node, part) for node, part in parts]
        if recorded.upstream is None or not is_as_recorded(g, numeric(node, recorded.upstream), g):
            raise _moved(node)
        return sent

    return send


def _closeness(graph: ComputationalGraph) -> Callable[..., bool]:
    """Whether numbers are those that were captured, as near as the framework computed them."""
    return partial(are_close, bits=graph.reference.bits) if graph.reference else are_close


def _moved(node: Node) -> EvaluationError:
    return EvaluationError(
        f"{node.described} has its numbers from a framework, and they are not of these operands",
        "capture the function anew with the inputs that you want",
        node.place,
    )


def _zero(node: Node) -> Any:
    if not node.shape:
        return 0.0
    import numpy as np

    return np.zeros(node.shape)


def _is_zero(g: Any) -> bool:
    return not (g.any() if hasattr(g, "any") else g)


def _is_scalar(node: Node, op: Op) -> bool:
    return not node.shape and op.shape is None


def _forward_on_arrays(node: Node, op: Op) -> Rule:
    compute, _ = on_arrays(op)
    parameters = {**op.parameters, **dict(node.parameters)}
    return lambda *operands: _as_number(compute(*operands, **parameters), node.shape)


def _where(counts: Any, sent: Any) -> Any:
    if counts is True:
        return sent
    import numpy as np

    return np.where(counts, sent, 0.0)


def _as_number(value: Any, shape: Shape) -> Any:
    return value if shape else float(value)
