"""The formulas of arrays in symbols, by the shapes that are declared or follow."""

import pytest

from graphgen.algebra import array_forms
from graphgen.errors import OptionError
from graphgen.language import parse

WRITTEN = {
    "a product, and a sum of squares": (
        "z = W @ x\nL = sum(z ** 2)",
        {"W": "2z · xᵀ", "x": "2Wᵀ · z", "z": "2z", "v1": "𝟏"},
    ),
    "a neuron": (
        "z = W @ x + b\nh = sigmoid(z)\ns = u @ h",
        {
            "u": "hᵀ",
            "h": "uᵀ",
            "z": "∂s/∂h ⊙ h ⊙ (1 − h)",
            "W": "∂s/∂z · xᵀ",
            "x": "Wᵀ · ∂s/∂z",
            "b": "∂s/∂z",
        },
    ),
    "a regularised network": (
        "z = W_1 @ x\nh = tanh(z)\no = W_2 @ h\nL = square(o - y)\n"
        "s = lam / 2 * (sum(W_1 * W_1) + sum(W_2 * W_2))\nJ = L + s",
        {
            "h": "2(o − y) · W₂ᵀ",
            "z": "∂J/∂h ⊙ (1 − h²)",
            "x": "W₁ᵀ · ∂J/∂z",
            "y": "2(y − o)",
            "W_1": "∂J/∂W₁",
        },
    ),
    "a product with a transposed matrix": (
        "S = Q @ K.T\nA = softmax(S)\nL = sum(A * A)",
        {"Q": "∂L/∂S · K", "K": "(∂L/∂S)ᵀ · Q", "v1": "Qᵀ · ∂L/∂S", "S": "∂L/∂S"},
    ),
    "a bias added to each row": (
        "X = [[1, 2], [3, 4], [5, 6]]\nW = [[1, 2], [3, 4]]\nb = [1, 2]\nL = sum((X @ W + b) ** 2)",
        {"b": "𝟏ᵀ · (2(b + v₁))"},
    ),
    "a number times a matrix": (
        "W = [[1, 2], [3, 4]]\na = 2\nL = sum(sigmoid(a * W))",
        {"W": "a·(1 − σ(a·W)) ⊙ σ(a·W)", "a": "Σ W ⊙ (1 − σ(a·W)) ⊙ σ(a·W)"},
    ),
    "a number added to each entry": ("W = [[1, 2], [3, 4]]\na = 2\nL = sum(W - a)", {"W": "𝟏", "a": "−4"}),
    "a mean": ("W = [[1, 2], [3, 4]]\nL = mean(W ** 2)", {"W": "W/2", "v1": "0.25·𝟏"}),
    "a layer": (
        "X = [[1, 2], [3, 4]]\nW = [[1, 2], [3, 4]]\nb = [1, 2]\nz = affine(X, W, b)\nL = sum(z * z)",
        {"X": "2z · Wᵀ", "W": "2Xᵀ · z", "b": "2𝟏ᵀ · z"},
    ),
    "a loss": (
        "x = [[1, 2], [3, 4]]\ny = [[0, 1], [1, 0]]\nL = softmax_cross_entropy(x, y)",
        {"x": "0.5 · (softmax(x) − y)"},
    ),
}


@pytest.mark.parametrize(("source", "texts"), WRITTEN.values(), ids=WRITTEN)
def test_gradients_of_arrays_are_written_as_in_a_textbook(source, texts):
    gradients = array_forms(parse(source)).gradients
    assert {id: gradients[id].text() for id in texts} == texts


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "z = X @ W + b\nL = sum(z)",
            "nothing says whether 'b' is a number, a row or a matrix; declare its shape",
        ),
        (
            "L = sum(a * (W @ x))",
            "nothing says whether 'a' is a number, a row or a matrix; declare its shape",
        ),
        ("L = softmax_cross_entropy(X @ W, y)", "nothing says whether 'y' is a number, a row or a matrix"),
        ("L = mean(W @ x)", "what mean sends back depends on the shape of 'W @ x', which is not known"),
    ],
)
def test_a_formula_that_depends_on_a_shape_asks_for_it(source, message):
    with pytest.raises(OptionError) as caught:
        array_forms(parse(source))
    assert str(caught.value).partition(": ")[2].startswith(message)
