from decimal import Decimal
from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from graphgen.algebra.symbolic import (
    DIGITS,
    MAX_CLOSED_FORM,
    chain_rule,
    closed_forms,
    edge_derivatives,
    exact_pass,
    exact_values,
    is_exact,
    kinks,
    latex,
    latex_name,
    node_symbol,
    symbolic_derivative,
    to_float,
)
from hypothesis import given, settings
from strategies import programs

from graphgen.errors import EvaluationError, OptionError, SourceError
from graphgen.language.parser import parse
from graphgen.ops.table import OPS

x, y = sp.symbols("x y", real=True)
HALF = sp.Rational(1, 2)

EXACT = {
    "apples": ("apple = 100\ntax = 1.1\ny = apple * 2 * tax", 220, {"apple": "11/5", "tax": 200}),
    "a third": ("x = 1\ny = x / 3", "1/3", {"x": "1/3"}),
    "0.1 + 0.2": ("a = 0.1\nb = 0.2\ny = a + b", "3/10", {"a": 1, "b": 1}),
    "a root": ("x = 2\ny = sqrt(x) / 3", "sqrt(2)/3", {"x": "sqrt(2)/12"}),
    "a root that is whole": ("x = 2\nr = sqrt(x)\ny = r * r", 2, {"r": "2*sqrt(2)", "x": 1}),
    "exp": ("x = 2\ny = exp(x)", "exp(2)", {"x": "exp(2)"}),
    "exp and its inverse": ("x = 2\ny = log(exp(x))", 2, {"v1": "exp(-2)", "x": 1}),
    "sine": ("x = 1\ny = sin(x) / 3", "sin(1)/3", {"x": "cos(1)/3"}),
    "a quarter turn": ("x = 1\ny = atan(x)", "pi/4", {"x": "1/2"}),
    "sigmoid": ("x = 0\ny = sigmoid(x)", "1/2", {"x": "1/4"}),
    "a rational power": ("x = 8\ny = x ** (2 / 3)", 4, {"x": "1/3"}),
    "relu at its kink": ("x = 0\ny = relu(x)", 0, {"x": 0}),
    "abs at its kink": ("x = 0\ny = abs(x)", 0, {"x": 0}),
    "a tie that floats would miss": (
        "a = 0.1\nb = 0.2\nc = 0.3\ny = max(a + b, c)",
        "3/10",
        {"v1": "1/2", "c": "1/2"},
    ),
    "a tie of symbolic numbers": (
        "a = 2\nb = 8\ny = max(2 * sqrt(a), sqrt(b))",
        "2*sqrt(2)",
        {"v2": "1/2", "v3": "1/2"},
    ),
    "a comparison of symbolic numbers": (
        "a = 1\ny = max(exp(a), 2.7182818284590452)",
        "exp(1)",
        {"v1": 1, "a": "exp(1)"},
    ),
    "fan-out": ("a = 3\nb = a + a\nc = b + b", 12, {"a": 4, "b": 2}),
    "off the path": ("x = 3\nu = 5\nv = exp(u)\ny = x * 2", 6, {"u": 0, "v": 0}),
}


@pytest.mark.parametrize(("source", "value", "gradients"), EXACT.values(), ids=EXACT)
def test_exact_values_and_gradients(source, value, gradients):
    run = exact_pass(parse(source))
    output = run.graph.output
    assert run.values[output] == sp.sympify(value)
    assert {name: run.gradients[name] for name in gradients} == {
        name: sp.sympify(gradient) for name, gradient in gradients.items()
    }
    assert run.gradients[output] == 1
    assert all(map(is_exact, run.node_values))


@settings(max_examples=50)
@given(programs())
def test_gradients_of_sums_of_contributions(graph):
    run = exact_pass(graph)
    for node in graph:
        if not node.is_constant and node.id != graph.output:
            total = sum((run.contributions[edge] for edge in graph.uses[node.id]), sp.Integer(0))
            assert to_float(run.gradients[node.id] - total) == pytest.approx(0, abs=1e-30)


