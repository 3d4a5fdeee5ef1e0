import builtins
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graphgen import verify
from graphgen.autodiff import backward, forward
from graphgen.errors import SourceError
from graphgen.functions import relu
from graphgen.functions import sum as total_of
from graphgen.language import parse
from graphgen.language.tracer import trace

X = np.array([[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]])
Y = np.array([[0.5, 1.5, 2.0], [-1.0, 0.75, 3.0]])
ROW, SQUARE = X[0], np.array([[2.0, -1.0], [0.5, 3.0]])

AS_NUMPY = {
    # entry by entry
    "exp": lambda x: np.exp(x),
    "logarithms": lambda x: np.log(x * x) + np.log2(x**2) + np.log10(np.abs(x)) + np.log1p(np.abs(x)),
    "exponentials": lambda x: np.expm1(x) + np.exp2(x) - np.logaddexp(x, 2 * x),
    "trigonometry": lambda x: np.sin(x) + np.cos(x) * np.tan(x) - np.arctan(x),
    "inverses": lambda x: np.arcsin(x / 4) + np.arccos(x / 4) + np.arctanh(x / 4) + np.arcsinh(x),
    "hyperbolic": lambda x: np.sinh(x) + np.cosh(x) / np.tanh(x) + np.arccosh(x * x + 2),
    "roots and powers": lambda x: np.sqrt(np.square(x)) + np.power(x, 2) + np.hypot(x, x) - np.reciprocal(x),
    "signs": lambda x: -x + +x - np.negative(x) + np.positive(x) + np.absolute(x) + np.fabs(x) * np.sign(x),
    "extremes": lambda x: np.maximum(x, 0) + np.minimum(0.5, x) + np.fmax(x, 1) - np.fmin(x, -x),
    "arithmetic": lambda x: np.add(x, 1) * np.subtract(3, x) / np.multiply(x, 2) + np.true_divide(1, x),
    "a sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "arrays beside it": lambda x: Y * x + np.float64(2) * x - x / Y + Y**2 @ x.T @ Y,
    "clip": lambda x: (
        np.clip(x, -1, 0.75) + x.clip(min=0) + np.clip(x, None, 1) + np.clip(x, a_min=0, a_max=2)
    ),
    # comparisons
    "where": lambda x: np.where(x > 0.5, x, -x) + np.where(x <= 0.5, 2, 3 * x) + np.where(x > 0, x, 0),
    "where at a tie": lambda x: np.where(x >= 0.5, x, 5) + np.where(x < 0.5, x, 7) + np.where(x > Y, 0, x),
    "where equal": lambda x: np.where(x == 0.5, 1, x) * np.where(x != 3, x, 2),
    "where of a mask": lambda x: np.where(Y > 1, x, x**2) + np.where([True, False, True], 0, x),
    "a mask in arithmetic": lambda x: x * (x > 0) + (x < 0) - (x >= 1) + (1 - (x > 0)) * x,
    "a mask as numbers": lambda x: np.mean((x > 0).astype(float)) + np.sum(x[0] > 0) * (Y > 0),
    "a comparison turned around": lambda x: np.where(~(x > 0), x, 1) + np.where(np.logical_not(x > 0), 1, x),
    # along axes
    "sums": lambda x: np.sum(x) + x.sum(axis=0) + x.sum(-1, keepdims=True) + np.sum(x, axis=(0, 1)),
    "means": lambda x: np.mean(x, axis=1, keepdims=True) * x.mean() + np.add.reduce(x),
    "variance": lambda x: np.var(x) + x.var(axis=0) + np.var(x, axis=1, ddof=1, keepdims=True),
    "deviation": lambda x: np.std(x, axis=0) + x.std(ddof=1),
    "a largest": lambda x: np.max(x) + x.max(axis=0) * np.amax(x, axis=-1, keepdims=True),
    "a smallest": lambda x: np.min(x, axis=(0, 1)) + x.min(0) * np.amin(x, 1, keepdims=True),
    "products": lambda x: np.prod(x) + x.prod(axis=0) * np.prod(x, axis=1, keepdims=True),
    "several axes": lambda x: x.reshape(1, 2, 3).sum(axis=(0, 2)) + x.reshape(2, 3, 1).max(axis=(1, -1)),
    "a batch": lambda x: (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5),
    "softmax": lambda x: (
        np.exp(x - np.max(x, axis=-1, keepdims=True))
        / np.sum(np.exp(x - np.max(x, axis=-1, keepdims=True)), axis=-1, keepdims=True)
    ),
    # products
    "dot": lambda x: np.dot(x, Y.T) @ x.dot(Y.T @ SQUARE) * np.dot(2, x[0, 0]),
    "dots of rows": lambda x: np.dot(x, Y[0]) + np.dot(x[0], Y[1]) + np.vdot(x, Y) + x[0] @ x[1],
    "inner": lambda x: np.inner(x, Y) + np.inner(x[0], x[1]) + np.inner(Y[0], x),
    "outer": lambda x: np.outer(x[0], Y[1]) + np.multiply.outer(x[0], x[1]),
    "matmul": lambda x: np.matmul(x, np.transpose(Y)) + Y @ x.T,
    "norms": lambda x: np.linalg.norm(x) + np.linalg.norm(x, axis=0) * np.linalg.norm(x[0], 1),
    "other norms": lambda x: np.linalg.norm(x, np.inf, axis=1, keepdims=True) + np.linalg.norm(x, "fro") * x,
    # shapes
    "reshape": lambda x: x.reshape(3, 2) @ np.reshape(x, (2, -1)) + x.reshape(-1)[0],
    "ravel": lambda x: x.ravel() + np.ravel(x) * x.flatten(),
    "transpose": lambda x: x.T + np.transpose(x) * x.transpose() - np.swapaxes(x, 0, 1) + x.T.T.T,
    "a row has no transpose": lambda x: x[0].T + np.transpose(x[1]),
    "new axes": lambda x: np.expand_dims(x[0], 0) + x[1][:, None] * x[0][np.newaxis, :],
    "squeeze": lambda x: np.squeeze(x[:1]) + np.squeeze(x[None], axis=0)[1],
    "concatenate": lambda x: np.concatenate([x, Y, x * 2]) + 1,
    "concatenate along": lambda x: np.concatenate((x, x[:, :1]), axis=1) @ np.concatenate([x[0], [1.0]]),
    "concatenate all": lambda x: np.concatenate([x, [1.0, 2.0]], axis=None),
    "stack": lambda x: np.stack([x[0, 0], x[1, 2], 3.0])[:, None] * np.stack([x[0], x[1]], axis=-1),
    "hstack and vstack": lambda x: np.vstack([x[0], x]) + np.hstack([x[:, :2], np.ones((2, 1))])[0],
    "hstack of numbers": lambda x: np.hstack([x[0, 0], x[1]]),
    "atleast": lambda x: np.atleast_1d(x[0, 0]) + np.atleast_2d(x[0]) + np.atleast_2d(x),
    "like it": lambda x: np.zeros_like(x) + np.ones_like(x) * 2 - np.full_like(x, 3) + x,
    "differences": lambda x: np.diff(x) + np.diff(x, axis=0)[:, 1:],
    "flip": lambda x: np.flip(x) + np.flip(x, axis=0) * np.flip(x, 1),
    "copies": lambda x: np.copy(x) + x.copy() * x.astype(float),
    # entries
    "entries": lambda x: x[0] + x[1, 2] + x[-1][-1] + x[1][0:3:2][1],
    "slices": lambda x: x[:, 1:] + x[..., :2] * x[::-1, ::2] - x[1, ::-1][:2],
    "a new axis beside dots": lambda x: x[None, ..., 0] + x[..., None][:, 0].T,
    "rows": lambda x: builtins.sum(x) + builtins.sum(row * row for row in x),
    "unpacking": lambda x: (lambda a, b: a * b)(*x),
    "shape and size": lambda x: x / x.size + len(x) * x.shape[1] - x.ndim + np.size(x) * np.shape(x)[0] * x,
    "size of an axis": lambda x: np.sum(x, axis=0) / np.size(x, 0) + np.ndim(x),
}


