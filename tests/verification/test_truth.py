"""The evaluator that says what is true is itself right; and so is the judge."""

import ast
import json
import math

import measure_truth
import pytest
from branching import Branching
from duals import ZERO
from extreme_programs import program
from flint import arb, fmpq, fmpz
from hypothesis import given, settings
from strategies import array_programs, programs
from truth import PRECISIONS, Run, agrees, truth

from graphgen.ops.table import OPS

SHARE = (1 + math.erf(math.sqrt(0.5))) / 2
E, HALVES = math.e, [1.5, 1.5, 3.5, 3.5]
STEP = fmpq(1, fmpz(2) ** 13_200)
HIDDEN_ZERO = "sin(x) ** 2 + cos(x) ** 2 - 1"
# A source, its last value and gradients by hand; None where there is none.
CLOSED_FORMS = [
    ("x = 0.1\ny = x + 0.2 - 0.3", 0, {"x": [1]}),
    ("x = 3\ny = x * x / (x - 1)", 4.5, {"x": [0.75]}),
    ("x = 1\ny = exp(x) * log(x)", 0, {"x": [E]}),
    ("x = 9\ny = sqrt(x)", 3, {"x": [1 / 6]}),
    ("x = 0\ny = tan(x) + atan(x) + tanh(x) + sin(x) - cos(x)", -1, {"x": [4]}),
    ("x = 0\ny = sigmoid(x) + softplus(x) - log(2)", 0.5, {"x": [0.75]}),
    ("x = 0\ny = relu(x) + abs(x) + square(x)", 0, {"x": [0]}),
    ("x = -2\ny = relu(x) + abs(x) + square(x)", 6, {"x": [-5]}),
    ("x = 2\nz = 2\ny = max(x, z) + 3 * min(x, z)", 8, {"x": [2], "z": [2]}),
    ("x = 0\ny = x ** 0", 1, {"x": [0]}),
    ("x = 0\nn = 3\ny = x ** n", 0, {"x": [0], "n": [0]}),
    ("x = 0\nn = 0\ny = x ** n", 1, {"x": [0], "n": [None]}),
    ("x = -2\nn = 3\ny = x ** n", -8, {"x": [12], "n": [None]}),
    ("x = -2\ny = x ** -3", -0.125, {"x": [-0.1875]}),
    ("x = 8\ny = x ** (1/3)", 2, {"x": [1 / 12]}),
    ("x = [[1, 2], [3, 4]]\nw = [1, 10]\ny = sum(x @ w) - sum(w @ x)", -9, {"w": [1, -1]}),
    ("x = [1, 2]\nw = [[1, 2, 3], [4, 5, 6]]\nb = [0, 0, 1]\ny = sum(affine(x, w, b))", 37, {"x": [6, 15]}),
    ("x = [[1, 2], [3, 4]]\ny = sum(mean(x.T, axis=0, keepdims=True) ** 2)", 14.5, {"x": HALVES}),
    ("x = [1, 2, 3, 4]\ny = sum(sum(reshape(x, (2, 2)), axis=-1) ** 2)", 58, {"x": [6, 6, 14, 14]}),
    ("p = [[0.5, 0.5], [0.25, 0.75]]\ny = cross_entropy(p, [1, 0])", math.log(8) / 2, {"p": [0, -1, -2, 0]}),
    ("p = [0, 1]\ny = cross_entropy(p, [0, 1])", 0, {"p": [0, -1]}),
    ("x = [5, 5]\nt = 0\ny = softmax_cross_entropy(x, t)", math.log(2), {"x": [-0.5, 0.5], "t": [0]}),
    ("x = [[5, 5]]\ny = softmax_cross_entropy(x, [[0.5, 0.5]])", math.log(2), {"x": [0, 0]}),
    ("x = [3, 3]\nw = [1, 5]\ny = sum(softmax(x) * w)", 3, {"x": [-1, 1]}),
    ("x = 0\ny = step(x) + step(x + 1) + 2 * step(x - 1) + x", 1, {"x": [1]}),
    ("x = [2, 5, 5, 1]\ny = amax(x) * amin(x)", 5, {"x": [0, 1, 0, 5]}),
    ("x = [0.3, 0.3]\ny = amax(x + [-0.1, 0.0] + 0.1 * [1, 0])", 0.3, {"x": [1, 0]}),
    ("x = [[1, 4], [3, 2]]\ny = sum(amax(x, axis=0) ** 2)", 25, {"x": [0, 8, 6, 0]}),
    ("x = [[1, 4], [3, 2]]\ny = sum(amin(x, axis=-1, keepdims=True) * x)", 15, {"x": [6, 1, 2, 7]}),
    ("x = [2, 3, 4]\ny = prod(x)", 24, {"x": [12, 8, 6]}),
    ("x = [0, 3, 4]\ny = prod(x)", 0, {"x": [12, 0, 0]}),
    ("x = [0, 3, 0]\ny = prod(x)", 0, {"x": [0, 0, 0]}),
    ("x = [[1, 2], [3, 4]]\nw = [1, 10]\ny = sum(w * prod(x, axis=1))", 122, {"x": [2, 1, 40, 30]}),
    ("x = [[1, 2], [3, 4], [5, 6]]\ny = sum(x[1:3, 0] ** 2) + x[-1][1]", 40, {"x": [0, 0, 6, 0, 10, 1]}),
    ("x = [1, 2, 3]\nw = [1, 10, 100]\ny = sum(x[::-1] * w)", 123, {"x": [100, 10, 1]}),
    ("x = [1, 2]\nz = [3]\ny = prod(concatenate(x, z))", 6, {"x": [6, 3], "z": [2]}),
    ("x = [[1], [2]]\nw = [1, 9, 1]\ny = sum(concatenate([x, x ** 2, x], axis=1) @ w)", 51, {"x": [20, 38]}),
    ("x = 0\ny = silu(x) + gelu(x) + gelu_tanh(x) + erf(x)", 0, {"x": [1.5 + 2 / math.sqrt(math.pi)]}),
    ("x = 1\ny = gelu(x)", SHARE, {"x": [SHARE + math.exp(-0.5) / math.sqrt(2 * math.pi)]}),
    ("x = 1\ny = gelu_tanh(x) - silu(x)", 0.8411919906082768 - 1 / (1 + 1 / E), {}),
    ("x = 0\nz = 0\ny = elu(x) + elu(z - 1)", 1 / E - 1, {"x": [1], "z": [1 / E]}),
    ("x = [-2, -1, 0.5, 1, 3]\ny = sum(huber(x))", 1.5 + 0.5 + 0.125 + 0.5 + 2.5, {"x": [-1, -1, 0.5, 1, 1]}),
    ("x = [-2, 0, 3]\na = 0.1\ny = sum(leaky_relu(x, a))", 2.8, {"x": [0.1, 0.1, 1], "a": [-2]}),
    ("c = [0, 2]\nx = 5\nz = 7\ny = sum(where(c, x, z))", 12, {"c": [0, 0], "x": [1], "z": [1]}),
    (
        "x = [0, 1, 2, 4, 5]\na = 1\nb = 4\ny = sum(clip(x, a, b))",
        12, {"x": [0, 1, 1, 1, 0], "a": [1], "b": [1]},
    ),
    ("x = 3\na = 5\nb = 4\ny = clip(x, a, b)", 4, {"x": [0], "a": [0], "b": [1]}),
    ("x = [1, 3]\ny = variance(x)", 1, {"x": [-1, 1]}),
    ("x = [[1, 3], [5, 5]]\ny = sum(variance(x, axis=-1, keepdims=True))", 1, {"x": [-1, 1, 0, 0]}),
    ("x = [2, 2]\ny = logsumexp(x) + sum(log_softmax(x))", 2 - math.log(2), {"x": [0.5, 0.5]}),
    ("x = [1, 2, 3]\nw = [1, 10, 100]\ny = sum(cumsum(x) * w)", 631, {"x": [111, 110, 100]}),
    ("x = [2, 0, 3]\nw = [1, 10, 100]\ny = sum(cumprod(x) * w)", 2, {"x": [1, 620, 0]}),
    ("x = [1, 2, 3]\nw = [1, 10, 100]\ny = sum(roll(x, shift=1) * w)", 213, {"x": [10, 100, 1]}),
    ("x = [[1, 2]]\nw = [[1], [10]]\ny = sum(permute(x, axes=(1, 0)) * w)", 21, {"x": [1, 10]}),
    ("x = [1, 2]\nw = [[1, 10], [2, 20]]\ny = sum(broadcast_to(x, shape=(2, 2)) * w)", 63, {"x": [3, 30]}),
    ("x = [1, 2]\nw = [1, 10, 100, 0]\ny = sum(pad(x, widths=((1, 1),)) * w)", 210, {"x": [10, 100]}),
    ("x = [1, 2]\nw = [1, 10, 100]\ny = sum(take(x, at=(1, 0, -1)) * w)", 212, {"x": [10, 101]}),
    ("x = [[1, 2]]\nw = [[1, 10]]\ny = sum(gather(x, at=((1, 1),), axis=1) * w)", 22, {"x": [0, 11]}),
    (
        "x = [0, 0, 9]\nm = [1, 3, 0]\nw = [1, 9, 5]\ny = sum(masked_softmax(x, m) * w)",
        7, {"x": [-1.5, 1.5, 0]},
    ),
    ("x = [[1], [1]]\nv = [[2], [4]]\ny = sum(attention(x, x, v, causal=True))", 5, {"v": [1.5, 0.5]}),
    (
        "x = [[1, 3]]\na = [2, 2]\nb = [0, 1]\ny = sum(layer_norm(x, a, b, eps=3))",
        1, {"a": [-0.5, 0.5], "b": [1, 1]},
    ),
    (
        "x = [[1, 5], [3, 5]]\na = [2, 2]\nb = [0, 1]\ny = sum(batch_norm(x, a, b, eps=3) ** 2)",
        4, {"a": [2, 0]},
    ),
    (
        "x = [[1, 3, 5, 5]]\na = [2, 0, 1, 1]\nb = [0, 0, 0, 7]\n"
        "y = sum(group_norm(x, a, b, groups=2, eps=3))",
        6, {"a": [-0.5, 0.5, 0, 0]},
    ),
    (
        "x = [[[1, 2, 3]]]\nk = [[[1, 10]]]\nb = 5\ny = sum(conv1d(x, k, b, stride=(2,), padding=(1,)))",
        52, {"k": [2, 4], "b": [2], "x": [10, 1, 10]},
    ),
    (
        "x = [[[1, 2], [3, 4]]]\nk = [[[1]], [[10]]]\nb = [0, 1]\ny = sum(conv1d(x, k, b, groups=2))",
        75, {"k": [3, 7], "b": [2, 2]},
    ),
    (
        "x = [[[1, 2]]]\nk = [[[1, 10]]]\nw = [1, 2, 3, 4, 5]\n"
        "y = sum(conv_transpose1d(x, k, 0, stride=(2,), further=(1,)) * w)",
        107, {"x": [21, 43], "k": [7, 10]},
    ),
    (
        "x = [[[[1, 2], [3, 4]]]]\nk = [[[[1, 0], [0, 1]]]]\n"
        "y = sum(conv2d(x, k, 0) + conv_transpose2d(x, k, 0, padding=(1, 1)))",
        10, {"x": [2, 0, 0, 2]},
    ),
    ("x = [[[[2, 2, 0], [1, 2, 3]]]]\ny = sum(max_pool2d(x, stride=(1, 1)))", 5, {"x": [1, 0, 0, 0, 0, 1]}),
    ("x = [[[[-2, -4]]]]\ny = sum(max_pool2d(x, kernel=(2, 2), padding=(1, 1)))", -6, {"x": [1, 1]}),
    ("x = [[[[2, 4]]]]\ny = sum(avg_pool2d(x, padding=(1, 1)))", 1.5, {"x": [0.25, 0.25]}),
    ("x = [1, 2]\nt = [0, 4]\ny = mean_squared_error(x, t)", 2.5, {"x": [1, -2], "t": [-1, 2]}),
    ("x = [0.5, 0.25]\nt = [1, 0]\ny = binary_cross_entropy(x, t)", math.log(8 / 3) / 2, {"x": [-1, 2 / 3]}),
    (
        "x = [0, 0]\nt = [1, 0]\ny = sigmoid_cross_entropy(x, t)",
        math.log(2), {"x": [-0.25, 0.25], "t": [0, 0]},
    ),
    (
        "x = [[1, 2], [3, 1]]\ny = sum(sort(x, axis=0, descending=True) * [[1, 2], [3, 4]])",
        14, {"x": [3, 2, 1, 4]},
    ),
    ("x = [3, 3, 1]\ny = sum(topk(x, k=2) * [1, 10])", 33, {"x": [1, 10, 0]}),
    (
        "x = [1, 2]\nz = [5, 6]\ny = sum(scatter_add(x, z, at=(1, 1)) * [1, 10])",
        131, {"x": [1, 10], "z": [10, 10]},
    ),
    ("x = [1, 2, 3]\nz = [5, 6]\ny = sum(index_put(x, z, at=((2, 0),)))", 13, {"x": [0, 1, 0], "z": [1, 1]}),
    ("x = [1, 2]\ny = einsum(x, x, subscripts='i,i->')", 5, {"x": [2, 4]}),
    ("x = [1, 2]\nw = [[[1], [3]]]\nz = [5]\ny = sum(bilinear(x, w, z))", 35, {"x": [5, 15], "z": [7]}),
    ("x = [3, 4]\nz = [4, 3]\ny = cosine_similarity(x, z)", 0.96, {"x": [0.0448, -0.0336]}),
    ("x = [[[1, 2, 3]]]\nk = [[[1, 10]]]\ny = sum(conv1d_without_bias(x, k))", 53, {"k": [3, 5]}),
    # Infinite slopes: no branch, no factor, limits and none
    ("x = 0\ny = max(sqrt(x), 5) + 0 * sqrt(x)", 5, {"x": [0]}),
    ("x = 0\na = 0\ny = a * sqrt(x)", 0, {"x": [0], "a": [0]}),
    ("x = 0\ny = sqrt(x) ** 2 + relu(x)", 0, {"x": [1]}),
    ("x = 0\ny = sqrt(x ** 4)", 0, {"x": [0]}),
    ("x = 0\ny = sqrt(x ** 2)", 0, {"x": [None]}),
    ("x = 0\ny = sqrt(x)", 0, {"x": [None]}),
    ("x = 0\ny = step(sqrt(x) + 1) + amax(concatenate([x] * sqrt(x), [5]))", 6, {"x": [0]}),
    ("x = 0\ny = step(x) + sqrt(x) ** 2", 0, {"x": [1]}),
    ("x = 0\ny = step(sqrt(x))", 0, {"x": [None]}),
    ("x = [0, 5]\ny = amax(sqrt(x)) ** 2", 5, {"x": [0, 1]}),
    ("x = [0, 0]\ny = prod(sqrt(x))", 0, {"x": [0, 0]}),
    ("x = 0\ny = sqrt(x ** 2) - abs(x)", 0, {"x": [None]}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "value", "gradients"), CLOSED_FORMS)