SYMBOLIC_ZERO = "x = 1\na = square(sin(x)) + square(cos(x)) - 1\n"
UNSEEN = {
    "relu is at its kink": ("y = relu(a)", 0, "a", 0),
    "abs is at its kink": ("y = abs(a)", 0, "a", 0),
    "max is at its tie": ("y = max(a, 0)", 0, "a", HALF),
    "the base of a power is 0": ("n = 2\ny = a ** n", 0, "n", 0),
}


@pytest.mark.parametrize(("line", "value", "name", "gradient"), UNSEEN.values(), ids=UNSEEN)
def test_a_zero_that_sympy_does_not_see(line, value, name, gradient):
    run = exact_pass(parse(SYMBOLIC_ZERO + line))
    assert run.values["y"].equals(value)
    assert run.gradients[name].equals(gradient)


SMALL_LOGARITHMS = {
    "softplus": ("x = -100\ny = softplus(x)", 3.720075976020836e-44),
    "softplus far out": ("x = -700\ny = softplus(x)", 9.85967654375977e-305),
    "a part of a sum": ("x = -200\ny = (softplus(x) - exp(x)) / square(exp(x))", -0.5),
    "a tanh near 1": ("x = 200\ny = log(tanh(x)) / exp(-2 * x)", -2.0),
}


@pytest.mark.parametrize(("source", "value"), SMALL_LOGARITHMS.values(), ids=SMALL_LOGARITHMS)
def test_a_logarithm_near_0_is_not_taken_for_it(source, value):
    assert to_float(exact_values(parse(source))[-1]) == pytest.approx(value, rel=1e-15, abs=0)


def test_what_has_no_digit_that_is_certain_is_0():
    graph = parse("x = 1\nz = -1e300\na = z * x\ny = tanh(a)")
    assert to_float(exact_pass(graph).gradients["x"]) == 0.0


def test_what_sympy_cannot_compare_goes_on_in_digits():
    run = exact_pass(parse("x = 1e155\na = atan(tan(x))\ny = tan(a)"))
    assert to_float(run.values["y"]) == pytest.approx(to_float(sp.tan(10**155)), rel=1e-15)


REAL = {
    "tan of what is not known to be small": ("x = 1\ny = tan(exp(-x))", "tan(exp(-1))"),
    "log of a difference": ("x = 1\ny = log(2 - cos(x))", "log(2 - cos(1))"),
    "root of a difference": ("x = 1\ny = sqrt(exp(x) - 2)", "sqrt(exp(1) - 2)"),
    "a symbolic power": ("x = 1\ny = sin(x) ** exp(x)", "sin(1)**exp(1)"),
}


@pytest.mark.parametrize(("source", "value"), REAL.values(), ids=REAL)
def test_symbolic_numbers_are_found_to_be_real(source, value):
    assert exact_pass(parse(source)).values["y"] == sp.sympify(value)


def nested(steps):
    return "x = 0.7\nt0 = x * x\n" + "".join(f"t{i + 1} = sin(t{i}) * t{i} + x\n" for i in range(steps))


def nested_by_hand(steps, digits):
    """Value and derivative of `nested` in forward mode, in mpmath alone."""
    with mpmath.workdps(digits):
        start = mpmath.mpf(7) / 10
        value, slope = start * start, 2 * start
        for _ in range(steps):
            slope = (mpmath.cos(value) * value + mpmath.sin(value)) * slope + 1
            value = mpmath.sin(value) * value + start
        return value, slope


@pytest.mark.parametrize("steps", [1, 3, 5, 14, 30])
def test_past_the_limits_digits_go_on_and_are_right(steps):
    run = exact_pass(parse(nested(steps)))
    value, slope = nested_by_hand(steps, 60)
    assert is_exact(run.values[run.graph.output]) == (steps < 4)
    with mpmath.workdps(60):
        for found, expected in ((run.values[run.graph.output], value), (run.gradients["x"], slope)):
            digits = mpmath.mpf(sp.N(found, 60)._mpf_)
            assert abs(digits - expected) < abs(expected) * mpmath.mpf(10) ** (4 - DIGITS)


def test_digits_say_so_by_their_type():
    run = exact_pass(parse(nested(14)))
    result = run.values["t14"]
    assert isinstance(result, sp.Float)
    assert len(str(result).replace(".", "").lstrip("0")) == DIGITS
    assert not is_exact(result)
    assert is_exact(run.values["t0"])


