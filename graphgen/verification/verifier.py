"""Every number of a graph, enclosed by two witnesses that must meet.

The op table's hand-written rules are one, SymPy's derivatives the other; both run over balls from the
numbers exactly as they are written, in a precision that is doubled until every number is certain to 80
bits at least. Differences are the third witness. Graphs that are too large for that are held in floats
against a difference along one direction, and the report says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

from graphgen.errors import EvaluationError, contained
from graphgen.graph import (
    ComputationalGraph,
    Edge,
    Node,
    OutOfTimeError,
    Pass,
    WrittenValue,
    array_output_error,
    time_limit,
    with_upstream,
)
from graphgen.verification import differences
from graphgen.verification.balls import (
    CERTAIN_BITS,
    Number,
    agree,
    are_equal,
    digits_of_zero,
    is_exact,
    is_known,
    is_shown_as_zero,
    may_be_zero,
    precision,
    shown,
)
from graphgen.verification.compared import against_framework, compare
from graphgen.verification.conventions import require_gradients
from graphgen.verification.given import Given, numbers_given
from graphgen.verification.kinks import on_a_kink
from graphgen.verification.limits import with_limits
from graphgen.verification.passes import (
    Enclosures,
    HangsOnError,
    Slopes,
    by_derivatives,
    by_rules,
    local_derivatives,
)
from graphgen.verification.report import Pair, Report
from graphgen.verification.rules import each, entries, is_indeterminate

MAX_OPERATIONS = 1_000_000
"""Operations on single numbers, about, of the largest graph whose numbers are proved."""
MAX_SECONDS = 30.0
"""Time that the proof of one graph has."""
FIRST_BITS = 128
_MOST_BITS = {500: 16_384, 10_000: 4_096, 100_000: 1_024}
"""The highest precision for a graph of so many operations; a larger one has half a thousand bits."""
_FEWEST_MOST_BITS = 512
_DIGITS_OF_ZERO = 19
"""Zeros that a number has behind its point at least, if it is shown as 0 because it may be."""
_WITNESSES = ("the op table's rules", "SymPy")


@contained()
def verify(
    graph: ComputationalGraph, inputs: Mapping[str, Any] | None = None, upstream: WrittenValue | None = None
) -> Report:
    """The proven values, gradients and contributions of a graph that has numbers.

    `inputs` replaces the numbers of inputs by name, exactly as they are written. `upstream` is the gradient
    that the backward pass starts from, 1 unless given: a number, or an array of the output's shape.

    >>> from graphgen.language import parse
    >>> print(verify(parse("x = 3\\ny = x * x")))
    6 numbers, all proved

    Raises EvaluationError where a value or a gradient does not exist, or cannot be decided, and for an
    upstream gradient of another shape than the output.
    """
    graph = with_upstream(graph, upstream)
    report = _verified(graph, inputs or {}, backward=True)
    return report if inputs or graph.upstream is not None else against_framework(report)


def verify_forward(graph: ComputationalGraph, inputs: Mapping[str, Any] | None = None) -> Report:
    """The same for a graph of which only the values are shown: its derivatives need not exist."""
    report = _verified(graph, inputs or {}, backward=False)
    return report if inputs else against_framework(report)


@contained()
def exact_pass(graph: ComputationalGraph, inputs: Mapping[str, Any] | None = None) -> Pass[Any]:
    """Exact values, gradients and contributions, as SymPy has them; in digits where they have no short form.

    `inputs` replaces the numbers of inputs by name, exactly as they are written (1.1 is 11/10).

    >>> from graphgen.language import parse
    >>> exact_pass(parse("x = 2\\ny = sqrt(x) / 3")).gradients["x"]
    sqrt(2)/12

    Raises EvaluationError and VerificationError as `verify` and its report do.
    """
    return verify(graph, inputs).require().exact


def operations(graph: ComputationalGraph) -> int:
    """About how many operations on single numbers a graph comes to.

    >>> from graphgen.language import parse
    >>> operations(parse("x = [[1, 2], [3, 4]]\\ny = sum(x @ x)"))
    24
    """
    return sum(_cost(graph, node) for node in graph if node.op)


def _cost(graph: ComputationalGraph, node: Node) -> int:
    assert node.op is not None
    if node.op.is_elementwise:
        return prod(node.shape)
    sizes = [prod(graph[operand].shape) for operand in node.operands]
    if node.op.matrix_vjps and len(sizes) > 1:
        return 2 * prod(node.shape) * graph[node.operands[0]].shape[-1]
    return 2 * max(sizes)


def _verified(graph: ComputationalGraph, inputs: Mapping[str, Any], backward: bool) -> Report:
    if backward and graph[graph.output].shape and not graph.has_upstream:
        raise array_output_error(graph[graph.output], not graph.is_symbolic)
    cost = operations(graph)
    if cost > MAX_OPERATIONS or any(node.recorded for node in graph):
        return compare(graph, inputs, backward)
    most = next((bits for size, bits in _MOST_BITS.items() if cost <= size), _FEWEST_MOST_BITS)
    given = numbers_given(graph, inputs)
    try:
        with time_limit(MAX_SECONDS):
            return _proved(graph, given, backward, most)
    except OutOfTimeError:
        raise _takes_too_long(graph) from None


def _proved(graph: ComputationalGraph, given: Given, backward: bool, most: int) -> Report:
    """The report of the lowest precision that tells every number; `most` bits are tried."""
    bits = FIRST_BITS
    while True:
        is_last = 2 * bits > most
        try:
            with precision(bits):
                report = _attempt(graph, given, backward, bits, is_last)
        except HangsOnError as undecided:
            if is_last:
                raise _cannot_be_decided(undecided) from None
            report = None
        if report is not None:
            return report
        bits *= 2


def _attempt(
    graph: ComputationalGraph, given: Given, backward: bool, bits: int, is_last: bool
) -> Report | None:
    """The report that balls of this precision prove; None where they are too wide for it."""
    first = with_limits(graph, by_rules(graph, given, backward))
    slopes = local_derivatives(graph, first) if backward else Slopes({}, {})
    pairs = [*_pairs(graph, first, slopes.by_sympy), *_slope_pairs(slopes)]
    inexact = [*_inexact(graph, first)]
    shown_numbers: list[tuple[Node, str, tuple[Number, ...]]] = [
        *((graph[pair.node], f"the {pair.kind} {pair.place}", pair.numbers) for pair in pairs),
        *((graph[graph.output], what, (number,)) for what, number in inexact),
    ]
    unknown = [parts for parts in shown_numbers if not all(map(is_known, parts[2]))]
    if unknown and not is_last:
        return None
    for node, what, numbers in unknown:
        require_known(node, what, numbers)
    mismatches = [pair.mismatch() for pair in pairs if not agree(*pair.numbers)]
    kinks = on_a_kink(graph, first.values) if backward else frozenset()
    if backward and not mismatches:
        mismatches += differences.mismatches(graph, first, slopes.by_sympy, kinks, bits)
        if kinks and graph.reference is None:
            require_gradients(graph, first, kinks, bits)
    values, gradients, contributions = (tuple(each(shown, number) for number in part) for part in first.parts)
    slopes_shown = {edge: shown(slope) for edge, slope in slopes.by_sympy.items()}
    run = Pass(graph, values, gradients, contributions, slopes_shown, kinks, "proved")
    return Report(
        graph,
        run,
        {"proved": run.count},
        tuple(mismatches),
        {what: digits_of_zero(number) for what, number in inexact if is_shown_as_zero(number)},
        bits,
    )


def _pairs(graph: ComputationalGraph, first: Enclosures, slopes: Mapping[Edge, Number]) -> Iterator[Pair]:
    """Each number by two witnesses; of an operation on arrays, what goes back along a direction.

    Two that are exact and equal leave nothing to look at.
    """
    if not graph.is_scalar:
        from graphgen.verification.duals import pairs

        yield from pairs(graph, first)
        return
    second = by_derivatives(graph, first.values, slopes)
    yield from _named("value", graph.ids, graph.ids, first.values, second.values)
    if not first.gradients:
        return
    nodes = [id for _, id, _ in graph.edges]
    # In the order of the backward pass: the operation at fault comes before those that inherit it.
    contributions = list(
        _named("contribution", graph.edges, nodes, first.contributions, second.contributions)
    )
    gradients = list(_named("gradient", graph.ids, graph.ids, first.gradients, second.gradients))
    yield from reversed(contributions)
    yield from reversed(gradients)


def _slope_pairs(slopes: Slopes) -> Iterator[Pair]:
    for edge, by_rule in slopes.by_rules.items():
        numbers = by_rule, slopes.by_sympy[edge]
        if not are_equal(*numbers):
            yield Pair("local derivative", f"∂{edge[1]}/∂{edge[0]}", edge[1], _WITNESSES, numbers)


def _named(
    kind: str, places: Sequence[str | Edge], nodes: Sequence[str], first: Sequence[Any], second: Sequence[Any]
) -> Iterator[Pair]:
    for place, node, one, other in zip(places, nodes, first, second, strict=True):
        if one is not None and not are_equal(one, other) and not is_indeterminate(other):
            yield Pair(kind, _said(place), node, _WITNESSES, (one, other))


def _said(place: str | Edge) -> str:
    return place if isinstance(place, str) else f"{place[0]} → {place[1]}"


def require_known(node: Node, what: str, numbers: tuple[Number, ...]) -> None:
    """Raises EvaluationError for a number of which the highest precision tells too little.

    One that may be 0 is 0, if it can be nothing that a reader would tell from it; so it is where the second
    witness loses what the first one keeps.
    """
    is_wide = not is_known(numbers[0]) and digits_of_zero(numbers[0]) < _DIGITS_OF_ZERO
    if is_wide or not all(is_known(number) or may_be_zero(number) for number in numbers):
        raise EvaluationError(
            f"{what} cannot be told to {CERTAIN_BITS} bits",
            "move the input, or write the formula in another way",
            node.place,
        )


def _inexact(graph: ComputationalGraph, found: Enclosures) -> Iterator[tuple[str, Number]]:
    """Every number that is shown and not exact, with what it is of."""
    numbered: tuple[tuple[str, Sequence[str | Edge], tuple[Any, ...]], ...] = (
        ("the value of", graph.ids, found.values),
        ("the gradient of", graph.ids, found.gradients),
        ("what goes back by", graph.edges, found.contributions),
    )
    for what, places, numbers in numbered:
        for place, number in zip(places, numbers, strict=False):
            if not is_exact(number):
                name = f"{what} {_said(place)}"
                yield from ((name, entry) for entry in entries(number) if not is_exact(entry))


def _cannot_be_decided(undecided: HangsOnError) -> EvaluationError:
    node = undecided.node
    agreeing = f": the first {undecided.agreeing:,} digits agree" if undecided.agreeing else ""
    return EvaluationError(
        f"{node.described} cannot be decided{agreeing}",
        "move an input, or write what is equal as one and the same value",
        node.place,
    )


def _takes_too_long(graph: ComputationalGraph) -> EvaluationError:
    return EvaluationError(
        f"the numbers are not proved after {MAX_SECONDS:g} seconds",
        "split the graph, or show a part of it",
        graph[graph.output].place,
    )
