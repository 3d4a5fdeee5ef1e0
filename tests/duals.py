"""Numbers with their slopes, for the evaluator in truth.py: the operations on one or two of them.

A number is a rational as long as it can be, else a ball of Arb that certainly holds it. Where a ball does not
tell its sign, an operation that hangs on it raises UndecidedError.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce

from flint import arb, fmpq

ZERO, HALF, ONE = fmpq(0), fmpq(1, 2), fmpq(1)
INFINITE = arb.nan()
"""A slope that is no number; what it is multiplied with makes it none either, unless nothing hangs on it."""
_LONGEST = 4096
"""Bits of a rational that is kept as one."""


class UndefinedError(Exception):
    """A value does not exist."""


class UndecidedError(Exception):
    """This precision does not tell."""


@dataclass(frozen=True)
class Dual:
    """A number and its slope by every entry that it varies with."""

    value: fmpq | arb
    slopes: Mapping = field(default_factory=dict)

    @property
    def is_constant_zero(self):
        return not self.slopes and is_zero(self.value)


def is_zero(number):
    return number == 0 if isinstance(number, fmpq) else number.is_zero()


def is_infinite(slope):
    return isinstance(slope, arb) and slope.is_nan()


def capped(number):
    return arb(number) if isinstance(number, fmpq) and number.height_bits() > _LONGEST else number


def combined(value, *parts):
    """A value whose slopes are those of the operands, times a factor; None where nothing hangs on one."""
    if isinstance(value, arb) and not value.is_finite():
        raise UndecidedError("a number is too large")
    slopes = {}
    for operand, factor in parts:
        if isinstance(factor, arb) and factor is not INFINITE and not factor.is_finite():
            raise UndecidedError("a slope is too large")
        if factor is not None:
            for key, slope in operand.slopes.items():
                sent = capped(slope * factor)
                slopes[key] = slopes[key] + sent if key in slopes else sent
    return Dual(capped(value), slopes)


def total(entries):
    return combined(sum((entry.value for entry in entries), ZERO), *((entry, ONE) for entry in entries))


def product(entries):
    return reduce(multiply, entries, Dual(ONE))


def negate(x):
    return combined(-x.value, (x, -ONE))


def add(x, y):
    return combined(x.value + y.value, (x, ONE), (y, ONE))


def subtract(x, y):
    # A ball less itself would be no 0.
    return combined(ZERO if x.value is y.value else x.value - y.value, (x, ONE), (y, -ONE))


def multiply(x, y):
    by_x, by_y = (None if other.is_constant_zero else other.value for other in (y, x))
    return combined(x.value * y.value, (x, by_x), (y, by_y))


def root(x, degree):
    """The root of a positive rational, where it is rational too; else None."""
    above, below = x.numerator.root(degree), x.denominator.root(degree)
    return fmpq(above, below) if (above**degree, below**degree) == (x.numerator, x.denominator) else None


def whole_power(base, exponent):
    is_short = isinstance(base, fmpq) and abs(exponent) * base.height_bits() <= _LONGEST
    if is_short:
        return base ** int(exponent)
    if exponent > 0 and arb(base).contains(0):  # Arb takes a logarithm, which is none
        value = ONE
        for bit in f"{int(exponent):b}":
            value = value * value * base if bit == "1" else value * value
        return value
    return arb(base) ** exponent


def broken_power(base, exponent):
    if isinstance(base, fmpq) and isinstance(exponent, fmpq) and exponent.denominator <= 12:
        found = root(base, int(exponent.denominator))
        if found is not None:
            return whole_power(found, exponent.numerator)
    return arb(base) ** arb(exponent)


def _sigmoid(x):
    e = (-abs(x)).exp()
    return 1 / (1 + e) if x.mid() > 0 else e / (1 + e)


def _normal_share(x):
    """The normal distribution's share below a number, and its density there."""
    share = (-x / arb(2).sqrt()).erfc() / 2
    return share, (-x * x / 2).exp() / (2 * arb.pi()).sqrt()


def _gelu(x):
    share, density = _normal_share(x)
    return x * share, share + x * density


def _gelu_tanh(x):
    """x (1 + tanh u) / 2, u being √(2/π) (x + 0.044715 x³); of 1 + tanh u half is sigmoid(2u)."""
    scale, cubic = 2 * (2 / arb.pi()).sqrt(), arb(fmpq(44_715, 1_000_000))
    above, below = (_sigmoid(sign * scale * x * (1 + cubic * x * x)) for sign in (1, -1))
    return x * above, above + x * above * below * scale * (1 + 3 * cubic * x * x)


SMOOTH = {
    "exp": lambda x: (x.exp(), x.exp()),
    "expm1": lambda x: (x.expm1(), x.exp()),
    "sin": lambda x: (x.sin(), x.cos()),
    "cos": lambda x: (x.cos(), -x.sin()),
    "tan": lambda x: (x.tan(), 1 + x.tan() * x.tan()),  # a power of a ball around 0 is none
    "atan": lambda x: (x.atan(), 1 / (1 + x * x)),
    "tanh": lambda x: (x.tanh(), x.sech() ** 2),
    "sigmoid": lambda x: (_sigmoid(x), _sigmoid(x) * _sigmoid(-x)),
    "softplus": lambda x: ((-abs(x)).exp().log1p() + (x if x.mid() > 0 else 0), _sigmoid(x)),
    "silu": lambda x: (x * _sigmoid(x), _sigmoid(x) + x * _sigmoid(x) * _sigmoid(-x)),
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
    "erf": lambda x: (x.erf(), 2 * (-x * x).exp() / arb.pi().sqrt()),
}
"""Value and slope over balls; of two forms that are equal, the one that does not overflow."""
_AT_ZERO = {
    "exp": (ONE, ONE),
    "cos": (ONE, ZERO),
    "sigmoid": (HALF, HALF * HALF),
    **dict.fromkeys(("expm1", "sin", "tan", "atan", "tanh"), (ZERO, ONE)),
    **dict.fromkeys(("silu", "gelu", "gelu_tanh"), (ZERO, HALF)),
}


def smooth(name, x):
    known = _AT_ZERO.get(name) if is_zero(x.value) else None
    value, slope = known or SMOOTH[name](arb(x.value))
    return combined(value, (x, slope))
