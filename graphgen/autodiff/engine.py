"""The numeric engine: forward and backward, by each op's hand-written float rules.

Reverse-mode differentiation over a topological order: every node after its operands on the way
forward, before them on the way back, so that a node's upstream gradient is complete when it is used.
There is no recursion and no state: two passes over one graph give the same record.

A single number is a float, an array a NumPy array of float64; NumPy is loaded for graphs that have one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from itertools import count, repeat
from typing import Any

from graphgen.errors import EvaluationError
from graphgen.graph import (
    FLOAT_RANGE,
    ComputationalGraph,
    Node,
    Pass,
    derivative_error,
    given_numbers,
    misshapen,
    value_error,
)
from graphgen.ops import Op, Shape, array_words, on_arrays


def forward(graph: ComputationalGraph, inputs: Mapping[str, Any] | None = None) -> Pass[Any]:
    """The value of every node as a float or an array; `inputs` replaces the values of inputs by name.

    They are floats: 1.1 is the nearest of them to 11/10, each operation rounds, and where large numbers
    cancel, few digits or none are right, and nothing says so. `graphgen.verify` gives proved numbers.

    >>> from graphgen.language import parse
    >>> forward(parse("x = 3\\ny = x * x")).values
    {'x': 3.0, 'y': 9.0}

    Raises EvaluationError where an input has no number, or one of another shape, or an operation has no
    finite result.
    """
    values: list[Any] = [0.0] * len(graph)
    for index, number in given_numbers(graph, inputs):
        values[index] = numeric(graph.nodes[index], number)
    index = 0
    fault: Exception | None = None
    try:
        with _quiet(graph):
            for (index, _, operands), compute in zip(graph.operations, _forward_rules(graph), strict=True):
                if len(operands) == 2:
                    values[index] = compute(values[operands[0]], values[operands[1]])
                else:
                    values[index] = compute(*[values[operand] for operand in operands])
    except (ArithmeticError, ValueError) as error:
        fault = error
    if fault or not _all_finite(graph, values):
        # An infinite value may have gone on a while before an operation refused it.
        infinite = next((i for i, value in enumerate(values) if not is_finite(value)), None)
        if infinite is not None:
            index, fault = infinite, OverflowError()
        node = graph.nodes[index]
        at = [values[graph.index[operand]] for operand in node.operands]
        raise value_error(node, at, fault)
    return Pass(graph, tuple(values))


def backward(run: Pass[Any], upstream: Any = None) -> Pass[Any]:
    """The same pass with gradients: of the output with respect to every node, edge by edge.

    `upstream` is the seed at the output, 1 unless given: a number, or an array of the output's shape.
    A gradient has the shape of its node. Nodes off the path to the output get gradient 0.

    They are floats as those of `forward`: rounded at each step, with what cancellation leaves of them.
    `graphgen.verify` gives gradients that are proved.

    >>> from graphgen.language import parse
    >>> backward(forward(parse("x = 3\\ny = x * x"))).gradients
    {'x': 6.0, 'y': 1.0}

    Raises EvaluationError where a derivative on the path does not exist or is not finite, and for an
    output that is an array, unless `upstream` is given in its shape.
    """
    graph, values = run.graph, run.node_values
    varies = graph.varies
    gradients: list[Any] = [0.0] * len(values)
    gradients[graph.index[graph.output]] = seed(graph, upstream)
    contributions: list[Any] = [None] * len(graph.edges)
    last = len(contributions)
    index = 0
    operands: tuple[int, ...] = ()
    try:
        with _quiet(graph):
            backwards = zip(reversed(graph.operations), reversed(_vjps(graph)), strict=True)
            for (index, _, operands), vjp in backwards:
                g = gradients[index]
                is_zero = g.__class__ is float and g == 0.0
                # Not +=, which would change an array that is a contribution too.
                if len(operands) == 2:
                    left, right = operands
                    last -= 2
                    if is_zero:
                        to_left = to_right = 0.0
                    else:
                        to_left, to_right = vjp(g, values[index], values[left], values[right])
                    if varies[left]:
                        contributions[last] = to_left
                        gradients[left] = gradients[left] + to_left
                    if varies[right]:
                        contributions[last + 1] = to_right
                        gradients[right] = gradients[right] + to_right
                    continue
                last -= len(operands)
                at = [values[operand] for operand in operands]
                sent = repeat(0.0) if is_zero else vjp(g, values[index], *at)
                for edge, operand, contribution in zip(count(last), operands, sent, strict=False):
                    if varies[operand]:
                        contributions[edge] = contribution
                        gradients[operand] = gradients[operand] + contribution
    except (ArithmeticError, ValueError):
        raise derivative_error(graph.nodes[index], [values[i] for i in operands]) from None
    if not _all_finite(graph, gradients):
        raise _first_not_finite(run, gradients, contributions)
    if not graph.is_scalar:
        gradients = [_filled(g, node.shape) for g, node in zip(gradients, graph.nodes, strict=True)]
        contributions = [
            None if sent is None else _filled(sent, graph[edge[0]].shape)
            for sent, edge in zip(contributions, graph.edges, strict=True)
        ]
    node_gradients = tuple(
        gradient if moves else None for gradient, moves in zip(gradients, varies, strict=True)
    )
    return Pass(graph, values, node_gradients, tuple(contributions))


def seed(graph: ComputationalGraph, upstream: Any = None) -> Any:
    """The gradient that the backward pass starts from; raises EvaluationError where there is none."""
    node = graph[graph.output]
    if not node.shape:
        return 1.0 if upstream is None else numeric(node, upstream)
    if upstream is None:
        raise EvaluationError(
            f"the output {node.id!r} has the shape {node.shape}: it has no gradient",
            "end with a single number, as in sum(y) or mean(y); or give an upstream gradient of that shape; "
            "or show only the forward pass",
            node.place,
        )
    return numeric(node, upstream)


def _forward_rules(graph: ComputationalGraph) -> list[Callable[..., Any]]:
    """The float rule of each of `graph.operations`, over numbers or arrays as its node has them."""
    return [
        op.forward if _is_scalar(graph.nodes[index], op) else _forward_on_arrays(graph.nodes[index], op)
        for index, op, _ in graph.operations
    ]


def _vjps(graph: ComputationalGraph) -> list[Callable[..., Any]]:
    return [
        op.vjp if _is_scalar(graph.nodes[index], op) else _vjp_on_arrays(graph, graph.nodes[index], op)
        for index, op, _ in graph.operations
    ]


def _is_scalar(node: Node, op: Op) -> bool:
    return not node.shape and op.shape is None


def _forward_on_arrays(node: Node, op: Op) -> Callable[..., Any]:
    compute, _ = on_arrays(op)
    parameters = {**op.parameters, **dict(node.parameters)}
    return lambda *operands: _as_number(compute(*operands, **parameters), node.shape)


def _vjp_on_arrays(graph: ComputationalGraph, node: Node, op: Op) -> Callable[..., Any]:
    _, vjp = on_arrays(op)
    parameters = {**op.parameters, **dict(node.parameters)}
    shapes = [graph[operand].shape for operand in node.operands]

    def vjp_on_arrays(g: Any, value: Any, *operands: Any) -> list[Any]:
        sent = vjp(g, value, *operands, **parameters)
        if op.is_elementwise:
            sum_to = array_words()["sum_to"]
            # No slope counts where nothing arrives, be it infinite.
            sent = [sum_to(_where_any(g, part), shape) for part, shape in zip(sent, shapes, strict=True)]
        return [_as_number(part, shape) for part, shape in zip(sent, shapes, strict=True)]

    return vjp_on_arrays


def _where_any(g: Any, sent: Any) -> Any:
    import numpy as np

    return np.where(g == 0.0, 0.0, sent)


def _as_number(value: Any, shape: Shape) -> Any:
    return value if shape else float(value)


def _filled(gradient: Any, shape: Shape) -> Any:
    """A gradient in the shape of its node: nothing has arrived where it is still the float 0."""
    if not shape or gradient.__class__ is not float:
        return gradient
    import numpy as np

    return np.zeros(shape)


def is_finite(value: Any) -> bool:
    """Whether a number, or every entry of an array, is finite."""
    if isinstance(value, float):
        return math.isfinite(value)
    import numpy as np

    flat = value.ravel()
    with np.errstate(over="ignore", invalid="ignore"):
        if math.isfinite(flat.dot(flat)):
            return True
    # A sum of squares overflows before its terms do.
    return bool(np.isfinite(value).all())


def _all_finite(graph: ComputationalGraph, values: list[Any]) -> bool:
    return all(map(math.isfinite if graph.is_scalar else is_finite, values))


def _quiet(graph: ComputationalGraph) -> AbstractContextManager[Any]:
    """Without NumPy's warnings: what is not finite is found by the engine."""
    if graph.is_scalar:
        return nullcontext()
    import numpy as np

    return np.errstate(all="ignore")


