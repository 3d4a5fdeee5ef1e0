import math
import re

import pytest
import sympy as sp
from hypothesis import example, given
from hypothesis import strategies as st

from graphgen.algebra.derivatives import expression, local_derivatives
from graphgen.algebra.formula import factor_text, symbol_text
from graphgen.notation.scripts import END, RAISED, plain
from graphgen.ops.table import ELEMENTWISE

x, y, q = sp.symbols("x y q", real=True)
case = sp.Piecewise((1, x > 0), (0, True))


def symbol(name):
    return sp.Symbol(name, real=True)


FORMULAS = [
    (sp.Rational(11, 10), "1.1"),
    (sp.Rational(-1, 3), "−1/3"),
    (sp.Float("0.1", 50) * x, "0.1·x"),
    (sp.sqrt(2) / 2, "√2/2"),
    (sp.exp(2), "e²"),
    (-x, "−x"),
    (2 * x, "2x"),
    (x * y, "x·y"),
    (2 * x * y, "2x·y"),
    (2 * x + 2 * y, "2(x + y)"),
    (-x - y, "−(x + y)"),
    (x - (y - 1), "x − y + 1"),
    ((x + y) * (x - y), "(x − y)·(x + y)"),
    (2 * sp.Abs(x), "2|x|"),
    (2 * sp.sin(x), "2·sin(x)"),
    (2 * symbol("x2"), "2x₂"),
    (2 * symbol("x123"), "2x₁₂₃"),
    (2 * symbol("x_1"), "2x₁"),
    (2 * symbol("사과"), "2·사과"),
    (2 * symbol("f_old"), "2f_old"),
    (symbol("alpha") * symbol("price"), "α·price"),
    (sp.Rational(11, 10) * x, "1.1·x"),
    (sp.Rational(5, 4) * x / y, "5x/(4y)"),
    (-x / y, "−x/y"),
    (x / (y * q), "x/(q·y)"),
    (1 / (10 * x), "0.1/x"),
    (sp.Rational(-11, 10) / (x * y), "−1.1/(x·y)"),
    (2 * (x + y) / 3, "2(x + y)/3"),
    ((1 - x) / 3, "(1 − x)/3"),
    (1 / (2 * (x + 1) ** 2), "1/(2(x + 1)²)"),
    (-1 / x**2, "−1/x²"),
    (3 * x**2, "3x²"),
    ((x + y) ** 2, "(x + y)²"),
    (x**y, "xʸ"),
    (x**-y, "1/xʸ"),
    (y / 2**x, "y/2ˣ"),
    (x**q, "x^q"),
    (x ** (2 * q), "x^(2q)"),
    (x ** (y**2), "x^(y²)"),
    (x ** (y + 1), "xʸ⁺¹"),
    (x ** sp.Rational(3, 2), "x^1.5"),
    (sp.Rational(11, 10) ** x, "1.1ˣ"),
    (sp.Rational(2, 3) ** x, "(2/3)ˣ"),
    ((-x) ** y, "(−x)ʸ"),
    (sp.sqrt(x) / 3, "√x/3"),
    (sp.sqrt(x + y), "√(x + y)"),
    (1 / (2 * sp.sqrt(x)), "1/(2√x)"),
    (sp.log(10) ** (sp.log(10) - 1), "log(10)^(log(10)−1)"),
    (sp.log(10) ** (1 - sp.log(10)), "1/log(10)^(log(10)−1)"),
    (sp.exp(-x), "e⁻ˣ"),
    (sp.exp(x * y), "e^(x·y)"),
    (sp.exp(x + y), "e^(x+y)"),
    (sp.exp(x + y + q), "exp(q + x + y)"),
    (sp.exp(-x) / (1 + sp.exp(-x)) ** 2, "e⁻ˣ/(1 + e⁻ˣ)²"),
    (1 - sp.tanh(x) ** 2, "1 − tanh(x)²"),
    (sp.log(x + 1) / x, "log(x + 1)/x"),
    (sp.Max(x, 0), "max(0, x)"),
    (2 * sp.Min(x, y), "2·min(x, y)"),
    (case, "1 if x > 0; else 0"),
    (sp.Piecewise((x, x <= 1), (y, sp.Eq(x, 2)), (1, True)), "x if x ≤ 1; y if x = 2; else 1"),
    (2 * case, "2(1 if x > 0; else 0)"),
    (y - case, "y − (1 if x > 0; else 0)"),
    (sp.log(case + 1) * sp.sign(case), "log((1 if x > 0; else 0) + 1)·sign(1 if x > 0; else 0)"),
    (2**case, "2^(1 if x > 0; else 0)"),
    (sp.Piecewise((1, x - y > 0), (0, True)), "1 if x > y; else 0"),
    (sp.Piecewise((1, sp.Gt(y - x, 0, evaluate=False)), (0, True)), "1 if x < y; else 0"),
    (sp.Piecewise((x, sp.Eq(x - y, 0)), (0, True)), "x if x = y; else 0"),
    (sp.Piecewise((1, 3 - x >= 0), (0, True)), "1 if x ≤ 3; else 0"),
    (sp.Piecewise((1, sp.Gt(x + 3, 0, evaluate=False)), (0, True)), "1 if x > −3; else 0"),
    (sp.Piecewise((1, sp.Gt(x * y + q - 1, 0, evaluate=False)), (0, True)), "1 if q + x·y > 1; else 0"),
    (sp.Piecewise((1, sp.Gt(-x, 0, evaluate=False)), (0, True)), "1 if x < 0; else 0"),
    (sp.Piecewise((1, (x > 0) & ((y > 1) | (y < 0))), (0, True)), "1 if x > 0 and (y > 1 or y < 0); else 0"),
    (sp.Piecewise((1, sp.ITE(x > 0, y > 1, False)), (0, True)), "1 if x > 0 and y > 1; else 0"),
    (sp.Piecewise((1, sp.ITE(x > 0, x > 0, False)), (0, True)), "1 if x > 0; else 0"),
]


