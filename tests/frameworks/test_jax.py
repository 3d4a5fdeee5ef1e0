import numpy as np
import pytest

jax = pytest.importorskip(
    "jax", reason="JAX, whose functions are captured, is not installed: run_tests.py --with-jax"
)
jnp = jax.numpy

from graphgen.autodiff import backward, forward  # noqa: E402
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


def root_by_newton(a):
    return jax.lax.while_loop(lambda x: jnp.abs(x * x - a) > 1e-6, lambda x: (x + a / x) / 2, a)


def pooled(x, padding):
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 3, 3, 1), (1, 2, 2, 1), padding)


def lstm(x):
    gates = jnp.split(jnp.concatenate([x, x * 2]), 4)
    i, f, g, o = (gate.sum() for gate in gates)
    return jax.nn.sigmoid(o) * jnp.tanh(jax.nn.sigmoid(f) + jax.nn.sigmoid(i) * jnp.tanh(g))


SEEN = np.array([[True, False, True], [True, True, False]])
PUT = {
    "rows set": lambda x, y: jnp.sum(x.at[jnp.array([2, 0])].set(y) ** 2),
    "a row set twice": lambda x, y: jnp.sum(x.at[jnp.array([1, 1])].set(y) ** 2),
    "an entry set": lambda x, y: jnp.sum(x.at[0, 1].set(y[0, 0]) ** 2),
    "a column set": lambda x, y: jnp.sum(x.at[1:, 1].set(y[0]) ** 2),
    "a block set": lambda x, y: jnp.sum(jax.lax.dynamic_update_slice(x, y, (1, 0)) ** 2),
    "rows added": lambda x, y: jnp.sum(x.at[jnp.array([0, 0])].add(y) ** 2),
    "entries added": lambda x, y: jnp.sum(x.at[jnp.array([0, 2]), jnp.array([1, 1])].add(y[0]) ** 2),
    "segments": lambda x, y: jnp.sum(jax.ops.segment_sum(x, jnp.array([0, 1, 0]), 2) * y),
}
TAKEN = {
    "split": lambda x: jnp.prod(jnp.stack([part.sum() for part in jnp.split(x, [1, 3], axis=1)])),
    "gates": lstm,
    "of each row by number": lambda x: jnp.mean(x[jnp.arange(2), jnp.array([3, 1])] ** 2),
    "of each row along": lambda x: jnp.sum(jnp.take_along_axis(x, jnp.array([[0, 2], [3, 3]]), 1) ** 2),
    "a moving window": lambda x: jnp.sum(jax.lax.dynamic_slice(x, (0, 1), (2, 2)) ** 2),
    "tiled": lambda x: jnp.sum(jnp.tile(x, (1, 2)) * jnp.arange(8.0)),
    "leading": lambda x: jnp.sum(jax.lax.top_k(x, 2)[0] ** 2),
    "rows in order": lambda x: jnp.sum(jnp.sort(x, axis=0) * jnp.arange(4.0)),
    "rows in another's order": lambda x: jnp.sum(x[:, jnp.argsort(x[0])] * jnp.arange(4.0)),
    "a middle": jnp.median,
    "running largest": lambda x: jnp.sum(jax.lax.cummax(x, axis=1) ** 2),
    "log1p and expm1": lambda x: jnp.sum(jnp.log1p(x**2) * jnp.expm1(x)),
    "logsumexp of rows": lambda x: jnp.sum(jax.nn.logsumexp(x, axis=1)),
    "parts that follow each other": lambda x: jnp.sum(jax.lax.associative_scan(jnp.add, x, axis=1) ** 2),
    "a diagonal": lambda x: jnp.prod(jnp.diag(x[:, 1:3])) + jnp.trace(x),
    "remainders": lambda x: jnp.sum((x % 0.7) * x),
}
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
    "an entry": (lambda x: x[1, 2] ** 2, numbers(2, 3)),
    "a transform and its size": (lambda x: jnp.sum(jnp.abs(jnp.fft.fft(x)) ** 2), numbers(4)),
    "masked softmax": (lambda x: jnp.sum(jax.nn.softmax(jnp.where(SEEN, x, -jnp.inf)) ** 2), numbers(2, 3)),
    "a mask that is added": (
        lambda x: jnp.sum(jax.nn.softmax(x * 2 + jnp.where(SEEN, 0.0, -jnp.inf)) ** 2),
        numbers(2, 3),
    ),
    "each against the others": (
        lambda z: -jax.nn.log_softmax(jnp.fill_diagonal(z @ z.T, -jnp.inf, inplace=False))[0, 1],
        numbers(3, 2),
    ),
    "masked log softmax": (lambda x: jax.nn.log_softmax(jnp.where(SEEN, x, -jnp.inf))[0, 0], numbers(2, 3)),
    "the largest in windows, last ones less": (
        lambda x: jnp.sum(pooled(x, "SAME") ** 2),
        numbers(1, 4, 4, 2),
    ),
    "the largest of equal ones in windows": (
        lambda x: jnp.sum(pooled(jax.nn.relu(x), "VALID") * jnp.arange(4.0).reshape(1, 2, 2, 1)),
        numbers(1, 5, 5, 1),
    ),
    "means in windows": (
        lambda x: jnp.sum(jax.lax.reduce_window(x, 0.0, jax.lax.add, (1, 3, 1), (1, 2, 1), "SAME") ** 2),
        numbers(1, 5, 2),
    ),
    "an open lookup": (lambda x, i: jnp.sum(x[i] ** 2), numbers(3, 3), np.array(1)),
    "turned convolution": (
        lambda x, w: jnp.sum(jax.lax.conv_transpose(x, w, (2, 2), "SAME") ** 2),
        numbers(1, 3, 3, 2),
        numbers(3, 2, 2, 1),
    ),
    "several cases": (
        lambda x: jnp.sum(jnp.select([x > 1, x > 0], [x, x * 2], x * 3) + jnp.sinh(x) + jnp.arcsin(x / 9)),
        numbers(6),
    ),
    **{name: (function, numbers(3, 2), numbers(2, 2)) for name, function in PUT.items()},
    **{name: (function, numbers(2, 4)) for name, function in TAKEN.items()},
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
     "along an axis", "turned and padded", "columns by numbers", "the largest of each row",
     "an entry", "masked softmax", "each against the others", "masked log softmax",
     "the largest in windows, last ones less", "several cases", "means in windows", "turned convolution",
     *PUT, *TAKEN],
)  # fmt: skip
def test_what_has_a_row_is_proved(name):
    function, *given = CASES[name]
    assert verify(from_jax(function, *given)).is_proved