def _first_not_finite(run: Pass[Any], gradients: list[Any], contributions: list[Any]) -> EvaluationError:
    """The fault that the backward pass meets first: a sum that overflows, or a derivative."""
    graph = run.graph
    into: dict[str, list[Any]] = {id: [] for id in graph.ids}
    for (_, id, _), contribution in zip(graph.edges, contributions, strict=True):
        into[id].append(0.0 if contribution is None else contribution)
    for node, gradient in zip(reversed(graph.nodes), reversed(gradients), strict=True):
        if not is_finite(gradient):
            return EvaluationError(f"the gradient of {node.described} overflows", FLOAT_RANGE, node.place)
        if not all(map(is_finite, into[node.id])):
            break
    position = next((i for i, sent in enumerate(into[node.id]) if not is_finite(sent)), None)
    return derivative_error(node, [run.values[operand] for operand in node.operands], position)


def numeric(node: Node, number: Any) -> Any:
    """A given value as a float or an array, of the node's shape and finite.

    Raises EvaluationError where it is not.
    """
    if node.shape:
        return _numeric_array(node, number)
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    except (TypeError, ValueError):
        raise misshapen(node, number) from None
    if not math.isfinite(value):
        raise EvaluationError(f"the number of {node.id!r} is {value}", FLOAT_RANGE, node.place)
    return value


def _numeric_array(node: Node, given: Any) -> Any:
    import numpy as np

    try:
        array = np.array(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise misshapen(node, given) from None
    if array.shape != node.shape:
        raise misshapen(node, array)
    if not is_finite(array):
        raise EvaluationError(f"an entry of {node.id!r} is not finite", FLOAT_RANGE, node.place)
    array.flags.writeable = False
    return array
