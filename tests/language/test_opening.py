"""Layers opened: proved, entry by entry, to be the same computation."""

import numpy as np
import pytest
import sympy as sp
from entries import OVER_ENTRIES, array_of_symbols

from graphgen.algebra import expression, symbols
from graphgen.drawing import picture
from graphgen.errors import OptionError, VerificationError
from graphgen.graph import GraphBuilder, exact_value
from graphgen.language import opened, parse
from graphgen.ops import OPS
from graphgen.options import Options
from graphgen.verification import require_alike, verify

OPENABLE = {name: op for name, op in OPS.items() if op.opened and not op.parameters}
SHAPES = ((2, 3), (3, 2), (2,))


def written_out(op, operands):
    """The opened form over SymPy's symbols, arrays where the op takes arrays."""
    given = {letter: np.zeros(np.shape(x)).tolist() for letter, x in zip("xyz", operands, strict=False)}
    builder = GraphBuilder()
    at = [builder.input(name, exact_value(value)) for name, value in given.items()]
    closed = builder.apply(op, *at)
    builder.describe(closed, name="v")
    graph = opened(builder.build(closed), ["v"])
    found = dict(zip("xyz", operands, strict=False))
    for node in graph:
        if node.is_constant:
            found[node.id] = sp.Rational(node.value)
        elif node.op and node.op.is_elementwise:
            formula = sp.lambdify(
                symbols(node.op), expression(node.op), [{"exp": sp.exp, "log": sp.log}, "sympy"]
            )
            found[node.id] = np.vectorize(formula, otypes=[object])(*(found[id] for id in node.operands))
        elif node.op:
            arrays = [np.asarray(found[id], dtype=object) for id in node.operands]
            found[node.id] = OVER_ENTRIES[node.op.name](*arrays, **dict(node.parameters))
    return np.asarray(found["v"], dtype=object)


@pytest.mark.parametrize("op", OPENABLE.values(), ids=OPENABLE)
def test_an_opened_layer_has_the_value_and_every_derivative_of_the_closed_one(op):
    if op.is_elementwise:
        operands = list(symbols(op))
        closed = np.asarray(expression(op), dtype=object)
    else:
        shapes = SHAPES if op.arity == 3 else ((2, 3), (2, 3))
        if op.name == "linear":  # the matrix stands as PyTorch keeps it
            shapes = (shapes[0], shapes[1][::-1], shapes[2])
        operands = list(map(array_of_symbols, "xyz"[: op.arity], shapes))
        closed = np.asarray(OVER_ENTRIES[op.name](*operands), dtype=object)
    other = written_out(op, operands)
    for one, two in zip(closed.flat, other.flat, strict=True):
        one, two = one.rewrite(sp.exp), two.rewrite(sp.exp)
        assert sp.simplify(sp.expand_log(one - two, force=True)) == 0
        for symbol in np.ravel(np.concatenate([np.ravel(x) for x in operands])):
            assert sp.simplify(sp.diff(one, symbol) - sp.diff(two, symbol)) == 0


WITH_PARAMETERS = {
    "layer_norm": "x = [[1, 2, 4], [0, -1, 3]]\na = [1, 2, -1]\nb = [0.5, 0, 1]\nt = layer_norm(x, a, b)",
    "batch_norm": "x = [[1, 2, 4], [0, -1, 3]]\na = [1, 2, -1]\nb = [0.5, 0, 1]\nt = batch_norm(x, a, b)",
    "cosine_similarity": "x = [[1, 2], [0, -1]]\na = [[1, 2], [1, 0]]\nt = cosine_similarity(x, a)",
}


def test_a_layer_with_parameters_is_tried_opened():
    assert WITH_PARAMETERS.keys() == {name for name, op in OPS.items() if op.opened and op.parameters}


@pytest.mark.parametrize("source", WITH_PARAMETERS.values(), ids=WITH_PARAMETERS)
def test_a_layer_with_parameters_is_proved_to_be_the_same_opened(source):
    shown = picture(parse(f"{source}\ny = sum(t * t * t)"), Options(open="t"))
    assert "sqrt" in {node.op.name for node in shown.graph if node.op}