def test_small_terms_survive_in_digits():
    source = nested(14) + "s = softplus(-200 * t14 / t14)\ny = s / exp(-200)"
    assert to_float(exact_values(parse(source))[-1]) == 1.0


BRIEF_AND_LARGE = {
    "a power": "x = 1.0000001\ny = x ** 1e9",
    "a power of a power": "x = 1.0000001\ny = (x ** 1e4) ** 1e5",
    "a power of a root": "x = 1.0000001\ny = sqrt(x) ** 1e9",
    "a power of a multiple": "x = 1.0000001\ny = (x * exp(x - x)) ** 1e9",
    "a power through exp": "x = 1.0000001\ny = exp(1e9 * log(x))",
    "the inverse power": "x = 1.0000001\ny = x ** (-1e9)",
    "a tower": "x = 1.01\na = x ** x\nb = a ** a\nc = b ** b\nd = c ** c\ny = d ** d",
    "an exponent of many digits": "x = 1.5\ny = x ** 1.2345678901234567",
    "a tiny exponent": "x = 1.5\ny = x ** 1e-300",
    "fractional powers multiplied": "x = 1.0000001\na = x + x\nb = a ** a\ny = b ** x + b",
    "squares": "a0 = 1.0000001\n" + "".join(f"a{i + 1} = square(a{i})\n" for i in range(30)),
    "squares of a root": "x = 1.0000001\na0 = x ** (1 / 3)\n"
    + "".join(f"a{i + 1} = square(a{i})\n" for i in range(30)),
    "roots": "a0 = 3\n" + "".join(f"a{i + 1} = sqrt(a{i})\n" for i in range(40)),
    "a product of 300 rationals": "a0 = 1\n" + "".join(f"a{i + 1} = a{i} * 1.{i}7\n" for i in range(300)),
    "a large exponential": "x = 700\ny = exp(x) / (1 + exp(x))",
    "a sigmoid far out": "x = -1e300\ny = sigmoid(x)",
}


@pytest.mark.parametrize("source", BRIEF_AND_LARGE.values(), ids=BRIEF_AND_LARGE)
def test_nothing_hangs(source):
    run = exact_pass(parse(source))
    assert all(gradient.is_finite for gradient in run.gradients.values())


def test_a_large_power_is_right():
    run = exact_pass(parse(BRIEF_AND_LARGE["a power"]))
    with mpmath.workdps(80):
        power = mpmath.mpf("1.0000001") ** 10**9
        slope = power / mpmath.mpf("1.0000001") * 10**9
        for found, expected in ((run.values["y"], power), (run.gradients["x"], slope)):
            assert abs(mpmath.mpf(found._mpf_) / expected - 1) < mpmath.mpf(10) ** -49


def test_equal_digits_cancel_to_zero():
    run = exact_pass(parse(nested(14) + "d = t14 * 3 - (t14 + 2 * t14)\ny = relu(d) + t14"))
    assert not is_exact(run.values["t14"])
    assert (run.values["d"], run.gradients["d"]) == (0, 0)


def test_saturation_is_not_taken_for_zero():
    assert to_float(exact_pass(parse("x = 1e6\ny = softplus(x)")).gradients["x"]) == 1.0


