import re
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from graphgen.notation.scripts import width
from graphgen.notation.typeset import array_text, in_prose, number_text, value_text
from graphgen.notation.widths import cells, in_columns

NUMBERS = {
    "zero": (0, "0"),
    "integer": (100, "100"),
    "negative": (-5, "−5"),
    "fifteen digits": (123456789012345, "123456789012345"),
    "sixteen digits": (1234567890123456, "1.23457×10¹⁵"),
    "power of ten": (10**15, "10¹⁵"),
    "negative power of ten": (-(10**15), "−10¹⁵"),
    "past a float": (10**400, "10⁴⁰⁰"),
    "an integer that needs its digits": (142857142857, "142857142857"),
    "five zeros": (1234500000, "1234500000"),
    "six zeros": (1234000000, "1.234×10⁹"),
    "a round number": (2500000000, "2.5×10⁹"),
    "a trillion": (-(10**12), "−10¹²"),
    "nine zeros less": (300000000, "300000000"),
    "large, with a point": ("142857142857.14", "1.42857×10¹¹"),
    "a third of a trillion": (Fraction(10**12, 3), "3.33333×10¹¹"),
    "rounded to ten digits": ("999999999.6", "10⁹"),
    "short decimal": ("2.2", "2.2"),
    "decimal below one": ("0.1", "0.1"),
    "as a float would have it": ("2.2000000000000002", "2.2"),
    "repeating": ("-1/3", "−0.333333"),
    "rounded up": ("2/3", "0.666667"),
    "rounded to an integer": ("0.9999999", "1"),
    "rounded past a power of ten": ("999999.96", "1000000"),
    "more digits than asked before the point": ("1234567.5", "1234568"),
    "small": ("0.00012345678", "0.000123457"),
    "too small for zeros": ("0.00001", "10⁻⁵"),
    "tiny": ("1.5e-300", "1.5×10⁻³⁰⁰"),
    "quotient past a float": (Fraction(2 * 10**400, 3), "6.66667×10³⁹⁹"),
}


@pytest.mark.parametrize(("number", "text"), NUMBERS.values(), ids=NUMBERS)
def test_a_number_is_an_integer_or_a_short_decimal_or_some_digits(number, text):
    exact = Fraction(number)
    assert number_text(exact) == text
    assert number_text(sp.Rational(exact.numerator, exact.denominator)) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (sp.sqrt(2), "1.41421"),
        (sp.exp(-50), "1.92875×10⁻²²"),
        (-sp.sqrt(10**13), "−3162278"),
        (sp.sqrt(10**30 + 1), "10¹⁵"),
        (sp.cos(sp.pi / 2 + sp.Rational(1, 10**40)), "−10⁻⁴⁰"),
        (sp.Float("0.1", 50), "0.1"),
        (sp.Float("1e-400", 50), "10⁻⁴⁰⁰"),
        (sp.exp(-(sp.Integer(10) ** 25)), "0"),
    ],
    ids=str,
)
def test_a_number_that_is_not_rational_has_some_digits(number, text):
    assert number_text(number) == text


@pytest.mark.parametrize(("digits", "text"), [(2, "0.67"), (3, "0.667"), (6, "0.666667"), (9, "0.666666667")])
def test_the_number_of_digits_is_the_authors(digits, text):
    assert number_text(Fraction(2, 3), digits) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (999, "999"),
        (1000, "1,000"),
        (-1234567, "−1,234,567"),
        (10**9, "1,000,000,000"),
        (Fraction("1234567890.5"), "1.23457×10⁹"),
        (Fraction("1234.5"), "1,234.5"),
        (Fraction("0.1234"), "0.1234"),
    ],
    ids=str,
)
def test_thousands_are_set_apart_when_asked(number, text):
    assert number_text(Fraction(number), thousands=True) == text


def read_back(written):
    sign, mantissa, power = re.fullmatch(r"(−?)([\d.]*?)(?:×?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", written).groups()
    exponent = int((power or "⁰").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")))
    return (-1 if sign else 1) * Fraction(mantissa or "1") * Fraction(10) ** exponent


@given(st.fractions(), st.integers(2, 9))
def test_what_is_written_is_the_number_to_the_digits_asked(number, digits):
    error = abs(read_back(number_text(number, digits)) - number)
    assert error <= abs(number) * Fraction(1, 2 * 10 ** (digits - 1))


ARRAYS = {
    "a row": ([1, 2.5, -3], "[1, 2.5, −3]", "[1, 2.5, −3]"),
    "a matrix": ([[1, 10], [-0.5, 2]], "⎡   1 10⎤\n⎣−0.5  2⎦", "[1, 10; −0.5, 2]"),
    "three rows": ([[1], [2], [3]], "⎡1⎤\n⎢2⎥\n⎣3⎦", "[1; 2; 3]"),
    "one row of a matrix": ([[1, 2]], "[1 2]", "[1, 2]"),
    "fractions": ([sp.Rational(1, 3), sp.Rational(1, 4)], "[0.3333, 0.25]", "[0.3333, 0.25]"),
    "many columns": ([[0.25] * 6, [7] * 6], "2×6: 0.25 … 7", "2×6: 0.25 … 7"),
    "many rows": ([[1, 2]] * 5, "5×2: 1 … 2", "5×2: 1 … 2"),
    "a long row": (list(range(6)), "6: 0 … 5", "6: 0 … 5"),
    "three axes": ([[[1, 2]], [[3, 4]]], "2×1×2: 1 … 4", "2×1×2: 1 … 4"),
}


@pytest.mark.parametrize(("given", "drawn", "told"), ARRAYS.values(), ids=ARRAYS)
def test_arrays(given, drawn, told):
    array = np.array(given, dtype=object)
    text = array_text(array)
    assert re.sub("[\u2002\u2007\u2008]", " ", text) == drawn
    assert in_prose(text) == told
    assert value_text(array) == text


def test_columns_of_a_matrix_are_as_wide_in_every_row():
    lines = array_text(np.array([[1, 10.25, 3], [1000, 2, 0.5], [2.125, 0.75, 8]])).split("\n")
    assert max(widths := [width(line, 10) for line in lines]) == pytest.approx(min(widths))


@pytest.mark.parametrize("text", ["220", "−0.5", "x = 3", "a\nb"])
def test_what_is_no_array_stays_as_it_is_in_prose(text):
    assert in_prose(text) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_written_as_the_decimal_that_it_prints(value):
    assert number_text(value) == number_text(Fraction(repr(value)))


@given(st.lists(st.tuples(st.text("a가é\u0301\u200b𝑥 ∂", max_size=8), st.just("|")), min_size=1))
def test_columns_start_at_the_same_cell_of_every_line(rows):
    starts = {cells(line[: line.rindex("|")]) for line in in_columns(rows).split("\n")}
    assert starts == {max(cells(row[0]) for row in rows) + 2}


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("ab", 2), ("세금", 4), ("e\u0301\u200b", 1), ("∂x₁", 3)]
)
def test_a_full_width_character_takes_two_cells(text, count):
    assert cells(text) == count
