import numpy as np
import pytest

jax = pytest.importorskip(
    "jax", reason="JAX, whose functions are captured, is not installed: run_tests.py --with-jax"
)
jnp = jax.numpy

from graphgen.errors import GraphgenError, VerificationError  # noqa: E402
from graphgen.frameworks import from_jax  # noqa: E402
from graphgen.verification import verify  # noqa: E402


def numbers(*shape):
    return np.random.default_rng(sum(shape)).standard_normal(shape)


def perceptron(params, x, y):
    with jax.named_scope("hidden"):
        h = jax.nn.relu(x @ params["w"] + params["b"])
    shares = jax.nn.log_softmax(h @ params["v"])
    return -jnp.mean(jnp.sum(shares * jax.nn.one_hot(y, 2), -1))


def recurrent(w, xs):
    def step(h, x):
        h = jnp.tanh(w @ h + x)
        return h, h

    _, states = jax.lax.scan(step, jnp.zeros(2), xs)
    return jnp.sum(states**2)


def attention(q, k, v):
    scores = jnp.where(jnp.tril(jnp.ones((3, 3), bool)), q @ k.T / jnp.sqrt(2.0), -jnp.inf)
    return jnp.sum((jax.nn.softmax(scores) @ v) ** 2)


def layer_norm(x):
    scaled = (x - x.mean(-1, keepdims=True)) / jnp.sqrt(x.var(-1, keepdims=True) + 1e-5)
    return jnp.sum(scaled**3)


def gradient_of_gradient(x):
    inner = jax.grad(lambda b: jnp.sum(b**4))
    return jnp.sum(jax.grad(lambda a: jnp.sum(inner(a) ** 2))(x))


def convolved(x, w):
    numbered = ("NHWC", "HWIO", "NHWC")
    images = jax.lax.conv_general_dilated(x, w, (2, 1), ((0, 1), (1, 1)), dimension_numbers=numbered)
    return jnp.sum(jax.nn.relu(images) ** 2)


@jax.custom_vjp
def cubed(x):
    return x**3


cubed.defvjp(lambda x: (x**3, x), lambda x, g: (3 * g * x**2,))


def of_dropout(x):
    kept = jax.random.bernoulli(jax.random.key(0), 0.5, x.shape)
    return jnp.sum(jnp.where(kept, x / 0.5, 0.0) ** 2)


def through_a_tree(params):
    x, last = params["ends"]
    for w in params["weights"]:
        x = jnp.tanh(w @ x)
    return jnp.dot(x, last)