@pytest.mark.parametrize(("formula", "text"), FORMULAS, ids=[text for _, text in FORMULAS])
def test_a_formula_is_one_line_of_mathematics(formula, text):
    assert plain(symbol_text(formula)) == text


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (sp.Integer(1), "1"),
        (x, "x"),
        (2 * x, "2x"),
        (x + 1, "(x + 1)"),
        (-x, "(−x)"),
        (sp.Integer(-1), "(−1)"),
        (case, "(1 if x > 0; else 0)"),
    ],
    ids=str,
)
def test_a_factor_has_parentheses_where_a_product_needs_them(formula, text):
    assert factor_text(formula) == text


@pytest.mark.parametrize("op", ELEMENTWISE.values(), ids=ELEMENTWISE)
def test_every_row_of_the_op_table_can_be_written(op):
    for formula in (expression(op), *local_derivatives(op)):
        written = plain(symbol_text(formula))
        assert written.isprintable()
        assert not re.search(r"\*|Piecewise|Derivative|Heaviside|Max|Min|Abs", written)


_LIFTED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˣʸ"
_LOWERED = str.maketrans(_LIFTED, "0123456789+-()xy")


def read_back(written, **values):
    """A formula as Python reads it."""
    text = re.sub(f"[{_LIFTED}]+", lambda lifted: f"**({lifted[0].translate(_LOWERED)})", written)
    text = text.replace(RAISED, "**(").replace(END, ")")
    text = re.sub(r"√([\w.]+)", r"√(\1)", text.replace("^", "**"))
    text = re.sub(r"(\d)(?=[a-z(√])", r"\1*", text)
    for sign, code in {"−": "-", "·": "*", "√": "math.sqrt"}.items():
        text = text.replace(sign, code)
    return eval(text, {"math": math, **values})


numbers = st.fractions(-9, 9, max_denominator=20).map(sp.Rational)
formulas = st.recursive(
    st.sampled_from([x, y]) | numbers,
    lambda inner: st.one_of(
        st.builds(sp.Add, inner, inner),
        st.builds(sp.Mul, inner, inner),
        st.builds(lambda base, power: base**power, inner, st.integers(-3, 3)),
        inner.map(lambda base: sp.sqrt(base**2 + 1)),
    ),
    max_leaves=8,
)


@given(formulas)
@example(sp.sqrt(x**2 + 1) ** 3)
def test_what_is_written_means_the_formula(formula):
    at = {x: sp.Rational(13, 7), y: sp.Rational(29, 11)}
    value = formula.xreplace(at)
    if not value.is_finite:
        return
    read = read_back(symbol_text(formula), **{symbol.name: float(number) for symbol, number in at.items()})
    assert read == pytest.approx(float(value), rel=1e-6, abs=1e-9)
