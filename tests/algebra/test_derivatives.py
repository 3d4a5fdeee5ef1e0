import pytest
import sympy as sp

from graphgen.algebra import (
    SYMPY_WORDS,
    as_rule,
    expression,
    local_derivatives,
    read,
    rules_in_words,
    symbolic_derivative,
    symbols,
)
from graphgen.language import parse
from graphgen.ops import ELEMENTWISE


def test_symbolic_derivative():
    graph = parse("t = x + 1\nz = t ** 2 / (t - 3)")
    t, v2 = sp.symbols("t v2", real=True)
    assert symbolic_derivative(graph, ("t", "v1", 0)) == 2 * t
    assert symbolic_derivative(graph, ("v2", "z", 1)) == -sp.Symbol("v1", real=True) / v2**2
    assert symbolic_derivative(graph, ("x", "t", 0)) == 1


def test_an_operand_used_twice_has_a_derivative_for_each_use():
    graph = parse("y = x * x")
    assert {edge: symbolic_derivative(graph, edge) for edge in graph.edges} == {
        ("x", "y", 0): sp.Symbol("x", real=True),
        ("x", "y", 1): sp.Symbol("x", real=True),
    }


@pytest.mark.parametrize("op", ELEMENTWISE.values(), ids=repr)
def test_a_rule_in_words_is_the_derivative(op):
    """Read again as one of the table's rules, the text is the expression that it was made of."""
    value, derivatives = rules_in_words(op)
    for rule, form in ((value, expression(op)), *zip(derivatives, local_derivatives(op), strict=True)):
        for point in op.points:
            place = dict(zip(symbols(op), map(sp.Rational, point), strict=True))
            expected = form.subs(place)
            if expected.is_finite:
                again = read(rule, [sp.Rational(x) for x in point], SYMPY_WORDS)
                assert sp.N(again - expected, chop=True) == 0


def test_a_formula_over_any_names_is_a_rule_over_plain_ones():
    rule, names = as_rule(2 * sp.Symbol("사과") + sp.sqrt(sp.Symbol("_x")))
    assert names == {"n0": "_x", "n1": "사과"}
    assert read(rule, (), SYMPY_WORDS, n0=sp.Integer(4), n1=sp.Integer(3)) == 8


@pytest.mark.parametrize(
    ("constant", "rule"), [(sp.exp(1), "exp(1)"), (sp.atan(1), "(1/4)*4*atan(1)"), (sp.exp(2), "exp(2)")]
)
def test_constants_that_sympy_names_are_rules_in_the_tables_words(constant, rule):
    assert as_rule(constant) == (rule, {})
