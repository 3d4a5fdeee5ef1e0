"""The shapes of inputs of which none is told."""

import pytest

import graphgen
from graphgen.errors import EvaluationError, SourceError
from graphgen.language import parse

# How many axes the values have.
AXES = {
    "z = W @ x": {"W": 2, "x": 1, "z": 1},
    "z = X @ W": {"X": 2, "W": 2, "z": 2},
    "z = W @ x + b\nL = sum(z ** 2)": {"b": 1, "z": 1, "L": 0},
    "s = u @ tanh(W @ x)": {"u": 1, "W": 2, "x": 1, "s": 0},
    "o = W @ h\nJ = (o - y) ** 2 + lam * sum(W * W)": {"W": 1, "h": 1, "y": 0, "lam": 0},
    "S = Q @ K.T / 2\nL = sum(softmax(S) @ V)": {"Q": 2, "K": 2, "V": 2},
    "y = a * b + c": {"a": 0, "b": 0, "c": 0},
    "R = sum(W ** 2)": {"W": 2, "R": 0},
}


@pytest.mark.parametrize(("source", "axes"), AXES.items(), ids=AXES)
def test_how_many_axes_a_value_has_follows_from_its_use(source, axes):
    graph = parse(source)
    assert {id: len(graph[id].shape) for id in axes} == axes
    assert not graph.unclear


def test_lengths_are_equal_only_where_an_operation_asks_for_it():
    graph = parse("U = X @ W\nV = U @ A.T\nL = sum(V * B)")
    (n, m), (_, k) = graph["X"].shape, graph["W"].shape
    assert graph["W"].shape == (m, k)
    assert graph["A"].shape[1] == k
    assert graph["B"].shape == graph["V"].shape == (n, graph["A"].shape[0])
    assert len({n, m, k, graph["A"].shape[0]}) == 4


def test_a_length_that_is_told_by_another_input_is_taken():
    assert parse("W = [[1, 2, 3], [4, 5, 6]]\nz = W @ x")["x"].shape == (3,)


@pytest.mark.parametrize("source", ["z = X @ W + b\nL = sum(z)", "f = sigmoid(W @ h)\nL = sum(f * b)"])
def test_an_input_that_may_have_another_shape_is_unclear(source):
    assert parse(source).unclear == ("b",)


def test_a_row_that_is_told_is_added_to_each_row():
    graph = parse("b = [1, 2, 3]\nz = X @ W + b\nL = sum(z)")
    assert len(graph["X"].shape) == len(graph["W"].shape) == 2
    assert graph["W"].shape[1] == 3
    assert not graph.unclear


def test_many_inputs_are_read_in_little_time():
    gate = "{0} = sigmoid(W_{0} @ x + U_{0} @ h + b_{0})\n"
    cell = "".join(gate.format(name) for name in "fiog") + "c = f * c_0 + i * g\nL = sum(o * tanh(c) * u)"
    graph = parse(cell)
    assert len(graph["W_f"].shape) == 2
    assert len(graph["x"].shape) == len(graph["h"].shape) == len(graph["b_o"].shape) == 1
    assert graph.unclear == ("c_0", "u")


def test_what_fits_no_shape_is_refused():
    with pytest.raises(SourceError, match="does not fit the shapes"):
        parse("w = 2\nz = w @ x")


def test_no_message_tells_a_length_that_only_stands_for_one():
    graph = parse("z = W @ x")
    with pytest.raises(EvaluationError, match="the output 'z' is an array: it has no gradient"):
        graphgen.picture(graph)
    with pytest.raises(EvaluationError, match="the shape of 'W' is not known before it has numbers"):
        graphgen.forward(graph, {"W": [[1, 2, 3]], "x": [1, 2, 3]})
