import time
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from strategies import programs

from graphgen.algebra import (
    closed_forms,
    expression,
    gradient_symbol,
    local_derivatives,
    node_symbol,
    shortest,
    spelled_out,
    symbol_text,
    symbols,
    written_derivative,
    written_forms,
)
from graphgen.algebra.exact import DIGITS
from graphgen.algebra.functions import NamedFunction
from graphgen.errors import EvaluationError, OptionError
from graphgen.language import parse
from graphgen.ops import ELEMENTWISE
from graphgen.verification import verify

# What the gradients of a graph should say, as a textbook has them.
WRITTEN = {
    "a square of a sum": ("t = x + y\nz = t ** 2", {"t": "2(x + y)", "x": "2(x + y)", "y": "2(x + y)"}),
    "a square of a product": ("t = x * y\nz = t ** 2", {"t": "2x·y", "x": "2x·y²"}),
    "the shop": (
        "subtotal = apple * count\ntotal = subtotal * tax",
        {"apple": "count·tax", "count": "apple·tax", "tax": "apple·count"},
    ),
    "a line and its squared error": (
        "ŷ = w * x + b\ne = ŷ - y\nL = e ** 2 / 2",
        {"e": "ŷ − y", "ŷ": "ŷ − y", "y": "y − ŷ", "w": "x·(ŷ − y)", "b": "ŷ − y"},
    ),
    "a logistic regression": (
        "z = w * x + b\np = sigmoid(z)\nloss = -log(p)",
        {"p": "−1/p", "z": "p − 1", "b": "p − 1", "w": "x·(p − 1)", "x": "w·(p − 1)"},
    ),
    "the cross entropy of two classes": (
        "p = sigmoid(w * x + b)\nloss = -(y * log(p) + (1 - y) * log(1 - p))",
        {"b": "p − y", "w": "x·(p − y)", "y": "log(1 − p) − log(p)"},
    ),
    "a sigmoid without a name": ("loss = -log(sigmoid(w * x))", {"w": "x·(σ(w·x) − 1)"}),
    "a neuron with tanh": (
        "h = tanh(w * x)\nL = (h - y) ** 2 / 2",
        {"h": "h − y", "w": "x·(1 − h²)·(h − y)"},
    ),
    "a quotient of lines": (
        "y = (a * x + b) / (c * x + d)",
        {"x": "(a·d − b·c)/(c·x + d)²", "a": "x/(c·x + d)", "d": "−(a·x + b)/(c·x + d)²"},
    ),
    "the length of a vector": ("r = sqrt(x * x + y * y)", {"x": "x/r", "y": "y/r"}),
    "a function that is only named, three times": (
        "f: function\nx = f(w)\ny = f(x)\nz = f(y)",
        {"y": "f′(y)", "x": "f′(y)·f′(x)", "w": "f′(y)·f′(x)·f′(w)"},
    ),
    "partial derivatives": (
        "f: function\ng: function\nz = g(f(w), y)",
        {"y": "g₂′(f(w), y)", "w": "g₁′(f(w), y)·f′(w)"},
    ),
    "a function whose name has an index": (
        "f_1: function\nphi: function\nz = f_1(phi(w), y)",
        {"y": "(f₁)₂′(φ(w), y)", "w": "(f₁)₁′(φ(w), y)·φ′(w)"},
    ),
    "a named function among others": ("f: function\nz = log(f(x))", {"x": "f′(x)/f(x)"}),
    "a softmax of two": (
        "a = exp(x)\nb = exp(y)\np = a / (a + b)",
        {"a": "b/(a + b)²", "x": "a·b/(a + b)²", "y": "−a·b/(a + b)²"},
    ),
    "a softmax and its loss": (
        "a = exp(x)\nb = exp(y)\nc = exp(z)\ns = a + b + c\nloss = -log(a / s)",
        {"s": "1/s", "x": "a/s − 1", "y": "b/s"},
    ),
    "a gate": (
        "f = sigmoid(u * x)\nn = f * c + i\nh = tanh(n)",
        {"n": "1 − h²", "f": "c·(1 − h²)", "u": "c·f·x·(1 − f)·(1 − h²)"},
    ),
    "relu": ("h = relu(w * x)\ny = h * v", {"v": "h", "w": "v·x·(1 if w·x > 0; else 0)"}),
    "a logarithm over its operand": ("y = log(x) / x", {"x": "(1 − log(x))/x²"}),
    "sine times cosine": ("y = sin(x) * cos(x)", {"x": "cos(x)² − sin(x)²"}),
    "a fan-out": ("a = x * 2\nz = a * a + a", {"a": "4x + 1", "x": "2(4x + 1)"}),
    "a continued fraction": (
        "y = 1 / (1 + 1 / (1 + 1 / (1 + 1 / (1 + x * z))))",
        {"x": "z/(3x·z + 5)²"},
    ),
    "a whole power": ("z = x ** 1000000000", {"x": "1000000000x⁹⁹⁹⁹⁹⁹⁹⁹⁹"}),
    "numbers stay exact": ("s = x * y + 1\nz = s * 1.1 + sqrt(2) * s", {"s": "1.1 + √2"}),
}


