"""0 times an infinite slope, found as a limit: what a value changes by, by one-sided expansions.

At x = 0 the slope of √x is infinite and that of its square is 0, yet (√x)² = x has the slope 1. Where
reverse mode meets such a product, the operand is moved by ±ε, and its expansion in powers of ε^(1/240)
is carried on to the output (a Puiseux series). The slope is the factor of ε, if no lower power is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

from flint import ctx, fmpq, fmpq_series

from graphgen.errors import EvaluationError
from graphgen.graph import ComputationalGraph, Edge, Node, derivative_error, require_time
from graphgen.ops import OPERANDS, Op
from graphgen.verification.balls import Number, UndecidedError, UndefinedError, agree, is_zero, may_be_zero
from graphgen.verification.derived import derived_rules
from graphgen.verification.expansions import LENGTH, PARTS, WORDS, Expansion, OutsideOfDomainError
from graphgen.verification.given import weighed
from graphgen.verification.passes import Enclosures, HangsOnError, summed
from graphgen.verification.reading import compiled
from graphgen.verification.rules import each, entries, is_indeterminate, places

_ZERO = fmpq(0)


def with_limits(graph: ComputationalGraph, found: Enclosures) -> Enclosures:
    """The same with a limit in the place of each contribution that is 0 times an infinite slope.

    Raises EvaluationError where limits one by one do not add up to what their value does to the output,
    as those of sqrt(x) * sqrt(x) at 0, each of which is 0.
    """
    if not any(is_indeterminate(number) for sent in found.contributions for number in entries(sent)):
        return found
    values, contributions = found.values, list(found.contributions)
    unclear: dict[str, set[tuple[int, ...]]] = {}
    for i, edge in enumerate(graph.edges):
        contributions[i] = each(lambda number: number, contributions[i])
        for place, number in places(contributions[i]):
            if is_indeterminate(number):
                limit = slope(graph, values, [edge], place)
                unclear.setdefault(edge[0], set()).add(place)
                if place:
                    contributions[i][place] = limit
                else:
                    contributions[i] = limit
    gradients = summed(graph, found.gradients, contributions)
    for id, of_node in unclear.items():
        for place in of_node if len(graph.uses[id]) > 1 else ():
            total = gradients[graph.index[id]]
            if not agree(slope(graph, values, graph.uses[id], place), total[place] if place else total):
                raise _no_slope(graph[graph.uses[id][0][1]], graph.uses[id][0])
    return replace(found, contributions=tuple(contributions), gradients=gradients)


def slope(
    graph: ComputationalGraph, values: tuple[Any, ...], edges: Sequence[Edge], place: tuple[int, ...] = ()
) -> Number:
    """The slope of the output along a value, or along an entry of it, as a limit.

    The value moves where these edges bring it, and nowhere else. Raises EvaluationError where there is no
    such limit, HangsOnError where balls do not tell.
    """
    edge = edges[0]
    node = graph[edge[1]]
    found = []
    for sign in (1, -1):
        try:
            with _long_series():
                found.append(_one_sided(graph, values, edges, place, sign))
        except OutsideOfDomainError:
            continue
        except UndefinedError:
            raise _no_slope(node, edge) from None
        except UndecidedError as undecided:
            raise HangsOnError(node, undecided.agreeing) from None
    if not found or not all(agree(found[0], other) for other in found):
        raise _no_slope(node, edge)
    return found[0]


@contextmanager
def _long_series() -> Iterator[None]:
    """FLINT keeps ten terms of a series unless told otherwise."""
    before, ctx.cap = ctx.cap, LENGTH
    try:
        yield
    finally:
        ctx.cap = before


def _no_slope(node: Node, edge: Edge) -> EvaluationError:
    return derivative_error(node, [], edge[2])


def _one_sided(
    graph: ComputationalGraph,
    values: tuple[Any, ...],
    edges: Sequence[Edge],
    place: tuple[int, ...],
    sign: int,
) -> Number:
    start = _moved(values[graph.index[edges[0][0]]], place, sign)
    moved: dict[int, Any] = {}
    for index, op, operands in graph.operations:
        require_time()
        at: list[Any] = [moved.get(i, values[i]) for i in operands]
        brought = [position for _, id, position in edges if id == graph.ids[index]]
        if not brought and moved.keys().isdisjoint(operands):
            continue
        for position in brought:
            at[position] = start
        moved[index] = _value(graph.nodes[index], op, at)
    return sign * _slope(weighed(graph, moved[graph.index[graph.output]]))


def _slope(moved: Any) -> Number:
    """The factor of ε; raises UndefinedError where a lower power of ε has one."""
    if not isinstance(moved, Expansion):
        return _ZERO
    if moved.series.prec <= PARTS:
        raise UndefinedError
    coefficients = [*moved.coefficients(), *[_ZERO] * LENGTH]
    for lower in coefficients[1:PARTS]:
        if not may_be_zero(lower):
            raise UndefinedError
        if not is_zero(lower):
            raise UndecidedError
    return coefficients[PARTS]


def _moved(value: Any, place: tuple[int, ...], sign: int) -> Any:
    if not hasattr(value, "shape"):
        return Expansion.of(value) + Expansion(fmpq_series([0] * PARTS + [sign], prec=LENGTH))
    array = value.copy()
    array[place] = _moved(value[place], (), sign)
    return array


def _value(node: Node, op: Op, at: list[Any]) -> Any:
    if not node.shape and op.is_elementwise:
        return _scalar_rule(op)(*at)
    import numpy as np

    from graphgen.verification.array_words import plain

    if op.is_elementwise:
        return plain(np.frompyfunc(_scalar_rule(op), op.arity, 1)(*at))
    return plain(_array_rule(op)(*at, **{**op.parameters, **dict(node.parameters)}))


@cache
def _scalar_rule(op: Op) -> Callable[..., Any]:
    """SymPy's form of the value, which has no kinks where the function has none."""
    return compiled(derived_rules(op)[0], OPERANDS[: op.arity], WORDS)


@cache
def _array_rule(op: Op) -> Callable[..., Any]:
    import numpy as np

    from graphgen.verification.array_words import ARRAY_WORDS, entrywise, folded

    exp, log, divide = (entrywise(WORDS[name]) for name in ("exp", "log", "divide"))

    def softmax(x: Any) -> Any:
        e = exp(x)
        return divide(e, np.add.reduce(e, axis=-1, keepdims=True))

    words = {
        **ARRAY_WORDS,
        **{name: entrywise(word) for name, word in WORDS.items()},
        "amax": folded(WORDS["max"]),
        "matmul": np.matmul,
        "softmax": softmax,
        "log_softmax": lambda x: log(softmax(x)),
    }
    return compiled(op.value, (*OPERANDS[: op.arity], *op.parameters), words)
