"""Tangents: the derivative of every value along a direction of the inputs."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import programs

import graphgen
from graphgen.errors import EvaluationError, VerificationError
from graphgen.language import parse
from graphgen.verification import forward_mode, tangents, verify, verify_tangents

BAYDIN = "x1 = 2\nx2 = 5\nv1 = log(x1)\nv2 = x1 * x2\nv3 = sin(x2)\ny = v1 + v2 - v3"
NETWORK = "W = [[1, 2], [3, 4]]\nx = [1, 2]\nb = 0.5\nh = tanh(W @ x + b)\nL = sum(h * h) + sum(softmax(W))"


def test_the_example_of_baydin_and_others():
    found = tangents(parse(BAYDIN), "x1").tangents
    assert {id: found[id] for id in ("x1", "x2", "v1", "v2", "v3", "y")} == {
        "x1": 1,
        "x2": 0,
        "v1": Fraction(1, 2),
        "v2": 5,
        "v3": 0,
        "y": Fraction(11, 2),
    }
    assert float(tangents(parse(BAYDIN), "x2").tangents["y"]) == pytest.approx(1.7163378145367738)


@settings(max_examples=25)
@given(programs(max_steps=6))
def test_forward_mode_meets_the_gradients_of_the_backward_pass(graph):
    gradients = verify(graph).numbers.gradients
    for node in graph.inputs:
        report = verify_tangents(graph, node.id).require()
        assert float(report.numbers.tangents[graph.output]) == pytest.approx(
            float(gradients[node.id]), rel=1e-12, abs=1e-300
        )


def test_a_direction_of_arrays_is_weighed_with_their_gradients():
    graph = parse(NETWORK)
    direction = {"W": [[1, 0], ["-0.5", 3]], "x": [2, -1], "b": 1}
    run = verify_tangents(graph, direction).require().numbers
    exact = {"W": np.array([[1, 0], [-0.5, 3]]), "x": np.array([2, -1]), "b": 1}
    gradients = verify(graph).numeric.gradients
    expected = sum(np.sum(gradients[id] * move) for id, move in exact.items())
    assert float(run.tangents["L"]) == pytest.approx(expected, rel=1e-12)
    assert run.tangents["h"].shape == (2,)


def test_inputs_can_be_moved():
    assert tangents(parse("x = 1\ny = x * x"), "x", {"x": 5}).tangents["y"] == 10


@pytest.mark.parametrize(("source", "name"), [(BAYDIN, "v2"), (NETWORK, "h")])
def test_a_wrong_vjp_is_named(source, name, monkeypatch):
    right = forward_mode.vjp_rules_of

    def rules(node):
        found = right(node)
        if node.id != name:
            return found
        return tuple(lambda *numbers, rule=rule: 2 * rule(*numbers) for rule in found)

    monkeypatch.setattr(forward_mode, "vjp_rules_of", rules)
    with pytest.raises(VerificationError, match=f"the tangent {name} is"):
        verify_tangents(parse(source), "x1" if source == BAYDIN else {"b": 1}).require()


@pytest.mark.parametrize(
    ("source", "direction", "message"),
    [
        ("x = 0\ny = sqrt(x)", "x", "2:5: 'y' (sqrt(x)) has no finite derivative"),
        ("x = 1\ny = x * 2", "z", "'z' is not an input of the graph; its inputs are x"),
        ("x = [1, 2]\ny = sum(x)", "x", "1:1: 'x' is an array, which moves along a direction of its own; in"),
        ("x = [1, 2]\ny = sum(x)", {"x": 1}, "1:1: the value given for 'x' is '1'; give an array of"),
        ("y = x * 2", "x", "1:5: the input 'x' has no number; give it one: x = 1"),
        (f"x = 1\ny = sum(x * {[1] * 65})", "x", "tangents are proved for arrays of at most 64 entries"),
    ],
)
def test_refused(source, direction, message):
    with pytest.raises((EvaluationError, graphgen.GraphgenError)) as caught:
        tangents(parse(source), direction)
    assert message in str(caught.value)


def test_what_does_not_move_needs_no_derivative():
    assert tangents(parse("x = 0\na = 3\ny = sqrt(x) + a"), "a").tangents["y"] == 1


def test_a_convention_at_a_kink_is_told():
    assert verify_tangents(parse("x = 0\ny = relu(x)"), "x").numbers.kinks == {"y"}
