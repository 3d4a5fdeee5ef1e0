"""What underflow takes from a float rule: its terms once more, each with a bound on what it has lost.

Rounding errors are relative to what is rounded, but for numbers below 2.2e-308, which lose digits until
nothing is left. In a product with a large number that comes to count: 1e300 * sigmoid(-745). Here a rule
is computed on numbers that carry such losses along (a running error analysis, as in the verifier).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphgen.ops import OPERANDS, SCALAR_WORDS, Op, Operands, compiled

_SMALLEST = math.ulp(0.0)
_NORMAL = 2.0**-1022
_ROUNDINGS = 8.0
"""Of the smallest number, for each term: a word may round several times."""


@dataclass(frozen=True, slots=True)
class Lossy:
    """A float, and a bound on what underflow took from it."""

    value: float
    loss: float = 0.0

    def __add__(self, other: Any) -> Lossy:
        return _lossy(self.value + _value(other), self.loss + _loss(other))

    def __sub__(self, other: Any) -> Lossy:
        return self + -other

    def __rsub__(self, other: Any) -> Lossy:
        return -self + other

    def __neg__(self) -> Lossy:
        return Lossy(-self.value, self.loss)

    def __mul__(self, other: Any) -> Lossy:
        value, loss = _value(other), _loss(other)
        lost = abs(self.value) * loss + (abs(value) + loss) * self.loss
        return _lossy(self.value * value, lost)

    def __truediv__(self, other: Any) -> Lossy:
        value, loss = _value(other), _loss(other)
        quotient = self.value / value
        least = abs(value) - loss
        return _lossy(quotient, (self.loss + abs(quotient) * loss) / least if least > 0 else math.inf)

    def __rtruediv__(self, other: float) -> Lossy:
        return Lossy(other) / self

    __radd__, __rmul__ = __add__, __mul__


def _value(number: Any) -> float:
    return number.value if isinstance(number, Lossy) else number


def _loss(number: Any) -> float:
    return number.loss if isinstance(number, Lossy) else 0.0


def _lossy(value: float, loss: float) -> Lossy:
    return Lossy(value, loss + _ROUNDINGS * _SMALLEST if abs(value) < _NORMAL else loss)


def _word(function: Callable[..., float]) -> Callable[..., Any]:
    """A word of the rules on numbers with losses: as far as it moves when an operand moves by its loss."""

    def on_lossy(*operands: Any) -> Any:
        at = [_value(operand) for operand in operands]
        value, lost = function(*at), 0.0
        for i, operand in enumerate(operands):
            if loss := _loss(operand):
                moved = (function(*at[:i], at[i] + by, *at[i + 1 :]) for by in (loss, -loss))
                lost += max(abs(there - value) for there in moved)
        return _lossy(value, lost)

    return on_lossy


@cache
def _words() -> Mapping[str, Callable[..., Any]]:
    return {word: _word(function) for word, function in SCALAR_WORDS.items()}


@cache
def _rule(text: str, letters: str) -> Callable[..., Any]:
    return compiled(text, letters, _words())


def lost(op: Op, position: int, g: float, value: float, at: Operands) -> float:
    """How far underflow may have moved what an op sends back to one operand.

    >>> from graphgen.ops import OPS
    >>> lost(OPS["multiply"], 0, 1.0, 6.0, (2.0, 3.0))
    0.0
    >>> lost(OPS["exp"], 0, 1e300, 1e-320, (-737.0,)) > 1e-24
    True

    What it sends where there is no derivative is no number, and loses nothing.
    """
    rule = _rule(op.vjps[position], "gv" + OPERANDS[: op.arity])
    try:
        loss = _loss(rule(Lossy(g), _lossy(value, 0.0), *at))
    except (ArithmeticError, ValueError):
        return 0.0
    return 0.0 if math.isnan(loss) else loss