PARAMETERS = {"w": numbers(2, 3), "b": numbers(3), "v": numbers(3, 2)}
CASES = {
    "perceptron": (perceptron, PARAMETERS, numbers(2, 2), np.array([0, 1])),
    "scan": (recurrent, numbers(2, 2), numbers(3, 2)),
    "cond": (lambda x: jax.lax.cond(x.sum() > 0, jnp.sum, lambda x: (x * 3).sum(), x), numbers(3)),
    "grad of grad": (gradient_of_gradient, numbers(3)),
    "masked attention": (attention, numbers(3, 2), numbers(3, 2), numbers(3, 2)),
    "conv": (
        lambda x, w: jnp.sum(jax.lax.conv(x, w, (1, 1), "SAME") ** 2),
        numbers(1, 1, 4, 4),
        numbers(1, 1, 3, 3),
    ),
    "layer norm": (layer_norm, numbers(2, 4)),
    "rows by numbers": (lambda e: jnp.sum(e[jnp.array([0, 2, 1])] ** 2), numbers(3, 2)),
    "vmap": (lambda x, w: jax.vmap(lambda a: jnp.sum((w @ a) ** 2))(x).sum(), numbers(3, 2), numbers(2, 2)),
    "without rows": (lambda x: jnp.sum(jax.lax.lgamma(x**2 + 1)), numbers(3)),
    "logsumexp": (jax.scipy.special.logsumexp, numbers(4)),
    "gelu": (lambda x: jax.nn.gelu(x).sum(), numbers(4)),
    "max": (lambda x: x.max(), numbers(4)),
    "sort": (lambda x: (jnp.sort(x) * jnp.arange(4)).sum(), numbers(4)),
    "conv with channels last": (convolved, numbers(1, 5, 4, 2), numbers(3, 3, 2, 3)),
    "conv by groups": (
        lambda x, w: jnp.sum(jax.lax.conv_general_dilated(x, w, (1,), "VALID", feature_group_count=2) ** 2),
        numbers(1, 2, 5),
        numbers(4, 1, 2),
    ),
    "products by batch": (
        lambda a, b, c: jnp.sum(jnp.einsum("bij,bjk,kl->lbi", a, b, c) ** 2),
        numbers(2, 3, 4),
        numbers(2, 4, 3),
        numbers(3, 2),
    ),
    "a product over two axes": (
        lambda a, b: jnp.sum(jnp.einsum("ijk,jkl->li", a, b) ** 2),
        numbers(2, 3, 4),
        numbers(3, 4, 2),
    ),
    "custom vjp": (lambda x: jnp.sum(cubed(x) * 2), numbers(3)),
    "dropout": (of_dropout, numbers(6)),
    "a tree of parameters": (
        through_a_tree,
        {"ends": (numbers(2), numbers(2) + 1), "weights": [numbers(2, 2), numbers(2, 2) + 1]},
    ),
    "along an axis": (
        lambda x: jnp.sum(jnp.cumsum(x, 1, dtype=x.dtype) * jax.lax.cumprod(x, 0, reverse=True)),
        numbers(2, 3),
    ),
    "turned and padded": (
        lambda x: jnp.sum(jnp.pad(x[::-1], ((1, 0), (0, 2))) * jnp.arange(15.0).reshape(3, 5)),
        numbers(2, 3),
    ),
    "columns by numbers": (lambda x: jnp.sum(x[:, jnp.array([[1, 0], [2, 1]])] ** 2), numbers(2, 3)),
    "rows and columns by numbers": (
        lambda x: jnp.sum(x[jnp.arange(2), jnp.array([2, 0])] ** 2),
        numbers(2, 3),
    ),
    "the largest of each row": (lambda x: jnp.sum(jnp.max(x, axis=1) ** 2), numbers(2, 3)),
    "the largest of equal ones": (lambda x: jnp.max(x) * 3, np.array([1.0, 2.0, 2.0])),
    "loop": (lambda x: jax.lax.fori_loop(0, 3, lambda i, c: c * 1.5, x).sum(), np.ones(2)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_functions_have_the_values_and_gradients_of_jax(case):
    function, *given = case
    graph = from_jax(function, *given)
    report = verify(graph)
    assert report.passed
    with jax.enable_x64(True):
        floats = [
            place
            for place, part in enumerate(given)
            if not isinstance(part, np.ndarray) or part.dtype == float
        ]
        value, gradients = jax.value_and_grad(function, argnums=tuple(floats))(*given)
    assert float(report.numeric.values[graph.output]) == pytest.approx(float(value), rel=1e-10)
    leaves = [np.asarray(leaf) for leaf in jax.tree_util.tree_leaves(gradients)]
    found = [report.numeric.gradients[id] for id in graph.origins if id in report.numeric.gradients]
    largest = sorted(float(np.abs(leaf).max()) for leaf in leaves)
    assert sorted(float(np.abs(part).max()) for part in found) == pytest.approx(largest, rel=1e-8, abs=1e-11)


def test_names_scopes_and_calls_are_the_authors():
    function, *given = CASES["perceptron"]
    graph = from_jax(function, *given)
    assert {"params.w", "params.b", "x"} <= {*graph.origins.values()}
    assert "hidden" in graph.modules
    assert graph.reference.framework == f"jax {jax.__version__}"
    assert graph[graph.output].place.file == "test_jax.py"


@pytest.mark.parametrize(
    "name",
    ["conv with channels last", "conv by groups", "products by batch", "a product over two axes", "dropout",
     "along an axis", "turned and padded", "columns by numbers", "the largest of each row"],
)  # fmt: skip
def test_what_has_a_row_is_proved(name):
    function, *given = CASES[name]
    assert verify(from_jax(function, *given)).is_proved


def test_a_wrong_backward_is_found_with_both_numbers():
    @jax.custom_vjp
    def cube(x):
        return x**3

    cube.defvjp(lambda x: (x**3, x), lambda x, g: (2 * g * x**2,))
    with pytest.raises(VerificationError, match=r"by jax and .* the values after it agree: check"):
        from_jax(lambda x: jnp.sum(cube(x)), np.array([1.0, 2.0]))


REFUSED = {
    "two results": (lambda x: (x, x), "the function gives 2 arrays"),
    "no input": (lambda x: jnp.ones(()), "does not depend on its inputs"),
    "an unknown end": (
        lambda x: jax.lax.while_loop(lambda c: c.sum() < 10, lambda c: c * 1.5, x).sum(),
        "JAX has no gradient of it",
    ),
    "a failure": (lambda x: x @ jnp.ones(5), "JAX cannot trace the function, by TypeError"),
    "an infinite value": (lambda x: jnp.log(x * 0).sum(), "no finite"),
}


@pytest.mark.parametrize(("function", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_captured_is_refused_in_words(function, said):
    with pytest.raises(GraphgenError, match=said):
        from_jax(function, np.ones(2))
