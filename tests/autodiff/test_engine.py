import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from graphgen.autodiff.engine import backward, forward
from graphgen.errors import EvaluationError
from graphgen.graph.builder import GraphBuilder
from graphgen.graph.passes import Pass
from graphgen.language.parser import parse
from graphgen.ops.table import OPS

APPLES = """
apple = 100
count = 2
tax = 1.1
subtotal = apple * count
total = subtotal * tax
"""

FRUIT = """
apple = 100
apples = 2
mandarin = 150
mandarins = 3
tax = 1.1
apple_price = apple * apples
mandarin_price = mandarin * mandarins
price = apple_price + mandarin_price
total = price * tax
"""


def run(source, **inputs):
    return backward(forward(parse(source), inputs))


def test_apples():
    apples = run(APPLES)
    assert apples.values == pytest.approx(
        {"apple": 100, "count": 2, "tax": 1.1, "subtotal": 200, "total": 220}, rel=1e-15
    )
    assert apples.gradients == pytest.approx(
        {"apple": 2.2, "count": 110, "tax": 200, "subtotal": 1.1, "total": 1}, rel=1e-15
    )


def test_apples_and_mandarins():
    fruit = run(FRUIT)
    assert fruit.values["total"] == pytest.approx(715, rel=1e-15)
    expected = {"apple": 2.2, "apples": 110, "mandarin": 3.3, "mandarins": 165, "tax": 650, "price": 1.1}
    assert {name: fruit.gradients[name] for name in expected} == pytest.approx(expected, rel=1e-15)


GRADIENTS = {
    "fan-out twice": ("a = 3\nb = a + a\nc = b + b", {"a": 4, "b": 2, "c": 1}),
    "a repeated operand": ("x = 3\ny = x * x", {"x": 6, "y": 1}),
    "a repeated operand that cancels": ("x = 3\ny = x - x", {"x": 0, "y": 1}),
    "a repeated operand of a quotient": ("x = 3\ny = x / x", {"x": 0, "y": 1}),
    "a power of itself": ("x = 1\ny = x ** x", {"x": 1, "y": 1}),
    "a diamond": ("x = 3\na = x * 2\nb = x * 5\ny = a * b", {"x": 60, "a": 15, "b": 6, "y": 1}),
    "a diamond of unequal sides": (
        "x = 2\na = x * x\nb = a * x\nc = b * x\ny = c + x",
        {"x": 33, "a": 4, "b": 2, "c": 1, "y": 1},
    ),
    "a diamond above a diamond": (
        "x = 1\na = x + x\nb = a * a\nc = b + a\ny = c * b",
        {"x": 88, "a": 44, "b": 10, "c": 4, "y": 1},
    ),
    "inputs off the path": (
        "x = 3\nunused = 5\nw = unused * x\ny = x * 2",
        {"x": 2, "unused": 0, "w": 0, "y": 1},
    ),
    "an input as the output": ("x = 3", {"x": 1}),
    "another name of an input": ("x = 3\ny = x", {"x": 1, "y": 1}),
    "constants have none": ("x = 3\ny = 2 * x + 1", {"x": 2, "v1": 1, "y": 1}),
    "a constant that is worked out": ("x = 3\ny = (2 + 3) * x", {"x": 5, "y": 1}),
    "a result of constants alone": ("x = 3\ny = abs(-5) * x", {"x": 5, "y": 1}),
    "all negative": ("x = -3\ny = -x * x", {"x": 6, "v1": -3, "y": 1}),
    "a constant base at 0": ("n = 0.5\ny = 0 ** n", {"n": 0, "y": 1}),
    "a constant exponent of a negative base": ("x = -2\ny = x ** 3", {"x": 12, "y": 1}),
    "no upstream, so no derivative is asked for": (
        "x = 0\nr = sqrt(x)\ny = r * 0",
        {"x": 0, "r": 0, "y": 1},
    ),
}


@pytest.mark.parametrize(("source", "gradients"), GRADIENTS.values(), ids=GRADIENTS)
def test_gradients(source, gradients):
    assert run(source).gradients == gradients


def test_every_intermediate_value_is_kept():
    values = run("x = 2\ny = (x + 1) * (x + 2) - x").values
    assert values == {"x": 2, "c1": 1, "v1": 3, "c2": 2, "v2": 4, "v3": 12, "y": 10}


