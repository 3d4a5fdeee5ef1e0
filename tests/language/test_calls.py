"""Functions that write arrays, and those whose arguments the language reads in its own way."""

import numpy as np
import pytest

from graphgen.autodiff import backward, forward
from graphgen.errors import SourceError
from graphgen.language import parse, trace

A, B, C = np.array([[1.0, 2], [3, 4]]), np.array([[0.5, 1], [2, -1]]), np.array([[2.0, 0], [1, 3]])
NAMED = "a = [[1, 2], [3, 4]]\nb = [[0.5, 1], [2, -1]]\nc = [[2, 0], [1, 3]]\n"
SAME = {
    'einsum("ij,jk->ik", a, b)': A @ B,
    'einsum("ij,jk,kl->il", a, b, c)': A @ B @ C,
    'einsum("ij,ij->", a, b)': np.sum(A * B),
    'einsum("ij,kl->jl", a, b)': np.outer(A.sum(0), B.sum(0)),
    "stack([a, b])": np.stack([A, B]),
    "stack([a, b], axis=1)": np.stack([A, B], axis=1),
    "stack([a, b], -1)": np.stack([A, B], axis=-1),
    "stack([a[0, 0], b[0, 1]])": np.array([1.0, 1]),
    "sort(a, axis=0, descending=True)": np.sort(A, axis=0)[::-1],
    "topk(a, 1)": A[:, 1:],
    "zeros(2, 2) + a": A,
    "ones((2,)) * a": A,
    "a + zeros([2])": A,
}


@pytest.mark.parametrize("written", SAME)
def test_what_is_written_has_the_value_of_numpy(written):
    graph = parse(f"{NAMED}y = {written}")
    np.testing.assert_allclose(forward(graph).values["y"], SAME[written])
    again = parse(graph.source())
    np.testing.assert_allclose(forward(again).values["y"], SAME[written])


def test_zeros_and_ones_are_inputs():
    graph = parse("h = zeros(2)\ny = sum(h + ones(2))")
    assert [node.id for node in graph.inputs] == ["h"]
    assert backward(forward(graph)).gradients["h"].tolist() == [1, 1]


def test_numpy_sorts_and_contracts_traced_arrays():
    graph = trace(lambda x, w: np.sum(np.einsum("i,ij,j->j", np.sort(x), w, x)), x=[3.0, 1.0], w=C.tolist())
    assert forward(graph).values[graph.output] == np.sum(np.einsum("i,ij,j->j", [1.0, 3.0], C, [3.0, 1.0]))


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ('einsum("ij,jk", a, b)', "does not fit the operands; subscripts are a letter for each axis"),
        ('einsum("ij,jk->ik", a, b, c)', "does not fit the operands; subscripts are a letter for each axis"),
        ('einsum("ii,ij->j", a, b)', "no letter stands twice for one array"),
        ('einsum("ij,jk->il", a, b)', "has a letter that neither array has"),
        ('einsum("i,jk->k", a, b)', "name as many axes as the arrays have"),
        ("stack(a)", "does not give stack its values; write stack"),
        ("stack([a, b], axis=0, out=1)", "does not give stack its values; write stack"),
        ("stack([a, 1])", "stacks values of different shapes; give it values of one shape"),
        ("stack([a, b], axis=3)", "there is no axis 3"),
        ("zeros(0)", "does not tell the lengths of its axes; write them as whole numbers from 1"),
        ("ones()", "does not tell the lengths of its axes"),
        ("zeros(2000, 2000)", "the array has 4,000,000 entries"),
        ("topk(a, 3)", "of 2 entries, k takes from 1 to 2"),
        ("index_put(a, 1, at=[[0, 0]])", "no place is named twice"),
        ("scatter_add(a, b, at=[[0, 1]])", "there is an index for each entry that is added"),
        ("cosine_similarity(a, a[0])", "both are arrays of the same shape"),
        ("bilinear(a, b, c)", "rows of x and z meet a stack of matrices y"),
    ],
)
def test_what_does_not_fit_is_refused(written, fault):
    with pytest.raises(SourceError) as caught:
        parse(f"{NAMED}y = {written}")
    assert fault in str(caught.value)


@pytest.mark.parametrize("name", ["stack", "zeros", "ones"])
def test_their_names_are_taken(name):
    with pytest.raises(SourceError, match=f"'{name}' is the name of a function"):
        parse(f"{name} = 1\ny = {name} * 2")


IMAGES = "X = [[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]]\nK = [[[[1, 1], [1, 0]]]]\n"


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("max_pool2d(X, 2, 1)", "max_pool2d(X, (2, 2), (1, 1))"),
        ("avg_pool2d(X, kernel=3)", "avg_pool2d(X, kernel=(3, 3))"),
        ("conv2d(X, K, padding=1)", "conv2d(X, K, padding=(1, 1))"),
        ("conv2d(X, K, [0], stride=2)", "conv2d(X, K, [0], stride=(2, 2))"),
    ],
)
def test_one_number_is_that_along_each_axis(short, whole):
    assert parse(f"{IMAGES}L = sum({short})").source() == parse(f"{IMAGES}L = sum({whole})").source()
