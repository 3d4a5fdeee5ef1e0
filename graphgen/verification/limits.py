"""0 times an infinite slope, found as a limit: what a value changes by, by one-sided expansions.

At x = 0 the slope of √x is infinite and that of its square is 0, yet (√x)² = x has the slope 1. Where
reverse mode meets such a product, the operand is moved by ±ε, and its expansion in powers of ε^(1/240)
is carried on to the output (a Puiseux series). The slope is the factor of ε, if no lower power is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from flint import arb, arb_series, ctx, fmpq, fmpq_series

from graphgen.errors import EvaluationError
from graphgen.graph import ComputationalGraph, Edge, Node, derivative_error
from graphgen.ops import OPERANDS, Op
from graphgen.verification.balls import (
    Number,
    UndecidedError,
    UndefinedError,
    agree,
    is_zero,
    may_be_zero,
    order,
    subtract,
)
from graphgen.verification.passes import HangsOnError
from graphgen.verification.reading import compiled

PARTS = 240
"""Of 1 that an exponent can have: halves to sixteenths, thirds and fifths."""
_LENGTH = 4 * PARTS + 1
"""Of an expansion, to ε⁴: a root halves it, and a quotient takes off what it divides by."""
_ZERO, _ONE, _HALF = fmpq(0), fmpq(1), fmpq(1, 2)


def slope(
    graph: ComputationalGraph, values: tuple[Any, ...], edges: Sequence[Edge], place: tuple[int, ...] = ()
) -> Number:
    """What the output changes by with a value, or with an entry of it, as a limit.

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
        except _OutsideOfDomainError:
            continue
        except UndefinedError:
            raise no_slope(node, edge) from None
        except UndecidedError as undecided:
            raise HangsOnError(node, undecided.agreeing) from None
    if not found or not all(agree(found[0], other) for other in found):
        raise no_slope(node, edge)
    return found[0]


@contextmanager
def _long_series() -> Iterator[None]:
    """FLINT keeps ten terms of a series unless told otherwise."""
    before, ctx.cap = ctx.cap, _LENGTH
    try:
        yield
    finally:
        ctx.cap = before


def no_slope(node: Node, edge: Edge) -> EvaluationError:
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
        at: list[Any] = [moved.get(i, values[i]) for i in operands]
        brought = [position for _, id, position in edges if id == graph.ids[index]]
        if not brought and moved.keys().isdisjoint(operands):
            continue
        for position in brought:
            at[position] = start
        moved[index] = _value(graph.nodes[index], op, at)
    end = moved[graph.index[graph.output]]
    total = sum(end.flat[1:], start=end.flat[0]) if hasattr(end, "flat") else end
    return sign * _slope(total)


def _slope(moved: Any) -> Number:
    """The factor of ε; raises UndefinedError where a lower power of ε has one."""
    if not isinstance(moved, Expansion):
        return _ZERO
    if moved.series.prec <= PARTS:
        raise UndefinedError
    coefficients = [*moved.coefficients(), *[_ZERO] * _LENGTH]
    for lower in coefficients[1:PARTS]:
        if not may_be_zero(lower):
            raise UndefinedError
        if not is_zero(lower):
            raise UndecidedError
    return coefficients[PARTS]


def _moved(value: Any, place: tuple[int, ...], sign: int) -> Any:
    if not hasattr(value, "shape"):
        return Expansion.of(value) + Expansion(fmpq_series([0] * PARTS + [sign], prec=_LENGTH))
    array = value.copy()
    array[place] = _moved(value[place], (), sign)
    return array


def _value(node: Node, op: Op, at: list[Any]) -> Any:
    if not node.shape and op.is_elementwise:
        return _scalar_rule(op)(*at)
    import numpy as np

    from graphgen.verification.arrays import plain

    if op.is_elementwise:
        return plain(np.frompyfunc(_scalar_rule(op), op.arity, 1)(*at))
    return plain(_array_rule(op)(*at, **{**op.parameters, **dict(node.parameters)}))


@cache
def _scalar_rule(op: Op) -> Callable[..., Any]:
    """SymPy's form of the value, which has no kinks where the function has none."""
    from graphgen.algebra import rules_in_words

    return compiled(rules_in_words(op)[0], OPERANDS[: op.arity], _WORDS)


@cache
def _array_rule(op: Op) -> Callable[..., Any]:
    import numpy as np

    from graphgen.verification.arrays import ARRAY_WORDS, entrywise, folded

    exp, log, divide = (entrywise(_WORDS[name]) for name in ("exp", "log", "divide"))

    def softmax(x: Any) -> Any:
        e = exp(x)
        return divide(e, np.add.reduce(e, axis=-1, keepdims=True))

    words = {
        **ARRAY_WORDS,
        **{name: entrywise(word) for name, word in _WORDS.items()},
        "amax": folded(_WORDS["max"]),
        "matmul": np.matmul,
        "softmax": softmax,
        "log_softmax": lambda x: log(softmax(x)),
    }
    return compiled(op.value, (*OPERANDS[: op.arity], *op.parameters), words)


class _OutsideOfDomainError(ArithmeticError):
    """On this side of the point there is no value."""


