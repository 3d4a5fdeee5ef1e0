import pytest
import sympy as sp
from hypothesis import given, settings
from strategies import programs

from graphgen.algebra import closed_forms, node_symbol, written_forms
from graphgen.algebra.closed import MAX_NODES
from graphgen.errors import EvaluationError, OptionError
from graphgen.language import parse
from graphgen.ops import OPS
from graphgen.verification import verify

x, y = sp.symbols("x y", real=True)

CLOSED = {
    "a square": ("t = x + y\nz = t ** 2", "x", "2*(x + y)"),
    "a product": ("z = x * y", "x", "y"),
    "a fan-out": ("a = x * 2\nz = a * a + a", "x", "8*x + 2"),
    "a quotient": ("z = x / y", "y", "-x/y**2"),
    "sigmoid": ("z = sigmoid(x)", "x", "exp(-x)/(1 + exp(-x))**2"),
    "numbers of inputs are left out": ("x = 3\nz = x * x", "x", "2*x"),
    "constants are exact": ("z = x * 1.1 + sqrt(2) * x", "x", "11/10 + sqrt(2)"),
    "log and exp": ("z = log(exp(x))", "x", "1"),
    "off the path": ("u = x * 2\nz = y * 2", "x", "0"),
    "the output itself": ("z = x * 2", "z", "1"),
    "a whole power": ("z = x ** 1000000000", "x", "1000000000*x**999999999"),
    "a negative difference": ("z = x - y", "y", "-1"),
}


@pytest.mark.parametrize(("source", "name", "gradient"), CLOSED.values(), ids=CLOSED)
def test_closed_forms(source, name, gradient):
    expected = sp.sympify(gradient).subs({"x": x, "y": y})
    assert sp.expand(closed_forms(parse(source)).gradients[name] - expected) == 0


def test_closed_forms_hold_every_value_and_contribution():
    forms = closed_forms(parse("t = x + y\nz = t * t"))
    assert forms.values == {"x": x, "y": y, "t": x + y, "z": (x + y) ** 2}
    assert forms.contributions == {
        ("x", "t", 0): 2 * (x + y),
        ("y", "t", 1): 2 * (x + y),
        ("t", "z", 0): x + y,
        ("t", "z", 1): x + y,
    }


@pytest.mark.parametrize(("op", "gradient"), [("log", "1/x"), ("sqrt", "1/(2*sqrt(x))")])
def test_a_closed_form_leaves_out_where_there_is_none(op, gradient):
    forms = closed_forms(parse(f"r = relu(x)\ny = {op}(r)"))
    assert forms.gradients["r"] == sp.sympify(gradient).subs({"x": x})


@settings(max_examples=40)
@given(programs(max_steps=8))
def test_closed_forms_agree_with_the_proven_numbers(graph):
    try:
        forms = closed_forms(graph)
    except OptionError:
        return
    numbers = verify(graph).numbers
    point = {node_symbol(node): sp.Rational(node.value) for node in graph.inputs}
    for name, form in forms.gradients.items():
        number = form.subs(point)
        if number.is_finite:
            assert float(number) == pytest.approx(float(numbers.gradients[name]), rel=1e-12, abs=1e-12)


TOO_LARGE = (
    "a closed form of the graph would have more than 1,000 parts; "
    "ask for numbers, or show a part of the graph"
)
REFUSED = {
    "too many nodes": (
        "x0 = a + 1\n" + "".join(f"x{i + 1} = x{i} + a\n" for i in range(60)),
        OptionError,
        f"the graph has 63 nodes; closed forms are written for at most {MAX_NODES}: ask for numbers",
    ),
    "a form that explodes": (
        "t0 = sin(x)\n" + "".join(f"t{i + 1} = sin(t{i}) * t{i} + x\n" for i in range(14)),
        OptionError,
        TOO_LARGE,
    ),
    "a power written out": ("z = (2 * x) ** 1e9", OptionError, TOO_LARGE),
    "no value at any input": (
        "z = x / 0",
        EvaluationError,
        "1:5: 'z' (x / 0) has no value; divide is defined for y ≠ 0",
    ),
    "a root that is never real": (
        "z = sqrt(-1 - x * x)",
        EvaluationError,
        f"1:5: 'z' (sqrt((-1) - (x * x))) has no value; sqrt is defined for {OPS['sqrt'].domain}",
    ),
    "a derivative that is never real": (
        "z = (-2) ** x",
        EvaluationError,
        "1:5: 'z' ((-2) ** x) has no finite derivative with respect to x; "
        "write the exponent as a number, as in x ** 2, "
        "or show only the forward pass",
    ),
}


@pytest.mark.parametrize(("source", "kind", "message"), REFUSED.values(), ids=REFUSED)
def test_closed_forms_refused(source, kind, message):
    with pytest.raises(kind) as caught:
        closed_forms(parse(source))
    assert str(caught.value) == message


def test_products_of_sums_stay_products():
    names = [f"p{i}" for i in range(15)]
    sums = "".join(f"{name} = a{i} + b{i}\n" for i, name in enumerate(names))
    products = f"q1 = {names[0]} * {names[1]}\n" + "".join(
        f"q{i} = q{i - 1} * {name}\n" for i, name in enumerate(names[2:], 2)
    )
    gradient = closed_forms(parse(sums + products)).gradients["a0"]
    assert len(gradient.args) == 14


@pytest.mark.parametrize("find", [closed_forms, written_forms])
def test_closed_forms_have_a_limit_of_time(monkeypatch, find):
    monkeypatch.setattr("graphgen.algebra.closed.MAX_SECONDS", -1)
    with pytest.raises(OptionError, match="the closed forms are not found after -1 seconds; ask for numbers"):
        find(parse("t = x + y\nz = t ** 2"))