@pytest.mark.parametrize(
    "call",
    [
        "layer_norm(x, a, b, eps=0.1)",
        "layer_norm(x, x, x)",
        "cosine_similarity(x, x, axis=0)",
    ],
)
def test_a_layer_of_which_the_opened_form_is_another_is_not_opened(call):
    with pytest.raises(OptionError, match="is not an operation to open"):
        opened(parse(f"x = [[1, 2]]\na = [1, 2]\nb = [0, 1]\nt = {call}"), ["t"])


def test_softmax_with_loss_sends_back_y_minus_t():
    """∂L/∂x = (softmax(x) - t) / n for targets whose rows sum to 1: a theorem."""
    op = OPS["softmax_cross_entropy"]
    x = array_of_symbols("x", (2, 3))
    shares = sp.symbols("t:4", real=True)
    t = np.array([[*shares[:2], 1 - sum(shares[:2])], [*shares[2:], 1 - sum(shares[2:])]], dtype=object)
    loss = OVER_ENTRIES[op.name](x, t)
    softmax = OVER_ENTRIES["softmax"](x)
    for place in np.ndindex(x.shape):
        assert sp.simplify(sp.diff(loss, x[place]) - (softmax[place] - t[place]) / 2) == 0


def test_the_sigmoid_sends_back_y_times_1_minus_y():
    (x,) = symbols(OPS["sigmoid"])
    y = expression(OPS["sigmoid"])
    assert sp.simplify(sp.diff(y, x) - y * (1 - y)) == 0


def test_the_opened_sigmoid():
    graph = opened(parse("x = 1  # score\ny = sigmoid(x)  # share\nz = y * 2"), ["y"])
    assert [node.op.name for node in graph if node.op] == ["negate", "exp", "add", "divide", "multiply"]
    assert (graph["y"].label, graph["x"].label, graph["y"].op.name) == ("share", "score", "divide")
    assert str(graph["v1"].place) == "2:5"


def test_all_layers_at_once():
    graph = opened(parse("x = [1, 2]\nt = [0, 1]\nl = softmax_cross_entropy(sigmoid(x), t)"), ["all"])
    assert {node.op.name for node in graph if node.op} == {
        *("negate", "exp", "add", "divide", "sum", "log", "multiply", "mean")
    }


def test_what_cannot_be_opened_is_told():
    with pytest.raises(OptionError) as caught:
        opened(parse("x = 1\ny = sigmoid(x)\nz = x + y"), ["z"])
    assert str(caught.value) == "open='z' is not an operation to open; there are y"


def test_labels_cannot_be_opened():
    with pytest.raises(OptionError, match=r"^open='y' has labels .*; give a row of shares for each label"):
        opened(parse("x = [[1, 2]]\nt = [1]\ny = softmax_cross_entropy(x, t)"), ["y"])


def test_a_picture_of_an_opened_layer_is_proved_alike():
    source = "x = [[1, 2, 0]]\nt = [[0, 1, 0]]\nloss = softmax_cross_entropy(x, t)"
    shown = picture(parse(source), Options(open="loss"))
    assert {node.op.name for node in shown.graph if node.op} >= {"exp", "log", "sum"}
    closed, other = (
        verify(parse(text)).numbers for text in (source, source.replace("[1, 2, 0]", "[1, 2, 1]"))
    )
    with pytest.raises(
        VerificationError, match=r"^1:1: the value of 'x' is \[1, 2, 0\], and \[1, 2, 1\] opened"
    ):
        require_alike(closed, other)


def test_an_opened_layer_keeps_its_label_and_link():
    graph = opened(parse("x = 0\ny = sigmoid(x)  # [share](share.md)"), ["y"])
    assert (graph["y"].label, graph["y"].link) == ("share", "share.md")


def test_what_is_said_of_inputs_and_layers_stays_when_a_layer_is_opened():
    graph = opened(parse("x: data[2, 3]\nW: (3, 4)\nb: (4,)\ny = affine(x, W, b)\nL = sum(y)"), ["y"])
    assert graph.data == {"x"}
    assert [graph[id].shape for id in ("x", "W", "b", "y")] == [(2, 3), (3, 4), (4,), (2, 4)]
    given = parse("x: data = 2\nw = 3  # weight {1..5 step 1}\ny = sigmoid(w * x)")
    shown = picture(given, Options(open="y")).graph
    assert (shown.data, shown["w"].label, shown["w"].range) == ({"x"}, "weight", given["w"].range)
