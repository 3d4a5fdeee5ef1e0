"""Gradients by the conventions at kinks, where the function has a derivative of its own or none."""

import pytest

from graphgen import tangents, verify
from graphgen.errors import EvaluationError
from graphgen.language import parse
from graphgen.verification import conventions

CANCELLED = {
    "relus": ("x = 0\ny = relu(x) - relu(-x)", "'x' is 1, where .* 'relu.x.', make it 0"),
    "a-factor": ("x = 0\na = relu(x)\nb = relu(-x)\ny = (a - b) * 3", "'x' is 3, .* make it 0"),
    "clips": ("x = 0\ny = clip(x, 0, 1) + clip(x, -1, 0)", "'x' is 1, .* make it 2"),
    "an-entry": ("x = [1, 1, 5]\ny = amin(x) + amax(x[:2])", "'x' is 1, .* make it 2"),
    "within": ("x = 0\nu = 0 * x\ny = relu(u) - relu(-u)", "'u' .* is 1, .* make it 0"),
    "roots": ("x = 2\nu = sqrt(x) - sqrt(2)\ny = exp(relu(u) - relu(-u))", "is 0.353553, .* make it 0"),
}
KEPT = {
    "a-kink": ("x = 0\ny = abs(x) + x", 1),
    "a-square": ("x = 1\ny = relu(x - 1) ** 2", 0),
    "shares-of-a-tie": ("x = 2\ny = max(x, 2) + min(x, 2)", 1),
    "a-square-beside-it": ("x = 0\ny = relu(x) + x * x", 0),
    "a-dead-branch": ("x = 0\ny = (relu(x) - relu(-x)) * 0", 0),
    "slow-differences": ("x = 0\ny = relu(x) * abs(x) + 3 * x", 3),
}


@pytest.mark.parametrize(("source", "message"), CANCELLED.values(), ids=CANCELLED)
def test_a_gradient_by_conventions_that_is_not_the_derivative_is_refused(source, message):
    with pytest.raises(EvaluationError, match=message):
        verify(parse(source))


@pytest.mark.parametrize(("source", "gradient"), KEPT.values(), ids=KEPT)
def test_where_both_sides_differ_the_convention_stands(source, gradient):
    assert verify(parse(source)).require().numbers.gradients["x"] == gradient


def test_inputs_of_a_large_graph_move_together(monkeypatch):
    monkeypatch.setattr(conventions, "_MOST_ENTRIES", 4)
    with pytest.raises(EvaluationError, match="make it 0"):
        verify(parse("x = [0, 0]\ny = sum(relu(x) - relu(-x))"))
    assert verify(parse("x = [0, 1]\ny = sum(relu(x))")).passed


def test_the_tangents_of_forward_mode_are_held_to_the_same():
    with pytest.raises(EvaluationError, match=r"the tangent of 'u' .* is 1, .* make it 0"):
        tangents(parse("x = 0\nu = relu(x) - relu(-x)\ny = u * 0"), "x")
    assert tangents(parse("x = 0\ny = abs(x) + x"), "x").tangents["y"] == 1
