import math
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import array_programs, programs

from graphgen.autodiff.engine import backward, forward
from graphgen.autodiff.plan import compiled
from graphgen.errors import EvaluationError
from graphgen.functions import relu, softmax_cross_entropy
from graphgen.graph.builder import GraphBuilder
from graphgen.language.parser import parse
from graphgen.language.tracer import trace
from graphgen.ops import array_words
from graphgen.ops.table import ELEMENTWISE, OPS


def same(one, other):
    """Whether two numbers or arrays are the same, to the bit but for the sign of a zero."""
    return np.array_equal(one, other)


def by_the_engine(graph, **inputs):
    return backward(forward(graph, inputs))


def told(function, **inputs):
    """The result of a function, or the message with which it refuses."""
    try:
        return function(**inputs)
    except EvaluationError as error:
        return str(error)


@settings(max_examples=150)
@given(programs(), st.floats(-2, 2))
def test_a_plan_gives_what_the_engine_gives(graph, moved):
    plan, names = graph.compile(), [node.id for node in graph if node.name or node.id == graph.output]
    for inputs in ({}, {"x0": moved}):
        engine, plan_says = (told(function, **inputs) for function in (partial(by_the_engine, graph), plan))
        if isinstance(engine, str):
            assert plan_says == engine
        else:
            assert plan_says.values == {name: engine.values[name] for name in names}
            assert plan_says.gradients == {name: engine.gradients[name] for name in names}


@settings(max_examples=80)
@given(array_programs())
def test_a_plan_of_arrays_gives_what_the_engine_gives(graph):
    run, evaluated = backward(forward(graph)), graph.compile()()
    names = [node.id for node in graph if node.name or node.id == graph.output]
    assert list(evaluated.values) == list(evaluated.gradients) == names
    assert all(same(evaluated.values[name], run.values[name]) for name in names)
    assert all(same(evaluated.gradients[name], run.gradients[name]) for name in names)


@pytest.mark.parametrize("op", ELEMENTWISE.values(), ids=ELEMENTWISE)
def test_every_op_at_every_point(op):
    graph = parse(f"x = 1\ny = 1\nz = 1\nv = {op.source(*'xyz'[: op.arity]) or 'x'}\nout = v * v")
    plan = graph.compile()
    for point in op.points:
        inputs = dict(zip("xyz", point, strict=False))
        engine, plan_says = told(partial(by_the_engine, graph), **inputs), told(plan, **inputs)
        if isinstance(engine, str):
            assert plan_says == engine
        else:
            assert plan_says.gradients == {name: engine.gradients[name] for name in plan.gradient_names}


def test_a_single_number_of_a_graph_of_arrays_is_computed_as_a_float():
    graph = parse("x = [0.1, 0.2]\nk = 0.05\ny = tanh(sum(x * x)) * sum(tanh(k) * x)")
    run, evaluated = backward(forward(graph)), graph.compile()()
    assert evaluated.values["y"] == run.values["y"]
    assert evaluated.gradients["k"] == run.gradients["k"]


def test_what_comes_of_arrays_is_a_plain_float():
    graph = parse("x = [1, -2]\nm = mean(x)\ny = abs(m) + relu(sum(x))")
    run, evaluated = backward(forward(graph)), graph.compile()()
    assert evaluated.gradients["m"] == run.gradients["m"] == -1.0
    assert {type(evaluated.values[name]) for name in ("m", "y")} == {float}


def test_only_the_gradients_that_are_wanted():
    graph = parse("x = 3\nw = 2\nb = 1\ny = (x * w + b) ** 2")
    evaluated = compiled(graph, wrt=["w", "b"])(x=5)
    assert evaluated.gradients == {"w": 110.0, "b": 22.0}
    assert evaluated.values == {"x": 5.0, "w": 2.0, "b": 1.0, "y": 121.0}


def test_training_brings_the_loss_down():
    rng = np.random.default_rng(1)
    x, t = rng.normal(size=(60, 4)), rng.integers(0, 3, 60)
    given = {"w": rng.normal(size=(4, 8)), "b": np.zeros(8), "v": rng.normal(size=(8, 3))}
    graph = trace(lambda x, t, w, b, v: softmax_cross_entropy(relu(x @ w + b) @ v, t), x=x, t=t, **given)
    step = graph.compile(wrt=["w", "b", "v"])
    before = step().values[graph.output]
    for _ in range(100):
        evaluated = step(**given)
        given = {name: array - 0.5 * evaluated.gradients[name] for name, array in given.items()}
    assert evaluated.values[graph.output] < before / 3


def test_a_long_chain_with_many_names():
    source = "\n".join(["x0 = 0.5", *(f"x{i + 1} = x{i} * 0.999 + 0.001" for i in range(3000))])
    evaluated = parse(source).compile()()
    assert evaluated.gradients["x0"] == pytest.approx(0.999**3000, rel=1e-10)
    assert len(evaluated.values) == 3001


