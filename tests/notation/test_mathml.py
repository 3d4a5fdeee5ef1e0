import pytest

from graphgen.notation.mathml import mathml, plain_fences

FENCES = {
    "a sum": (r"2 \left(x + y\right)", "2 (x + y)"),
    "a fraction": (r"\left(\frac{x}{y}\right)^{2}", r"\left(\frac{x}{y}\right)^{2}"),
    "a fraction beside": (r"\frac{1}{2} \left(x\right)", r"\frac{1}{2} (x)"),
    "one in the other": (
        r"\left(\left(x\right) + \frac{1}{2}\right)",
        r"\left((x) + \frac{1}{2}\right)",
    ),
    "bars stay": (r"\left|{x}\right|", r"\left|{x}\right|"),
    "a case": (r"\left(\begin{cases} 1 \end{cases}\right)", r"\left(\begin{cases} 1 \end{cases}\right)"),
    "half a pair": (r"x \right)", r"x \right)"),
}


@pytest.mark.parametrize(("latex", "plain"), FENCES.values(), ids=FENCES)
def test_parentheses_grow_only_around_what_is_tall(latex, plain):
    assert plain_fences(latex) == plain


def test_a_formula_is_a_math_element():
    assert mathml(r"\frac{\partial z}{\partial x}", display="block").startswith("<math ")
    assert 'display="block"' in mathml("x", display="block")
