"""Rules as syntax trees: as functions, and inlined."""

import ast
from fractions import Fraction

import pytest

from graphgen.ops import SCALAR_WORDS, compiled, inlined, letters


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("g * y", "g7 * (a + b)"),
        ("-g * v / y", "-g7 * n9 / (a + b)"),
        ("max(x, 0) + exp(x)", "max(-2.0, 0.0) + exp(-2.0)"),
        ("pow(x, y)", "pow(-2.0, a + b)"),
        ("g * (x > 0)", "g7 * (-2.0 > 0.0)"),
        ("sum(x, axis, keepdims)", "sum(-2.0, 0, True)"),
    ],
)
def test_a_rule_is_inlined(rule, told):
    written = {"g": "g7", "v": "n9", "x": "-2.0", "y": "a + b", "axis": "0", "keepdims": "True"}
    names = {name: ast.parse(text, mode="eval").body for name, text in written.items()}
    assert ast.unparse(inlined(rule, names)) == told


def test_letters_are_told_from_words():
    assert sorted(letters("power_to_base(g, x, y) + exp(v) * x")) == ["g", "v", "x", "x", "y"]


def test_whole_numbers_become_numbers_of_the_kind():
    assert compiled("x / (2 + 1)", "x", {}, Fraction)(Fraction(1)) == Fraction(1, 3)
    assert type(compiled("max(0, x)", "x", SCALAR_WORDS)(-1.0)) is float


def test_several_rules_give_a_tuple():
    assert compiled(["x + y", "x"], "xy", {})(1, 2) == (3, 1)
    assert compiled(["x"], "x", {})(1) == (1,)


def test_a_rule_knows_nothing_but_its_words():
    with pytest.raises(NameError, match="frobnicate"):
        compiled("frobnicate(x)", "x", SCALAR_WORDS)(1.0)
