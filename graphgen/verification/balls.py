"""Numbers that certainly hold the truth: exact rationals, and Arb's balls for all others.

A ball is a midpoint and a radius, and every operation on balls gives one that holds each result it
could have (F. Johansson, "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic", 2017).
The rules of the op table are read here over balls. What a ball is too wide to tell, such as on which
side of a kink it lies, raises `UndecidedError`, never a guess; the caller tries again in a higher precision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache
from threading import RLock
from typing import Any

from flint import arb, ctx, fmpq, fmpz

Number = Any
"""An exact rational (`flint.fmpq`) or a ball (`flint.arb`)."""

CERTAIN_BITS = 80
"""Of a number that is known: 64 are shown at most, and the rest makes the nearest double certain."""
DIGITS = 30
"""Significant digits of what is kept of a ball that is known."""
MAX_EXACT_BITS = 2_048
"""Of the two parts of a rational; a longer one goes on as a ball."""
SMALLEST_EXPONENT = -(10**6)
"""Of 2, in a number that is not shown as 0: no reader tells a smaller one from it."""

_ZERO, _ONE, _HALF = fmpq(0), fmpq(1), fmpq(1, 2)
_OVERFLOW = fmpq(2**1024 - 2**970)
"""From here on the nearest float is infinite."""
_IN_DIGITS = Context(prec=DIGITS, Emin=-(10**17), Emax=10**17)
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
    with _one_at_a_time, ctx.workprec(bits):
        yield


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
    if not isinstance(number, fmpq):
        return number
    is_long = number.p.bit_length() > MAX_EXACT_BITS or number.q.bit_length() > MAX_EXACT_BITS
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
    """What is shown of a number: exactly, or 30 digits of a ball; 0 of one that holds 0.

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
    if isinstance(number, fmpq) or number.is_zero():
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
    return bool(abs(number) >= _OVERFLOW)


def _exponent(number: Number) -> int:
    """The power of 2 just above a ball's midpoint."""
    mantissa, exponent = number.mid().man_exp()
    return int(exponent) + int(mantissa).bit_length()


def choose(condition: Callable[[], bool], one: Callable[[], Number], other: Callable[[], Number]) -> Number:
    """One of two numbers; a ball that holds both where the condition cannot be told."""
    try:
        return one() if condition() else other()
    except UndecidedError:
        return arb(one()).union(arb(other()))


def subtract(x: Any, y: Any) -> Any:
    """The difference: exactly 0 of one and the same value, which that of two balls never is."""
    return _ZERO if x is y else x - y


def order(x: Number, y: Number) -> int:
    """1, 0 or −1 as x is larger than y, equal or smaller. Raises UndecidedError."""
    difference = subtract(x, y)
    if isinstance(difference, fmpq):
        return (difference > 0) - (difference < 0)
    if difference > 0:
        return 1
    if difference < 0:
        return -1
    if difference.is_zero():
        return 0
    raise UndecidedError(
        digits_of_zero(difference) - digits_of_zero(arb(x).abs_upper())
        if y != 0
        else digits_of_zero(difference)
    )


def divide(x: Number, y: Number) -> Number:
    if is_zero(y):
        raise UndefinedError
    if may_be_zero(y):
        raise UndecidedError(digits_of_zero(y))
    return x / y


def pow(x: Number, y: Number) -> Number:
    if isinstance(y, fmpq):
        if y.q == 1:
            return _whole_power(x, int(y))
        sign = order(x, _ZERO)
        if sign < 0 or (sign == 0 and y < 0):
            raise UndefinedError
        if sign == 0:
            return _ZERO
        root = _exact_root(x, int(y.q))
        return arb(x) ** arb(y) if root is None else _whole_power(root, int(y.p))
    sign = order(x, _ZERO)
    if sign < 0:
        if y.contains_integer():
            raise UndecidedError
        raise UndefinedError
    if sign == 0:
        if order(y, _ZERO) < 0:
            raise UndefinedError
        return _ZERO
    return _ONE if x == 1 else arb(x) ** y