def test_a_contribution_belongs_to_an_edge():
    diamond = run("x = 3\na = x * x\ny = a * 2 + x")
    assert diamond.contributions == {
        ("x", "a", 0): 6,
        ("x", "a", 1): 6,
        ("a", "v1", 0): 2,
        ("v1", "y", 0): 1,
        ("x", "y", 1): 1,
    }
    assert diamond.gradients["x"] == 13


@given(programs())
def test_a_gradient_is_the_sum_of_its_edges_contributions(graph):
    passed = backward(forward(graph))
    for node in graph:
        if node.is_constant:
            assert node.id not in passed.gradients
        elif node.id != graph.output:
            edges = [passed.contributions[edge] for edge in graph.uses[node.id]]
            assert passed.gradients[node.id] == pytest.approx(math.fsum(edges), rel=1e-12, abs=1e-12)


@given(programs())
def test_two_passes_give_the_same_record(graph):
    once, again = forward(graph), forward(graph)
    assert once == again
    assert backward(once) == backward(once) == backward(again)
    assert once.node_gradients == ()


@given(programs(), st.sampled_from([-2.0, 0.5, 1024.0]))
def test_the_seed_scales_every_gradient(graph, seed):
    plain, seeded = backward(forward(graph)), backward(forward(graph), seed)
    assert seeded.gradients == {id: seed * gradient for id, gradient in plain.gradients.items()}


def test_a_record_without_a_backward_pass_has_values_only():
    only = forward(parse("x = 3\ny = x * x"))
    assert isinstance(only, Pass)
    assert (only.values, only.gradients, only.contributions) == ({"x": 3, "y": 9}, {}, {})


def test_long_diamonds():
    sides = 200
    left = "".join(f"a{i + 1} = a{i} + 1\n" for i in range(sides))
    right = "".join(f"b{i + 1} = b{i} * 1\n" for i in range(sides))
    passed = run(f"x = 2\na0 = x\nb0 = x\n{left}{right}y = a{sides} * b{sides}")
    assert passed.values["y"] == (2 + sides) * 2
    assert passed.gradients["x"] == 2 + (2 + sides)


def test_diamonds_in_a_row_double_the_gradient_each():
    row = "".join(f"a{i + 1} = a{i} + a{i}\n" for i in range(1000))
    assert run(f"a0 = 1\n{row}").gradients["a0"] == 2.0**1000


@pytest.mark.long
def test_a_chain_of_100_000_nodes():
    builder = GraphBuilder()
    node = builder.input("x", Fraction(1))
    for _ in range(100_000):
        node = builder.apply(OPS["negate"], node)
    passed = backward(forward(builder.build(node)))
    assert (passed.node_values[-1], passed.gradients["x"]) == (1.0, 1.0)
    assert len(passed.contributions) == 100_000


NO_VALUE = {
    "division by zero": (
        "x = 1\ny = 0\nz = x / y",
        "3:5: 'z' (x / y) at x = 1, y = 0 has no value; divide is defined for y ≠ 0",
    ),
    "0 divided by 0": (
        "x = 0\nz = x / 0",
        "2:5: 'z' (x / 0) at x = 0 has no value; divide is defined for y ≠ 0",
    ),
    "log of a negative": (
        "x = -2.5\ny = log(x)",
        "2:5: 'y' (log(x)) at x = -2.5 has no value; log is defined for x > 0",
    ),
    "log of 0, in an expression without a name": (
        "x = 0\ny = 2 * log(x)",
        "2:9: 'log(x)' at x = 0 has no value; log is defined for x > 0",
    ),
    "a root of a negative": (
        "x = -1\ny = sqrt(x)",
        "2:5: 'y' (sqrt(x)) at x = -1 has no value; sqrt is defined for x ≥ 0 (differentiable for x > 0)",
    ),
    "exp overflows": (
        "x = 1000\ny = exp(x)",
        "2:5: 'y' (exp(x)) at x = 1000 overflows; numbers must stay below 1.8e308",
    ),
    "a product overflows": (
        "x = 1e200\ny = x * x",
        "2:5: 'y' (x * x) at x = 1e+200, x = 1e+200 overflows; numbers must stay below 1.8e308",
    ),
    "a power overflows": (
        "x = 10\ny = x ** 400",
        "2:5: 'y' (x ** 400) at x = 10 overflows; numbers must stay below 1.8e308",
    ),
    "an infinite value is blamed where it arose": (
        "x = 1e200\ny = x * x\nz = sin(y)",
        "2:5: 'y' (x * x) at x = 1e+200, x = 1e+200 overflows; numbers must stay below 1.8e308",
    ),
    "an infinite value that is lost again": (
        "x = 1e200\ny = atan(x * x)",
        "2:10: 'x * x' at x = 1e+200, x = 1e+200 overflows; numbers must stay below 1.8e308",
    ),
    "no number": ("y = x ** 2", "1:5: the input 'x' has no number; give it one: x = 1"),
}


