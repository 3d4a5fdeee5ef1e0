import pytest
from hypothesis import given, settings
from strategies import programs

from graphgen.backprop import backward, forward
from graphgen.ops import ELEMENTWISE
from graphgen.parser import parse

torch = pytest.importorskip("torch")

COUNTERPARTS = {
    "add": torch.add,
    "subtract": torch.subtract,
    "multiply": torch.multiply,
    "divide": torch.divide,
    "power": torch.pow,
    "negate": torch.negative,
    "identity": lambda x: x * 1,
    "square": torch.square,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "atan": torch.atan,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    # torch's own softplus becomes the identity above 20.
    "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
    "abs": torch.abs,
    "max": torch.maximum,
    "min": torch.minimum,
}


def torch_pass(graph):
    """Every node's value and gradient by PyTorch, in float64."""
    tensors = {}
    for node in graph:
        if node.op is None:
            number = torch.tensor(float(node.value), dtype=torch.float64)
            tensors[node.id] = number.requires_grad_(node.is_input)
        else:
            result = COUNTERPARTS[node.op.name](*(tensors[operand] for operand in node.operands))
            if result.requires_grad:
                result.retain_grad()
            tensors[node.id] = result
    tensors[graph.output].backward()
    values = {id: tensor.item() for id, tensor in tensors.items()}
    gradients = {
        node.id: 0.0 if tensors[node.id].grad is None else tensors[node.id].grad.item()
        for node in graph
        if tensors[node.id].requires_grad
    }
    return values, gradients


def compare(graph):
    ours = backward(forward(graph))
    values, gradients = torch_pass(graph)
    assert ours.values == pytest.approx(values, rel=1e-11, abs=1e-11)
    assert {id: ours.gradients[id] for id in gradients} == pytest.approx(gradients, rel=1e-9, abs=1e-9)


def test_every_op_has_its_counterpart():
    assert COUNTERPARTS.keys() == ELEMENTWISE.keys()


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


@settings(max_examples=200)
@given(programs(max_steps=24))
def test_every_value_and_gradient_of_a_random_graph(graph):
    compare(graph)


SOURCES = {
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
