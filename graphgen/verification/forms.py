"""Graphs in symbols, at a point where they have values, and the formulas that pictures print of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flint import arb

from graphgen.errors import EvaluationError, OptionError, VerificationError
from graphgen.graph import ComputationalGraph, Pass
from graphgen.notation import in_prose, value_text
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
from graphgen.verification.verifier import FIRST_BITS, verify
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


def verify_symbolic(graph: ComputationalGraph, free: Sequence[str] | None = None) -> Report:
    """The numbers of a graph whose inputs have none, at a point where it has values and gradients.

    What its picture writes of it, where it is small enough to be written, is evaluated there too and held
    against the proven numbers. `free` are the inputs that take the point's numbers: those without one,
    unless given.

    Raises EvaluationError where no point that is tried has values and gradients.
    """
    if free is None:
        free = [node.id for node in graph.inputs if node.is_symbolic_input]
    if free and not graph.is_scalar:
        raise EvaluationError(
            f"the input {free[0]!r} has no number",
            f"a graph of arrays is worked out in numbers: give it one, as in {free[0]} = 1",
            graph[free[0]].place,
        )
    fault: EvaluationError | None = None
    for sample in _SAMPLES:
        point = {id: sample[i % len(sample)] + i // len(sample) for i, id in enumerate(free)}
        try:
            report = verify(graph, point)
        except EvaluationError as error:
            fault = error
            continue
        return _with_forms(report)
    assert fault is not None
    raise fault


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
    from graphgen.algebra import symbolic_derivative, written_derivative, written_forms

    try:
        forms = written_forms(graph)
    except OptionError:
        return
    derivatives = run.local_derivatives
    written = [
        *(("value", id, id, form, run.values[id]) for id, form in forms.values.items()),
        *(("gradient", id, id, form, run.gradients[id]) for id, form in forms.gradients.items()),
    ]
    for edge, form in forms.contributions.items():
        written.append(("contribution", f"{edge[0]} → {edge[1]}", edge[1], form, run.contributions[edge]))
        if edge in derivatives:
            for local in (symbolic_derivative(graph, edge), written_derivative(graph, edge)):
                place = f"∂{edge[1]}/∂{edge[0]}"
                written.append(("local derivative", place, edge[1], local, derivatives[edge]))
    with precision(4 * max(report.bits, FIRST_BITS)):
        at = {id: _enclosed(number) for id, number in run.values.items()}
        for kind, place, node, form, number in written:
            found = _evaluated(form, at)
            # Both are shown as 0, though one may be some 10^-300,000,000.
            both_vanish = found is not None and not number and is_shown_as_zero(found)
            if found is not None and not both_vanish:
                yield Pair(f"written {kind}", place, node, ("formula", "numbers"), (found, _enclosed(number)))


def _enclosed(number: Proven) -> Number:
    """A ball around a proven number."""
    if isinstance(number, Decimal):
        middle = exact(Fraction(number))
        return arb(middle, abs(arb(middle)) / 10**_PROVEN_DIGITS)
    return exact(number)


def _evaluated(form: Any, at: dict[str, Number]) -> Number | None:
    """A formula at these numbers; None where it has no value there, as x²/x has none at 0."""
    from graphgen.algebra import as_rule, spelled_out

    rule, names = as_rule(spelled_out(form))
    try:
        return compiled(rule, tuple(names), WORDS)(*(at[name] for name in names.values()))
    except (UndefinedError, UndecidedError):
        return None