def test_a_softmax_is_one_operation_masked_or_not():
    for name, row in (("masked softmax", "masked_softmax"), ("a mask that is added", "masked_softmax")):
        function, *given = CASES[name]
        assert [
            node.op.name for node in from_jax(function, *given) if node.op and "softmax" in node.op.name
        ] == [row]
    graph = from_jax(lambda x: jnp.sum(jax.nn.softmax(x) ** 2), numbers(2, 3))
    assert [node.op.name for node in graph if node.op] == ["softmax", "square", "sum"]


@pytest.mark.parametrize("causal", [False, True])
def test_what_asks_for_narrow_floats_runs_in_64_bits(causal):
    def attend(q, k, v):
        mixed = jax.nn.dot_product_attention(q, k, v, is_causal=causal)
        return jnp.sum(jax.nn.relu(mixed).astype(jnp.float32) ** 2)

    given = [np.random.default_rng(seed).standard_normal((1, 3, 2, 2)) for seed in range(3)]
    graph = from_jax(attend, *given)
    assert verify(graph).is_proved
    with jax.enable_x64(True):
        value, gradients = jax.value_and_grad(attend, argnums=(0, 1, 2))(*given)
    run = backward(forward(graph))
    assert run.values[graph.output] == pytest.approx(float(value), rel=1e-5)
    for id, gradient in zip("qkv", gradients, strict=True):
        assert run.gradients[id] == pytest.approx(np.asarray(gradient), rel=1e-4, abs=1e-5)


def narrowed(x):
    return x.astype(jnp.float16).astype(x.dtype)


IN_LOOPS = {
    "scan": lambda h, x: jax.lax.scan(lambda h, row: (narrowed(jnp.tanh(h * row)), h), h, x)[0],
    "scan in reverse": lambda h, x: jnp.sum(
        jax.lax.scan(lambda h, row: (narrowed(h * row), h * row), h, x, reverse=True)[1]
    ),
    "condition": lambda h, x: jax.lax.cond(h > 0, lambda: narrowed(h * jnp.sum(x)) ** 2, lambda: h),
    "loop": lambda h, x: jax.lax.fori_loop(0, 3, lambda step, h: narrowed(h * x[step]), h),
    "a loop whose end is open": lambda h, x: jax.lax.while_loop(
        lambda h: jnp.sum(h) < 5, lambda h: narrowed(h * (1 + x[2])), h
    ),
    "a scan that begins in 32 bits": lambda h, x: jax.lax.scan(
        lambda c, row: (c * row + h, None), jnp.ones((), jnp.float32), x
    )[0],
}


@pytest.mark.parametrize("function", IN_LOOPS.values(), ids=IN_LOOPS)
def test_what_asks_for_narrow_floats_in_a_loop_runs_in_64_bits(function):
    given = jnp.float32(0.5), jnp.array([0.25, 0.75, 1.5], dtype=jnp.float32)
    graph = from_jax(function, *given)
    assert verify(graph).is_proved
    run = backward(forward(graph))
    assert run.values[graph.output] == pytest.approx(float(function(*given)), rel=2e-3)
    slopes = jax.jacfwd(function, argnums=(0, 1))(*given)
    for id, slope in zip("hx", slopes, strict=True):
        assert np.asarray(run.gradients[id]) == pytest.approx(np.asarray(slope), rel=1e-2)


def test_a_loop_whose_end_is_open_is_unrolled():
    graph = from_jax(root_by_newton, np.array(2.0))
    report = verify(graph)
    assert report.is_proved
    assert report.numeric.values[graph.output] == pytest.approx(2**0.5)
    assert report.numeric.gradients["a"] == pytest.approx(8**-0.5, rel=1e-5)


def test_a_clip_that_changes_nothing_is_a_tie():
    def ppo(ratio, advantage):
        return jnp.minimum(jnp.exp(ratio) * advantage, jnp.clip(jnp.exp(ratio), 0.8, 1.2) * advantage).mean()

    assert verify(from_jax(ppo, np.array([0.1, 0.5, -0.5]), np.array([1.0, -2.0, 3.0]))).is_proved


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
    "a long loop": (
        lambda x: jax.lax.while_loop(lambda c: c.sum() > 0, lambda c: c * 1.0, x).sum(),
        "a loop has more than 10,000 steps",
    ),
    "complex numbers": (lambda x: jnp.fft.fft(x)[0], "fft → .* gives numbers that are complex or not finite"),
    "a failure": (lambda x: x @ jnp.ones(5), "JAX cannot trace the function, by TypeError"),
    "an infinite value": (lambda x: jnp.log(x * 0).sum(), "complex or not finite"),
}


@pytest.mark.parametrize(("function", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_captured_is_refused_in_words(function, said):
    with pytest.raises(GraphgenError, match=said):
        from_jax(function, np.ones(2))