@dataclass(frozen=True)
class Expansion:
    """A truncated power series in ε^(1/240), exact or over balls."""

    series: Any

    @staticmethod
    def of(number: Any) -> Expansion:
        if isinstance(number, Expansion):
            return number
        kind = fmpq_series if isinstance(number, fmpq | int) else arb_series
        return Expansion(kind([number], prec=_LENGTH))

    def coefficients(self) -> list[Number]:
        return list(self.series.coeffs())

    def over_balls(self) -> Any:
        return arb_series(list(map(arb, self.coefficients())), prec=self.series.prec)

    def __add__(self, other: Any) -> Expansion:
        return _together(self, Expansion.of(other), lambda x, y: x + y)

    def __sub__(self, other: Any) -> Expansion:
        return _together(self, Expansion.of(other), lambda x, y: x - y)

    def __mul__(self, other: Any) -> Expansion:
        return _together(self, Expansion.of(other), lambda x, y: x * y)

    def __truediv__(self, other: Any) -> Expansion:
        return _divide(self, other)

    def __neg__(self) -> Expansion:
        return Expansion(-self.series)

    def __radd__(self, other: Any) -> Expansion:
        return self + other

    def __rsub__(self, other: Any) -> Expansion:
        return Expansion.of(other) - self

    def __rmul__(self, other: Any) -> Expansion:
        return self * other


def _together(x: Expansion, y: Expansion, operation: Callable[[Any, Any], Any]) -> Expansion:
    if isinstance(x.series, fmpq_series) and isinstance(y.series, fmpq_series):
        return Expansion(operation(x.series, y.series))
    return Expansion(operation(x.over_balls(), y.over_balls()))


def _leading(x: Expansion) -> tuple[int, Number]:
    """The lowest power of an expansion and its factor; raises UndecidedError where balls do not tell."""
    for power, factor in enumerate(x.coefficients()):
        if not may_be_zero(factor):
            return power, factor
        if not is_zero(factor):
            raise UndecidedError
    return _LENGTH, _ZERO


def _shifted(x: Expansion, by: int) -> Expansion:
    """An expansion times a power of ε^(1/240); of a negative one, whose factors below are 0."""
    coefficients = [_ZERO] * by + x.coefficients() if by >= 0 else x.coefficients()[-by:]
    known = min(x.series.prec + by, _LENGTH)
    kind = type(x.series)
    return Expansion(kind(coefficients[:known], prec=known))


def _divide(x: Any, y: Any) -> Expansion:
    x, y = Expansion.of(x), Expansion.of(y)
    power, _ = _leading(y)
    if power == 0:
        return _together(x, y, lambda x, y: x / y)
    if power == _LENGTH or _leading(x)[0] < power:
        raise UndefinedError
    return _divide(_shifted(x, -power), _shifted(y, -power))


def _pow(x: Any, y: Any) -> Expansion:
    x, y = Expansion.of(x), Expansion.of(y)
    constant = y.coefficients()[:1]
    if len(y.coefficients()) > 1 or not isinstance(y.series, fmpq_series):
        return _exp(y * _log(x))
    exponent = constant[0] if constant else _ZERO
    if exponent.q == 1 and exponent >= 0:
        return _whole_power(x, int(exponent))
    power, factor = _leading(x)
    if exponent.q == 1:
        return _divide(_ONE, _whole_power(x, -int(exponent)))
    if power == _LENGTH:
        if exponent < 0:
            raise UndefinedError
        known = int(x.series.prec * exponent.p // exponent.q)
        return Expansion(fmpq_series([0], prec=min(known, _LENGTH)))
    if order(factor, _ZERO) < 0:
        raise _OutsideOfDomainError
    if (exponent < 0 and power) or (power * exponent).q != 1:
        raise UndefinedError
    unit = _exp(Expansion.of(exponent) * _log(_shifted(x, -power)))
    return _shifted(unit, int(power * exponent))


def _whole_power(x: Expansion, n: int) -> Expansion:
    result = Expansion.of(_ONE)
    for bit in f"{n:b}":
        result = result * result
        result = result * x if bit == "1" else result
    return result


def _log(x: Any) -> Expansion:
    x = Expansion.of(x)
    power, factor = _leading(x)
    if power:
        raise UndefinedError
    if order(factor, _ZERO) < 0:
        raise _OutsideOfDomainError
    return Expansion(x.over_balls().log())


def _exp(x: Any) -> Expansion:
    return _by_series("exp")(x)


def _by_series(name: str) -> Callable[[Any], Expansion]:
    return lambda x: Expansion(getattr(Expansion.of(x).over_balls(), name)())


def _tanh(x: Any) -> Expansion:
    e = _exp(Expansion.of(x) * fmpq(2))
    return _divide(e - _ONE, e + _ONE)


def _side(x: Any, y: Any) -> int:
    """On which side of a kink an expansion is, which it must not touch unless it stays there."""
    difference = Expansion.of(subtract(x, y))
    power, factor = _leading(difference)
    if 0 < power < _LENGTH:
        raise UndefinedError
    return order(factor, _ZERO)


_WORDS: Mapping[str, Callable[..., Any]] = {
    **{name: _by_series(name) for name in ("sin", "cos", "tan", "atan", "erf")},
    "exp": _exp,
    "log": _log,
    "tanh": _tanh,
    "sqrt": lambda x: _pow(x, _HALF),
    "pow": _pow,
    "choose": lambda condition, one, other: one() if condition() else other(),
    "subtract": subtract,
    "divide": _divide,
    "abs": lambda x: x if _side(x, _ZERO) >= 0 else -x,
    "max": lambda x, y: x if _side(x, y) >= 0 else y,
    "min": lambda x, y: y if _side(x, y) >= 0 else x,
    "greater": lambda x, y: _side(x, y) > 0,
    "at_least": lambda x, y: _side(x, y) >= 0,
    "less": lambda x, y: _side(x, y) < 0,
    "at_most": lambda x, y: _side(x, y) <= 0,
    "equal": lambda x, y: _side(x, y) == 0,
}
"""The words of values over expansions."""
