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


SPACED = {
    "a sign after a sign of equality": (r"z = -x", '<mo>=</mo><mo form="prefix">−</mo><mi>x</mi>'),
    "a sign after a dot": (r"x \cdot -2", '<mo form="prefix">−</mo><mn>2</mn>'),
    "a difference": (r"(x) - y", "<mo>−</mo><mi>y</mi>"),
    "a sign at the start": (r"-x", "<mo>−</mo><mi>x</mi>"),
    "a factor before a name": (
        r"t_1 \log(x)",
        '<mn>1</mn></msub><mspace width="0.167em" /><mi>log</mi><mo stretchy="false">(',
    ),
    "an argument without parentheses": (r"\log x", '<mi>log</mi><mspace width="0.167em" /><mi>x</mi>'),
    "a power of a name": (r"\sin^2 x", '<mn>2</mn></msup><mspace width="0.167em" /><mi>x</mi>'),
    "braces around an argument": (r"\sin{\left(x \right)}", '<mi>sin</mi><mrow><mo stretchy="false">('),
    "a name that LaTeX does not know": (r"= \operatorname{relu}(x)", "<mo>=</mo><mi>relu</mi>"),
    "a prime": (r"f^{\prime}(x)", "<mrow><mi>f</mi><mrow><mi>′</mi></mrow></mrow>"),
    "a comparison": (r"x < 0", "<mo>&lt;</mo>"),
}


@pytest.mark.parametrize(("latex", "part"), SPACED.values(), ids=SPACED)
def test_signs_and_names_stand_as_in_print(latex, part):
    assert part in mathml(latex)
