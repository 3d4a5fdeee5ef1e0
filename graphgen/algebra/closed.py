"""Closed forms: values and gradients as expressions in the inputs, by reverse mode over SymPy's forms.

Local derivatives are derived once per op and taken at each node; nobody differentiates the composed
expression of a graph, whose size explodes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import sympy as sp

from graphgen.algebra.derivatives import expression, local_derivatives, node_symbol, symbols
from graphgen.algebra.exact import has_at_most, number_at, would_swell
from graphgen.errors import OptionError, contained
from graphgen.graph import (
    ComputationalGraph,
    Edge,
    Node,
    OutOfTimeError,
    Pass,
    derivative_error,
    require_time,
    time_limit,
    value_error,
)

MAX_NODES = 60
"""The nodes of the largest graph whose gradients are written in closed form."""
MAX_PARTS = 1000
"""The size of the largest closed form."""
MAX_SECONDS = 10.0
"""Time that the closed forms of one graph have."""

LocalDerivative = Callable[[Edge], "sp.Expr | None"]

_MAX_TERMS = 12
"""The terms of a product of sums that is still multiplied out."""
_NO_NUMBERS = (sp.zoo, sp.nan, sp.oo, sp.I)


@contextmanager
def in_time() -> Iterator[None]:
    """Raises OptionError for closed forms that are not found in their time."""
    try:
        with time_limit(MAX_SECONDS):
            yield
    except OutOfTimeError:
        raise OptionError(
            f"the closed forms are not found after {MAX_SECONDS:g} seconds",
            "ask for numbers, or show a part of the graph",
        ) from None


@contained()
@in_time()
def closed_forms(graph: ComputationalGraph) -> Pass[sp.Expr]:
    """Values and gradients as expressions in the inputs, for small graphs.

    >>> from graphgen.language import parse
    >>> closed_forms(parse("t = x + y\\nz = t ** 2")).gradients["x"]
    2*x + 2*y

    Raises OptionError for a graph of more than 60 nodes, or with an expression of more than 1,000 parts,
    which would be unreadable, or that takes more than 10 seconds, and EvaluationError where a value never
    exists, as in x / 0.
    """
    require_small(graph)
    values: list[sp.Expr] = []
    for node in graph.nodes:
        if node.op is None:
            value = node_symbol(node)
        else:
            operands = tuple(values[graph.index[operand]] for operand in node.operands)
            closed = formula_at(expression(node.op), node, operands)
            if closed is None:
                raise value_error(node, [], ValueError())
            value = closed
        values.append(value)

    def derivative(edge: Edge) -> sp.Expr | None:
        node = graph[edge[1]]
        assert node.op is not None
        operands = tuple(values[graph.index[operand]] for operand in node.operands)
        return formula_at(local_derivatives(node.op)[edge[2]], node, operands)

    run = reverse(graph, tuple(values), derivative, limited)
    return replace(
        run,
        node_gradients=tuple(map(expanded, run.node_gradients)),
        edge_contributions=tuple(map(expanded, run.edge_contributions)),
    )


def require_small(graph: ComputationalGraph) -> None:
    """Raises OptionError for a graph that has no closed form, or a long one."""
    if not graph.is_scalar:
        raise OptionError("a graph of arrays has no closed form", "ask for numbers")
    if len(graph) > MAX_NODES:
        raise OptionError(
            f"the graph has {len(graph)} nodes",
            f"closed forms are written for at most {MAX_NODES}: ask for numbers",
        )


def reverse(
    graph: ComputationalGraph,
    values: tuple[sp.Expr, ...],
    derivative: LocalDerivative,
    tidy: Callable[[sp.Expr], sp.Expr],
) -> Pass[sp.Expr]:
    """Reverse mode over forms: contributions edge by edge, summed at each node."""
    zero = sp.Integer(0)
    gradients: dict[str, sp.Expr] = dict.fromkeys(graph.ids, zero)
    if graph.upstream_symbol:
        gradients[graph.output] = sp.Symbol(graph.upstream_symbol, real=True)
    else:
        gradients[graph.output] = sp.Integer(1) if graph.upstream is None else sp.sympify(graph.upstream)
    contributions: dict[Edge, sp.Expr] = {}
    for edge in reversed(graph.edges):
        require_time()
        operand, node, _ = edge
        if not graph.is_varying(operand):
            continue
        upstream = gradients[node]
        if upstream.is_zero:
            contribution = zero
        else:
            local = derivative(edge)
            if local is None:
                raise derivative_error(graph[node], [], edge[2])
            contribution = tidy(upstream * local)
        contributions[edge] = contribution
        gradients[operand] = tidy(gradients[operand] + contribution)
    return Pass(
        graph,
        values,
        tuple(
            gradients[node.id] if varies else None for node, varies in zip(graph, graph.varies, strict=True)
        ),
        tuple(contributions.get(edge) for edge in graph.edges),
    )


def formula_at(formula: sp.Expr, node: Node, operands: tuple[sp.Expr, ...]) -> sp.Expr | None:
    """A formula over the forms of a node's operands; None where it is not a real number."""
    assert node.op is not None
    require_time()
    if not node.op.is_abstract and not any(operand.free_symbols for operand in operands):
        return number_at(formula, node.op, operands)
    if would_swell(node.op, operands):
        raise _too_large()
    value = limited(formula.xreplace(dict(zip(symbols(node.op), operands, strict=True))))
    value = value.replace(sp.Piecewise, _where_it_exists)
    return None if value.is_real is False or value.has(*_NO_NUMBERS) else value


def _where_it_exists(*cases: tuple[sp.Expr, sp.Basic]) -> sp.Expr:
    """The cases in which a closed form is a number, of 1/relu(x) only one; none is left where it never is."""
    sound = [(form, where) for form, where in cases if not form.has(*_NO_NUMBERS)]
    return sound[0][0] if len(sound) == 1 else sp.Piecewise(*sound) if sound else sp.nan


def expanded(value: sp.Expr | None) -> sp.Expr | None:
    """Products of sums multiplied out where that stays short."""
    return value if value is None or _terms(value) > _MAX_TERMS else sp.expand_mul(value)


def limited(value: sp.Expr) -> sp.Expr:
    """The value itself; raises OptionError where nobody could read it."""
    if not has_at_most(value, MAX_PARTS):
        raise _too_large()
    return value


def _too_large() -> OptionError:
    return OptionError(
        f"a closed form of the graph would have more than {MAX_PARTS:,} parts",
        "ask for numbers, or show a part of the graph",
    )


def _terms(value: sp.Expr) -> int:
    """How many terms a closed form has once it is multiplied out."""
    if isinstance(value, sp.Add):
        return sum(map(_terms, value.args))
    return math.prod(map(_terms, value.args)) if isinstance(value, sp.Mul) else 1
