"""The steps over entries that a page computes give what the graph gives."""

import numpy as np
import pytest

from graphgen.autodiff import forward
from graphgen.language.parser import parse
from graphgen.ops import OPS
from graphgen.page.entries import steps_over_entries

GIVEN = "x = [[1, 2, -1], [0.5, -3, 4]]\nw = [[1, -1], [0.25, 2], [3, 1]]\nb = [1, -2]\n"
SOURCES = {
    "elementwise": "y = x * 2 + [1, 0, -1] * x\nz = sum(relu(y))",
    "product": "y = x @ w + b\nz = sum(y)",
    "vectors": "z = x[0] @ x[1]",
    "matrix and vector": "z = sum(x @ [1, 2, 3] + [4, 5] @ x @ w[:, 0])",
    "sums": "z = sum(mean(x, axis=1) * sum(w, axis=0)) + mean(x)",
    "moved": "z = sum(reshape(x, (3, 2)) * w * flip(x.T, axis=0))",
    "joined": "z = sum(concatenate(x, w.T, axis=0)[1:3] ** 2)",
    "layer": "y = softmax(linear(x, w.T, b))\nz = cross_entropy(y, [[0, 1], [1, 0]])",
    "normalized": "z = sum(layer_norm(x, [1, 2, 3], [0, 1, 0]))",
    "running sums": "z = sum(cumsum(x, axis=1) * x + cumsum(x, axis=0))",
    "running products": "z = sum(cumprod(x, axis=1)) + sum(cumprod(x, axis=0)) + prod(x)",
    "products": "z = sum(prod(x, axis=1, keepdims=True) * x)",
    "largest": "z = sum(amax(x, axis=0)) - amin(x) + sum(amin(x, axis=1, keepdims=True))",
    "sorted": "z = sum(sort(x, axis=1) * x) + sum(sort(x, axis=0, descending=True) * x)",
    "leading": "z = sum(topk(x, k=2, axis=1) ** 2)",
    "padded": "z = sum(pad(x, widths=((1, 0), (0, 2))) ** 2)",
    "convolution": "k = reshape(w, (1, 1, 2, 3))\ni = reshape(concatenate(x, x * x), (1, 1, 4, 3))\n"
    "y = conv2d(i, k, [0.5], padding=1)\nz = sum(y * y)",
    "convolution along": "i = reshape(x, (1, 2, 3))\nk = reshape(w, (1, 2, 3))\n"
    "y = conv1d_without_bias(i, k, padding=4)\nz = sum(y * y)",
    "convolution back": "i = reshape(x, (1, 2, 3))\nk = reshape(w, (2, 1, 3))\n"
    "z = sum(conv_transpose1d(i, k, [2], stride=2) ** 2)",
    "pooled": "i = reshape(concatenate(x, x * x), (1, 1, 4, 3))\n"
    "z = sum(max_pool2d(i, kernel=2, stride=1) * avg_pool2d(i, kernel=2, stride=1))",
    "contractions": "z = sum(einsum('ij,kj->ik', x, w.T) ** 2) + einsum('ij,ji->', x, w) + einsum('i,j->', b, x[0])",
    "a contraction of many": "z = sum(einsum('ij,jk,k->i', x, w, b))",
    "put": "z = sum(index_put(x, b * 2, at=((0, 1), (2, 0))) ** 2)",
    "bilinear": "s = reshape(concatenate(x, w.T), (2, 3, 2))\nz = sum(bilinear(x, s, w.T[:, :2]) ** 2)",
    "labels": "c: data = [0, 2]\nz = softmax_cross_entropy(x, c) + cross_entropy(softmax(x), c)",
    "classes": "z = sum(log_softmax(x) * x)",
}


def evaluated(steps):
    """The value of each step, by NumPy's own functions."""
    values = []
    for _, shape, what, *rest in steps:
        operands = [values[operand] for operand in rest[0]] if rest else []
        if not rest:
            value = np.array(what, dtype=float).reshape(shape)
        elif what == "move":
            value = np.concatenate([np.ravel(operand) for operand in operands])[rest[1]].reshape(shape)
        elif what == "sum":
            size = int(np.prod(shape))
            value = np.bincount(rest[1], np.ravel(operands[0]), minlength=size).reshape(shape)
        elif what == "matmul":
            value = operands[0] @ operands[1]
        else:
            value = np.vectorize(OPS[what].forward)(*operands)
        assert value.shape == tuple(shape)
        values.append(value)
    return values


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_the_last_step_of_each_node_gives_its_value(source):
    graph = parse(GIVEN + source)
    steps = steps_over_entries(graph)
    values, known = evaluated(steps), forward(graph).values
    last = {owner: value for (owner, *_), value in zip(steps, values, strict=True)}
    for index, node in enumerate(graph):
        np.testing.assert_allclose(last[index], known[node.id], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "source",
    [
        "z = sum(attention(x, x * 2, x))",
        "c: data = [0, 2]\nz = softmax_cross_entropy(x, c) + sum(c)",
        "z = sum(zeros(100, 100) @ zeros(100, 100))",
        "z = sum(x * k)",
    ],
    ids=["an operation without steps", "labels", "too many entries", "no number"],
)
def test_what_a_page_does_not_compute_has_no_steps(source):
    assert steps_over_entries(parse(GIVEN + source)) is None