@pytest.mark.parametrize("function", AS_NUMPY.values(), ids=AS_NUMPY)
def test_a_function_written_with_numpy_is_traced_as_it_stands(function):
    graph = trace(lambda x: function(x) * 1, x=X)
    value = forward(graph).values[graph.output]
    expected = function(X)
    assert np.shape(value) == np.shape(expected)
    assert np.allclose(value, expected, rtol=1e-12, atol=1e-12)
    assert graph.source() == parse(graph.source()).source()


@pytest.mark.parametrize("function", AS_NUMPY.values(), ids=AS_NUMPY)
def test_its_gradient_is_that_of_differences(function):
    # Weights that are all different, and entries that stand at no kink.
    away = X + np.array([[0.01, 0.02, 0.03], [0.04, 0.06, 0.07]])
    weights = np.cos(np.arange(np.size(function(away)))).reshape(np.shape(function(away)))
    graph = trace(lambda x: np.sum(function(x) * weights), x=away)
    gradient = backward(forward(graph)).gradients["x"]
    step, differences = 1e-6, np.zeros_like(away)
    for place in np.ndindex(away.shape):
        moved = np.zeros_like(away)
        moved[place] = step
        ahead, behind = (np.sum(function(away + sign * moved) * weights) for sign in (1, -1))
        differences[place] = (ahead - behind) / (2 * step)
    assert np.allclose(gradient, differences, rtol=1e-5, atol=1e-5)


