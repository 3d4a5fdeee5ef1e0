import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen.ops.table import ELEMENTWISE, OPS
from graphgen.verification.underflow import lost

RATIONAL = ("add", "subtract", "multiply", "divide", "negate", "square")
ANY = st.floats(allow_nan=False, allow_infinity=False)


@given(st.sampled_from(RATIONAL), st.tuples(ANY, ANY), ANY)
def test_the_bound_holds(name, operands, g):
    """Against the rule on fractions, by which nothing is lost."""
    op = OPS[name]
    at = operands[: op.arity]
    if name == "divide" and at[1] == 0.0:
        return
    value = op.forward(*at)
    sent = op.vjp(g, value, *at)
    fractions = [Fraction(x) for x in at]
    exact = op.vjp(Fraction(g), fractions[0] / fractions[1] if name == "divide" else 0, *fractions)
    for position, contribution in enumerate(sent):
        if math.isfinite(value) and math.isfinite(contribution):
            within = Fraction(lost(op, position, g, value, at)) + abs(exact[position]) * Fraction(2) ** -50
            assert abs(Fraction(contribution) - exact[position]) <= within


@pytest.mark.parametrize("op", ELEMENTWISE.values(), ids=repr)
def test_plain_numbers_lose_next_to_nothing(op):
    for point in op.points:
        value = op.forward(*point)
        for position, sent in enumerate(op.vjp(1.0, value, *point)):
            if math.isfinite(sent):
                assert lost(op, position, 1.0, value, point) < 1e-290


@pytest.mark.parametrize(
    ("name", "g", "at", "expected"),
    [
        ("exp", 1e300, (-740.0,), 4e-23),
        ("sigmoid", 1e300, (-745.0,), 4e-23),
        ("sigmoid", 1e300, (745.0,), 4e-23),
        ("softplus", 1e300, (-740.0,), 4e-23),
        ("divide", 1e300, (1e-200, 1e120), 0.0),
        ("multiply", 1e300, (3.0, 2.0), 0.0),
    ],
)
def test_what_a_large_upstream_gradient_makes_of_it(name, g, at, expected):
    op = OPS[name]
    position = op.arity - 1
    assert lost(op, position, g, op.forward(*at), at) == pytest.approx(expected, rel=0.1, abs=1e-100)


def test_what_has_no_derivative_loses_nothing():
    assert lost(OPS["sqrt"], 0, 1.0, 0.0, (0.0,)) == 0.0
    assert lost(OPS["power"], 1, 1.0, -8.0, (-2.0, 3.0)) == 0.0