@pytest.mark.parametrize(("source", "texts"), WRITTEN.values(), ids=WRITTEN)
def test_gradients_are_written_as_in_a_textbook(source, texts):
    gradients = written_forms(parse(source)).gradients
    assert {name: symbol_text(gradients[name]) for name in texts} == texts


def test_an_upstream_gradient_that_is_long_stands_by_its_name():
    """As in a recurrent network, whose gradients would double with each step."""
    steps = "".join(f"h_{i} = tanh(w * x_{i} + u * h_{i - 1})\n" for i in range(1, 8))
    forms = written_forms(parse(f"{steps}L = (h_7 - y) ** 2"))
    texts = {edge: symbol_text(form) for edge, form in forms.contributions.items()}
    assert next(text for edge, text in texts.items() if edge[0] == "h_3") == "∂L/∂h₄·u·(1 − h₄²)"
    assert max(map(len, texts.values())) <= 24


def test_values_are_written_over_what_stands_for_their_operands():
    values = written_forms(parse("t = x + y\np = sigmoid(t)\nz = log(p) + relu(t)")).values
    assert {id: symbol_text(value) for id, value in values.items()} == {
        "x": "x",
        "y": "y",
        "t": "x + y",
        "p": "σ(x + y)",
        "v1": "log(p)",
        "v2": "relu(x + y)",
        "z": "relu(x + y) + log(p)",
    }


@pytest.mark.parametrize(
    ("source", "edge", "text"),
    [
        ("p = sigmoid(z)", ("z", "p", 0), "p·(1 − p)"),
        ("h = tanh(z)", ("z", "h", 0), "1 − h²"),
        ("y = exp(z)", ("z", "y", 0), "y"),
        ("r = sqrt(z)", ("z", "r", 0), "1/(2r)"),
        ("y = tan(z)", ("z", "y", 0), "y² + 1"),
        ("y = log(z)", ("z", "y", 0), "1/z"),
        ("y = relu(z)", ("z", "y", 0), "1 if z > 0; else 0"),
        ("y = softplus(z)", ("z", "y", 0), "eᶻ/(eᶻ + 1)"),
        ("y = square(z)", ("z", "y", 0), "2z"),
        ("y = -z", ("z", "y", 0), "−1"),
        ("y = z * x", ("z", "y", 0), "x"),
    ],
)
def test_a_local_derivative_is_written_over_both_ends(source, edge, text):
    assert symbol_text(written_derivative(parse(source), edge)) == text


@pytest.mark.parametrize("op", [op for op in ELEMENTWISE.values() if op.arity == 1], ids=repr)
def test_a_derivative_by_the_value_is_that_by_the_operand(op):
    graph = parse(f"y = {op.source('x')}")
    (x,), y = symbols(op), sp.Symbol("y", real=True)
    written = written_derivative(graph, ("x", "y", 0)).subs(y, expression(op))
    for point in (sp.Rational(1, 3), sp.Rational(7, 5)):
        assert sp.N(written.subs(x, point), 30) == sp.N(local_derivatives(op)[0].subs(x, point), 30)


@settings(max_examples=40)
@given(programs(max_steps=8))
def test_what_is_written_agrees_with_the_proven_numbers(graph):
    try:
        forms = written_forms(graph)
        run = verify(graph).numbers
    except (OptionError, EvaluationError):  # of too many parts, or at a kink whose conventions miss the slope
        return
    point = {
        node_symbol(node): sp.N(sp.Rational(Fraction(run.values[node.id])), DIGITS)
        for node in graph
        if not node.is_constant
    }
    point |= {
        gradient_symbol(graph, id): sp.N(sp.Rational(Fraction(gradient)), DIGITS)
        for id, gradient in run.gradients.items()
    }

    def number(form):
        return spelled_out(form).xreplace(point)

    pairs = [
        *((form, run.values[id]) for id, form in forms.values.items()),
        *((form, run.gradients[id]) for id, form in forms.gradients.items()),
        *((form, run.contributions[edge]) for edge, form in forms.contributions.items()),
        *((written_derivative(graph, edge), slope) for edge, slope in run.local_derivatives.items()),
    ]
    for form, proven in pairs:
        if number(form).is_finite:
            assert float(number(form)) == pytest.approx(float(proven), rel=1e-12, abs=1e-12)