CASES = {
    "dot of matrices": (lambda x, w: total_of(np.dot(x, w)), ([[1, 2], [3, 4]], [[5, 6], [7, 8]]), 134),
    "dot in a layer": (lambda x, w: total_of(relu(np.dot(x, w) + 1)), ([[1, 2]], [[5], [7]]), 20),
    "mean and variance": (lambda x: total_of((x - np.mean(x)) ** 2), ([1, 3],), 2),
    "size": (lambda x: total_of(x) / np.size(x), ([1, 3],), 2),
    "shape": (lambda x: total_of(x) / (np.shape(x) or (1,))[0], ([1, 3],), 2),
    "atleast and dot": (lambda x: total_of(np.atleast_1d(x).dot(np.atleast_1d(x))), ([[1, 2], [3, 4]],), 54),
    "exp": (lambda x: np.exp(x), (0,), 1),
    "sum": (lambda x: np.sum(x), ([1, 2],), 3),
    "an index": (lambda x: x[0], ([1, 2],), 1),
    "Python's sum": (lambda x: builtins.sum(x), ([1, 2],), 3),
    "the first of equals": (lambda x: x.max() * 2, ([3, 1, 3],), 6),
}


@pytest.mark.parametrize(("function", "inputs", "value"), CASES.values(), ids=CASES)
def test_the_values_of_cases_are_verified(function, inputs, value):
    graph = trace(function, **dict(zip("xw", inputs, strict=False)))
    report = verify(graph)
    assert float(report.exact.values[graph.output]) == value
    assert report.passed


def test_the_first_of_equals_has_the_gradient():
    graph = trace(lambda x: np.max(x) + np.min(x, axis=0), x=[3, 1, 3, 1])
    assert backward(forward(graph)).gradients["x"].tolist() == [1, 1, 0, 0]


def test_a_product_with_a_zero_has_its_gradient():
    graph = trace(lambda x: np.prod(x), x=[0, 2, 3])
    assert backward(forward(graph)).gradients["x"].tolist() == [6, 0, 0]


def test_an_array_that_holds_traced_numbers_goes_from_entry_to_entry():
    def entries(x, y):
        held = np.empty(2, dtype=object)
        held[0], held[1] = x, y
        return np.sum(held * x + y)

    graph = trace(entries, x=3, y=5)
    assert forward(graph).values[graph.output] == 34.0


def test_the_sum_of_a_row_is_a_chain_without_the_zero_that_python_begins_with():
    assert [node.source for node in trace(lambda x: builtins.sum(x), x=[1, 2, 3]) if node.op] == [
        *("x[0]", "x[1]", "v1 + v2", "x[2]", "v3 + v4")
    ]


def assigned(x):
    x[0] = 1


def filled(x):
    filled = np.zeros(2)
    filled[0] = x[0]
    return filled


