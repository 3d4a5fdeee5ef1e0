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
    return base ** int(exponent) if is_short else arb(base) ** exponent


def broken_power(base, exponent):
    if isinstance(base, fmpq) and isinstance(exponent, fmpq) and exponent.denominator <= 12:
        found = root(base, int(exponent.denominator))
        if found is not None:
            return whole_power(found, exponent.numerator)
    return arb(base) ** arb(exponent)


def _sigmoid(x):
    e = (-abs(x)).exp()
    return 1 / (1 + e) if x.mid() > 0 else e / (1 + e)


SMOOTH = {
    "exp": lambda x: (x.exp(), x.exp()),
    "sin": lambda x: (x.sin(), x.cos()),
    "cos": lambda x: (x.cos(), -x.sin()),
    "tan": lambda x: (x.tan(), 1 + x.tan() ** 2),
    "atan": lambda x: (x.atan(), 1 / (1 + x * x)),
    "tanh": lambda x: (x.tanh(), x.sech() ** 2),
    "sigmoid": lambda x: (_sigmoid(x), _sigmoid(x) * _sigmoid(-x)),
    "softplus": lambda x: ((-abs(x)).exp().log1p() + (x if x.mid() > 0 else 0), _sigmoid(x)),
}
"""Value and slope over balls; of two forms that are equal, the one that does not overflow."""
_AT_ZERO = {
    "exp": (ONE, ONE),
    "cos": (ONE, ZERO),
    "sigmoid": (HALF, HALF * HALF),
    **dict.fromkeys(("sin", "tan", "atan", "tanh"), (ZERO, ONE)),
}


def smooth(name, x):
    known = _AT_ZERO.get(name) if is_zero(x.value) else None
    value, slope = known or SMOOTH[name](arb(x.value))
    return combined(value, (x, slope))


class Branching:
    """The operations that hang on a sign. It keeps the branches that it took, and may be given them again.

    With a `tolerance`, a ball around 0 that is no wider counts as 0.
    """

    def __init__(self, tolerance=None, again=()):
        self.tolerance, self.again, self.taken = tolerance, iter(again), []

    def sign(self, number):
        if is_zero(number):
            return 0
        if number > 0 or number < 0:
            return 1 if number > 0 else -1
        if self.tolerance is not None and number.abs_upper() < self.tolerance:
            return 0
        raise UndecidedError(f"whether {number.str(5)} is 0")

    def branch(self, operands, weights):
        """The operands with their weights, which stay as they are unless a slope is infinite."""
        chosen = next(self.again, None) or weights()
        slopes = (slope for operand in operands for slope in operand.slopes.values())
        self.taken.append(None if any(map(is_infinite, slopes)) else chosen)
        terms = [weight * x.value for x, weight in zip(operands, chosen, strict=True) if weight is not None]
        return combined(sum(terms, ZERO), *zip(operands, chosen, strict=True))

    def relu(self, x):
        return self.branch((x,), lambda: ((None, ZERO, ONE)[self.sign(x.value) + 1],))

    def abs(self, x):
        return self.branch((x,), lambda: (fmpq(self.sign(x.value)),))

    def max(self, x, y):
        weights = ((None, ONE), (HALF, HALF), (ONE, None))
        return self.branch((x, y), lambda: weights[self.sign(subtract(x, y).value) + 1])

    def min(self, x, y):
        return negate(self.max(negate(x), negate(y)))

    def step(self, x):
        weights = ((None, None), (ZERO, None), (None, ONE))
        return self.branch((x, Dual(ONE)), lambda: weights[self.sign(x.value) + 1])

    def amax(self, entries):
        return self.first(entries, 1)

    def amin(self, entries):
        return self.first(entries, -1)

    def first(self, entries, side):
        """The first of the entries that none is above, or on the other side below."""

        def sign(entry, other):
            return side * self.sign(subtract(entry, other).value)

        def weights():
            # From about the outermost on, entries that are far from it need not be told apart.
            found = max(entries, key=lambda entry: side * arb(entry.value).mid())
            for entry in entries:
                found = entry if sign(entry, found) > 0 else found
            place = next(i for i, entry in enumerate(entries) if sign(entry, found) == 0)
            return [ONE if i == place else None for i in range(len(entries))]

        return self.branch(entries, weights)

    def divide(self, x, y):
        if self.sign(y.value) == 0:
            raise UndefinedError("a division by 0")
        value = x.value / y.value
        return combined(value, (x, 1 / y.value), (y, None if x.is_constant_zero else -value / y.value))

    def log(self, x):
        if self.sign(x.value) <= 0:
            raise UndefinedError("the logarithm of what is not above 0")
        return combined(ZERO if x.value == 1 else arb(x.value).log(), (x, 1 / x.value))

    def sqrt(self, x):
        if self.sign(x.value) < 0:
            raise UndefinedError("the square root of what is below 0")
        if self.sign(x.value) == 0:
            return combined(ZERO, (x, INFINITE))
        value = broken_power(x.value, HALF)
        return combined(value, (x, HALF / value))

    def power(self, x, y):
        base, exponent = x.value, y.value
        is_whole = isinstance(exponent, fmpq) and exponent.denominator == 1
        if is_whole and exponent == 0:
            value, by_x = ONE, None if y.is_constant_zero else ZERO
        elif is_whole and exponent > 0:
            value = whole_power(base, exponent.numerator)
            by_x = exponent * whole_power(base, exponent.numerator - 1)
        elif self.sign(base) == 0:
            if self.sign(exponent) <= 0:
                raise UndefinedError("0 to a power below 0")
            value, by_x = ZERO, (INFINITE, ONE, ZERO)[self.sign(exponent - 1) + 1]
        elif self.sign(base) < 0 and not is_whole:
            if isinstance(exponent, arb) and exponent.contains_integer():
                raise UndecidedError("whether an exponent is whole")
            raise UndefinedError("a negative number to a broken power")
        else:
            value = whole_power(base, exponent.numerator) if is_whole else broken_power(base, exponent)
            by_x = exponent * value / base
        return combined(value, (x, by_x), (y, self._by_exponent(value, base) if y.slopes else None))

    def _by_exponent(self, value, base):
        sign = self.sign(base)
        return value * arb(base).log() if sign > 0 else ZERO if sign == 0 else INFINITE