def test_closed_forms(source, value, gradients):
    found = truth(source)
    assert found.verdict == "known"
    require_equal(found.values["y"], [value])
    for name, expected in gradients.items():
        require_equal(found.gradients[name], expected)


def require_equal(numbers, expected):
    assert len(numbers) == len(expected)
    for number, right in zip(numbers, expected, strict=True):
        assert (number is None) == (right is None)
        assert right is None or agrees(number, right, 4e-16), (number, right)


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("x = 0\ny = 1 / x", "undefined"),
        ("x = 0\ny = log(x)", "undefined"),
        ("x = -1\ny = sqrt(x) + 1", "undefined"),
        ("x = -8\ny = x ** (1/3)", "undefined"),
        ("x = 0\ny = x ** -1", "undefined"),
        ("p = [1, 0]\ny = cross_entropy(p, 1)", "undefined"),
        ("x = [1, 0]\nt = 2\ny = softmax_cross_entropy(x, t)", "undefined"),
        (f"x = 1\ny = relu({HIDDEN_ZERO})", "undecided"),
        (f"x = 1\ny = 1 / ({HIDDEN_ZERO})", "undecided"),
        (f"x = 1\ny = {HIDDEN_ZERO}", "known"),
        ("x = 1\ny = relu(exp(x) + 1e-60 - exp(x))", "known"),
        (f"x = 1\ny = step({HIDDEN_ZERO})", "undecided"),
        (f"x = [1]\ny = amax(concatenate([[0], {HIDDEN_ZERO}, [2]]))", "known"),
        (f"x = [1]\ny = amin(concatenate([[0], {HIDDEN_ZERO}, [2]]))", "undecided"),
    ],
)
def test_verdicts(source, verdict):
    assert truth(source).verdict == verdict


