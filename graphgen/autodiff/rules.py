"""The float rules of a graph's operations: over floats, or over arrays where a node has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphgen.graph import ComputationalGraph, Node
from graphgen.ops import Op, Shape, array_words, on_arrays

Rule = Callable[..., Any]


def forward_rules(graph: ComputationalGraph) -> list[Rule]:
    """The value of each of `graph.operations`, as a function of its operands."""
    return [
        op.forward if _is_scalar(graph.nodes[index], op) else _forward_on_arrays(graph.nodes[index], op)
        for index, op, _ in graph.operations
    ]


def vjps(graph: ComputationalGraph) -> list[Rule]:
    """What each of `graph.operations` sends back to its operands, as a function of its upstream gradient,
    its value and its operands."""
    return [
        op.vjp if _is_scalar(graph.nodes[index], op) else vjp_on_arrays(graph, graph.nodes[index])
        for index, op, _ in graph.operations
    ]


def vjp_on_arrays(graph: ComputationalGraph, node: Node, counts: Any = True) -> Rule:
    """The vjp of an operation on arrays; nothing is sent by the entries that do not count."""
    op = node.op
    assert op is not None
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
