"""The operations of the evaluator in truth.py that hang on a sign, of numbers with their slopes."""

from duals import (
    HALF,
    INFINITE,
    ONE,
    ZERO,
    Dual,
    UndecidedError,
    UndefinedError,
    broken_power,
    combined,
    is_infinite,
    is_zero,
    multiply,
    negate,
    subtract,
    whole_power,
)
from flint import arb, fmpq


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

    def choose(self, operands, decide):
        """The decision, which stays as it is unless a slope of the operands is infinite."""
        chosen = next(self.again, None) or (decide(),)
        slopes = (slope for operand in operands for slope in operand.slopes.values())
        self.taken.append(None if any(map(is_infinite, slopes)) else chosen)
        return chosen[0]

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

    def leaky_relu(self, x, slope):
        return x if self.choose((x,), lambda: self.sign(x.value) > 0) else multiply(x, slope)

    def elu(self, x):
        if self.sign(x.value) >= 0:
            return x
        return combined(arb(x.value).expm1(), (x, arb(x.value).exp()))

    def huber(self, x):
        side = self.sign(x.value)
        beyond = abs(x.value) - 1
        if self.sign(beyond) > 0:
            return combined(beyond + HALF, (x, fmpq(side)))
        return combined(x.value * x.value / 2, (x, x.value))

    def where(self, condition, one, other):
        is_true = self.choose((condition,), lambda: self.sign(condition.value) != 0)
        chosen = one if is_true else other
        return chosen if is_true else combined(chosen.value, (chosen, ONE), (condition, ZERO))

    def clip(self, x, low, high):
        def place():
            if self.sign(subtract(low, high).value) > 0 or self.sign(subtract(x, high).value) > 0:
                return 2
            return 1 if self.sign(subtract(x, low).value) < 0 else 0

        operands = (x, low, high)
        return operands[self.choose(operands, place)]

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
            if self.sign(exponent) < 0:
                raise UndefinedError("0 to a power below 0")
            if self.sign(exponent) == 0:
                value, by_x = ONE, ZERO
            else:
                value, by_x = ZERO, (INFINITE, ONE, ZERO)[self.sign(exponent - 1) + 1]
        elif self.sign(base) < 0 and not is_whole:
            if isinstance(exponent, arb) and exponent.contains_integer():
                raise UndecidedError("whether an exponent is whole")
            raise UndefinedError("a negative number to a broken power")
        else:
            value = whole_power(base, exponent.numerator) if is_whole else broken_power(base, exponent)
            by_x = exponent * value / base
        return combined(value, (x, by_x), (y, self._by_exponent(value, base, exponent) if y.slopes else None))

    def _by_exponent(self, value, base, exponent):
        sign = self.sign(base)
        if sign > 0:
            return value * arb(base).log()
        return ZERO if sign == 0 and self.sign(exponent) > 0 else INFINITE