LEAVE_OUT = (
    "a traced value is put into an array of NumPy; "
    "leave out np.array and np.asarray of one value, and write np.stack([a, b]) for several"
)
JOINED = (
    "two comparisons of traced values are joined; "
    "put one np.where into another: np.where(x > 0, np.where(x < 1, a, b), b)"
)
NO_OPERATOR = (
    "a traced value meets an operator that is not in the language; "
    "the operators are + - * / @ and, for powers, **: x ** 2"
)
ELSE = "write it with operators and functions such as np.exp, np.where, np.sum and np.concatenate"
UNSORTED = "take entries of np.sort, as in np.sort(x)[1]"
REFUSED = {
    "an assignment to an entry": (
        assigned,
        "an entry of a traced value is assigned; "
        "a value does not change: make a new one with np.where, np.concatenate or np.stack",
    ),
    "an assignment in an array": (
        filled,
        "a traced value is turned into a plain number; "
        "write np.exp(x), or exp(x) from graphgen.functions, for math.exp(x), and leave float(x) out",
    ),
    "median": (lambda x: np.median(x), f"np.median of a traced value is not in the language; {UNSORTED}"),
    "rounding": (
        lambda x: np.floor(x),
        "np.floor of a traced value is not in the language; its slope is 0 wherever it has one: leave it out",
    ),
    "fft": (lambda x: np.fft.fft(x), f"np.fft.fft of a traced value is not in the language; {ELSE}"),
    "another reduction": (
        lambda x: np.add.accumulate(x),
        f"np.add.accumulate of a traced value is not in the language; {ELSE}",
    ),
    "a setting": (
        lambda x: np.sum(x, dtype=float),
        "np.sum of a traced value: got an unexpected keyword argument 'dtype'; it takes a, axis, keepdims",
    ),
    "into an array": (
        lambda x: np.exp(x, out=np.zeros(2)),
        "np.exp of a traced value was called with 'out'; "
        "give it its operands alone: a traced value is not written into an array",
    ),
    "np.array": (lambda x: np.array(x), LEAVE_OUT),
    "np.asarray of several": (lambda x: np.asarray([x[0], x[1]]), LEAVE_OUT),
    "np.mean of several": (lambda x: np.mean([x[0], x[1]]), LEAVE_OUT),
    "a list": (
        lambda x: [x[0], x[1]] * x,
        "a list holds traced values; make an array of them: np.stack([a, b])",
    ),
    "an index too large": (
        lambda x: x[2],
        "'2' is no index of an axis of 2; give a whole number or a slice, as in x[0] or x[1:3]",
    ),
    "an index that is traced": (
        lambda x: x[x[0]],
        "'<TracedValue 1>' is no index of an axis of 2; give a whole number or a slice, as in x[0] or x[1:3]",
    ),
    "a mask as an index": (
        lambda x: x[np.array([True, False])],
        "'[ True False]' is no index of an axis of 2; give a whole number or a slice, as in x[0] or x[1:3]",
    ),
    "too many indices": (
        lambda x: x[0, 0],
        "2 indices are given to an array of the shape (2,); give at most one index or slice for each axis",
    ),
    "no entries": (lambda x: x[2:], "a slice of an axis of 2 has no entries; an array has at least one"),
    "the length of a number": (
        lambda x: len(x[0]),
        "a single number has no length; give the input an array: x=[1, 2]",
    ),
    "an entry of a number": (
        lambda x: x[0][0],
        "an entry of a single number is taken; give it an array, as in x = [1, 2]",
    ),
    "an axis that is not there": (
        lambda x: np.squeeze(x, 4),
        "np.squeeze of a traced value: tuple index out of range; it takes a, axis",
    ),
    "no axis at all": (
        lambda x: np.diff(x[0]),
        "np.diff of a traced value: integer modulo by zero; it takes a, axis",
    ),
    "another method": (
        lambda x: x.cumsum(),
        "a traced value has no 'cumsum'; it has the operators, shape, size, ndim and T, and the methods "
        "sum, mean, prod, var, std, max, min, dot, transpose, swapaxes, reshape, ravel, flatten, squeeze, "
        "clip, copy, astype",
    ),
    "axes in another order": (
        lambda x: x.reshape(1, 2, 1).transpose(1, 0, 2),
        "np.transpose of a traced value was called with the axes (1, 0, 2); it takes all axes in reverse",
    ),
    "a long axis squeezed": (
        lambda x: np.squeeze(x, 0),
        "np.squeeze of a traced value of the shape (2,): the axis 0 is longer than 1; "
        "name an axis of the length 1",
    ),
    "a norm of matrices": (
        lambda x: np.linalg.norm(x.reshape(1, 2), 2),
        "np.linalg.norm of a traced value was called with ord=2; it takes the orders 1, 2 and inf of rows",
    ),
    "where of a value": (
        lambda x: np.where(x, 1, 2),
        "np.where of a traced value asks whether it is 0; write the comparison: np.where(x > 0, a, b)",
    ),
    "comparisons joined": (lambda x: np.where((x > 0) & (x < 1), x, 0), JOINED),
    "Python's max": (
        lambda x: builtins.max(x[0], 0),
        "a traced value is compared, or decides a branch; "
        "a graph has no branches: use np.where, or max, min or relu from graphgen.functions",
    ),
    "a format": (
        lambda x: f"{x:.2f}",
        "a traced value is written in the format '.2f'; "
        "its number is not known yet: print graphgen.trace(function, …) afterwards",
    ),
    "a power with a hat": (lambda x: x ^ 2, NO_OPERATOR),
    "a bitwise not": (lambda x: ~x, NO_OPERATOR),
    "a shape that does not fit": (
        lambda x: x * [1, 2, 3],
        "'x * c1' does not fit the shapes: x is (2,), c1 is (3,); "
        "axes must be of equal length, or of length 1",
    ),
}


