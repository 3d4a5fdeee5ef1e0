"""The backward pass where some slope is not finite: what is 0 all the same, and what is said of the rest.

At x = 0 the slope of √x is infinite. In (√x)² the upstream gradient that it meets is 0, and yet the
derivative is 1: of 0 times an infinite slope, floats know nothing. But in max(√x, 5) or 0 · √x the output
does not depend on √x at all near this point, and what √x sends back is 0. Which values the output depends
on is looked up here. Where that is in doubt it counts as dependent, and is refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graphgen.autodiff.floats import is_finite
from graphgen.autodiff.rules import Rule, vjp_on_arrays, vjps
from graphgen.graph import ComputationalGraph, Node, Pass, derivative_error, gradient_error
from graphgen.ops import Op, array_words, on_arrays

_ELSEWHERE = 1 + 2**-20
"""A point at which no slope of the op table is 0 unless it is so everywhere, and no power underflows."""


def careful_vjps(run: Pass[Any], upstream: Any) -> list[Rule]:
    """The vjps of `graph.operations`: nothing is sent by what the output does not depend on.

    Calling one raises EvaluationError where what it takes or sends is not finite.
    """
    depends = _dependence(run, upstream)
    return [
        _careful(run.graph, run.graph.nodes[index], vjp, depends[index])
        for (index, _, _), vjp in zip(run.graph.operations, vjps(run.graph), strict=True)
    ]


def _careful(graph: ComputationalGraph, node: Node, vjp: Rule, depends: Any) -> Rule:
    varies = [graph.is_varying(operand) for operand in node.operands]
    if node.shape and not depends.all():
        vjp = vjp_on_arrays(graph, node, depends)

    def send(g: Any, value: Any, *operands: Any) -> Any:
        if not depends.any():
            return [
                np.zeros(graph[operand].shape) if graph[operand].shape else 0.0 for operand in node.operands
            ]
        if not is_finite(g):
            raise gradient_error(node)
        try:
            sent = vjp(g, value, *operands)
        except (ArithmeticError, ValueError):
            raise derivative_error(node, [*operands]) from None
        for position, part in enumerate(sent):
            if varies[position] and not is_finite(part):
                raise derivative_error(node, [*operands], position)
        return sent

    return send


def _dependence(run: Pass[Any], upstream: Any) -> list[Any]:
    """Whether the output depends on each node's value, entry by entry: arrays of booleans.

    An operation on whole arrays depends on all their entries.
    """
    graph, values = run.graph, run.node_values
    depends = [np.zeros(node.shape, dtype=bool) for node in graph.nodes]
    depends[graph.index[graph.output]] = np.asarray(upstream != 0.0)
    for index, op, operands in reversed(graph.operations):
        if not depends[index].any():
            continue
        if not op.is_elementwise:
            for operand in operands:
                depends[operand] = np.ones(graph.nodes[operand].shape, dtype=bool)
            continue
        moved_by = _moved_by(graph, graph.nodes[index], op, [values[operand] for operand in operands])
        for operand, is_moved in zip(operands, moved_by, strict=True):
            arrives = np.where(depends[index] & is_moved, 1.0, 0.0)
            summed = array_words()["sum_to"](arrives, graph.nodes[operand].shape)
            depends[operand] = depends[operand] | (np.asarray(summed) > 0.0)
    return depends


def _moved_by(graph: ComputationalGraph, node: Node, op: Op, at: list[Any]) -> list[Any]:
    """For each operand, whether the operation's value moves with it, near this point.

    An op with a kink stands still on the side that is not taken; of the kink itself nothing is said. Any
    other stands still only where an operand that is given makes it so, as a factor 0 does: then it would
    wherever its computed operands were.
    """
    value, vjp = on_arrays(op)
    is_on_kink: Any = False
    if op.switch is None:
        given = [graph[operand].op is None for operand in node.operands]
        at = [x if is_given else np.full_like(x, _ELSEWHERE) for x, is_given in zip(at, given, strict=True)]
    else:
        is_on_kink = op.switch(*at) == 0.0
    with np.errstate(all="ignore"):
        return [(slope != 0.0) | is_on_kink for slope in vjp(np.ones(node.shape), value(*at), *at)]
