"""Expansions of values beside a point, in powers of ε^(1/240), with the words of the op table's rules.

They are truncated Puiseux series, exact or over balls, on one side of the point: ε is larger than 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import gcd
from typing import Any

from flint import arb, arb_series, fmpq, fmpq_series

from graphgen.verification.balls import Number, UndecidedError, UndefinedError, is_zero, may_be_zero
from graphgen.verification.words import order, subtract

PARTS = 240
"""The parts of 1 that an exponent can have: halves to sixteenths, thirds and fifths."""
LENGTH = 4 * PARTS + 1
"""The length of an expansion, to ε⁴: a root halves it, and a quotient takes off what it divides by."""
_ZERO, _ONE, _HALF = fmpq(0), fmpq(1), fmpq(1, 2)


class OutsideOfDomainError(ArithmeticError):
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
        return Expansion(kind([number], prec=LENGTH))

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
    return LENGTH, _ZERO


def _shifted(x: Expansion, by: int) -> Expansion:
    """An expansion times a power of ε^(1/240); of a negative one, whose factors below are 0."""
    coefficients = [_ZERO] * by + x.coefficients() if by >= 0 else x.coefficients()[-by:]
    known = min(x.series.prec + by, LENGTH)
    kind = type(x.series)
    return Expansion(kind(coefficients[:known], prec=known))


def _divide(x: Any, y: Any) -> Expansion:
    x, y = Expansion.of(x), Expansion.of(y)
    power, _ = _leading(y)
    if power == 0:
        return _together(x, y, lambda x, y: x / y)
    if power == LENGTH or _leading(x)[0] < power:
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
    if power == LENGTH:
        if exponent < 0:
            raise UndefinedError
        known = int(x.series.prec * exponent.p // exponent.q)
        return Expansion(fmpq_series([0], prec=min(known, LENGTH)))
    if order(factor, _ZERO) < 0:
        raise OutsideOfDomainError
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
        raise OutsideOfDomainError
    return _by_series("log")(x)


def _exp(x: Any) -> Expansion:
    return _by_series("exp")(x)


def _by_series(name: str) -> Callable[[Any], Expansion]:
    """A function of FLINT's, over no more powers than an expansion has: over all of them its bounds of tan
    would grow beyond any memory."""

    def function(x: Any) -> Expansion:
        x = Expansion.of(x)
        coefficients = x.coefficients()
        step = gcd(*(power for power, factor in enumerate(coefficients) if not is_zero(factor))) or LENGTH
        series = arb_series(list(map(arb, coefficients[::step])), prec=-(-x.series.prec // step))
        found = getattr(series, name)()
        spread = [part for factor in found.coeffs() for part in (factor, *[_ZERO] * (step - 1))]
        known = min(found.prec * step, x.series.prec)
        return Expansion(arb_series(list(map(arb, spread[:known])), prec=known))

    return function


def _tanh(x: Any) -> Expansion:
    e = _exp(Expansion.of(x) * fmpq(2))
    return _divide(e - _ONE, e + _ONE)


def _side(x: Any, y: Any) -> int:
    """On which side of a kink an expansion is, which it must not touch unless it stays there."""
    difference = Expansion.of(subtract(x, y))
    power, factor = _leading(difference)
    if 0 < power < LENGTH:
        raise UndefinedError
    return order(factor, _ZERO)


WORDS: Mapping[str, Callable[..., Any]] = {
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
