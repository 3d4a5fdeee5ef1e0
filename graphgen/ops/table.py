"""The op table: every operation is declared here, once, in a row that reads as mathematics.

A row is a name, the symbol that is drawn, the value, and for each operand what the backward pass sends to
it, from the upstream gradient g, the value v and the operands x, y, z. From the value SymPy derives the
local derivatives, exactly; what is sent is written by hand. The two are witnesses of each other. Where
SymPy needs another form of the value it is `exact`, with its reason.

The rules are the careful ones: a sigmoid that does not overflow at -800, a slope of tanh that does not
cancel. Their words stand in `graphgen.ops.words`, how each operation is read in `graphgen.ops.readings`,
where it is tested in `graphgen.ops.points`. Conventions at kinks follow PyTorch and JAX.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from graphgen.ops import contractions, layers, shapes
from graphgen.ops.row import Op, op
from graphgen.ops.rules import OPERANDS

_ALONG = {"axis": None, "keepdims": False}
_INNER = "(sqrt(2 / atan(1)) * (x + 44715 * x * x * x / 1000000))"
_INNER_SLOPE = "sqrt(2 / atan(1)) * (1 + 134145 * x * x / 1000000)"
_SOFTMAX = "e = exp(x)\nv = e / sum(e, axis=-1, keepdims=True)"
_NORMAL = "centered({0}, {1}) / sqrt(mean_over(square(centered({0}, {1})), {1}) + number(eps))"
_LAYER, _BATCH = _NORMAL.format("x", "last(y)"), _NORMAL.format("x", "batch(x)")
# With n the normalized x and h = g * y, it is (h - mean(h) - n * mean(h * n)) / deviation.
_NORMAL_BACK = (
    "(centered({h}, {a}) - {n} * mean_over({h} * {n}, {a}))"
    " / sqrt(mean_over(square(centered({x}, {a})), {a}) + number(eps))"
)
_LAYER_BACK = _NORMAL_BACK.format(h="(g * y)", x="x", a="last(y)", n=_LAYER)
_BATCH_BACK = _NORMAL_BACK.format(h="(g * channels(y, x))", x="x", a="batch(x)", n=_BATCH)
_GROUPS = "grouped(x, groups)"
_GROUP = _NORMAL.format(_GROUPS, "last(y)")
_GROUP_BACK = _NORMAL_BACK.format(h="grouped(g * channels(y, x), groups)", x=_GROUPS, a="last(y)", n=_GROUP)
_OPENED_NORMAL = (
    "c = x - mean(x, axis={0}, keepdims=True)\n"
    "s = mean(c * c, axis={0}, keepdims=True)\nv = c / sqrt(s + 0.00001) * y + z"
)
_LENGTHS = "sqrt(sum(square(x), axis, keepdims) * sum(square(y), axis, keepdims))"
_COSINE_BACK = (
    f"spread(g / {_LENGTHS}, x, axis) * {{1}}"
    " - spread(g * v / sum(square({0}), axis, keepdims), x, axis) * {0}"
)
_STEPS = "stride, padding, dilation, groups"
_BARE_CONVOLUTION = (
    f"convolved(x, y, {_STEPS})",
    f"convolved_to_images(g, x, y, {_STEPS})",
    f"convolved_to_kernels(g, x, y, {_STEPS})",
)
_BARE_TRANSPOSED_CONVOLUTION = (
    f"transposed_convolved(x, y, {_STEPS}, further)",
    f"convolved(g, y, {_STEPS})",
    f"convolved_to_kernels(x, g, y, {_STEPS})",
)
_CONVOLUTION, _TRANSPOSED_CONVOLUTION = (
    (f"{value} + channels(z, x)", *vjps, "of_channels(g, shape_of(z))")
    for value, *vjps in (_BARE_CONVOLUTION, _BARE_TRANSPOSED_CONVOLUTION)
)
_ATTENTION = "masked_softmax(x @ turned(y) / root_of_width(x), visible(x, y, causal))"
_ATTENTION_BACK = f"softmax_back(to_left(g, {_ATTENTION}, z), {_ATTENTION})"
_STEPS_ALONG, _STEPS_OF_IMAGES, _STEPS_OF_VOLUMES = map(layers.steps, (1, 2, 3))
_TRANSPOSED_ALONG, _TRANSPOSED_IMAGES = layers.steps(1, further=(0,)), layers.steps(2, further=(0, 0))
_WINDOW = "kernel, stride, padding"
_POOLING = {"kernel": (2, 2), "stride": (2, 2), "padding": (0, 0)}
_LOSS = "e = exp(x)\np = e / sum(e, axis=-1, keepdims=True)\nv = mean(-sum(y * log(p), axis=-1))"

# fmt: off
_ROWS = (
    # Arithmetic
    op("add", "+", "x + y", "g", "g", operator="+"),
    op("subtract", "−", "x - y", "g", "-g", operator="-"),
    op("multiply", "×", "x * y", "g * y", "g * x", operator="*"),
    op("divide", "÷", "x / y", "g / y", "-g * v / y", operator="/", within="y != 0"),
    op("power", "xʸ", "pow(x, y)", "g * (y * lower_power(v, x, y))", "g * v * log_of_base(x, y)",
       derivatives=("where(equal(y, 0), 0, y * x ** (y - 1))",
                    "where(equal(x, 0), where(y > 0, 0, log(x)), x ** y * log(x))"),
       operator="**", agreed="power"),
    op("negate", "× (−1)", "-x", "-g", operator="-"),
    op("identity", "=", "x", "g", operator=""),
    op("square", "x²", "x * x", "2 * g * x"),

    # Exponentials, logarithms and roots
    op("exp", "exp", "exp(x)", "g * v"),
    op("log", "log", "log(x)", "g / x", within="x > 0"),
    # Where x is small, 1 + x has lost its digits, and exp(x) - 1 as well.
    op("log1p", "log(1+x)", "log1p(x)", "g / (1 + x)", within="x > -1", is_careful=True,
       exact="log(1 + x)", opened="v = log(1 + x)"),
    op("expm1", "exp−1", "expm1(x)", "g * exp(x)", is_careful=True,
       exact="exp(x) - 1", opened="v = exp(x) - 1"),
    op("sqrt", "√", "sqrt(x)", "g / (2 * v)", within="x >= 0"),

    # Trigonometry
    op("sin", "sin", "sin(x)", "g * cos(x)"),
    op("cos", "cos", "cos(x)", "-g * sin(x)"),
    op("tan", "tan", "tan(x)", "g * (1 + v * v)"),
    op("atan", "atan", "atan(x)", "over_one_plus_square(g, x)"),

    # Activations
    # 1 - tanh² would cancel where tanh is near ±1, and sech² underflow before it meets a large g.
    op("tanh", "tanh", "tanh(x)", "g * sech(x) * sech(x)", is_careful=True,
       opened="a = exp(x)\nb = exp(-x)\nv = (a - b) / (a + b)"),
    # 1 - v is sigmoid(-x), so that nothing cancels where v is near 1.
    op("sigmoid", "σ", "sigmoid(x)", "g * v * sigmoid(-x)", is_careful=True,
       exact="1 / (1 + exp(-x))", opened="v = 1 / (1 + exp(-x))"),
    # The derivative of SymPy's Max is 1/2 at a tie.
    op("relu", "relu", "max(0, x)", "g * (x > 0)", exact="where(x > 0, x, 0)", kink="x", agreed="flat"),
    op("softplus", "softplus", "max(x, 0) + log1p(exp(-abs(x)))", "g * sigmoid(x)", is_careful=True,
       exact="log(1 + exp(x))", opened="v = log(1 + exp(x))"),

    op("silu", "silu", "x * sigmoid(x)", "g * (sigmoid(x) + v * sigmoid(-x))", is_careful=True,
       exact="x / (1 + exp(-x))", opened="v = x * sigmoid(x)"),
    op("elu", "elu", "max(x, 0) + expm1(min(x, 0))", "g * exp(min(x, 0))", is_careful=True,
       exact="where(x > 0, x, exp(x) - 1)"),
    # Φ is the normal distribution's: the share that lies below x.
    op("gelu", "gelu", "x * normal_share(x)",
       "g * (normal_share(x) + x * exp(-x * x / 2) / sqrt(8 * atan(1)))",
       is_careful=True, exact="x * (1 + erf(x / sqrt(2))) / 2", opened="v = x * (1 + erf(x / sqrt(2))) / 2"),
    # The same, nearly: its tanh form, of D. Hendrycks and K. Gimpel, arXiv 1606.08415.
    op("gelu_tanh", "gelu", f"x * sigmoid({_INNER})",
       f"g * (sigmoid({_INNER}) + v * sigmoid(-{_INNER}) * {_INNER_SLOPE})", is_careful=True,
       exact=f"x / (1 + exp(-{_INNER}))"),
    op("erf", "erf", "erf(x)", "2 * g * exp(-x * x) / sqrt(4 * atan(1))"),
    op("leaky_relu", "leaky relu", "max(x, 0) + y * min(x, 0)", "g * (x > 0) + g * y * (x <= 0)",
       "g * min(x, 0)", exact="where(x > 0, x, x * y)", kink="x", agreed="lower"),

    # Piecewise
    op("where", "where", "chosen(x, y, z)", "0 * g", "g * chosen(x, 1, 0)", "g * chosen(x, 0, 1)",
       exact="where(equal(x, 0), z, y)", kink="x", agreed="flat"),
    op("clip", "clip", "min(max(x, y), z)", "g * (x >= y) * (x <= z)", "g * (x < y) * (y <= z)",
       "g * (max(x, y) > z)", exact="where(y > z, z, where(x > z, z, where(x < y, y, x)))",
       kink="(x - y) * (x - z) * (y - z)", agreed="inside"),
    op("abs", "|x|", "abs(x)", "g * sign(x)", kink="x", agreed="flat"),
    op("huber", "huber", "min(abs(x), 1) * (abs(x) - min(abs(x), 1) / 2)", "g * max(min(x, 1), -1)",
       exact="where(abs(x) > 1, abs(x) - 1 / 2, x * x / 2)"),
    op("max", "max", "max(x, y)", "g * above(x, y)", "g * above(y, x)",
       derivatives=("above(x, y)", "above(y, x)"), kink="x - y", agreed="shared"),
    op("min", "min", "min(x, y)", "g * above(y, x)", "g * above(x, y)",
       derivatives=("above(y, x)", "above(x, y)"), kink="x - y", agreed="shared"),
    op("step", "step", "(x > 0) * 1", "0 * g", exact="where(x > 0, 1, 0)", kink="x", agreed="flat"),

    # Arrays
    op("matmul", "@", "x @ y", "to_left(g, x, y)", "to_right(g, x, y)", operator="@", shape=shapes.product,
       matrix_vjps=("g * transpose(y)", "transpose(x) * g")),
    op("sum", "Σ", "sum(x, axis, keepdims)", "spread(g, x, axis)", shape=shapes.reduced, parameters=_ALONG,
       matrix_vjps=("g * ones(x)",)),
    op("mean", "mean", "mean(x, axis, keepdims)", "spread(g, x, axis) / count(x, v)", shape=shapes.reduced,
       parameters=_ALONG, matrix_vjps=("g / size(x) * ones(x)",)),
    op("transpose", "xᵀ", "transpose(x)", "transpose(g)", shape=shapes.transposed,
       matrix_vjps=("transpose(g)",)),
    op("reshape", "reshape", "reshape(x, shape)", "reshape(g, shape_of(x))", shape=shapes.reshaped,
       parameters={"shape": ()}),
    op("amax", "max", "amax(x, axis, keepdims)", "spread(g, x, axis) * first_largest(x, axis)",
       shape=shapes.reduced, parameters=_ALONG, agreed="first"),
    op("amin", "min", "-amax(-x, axis, keepdims)", "spread(g, x, axis) * first_largest(-x, axis)",
       shape=shapes.reduced, parameters=_ALONG, agreed="first"),
    op("prod", "Π", "prod(x, axis, keepdims)", "spread(g, x, axis) * product_of_others(x, axis)",
       shape=shapes.reduced, parameters=_ALONG),
    op("index", "x[i]", "index(x, at)", "scatter(g, shape_of(x), at)", operator="[]", shape=shapes.indexed,
       parameters={"at": (0,)}),
    op("concatenate", "concat", "concatenate(x, y, axis)", "first_part(g, x, axis)", "last_part(g, y, axis)",
       shape=shapes.concatenated, parameters={"axis": 0}),

    op("variance", "var", "mean(square(centered(x, axis)), axis, keepdims)",
       "2 * spread(g, x, axis) * centered(x, axis) / count(x, v)", shape=shapes.reduced, parameters=_ALONG),
    op("logsumexp", "logsumexp", "logsumexp(x, axis, keepdims)",
       "spread(g, x, axis) * exp(x - spread(v, x, axis))", shape=shapes.reduced, parameters=_ALONG),
    op("permute", "permute", "permute(x, axes)", "permute_back(g, axes)", shape=shapes.permuted,
       parameters={"axes": ()}),
    op("broadcast_to", "repeat", "broadcast_to(x, shape)", "sum_over(g, shape_of(x))", shape=shapes.repeated,
       parameters={"shape": ()}),
    op("flip", "flip", "flip(x, axis)", "flip(g, axis)", shape=shapes.along, parameters={"axis": 0}),
    op("roll", "roll", "roll(x, shift, axis)", "roll_back(g, shift, axis)", shape=shapes.rolled,
       parameters={"shift": 1, "axis": 0}),
    op("cumsum", "cumsum", "running_sum(x, axis)", "running_sum_back(g, axis)", shape=shapes.along,
       parameters={"axis": 0}),
    op("cumprod", "cumprod", "running_product(x, axis)", "running_product_back(g, x, axis)",
       shape=shapes.along, parameters={"axis": 0}),
    op("pad", "pad", "padded(x, widths)", "padded_back(g, shape_of(x), widths)", shape=shapes.padded,
       parameters={"widths": ()}),
    op("take", "take", "taken(x, at, axis)", "taken_back(g, shape_of(x), at, axis)", shape=shapes.taken,
       parameters={"at": (0,), "axis": 0}),
    op("gather", "gather", "gathered(x, at, axis)", "gathered_back(g, shape_of(x), at, axis)",
       shape=shapes.gathered, parameters={"at": (0,), "axis": 0}),

    op("scatter_add", "scatter add", "x + gathered_back(y, shape_of(x), at, axis)", "g",
       "gathered(g, at, axis)", shape=shapes.scattered, parameters={"at": (0,), "axis": 0}),
    op("index_put", "put", "put(x, y, at)", "put(g, 0, at)", "sum_to(picked(g, at), shape_of(y))",
       shape=shapes.replaced, parameters={"at": (0,)}),
    op("sort", "sort", "gathered(x, order_of(x, axis, descending), axis)",
       "gathered_back(g, shape_of(x), order_of(x, axis, descending), axis)", shape=shapes.sorted_along,
       parameters={"axis": -1, "descending": False}, agreed="order"),
    op("topk", "top k", "gathered(x, leading(order_of(x, axis, 1), k, axis), axis)",
       "gathered_back(g, shape_of(x), leading(order_of(x, axis, 1), k, axis), axis)",
       shape=shapes.leading, parameters={"k": 1, "axis": -1}, agreed="order"),
    op("einsum", "einsum", "contracted(x, y, subscripts)",
       "contracted_to_left(g, y, shape_of(x), subscripts)",
       "contracted_to_right(g, x, shape_of(y), subscripts)", shape=contractions.contracted,
       parameters={"subscripts": ""}),
    op("bilinear", "bilinear", "bilinear(x, y, z)", "bilinear_to_left(g, y, z)",
       "bilinear_to_matrices(g, x, z)", "bilinear_to_right(g, x, y)", shape=contractions.bilinear),
    op("cosine_similarity", "cosine similarity", f"sum(x * y, axis, keepdims) / {_LENGTHS}",
       _COSINE_BACK.format("x", "y"), _COSINE_BACK.format("y", "x"), shape=shapes.similar,
       parameters={"axis": -1, "keepdims": False},
       opened="v = sum(x * y, axis=-1) / sqrt(sum(x * x, axis=-1) * sum(y * y, axis=-1))"),

    # Layers
    op("affine", "affine", "x @ y + z", "to_left(g, x, y)", "to_right(g, x, y)", "sum_to(g, shape_of(z))",
       shape=shapes.affine, matrix_vjps=("g * transpose(y)", "transpose(x) * g", "ones_row(g) * g"),
       opened="v = x @ y + z"),
    op("linear", "linear", "x @ transpose(y) + z", "to_left(g, x, transpose(y))",
       "transpose(to_right(g, x, transpose(y)))", "sum_to(g, shape_of(z))", shape=shapes.linear,
       matrix_vjps=("g * y", "transpose(g) * x", "ones_row(g) * g"), opened="v = x @ y.T + z"),
    op("linear_without_bias", "linear", "x @ transpose(y)", "to_left(g, x, transpose(y))",
       "transpose(to_right(g, x, transpose(y)))", shape=shapes.linear_without_bias,
       matrix_vjps=("g * y", "transpose(g) * x"), opened="v = x @ y.T"),
    op("softmax", "softmax", "softmax(x)", "v * (g - row_sum(g * v))", shape=shapes.by_rows, opened=_SOFTMAX),
    op("masked_softmax", "softmax", "masked_softmax(x, y)", "sum_over(softmax_back(g, v), shape_of(x))",
       "sum_over(unmasked_softmax(x, y) * (g - row_sum(g * v)), shape_of(y))", shape=shapes.masked,
       opened="e = y * exp(x)\nv = e / sum(e, axis=-1, keepdims=True)"),
    op("attention", "attention", f"{_ATTENTION} @ z",
       f"to_left({_ATTENTION_BACK}, x, turned(y)) / root_of_width(x)",
       f"turned(to_right({_ATTENTION_BACK}, x, turned(y))) / root_of_width(x)",
       f"to_right(g, {_ATTENTION}, z)", shape=layers.attention, parameters={"causal": False}),
    op("log_softmax", "log softmax", "log_softmax(x)", "g - exp(v) * row_sum(g)", shape=shapes.by_rows,
       opened="e = exp(x)\nv = x - log(sum(e, axis=-1, keepdims=True))"),
    op("layer_norm", "layer norm", f"{_LAYER} * y + z", _LAYER_BACK, f"sum_over(g * {_LAYER}, shape_of(y))",
       "sum_over(g, shape_of(z))", shape=layers.layer_norm, parameters={"eps": 1e-5},
       opened=_OPENED_NORMAL.format(-1), opened_axes={1: 1}),
    op("batch_norm", "batch norm", f"{_BATCH} * channels(y, x) + channels(z, x)", _BATCH_BACK,
       f"of_channels(g * {_BATCH}, shape_of(y))", "of_channels(g, shape_of(z))", shape=layers.batch_norm,
       parameters={"eps": 1e-5}, opened=_OPENED_NORMAL.format(0), opened_axes={0: 2}),
    op("group_norm", "group norm", f"reshape({_GROUP}, shape_of(x)) * channels(y, x) + channels(z, x)",
       f"reshape({_GROUP_BACK}, shape_of(x))",
       f"of_channels(g * reshape({_GROUP}, shape_of(x)), shape_of(y))",
       "of_channels(g, shape_of(z))", shape=layers.group_norm, parameters={"groups": 1, "eps": 1e-5}),
    op("conv1d", "conv", *_CONVOLUTION, shape=partial(layers.convolution, **_STEPS_ALONG),
       parameters=_STEPS_ALONG),
    op("conv1d_without_bias", "conv", *_BARE_CONVOLUTION,
       shape=partial(layers.convolution_without_bias, **_STEPS_ALONG), parameters=_STEPS_ALONG),
    op("conv2d", "conv", *_CONVOLUTION, shape=partial(layers.convolution, **_STEPS_OF_IMAGES),
       parameters=_STEPS_OF_IMAGES),
    op("conv2d_without_bias", "conv", *_BARE_CONVOLUTION,
       shape=partial(layers.convolution_without_bias, **_STEPS_OF_IMAGES), parameters=_STEPS_OF_IMAGES),
    op("conv3d", "conv", *_CONVOLUTION, shape=partial(layers.convolution, **_STEPS_OF_VOLUMES),
       parameters=_STEPS_OF_VOLUMES),
    op("conv3d_without_bias", "conv", *_BARE_CONVOLUTION,
       shape=partial(layers.convolution_without_bias, **_STEPS_OF_VOLUMES), parameters=_STEPS_OF_VOLUMES),
    op("conv_transpose1d", "conv transpose", *_TRANSPOSED_CONVOLUTION,
       shape=partial(layers.transposed_convolution, **_TRANSPOSED_ALONG), parameters=_TRANSPOSED_ALONG),
    op("conv_transpose1d_without_bias", "conv transpose", *_BARE_TRANSPOSED_CONVOLUTION,
       shape=partial(layers.transposed_convolution_without_bias, **_TRANSPOSED_ALONG),
       parameters=_TRANSPOSED_ALONG),
    op("conv_transpose2d", "conv transpose", *_TRANSPOSED_CONVOLUTION,
       shape=partial(layers.transposed_convolution, **_TRANSPOSED_IMAGES), parameters=_TRANSPOSED_IMAGES),
    op("conv_transpose2d_without_bias", "conv transpose", *_BARE_TRANSPOSED_CONVOLUTION,
       shape=partial(layers.transposed_convolution_without_bias, **_TRANSPOSED_IMAGES),
       parameters=_TRANSPOSED_IMAGES),
    op("max_pool2d", "max pool", f"peaks(x, {_WINDOW})",
       f"flat_windows_back(repeated(g, kernel) * at_peaks(x, {_WINDOW}), shape_of(x), {_WINDOW})",
       shape=layers.pooled, parameters=_POOLING, agreed="first"),
    op("avg_pool2d", "mean pool", f"window_sum(x, {_WINDOW}) / area(kernel)",
       f"flat_windows_back(repeated(g, kernel), shape_of(x), {_WINDOW}) / area(kernel)",
       shape=layers.pooled, parameters=_POOLING),
    op("mean_squared_error", "mean squared error", "average(square(x - y))",
       "2 * g * (x - y) / count(x, v)", "2 * g * (y - x) / count(x, v)", shape=shapes.like,
       opened="v = mean(square(x - y))"),
    op("binary_cross_entropy", "binary cross entropy",
       "-average(y * log(x) + (1 - y) * log(1 - x))",
       "g * ((1 - y) / (1 - x) - y / x) / count(x, v)", "g * (log(1 - x) - log(x)) / count(x, v)",
       shape=shapes.like, opened="v = -mean(y * log(x) + (1 - y) * log(1 - x))"),
    op("sigmoid_cross_entropy", "sigmoid with loss", "average(softplus(x) - x * y)",
       "g * (sigmoid(x) - y) / count(x, v)", "-g * x / count(x, v)", shape=shapes.like,
       opened="v = mean(softplus(x) - x * y)"),
    op("cross_entropy", "cross entropy", "-total(targets(y, x) * log(x)) / rows(x)",
       "-g * targets(y, x) / x / rows(x)", "to_targets(-g * log(x) / rows(x), y)",
       shape=shapes.loss, targets=1, opened="v = mean(-sum(y * log(x), axis=-1))"),
    op("softmax_cross_entropy", "softmax with loss", "-total(targets(y, x) * log_softmax(x)) / rows(x)",
       "g / rows(x) * (exp(log_softmax(x)) * row_sum(targets(y, x)) - targets(y, x))",
       "to_targets(-g / rows(x) * log_softmax(x), y)",
       shape=shapes.loss, targets=1, matrix_vjps=("g / rows(x) * (softmax(x) - y)",), opened=_LOSS),
)
# fmt: on


OPS: Mapping[str, Op] = MappingProxyType({row.name: row for row in _ROWS})
"""Every operation, by name, in the order of the reference page."""

ELEMENTWISE: Mapping[str, Op] = MappingProxyType({row.name: row for row in _ROWS if row.is_elementwise})
"""The operations on single numbers, which work on arrays entry by entry."""

SUMS: Mapping[int, Op] = MappingProxyType(
    {n: op(f"add_{n}", "+", " + ".join(OPERANDS[:n]), *["g"] * n, operator="+") for n in range(3, 7)}
)
"""Sums of several terms as one operation, by how many: what pictures join a chain of additions to."""

FUNCTIONS: Mapping[str, Op] = MappingProxyType({row.name: row for row in _ROWS if row.operator is None})
"""The operations that the language calls by name, as in `exp(x)`."""


def operation(operator: str, arity: int) -> Op:
    """The operation that an operator of the language stands for.

    >>> operation("-", 1).name, operation("-", 2).name
    ('negate', 'subtract')
    """
    return next(op for op in OPS.values() if (op.operator, op.arity) == (operator, arity))
