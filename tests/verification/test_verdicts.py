"""Programs on which verification once was wrong, slow or silent, and what is right of them.

The expected numbers are those of the evaluator in tests/truth.py, which a test holds them to, and of mpmath.
"""

import json
import math

import pytest
from click.testing import CliRunner
from measure_truth import LIMIT, flat, shown, within
from truth import agrees, truth

from graphgen.cli import BAD_INPUT, main


def logistic(steps):
    lines = (f"x{i + 1} = r * x{i} * (1 - x{i})" for i in range(steps))
    return "\n".join(("r = 4", "x0 = 0.3", *lines))


def muller(steps):
    lines = (f"x{i} = 111 - 1130/x{i - 1} + 3000/(x{i - 1}*x{i - 2})" for i in range(2, steps + 1))
    return "\n".join(("x0 = 2", "x1 = -4", *lines))


CUBE_ROOTS = """
a = 2
b = 3
c = 6
p = 1 + a**(1/3)
r = 1 + b**(1/3)
A = p**0.5 * r**0.5
B = (p + r - 1 + c**(1/3))**0.5
w = max(A, B)
"""
SQUARE_ROOTS = """
a2 = 2
a3 = 3
a5 = 5
a7 = 7
s2 = sqrt(a2)
s3 = sqrt(a3)
s5 = sqrt(a5)
s7 = sqrt(a7)
t = 17 + 2*sqrt(6) + 2*sqrt(10) + 2*sqrt(14) + 2*sqrt(15) + 2*sqrt(21) + 2*sqrt(35)
u = sqrt(t)
S = s2 + s3 + s5 + s7
z = S - u
y = max(S, u)
"""
THIRDS = [-1 / 3, 0, 1 / 3]

# An id, the source, values and gradients.
NUMBERS = {
    # Zero times an infinite slope
    "circle": ("x = 1\ny = x ** 2 + sqrt(1 - x ** 2) ** 2", {"y": 1}, {"x": 0}),
    "cos-sqrt": ("x = 0\ny = cos(sqrt(x))", {"y": 1}, {"x": -0.5}),
    "norm-inner-node": (
        "x = [0, 0]\ns = sum(x ** 2)\nn = sqrt(s)\ny = n ** 2",
        {"y": 0},
        {"s": 1, "n": 0, "x": [0, 0]},
    ),
    "kl": ("v = 0\nsd = sqrt(v)\nkl = sd ** 2 / 2 - 1/2", {"kl": -0.5}, {"v": 0.5, "sd": 0}),
    "dead-branch": ("x = 0\na = 5\ny = max(sqrt(x), a)", {"y": 5}, {"x": 0, "a": 1}),
    "norm-squared": ("x = [0, 0]\ny = sqrt(sum(x ** 2)) ** 2", {"y": 0}, {"x": [0, 0]}),
    # A softmax beyond the floats of exp
    "logits-710": (
        "x = [710, 0]\nw = [1, 2]\ny = sum(softmax(x) * w)",
        {"y": 1},
        {"x": [-4.47628622567513e-309, 4.47628622567513e-309], "w": [1, 4.47628622567513e-309]},
    ),
    "logits-far-apart": ("o = [-1047, -981, 1891]\ns = sum(softmax(o))", {"s": 1}, {"o": [0, 0, 0]}),
    "all-masked": (
        "s = [-1e9, -1e9, -1e9]\nv = [1, 2, 3]\ny = sum(softmax(s) * v)",
        {"y": 2},
        {"s": THIRDS, "v": [1 / 3] * 3},
    ),
    "loss-label": (
        "x = [1000, -1000, 0]\nt = 1\ny = softmax_cross_entropy(x, t)",
        {"y": 2000},
        {"x": [1, -1, 0]},
    ),
    "loss-layer": (
        "x = [30, 40]\nw = [[20, -20], [10, 10]]\nt = [0, 1]\nl = softmax_cross_entropy(x @ w, t)",
        {"l": 1200},
        {"x": [40, 0], "w": [30, -30, 40, -40]},
    ),
    "loss-709": (
        "x = [709, 0]\nt = 0\ny = softmax_cross_entropy(x, t)",
        {"y": 1.216780750623423e-308},
        {"x": [-1.216780750623423e-308, 1.216780750623423e-308]},
    ),
    # Values that floats round to 0
    "log-exp": ("x = -800\ny = log(exp(x))", {"y": -800}, {"x": 1}),
    "cross-entropy-40": (
        "z = 40\nt = 0\np = sigmoid(z)\nl = -(t * log(p) + (1 - t) * log(1 - p))",
        {"p": 1, "l": 40},
        {"z": 1, "t": -40, "p": 2.3538526683702e17},
    ),
    "cross-entropy-short": (
        "z = 40\np = sigmoid(z)\nl = -log(1 - p)",
        {"p": 1, "l": 40},
        {"z": 1, "p": 2.3538526683702e17},
    ),
    "hypotenuse": ("x = 3e-200\ny = 4e-200\nh = sqrt(x ** 2 + y ** 2)", {"h": 5e-200}, {"x": 0.6, "y": 0.8}),
    # Digits that run out
    "sine-of-a-power": (
        "x = 1.1\ny = sin(x ** 2000.5)",
        {"y": 0.41734000743047195},
        {"x": -1.0574434517252182e86},
    ),
    "logistic-56": (
        logistic(56),
        {"x56": 0.11735971892968129},
        {"r": -1.4528397648173296e16, "x0": -5.060827236923296e16},
    ),
    "logistic-170": (
        logistic(170),
        {"x170": 0.8873550881122467},
        {"r": -2.9640828155380717e50, "x0": -1.0325096689005791e51},
    ),
    "gradient-of-a-power": ("b = 1e-40\ny = ((1 - b) ** (-b)) ** (-b) * 1e80", {"y": 1e80}, {"b": -3}),
    "tangent": (
        "a = 1e300\ny = tan(cos(sin(a)) - a - 1e-300)",
        {"y": -1.1372786994747288},
        {"a": -2.6150254151088174},
    ),
    "near-tie": (
        "x = 0.5\na = exp(sin(exp(sin(exp(sin(exp(x)))))))\ne = 1e-60\nb = a + e\ny = max(b, a) + e",
        {"y": 2.714686475009509},
        {"x": 0.06702129800082098, "a": 1, "e": 2, "b": 1},
    ),
    "muller": (
        muller(30),
        {"x30": 6.00564868877142},
        {"x0": 2.394027201314938e35, "x1": -3.192036268419917e34},
    ),
    "sine-ratio": (
        "x = 4503599627370497.5\ns = sin(x)\nt = s * s\ny = t / t",
        {"s": -0.42247891075724436, "y": 1},
        {"x": 0, "s": 0, "t": 0},
    ),
    # 0 ** n jumps at n = 0, where its slope is 0 by convention
    "zeros-to-a-constant": ("x = [0, 3]\ny = sum(x ** [0, 2])", {"y": 10}, {"x": [0, 6]}),
    "zero-to-a-constant-zero": ("x = 0\nz = x - x\ny = (2 + z) ** z", {"y": 1}, {"x": 0, "z": math.log(2)}),
    # A slope that differences come to slowly, and times much
    "slow-differences": ("x = 0\na = x * sqrt(x)\ny = exp(a) * 1e300", {"y": 1e300}, {"x": 0, "a": 1e300}),
    # What ended a site's build
    "softplus-to-a-power": (
        "x = -37\ny = relu(softplus(x) ** (-3))",
        {"y": 1.6094870669615184e48},
        {"x": -4.8284612008845546e48},
    ),
}
WITHOUT_DERIVATIVE = {
    # 0 ** y is 1 at y = 0 and 0 beside it
    "a-power-of-itself": "x = 0\ny = x ** x",
    "zero-to-the-zero": "n = 0\nx = 0\ny = n ** x",
    "quarter-squared": "x = 0\ny = (x ** 0.25) ** 2",
    "relu-sqrt": "x = 0\ny = relu(sqrt(x))",
    "abs-sqrt": "x = 0\ny = abs(sqrt(x))",
}
HIDDEN_TIES = {"cube-roots": CUBE_ROOTS, "square-roots": SQUARE_ROOTS}