def test_a_hidden_zero_has_the_numbers_of_a_zero():
    found = truth(f"x = 1\ny = relu({HIDDEN_ZERO}) + x")
    assert found.verdict == "undecided"
    require_equal(found.gradients["x"], [1])


@settings(max_examples=60)
@given(programs() | array_programs())
def test_pytorch_agrees(graph):
    pytest.importorskip("torch")
    from counterparts import torch_pass

    values, gradients = torch_pass(graph)
    found = truth(graph.source())
    if found.verdict != "known" or found.limits:
        return
    for name, entries in found.values.items():
        assert_close(entries, values[name])
    for node in graph.inputs:
        assert_close(found.gradients[node.id], gradients[node.id])


def assert_close(entries, floats):
    assert [float(arb(entry)) for entry in entries] == pytest.approx(
        floats.ravel().tolist(), rel=1e-9, abs=1e-9
    )


@pytest.mark.parametrize("number", range(12))
def test_slopes_are_what_small_steps_say(number):
    source = program(7, number)
    found, statements = truth(source), ast.parse(source).body
    if found.verdict != "known" or found.limits:
        return
    run = Run(source, PRECISIONS[-1], Branching())
    run.through(statements)
    for name, entries in list(found.gradients.items())[:8]:
        start, moved = (run.moved(statements, (name, 0), step) for step in (ZERO, STEP))
        apart = abs(arb(moved - start) / STEP - entries[0])
        assert apart <= abs(arb(entries[0])) * arb(2) ** -60 + arb(2) ** -1080, name