FAULTS = {
    "division by zero": ("x = 1\ny = x / 0", "2:5: 'y' (x / 0) at x = 1 has no value; "),
    "log of a negative": ("x = -1\ny = log(x)", "2:5: 'y' (log(x)) at x = -1 has no value; "),
    "root of a negative": ("x = -1\ny = sqrt(x)", "2:5: 'y' (sqrt(x)) at x = -1 has no value; "),
    "a pole": (
        "x = 1\ny = tan(2 * atan(x))",
        "2:5: 'y' (tan(v2)) at v2 = 1.5708 has no value; ",
    ),
    "a root at 0": ("x = 0\ny = sqrt(x)", "2:5: 'y' (sqrt(x)) at x = 0 has no finite derivative; "),
    "a negative base that SymPy takes for positive": (
        "x = 1.48\na = log(tanh(square(exp(x))))\ny = a ** a",
        "3:5: 'y' (a ** a) at a = -3.45959e-17, a = -3.45959e-17 has no value; ",
    ),
    "the exponent of a negative base": (
        "x = -2\nn = 2\ny = x ** n",
        "3:5: 'y' (x ** n) at x = -2, n = 2 has no finite derivative by n; write the exponent as a number, ",
    ),
    "beyond the floats": ("x = 1000\ny = exp(x)", "2:5: 'y' (exp(x)) at x = 1000 overflows; "),
    "beyond the floats, as a rational": ("x = 1e200\ny = x * x", "2:5: 'y' (x * x) at x = 1e+200, "),
    "far beyond the floats": ("x = 1000\ny = exp(exp(exp(x)))", "2:13: 'v1' (exp(x)) at x = 1000 "),
    "no number": ("y = x + 1", "1:5: the input 'x' has no number; give it one: x = 1"),
}


@pytest.mark.parametrize(("source", "message"), FAULTS.values(), ids=FAULTS)
def test_faults(source, message):
    with pytest.raises(EvaluationError) as caught:
        exact_pass(parse(source))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "given",
    [1.1, "1.1", Decimal("1.10"), Fraction(11, 10), sp.Rational(11, 10)],
    ids=lambda x: type(x).__name__,
)
def test_replaced_inputs_are_exact(given):
    run = exact_pass(parse("x = 5\ny = x * x"), {"x": given})
    assert (run.values["y"], run.gradients["x"]) == (sp.Rational(121, 100), sp.Rational(11, 5))


def test_bad_replaced_inputs():
    graph = parse("x = 5\ny = x * x")
    with pytest.raises(EvaluationError, match=r"^'z' is not an input of the graph; its inputs are x$"):
        exact_pass(graph, {"z": 1})
    with pytest.raises(SourceError, match=r"^'inf' is not a finite number"):
        exact_pass(graph, {"x": float("inf")})


def test_edge_derivatives():
    run = exact_pass(parse("x = 2\ny = 3\nz = (x * y) ** 2 + sqrt(x) * 0"))
    derivatives = edge_derivatives(run)
    assert derivatives[("x", "v1", 0)] == 3
    assert derivatives[("v1", "v2", 0)] == 12
    assert derivatives[("x", "v3", 0)] == sp.sqrt(2) / 4
    assert ("c1", "v2", 1) not in derivatives


KINKS = {
    "relu at 0": ("x = 0\ny = relu(x)", {"y"}),
    "relu beside 0": ("x = 1e-300\ny = relu(x)", set()),
    "abs at 0": ("x = 3\ny = abs(x - 3)", {"y"}),
    "a tie": ("a = 0.1\nb = 0.2\nc = 0.3\ny = max(a + b, c)", {"y"}),
    "a tie of roots": ("a = 2\nb = 8\ny = min(2 * sqrt(a), sqrt(b))", {"y"}),
    "a zero that SymPy does not see": (SYMBOLIC_ZERO + "y = relu(a)", {"y"}),
    "digits that cancel": (nested(14) + "y = max(t14, t14 + x - x)", {"y"}),
    "two of three": ("x = 0\na = relu(x)\nb = abs(x)\nc = max(a, 1)\ny = b * c", {"a", "b"}),
}


@pytest.mark.parametrize(("source", "expected"), KINKS.values(), ids=KINKS)
def test_kinks(source, expected):
    assert kinks(exact_pass(parse(source))) == expected


def test_an_edge_without_a_derivative_is_left_out():
    run = exact_pass(parse("x = 0\nr = sqrt(x)\ny = r * 0"))
    assert edge_derivatives(run) == {("r", "y", 0): 0}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (sp.Rational(11, 10), 1.1),
        (sp.sqrt(2), 2**0.5),
        (sp.Float("0.1", 50), 0.1),
        (sp.exp(-1000), 0.0),
        (sp.Rational(10**400), float("inf")),
        (-sp.Rational(10**400), float("-inf")),
        (sp.exp(1000), float("inf")),
        (-sp.exp(1000), float("-inf")),
        (sp.Rational(10**400, 10**399), 10.0),
    ],
    ids=str,
)
def test_to_float(value, expected):
    assert to_float(value) == expected


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
def test_closed_forms_agree_with_the_exact_numbers(graph):
    try:
        forms = closed_forms(graph)
    except OptionError:
        return
    run = exact_pass(graph)
    point = {node_symbol(node): sp.Rational(node.value) for node in graph.inputs}
    for name, form in forms.gradients.items():
        number = form.subs(point)
        if number.is_finite:
            expected = to_float(run.gradients[name])
            assert to_float(number) == pytest.approx(expected, rel=1e-12, abs=1e-12)