@pytest.mark.parametrize(("source", "message"), NO_VALUE.values(), ids=NO_VALUE)
def test_no_value(source, message):
    with pytest.raises(EvaluationError) as caught:
        forward(parse(source))
    assert str(caught.value) == message


MOVE = "; show only the forward pass, or move the input"
NO_DERIVATIVE = {
    "sqrt at 0": (
        "x = 0\ny = sqrt(x) + 1",
        "2:5: 'sqrt(x)' at x = 0 has no finite derivative; "
        f"sqrt is defined for x ≥ 0 (differentiable for x > 0){MOVE}",
    ),
    "a fractional power at 0": (
        "x = 0\ny = x ** 0.5",
        "2:5: 'y' (x ** 0.5) at x = 0 has no finite derivative with respect to x; "
        f"power is defined for {OPS['power'].domain}{MOVE}",
    ),
    "the exponent of a negative base": (
        "x = -2\nn = 3\ny = x ** n",
        "3:5: 'y' (x ** n) at x = -2, n = 3 has no finite derivative with respect to n; "
        "write the exponent as a number, as in x ** 2, or show only the forward pass",
    ),
    "a derivative overflows": (
        "x = 1e-200\ny = log(x) * 1e200",
        f"2:5: 'log(x)' at x = 1e-200 has no finite derivative; log is defined for x > 0{MOVE}",
    ),
    "the sum of two contributions overflows": (
        "x = 1e-5\nb = x * 1\ny = b * 1e307 * 10 + b * 1e307 * 10",
        "2:5: the gradient of 'b' (x * 1) overflows; numbers must stay below 1.8e308",
    ),
}


@pytest.mark.parametrize(("source", "message"), NO_DERIVATIVE.values(), ids=NO_DERIVATIVE)
def test_no_derivative(source, message):
    values = forward(parse(source))
    with pytest.raises(EvaluationError) as caught:
        backward(values)
    assert str(caught.value) == message


def test_replaced_inputs():
    other = run(APPLES, apple=50, tax=2)
    assert other.values == {"apple": 50, "count": 2, "tax": 2, "subtotal": 100, "total": 200}
    assert other.gradients["apple"] == 4
    assert run(APPLES).values["apple"] == 100


def test_numbers_for_symbolic_inputs():
    assert run("z = x * y", x=3, y=4).gradients == {"x": 4, "y": 3, "z": 1}


BAD_INPUTS = {
    "an unknown name": (
        {"pear": 1},
        "'pear' is not an input of the graph; its inputs are apple, count, tax",
    ),
    "a result": (
        {"subtotal": 1},
        "'subtotal' is not an input of the graph; its inputs are apple, count, tax",
    ),
    "infinite": ({"tax": math.inf}, "4:1: the number of 'tax' is inf; numbers must stay below 1.8e308"),
    "not a number": ({"tax": math.nan}, "4:1: the number of 'tax' is nan; numbers must stay below 1.8e308"),
    "too large": ({"tax": 10**400}, "4:1: the number of 'tax' is inf; numbers must stay below 1.8e308"),
}


@pytest.mark.parametrize(("inputs", "message"), BAD_INPUTS.values(), ids=BAD_INPUTS)
def test_bad_inputs(inputs, message):
    with pytest.raises(EvaluationError) as caught:
        forward(parse(APPLES), inputs)
    assert str(caught.value) == message


def test_a_constant_is_not_an_input():
    with pytest.raises(EvaluationError, match=r"^'c1' is not an input of the graph; its inputs are x$"):
        forward(parse("x = 3\ny = x * 2"), {"c1": 1})