def test_programs_are_the_same_for_a_seed_and_of_the_whole_table():
    assert program(5, 17) == program(5, 17) != program(5, 18)
    assert (
        sum(
            (measure_truth.ops_of(program(1, number)) for number in range(300)), start=measure_truth.Counter()
        ).keys()
        == OPS.keys()
    )


LABELLED = "x = [[1, 1], [2, 2]]\nt = [1, 0]\ny = softmax_cross_entropy(x, t)"


@pytest.mark.parametrize(
    ("source", "answer", "verdict"),
    [
        ("x = 2\ny = x * x", {"values": {"y": 4.0}, "gradients": {"x": 4.0}}, "right"),
        ("x = 2\ny = x * x", {"values": {"y": 4.0}, "gradients": {"x": 4.00000000000001}}, "wrong"),
        ("x = 2\ny = x * x", {"values": {"y": float("nan")}, "gradients": {}}, "wrong"),
        ("x = [1, 3]\ny = sum(x)", {"values": {"x": [1.0, 3.0]}, "gradients": {"x": [1.0, 2.0]}}, "wrong"),
        (
            LABELLED,
            {"values": {"t": [1, 0]}, "gradients": {"t": None, "x": [[0.25, -0.25], [-0.25, 0.25]]}}, "right",
        ),
        (LABELLED, {"values": {}, "gradients": {"x": [[0.25, -0.25], [-0.25, 0.3]]}}, "wrong"),
        (LABELLED, {"values": {"t": [1, 1]}, "gradients": {}}, "wrong"),
        ("x = 2\ny = x * x", 2, "refused"),
        ("x = 2\ny = x * x", 1, "false alarm"),
        ("x = 0\ny = log(x)", {"values": {"y": 0.0}, "gradients": {}}, "wrong"),
        ("x = 0\ny = sqrt(x)", {"values": {"y": 0.0}, "gradients": {"x": 0.0}}, "wrong"),
        ("x = 800\ny = exp(x)", {"values": {"y": float("inf")}, "gradients": {}}, "wrong"),
        ("x = 800\ny = exp(x)", {"values": {"y": None}, "gradients": {}}, "right"),
        (f"x = 1\ny = abs({HIDDEN_ZERO})", {"values": {"y": 0.0}, "gradients": {"x": 0.0}}, "right"),
        (f"x = 1\ny = abs({HIDDEN_ZERO})", {"values": {"y": 1e-16}, "gradients": {"x": 0.0}}, "wrong"),
        (f"x = 1\ny = log({HIDDEN_ZERO})", {"values": {"y": -36.7}, "gradients": {}}, "not judged"),
    ],
)  # fmt: skip
def test_the_judge(monkeypatch, source, answer, verdict):
    monkeypatch.setattr(measure_truth, "shown", lambda _: answer)
    assert measure_truth.judge(source)[0] == verdict


def test_a_few_programs():
    record = measure_truth.measure(40, seed=3)
    assert [record[fault.replace(" ", "_")] for fault in measure_truth.FAULTS] == [0] * len(
        measure_truth.FAULTS
    ), record["kept"]


def test_the_kept_run_found_no_fault():
    record = json.loads((measure_truth.FOLDER / "truth.json").read_text("utf-8"))
    faults = {fault: record[fault.replace(" ", "_")] for fault in measure_truth.FAULTS}
    assert not any(number for fault, number in faults.items() if fault != "not judged")
    assert record["programs"] == record["right"] + record["refused"] + faults["not judged"] >= 10_000
    assert faults["not judged"] <= record["programs"] / 1_000
    assert record["ops_missing"] == []


def test_a_wrong_gradient_is_found(break_vjp):
    break_vjp("multiply")
    assert measure_truth.judge("x = 3\nz = 2\ny = x * z")[0] in ("wrong", "false alarm")