x, y = sp.symbols("x y", real=True)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ((x + y) * x - x**2, "x·y"),
        (1 / (1 + x) - x / (1 + x) ** 2, "1/(x + 1)²"),
        ((1 - x**2) * (x - y), "(1 − x²)·(x − y)"),
        (sp.Float("0.1", 50) * x + x * y / (x + 1) ** 2, "x·(y/(x + 1)² + 0.1)"),
    ],
)
def test_the_shortest_form(form, text):
    assert symbol_text(shortest(form)) == text
    assert shortest(form).equals(form)


LARGE = {
    "sums in powers": "z = (x + y) ** 1000 / (x - y) ** 999",
    "many denominators": "y = " + " + ".join(f"x{i} / (a + b * x{i})" for i in range(9)),
    "a long product": "y = " + " * ".join(f"(x + {i} * y{i})" for i in range(10)),
    "fractions of fractions": "z = " + "1 / (1 + " * 11 + "x * y" + ")" * 11,
    "powers and roots of many digits": "x = 2\ny = exp((x - 1.18) ** 2.46) + x ** 2.46 / (x + exp(1.83 * x))",
    "long numbers": "y = (1.2345678901234567 * x + 1e-30) / (9.87654321e20 * x + w) + x / (x + w)",
}


@pytest.mark.parametrize("source", LARGE.values(), ids=LARGE)
def test_no_form_is_looked_for_at_length(source):
    start = time.process_time()
    written_forms(parse(source))
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        ("z = x / 0", EvaluationError, "1:5: 'z' (x / 0) has no value; divide is defined for y ≠ 0"),
        (
            "\n".join(["t0 = x + 1", *(f"t{i + 1} = t{i} + x" for i in range(60))]),
            OptionError,
            "the graph has 63 nodes; closed forms are written for at most 60: ask for numbers",
        ),
        ("a = [1, 2]\nz = sum(a)", OptionError, "a graph of arrays has no closed form; ask for numbers"),
        (
            "z = (2 * x) ** 1e9",
            OptionError,
            "a closed form of the graph would have more than 1,000 parts; ask for numbers, or show a part",
        ),
    ],
)
def test_forms_refused(source, kind, message):
    with pytest.raises(kind) as caught:
        written_forms(parse(source))
    assert str(caught.value).startswith(message)


_S, _T = sp.symbols("s t", real=True)
_F = sp.Lambda(_S, sp.sin(3 * _S) + _S**2)
_G = sp.Lambda((_S, _T), sp.exp(_S * _T) + _S - _T**2)
NAMED = {
    "x = f(w)\ny = f(x)\nz = f(y)": lambda f, g, w, y: f(f(f(w))),
    "x = f(w)\nv = f(x)\nz = g(x, v)": lambda f, g, w, y: g(f(w), f(f(w))),
    "z = g(w * y, f(w)) * f(y)": lambda f, g, w, y: g(w * y, f(w)) * f(y),
    "z = g(w, w) ** 2": lambda f, g, w, y: g(w, w) ** 2,
    "z = exp(g(y, g(w, y)))": lambda f, g, w, y: sp.exp(g(y, g(w, y))),
    "z = f(2) * f(2 * w) / g(1, w)": lambda f, g, w, y: f(2) * f(2 * w) / g(1, w),
}


def _filled_in(part):
    """Some functions in the place of those that are only named, and of their derivatives."""
    function = {"f": _F, "g": _G}[part.op.name]
    if part.position is None:
        return function(*part.args)
    variables = function.variables
    slope = sp.diff(function.expr, variables[part.position])
    return slope.xreplace(dict(zip(variables, part.args, strict=True)))


@pytest.mark.parametrize("source", NAMED)
def test_functions_that_are_only_named_have_the_gradients_of_sympy(source):
    w, y = sp.symbols("w y", real=True)
    gradient = closed_forms(parse(f"f: function\ng: function\n{source}")).gradients["w"]
    found = gradient.replace(lambda part: isinstance(part, NamedFunction), _filled_in)
    expected = sp.diff(NAMED[source](_F, _G, w, y), w)
    point = {w: sp.Rational(2, 5), y: sp.Rational(1, 3)}
    assert float(found.subs(point)) == pytest.approx(float(expected.subs(point)))
