"""The formulas that pictures print of arrays, held against the proven numbers."""

from dataclasses import replace

import pytest

from graphgen import algebra
from graphgen.autodiff import compiled, forward
from graphgen.errors import EvaluationError, VerificationError
from graphgen.graph import node as graph_node
from graphgen.language import parse
from graphgen.ops import abstract
from graphgen.verification import exact_pass, tangents, verify, verify_symbolic

NETWORK = "z = W @ x + b\nh = tanh(z)\no = u @ h\nL = (o - y) ** 2 + sum(W * W) / 2"
ATTENTION = (
    "X = [[1, 0], [0, 1]]\nQ = X @ A\nK = X @ B\nS = Q @ K.T / 2\nP = softmax(S)\n"
    "L = sum((P @ X) ** 2) + sum(A)"
)
UNUSED = "u = square(x)\nn = u @ u\nL = square(0)"


@pytest.mark.parametrize("source", [NETWORK, ATTENTION, "L = sum(sigmoid(X @ W) @ u)", UNUSED])
def test_what_is_written_of_arrays_is_proved(source):
    report = verify_symbolic(parse(source)).require()
    assert report.is_proved
    assert report.count > report.numbers.count


def test_a_forward_picture_needs_no_single_number_at_its_end():
    assert verify_symbolic(parse("z = W @ x"), backward=False).require().is_proved


@pytest.mark.parametrize("wrong", [("W", "v1", 0), ("z", "h", 0), ("u", "o", 0), ("b", "z", 1)])
def test_a_wrong_formula_is_found(wrong, monkeypatch):
    right = algebra.array_forms

    def forms(graph, backward=True):
        found = right(graph, backward)
        contributions = tuple(
            replace(form, form=2 * form.form) if edge == wrong else form
            for edge, form in zip(graph.edges, found.edge_contributions, strict=True)
        )
        return replace(found, edge_contributions=contributions)

    monkeypatch.setattr(algebra, "array_forms", forms)
    with pytest.raises(VerificationError, match=f"written contribution {wrong[0]} → {wrong[1]}"):
        verify_symbolic(parse(NETWORK)).require()


FUNCTIONS = [
    "f: function\nx = f(w)\ny = f(x)\nz = f(y)",
    "f: function\ng: function\nx = f(w)\ny = f(x)\nz = g(x, y)",
    "f: function\nw = 2\nz = log(1 - f(w) ** 2) / f(3)",
    "l: function\nf: function\nL = l(y, f(x, f(x0, h, w), w))",
    "phi: function\nW: (2, 3)\ny: (2,)\nh = phi(W @ x + b)\nL = sum((h - y) ** 2)",
]


@pytest.mark.parametrize("source", FUNCTIONS)
def test_what_is_written_with_functions_that_are_only_named_is_proved(source):
    report = verify_symbolic(parse(source)).require()
    assert report.is_proved
    assert report.count > report.numbers.count


@pytest.mark.parametrize("source", FUNCTIONS[:2])
def test_a_wrong_derivative_of_a_function_that_is_only_named_is_found(source, monkeypatch):
    of_functions = {op.name: op for op in (abstract("f", 1), abstract("g", 2))}
    monkeypatch.setattr(
        graph_node,
        "abstract",
        lambda name, arity: replace(of_functions[name], vjps=("2 * g * x",) * arity),
    )
    with pytest.raises(VerificationError):
        verify_symbolic(parse(source)).require()


@pytest.mark.parametrize("ask", [verify, forward, compiled, exact_pass, lambda graph: tangents(graph, "w")])
def test_a_function_that_is_only_named_has_no_numbers(ask):
    with pytest.raises(
        EvaluationError, match="2:5: the function 'f' is only named, and has no numbers; write"
    ):
        ask(parse("f: function\nx = f(3) * w"))
