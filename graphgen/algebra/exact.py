"""Small closed values, such as 11/5, sqrt(2) and exp(2), for numbers that are proven already.

They are found when somebody asks for them: a number that is not rational is tried as SymPy's form of its
operation at the closed values of the operands, and kept where that stays small and has the proven
digits; else it is given in digits, as a `sympy.Float`, which says so by its type.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

import sympy as sp

from graphgen.algebra.derivatives import expression, local_derivatives, symbols
from graphgen.graph import Pass, is_time_left, time_limit
from graphgen.ops import Op

DIGITS = 30
"""Significant digits of a value that is not given in closed form."""
MAX_BITS = 2048
"""Size of a number's numerators and denominators together."""
MAX_PARTS = 60
"""Parts of a closed value, such as the 3 of sin(1)/3."""
MAX_SECONDS = 10.0
"""Time in which closed values of one graph are looked for; what is not found then stays in digits."""
MAX_NESTING = 5
"""Powers and functions within one another in a closed value.

SymPy evaluates what stands in an exponent, or in a tangent, twice: once for its size, and once in digits. So
the time doubles with each that stands within another.
"""

_GIVING_UP = (ArithmeticError, ValueError, TypeError, AttributeError)
"""The errors by which SymPy gives up: Max of what it cannot compare, atan, whose refusal trips its cache."""
# What stands for a decision that SymPy could not take, as for sin(1)**2 + cos(1)**2 - 1 > 0.
_UNDECIDED = (sp.Piecewise, sp.core.relational.Relational, sp.Max, sp.Min, sp.Abs, sp.sign)


@time_limit(MAX_SECONDS)
def closed_pass(proven: Pass[Any]) -> Pass[sp.Expr]:
    """The same numbers as SymPy has them; arrays entry by entry, in rationals and digits.

    Proven numbers are Fractions where they are exact, else Decimals; where nothing was proved, floats.
    """
    graph = proven.graph
    values = dict(zip(graph.ids, map(_written, proven.node_values), strict=bool(proven.node_values)))

    def at(formula: sp.Expr, id: str) -> sp.Expr | None:
        op = graph[id].op
        assert op is not None
        operands = tuple(values[operand] for operand in graph[id].operands)
        return number_at(formula, op, operands) if is_time_left() else None

    for index, op, _ in graph.operations if values else ():
        id, number = graph.ids[index], proven.node_values[index]
        if isinstance(number, Decimal) and op.is_elementwise:
            values[id] = _closed(at(expression(op), id), number)
    slopes = {}
    for (operand, id, position), number in proven.local_derivatives.items():
        form = at(local_derivatives(graph[id].op)[position], id) if isinstance(number, Decimal) else None
        slopes[operand, id, position] = _closed(form, number)
    gradients = {id: _written(number) for id, number in proven.gradients.items()}
    contributions = {edge: _written(number) for edge, number in proven.contributions.items()}
    for edge, number in reversed([*proven.contributions.items()]):
        operand, id, _ = edge
        if isinstance(number, Decimal):
            contributions[edge] = _closed(gradients[id] * slopes[edge] if edge in slopes else None, number)
        total = proven.gradients[operand]
        if isinstance(total, Decimal) and edge == graph.uses[operand][0]:
            gradients[operand] = _closed(sum(map(contributions.__getitem__, graph.uses[operand])), total)
    return replace(
        proven,
        node_values=tuple(values.values()),
        node_gradients=tuple(map(gradients.get, graph.ids)) if proven.node_gradients else (),
        edge_contributions=tuple(map(contributions.get, graph.edges)) if proven.edge_contributions else (),
        local_derivatives=slopes,
        node_tangents=tuple(map(_written, proven.node_tangents)),
    )


def is_exact(value: sp.Expr) -> bool:
    """Whether a value is exact, not digits of one."""
    return isinstance(value, sp.Rational) or not value.has(sp.Float)


def number_at(formula: sp.Expr, op: Op, operands: tuple[sp.Expr, ...]) -> sp.Expr | None:
    """A formula over `symbols(op)` at numbers: exact where that stays small, else in digits.

    None where it is not a finite real number.
    """
    place = dict(zip(symbols(op), operands, strict=True))
    value = None
    if all(map(is_exact, operands)) and not would_swell(op, operands):
        with suppress(*_GIVING_UP):
            value = formula.xreplace(place)
    with suppress(*_GIVING_UP):
        if value is None or value.has(*_UNDECIDED):
            digits_of = {symbol: sp.N(number, 2 * DIGITS) for symbol, number in place.items()}
            value = formula.evalf(2 * DIGITS, subs=digits_of)
        if not _is_small(value):
            value = sp.N(value, DIGITS)
        digits = value if value.is_Rational else sp.N(value, DIGITS)
        return value if digits.is_real and digits.is_finite else None
    return None


def _written(number: Any) -> Any:
    """A proven number for SymPy: a rational, or its digits; of an array, each entry."""
    if hasattr(number, "shape"):
        import numpy as np

        return np.frompyfunc(_written, 1, 1)(number)
    if number is None:
        return None
    return sp.Rational(number) if isinstance(number, Fraction) else sp.Float(str(number), DIGITS)


def _closed(form: Any, proven: Any) -> Any:
    """A form that has the digits which are proven, where it is exact and small; else the number itself."""
    if form is not None and is_exact(form) and _is_small(form):
        digits = sp.N(form, DIGITS)
        if digits.is_Float and abs(digits - sp.Float(str(proven), DIGITS)) <= abs(digits) * sp.Float(10) ** (
            9 - DIGITS
        ):
            return form
    return _written(proven)


def _is_small(value: sp.Expr) -> bool:
    if isinstance(value, sp.Rational):
        return _bits(value) <= MAX_BITS
    if not has_at_most(value, MAX_PARTS) or sum(map(_bits, value.atoms(sp.Rational))) > MAX_BITS:
        return False
    if any(_is_long(*power.as_base_exp()) for power in value.atoms(sp.Pow)):
        return False
    return _nesting(value) <= MAX_NESTING


def _nesting(value: sp.Basic) -> int:
    """How many powers and functions stand within one another; a root of a number counts for none."""
    within = max(map(_nesting, value.args), default=0)
    is_root = isinstance(value, sp.Pow) and all(part.is_Rational for part in value.args)
    return within + (isinstance(value, sp.Pow | sp.Function) and not is_root)


def has_at_most(value: sp.Expr, parts: int) -> bool:
    """Whether an expression has no more parts than that."""
    return len(list(islice(sp.preorder_traversal(value), parts + 1))) <= parts


def _bits(number: sp.Rational) -> int:
    return int(number.p.bit_length() + number.q.bit_length())


def would_swell(op: Op, operands: tuple[sp.Expr, ...]) -> bool:
    """Whether SymPy would write out a long power: of (10/9)**1e9, or of exp(1e9*log(10/9))."""
    if op.operator == "**":
        return _is_long(*operands)
    logarithms = sp.Tuple(*(operand for operand in operands if operand.has(sp.log)))
    return _is_long(logarithms, logarithms)


def _is_long(base: sp.Basic, exponent: sp.Basic) -> bool:
    """Whether a power is long where SymPy multiplies it out: 2**(999/1000) as the root of 2**999."""
    bits = max(map(_bits, base.atoms(sp.Rational)), default=0)
    times = max((max(abs(number.p), number.q) for number in exponent.atoms(sp.Rational)), default=0)
    return bool(bits * times > MAX_BITS)
