"""An upstream gradient that is given: what goes back is that of the sum Σ upstream · output."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import programs

from graphgen.autodiff import backward, forward
from graphgen.drawing import picture
from graphgen.errors import EvaluationError, GraphgenError, OptionError
from graphgen.graph import with_upstream
from graphgen.language import given_upstream, parse
from graphgen.options import Options
from graphgen.page import as_json
from graphgen.verification import differences, verifier, verify
from graphgen.verification.given import weighed

LAYERS = {
    "a layer": (
        "W = [[1, -1], [2, 1]]\nx = [[1, 2], [3, 4]]\ny = relu(x @ W + [1, 2])",
        [[1, 0], [0, "0.5"]],
    ),
    "softmax": ("x = [1, 2, 3]\ny = softmax(x)", [1, -2, "0.3"]),
    "a fan-out": ("x = [1, 2]\ny = x * tanh(x) + x", [3, -1]),
    "a single number": ("x = 2\ny = exp(x) * x", "-1.1"),
    "a limit": ("x = 0\ny = [1, 2] * sqrt(x) ** 2", [3, "0.5"]),
}


@pytest.mark.parametrize(("source", "upstream"), LAYERS.values(), ids=LAYERS)
def test_what_goes_back_is_that_of_the_weighed_sum(source, upstream):
    report = verify(parse(source), upstream=upstream).require()
    written = "[" + ", ".join(map(str, upstream)) + "]" if isinstance(upstream, list) else upstream
    weighed = verify(parse(f"{source}\nL = sum(y * {written})".replace("'", ""))).require()
    for node in report.graph:
        if node.id in report.numeric.gradients and node.name:
            np.testing.assert_allclose(
                report.numeric.gradients[node.id], weighed.numeric.gradients[node.id], rtol=1e-12
            )


def test_floats_that_are_compared_start_from_it(monkeypatch):
    monkeypatch.setattr(verifier, "MAX_OPERATIONS", 0)
    source, upstream = LAYERS["a fan-out"]
    report = verify(parse(source), upstream=upstream).require()
    assert report.numbers.level == "compared"
    weighed = verify(parse(f"{source}\nL = sum(y * {upstream})")).require()
    np.testing.assert_allclose(report.numeric.gradients["x"], weighed.numeric.gradients["x"], rtol=1e-12)


@settings(max_examples=25)
@given(programs(max_steps=6))
def test_gradients_are_linear_in_it(graph):
    once, thrice = verify(graph), verify(graph, upstream=3)
    for id, gradient in once.numeric.gradients.items():
        assert thrice.numeric.gradients[id] == pytest.approx(3 * gradient, rel=1e-12, abs=1e-300)


def test_the_float_engine_starts_from_it():
    graph = with_upstream(parse("x = [1, 2]\ny = x * x"), [3, "0.5"])
    assert backward(forward(graph)).gradients["x"].tolist() == [6, 2]


@pytest.mark.parametrize("source", ["x = 3\ny = x * x", "x = [3, 1]\ny = x * x"])
def test_differences_that_weigh_otherwise_are_named(source, monkeypatch):
    upstream = [2, 5] if "[" in source else 2
    monkeypatch.setattr(differences, "weighed", lambda graph, output: 7 * weighed(graph, output))
    report = verify(parse(source), upstream=upstream)
    assert [mismatch.kind for mismatch in report.mismatches] == ["slope along"]


@pytest.mark.parametrize(
    ("source", "upstream", "message"),
    [
        ("x = [1, 2]\ny = x * x", 2, "the upstream gradient of 'y' is a single number; give an array of the"),
        ("x = [1, 2]\ny = x * x", [1, 2, 3], "is an array of the shape \\(3,\\); give an array of the shape"),
        ("x = 2\ny = x * x", [1, 2], "is an array of the shape \\(2,\\); give a single number"),
        (
            "y = x * x",
            2,
            "an upstream gradient in numbers is for a graph in numbers; give every input its number",
        ),
        ("x = [1, 2]\ny = x * x", None, "give an upstream gradient of that shape, by upstream="),
    ],
)
def test_one_that_does_not_fit_is_refused(source, upstream, message):
    with pytest.raises(EvaluationError, match=message):
        verify(parse(source), upstream=upstream)


@pytest.mark.parametrize(
    "written",
    ["dL/dx", "dy/dx", "a + b", "exp", "1; y = 2", "1\nz = 2", "[1, [2]]", "[[1, 2]", "x", "", "= 2"],
)
def test_the_option_takes_numbers_and_symbols_alone(written):
    with pytest.raises(GraphgenError):
        picture(parse("x = [1, 2]\ny = x * x"), Options(upstream=written)).require_scene()


@pytest.mark.parametrize("other", [{"values": "symbols"}, {"show": "forward"}, {"tangent": "x"}])
def test_the_option_is_for_a_backward_pass(other):
    with pytest.raises(OptionError, match=r"(upstream|gradient in numbers) is for a backward pass"):
        Options(upstream="2", **other)


SYMBOLS = {
    "a letter": ("y = w * x", "g", {"y": "g", "w": "g·x", "x": "g·w"}),
    "a derivative": ("y = w * x", "dL/dy", {"y": "∂L/∂y", "w": "∂L/∂y·x"}),
    "a Greek letter": ("y = w * x", "delta", {"y": "δ", "w": "δ·x"}),
    "a fan-out": ("t = x + 1\ny = t * exp(t)", "∂J/∂y", {"x": "∂J/∂t", "t": "∂J/∂y·(x + 2)·eˣ⁺¹"}),
    "matrices": ("W: (3, 2)\nX: (2, 4)\nY = W @ X", "G", {"W": "G · Xᵀ", "X": "Wᵀ · G"}),
    "arrays": ("h: (4,)\ny = tanh(h)", "dL/dy", {"h": "∂L/∂y ⊙ (1 − y²)"}),
    "inputs with numbers": ("x = 2\nw = 3\ny = x * w", "g", {"x": "g·w"}),
}


@pytest.mark.parametrize(("source", "upstream", "gradients"), SYMBOLS.values(), ids=SYMBOLS)
def test_a_symbol_stands_in_what_goes_back(source, upstream, gradients):
    shown = picture(parse(source), Options(upstream=upstream))
    assert set(shown.levels) == {"proved"}
    assert {id: shown.texts.gradient(shown.graph[id]) for id in gradients} == gradients
    assert shown.texts.gradient(shown.graph[shown.graph.output]) in as_json(shown)


def test_a_symbol_gives_no_numbers():
    graph = given_upstream(parse("x = 2\ny = x * x"), "g")
    for ask in (verify, forward):
        with pytest.raises(
            EvaluationError, match="the upstream gradient 'g' is a symbol, and has no numbers"
        ):
            ask(graph)
    with pytest.raises(EvaluationError, match="is a symbol"):
        picture(parse("x = 2\ny = x * x"), Options(upstream="g", values="numbers"))


def test_a_picture_says_it():
    shown = picture(
        parse("L = [1, 2]\ny = L * L"), Options(upstream="[3, 1/2]", show="forward backward local")
    )
    written = as_json(shown)
    assert '"upstream": "[3, 0.5]"' in written
    assert (
        "Going back from y, its upstream gradient is [3, 0.5]; the gradient with respect to L is [6, 2]"
        in written
    )
    assert shown.texts.names.gradient("L") == "∂J/∂L"


def test_an_opened_layer_keeps_it():
    options = Options(upstream="[3, 1/2]", open="all")
    shown = picture(parse("x = [0, 0]\ny = sigmoid(x)"), options)
    assert list(shown.numbers.gradients["x"]) == [Fraction(3, 4), Fraction(1, 8)]
