import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphgen.graph.numbers import decimal_text
from graphgen.language.arithmetic import LARGEST, SMALLEST, combined, is_written
from graphgen.language.parser import parse

OPERATORS = ["+", "-", "*", "/", "**"]
NUMBERS = st.fractions(max_denominator=10**9) | st.sampled_from([SMALLEST, LARGEST, Fraction(0), Fraction(2)])


@pytest.mark.parametrize(
    ("x", "operator", "y", "result"),
    [
        ("1/3", "+", "1/6", "1/2"),
        ("1", "-", "1.1", "-1/10"),
        ("-2", "*", "0.5", "-1"),
        ("1", "/", "3", "1/3"),
        ("2/3", "**", "-2", "9/4"),
        ("0", "**", "0", "1"),
        ("-1", "**", "4000", "1"),
        ("1e308", "/", "1", "1e308"),
        ("1e308", "*", "2", None),
        ("1e-307", "/", "2", None),
        ("1", "/", "0", None),
        ("0", "**", "-1", None),
        ("4", "**", "1/2", None),
        ("2", "**", "1e300", None),
        ("1", "@", "1", None),
    ],
)
def test_two_numbers_come_to_one_that_can_be_written(x, operator, y, result):
    expected = None if result is None else Fraction(result)
    assert combined(operator, Fraction(x), Fraction(y)) == expected


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (Fraction(0), True),
        (Fraction(10**99 + 1), True),
        (Fraction(10**100 + 1), False),
        (Fraction(10**308), True),
        (Fraction(1, 3 * 10**100), True),
        (Fraction(1, 10**100 + 1), False),
        (Fraction(1, 3 * 10**308), False),
        (Fraction(1, 2**140), True),
        (Fraction(1, 2**160), False),
    ],
    ids=str,
)
def test_a_number_is_written_within_the_limits_of_the_language(number, written):
    assert is_written(number) is written


@given(NUMBERS, st.sampled_from(OPERATORS), NUMBERS)
def test_what_is_worked_out_reads_back(x, operator, y):
    result = combined(operator, x, y)
    if result is not None:
        assert parse(f"x = {decimal_text(result)}")["x"].value == result


@pytest.mark.parametrize(
    "text", ["+".join(["1"] * 999), "*".join(["9"] * 999), "9" + "**9" * 99, "(" * 90 + "1" + "/7)" * 90]
)
def test_no_arithmetic_takes_long(text):
    start = time.process_time()
    parse("\n".join(f"x{number} = {text}" for number in range(20)))
    assert time.process_time() - start < 20
