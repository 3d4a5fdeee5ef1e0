"""Numbers that no ball tells from 0: made of rationals and roots they are decided, else refused."""

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from truth import agrees, truth

from graphgen.errors import EvaluationError
from graphgen.language import parse
from graphgen.verification import separation, verify
from graphgen.verification.balls import precision
from graphgen.verification.given import numbers_given
from graphgen.verification.passes import forward

SQRT_2 = 2**0.5
# What is a tie, or a 0, though no ball tells; y and its gradient by a = 2 under the conventions of the table.
DECIDED = {
    "max(2 * sqrt(a), sqrt(4 * a))": (2 * SQRT_2, 1 / SQRT_2),
    "max(a * sqrt(a), sqrt(a ** 3))": (2 * SQRT_2, 1.5 * SQRT_2),
    "min(sqrt(a) + sqrt(3), sqrt(5 + 2 * sqrt(6)))": (3.1462643699419726, SQRT_2 / 8),
    "relu(sqrt(a) * sqrt(3) - sqrt(6))": (0, 0),
    "relu(sqrt(6) - sqrt(a) * sqrt(3)) + a": (2, 1),
    "abs(sqrt(3 + 2 * sqrt(a)) - 1 - sqrt(a))": (0, 0),
    "step(sqrt(a) ** 2 - 2) + sqrt(a) ** 2": (2, 1),
    "leaky_relu(sqrt(a) * sqrt(3) - sqrt(6), 0.5)": (0, 0.25 * 3**0.5 / SQRT_2),
    "where(sqrt(a) - sqrt(2), 1, a)": (2, 1),
    "clip(sqrt(a), sqrt(a ** 3) / 2, 5)": (SQRT_2, 0.5 / SQRT_2),
    "relu(a ** (1/3) * 4 ** (1/3) - 2)": (0, 0),
    "relu(1 / (sqrt(a) - 1) - sqrt(a) - 1)": (0, 0),
    "relu(a ** -0.5 - sqrt(a) / 2) + relu(-(sqrt(a) / sqrt(8)) + 1/2)": (0, 0),
    "max(max(sqrt(a), 1) - sqrt(2), 0)": (0, 0.25 / SQRT_2),
    "sqrt(a) * sqrt(a) - 2": (0, 1),
}


@pytest.mark.parametrize("expression", DECIDED)
def test_ties_and_zeros_among_roots(expression):
    source = f"a = 2\ny = {expression}"
    report = verify(parse(source)).require()
    value, gradient = DECIDED[expression]
    assert (report.is_proved, dict(report.zeros)) == (True, {})
    assert report.numeric.values["y"] == pytest.approx(value, rel=1e-15, abs=0)
    assert report.numeric.gradients["a"] == pytest.approx(gradient, rel=1e-15, abs=0)
    assert agrees(truth(source).gradients["a"][0], report.numeric.gradients["a"])


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("1 / (sqrt(a) * sqrt(3) - sqrt(6))", "defined for y ≠ 0"),
        ("log(sqrt(a) * sqrt(3) - sqrt(6))", "defined for x > 0"),
        ("relu(sin(a) ** 2 + cos(a) ** 2 - 1)", "cannot be decided"),
        ("relu(exp(log(sqrt(a))) - sqrt(2))", "cannot be decided"),
    ],
)
def test_what_has_no_value_and_what_is_no_root(expression, fault):
    with pytest.raises(EvaluationError, match=fault):
        verify(parse(f"a = 2\ny = {expression}"))


@pytest.mark.parametrize("choice", ["max(a * x, sqrt(x))", "clip(a * x, sqrt(x), 5)"])
def test_a_number_beside_an_array_is_told_from_its_entries_by_balls(choice):
    report = verify(parse(f"x = 2\na = [1, 2]\ny = sum({choice})")).require()
    assert report.numeric.values["y"] == 6


@pytest.mark.parametrize("nearly", ["1e-300", "1e-300 * 1e-300 * 1e-300"])
def test_a_number_just_beside_0_is_none(nearly):
    report = verify(parse(f"a = 2\ny = relu(sqrt(a) * sqrt(3) - sqrt(6) + {nearly})")).require()
    assert report.numbers.values["y"] > 0
    assert report.numeric.gradients["a"] == pytest.approx(3**0.5 / (2 * SQRT_2), rel=1e-15)


wholes = st.integers(1, 9)


def positive_numbers(most_leaves):
    return st.recursive(
        wholes.map(str),
        lambda parts: st.one_of(
            st.builds("({} {} {})".format, parts, st.sampled_from("+*/"), parts),
            st.builds("sqrt({})".format, parts),
            st.builds("({} ** (1/3))".format, parts),
        ),
        max_leaves=most_leaves,
    )


@given(positive_numbers(5), positive_numbers(5), st.integers(1, 12))
def test_no_number_that_is_told_from_0_is_below_its_bound(one, other, exponent):
    graph = parse(f"a = 1\ny = (a * {one} - {other}) ** {exponent}")
    with precision(4_096):
        values = list(forward(graph, numbers_given(graph, {})))
        index = graph.index["y"]
        bound = separation.bound(graph, values, index)
        if bound is not None and values[index] != 0:
            assert abs(arb(values[index])) >= arb(2) ** -bound.bits


@given(positive_numbers(3), positive_numbers(3))
def test_a_product_of_a_sum_and_a_difference_is_that_of_squares(one, other):
    squares = "(x + z) * (x - z) - (x ** 2 - z ** 2)"
    report = verify(parse(f"a = 1\nx = a * {one}\nz = {other}\ny = abs({squares})")).require()
    assert (report.numeric.values["y"], report.numeric.gradients["a"]) == (0, 0)


def test_a_bound_is_what_the_definition_says():
    """√2 and √3 are at most 2, their sum at most 2² and of degree 4, so that it is at least 2⁻⁶."""
    graph = parse("y = sqrt(2) + sqrt(3)")
    values = list(forward(graph, numbers_given(graph, {})))
    found = separation.bound(graph, values, graph.index["y"])
    assert (found.above, found.below, sorted(found.roots.values()), found.bits) == (2, 0, [2, 2], 6)
