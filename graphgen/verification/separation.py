"""Whether a number that no ball tells from 0 is 0: decided for what roots and arithmetic make of rationals.

Such a number is α/β, where α and β are algebraic integers in a field whose degree d is at most the product
of the degrees of all the roots. The absolute values of all conjugates of α are at most u, those of β at
most l. The product of the conjugates of an α other than 0 is a whole number other than 0, so that |α| is at
least u^(1 − d), and |α/β| at least u^(1 − d) / l. A ball below that holds nothing else but 0.

This is the bound of C. Burnikel, S. Funke, K. Mehlhorn, S. Schirra and S. Schmitt, "A separation bound for
real algebraic expressions", Algorithmica 55 (2009). It is kept in whole bits, rounded up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations
from math import prod
from typing import Any

from flint import arb, fmpq

from graphgen.graph import ComputationalGraph
from graphgen.verification.balls import Number, agree, is_exact

MOST_NODES = 200
"""The nodes behind a number that is looked at."""
_MOST_BITS = 1 << 16
"""The bits of a bound that is of use: no ball is narrower."""


@dataclass(frozen=True)
class Bound:
    """How large all conjugates of α and of β are at most, in bits, and the degree of each root within."""

    above: int
    below: int
    roots: dict[int, int] = field(default_factory=dict)

    @property
    def bits(self) -> int:
        """A number other than 0 is at least 2 to the power of minus this."""
        return self.above * (prod(self.roots.values()) - 1) + self.below


def settle_zero(graph: ComputationalGraph, values: list[Any], index: int) -> None:
    """Puts 0 in the place of a node's value, a ball, where it can be nothing else.

    `values` holds those of all nodes before it, by their places.
    """
    if values[index].contains(0):
        found = bound(graph, values, index)
        if found is not None and _is_below(values[index], found):
            values[index] = fmpq(0)


def settle_ties(graph: ComputationalGraph, values: list[Any], operands: Sequence[int]) -> None:
    """Gives nodes one and the same value, where their balls overlap and can be nothing but one number."""
    for one, other in combinations(operands, 2):
        first, second = values[one], values[other]
        if not (isinstance(first, arb) or isinstance(second, arb)) or not agree(first, second):
            continue
        x, y = bound(graph, values, one), bound(graph, values, other)
        if x and y and _is_below(arb(first) - second, _sum(x, y)):
            values[one] = values[other] = first if is_exact(first) else second


def _is_below(ball: arb, bound: Bound) -> bool:
    return bound.bits <= _MOST_BITS and bool(ball.abs_upper() < arb(2) ** -bound.bits)


def bound(graph: ComputationalGraph, values: Sequence[Any], index: int) -> Bound | None:
    """The bound of a node's value; None where it is of something else, or of too much."""
    found: dict[int, Bound | None] = {}
    waiting = [index]
    while waiting:
        at = waiting[-1]
        operands = () if is_exact(values[at]) else _operands(graph, at)
        missing = [operand for operand in operands if operand not in found]
        if missing and len(found) + len(waiting) < MOST_NODES:
            waiting += missing
        else:
            found[at] = None if missing else _of_node(graph, values, at, [found[i] for i in operands])
            waiting.pop()
    return found[index]


def _operands(graph: ComputationalGraph, index: int) -> tuple[int, ...]:
    return tuple(graph.index[id] for id in graph.nodes[index].operands)


def _of_node(
    graph: ComputationalGraph, values: Sequence[Any], index: int, operands: Sequence[Bound | None]
) -> Bound | None:
    node, value = graph.nodes[index], values[index]
    if isinstance(value, fmpq):
        return Bound((abs(int(value.p)) - 1).bit_length(), (int(value.q) - 1).bit_length())
    if node.op is None or node.shape:
        return None
    at = [values[i] for i in _operands(graph, index)]
    for operand, bound in zip(at, operands, strict=True):
        if operand is value:  # the larger of two, what a condition chose
            return bound
    bounds = [bound for bound in operands if bound is not None]
    if len(bounds) < len(operands):
        return None
    if node.op.operator in ("+", "-") and len(bounds) > 1:
        return reduce(_sum, bounds)
    match node.op.name, bounds:
        case "multiply", [x, y]:
            return Bound(x.above + y.above, x.below + y.below, x.roots | y.roots)
        case "divide", [x, y]:
            return Bound(x.above + y.below, x.below + y.above, x.roots | y.roots)
        case (("negate" | "abs" | "identity"), [x]):
            return x
        case "square", [x]:
            return _power(x, fmpq(2), index)
        case "sqrt", [x]:
            return _power(x, fmpq(1, 2), index)
        case "power", [x, _] if isinstance(at[1], fmpq):
            return _power(x, at[1], index)
    return None


def _sum(x: Bound, y: Bound) -> Bound:
    return Bound(max(x.above + y.below, x.below + y.above) + 1, x.below + y.below, x.roots | y.roots)


def _power(x: Bound, exponent: Number, index: int) -> Bound | None:
    """The root whose degree is the exponent's denominator, to the power of its numerator."""
    degree, times = int(exponent.q), int(exponent.p)
    if max(degree, abs(times)) * (x.above + x.below + 1) > _MOST_BITS:
        return None
    if degree > 1:
        above, below = x.above, x.below
        if above >= below:  # the root of α β^(k − 1), over β
            above = -(-(above + (degree - 1) * below) // degree)
        else:  # α, over the root of α^(k − 1) β
            below = -(-((degree - 1) * above + below) // degree)
        x = Bound(above, below, x.roots | {index: degree})
    if times < 0:
        x = Bound(x.below, x.above, x.roots)
    return Bound(abs(times) * x.above, abs(times) * x.below, x.roots)
