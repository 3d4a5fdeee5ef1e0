import pytest

from graphgen.errors import SourceError
from graphgen.language.parser import parse
from graphgen.language.tracer import trace
from graphgen.notation.labels import label_text
from graphgen.notation.scripts import plain, width

SET = {
    r"\hat{y}": "ŷ",
    r"\hat y_1": "ŷ₁",
    r"\hat{y_1}": "ŷ₁",
    r"\bar{x}": "x\u0304",
    r"\tilde w": "w\u0303",
    r"\vec{v}": "v\u20d7",
    r"\dot{\theta}": "θ\u0307",
    r"\overline{ab}": "a\u0305b\u0305",
    r"\mathcal{L}(\theta)": "ℒ(θ)",
    r"\mathcal{D}": "D",
    r"x \in \mathbb{R}^n": "x ∈ ℝⁿ",
    r"\|v\|": "‖v‖",
    r"\lVert v \rVert_2": "‖v‖₂",
    r"\lvert x \rvert": "|x|",
    r"p(y \mid x)": "p(y | x)",
    r"\langle u, v \rangle": "⟨u, v⟩",
    "f'(x)": "f′(x)",
    r"f^{\prime\prime}": "f′′",
    "w^*": "w*",
    r"\min_w L": "min_w L",
    r"y\log p": "y log p",
    r"\arg\max_i p_i": "arg maxᵢ pᵢ",
    r"\log(p)": "log(p)",
    r"\log_2 x": "log₂ x",
    r"\operatorname*{argmin} f": "argmin f",
    r"a \cdot b": "a · b",
    r"\frac{1}{2}(z-y)^2": "½(z−y)²",
    r"\frac{3}{4}": "¾",
    r"\frac{1}{6}(z-y)": "(1/6)(z−y)",
    r"\frac{a}{b} c": "(a/b) c",
    r"\frac{a}{b} + c": "a/b + c",
    r"\frac{a}{b}^2": "(a/b)²",
    r"\frac{\partial L}{\partial x_1}": "∂L/∂x₁",
    r"\frac{\partial L}{\partial y}\frac{\partial y}{\partial x}": "(∂L/∂y)∂y/∂x",
    r"{\frac{a}{b}}c": "(a/b)c",
    r"\frac{a+b}{c}": "(a+b)/c",
    r"\sqrt{x}": "√x",
    "a^{(L-1)}": "a^(L−1)",
    "h_{t - 1}": "hₜ₋₁",
    "W^Q": "W^Q",
    "J_{MLE}": "J_MLE",
    r"\hat y^{[2]}": "ŷ^[2]",
    "x_i^{(j)}": "xᵢ⁽ʲ⁾",
    r"\sum_{i=1}^n x_i": "∑ᵢ₌₁ⁿ xᵢ",
    r"\mathbf{W}^\top x": "Wᵀx",
    r"\frac{a^{(L-1)}}{c}": "a^(L−1)/c",
    r"\frac{a}{b}^Q": "(a/b)^Q",
    r"\log \mathbf{p}": "log p",
    r"e^{-x^2}": "e^(−x²)",
    r"\left(\frac{1}{n}\right)": "(1/n)",
    r"5\%": "5%",
}


@pytest.mark.parametrize(("latex", "text"), SET.items(), ids=SET)
def test_a_formula_is_set_on_one_line(latex, text):
    assert plain(label_text(f"loss ${latex}$")) == f"loss {text}"
    assert parse(f"x = 1  # loss ${latex}$")["x"].label == f"loss ${latex}$"


@pytest.mark.parametrize("label", ["2 $ a piece", "from $5 to $6", r"C:\new", "$$"])
def test_what_is_no_formula_stays_as_it_was_written(label):
    assert plain(label_text(parse(f"x = 1  # {label}")["x"].label)) == label


FAULTS = {
    r"$\hatt{y}$": r"a label's formula has \hatt, which is not known; did you mean \hat? "
    r"write the sign itself, or \text{…} for a word",
    r"a $\foobarbaz x$ b": r"a label's formula has \foobarbaz, which is not known; "
    r"write the sign itself, or \text{…} for a word",
    r"$\frac{1}$": r"a label's formula is not readable: '$\\frac{1}$'; "
    "each command needs what it takes, as in \\frac{a}{b}, and each { its }",
    "$x^{2$": "a label's formula is not readable: '$x^{2$'; "
    "each command needs what it takes, as in \\frac{a}{b}, and each { its }",
    "$x_1_2$": "a label's formula is not readable: '$x_1_2$'; "
    "each command needs what it takes, as in \\frac{a}{b}, and each { its }",
    r"$\hat{abc}$": r"a label's formula is not readable: '$\\hat{abc}$'; "
    "each command needs what it takes, as in \\frac{a}{b}, and each { its }",
}


@pytest.mark.parametrize(("label", "message"), FAULTS.items(), ids=FAULTS)
def test_a_command_that_is_not_known_is_told_with_its_line(label, message):
    with pytest.raises(SourceError) as caught:
        parse(f"x = 1\ny = x * 2  # {label}")
    assert str(caught.value) == f"2:12: {message}"


def test_a_label_of_a_traced_function_is_read_alike():
    with pytest.raises(SourceError, match=r"has \\hatt, which is not known"):
        trace(lambda x: (x * 2).named("y", r"$\hatt{y}$"), x=1)


def test_marks_take_no_room():
    assert width("v\u20d7", 14) == width("v", 14)
    assert width("x\u0304", 14) == width("x", 14)
