import math
from decimal import Decimal
from fractions import Fraction

import pytest

from graphgen.graph.numbers import nearest_float

NEAREST = {
    "a fraction": (Fraction(1, 3), 1 / 3),
    "digits": (Decimal("0.1000000000000000055511151231257827"), 0.1),
    "a float": (2.5, 2.5),
    "a large fraction": (Fraction(10**400), math.inf),
    "a large whole number": (10**400, math.inf),
    "large digits": (Decimal("1e400"), math.inf),
    "a large negative fraction": (Fraction(-(10**400)), -math.inf),
    "large negative digits": (Decimal("-1e400"), -math.inf),
    "a quotient of large numbers": (Fraction(10**400 + 1, 10**400), 1.0),
    "a small fraction": (Fraction(1, 10**400), 0.0),
    "the largest float": (Fraction(2**1024 - 2**970 - 1), 1.7976931348623157e308),
    "what is rounded beyond it": (Fraction(2**1024 - 2**970), math.inf),
}


@pytest.mark.parametrize(("number", "nearest"), NEAREST.values(), ids=NEAREST)
def test_the_nearest_float(number, nearest):
    assert nearest_float(number) == nearest
