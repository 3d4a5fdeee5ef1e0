"""Graphs of arrays: their engine against the graph of their entries, and what is refused."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from strategies import array_programs, programs

from graphgen.algebra.symbolic import exact_pass
from graphgen.algebra.unroll import MAX_OPERATIONS, operations, unroll
from graphgen.autodiff.engine import backward, forward
from graphgen.drawing.pictures import picture
from graphgen.errors import EvaluationError, OptionError, VerificationError
from graphgen.functions import softmax_cross_entropy
from graphgen.language.parser import parse
from graphgen.language.tracer import trace
from graphgen.ops.table import OPS
from graphgen.verification.verifier import verify, verify_forward

NETWORK = """
X = [[1, -2], [0.5, 3]]
W = [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]]
b = [0.01, 0.02, 0.03]
t = [2, 0]
h = relu(X @ W + b)
loss = softmax_cross_entropy(h, t)
"""


@settings(max_examples=60)
@given(array_programs())
def test_arrays_exact_numbers_and_differences_agree(graph):
    assert [str(check) for check in verify(graph).mismatches] == []


@settings(max_examples=20)
@given(programs(max_steps=6))
def test_a_graph_of_single_numbers_unrolls_to_itself(graph):
    unrolled = unroll(graph)
    assert [node.source for node in unrolled.graph if node.op] == [node.source for node in graph if node.op]
    assert {id: unrolled.entries[id] for id in graph.ids if not graph[id].is_constant} == {
        node.id: node.id for node in graph if not node.is_constant
    }


def test_every_entry_is_a_node_that_says_where_it_stands():
    unrolled = unroll(parse("x = [[1, 2], [3, 4]]\ny = sum(x @ x)"))
    assert unrolled.entries["x"].tolist() == [["x[0,0]", "x[0,1]"], ["x[1,0]", "x[1,1]"]]
    assert unrolled.sent["x", "v1", 1][0, 1] == "x[0,1]→v1:2"
    assert {unrolled.owner[id] for id in unrolled.entries["v1"].flat} == {"v1"}


def test_exact_gradients_of_arrays():
    run = exact_pass(parse("x = [[1, 0.5], [3, 4]]\nw = [2, 1/3]\ny = sum(x @ w)"))
    assert run.values["y"] == sp.Rational(19, 2)
    assert run.gradients["x"].tolist() == [[2, sp.Rational(1, 3)]] * 2
    assert run.gradients["w"].tolist() == [4, sp.Rational(9, 2)]


@pytest.mark.parametrize(
    ("source", "gradient"),
    [
        ("x = [1, -2]\ny = sum(x ** 2)", [2, -4]),
        ("x = [-1, 2]\ny = sum(x ** 3 / 3)", [1, 4]),
        ("x = [1, -2, 4]\nm = mean(x)\ny = mean((x - m) ** 2)", [0, -2, 2]),
    ],
)
def test_a_constant_beside_an_array_has_no_derivative_that_must_exist(source, gradient):
    report = verify(parse(source))
    assert report.passed
    assert list(report.exact.gradients["x"]) == gradient


def test_an_input_can_be_replaced_exactly():
    graph = parse("x = [1, 2]\ny = sum(x * x)")
    assert exact_pass(graph, {"x": ["0.1", "0.2"]}).gradients["x"].tolist() == [
        sp.Rational(1, 5),
        sp.Rational(2, 5),
    ]
    with pytest.raises(EvaluationError, match=r"give an array of the shape \(2,\)"):
        exact_pass(graph, {"x": [1, 2, 3]})


def test_a_network_of_one_layer():
    report = verify(parse(NETWORK)).demand()
    x, w, b = (np.array(report.numeric.values[name]) for name in "XWb")
    h = np.maximum(x @ w + b, 0)
    p = np.exp(h) / np.exp(h).sum(axis=1, keepdims=True)
    assert report.numeric.values["loss"] == pytest.approx(-np.log(p[[0, 1], [2, 0]]).mean(), rel=1e-14)
    sent = (p - np.eye(3)[[2, 0]]) / 2 * (h > 0)
    assert report.numeric.gradients["W"] == pytest.approx(x.T @ sent, rel=1e-13)
    assert report.numeric.gradients["t"].tolist() == [0, 0]


BROADCAST = {
    "a number": ("x = 3\ny = [[1, 2], [3, 4]]", 10),
    "a row": ("x = [1, 2]\ny = [[1, 2], [3, 4]]", [4, 6]),
    "a column": ("x = [[1], [2]]\ny = [[1, 2], [3, 4]]", [[3], [7]]),
    "both ways": ("x = [[1], [2]]\ny = [3, 4]", [[7], [7]]),
}


@pytest.mark.parametrize(("source", "gradient"), BROADCAST.values(), ids=BROADCAST)
def test_what_was_repeated_gets_the_sum_of_what_comes_back(source, gradient):
    run = backward(forward(parse(f"{source}\nz = sum(x * y)")))
    assert np.array_equal(run.gradients["x"], gradient)
    assert run.contributions["x", "v1", 0] is not None


def test_a_gradient_has_the_shape_of_its_node_even_where_nothing_arrives():
    run = backward(forward(parse("x = [1, 2]\nunused = x * x\nc = [3, 4]\ny = sum(c)")))
    assert run.gradients["x"].tolist() == run.gradients["unused"].tolist() == [0, 0]
    assert run.contributions["x", "unused", 0].tolist() == [0, 0]


def test_a_contribution_is_not_changed_by_what_is_added_to_it():
    run = backward(forward(parse("x = [1, 2]\ny = sum(x) + sum(x * x)")))
    assert run.contributions["x", "v1", 0].tolist() == [1, 1]
    assert run.gradients["x"].tolist() == [3, 5]


def test_an_output_that_is_an_array_needs_an_upstream_gradient():
    run = forward(parse("x = [1, 2]\ny = x * x"))
    with pytest.raises(EvaluationError) as caught:
        backward(run)
    assert str(caught.value) == (
        "2:5: the output 'y' has the shape (2,): it has no gradient; end with a single number, as in sum(y) "
        "or mean(y); or give an upstream gradient of that shape; or show only the forward pass"
    )
    assert backward(run, [1, 10]).gradients["x"].tolist() == [2, 40]
    with pytest.raises(EvaluationError, match=r"of the shape \(3,\); give an array of the shape \(2,\)"):
        backward(run, [1, 2, 3])
    assert verify_forward(run.graph).passed


def through(op):
    """A program that leads through an op on whole arrays, at its first point."""
    given = [f"{name} = {np.array(x).tolist()}" for name, x in zip("xyz", op.points[0], strict=False)]
    value = op.source(*"xyz"[: op.arity], **op.variants[0])
    return "\n".join([*given, f"v = {value}", "out = sum(v * v)"])


LAYERS = {name: (through(op), name) for name, op in OPS.items() if not op.is_elementwise}


@pytest.mark.parametrize(("source", "name"), LAYERS.values(), ids=LAYERS)
def test_a_broken_rule_of_a_layer_is_caught_and_named(source, name, monkeypatch):
    verify(parse(source)).demand()
    op = OPS[name]
    broken = replace(op, vjps=tuple(f"1.001 * ({rule})" for rule in op.vjps))
    monkeypatch.setattr(import_module("graphgen.graph.graph"), "OPS", {**OPS, name: broken})
    with pytest.raises(VerificationError, match=rf"\(op {name}\).*check the op table's row '{name}'"):
        verify(parse(source)).demand()


def test_a_large_graph_is_held_against_differences_at_a_sample():
    rng = np.random.default_rng(0)
    graph = trace(
        lambda x, w, t: softmax_cross_entropy(x @ w, t),
        x=rng.normal(size=(40, 30)),
        w=rng.normal(size=(30, 5)),
        t=rng.integers(0, 5, 40),
    )
    assert operations(graph) > MAX_OPERATIONS
    report = verify(graph)
    assert report.passed
    assert sum(check.difference is not None for check in report.checks) >= 20
    with pytest.raises(OptionError, match="exact numbers are worked out for at most"):
        exact_pass(graph)


def test_a_graph_of_arrays_has_no_picture_in_symbols():
    with pytest.raises(EvaluationError) as caught:
        picture(parse("y = sum(a * [1, 2])"))
    assert str(caught.value) == (
        "1:9: the input 'a' has no number; "
        "a graph of arrays is worked out in numbers: give it one, as in a = 1"
    )


NO_VALUE = {
    "log of zero in a cross entropy": ("p = [[0, 1]]\nt = [0]\ny = cross_entropy(p, t)", "3:5: 'y'"),
    "a label that is none": ("p = [[0.5, 0.5]]\nt = [2]\ny = cross_entropy(p, t)", "3:5: 'y'"),
    "half a label": ("p = [[1, 2]]\nt = [0.5]\ny = softmax_cross_entropy(p, t)", "3:5: 'y'"),
    "a division by zero": ("x = [1, 0]\ny = sum(1 / x)", "2:9: 'v1' (1 / x) at x of the shape (2,)"),
    "an overflow": ("x = [1, 1000]\ny = sum(exp(x))", "2:9: 'v1' (exp(x)) at x of the shape (2,)"),
    "no derivative": ("x = [0, 1]\ny = sum(sqrt(x))", "2:9: 'v1' (sqrt(x)) at x of the shape (2,)"),
}


@pytest.mark.parametrize(("source", "told"), NO_VALUE.values(), ids=NO_VALUE)
def test_what_has_no_value_names_the_node_and_its_operands(source, told):
    with pytest.raises(EvaluationError) as caught:
        verify(parse(source))
    assert str(caught.value).startswith(told)
    assert " is defined for " in str(caught.value)
