import pytest
from hypothesis import given
from strategies import array_programs, programs

from graphgen.autodiff.engine import backward, forward
from graphgen.language.parser import parse
from graphgen.ops.table import ELEMENTWISE, OPS

torch = pytest.importorskip(
    "torch", reason="PyTorch, with which gradients are compared, is not installed: run_tests.py --with-torch"
)

from counterparts import COUNTERPARTS, ON_ARRAYS, torch_pass  # noqa: E402


def compare(graph):
    ours = backward(forward(graph))
    values, gradients = torch_pass(graph)
    for id, value in values.items():
        assert ours.values[id] == pytest.approx(value, rel=1e-11, abs=1e-11), id
    for id, gradient in gradients.items():
        if id in graph.data:
            continue
        assert ours.gradients[id] == pytest.approx(gradient, rel=1e-9, abs=1e-9), id


def test_every_op_has_its_counterpart():
    assert COUNTERPARTS.keys() == ELEMENTWISE.keys()
    assert {*COUNTERPARTS, *ON_ARRAYS} == OPS.keys()


POINTS = [
    pytest.param(op, point, id=f"{op.name}{point}") for op in ELEMENTWISE.values() for point in op.points
]


@pytest.mark.parametrize(("op", "point"), POINTS)
def test_local_derivatives_at_every_point_of_the_table(op, point):
    operands = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
    value = COUNTERPARTS[op.name](*operands)
    value.backward()
    assert op.forward(*point) == pytest.approx(value.item(), rel=1e-12, abs=1e-15)
    expected = [operand.grad.item() for operand in operands]
    assert list(op.vjp(1.0, op.forward(*point), *point)) == pytest.approx(
        expected, rel=1e-12, abs=1e-15, nan_ok=True
    )


@given(programs(max_steps=24))
def test_every_value_and_gradient_of_a_random_graph(graph):
    compare(graph)


@given(array_programs(max_steps=12))
def test_every_value_and_gradient_of_a_random_graph_of_arrays(graph):
    compare(graph)


SOURCES = {
    "labels": "x = [[1, 2, 3], [0, -1, 1]]\nt = [2, 0]\ny = softmax_cross_entropy(x, t)",
    "labels of probabilities": "x = [[0.2, 0.8], [0.5, 0.5]]\nt = [1, 1]\ny = cross_entropy(x, t)",
    "apples": "apple = 100\ncount = 2\ntax = 1.1\ntotal = apple * count * tax",
    "fan-out": "a = 3\nb = a + a\nc = b + b",
    "a neuron": "x = 0.5\nw = -2\nb = 0.1\nz = w * x + b\ny = sigmoid(z)\nloss = (y - 1) ** 2",
    "kinks": "x = 0\na = relu(x) + abs(x)\nb = max(a, x) - min(x, a)\ny = b * 3 + a",
    "a tie with itself": "x = 2\ny = max(x, x) * min(x, x)",
    "saturation": "x = 800\ny = sigmoid(x) + tanh(x) + softplus(-x)",
    "a negative base": "x = -2\ny = x ** 3 + x ** (-2)",
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_graphs(source):
    compare(parse(source))