def _whole_power(x: Number, n: int) -> Number:
    if n < 0:
        return divide(_ONE, _whole_power(x, -n))
    if isinstance(x, fmpq) and n * max(x.p.bit_length(), x.q.bit_length()) <= 2 * MAX_EXACT_BITS:
        return x**n
    if n == 0:
        return _ONE
    if isinstance(x, fmpq) and abs(x) == 1:
        return x if n % 2 else _ONE
    if arb(x).contains(0):
        # Arb takes a logarithm here, which is none.
        half = _whole_power(x, n // 2)
        return half * half * x if n % 2 else half * half
    return arb(x) ** n


def _exact_root(x: Number, degree: int) -> Number | None:
    """The root of a rational that has a rational one: 2/3 of 4/9."""
    if not isinstance(x, fmpq) or degree > 64:
        return None
    parts = [fmpz(part).root(degree) for part in (x.p, x.q)]
    root = fmpq(*parts)
    return root if root**degree == x else None


def sqrt(x: Number) -> Number:
    return pow(x, _HALF)


def log(x: Number) -> Number:
    if x == 1:
        return _ZERO
    if order(x, _ZERO) <= 0:
        raise UndefinedError
    return arb(x).log()


def tan(x: Number) -> Number:
    value = arb(x).tan()
    if not value.is_finite():
        raise UndecidedError
    return _ZERO if is_zero(x) else value


def _with_value_at_0(word: str, at_0: Number) -> Callable[[Number], Number]:
    """A function of Arb's, which is exact at 0."""

    def function(x: Number) -> Number:
        return at_0 if is_zero(x) else getattr(arb(x), word)()

    return function


def sigmoid(x: Number) -> Number:
    if is_zero(x):
        return _HALF
    # The exponential that does not overflow: else a ball of 1 / (1 + huge) would know nothing.
    e = (-abs(arb(x))).exp()
    return 1 / (1 + e) if x > 0 else e / (1 + e) if x < 0 else 1 / (1 + (-arb(x)).exp())


def log1p(x: Number) -> Number:
    if is_zero(x):
        return _ZERO
    if order(x, -_ONE) <= 0:
        raise UndefinedError
    return arb(x).log1p()


def lower_power(v: Number, x: Number, n: Number) -> Number:
    """x ** (n − 1), and 0 at n = 0, where a power is flat."""
    return _ZERO if is_zero(n) else pow(x, n - 1)


def log_of_base(x: Number) -> Number:
    """The logarithm of a power's base: 0 at 0, where the power does not move with its exponent."""
    return _ZERO if is_zero(x) else log(x)


def chosen(condition: Number, one: Number, other: Number) -> Number:
    """One of two numbers where the condition is not 0, else the other."""
    return choose(lambda: order(condition, _ZERO) != 0, lambda: one, lambda: other)


def normal_share(x: Number) -> Number:
    """The normal distribution's share below a number."""
    return _HALF if is_zero(x) else (-arb(x) / arb(2).sqrt()).erfc() / 2


def above(first: Number, second: Number) -> Number:
    """1 where the first is larger, 1/2 at a tie, else 0."""
    return (_ZERO, _HALF, _ONE)[order(first, second) + 1]


def largest(x: Number, y: Number) -> Number:
    """The larger of two, whichever that is: a ball holds it even where they cannot be told apart."""
    try:
        return x if order(x, y) >= 0 else y
    except UndecidedError:
        return arb(x).max(arb(y))


def smallest(x: Number, y: Number) -> Number:
    """The smaller of two, likewise."""
    try:
        return x if order(x, y) <= 0 else y
    except UndecidedError:
        return arb(x).min(arb(y))


WORDS: Mapping[str, Callable[..., Number]] = {
    "exp": _with_value_at_0("exp", _ONE),
    "log": log,
    "log1p": log1p,
    "expm1": _with_value_at_0("expm1", _ZERO),
    "sqrt": sqrt,
    "sin": _with_value_at_0("sin", _ZERO),
    "cos": _with_value_at_0("cos", _ONE),
    "tan": tan,
    "atan": _with_value_at_0("atan", _ZERO),
    "tanh": _with_value_at_0("tanh", _ZERO),
    "sinh": _with_value_at_0("sinh", _ZERO),
    "cosh": _with_value_at_0("cosh", _ONE),
    "sech": _with_value_at_0("sech", _ONE),
    "abs": abs,
    "max": largest,
    "min": smallest,
    "pow": pow,
    "sign": lambda x: exact(order(x, _ZERO)),
    "sigmoid": sigmoid,
    "over_one_plus_square": lambda g, x: g / (1 + x * x),
    "lower_power": lower_power,
    "log_of_base": log_of_base,
    "above": above,
    "chosen": chosen,
    "erf": _with_value_at_0("erf", _ZERO),
    "normal_share": normal_share,
    "choose": choose,
    "subtract": subtract,
    "divide": divide,
    "greater": lambda x, y: order(x, y) > 0,
    "at_least": lambda x, y: order(x, y) >= 0,
    "less": lambda x, y: order(x, y) < 0,
    "at_most": lambda x, y: order(x, y) <= 0,
    "equal": lambda x, y: order(x, y) == 0,
}
"""The words of the op table's rules over single numbers."""
