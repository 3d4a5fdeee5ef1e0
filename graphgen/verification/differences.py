"""The third witness: differences of the values alone, in balls.

The gradients of all inputs together are held against (f(x + h·t) − f(x − h·t)) / 2h of the whole graph
along one direction t, local derivatives against the same of one operation. In balls nothing is lost unseen by
cancellation, so one step is enough, as small as the precision allows. What it leaves out, some h² of the
third derivative, is no ball: where a difference disagrees it is taken again with a far smaller step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from flint import arb, fmpq

from graphgen.errors import EvaluationError
from graphgen.graph import ComputationalGraph, Edge, require_time
from graphgen.verification.balls import Number, UndecidedError, UndefinedError, precision
from graphgen.verification.given import weighed
from graphgen.verification.kinks import sides
from graphgen.verification.passes import Enclosures, HangsOnError, forward, slope_along, written
from graphgen.verification.report import Mismatch, Pair
from graphgen.verification.rules import op_rules

_FINER = (1, 4, 16)
"""Times the precision, of the steps that are tried in turn."""
_FINEST = 32_768
_ZERO, _ONE = fmpq(0), fmpq(1)
_CLOSE = fmpq(1, 2**20)
"""How near a difference comes to a derivative, relative to it."""

Along = Callable[[Number], tuple[Number, tuple[int, ...]]]
"""A value, and on which side of each kink it is, by how far an operand, or the inputs, have moved."""


def mismatches(
    graph: ComputationalGraph,
    found: Enclosures,
    slopes: Mapping[Edge, Number],
    kinks: frozenset[str],
    bits: int,
) -> list[Mismatch]:
    """The derivatives that disagree with their differences; `kinks` are the operations on a kink.

    The gradients of all inputs together come first, as they say the most for the least; the local
    derivatives, one by one, where they disagree, or where a kink leaves no such difference.
    """
    along_inputs: list[Mismatch] = []
    if not kinks:
        slope, along = _all_inputs(graph, found)
        along_inputs += _compared("slope along", "all inputs", graph.output, slope, along, bits)
        if not along_inputs:
            return []
    local = [
        mismatch
        for edge, slope in slopes.items()
        if edge[1] not in kinks
        for mismatch in _compared(
            "local derivative",
            f"∂{edge[1]}/∂{edge[0]}",
            edge[1],
            slope,
            _one_operand(graph, found, edge),
            bits,
        )
    ]
    return local or along_inputs


def _compared(kind: str, place: str, node: str, slope: Number, along: Along, bits: int) -> Iterator[Mismatch]:
    """A mismatch where a slope is not that of the differences at any of the steps.

    Those of x√x at 0 come to its slope as slowly as √h: what is still on its way there tells nothing.
    """
    difference, is_on_its_way = None, False
    for finer in _FINER:
        finest = min(finer * bits, _FINEST)
        with precision(finest):
            before, difference = difference, _difference(along, fmpq(1, 2 ** (finest // 3)))
            if difference is None or _is_close(slope, difference):
                return
            if before is not None:
                is_on_its_way = bool(2 * abs(difference - slope) < abs(before - slope))
    if is_on_its_way:
        return
    yield Pair(kind, place, node, ("derivatives", "differences"), (slope, difference)).mismatch()


def _is_close(slope: Number, difference: Number) -> bool:
    far = abs(arb(slope) - difference) - _CLOSE * (abs(arb(slope)) + _CLOSE)
    return not far > 0


def _difference(along: Along, step: Number) -> Number | None:
    """The slope by a central difference, at the edge of a domain by a one-sided one; None where it tells
    nothing."""
    found: list[tuple[Number, Number, tuple[int, ...]]] = []
    for at in (step, -step, _ZERO):
        require_time()
        if len(found) < 2:
            with suppress(UndefinedError, UndecidedError, EvaluationError, HangsOnError):
                found.append((at, *along(at)))
    if len(found) < 2:
        return None
    (here, above, one_side), (there, below, other_side) = found
    if one_side != other_side:
        return None
    slope = arb(above - below) / (here - there)
    return slope if slope.is_finite() else None


def _one_operand(graph: ComputationalGraph, found: Enclosures, edge: Edge) -> Along:
    op = graph[edge[1]].op
    assert op is not None
    before, (at, *after) = _split([found.values[graph.index[id]] for id in graph[edge[1]].operands], edge[2])
    scale = _scale(at)
    value, _ = op_rules(op)

    def along(step: Number) -> tuple[Number, tuple[int, ...]]:
        moved = (*before, at + step * scale, *after)
        return value(*moved) / scale, tuple(sides(graph[edge[1]], moved))

    return along


def _split(operands: list[Number], position: int) -> tuple[list[Number], list[Number]]:
    return operands[:position], operands[position:]


def _scale(x: Number) -> Number:
    """A step's unit at a number: itself where it is small, else 1."""
    return x if abs(x) < _ONE and x != _ZERO else _ONE


def _all_inputs(graph: ComputationalGraph, found: Enclosures) -> tuple[Number, Along]:
    """The slope along one direction over all inputs, by the gradients, and the output along it."""
    inputs = [(graph.index[node.id], 1 + i % 7) for i, node in enumerate(graph.inputs)]
    inputs = [(i, t) for i, t in inputs if graph.has_gradient(graph.ids[i])]
    steps = {i: t * _unit(found.values[i]) for i, t in inputs}
    given = written(graph, found.values)
    kinked = [(index, operands) for index, op, operands in graph.operations if op.agreed]

    def along(step: Number) -> tuple[Number, tuple[int, ...]]:
        moved = {i: given[i] + step * t for i, t in steps.items()}
        values = forward(graph, given | moved)
        found_sides = (
            side for index, at in kinked for side in sides(graph.nodes[index], [values[i] for i in at])
        )
        return weighed(graph, values[graph.index[graph.output]]), tuple(found_sides)

    return slope_along(found, steps), along


def _unit(value: Any) -> Any:
    if not hasattr(value, "shape"):
        return _scale(value)
    import numpy as np

    return np.frompyfunc(_scale, 1, 1)(value)