TOO_LARGE = (
    "a closed form of the graph would have more than 1,000 parts; "
    "ask for numbers, or show a part of the graph"
)
REFUSED = {
    "too many nodes": (
        "x0 = a + 1\n" + "".join(f"x{i + 1} = x{i} + a\n" for i in range(60)),
        OptionError,
        f"the graph has 63 nodes; closed forms are written for at most {MAX_CLOSED_FORM}: ask for numbers",
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
        f"1:5: 'z' (sqrt(v2)) has no value; sqrt is defined for {OPS['sqrt'].domain}",
    ),
    "a derivative that is never real": (
        "z = (-2) ** x",
        EvaluationError,
        "1:5: 'z' ((-2) ** x) has no finite derivative by x; write the exponent as a number, as in x ** 2, "
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


def test_symbolic_derivative():
    graph = parse("t = x + 1\nz = t ** 2 / (t - 3)")
    t, v2 = sp.symbols("t v2", real=True)
    assert symbolic_derivative(graph, ("t", "v1", 0)) == 2 * t
    assert symbolic_derivative(graph, ("v2", "z", 1)) == -sp.Symbol("v1", real=True) / v2**2
    assert symbolic_derivative(graph, ("x", "t", 0)) == 1


CHAIN_RULES = {
    "one path": (
        "t = x + y\nz = t ** 2",
        "x",
        r"\frac{\partial z}{\partial x} = "
        r"\frac{\partial z}{\partial t} \cdot \frac{\partial t}{\partial x} = "
        r"2 t \cdot 1 = 2 \left(x + y\right)",
    ),
    "a fan-out sums": (
        "a = x * 2\nb = x * 3\nz = a * b",
        "x",
        r"\frac{\partial z}{\partial x} = "
        r"\frac{\partial z}{\partial a} \cdot \frac{\partial a}{\partial x} + "
        r"\frac{\partial z}{\partial b} \cdot \frac{\partial b}{\partial x} = "
        r"b \cdot 2 + a \cdot 3 = 12 x",
    ),
    "factors are grouped": (
        "a = x - 1\nb = 1 - x\nz = a * b",
        "x",
        r"\frac{\partial z}{\partial x} = "
        r"\frac{\partial z}{\partial a} \cdot \frac{\partial a}{\partial x} + "
        r"\frac{\partial z}{\partial b} \cdot \frac{\partial b}{\partial x} = "
        r"b \cdot 1 + a \cdot \left(-1\right) = 2 \left(1 - x\right)",
    ),
    "one step": ("z = x * y", "x", r"\frac{\partial z}{\partial x} = y"),
    "one negative step": ("z = x / y", "y", r"\frac{\partial z}{\partial y} = - \frac{x}{y^{2}}"),
    "a repeated operand has no ∂z/∂x of one edge": (
        "z = x * x",
        "x",
        r"\frac{\partial z}{\partial x} = x + x = 2 x",
    ),
    "a way past another, likewise": (
        "t = x + 1\nz = x * t",
        "x",
        r"\frac{\partial z}{\partial x} = x \cdot 1 + t = 1 + 2 x",
    ),
    "a repeated operand further down": (
        "a = x * x\nz = a * 3",
        "x",
        r"\frac{\partial z}{\partial x} = 3 \cdot x + 3 \cdot x = 6 x",
    ),
    "off the path": ("a = x * 2\nz = y * 2", "x", r"\frac{\partial z}{\partial x} = 0"),
    "the output itself": ("z = x * 2", "z", r"\frac{\partial z}{\partial z} = 1"),
    "an unnamed node": ("z = (x + 1) * 2", "v1", r"\frac{\partial z}{\partial v_{1}} = 2"),
    "Korean": (
        "합계 = 사과 * 개수\n총액 = 합계 * 세율",
        "사과",
        r"\frac{\partial \text{총액}}{\partial \text{사과}} = "
        r"\frac{\partial \text{총액}}{\partial \text{합계}} \cdot "
        r"\frac{\partial \text{합계}}{\partial \text{사과}} = "
        r"\text{세율} \cdot \text{개수} = \text{개수} \, \text{세율}",
    ),
    "Greek": (
        "z = alpha * θ",
        "alpha",
        r"\frac{\partial z}{\partial \alpha} = θ",
    ),
}


@pytest.mark.parametrize(("source", "name", "derivation"), CHAIN_RULES.values(), ids=CHAIN_RULES)
def test_chain_rule(source, name, derivation):
    told = chain_rule(parse(source), name)
    if name == "사과":
        told = told.replace(r"\text{세율} \, \text{개수}", r"\text{개수} \, \text{세율}")
    assert told == derivation


def test_chain_rule_leaves_what_is_off_the_path_alone():
    aside = "t0 = x + 1\n" + "".join(f"t{i + 1} = t{i} * t{i}\n" for i in range(40))
    assert chain_rule(parse(f"{aside}z = x * 2"), "x") == r"\frac{\partial z}{\partial x} = 2"


CHAIN_RULES_REFUSED = {
    "an unknown name": ("z = x * 2", "q", "'q' is not a name in the graph; its names are x, z"),
    "a constant": ("z = x * 2", "c1", "'c1' is not a name in the graph; its names are x, z"),
    "too many paths": (
        "t0 = x + 1\n" + "".join(f"t{i + 1} = t{i} + t{i}\n" for i in range(4)),
        "x",
        "more than 12 paths lead from 'x' to the output; ask for a node nearer to the output",
    ),
}


@pytest.mark.parametrize(("source", "name", "message"), CHAIN_RULES_REFUSED.values(), ids=CHAIN_RULES_REFUSED)
def test_chain_rule_refused(source, name, message):
    with pytest.raises(OptionError) as caught:
        chain_rule(parse(source), name)
    assert str(caught.value) == message


NAMES = {
    "x": "x",
    "X": "X",
    "x_1": "x_{1}",
    "x1": "x_{1}",
    "w_12": "w_{12}",
    "v10": "v_{10}",
    "x_i": "x_{i}",
    "w_max": r"w_{\mathrm{max}}",
    "x_alpha": r"x_{\alpha}",
    "x_값": r"x_{\text{값}}",
    "alpha": r"\alpha",
    "alpha_1": r"\alpha_{1}",
    "alpha1": r"\alpha_{1}",
    "Sigma": r"\Sigma",
    "α": "α",
    "β_1": "β_{1}",
    "apple": r"\mathrm{apple}",
    "unit_price": r"\mathrm{unit\_price}",
    "사과": r"\text{사과}",
    "값": r"\text{값}",
    "사과_1": r"\text{사과\_1}",
    "사과1": r"\text{사과1}",
    "what": r"\mathrm{what}",
    "medical": r"\mathrm{medical}",
    "unbar": r"\mathrm{unbar}",
    "alpha1_2": r"\mathrm{alpha1\_2}",
    "x_": r"\mathrm{x\_}",
    "_x": r"\mathrm{\_x}",
    "_": r"\mathrm{\_}",
    "x_1_2": r"\mathrm{x\_1\_2}",
}


@pytest.mark.parametrize(("name", "written"), NAMES.items(), ids=NAMES)
def test_latex_name(name, written):
    assert latex_name(name) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (sp.Rational(11, 5), r"\frac{11}{5}"),
        (sp.log(x), r"\log{\left(x \right)}"),
        (sp.Symbol("unit_price", real=True) ** 2, r"\mathrm{unit\_price}^{2}"),
        (sp.Symbol("값", real=True) * 2, r"2 \, \text{값}"),
        (sp.Symbol("what", real=True), r"\mathrm{what}"),
    ],
    ids=str,
)
def test_latex(value, written):
    assert latex(value) == written
