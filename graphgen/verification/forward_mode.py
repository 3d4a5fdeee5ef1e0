"""Forward mode: how every value changes along a direction of the inputs, by two witnesses.

A tangent goes through an operation by dual numbers, whose slopes are SymPy's derivatives and the rules of
calculus, and once more by the op table's vjps, transposed: entry by entry, ⟨eᵢ, J·t⟩ = Σ ⟨vjp(eᵢ), t⟩.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from math import prod
from typing import Any

from flint import fmpq

from graphgen.errors import EvaluationError, contained, excerpt
from graphgen.graph import (
    ComputationalGraph,
    Node,
    Pass,
    derivative_error,
    exact_value,
    misshapen,
    shape_of,
    value_error,
)
from graphgen.verification.balls import (
    Number,
    UndecidedError,
    UndefinedError,
    agree,
    exact,
    is_known,
    is_zero,
    precision,
    shown,
)
from graphgen.verification.conventions import require_tangents
from graphgen.verification.given import numbers_given
from graphgen.verification.kinks import on_a_kink
from graphgen.verification.passes import forward, vjp_rules_of
from graphgen.verification.report import Pair, Report
from graphgen.verification.rules import each, entries, is_indeterminate
from graphgen.verification.verifier import FIRST_BITS, require_known, verify_forward

_MOST_BITS = 4_096
_MOST_ENTRIES = 64
"""Entries of the largest array whose tangent is proved."""


@contained()
def tangents(
    graph: ComputationalGraph, direction: str | Mapping[str, Any], inputs: Mapping[str, Any] | None = None
) -> Pass[Any]:
    """The value of every node, and its tangent: its derivative along a direction of the inputs.

    `direction` is the name of an input, with respect to which every value is differentiated, or says by how
    much each input moves. `inputs` replaces the numbers of inputs by name.

    >>> from graphgen.language import parse
    >>> run = tangents(parse("x1 = 2\\nx2 = 5\\ny = log(x1) + x1 * x2 - sin(x2)"), "x1")
    >>> run.tangents["y"]
    11/2

    Raises EvaluationError where a value or a derivative does not exist, or an array is too large, and
    VerificationError on a mismatch.
    """
    return verify_tangents(graph, direction, inputs).require().exact


def verify_tangents(
    graph: ComputationalGraph, direction: str | Mapping[str, Any], inputs: Mapping[str, Any] | None = None
) -> Report:
    """The same as a report, whose numbers have values and tangents."""
    moves = {direction: Fraction(1)} if isinstance(direction, str) else dict(direction)
    _require_inputs(graph, moves)
    if isinstance(direction, str) and graph[direction].shape:
        raise EvaluationError(
            f"{direction!r} is an array, which moves along a direction of its own",
            f"in Python, graphgen.tangents(graph, {{{direction!r}: …}}) takes one of its shape",
            graph[direction].place,
        )
    report = verify_forward(graph, inputs)
    large = next((node for node in graph if prod(node.shape) > _MOST_ENTRIES), None)
    if large is not None or (not report.is_proved and report.passed):
        raise EvaluationError(
            f"tangents are proved for arrays of at most {_MOST_ENTRIES} entries",
            "show a part of the graph, or the backward pass",
            large.place if large else None,
        )
    bits = max(report.bits, FIRST_BITS)
    while True:
        with precision(bits):
            found = _tangents(graph, moves, inputs or {})
            pairs = [*_pairs(graph, *found)]
            is_known_well = all(is_known(number) for pair in pairs for number in pair.numbers)
            if is_known_well or 2 * bits > _MOST_BITS:
                break
        bits *= 2
    for pair in pairs:
        require_known(graph[pair.node], f"the tangent of {pair.node}", pair.numbers)
    values, by_duals, _ = found
    kinks = on_a_kink(graph, values)
    if kinks:
        given = numbers_given(graph, inputs or {})
        move = {graph.index[id]: _seed(graph[id], by) for id, by in moves.items()}
        require_tangents(graph, given, move, by_duals, kinks, bits)
    run = replace(
        report.numbers,
        node_tangents=tuple(each(shown, number) for number in by_duals),
        kinks=kinks,
    )
    count = sum(getattr(number, "size", 1) for number in run.node_tangents)
    return replace(
        report,
        numbers=run,
        levels=Counter(report.levels) + Counter({"proved": count}),
        mismatches=(*report.mismatches, *(pair.mismatch() for pair in pairs if not agree(*pair.numbers))),
        bits=bits,
    )


def _require_inputs(graph: ComputationalGraph, moves: Mapping[str, Any]) -> None:
    known = [node.id for node in graph.inputs]
    for id in moves:
        if id not in known:
            raise EvaluationError(
                f"{excerpt(str(id))} is not an input of the graph",
                f"its inputs are {', '.join(known) or 'none'}",
            )


_Found = tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]
"""Values, tangents by duals, and tangents by vjps, by place in `ComputationalGraph.nodes`."""


def _tangents(graph: ComputationalGraph, moves: Mapping[str, Any], inputs: Mapping[str, Any]) -> _Found:
    values = forward(graph, numbers_given(graph, inputs))
    seeds = {graph.index[id]: _seed(graph[id], move) for id, move in moves.items()}
    by_duals: list[Any] = [seeds.get(i, _zeros(node)) for i, node in enumerate(graph.nodes)]
    by_vjps = list(by_duals)
    for index, _, operands in graph.operations:
        node, at = graph.nodes[index], [values[i] for i in operands]
        try:
            by_duals[index] = _by_duals(node, at, [by_duals[i] for i in operands])
            by_vjps[index] = _by_vjps(node, values[index], at, [by_vjps[i] for i in operands])
        except UndefinedError:
            raise derivative_error(node, []) from None
        except UndecidedError:
            raise value_error(node, [], None) from None
        if any(is_indeterminate(number) for number in entries(by_duals[index])):
            raise derivative_error(node, [])
    return values, tuple(by_duals), tuple(by_vjps)


def _by_duals(node: Node, at: list[Any], moving: list[Any]) -> Any:
    from graphgen.verification.duals import along

    found = along(node, at, [t if _moves(t) else None for t in moving])
    return found.slope if node.shape else _number(found.slope)


def _by_vjps(node: Node, value: Any, at: list[Any], moving: list[Any]) -> Any:
    """J·t by the rows of J, each of which is what the vjps send back for one entry of the value."""
    import numpy as np

    rules = vjp_rules_of(node)

    def entry(upstream: Any) -> Number:
        sent = [
            np.sum(np.asarray(rule(upstream, value, *at) * t, dtype=object))
            for rule, t in zip(rules, moving, strict=True)
            if _moves(t)
        ]
        return sum(sent, start=fmpq(0))

    if not node.shape:
        return entry(fmpq(1))
    tangent = _zeros(node)
    for place in np.ndindex(node.shape):
        upstream = _zeros(node)
        upstream[place] = fmpq(1)
        tangent[place] = entry(upstream)
    return tangent


def _moves(tangent: Any) -> bool:
    return not all(map(is_zero, entries(tangent)))


def _seed(node: Node, move: Any) -> Any:
    """By how much an input moves, in exact numbers."""
    import numpy as np

    given = exact_value(move)
    if shape_of(given) != node.shape:
        raise misshapen(node, move)
    return np.frompyfunc(exact, 1, 1)(np.array(given, dtype=object))


def _zeros(node: Node) -> Any:
    import numpy as np

    return np.full(node.shape, fmpq(0), dtype=object) if node.shape else fmpq(0)


def _number(slope: Any) -> Number:
    number: Number = slope.item() if hasattr(slope, "item") else slope
    return number


def _pairs(graph: ComputationalGraph, _: Any, by_duals: Any, by_vjps: Any) -> Iterator[Pair]:
    for node, one, other in zip(graph.nodes, by_duals, by_vjps, strict=True):
        for first, second in zip(entries(one), entries(other), strict=True):
            yield Pair("tangent", node.id, node.id, ("forward mode", "vjps"), (first, second))
