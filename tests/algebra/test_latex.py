import pytest
import sympy as sp

from graphgen.algebra.latex import latex, latex_name

x = sp.Symbol("x", real=True)

NAMES = {
    "x": "x",
    "X": "X",
    "x_1": "x_{1}",
    "x1": "x_{1}",
    "w_12": "w_{12}",
    "v10": "v_{10}",
    "x_i": "x_{i}",
    "w_max": r"w_{\mathrm{max}}",
    "x_alpha": r"x_{\alpha}",
    "x_값": r"x_{\text{값}}",
    "alpha": r"\alpha",
    "alpha_1": r"\alpha_{1}",
    "alpha1": r"\alpha_{1}",
    "Sigma": r"\Sigma",
    "α": "α",
    "β_1": "β_{1}",
    "apple": r"\mathrm{apple}",
    "unit_price": r"\mathrm{unit\_price}",
    "사과": r"\text{사과}",
    "값": r"\text{값}",
    "사과_1": r"\text{사과}_{1}",
    "사과1": r"\text{사과1}",
    "what": r"\mathrm{what}",
    "medical": r"\mathrm{medical}",
    "unbar": r"\mathrm{unbar}",
    "alpha1_2": r"\mathrm{alpha1\_2}",
    "x_": r"\mathrm{x\_}",
    "_x": r"\mathrm{\_x}",
    "_": r"\mathrm{\_}",
    "x_1_2": r"\mathrm{x\_1\_2}",
}


@pytest.mark.parametrize(("name", "written"), NAMES.items(), ids=NAMES)
def test_latex_name(name, written):
    assert latex_name(name) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (sp.Rational(11, 5), r"\frac{11}{5}"),
        (sp.log(x), r"\log{\left(x \right)}"),
        (sp.Symbol("unit_price", real=True) ** 2, r"\mathrm{unit\_price}^{2}"),
        (sp.Symbol("값", real=True) * 2, r"2 \, \text{값}"),
        (sp.Symbol("what", real=True), r"\mathrm{what}"),
    ],
    ids=str,
)
def test_latex(value, written):
    assert latex(value) == written
