import ast
import math
from importlib import import_module

import numpy as np
import pytest

from graphgen.autodiff import forward
from graphgen.language import parse
from graphgen.language.equals import EQUALS, equal_call, misspelled
from graphgen.language.hints import Operand
from graphgen.ops import FUNCTIONS

POINTS = [
    *((0.25, 0.5, 2.0), (0.125, 3.0, 5.0), (0.75, -1.5, -0.5), (-0.5, 2.0, 3.0), (-0.875, 0.25, 0.5)),
    *(
        (1.5, 3.0, 4.0),
        (3.0, 0.5, 1.0),
        (-2.5, 2.0, 2.5),
        (-7.0, -3.0, 1.0),
        (0.0, 2.0, 3.0),
        (8.0, 2.0, 3.0),
    ),
]
"""Operands x, y and z; a function is tried at those where it is a real number."""


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def softplus(x):
    return math.log1p(math.exp(x))


MEANT = {
    "ln": math.log,
    "log": math.log,
    "sqr": lambda x: x * x,
    "cube": lambda x: x**3,
    "inv": lambda x: 1 / x,
    "rsqrt": lambda x: 1 / math.sqrt(x),
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "neg": lambda x: -x,
    "negate": lambda x: -x,
    "sech": lambda x: 1 / math.cosh(x),
    "csch": lambda x: 1 / math.sinh(x),
    "coth": lambda x: math.cosh(x) / math.sinh(x),
    "cot": lambda x: math.cos(x) / math.sin(x),
    "sec": lambda x: 1 / math.cos(x),
    "csc": lambda x: 1 / math.sin(x),
    "tg": math.tan,
    "arctg": math.atan,
    "atg": math.atan,
    "clamp": lambda x, low, high: min(max(x, low), high),
    **dict.fromkeys(("σ", "expit", "logistic"), sigmoid),
    "logit": lambda x: math.log(x / (1 - x)),
    **dict.fromkeys(("logsigmoid", "log_sigmoid", "LogSigmoid"), lambda x: math.log(sigmoid(x))),
    **dict.fromkeys(("swish", "SiLU"), lambda x: x / (1 + math.exp(-x))),
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "mish": lambda x: x * math.tanh(softplus(x)),
    "softsign": lambda x: x / (1 + abs(x)),
    **dict.fromkeys(("sign", "sgn"), lambda x: (x > 0) - (x < 0)),
    **dict.fromkeys(("max", "min"), lambda x: x),
    "relu6": lambda x: min(max(x, 0), 6),
    "norm": lambda x: float(np.linalg.norm([x])),
}
"""Functions that neither Python nor NumPy has under their name, by their definitions."""
OF_ROWS = {
    "max": np.max,
    "min": np.min,
    "norm": np.linalg.norm,
}
OF_MATRICES = {"matmul": np.matmul, "dot": np.dot}


def function_meant(name):
    return MEANT.get(name) or getattr(math, name, None) or getattr(np, name)


def numbers_at(name, count):
    """The function that a name means, at the points where it is a real number."""
    for point in POINTS:
        with np.errstate(all="ignore"):
            try:
                number = float(function_meant(name)(*point[:count]))
            except (ValueError, ZeroDivisionError, OverflowError):
                continue
        if math.isfinite(number):
            yield point[:count], number


SCALAR = [key for key in EQUALS if key[0] not in OF_MATRICES]


@pytest.mark.parametrize(("name", "count"), SCALAR, ids=str)
def test_the_equal_expression_is_the_function_that_is_meant(name, count):
    told = equal_call(name, [Operand(letter, True) for letter in "xyz"[:count]])
    graph = parse(f"result = {told.removeprefix('write ')}")
    compared = 0
    for point, number in numbers_at(name, count):
        given = dict(zip("xyz", point, strict=False))
        assert forward(graph, given).values["result"] == pytest.approx(number, rel=1e-9), given
        compared += 1
    assert compared >= 3


@pytest.mark.parametrize("name", OF_ROWS)
def test_the_equal_expression_of_a_row_is_the_function_that_is_meant(name):
    for row in ([0.5, -1.0, 2.0], [3.0], [-4.0, 0.25]):
        graph = parse(f"x = {row}\nresult = {EQUALS[name, 1]}")
        assert np.allclose(forward(graph).values["result"], OF_ROWS[name](row), rtol=1e-12)


@pytest.mark.parametrize("name", OF_MATRICES)
def test_the_equal_expression_of_matrices_is_the_function_that_is_meant(name):
    x, y = [[1.0, 2.0], [3.0, -4.0]], [[5.0, 6.0], [7.0, 8.0]]
    for left, right in ((x, y), (x, y[0]), (x[0], y), (x[1], y[0])):
        graph = parse(f"x = {left}\ny = {right}\nresult = {EQUALS[name, 2]}")
        assert np.array_equal(forward(graph).values["result"], OF_MATRICES[name](left, right))


def test_every_row_of_the_table_was_compared():
    assert {*SCALAR, *((name, 1) for name in OF_ROWS), *((name, 2) for name in OF_MATRICES)} == EQUALS.keys()


@pytest.mark.parametrize(("name", "count"), EQUALS, ids=str)
@pytest.mark.parametrize("written", ["a + b", "-a", "a ** 2", "a", "exp(a)"])
def test_an_operand_keeps_its_meaning_in_the_expression(name, count, written):
    operand = Operand(written, written in ("a", "exp(a)"))
    told = equal_call(name, [operand] * count).removeprefix("write ")
    names = dict.fromkeys("xyz", ast.parse(written, mode="eval").body)

    class Filled(ast.NodeTransformer):
        def visit_Name(self, node):
            return names.get(node.id, node)

    meant = Filled().visit(ast.parse(EQUALS[name, count], mode="eval"))
    assert ast.dump(ast.parse(told, mode="eval")) == ast.dump(meant)


def libraries():
    yield "math", math
    yield "numpy", np
    yield "numpy.linalg", np.linalg
    for name in ("torch", "torch.nn", "torch.nn.functional", "torch.special", "scipy.special", "cmath"):
        try:
            yield name, import_module(name)
        except ImportError:
            continue


def test_a_function_that_exists_elsewhere_is_never_taken_for_a_misspelling_of_another():
    wrong = {
        f"{library}.{name}": told
        for library, module in libraries()
        for name in dir(module)
        if callable(getattr(module, name, None))
        and (told := misspelled(name)) != name.lower().strip("_")
        and told
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        *(("relo", "relu"), ("exq", "exp"), ("sigmod", "sigmoid"), ("sotfmax", "softmax"), ("Tanh", "tanh")),
        *((name, "") for name in ("coth", "sign", "mod", "celu", "selu", "softmin", "sigmoids2", "f", "")),
    ],
)
def test_only_a_misspelling_is_taken_for_one(name, told):
    assert misspelled(name) == told


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_the_language_is_told_as_itself(name):
    assert misspelled(name) == name
