"""Graphs in symbols, at a point where they have values, and the formulas that pictures print of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Any

from flint import arb

from graphgen.errors import EvaluationError, OptionError, VerificationError
from graphgen.graph import ComputationalGraph, Pass, exact_value, with_stand_ins
from graphgen.notation import in_prose, value_text
from graphgen.ops import Shape
from graphgen.verification.balls import (
    Number,
    UndecidedError,
    UndefinedError,
    agree,
    exact,
    is_shown_as_zero,
    precision,
)
from graphgen.verification.reading import compiled
from graphgen.verification.report import Mismatch, Pair, Proven, Report
from graphgen.verification.rules import each, entries
from graphgen.verification.verifier import FIRST_BITS, verify, verify_forward
from graphgen.verification.words import WORDS

# Points for inputs without numbers: plain ones first, then inside (0, 1), of mixed signs, large and small.
_SAMPLES = tuple(
    tuple(map(Fraction, sample.split()))
    for sample in (
        "3/2 5/4 7/3 2 9/5",
        "1/3 1/2 2/3 1/5 3/4",
        "-3/2 5/4 -1/3 2 -7/5",
        "-5/2 -1/4 -2 -1/3 -3",
        "9/2 11/2 17/3 5 13/3",
        "99 101 97/2 60 203/2",
        "1/10 1/7 1/9 1/8 1/11",
    )
)
_PROVEN_DIGITS = 19
_ALIKE = Fraction(1, 10**15)
"""How far two proven numbers may be apart, relative to them, that are said to be one."""


def verify_symbolic(
    graph: ComputationalGraph, free: Sequence[str] | None = None, backward: bool = True
) -> Report:
    """The numbers of a graph whose inputs have none, at a point where it has values and gradients.

    What its picture writes of it, where it is small enough to be written, is evaluated there too and held
    against the proven numbers. `free` are the inputs that take the point's numbers: those without one,
    unless given. Arrays have entries that are all different. Without `backward` there are values alone.

    Raises EvaluationError where no point that is tried has values and gradients.
    """
    if free is None:
        free = [node.id for node in graph.inputs if node.is_symbolic_input]
    fault: EvaluationError | None = None
    shape = graph[graph.output].shape
    for sample in _SAMPLES:
        point = {id: _filled(graph[id].shape, sample, i) for i, id in enumerate(free)}
        try:
            standing = with_stand_ins(graph, exact_value(_filled(shape, sample, len(point))))
            report = (verify if backward else verify_forward)(standing, point)
        except EvaluationError as error:
            fault = error
            continue
        return _with_forms(report) if report.is_proved or not report.passed else report
    assert fault is not None
    raise fault


def _filled(shape: Shape, sample: tuple[Fraction, ...], place: int) -> Any:
    """A number of a point for an input, or an array of numbers between such a number and half of it."""
    if not shape:
        return sample[place % len(sample)] + place // len(sample)
    numbers = (
        sample[(place + i) % len(sample)] * (1 + Fraction(37 * i % 97, 97)) / 2 for i in range(prod(shape))
    )
    return _nested(numbers, shape)


def _nested(numbers: Iterator[Fraction], shape: Shape) -> Any:
    return [_nested(numbers, shape[1:]) for _ in range(shape[0])] if shape else next(numbers)


def require_alike(one: Pass[Any], other: Pass[Any]) -> None:
    """Raises VerificationError unless two passes agree on every node of the first that has a name."""
    pairs = ((one.values, other.values, "value"), (one.gradients, other.gradients, "gradient"))
    for node in one.graph:
        for of_closed, of_opened, kind in pairs:
            if node.name and node.id in of_closed and not _alike(of_closed[node.id], of_opened[node.id]):
                closed, opened = (in_prose(value_text(found[node.id])) for found in (of_closed, of_opened))
                raise VerificationError(
                    f"the {kind} of {node.id!r} is {closed}, and {opened} opened",
                    "check what the op table's rows say that they stand for",
                    node.place,
                )


def _alike(one: Any, other: Any) -> bool:
    pairs = zip(one.flat, other.flat, strict=True) if hasattr(one, "flat") else ((one, other),)
    numbers = ((Fraction(a), Fraction(b)) for a, b in pairs)
    return all(abs(a - b) <= _ALIKE * max(abs(a), abs(b)) for a, b in numbers)


def _with_forms(report: Report) -> Report:
    """The same report with the mismatches of the forms, which count as proved numbers."""
    pairs = [*_pairs(report.graph, report.numbers, report)]
    wrong: list[Mismatch] = [pair.mismatch() for pair in pairs if not agree(*pair.numbers)]
    return replace(
        report,
        mismatches=(*report.mismatches, *wrong),
        levels={"proved": report.count + len(pairs)},
    )


def _pairs(graph: ComputationalGraph, run: Pass[Proven], report: Report) -> Iterator[Pair]:
    """Pairs of what is written and what is proved; none of a formula that has no value at the point."""
    with precision(4 * max(report.bits, FIRST_BITS)):
        at = _named_numbers(run)
        for kind, place, node, found, number in _written(graph, run, at):
            for one, other in zip(entries(found), entries(number), strict=True):
                # Both are shown as 0, though one may be some 10^-300,000,000.
                both_vanish = not other and is_shown_as_zero(one)
                if not both_vanish:
                    numbers = (one, _enclosed(other))
                    yield Pair(f"written {kind}", place, node, ("formula", "numbers"), numbers)


_Written = tuple[str, str, str, Any, Any]
"""The kind of a number, its place and node, what its formula gives, and what is proved."""


def _written(graph: ComputationalGraph, run: Pass[Proven], at: Mapping[str, Any]) -> Iterator[_Written]:
    try:
        written = _array_formulas(graph, run) if not graph.is_scalar else _formulas(graph, run)
        for kind, place, node, form, number in written:
            with suppress(UndefinedError, UndecidedError):
                yield kind, place, node, _evaluated(form, at, graph, number), number
    except OptionError:
        return


def _named_numbers(run: Pass[Proven]) -> dict[str, Any]:
    """The numbers that formulas name: values by the names of nodes, gradients as ∂L/∂x."""
    from graphgen.algebra import gradient_symbol

    at = {id: each(_enclosed, number) for id, number in run.values.items()}
    named = {gradient_symbol(run.graph, id).name: number for id, number in run.gradients.items()}
    return at | {name: each(_enclosed, number) for name, number in named.items()}


def _formulas(graph: ComputationalGraph, run: Pass[Proven]) -> Iterator[tuple[str, str, str, Any, Any]]:
    from graphgen.algebra import symbolic_derivative, written_derivative, written_forms

    forms, derivatives = written_forms(graph), run.local_derivatives
    yield from _of_nodes_and_edges(forms, run)
    for edge in forms.contributions:
        if edge in derivatives:
            place = f"∂{edge[1]}/∂{edge[0]}"
            for local in (symbolic_derivative(graph, edge), written_derivative(graph, edge)):
                yield "local derivative", place, edge[1], local, derivatives[edge]


def _array_formulas(graph: ComputationalGraph, run: Pass[Proven]) -> Iterator[tuple[str, str, str, Any, Any]]:
    from graphgen.algebra import array_forms

    yield from _of_nodes_and_edges(array_forms(graph, backward=bool(run.node_gradients)), run)


def _of_nodes_and_edges(forms: Pass[Any], run: Pass[Proven]) -> Iterator[tuple[str, str, str, Any, Any]]:
    for id, form in forms.values.items():
        yield "value", id, id, form, run.values[id]
    for id, form in forms.gradients.items():
        yield "gradient", id, id, form, run.gradients[id]
    for edge, form in forms.contributions.items():
        yield "contribution", f"{edge[0]} → {edge[1]}", edge[1], form, run.contributions[edge]


def _enclosed(number: Proven) -> Number:
    """A ball around a proven number."""
    if isinstance(number, Decimal):
        middle = exact(Fraction(number))
        return arb(middle, abs(arb(middle)) / 10**_PROVEN_DIGITS)
    return exact(number)


def _evaluated(form: Any, at: Mapping[str, Any], graph: ComputationalGraph, number: Any) -> Any:
    """A formula at these numbers; raises where it has no value there, as x²/x has none at 0."""
    from graphgen.algebra import as_rule, spelled_out

    if not graph.is_scalar:
        from graphgen.verification.array_forms import evaluated

        return evaluated(form, at, getattr(number, "shape", ()))
    rule, names = as_rule(spelled_out(form))
    return compiled(rule, tuple(names), WORDS)(*(at[name] for name in names.values()))
