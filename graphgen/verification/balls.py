"""Numbers that certainly hold the truth: exact rationals, and Arb's balls for all others.

A ball is a midpoint and a radius, and every operation on balls gives one that holds each result it
could have (F. Johansson, "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic", 2017).
What a ball is too wide to tell, such as on which side of a kink it lies, raises `UndecidedError`, never a
guess; the caller tries again in a higher precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from threading import RLock
from typing import Any

from flint import arb, ctx, fmpq

Number = Any
"""An exact rational (`flint.fmpq`) or a ball (`flint.arb`)."""

CERTAIN_BITS = 80
"""The bits of a number that is known: 64 are shown at most, and the rest makes the nearest double certain."""
DIGITS = 30
"""Significant digits of what is kept of a ball that is known."""
MAX_EXACT_BITS = 2_048
"""The bits of the two parts of a rational; a longer one goes on as a ball."""
SMALLEST_EXPONENT = -(10**6)
"""The power of 2 below which a number is shown as 0: no reader tells a smaller one from it."""

_SMALLEST = arb(2) ** SMALLEST_EXPONENT
_ZERO = fmpq(0)
_OVERFLOW = fmpq(2**1024 - 2**970)
"""From here on the nearest float is infinite."""
_IN_DIGITS = Context(prec=DIGITS, Emin=MIN_EMIN, Emax=MAX_EMAX)
_one_at_a_time = RLock()
"""FLINT has one precision for all threads of a process."""


class UndefinedError(ArithmeticError):
    """There is no such number: a logarithm of 0, a slope of a root at 0."""


class UndecidedError(ArithmeticError):
    """It hangs on a difference that balls of this precision do not tell from 0.

    `agreeing` is how many digits the two sides have in common.
    """

    def __init__(self, agreeing: int = 0) -> None:
        super().__init__(agreeing)
        self.agreeing = agreeing


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Balls of this precision, for one thread at a time."""
    with _one_at_a_time:
        before, ctx.prec = ctx.prec, bits
        try:
            yield
        finally:
            ctx.prec = before


def exact(number: Fraction | int) -> Number:
    """A rational number as such."""
    return fmpq(number.numerator, number.denominator)


def settled(number: Number) -> Number:
    """The number, as a ball where it is a rational too long to go on with.

    Raises UndefinedError where a rule gave none.
    """
    if isinstance(number, arb):
        if number.is_nan():
            raise UndefinedError
        return _ZERO if number.is_zero() else number
    return shortened(number if isinstance(number, fmpq) else exact(int(number)))


def shortened(number: Number) -> Number:
    """The number, as a ball where it is a rational too long to go on with."""
    is_long = isinstance(number, fmpq) and number.height_bits() > MAX_EXACT_BITS
    return arb(number) if is_long else number


def is_exact(number: Number | None) -> bool:
    return number is None or isinstance(number, fmpq)


def are_equal(one: Number, other: Number) -> bool:
    """Whether two numbers are exact and the same."""
    return isinstance(one, fmpq) and isinstance(other, fmpq) and bool(one == other)


def is_known(number: Number) -> bool:
    """Whether a number is exact, or certain to as many bits as are shown."""
    return isinstance(number, fmpq) or (number.is_finite() and number.rel_accuracy_bits() >= CERTAIN_BITS)


def is_zero(number: Number) -> bool:
    """Whether a number is certainly 0."""
    return bool(number == 0) if isinstance(number, fmpq) else bool(number.is_zero())


def may_be_zero(number: Number) -> bool:
    return bool(number == 0) if isinstance(number, fmpq) else bool(number.contains(0))


def agree(one: Number, other: Number) -> bool:
    """Whether two enclosures of one number overlap."""
    if isinstance(one, fmpq) and isinstance(other, fmpq):
        return bool(one == other)
    return bool(arb(one).overlaps(arb(other)))


def shown(number: Number) -> Fraction | Decimal:
    """A number as it is shown: exactly, or 30 digits of a ball; 0 for one that holds 0.

    >>> shown(fmpq(11, 10)), shown(arb(0) + arb("0 +/- 1e-99"))
    (Fraction(11, 10), Fraction(0, 1))
    """
    if isinstance(number, fmpq):
        return _fraction(int(number.p), int(number.q))
    if number.is_zero() or is_shown_as_zero(number):
        return Fraction(0)
    digits, _, exponent = number.mid_rad_10exp(DIGITS + 5)
    return _IN_DIGITS.plus(Decimal(int(digits)).scaleb(int(exponent), _IN_DIGITS))


@lru_cache(maxsize=4096)  # a page repeats the same few numbers
def _fraction(numerator: int, denominator: int) -> Fraction:
    return Fraction(numerator, denominator)


def is_shown_as_zero(number: Number) -> bool:
    """Whether a number is shown as 0 that is not exactly 0: it may be 0, or is too small for any reader."""
    if isinstance(number, fmpq) or number.abs_lower() > _SMALLEST or number.is_zero():
        return False
    return bool(number.contains(0)) or _exponent(number) < SMALLEST_EXPONENT


def digits_of_zero(number: Number) -> int:
    """How many digits of a number that may be 0 are certainly 0.

    >>> digits_of_zero(arb("0 +/- 1e-99"))
    98
    """
    largest = arb(number).abs_upper()
    if largest.is_zero() or not largest.is_finite():
        return 0
    return -_exponent(largest) * 30_103 // 100_000


def is_beyond_floats(number: Number) -> bool:
    """Whether a number is larger than every float."""
    is_short = isinstance(number, fmpq) and number.height_bits() < 1024
    return not is_short and bool(abs(number) >= _OVERFLOW)


def _exponent(number: Number) -> int:
    """The power of 2 just above a ball's midpoint."""
    mantissa, exponent = number.mid().man_exp()
    return int(exponent) + int(mantissa).bit_length()
