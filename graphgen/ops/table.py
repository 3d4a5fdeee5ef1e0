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
from types import MappingProxyType

from graphgen.ops import shapes
from graphgen.ops.row import Op, op

_ALONG = {"axis": None, "keepdims": False}
_SOFTMAX = "e = exp(x)\nv = e / sum(e, axis=-1, keepdims=True)"
_LOSS = "e = exp(x)\np = e / sum(e, axis=-1, keepdims=True)\nv = mean(-sum(y * log(p), axis=-1))"

# fmt: off
_ROWS = (
    # Arithmetic
    op("add", "+", "x + y", "g", "g", operator="+"),
    op("subtract", "−", "x - y", "g", "-g", operator="-"),
    op("multiply", "×", "x * y", "g * y", "g * x", operator="*"),
    op("divide", "÷", "x / y", "g / y", "-g * v / y", operator="/", within="y != 0"),
    op("power", "xʸ", "pow(x, y)", "g * (y * lower_power(v, x, y))", "g * v * log_of_base(x)", operator="**",
       derivatives=("where(equal(y, 0), 0, y * x ** (y - 1))", "where(equal(x, 0), 0, x ** y * log(x))"),
       agreed="power"),
    op("negate", "× (−1)", "-x", "-g", operator="-"),
    op("identity", "=", "x", "g", operator=""),
    op("square", "x²", "x * x", "2 * g * x"),

    # Exponentials, logarithms and roots
    op("exp", "exp", "exp(x)", "g * v"),
    op("log", "log", "log(x)", "g / x", within="x > 0"),
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

    # Piecewise
    op("abs", "|x|", "abs(x)", "g * sign(x)", kink="x", agreed="flat"),
    op("max", "max", "max(x, y)", "g * above(x, y)", "g * above(y, x)",
       derivatives=("above(x, y)", "above(y, x)"), kink="x - y", agreed="shared"),
    op("min", "min", "min(x, y)", "g * above(y, x)", "g * above(x, y)",
       derivatives=("above(y, x)", "above(x, y)"), kink="x - y", agreed="shared"),

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

    # Layers
    op("affine", "affine", "x @ y + z", "to_left(g, x, y)", "to_right(g, x, y)", "sum_to(g, shape_of(z))",
       shape=shapes.affine, matrix_vjps=("g * transpose(y)", "transpose(x) * g", "ones_row(g) * g"),
       opened="v = x @ y + z"),
    op("softmax", "softmax", "softmax(x)", "v * (g - row_sum(g * v))", shape=shapes.by_rows, opened=_SOFTMAX),
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

FUNCTIONS: Mapping[str, Op] = MappingProxyType({row.name: row for row in _ROWS if row.operator is None})
"""The operations that the language calls by name, as in `exp(x)`."""


def operation(operator: str, arity: int) -> Op:
    """The operation that an operator of the language stands for.

    >>> operation("-", 1).name, operation("-", 2).name
    ('negate', 'subtract')
    """
    return next(op for op in OPS.values() if (op.operator, op.arity) == (operator, arity))