SWALLOWED = {
    "a quotient": "y = 1 / (x * x)",
    "an arctangent": "y = atan(x * x)",
    "a saturated sigmoid": "y = sigmoid(x * x)",
    "a larger one": "y = min(x * x, 1)",
}


@pytest.mark.parametrize("source", SWALLOWED.values(), ids=SWALLOWED)
def test_an_overflow_that_leaves_no_trace_is_found(source):
    plan = parse(f"x = 2\n{source}").compile()
    assert math.isfinite(plan().values["y"])
    with pytest.raises(EvaluationError, match=r"'x \* x' .* overflows"):
        plan(x=1e200)


@pytest.mark.parametrize("source", ["log(x - 2)", "x * x"])
def test_what_nothing_uses_has_no_value_either(source):
    x = 2 if "log" in source else 1e200
    plan = parse(f"x = 3\nunused = {source}\ny = x + 1").compile()
    with pytest.raises(EvaluationError, match=r"'unused' .* (overflows|has no value)"):
        plan(x=x)
    bare = GraphBuilder()
    node = bare.input("x", Fraction(3))
    bare.apply(OPS["square"], node)
    with pytest.raises(EvaluationError, match="overflows"):
        bare.build(bare.apply(OPS["negate"], node)).compile()(x=1e200)


def test_single_numbers_beside_arrays_are_finite_or_told():
    """Python's floats make no number of ∞ − ∞ without a word, where NumPy raises."""
    graph = parse("x = 1\ns = softplus(x)\nq = s / s\ny = sum(q)")
    assert graph.compile()().gradients == backward(forward(graph)).gradients
    with pytest.raises(EvaluationError, match=r"'q' .* has no finite derivative with respect to s"):
        graph.compile()(x=-745.1)


def test_a_softmax_that_two_rules_need_is_computed_once():
    calls = []
    words = array_words()
    counted = words["log_softmax"]
    graph = parse("x = [[1, 2], [3, 5]]\nt = [0, 1]\nloss = softmax_cross_entropy(x, t)")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(words, "log_softmax", lambda x: calls.append(x) or counted(x))
        graph.compile()(x=[[2, 1], [0, 5]])
    assert len(calls) == 1


@pytest.mark.parametrize("wrt", [["s"], ["x"], ["s", "x"], None])
def test_a_gradient_that_is_not_finite_is_found_whichever_are_wanted(wrt):
    with pytest.raises(EvaluationError, match=r"'log\(s\)' .* has no finite derivative"):
        compiled(parse("x = 1e-200\ns = x * 1\ny = log(s) * 1e200"), wrt=wrt)()


REFUSED = {
    "an unknown input": ({"q": 1}, "'q' is not an input of the graph; its inputs are x, w"),
    "an array for a number": ({"x": [1, 2]}, "the value given for 'x' is '[1, 2]'; give a single number"),
    "another shape": (
        {"w": [[1, 2]]},
        "the value given for 'w' is of the shape (1, 2); give an array of the shape (2,)",
    ),
    "not a number": (
        {"w": ["a", 2]},
        "the value given for 'w' is \"['a', 2]\"; give an array of the shape (2,)",
    ),
    "an infinite entry": (
        {"w": [math.inf, 2]},
        "an entry of 'w' is not finite; numbers must stay below 1.8e308",
    ),
}


@pytest.mark.parametrize(("inputs", "told"), REFUSED.values(), ids=REFUSED)
def test_inputs_that_are_refused(inputs, told):
    with pytest.raises(EvaluationError) as caught:
        parse("x = 3\nw = [1, 2]\ny = sum(w * x)").compile()(**inputs)
    assert str(caught.value).endswith(told)


def test_graphs_that_have_no_plan():
    with pytest.raises(EvaluationError, match="the input 'x' has no number"):
        parse("y = x * 2").compile()
    with pytest.raises(EvaluationError, match="it has no gradient"):
        parse("x = [1, 2]\ny = x * 2").compile()
    with pytest.raises(EvaluationError, match="'c1' has no gradient; those of x, y can be had"):
        parse("x = 1\ny = x * 2").compile(wrt=["c1"])


def test_a_gradient_of_what_has_no_name_is_had_by_its_id():
    graph = parse("x = 3\ny = sin(x * 2) ** 2")
    by_id = graph.compile(wrt=["v1"])().gradients["v1"]
    assert by_id == pytest.approx(backward(forward(graph)).gradients["v1"])


def test_data_has_no_gradient_to_ask_for():
    graph = parse("x: data = 3\nw = 2\ny = w * x")
    assert set(graph.compile()().gradients) == {"w", "y"}
    with pytest.raises(EvaluationError, match="'x' has no gradient; those of w, y can be had"):
        graph.compile(wrt=["x"])
