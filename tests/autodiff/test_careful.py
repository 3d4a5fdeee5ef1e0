"""0 times an infinite slope: 0 where the output does not depend on it, refused where it may."""

import numpy as np
import pytest

from graphgen.autodiff.engine import backward, forward
from graphgen.errors import EvaluationError
from graphgen.language.parser import parse
from graphgen.verification.verifier import verify

STAYS_0 = {
    "the other side of a maximum": "x = 0\na = 5\ny = max(sqrt(x), a)",
    "the other side of a minimum": "x = 0\ny = min(sqrt(x), 0 - 1) + x",
    "a branch that is not taken": "x = 0\ny = relu(-1 - sqrt(x))",
    "a constant factor": "x = 0\ny = 0 * sqrt(x)",
    "a constant factor further on": "x = 0\ny = exp(sqrt(x) / 3 * 0) + x",
    "an input as a factor": "x = 0\nk = 0\ny = sqrt(x) * k",
    "the same input as a factor": "x = 0\ny = x * sqrt(x)",
    "an exponent that is 0": "x = 0\ny = sqrt(x) ** 0 + x",
    "an operation off the path": "x = 0\nunused = sqrt(x)\ny = x * 2",
    "clipping by a norm": "x = [0, 0]\nn = sqrt(sum(x ** 2))\ny = sum(x / max(1, n))",
    "a quotient by 1 and a norm": "x = [0, 0]\nn = sqrt(sum(x ** 2))\ny = sum(x / (1 + n))",
    "a mask, entry by entry": "x = [0, 4]\nm = [0, 1]\ny = sum(sqrt(x) * m)",
    "a maximum, entry by entry": "x = [0, 4]\ny = sum(max(sqrt(x), [1, 1]))",
    "a number spread over a mask": "x = 0\ny = sum([0, 0] * sqrt(x)) + x",
    "a sum of nothing but zeros": "x = [0, 0]\ny = sum(sqrt(x)) * 0",
}


@pytest.mark.parametrize("source", STAYS_0.values(), ids=STAYS_0)
def test_what_the_output_does_not_depend_on_sends_back_0(source):
    graph = parse(source)
    floats, proven, plan = backward(forward(graph)), verify(graph).numeric, graph.compile()()
    for node in graph.inputs:
        gradient = proven.gradients[node.id]
        assert np.array_equal(floats.gradients[node.id], gradient)
        assert np.array_equal(plan.gradients[node.id], gradient)


REFUSED = {
    "the square of a root": ("x = 0\ny = sqrt(x) ** 2", "'sqrt(x)' at x = 0"),
    "a root times itself": ("x = 0\ns = sqrt(x)\ny = s * s", "'s' (sqrt(x)) at x = 0"),
    "a root beside another term": (
        "x = 1\ny = x ** 2 + sqrt(1 - x ** 2) ** 2",
        "'sqrt(1 - (x ** 2))' at 1 - (x ** 2) = 0",
    ),
    "the cosine of a root": ("x = 0\ny = cos(sqrt(x))", "'sqrt(x)' at x = 0"),
    "a power of a power": ("x = 0\ny = (x ** 0.25) ** 2", "'x ** 0.25' at x = 0"),
    "a power that underflows elsewhere": ("x = 0\ny = (x ** 0.0005) ** 2000", "'x ** 0.0005' at x = 0"),
    "on the kink of relu": ("x = 0\ny = relu(sqrt(x))", "'sqrt(x)' at x = 0"),
    "on the kink of abs": ("x = 0\ny = abs(sqrt(x))", "'sqrt(x)' at x = 0"),
    "a norm's square": ("x = [0, 0]\ny = sqrt(sum(x ** 2)) ** 2", "'sqrt(sum(x ** 2))' at sum(x ** 2) = 0"),
    "entry by entry": ("x = [0, 4]\ny = sum(sqrt(x) ** 2)", "'sqrt(x)' at x of the shape (2,)"),
    "a tie in one entry": ("x = [0, 4]\ny = sum(max(sqrt(x), [0, 9]))", "'sqrt(x)' at x of the shape"),
    "a product of the two": ("x = [0, 4]\ny = sum(sqrt(x) @ sqrt(x))", "'sqrt(x)' at x of the shape (2,)"),
}


@pytest.mark.parametrize(("source", "blamed"), REFUSED.values(), ids=REFUSED)
def test_0_times_an_infinite_slope_is_refused(source, blamed):
    graph = parse(source)
    with pytest.raises(EvaluationError) as by_engine:
        backward(forward(graph))
    with pytest.raises(EvaluationError) as by_plan:
        graph.compile()()
    assert str(by_engine.value) == str(by_plan.value)
    assert blamed in str(by_engine.value)
    assert "has no finite derivative" in str(by_engine.value)


def test_a_seed_of_0_asks_for_no_slope():
    run = forward(parse("x = [0, 4]\ny = sqrt(x)"))
    assert backward(run, [0, 1]).gradients["x"].tolist() == [0.0, 0.25]
    with pytest.raises(EvaluationError, match="has no finite derivative"):
        backward(run, [1, 0])


def test_a_gradient_of_an_input_that_overflows():
    run = forward(parse("x = 1e-5\ny = x * 1e307 * 10 + x * 1e307 * 10"))
    with pytest.raises(EvaluationError, match=r"^1:1: the gradient of .*'x'.* overflows"):
        backward(run)