@pytest.mark.parametrize(("function", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_traced_says_what_to_write(function, message):
    with pytest.raises(SourceError) as caught:
        trace(function, x=[1, 2])
    assert str(caught.value) == message


def test_an_error_of_the_function_itself_stays():
    with pytest.raises(TypeError, match="unsupported operand"):
        trace(lambda x: x + (1 + "2"), x=1)
    with pytest.raises(AttributeError):
        trace(lambda x: x.__nothing__, x=1)
    assert trace(lambda x: x * (3 if hasattr(x, "cumsum") else 2), x=1)["c1"].value == 2


UNARY = [
    np.exp,
    np.tanh,
    np.sin,
    np.arctan,
    np.square,
    np.abs,
    np.cosh,
    np.negative,
    lambda x: np.log1p(x * x),
]
BINARY = [
    *(np.add, np.subtract, np.multiply, np.maximum, np.minimum, np.logaddexp),
    *(lambda x, y: np.where(x > y, x * 2, y), lambda x, y: x / (1 + y * y)),
]
REDUCTIONS = [np.sum, np.mean, np.max, np.min, np.prod, np.var]
RESHAPES = [
    *(np.transpose, np.ravel, lambda x: x[-1], lambda x: x[::-1], lambda x: np.concatenate([x, x * 2])),
    *(lambda x: np.stack([x, np.sin(x)]), lambda x: np.expand_dims(x, -1), lambda x: x.reshape(-1, 1)),
]
SHAPES = [(2,), (3,), (2, 3), (3, 2), (1, 3), (2, 2)]


@st.composite
def functions(draw):
    """A random function of two arrays written with NumPy, and the shapes of these."""
    steps = draw(
        st.lists(
            st.one_of(
                st.tuples(st.just("unary"), st.sampled_from(UNARY)),
                st.tuples(st.just("binary"), st.sampled_from(BINARY)),
                st.tuples(st.just("reshape"), st.sampled_from(RESHAPES)),
                st.tuples(st.just("matmul"), st.just(np.matmul)),
                st.tuples(st.just("reduce"), st.sampled_from(REDUCTIONS), st.integers(-2, 1), st.booleans()),
            ),
            min_size=1,
            max_size=6,
        )
    )

    def function(x, y):
        z = x
        for kind, step, *settings_ in steps:
            if kind == "binary":
                z = step(z, y) if np.ndim(y) >= np.ndim(z) or np.shape(z)[-1] == np.shape(y)[-1] else z
            elif kind == "matmul":
                z = step(z, y.T) if 1 <= np.ndim(z) <= 2 and np.shape(z)[-1] == np.shape(y)[-1] else z
            elif kind == "reduce":
                axis, keepdims = settings_
                z = step(z, axis=axis if -np.ndim(z) <= axis < np.ndim(z) else None, keepdims=keepdims)
            elif kind == "unary" or np.ndim(z):
                z = step(z)
        return z

    return function, draw(st.sampled_from(SHAPES)), draw(st.sampled_from(SHAPES))


def numbers(shape):
    # No two alike: which of equals is the largest is a convention, and PyTorch has several.
    return np.sin(1.7 * np.arange(1, 1 + math.prod(shape))).round(3).reshape(shape) * 1.5


@settings(max_examples=150, deadline=None)
@given(functions())
def test_any_function_is_traced_to_what_numpy_computes(drawn):
    function, *shapes = drawn
    x, y = map(numbers, shapes)
    with np.errstate(all="ignore"):
        try:
            expected = function(x, y)
        except ValueError:
            assume(False)
        assume(np.isfinite(expected).all() and np.abs(expected).max() < 1e6)
    graph = trace(lambda x, y: function(x, y) * 1, x=x, y=y)
    value = forward(graph).values[graph.output]
    assert np.shape(value) == np.shape(expected)
    assert np.allclose(value, expected, rtol=1e-9, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(functions())
def test_its_gradients_are_those_of_pytorch(drawn):
    pytest.importorskip("torch")
    from counterparts import torch_pass

    function, *shapes = drawn
    x, y = map(numbers, shapes)
    with np.errstate(all="ignore"):
        try:
            expected = function(x, y)
        except ValueError:
            assume(False)
        assume(np.isfinite(expected).all() and np.abs(expected).max() < 1e6)
    graph = trace(lambda x, y: np.sum(function(x, y)) + 0 * np.sum(x) + 0 * np.sum(y), x=x, y=y)
    run = backward(forward(graph))
    _, gradients = torch_pass(graph)
    for name in "xy":
        assert np.allclose(run.gradients[name], gradients[name], rtol=1e-6, atol=1e-6)
