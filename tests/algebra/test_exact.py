from decimal import Decimal
from fractions import Fraction

import mpmath
import pytest
import sympy as sp

from graphgen.algebra import is_exact
from graphgen.algebra.exact import DIGITS
from graphgen.errors import EvaluationError, SourceError
from graphgen.language import parse
from graphgen.verification import exact_pass

CERTAIN = 19
"""The precision of the digits of a number that has no short form."""

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


def test_what_sympy_cannot_compare_goes_on_in_digits():
    run = exact_pass(parse("x = 1e155\na = atan(tan(x))\ny = tan(a)"))
    assert float(run.values["y"]) == pytest.approx(float(sp.N(sp.tan(10**155), 30)), rel=1e-15)


def test_what_sympy_takes_for_0_where_it_compares_is_none():
    run = exact_pass(parse("x = -37\ny = relu(softplus(x) ** (-3))"))
    assert float(run.values["y"]) == pytest.approx(1.6094870669615184e48, rel=1e-15)


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
            assert abs(digits - expected) < abs(expected) * mpmath.mpf(10) ** -CERTAIN


def test_digits_say_so_by_their_type():
    run = exact_pass(parse(nested(14)))
    result = run.values["t14"]
    assert isinstance(result, sp.Float)
    assert len(str(result).replace(".", "").lstrip("0")) == DIGITS
    assert not is_exact(result)
    assert is_exact(run.values["t0"])


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
            assert abs(mpmath.mpf(found._mpf_) / expected - 1) < mpmath.mpf(10) ** -CERTAIN


FAULTS = {
    "division by zero": ("x = 1\ny = x / 0", "2:5: 'y' (x / 0) at x = 1 has no value; "),
    "log of a negative": ("x = -1\ny = log(x)", "2:5: 'y' (log(x)) at x = -1 has no value; "),
    "root of a negative": ("x = -1\ny = sqrt(x)", "2:5: 'y' (sqrt(x)) at x = -1 has no value; "),
    "a pole": (
        "x = 1\ny = tan(2 * atan(x))",
        "2:5: 'y' (tan(2 * atan(x))) cannot be decided; ",
    ),
    "a root at 0": ("x = 0\ny = sqrt(x)", "2:5: 'y' (sqrt(x)) at x = 0 has no finite derivative; "),
    "a negative base that SymPy takes for positive": (
        "x = 1.48\na = log(tanh(square(exp(x))))\ny = a ** a",
        "3:5: 'y' (a ** a) at a = -3.45959e-17, a = -3.45959e-17 has no value; ",
    ),
    "the exponent of a negative base": (
        "x = -2\nn = 2\ny = x ** n",
        "3:5: 'y' (x ** n) at x = -2, n = 2 has no finite derivative with respect to n; "
        "write the exponent as a number, ",
    ),
    "beyond the floats": ("x = 1000\ny = exp(x)", "2:5: 'y' (exp(x)) at x = 1000 overflows; "),
    "beyond the floats, as a rational": ("x = 1e200\ny = x * x", "2:5: 'y' (x * x) at x = 1e+200, "),
    "far beyond the floats": ("x = 1000\ny = exp(exp(exp(x)))", "2:13: 'exp(x)' at x = 1000 "),
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


def test_local_derivatives():
    run = exact_pass(parse("x = 2\ny = 3\nz = (x * y) ** 2 + sqrt(x) * 0"))
    derivatives = run.local_derivatives
    assert derivatives[("x", "v1", 0)] == 3
    assert derivatives[("v1", "v2", 0)] == 12
    assert derivatives[("x", "v3", 0)] == sp.sqrt(2) / 4
    assert ("c1", "v2", 1) not in derivatives


def test_an_edge_without_a_derivative_is_left_out():
    run = exact_pass(parse("x = 0\nr = sqrt(x)\ny = r * 0"))
    assert run.local_derivatives == {("r", "y", 0): 0}
