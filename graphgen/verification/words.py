"""The words of the op table's rules over exact numbers and balls.

A result is exact where Arb would only enclose it, as the root of 4/9 and the sine of 0 are. A word whose
branch a ball does not tell raises `UndecidedError`, or gives a ball that holds both results.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flint import arb, fmpq, fmpz

from graphgen.verification.balls import (
    MAX_EXACT_BITS,
    Number,
    UndecidedError,
    UndefinedError,
    digits_of_zero,
    exact,
    is_zero,
    may_be_zero,
)

_ZERO, _ONE, _HALF = fmpq(0), fmpq(1), fmpq(1, 2)


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


def log_of_base(x: Number, n: Number) -> Number:
    """The logarithm of a power's base: 0 at 0, where the power does not move with its exponent above 0."""
    return _ZERO if is_zero(x) and order(n, _ZERO) > 0 else log(x)


def chosen(condition: Number, one: Number, other: Number) -> Number:
    """One of two numbers where the condition is not 0, else the other. Raises UndecidedError."""
    return one if one is other or order(condition, _ZERO) != 0 else other


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