def require_right(numbers, expected):
    for name, entries in expected.items():
        told = flat(numbers[name])
        assert len(told) == len(flat(entries)), name
        for entry, right in zip(told, flat(entries), strict=True):
            assert entry == pytest.approx(right, rel=2e-15, abs=5e-324), name


@pytest.mark.parametrize(("source", "values", "gradients"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_are_right(source, values, gradients):
    answer = within(LIMIT, shown, source)
    assert isinstance(answer, dict), answer
    require_right(answer["values"], values)
    require_right(answer["gradients"], gradients)


@pytest.mark.parametrize(("source", "values", "gradients"), NUMBERS.values(), ids=NUMBERS)
def test_what_is_called_right_is_true(source, values, gradients):
    known = truth(source)
    assert known.verdict == "known"
    for expected, numbers in ((values, known.values), (gradients, known.gradients)):
        for name, entries in expected.items():
            assert [agrees(*pair) for pair in zip(numbers[name], flat(entries), strict=True)].count(
                False
            ) == 0


def test_a_limit_is_found_or_refused():
    answer = within(LIMIT, shown, "x = 0\ny = sqrt(x) ** 2")
    assert answer == BAD_INPUT or (answer["values"]["y"], answer["gradients"]["x"]) == (0, 1)


@pytest.mark.parametrize("source", WITHOUT_DERIVATIVE.values(), ids=WITHOUT_DERIVATIVE)
def test_what_has_no_derivative_is_refused(source):
    assert truth(source).gradients["x"] == [None]
    assert within(LIMIT, shown, source) == BAD_INPUT


@pytest.mark.parametrize("source", HIDDEN_TIES.values(), ids=HIDDEN_TIES)
def test_a_hidden_tie_among_roots_is_settled_in_time(source):
    known = truth(source)
    assert known.verdict == "undecided"
    for name, gradient in within(LIMIT, shown, source)["gradients"].items():
        assert agrees(known.gradients[name][0], gradient), name


def test_a_forward_picture_has_right_numbers():
    ones = ", ".join("1" * 100)
    source = f"o = [{ones}]\na = reshape(o, 100, 1) @ reshape(o, 1, 100)\ns = sum(a)\ny = s + 1e20 - 1e20\n"
    command = ["render", "-", "-o", "-", "--format", "json", "--show", "forward"]
    answer = CliRunner().invoke(main, command, input=source)
    assert answer.exit_code == 0, answer.output
    (output,) = (node for node in json.loads(answer.stdout)["nodes"] if node["id"] == "y")
    assert output["value"]["float"] == 10000
