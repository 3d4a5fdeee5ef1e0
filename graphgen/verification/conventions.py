"""Where the conventions at kinks give another gradient than the function has.

relu(x) − relu(−x) is x, with the slope 1; at 0 the conventions of both relus make it 0, in reverse mode
anywhere (S. Kakade, J. Lee: Provably correct automatic subdifferentiation for qualified programs, 2018).
So what leads to an operation on its kink is moved a little to either side. Where the differences on both
come to one slope, the function has a derivative, and the gradient has to be that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from math import prod
from typing import Any

from flint import arb, fmpq

from graphgen.errors import EvaluationError
from graphgen.graph import ComputationalGraph
from graphgen.verification.balls import Number, UndecidedError, UndefinedError, precision
from graphgen.verification.given import Given, weighed, zeros
from graphgen.verification.passes import Enclosures, HangsOnError, forward, slope_along, written
from graphgen.verification.rules import entries

_MOST_ENTRIES = 10_000
"""Entries that are computed at most to move each by itself; of a larger graph the inputs move together."""
_FINER = (1, 4)
"""Times the precision, of the steps that have to come to one slope."""
_CLOSE = fmpq(1, 2**20)

Move = Mapping[int, Any]
"""How far nodes move, by their places in `graph.nodes`."""


def require_gradients(graph: ComputationalGraph, found: Enclosures, kinks: frozenset[str], bits: int) -> None:
    """Raises EvaluationError for a gradient by conventions that is not the derivative, where there is one.

    `kinks` are the operations on a kink.
    """
    bases = _bases(graph, written(graph, found.values), bits)
    last = graph.index[graph.output]
    for move in _moves(graph, kinks):
        gradient = slope_along(found, move)
        (derivative,) = _slopes(graph, bases, move, lambda values: [weighed(graph, values[last])])
        what = f"the derivative with respect to {graph.nodes[min(move)].described}"
        _require_same(graph, kinks, what, gradient, derivative)


def require_tangents(
    graph: ComputationalGraph,
    given: Given,
    move: Move,
    tangents: tuple[Any, ...],
    kinks: frozenset[str],
    bits: int,
) -> None:
    """The same for what forward mode finds of every node along a move of inputs."""
    bases = _bases(graph, given, bits)
    found = iter(_slopes(graph, bases, move, lambda values: [*chain(*map(entries, values))]))
    for node, tangent in zip(graph, tangents, strict=True):
        for entry in entries(tangent):
            _require_same(graph, kinks, f"the tangent of {node.described}", entry, next(found))


def _require_same(
    graph: ComputationalGraph,
    kinks: frozenset[str],
    what: str,
    by_rules: Number,
    by_differences: Number | None,
) -> None:
    if by_differences is None or _are_close(by_rules, by_differences):
        return
    kink = next(node for node in graph if node.id in kinks)
    raise EvaluationError(
        f"{what} is {_in_text(by_differences)}, where conventions at kinks, as of {kink.described}, "
        f"make it {_in_text(by_rules)}",
        "move an input, or write the formula without the kink",
        kink.place,
    )


def _moves(graph: ComputationalGraph, kinks: frozenset[str]) -> Iterator[Move]:
    """An entry at a time of what leads to a kink; of a large graph the inputs together."""
    leading = _leading_to(graph, kinks)
    sizes = {index: prod(node.shape) for index, node in enumerate(graph)}
    if sum(map(sizes.__getitem__, leading)) * sum(sizes.values()) > _MOST_ENTRIES:
        inputs = [index for index in leading if graph.nodes[index].op is None]
        yield {index: zeros(graph.nodes[index].shape) + fmpq(1 + index % 7) for index in inputs}
        return
    for index in leading:
        for place in range(sizes[index]):
            yield {index: _unit(graph.nodes[index].shape, place)}


def _leading_to(graph: ComputationalGraph, kinks: frozenset[str]) -> list[int]:
    """The places of what has a gradient and leads by an operation on a kink to the output."""
    leading: set[int] = set()
    at_kinks = kinks & graph.on_path
    for index, _, operands in reversed(graph.operations):
        if index in leading or graph.ids[index] in at_kinks:
            leading.update(operands)
    return sorted(index for index in leading if graph.varies[index])


def _unit(shape: tuple[int, ...], place: int) -> Any:
    if not shape:
        return fmpq(1)
    unit = zeros(shape)
    unit.flat[place] = fmpq(1)
    return unit


def _bases(graph: ComputationalGraph, given: Given, bits: int) -> dict[int, tuple[Any, ...]]:
    """The values that the steps start from, by the precision of each."""
    bases = {}
    for finer in _FINER:
        with precision(finer * bits):
            bases[finer * bits] = forward(graph, given)
    return bases


def _slopes(
    graph: ComputationalGraph,
    bases: Mapping[int, tuple[Any, ...]],
    move: Move,
    told: Callable[[tuple[Any, ...]], list[Number]],
) -> list[Number | None]:
    """The slopes along a move of the numbers that are told, where differences on both sides come to one.

    Nothing is known, None, of a slope that they do not come to, and of all where a step has no value.
    """
    found: list[list[Number | None]] = []
    for bits, values in bases.items():
        with precision(bits):
            step = fmpq(1, 2 ** (bits // 3))
            here, given = told(values), written(graph, values)
            try:
                before, after = (
                    told(forward(graph, {**given, **{i: values[i] + by * t for i, t in move.items()}}))
                    for by in (-step, step)
                )
            except (UndefinedError, UndecidedError, EvaluationError, HangsOnError):
                return [None] * len(here)
            found.append(
                [
                    _one(arb(y - x) / step, arb(z - y) / step)
                    for x, y, z in zip(before, here, after, strict=True)
                ]
            )
    return [None if None in pair else _one(*pair) for pair in zip(*found, strict=True)]


def _one(slope: Number, other: Number) -> Number | None:
    return other if _are_close(slope, other) else None


def _are_close(slope: Number, other: Number) -> bool:
    """Whether two slopes are certainly the same, but for what a small step leaves out."""
    return bool(abs(arb(slope) - other) <= _CLOSE * (abs(arb(slope)) + abs(arb(other))))


def _in_text(number: Number) -> str:
    return f"{float(arb(number)):.6g}"
