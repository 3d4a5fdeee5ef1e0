"""The op table: every operation is declared here, once, one row each.

A row holds the two things that are written by hand and compared with each other: the float rules
(`forward_rule`, `vjp_rules`) and the exact expression (`expression`) from which SymPy derives the local
derivatives. Symbols in nodes, prose, formulas, the reference page and the tests all walk this table.

The float rules are the careful ones (a sigmoid that does not overflow at -800), which is why they are
not generated from the expression: a function compared with its own source proves nothing.

Conventions at kinks follow PyTorch and JAX: relu'(0) = 0, abs'(0) = 0, and max and min share the
gradient equally at a tie.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from types import MappingProxyType
from typing import Any

from graphgen.ops.row import Op, Operands, Shape, checked


def _indicator(sp: Any, difference: Any) -> Any:
    """1 where the difference is positive, 1/2 where it is 0, else 0."""
    half = sp.Rational(1, 2)
    return sp.Piecewise((1, difference > 0), (half, sp.Eq(difference, 0)), (0, True))


def _stable_sigmoid(sp: Any, x: Any) -> Any:
    return sp.Piecewise((1 / (1 + sp.exp(-x)), x >= 0), (sp.exp(x) / (1 + sp.exp(x)), True))


def _stable_log1p(x: Any) -> Any:
    # `import sympy` alone does not load it.
    from sympy.codegen.cfunctions import log1p

    return log1p(x)


_TWO_SIDED = (-30.0, -3.0, -1.0, -0.625, -1e-3, 0.0, 1e-3, 0.5, 1.0, 2.5, 30.0)
_POSITIVE = (1e-6, 0.125, 0.5, 1.0, 1.75, 3.0, 400.0, 1e12)


def _unary(*values: float) -> tuple[Operands, ...]:
    return tuple((value,) for value in values)


def _pairs(first: tuple[float, ...], second: tuple[float, ...]) -> tuple[Operands, ...]:
    return tuple((a, b) for a in first for b in second)


_PAIRS = _pairs((-3.0, -0.25, 0.0, 1.0, 2.5, 1e9), (-7.5, 0.0, 0.5, 1.0, 40.0))
_TIES = ((0.0, 0.0), (2.5, 2.5), (-1e9, -1e9), (1.0, 1.0 + 1e-9))

_GRID = ((1.0, -2.0, 0.5), (0.25, 3.0, -1.0))
_WIDE = ((1.0, 0.0, -1.0, 2.0), (0.5, 1.5, -2.0, 0.0), (-0.5, 4.0, 1.0, 0.25))
_ROW = (2.0, -0.5, 1.0)
_COLUMN = (3.0, -0.75)
_BIAS = (0.5, -1.0, 2.0, 0.0)
_SHARES = ((0.25, 0.5, 0.25), (0.625, 0.125, 0.25))
_ONE_HOT = ((0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
_LABELS = (1.0, 0.0)


def broadcast(*shapes: Shape) -> Shape:
    """The shape in which arrays meet entry by entry; axes of length 1, or missing in front, are repeated.

    >>> broadcast((2, 3), (3,)), broadcast((2, 1), (1, 4))
    ((2, 3), (2, 4))

    Raises ValueError where they do not fit.
    """
    longest = max(map(len, shapes))
    met = []
    for lengths in zip(*((1,) * (longest - len(shape)) + shape for shape in shapes), strict=True):
        others = {length for length in lengths if length != 1}
        if len(others) > 1:
            raise ValueError("axes must be of equal length, or of length 1")
        met.append(others.pop() if others else 1)
    return tuple(met)


def _matmul_shape(x: Shape, y: Shape) -> Shape:
    if not 1 <= len(x) <= 2 or not 1 <= len(y) <= 2:
        raise ValueError("@ takes rows and matrices, such as [1, 2] and [[1, 2], [3, 4]]")
    if x[-1] != y[0]:
        raise ValueError(f"the {x[-1]} columns of the first do not meet the {y[0]} rows of the second")
    return x[:-1] + y[1:]


def _affine_shape(x: Shape, y: Shape, z: Shape) -> Shape:
    product = _matmul_shape(x, y)
    if z != product[len(product) - len(z) :]:
        raise ValueError(f"the last operand does not fit the product of the others, which is {product}")
    return product


def _sum_shape(x: Shape, axis: int | None = None, keepdims: bool = False) -> Shape:
    # True is an int to Python, and no axis to NumPy.
    if axis is not None and not (type(axis) is int and -len(x) <= axis < len(x)):
        raise ValueError(f"there is no axis {axis}")
    if not isinstance(keepdims, bool):
        raise ValueError("keepdims is True or False")
    gone = range(len(x)) if axis is None else (axis % len(x),)
    kept = (1 if i in gone else length for i, length in enumerate(x) if keepdims or i not in gone)
    return tuple(kept)


def _reshaped(x: Shape, shape: Shape | int = ()) -> Shape:
    lengths = shape if isinstance(shape, tuple) else (shape,)
    if not all(type(n) is int and n > 0 for n in lengths) or prod(lengths) != prod(x):
        raise ValueError(f"{prod(x)} entries do not fill the shape {shape}")
    return lengths


def _softmax_of_matrix(sp: Any, x: Any) -> Any:
    """The softmax of each row: as a name where x is one, else its entries."""
    if isinstance(x, sp.MatrixSymbol):
        return sp.MatrixSymbol(f"softmax({x.name})", *x.shape)
    return sp.Matrix(*x.shape, lambda i, j: sp.exp(x[i, j]) / sum(sp.exp(x[i, k]) for k in range(x.shape[1])))


def _with_rows(x: Shape, result: Shape) -> Shape:
    if not x:
        raise ValueError("it takes a row of numbers, or several rows, such as [[1, 2], [3, 4]]")
    return result


def _loss_shape(x: Shape, y: Shape) -> Shape:
    if y not in (x, x[:-1]):
        raise ValueError("targets must have the shape of the first, or one label for each of its rows")
    return _with_rows(x, ())


_ROWS = (
    # Arithmetic
    Op(
        name="add",
        symbol="+",
        arity=2,
        operator="+",
        expression=lambda sp, x, y: x + y,
        forward_rule="x + y",
        vjp_rules=("g", "g"),
        reads={"en": "{} plus {}", "ko": "{} 더하기 {}"},
        folded=("{} +", "+ {}"),
        domain="all x, y",
        points=_PAIRS,
    ),
    Op(
        name="subtract",
        symbol="−",
        arity=2,
        operator="-",
        expression=lambda sp, x, y: x - y,
        forward_rule="x - y",
        vjp_rules=("g", "-g"),
        reads={"en": "{} minus {}", "ko": "{} 빼기 {}"},
        folded=("{} −", "− {}"),
        domain="all x, y",
        points=_PAIRS,
    ),
    Op(
        name="multiply",
        symbol="×",
        arity=2,
        operator="*",
        expression=lambda sp, x, y: x * y,
        forward_rule="x * y",
        vjp_rules=("g * y", "g * x"),
        reads={"en": "{} times {}", "ko": "{} 곱하기 {}"},
        folded=("{} ×", "× {}"),
        domain="all x, y",
        points=_PAIRS,
    ),
    Op(
        name="divide",
        symbol="÷",
        arity=2,
        operator="/",
        expression=lambda sp, x, y: x / y,
        forward_rule="x / y",
        vjp_rules=("g / y", "-g * v / y"),
        reads={"en": "{} divided by {}", "ko": "{} 나누기 {}"},
        folded=("{} ÷", "÷ {}"),
        domain="y ≠ 0",
        points=_pairs((-3.0, 0.0, 1.0, 2.5), (-7.5, -0.125, 0.5, 1.0, 40.0)),
        outside=((1.0, 0.0), (0.0, 0.0)),
    ),
    Op(
        name="power",
        symbol="xʸ",
        arity=2,
        operator="**",
        expression=lambda sp, x, y: x**y,
        forward_rule="pow(x, y)",
        vjp_rules=("g * (y * lower_power(v, x, y))", "g * v * log_of_base(x)"),
        reads={"en": "{} to the power {}", "ko": "{}의 {} 제곱"},
        folded=("{}ˣ", "x^{}"),
        domain="x > 0; x < 0 with a whole y; x = 0 with y ≥ 0 (differentiable for y = 0 and y ≥ 1)",
        points=(
            *_pairs((0.125, 1.0, 2.5, 40.0), (-2.0, -0.5, 0.0, 0.5, 1.0, 3.0)),
            *_pairs((-3.0, -0.5), (-2.0, 0.0, 1.0, 3.0)),
            *_pairs((0.0,), (0.0, 1.0, 2.0, 2.5)),
        ),
        outside=((0.0, -1.0), (-8.0, 0.5), (1e200, 2.0)),
        derivatives=lambda sp, x, y: (
            sp.Piecewise((0, sp.Eq(y, 0)), (y * x ** (y - 1), True)),
            sp.Piecewise((0, sp.Eq(x, 0)), (x**y * sp.log(x), True)),
        ),
        convention={
            "en": "At x = 0 the derivative with respect to y is 0, and at y = 0 that with respect to x. "
            "For x < 0 there is no real derivative with respect to y.",
            "ko": "x = 0에서 y에 대한 미분, y = 0에서 x에 대한 미분은 0. "
            "x < 0이면 y에 대한 실수 미분은 없음.",
        },
        why="SymPy writes x**y*y/x, which divides by zero at x = 0, and takes log(0) for the exponent",
    ),
    Op(
        name="negate",
        symbol="× (−1)",
        arity=1,
        operator="-",
        expression=lambda sp, x: -x,
        forward_rule="-x",
        vjp_rules=("-g",),
        reads={"en": "minus {}", "ko": "마이너스 {}"},
        domain="all x",
        points=_unary(*_TWO_SIDED),
    ),
    Op(
        name="identity",
        symbol="=",
        arity=1,
        operator="",
        expression=lambda sp, x: x,
        forward_rule="x",
        vjp_rules=("g",),
        reads={"en": "{} itself", "ko": "{} 그대로"},
        domain="all x",
        points=_unary(*_TWO_SIDED),
    ),
    Op(
        name="square",
        symbol="x²",
        arity=1,
        expression=lambda sp, x: x**2,
        forward_rule="x * x",
        vjp_rules=("g * 2.0 * x",),
        reads={"en": "the square of {}", "ko": "{}의 제곱"},
        domain="all x",
        points=_unary(*_TWO_SIDED, 1e100),
    ),
    # Exponentials, logarithms and roots
    Op(
        name="exp",
        symbol="exp",
        arity=1,
        expression=lambda sp, x: sp.exp(x),
        forward_rule="exp(x)",
        vjp_rules=("g * v",),
        reads={"en": "exp of {}", "ko": "{}의 지수함수 값"},
        domain="all x (overflows a float above 709.78)",
        points=_unary(*_TWO_SIDED, -800.0, 700.0),
        outside=_unary(710.0),
    ),
    Op(
        name="log",
        symbol="log",
        arity=1,
        expression=lambda sp, x: sp.log(x),
        forward_rule="log(x)",
        vjp_rules=("g / x",),
        reads={"en": "the natural logarithm of {}", "ko": "{}의 자연로그"},
        domain="x > 0",
        points=_unary(*_POSITIVE),
        outside=_unary(0.0, -1.0),
    ),
    Op(
        name="sqrt",
        symbol="√",
        arity=1,
        expression=lambda sp, x: sp.sqrt(x),
        forward_rule="sqrt(x)",
        vjp_rules=("g * 0.5 / v",),
        reads={"en": "the square root of {}", "ko": "{}의 제곱근"},
        domain="x ≥ 0 (differentiable for x > 0)",
        points=_unary(*_POSITIVE),
        outside=_unary(-1.0),
    ),
    # Trigonometry
    Op(
        name="sin",
        symbol="sin",
        arity=1,
        expression=lambda sp, x: sp.sin(x),
        forward_rule="sin(x)",
        vjp_rules=("g * cos(x)",),
        reads={"en": "the sine of {}", "ko": "{}의 사인"},
        domain="all x (in radians)",
        points=_unary(*_TWO_SIDED),
    ),
    Op(
        name="cos",
        symbol="cos",
        arity=1,
        expression=lambda sp, x: sp.cos(x),
        forward_rule="cos(x)",
        vjp_rules=("-g * sin(x)",),
        reads={"en": "the cosine of {}", "ko": "{}의 코사인"},
        domain="all x (in radians)",
        points=_unary(*_TWO_SIDED),
    ),
    Op(
        name="tan",
        symbol="tan",
        arity=1,
        expression=lambda sp, x: sp.tan(x),
        forward_rule="tan(x)",
        vjp_rules=("g * (1.0 + v * v)",),
        reads={"en": "the tangent of {}", "ko": "{}의 탄젠트"},
        domain="x not an odd multiple of π/2 (in radians)",
        points=_unary(*_TWO_SIDED, 1.5),
    ),
    Op(
        name="atan",
        symbol="atan",
        arity=1,
        expression=lambda sp, x: sp.atan(x),
        forward_rule="atan(x)",
        vjp_rules=("over_one_plus_square(g, x)",),
        reads={"en": "the arctangent of {}", "ko": "{}의 아크탄젠트"},
        domain="all x",
        points=_unary(*_TWO_SIDED, 1e8),
    ),
    # Activations
    Op(
        name="tanh",
        symbol="tanh",
        arity=1,
        expression=lambda sp, x: sp.tanh(x),
        forward_rule="tanh(x)",
        # 1 - tanh² would cancel where tanh is near ±1, and sech² underflow before it meets a large g.
        vjp_rules=("g * sech(x) * sech(x)",),
        reads={"en": "the hyperbolic tangent of {}", "ko": "{}의 하이퍼볼릭 탄젠트"},
        domain="all x",
        points=_unary(*_TWO_SIDED, -800.0, 800.0),
        opened="a = exp(x)\nb = exp(-x)\nv = (a - b) / (a + b)",
        stable=lambda sp, x: (sp.tanh(x), 1 / sp.cosh(x) ** 2),
    ),
    Op(
        name="sigmoid",
        symbol="σ",
        arity=1,
        expression=lambda sp, x: 1 / (1 + sp.exp(-x)),
        forward_rule="sigmoid(x)",
        # y (1 - y), with 1 - y = sigmoid(-x) so that nothing cancels where y is near 1.
        vjp_rules=("g * v * sigmoid(-x)",),
        reads={"en": "the sigmoid of {}", "ko": "{}의 시그모이드"},
        domain="all x",
        points=_unary(*_TWO_SIDED, -800.0, 800.0),
        opened="v = 1 / (1 + exp(-x))",
        stable=lambda sp, x: (
            _stable_sigmoid(sp, x),
            sp.exp(-sp.Abs(x)) / (1 + sp.exp(-sp.Abs(x))) ** 2,
        ),
    ),
    Op(
        name="relu",
        symbol="relu",
        arity=1,
        expression=lambda sp, x: sp.Piecewise((x, x > 0), (0, True)),
        forward_rule="max(0.0, x)",
        vjp_rules=("g * (x > 0)",),
        reads={"en": "relu of {}", "ko": "{}의 ReLU"},
        domain="all x",
        points=_unary(*_TWO_SIDED),
        switch=lambda x: x,
        convention={
            "en": "At x = 0 the derivative is 0.",
            "ko": "x = 0에서 미분은 0.",
        },
    ),
    Op(
        name="softplus",
        symbol="softplus",
        arity=1,
        expression=lambda sp, x: sp.log(1 + sp.exp(x)),
        forward_rule="max(x, 0.0) + log1p(exp(-abs(x)))",
        vjp_rules=("g * sigmoid(x)",),
        reads={"en": "softplus of {}", "ko": "{}의 소프트플러스"},
        domain="all x",
        points=_unary(*_TWO_SIDED, -800.0, 800.0),
        opened="v = log(1 + exp(x))",
        stable=lambda sp, x: (
            sp.Max(x, 0) + _stable_log1p(sp.exp(-sp.Abs(x))),
            _stable_sigmoid(sp, x),
        ),
    ),
    # Piecewise
    Op(
        name="abs",
        symbol="|x|",
        arity=1,
        expression=lambda sp, x: sp.Abs(x),
        forward_rule="abs(x)",
        vjp_rules=("g * sign(x)",),
        reads={"en": "the absolute value of {}", "ko": "{}의 절댓값"},
        domain="all x",
        points=_unary(*_TWO_SIDED),
        switch=lambda x: x,
        convention={
            "en": "At x = 0 the derivative is 0.",
            "ko": "x = 0에서 미분은 0.",
        },
    ),
    Op(
        name="max",
        symbol="max",
        arity=2,
        expression=lambda sp, x, y: sp.Max(x, y),
        forward_rule="max(x, y)",
        vjp_rules=("g * above(x, y)", "g * above(y, x)"),
        reads={"en": "the larger of {} and {}", "ko": "{}, {} 중 큰 값"},
        folded=("max {}", "max {}"),
        domain="all x, y",
        points=(*_PAIRS, *_TIES),
        derivatives=lambda sp, x, y: (_indicator(sp, x - y), _indicator(sp, y - x)),
        switch=lambda x, y: x - y,
        convention={
            "en": "At a tie, x = y, each operand has the derivative 1/2.",
            "ko": "두 값이 같으면(x = y) 미분은 1/2씩.",
        },
        why="SymPy gives Heaviside functions, which read badly and which its code printers refuse",
    ),
    Op(
        name="min",
        symbol="min",
        arity=2,
        expression=lambda sp, x, y: sp.Min(x, y),
        forward_rule="min(x, y)",
        vjp_rules=("g * above(y, x)", "g * above(x, y)"),
        reads={"en": "the smaller of {} and {}", "ko": "{}, {} 중 작은 값"},
        folded=("min {}", "min {}"),
        domain="all x, y",
        points=(*_PAIRS, *_TIES),
        derivatives=lambda sp, x, y: (_indicator(sp, y - x), _indicator(sp, x - y)),
        switch=lambda x, y: x - y,
        convention={
            "en": "At a tie, x = y, each operand has the derivative 1/2.",
            "ko": "두 값이 같으면(x = y) 미분은 1/2씩.",
        },
        why="SymPy gives Heaviside functions, which read badly and which its code printers refuse",
    ),
    # Arrays
    Op(
        name="matmul",
        symbol="@",
        arity=2,
        operator="@",
        expression=lambda m, x, y: x @ y,
        forward_rule="x @ y",
        vjp_rules=("to_left(g, x, y)", "to_right(g, x, y)"),
        matrix_vjp=lambda sp, g, x, y: (g * y.T, x.T * g),
        reads={"en": "{} times the matrix {}", "ko": "행렬 {}, {}의 곱"},
        domain="as many columns in x as rows in y",
        points=((_GRID, _WIDE), (_GRID, _ROW), (_COLUMN, _GRID), (_ROW, _ROW)),
        shape=_matmul_shape,
    ),
    Op(
        name="sum",
        symbol="Σ",
        arity=1,
        expression=lambda m, x, axis, keepdims: x.sum(axis=axis, keepdims=keepdims),
        forward_rule="sum(x, axis, keepdims)",
        vjp_rules=("spread(g, x, axis)",),
        matrix_vjp=lambda sp, g, x: (g * sp.OneMatrix(*x.shape),),
        reads={"en": "the sum of {}", "ko": "{}의 합"},
        domain="all x",
        points=((_GRID,), (_ROW,)),
        parameters={"axis": None, "keepdims": False},
        variants=({}, {"axis": 0}, {"axis": -1, "keepdims": True}),
        shape=_sum_shape,
    ),
    Op(
        name="mean",
        symbol="mean",
        arity=1,
        expression=lambda m, x, axis, keepdims: (
            x.sum(axis=axis, keepdims=keepdims) / (x.size // prod(_sum_shape(x.shape, axis, keepdims)))
        ),
        forward_rule="mean(x, axis, keepdims)",
        vjp_rules=("spread(g, x, axis) / count(x, v)",),
        matrix_vjp=lambda sp, g, x: (g / prod(x.shape) * sp.OneMatrix(*x.shape),),
        reads={"en": "the mean of {}", "ko": "{}의 평균"},
        domain="all x",
        points=((_GRID,), (_ROW,)),
        parameters={"axis": None, "keepdims": False},
        variants=({}, {"axis": 0}, {"axis": -1, "keepdims": True}),
        shape=_sum_shape,
    ),
    Op(
        name="transpose",
        symbol="xᵀ",
        arity=1,
        expression=lambda m, x: x.T,
        forward_rule="transpose(x)",
        vjp_rules=("transpose(g)",),
        matrix_vjp=lambda sp, g, x: (getattr(g, "T", g),),
        reads={"en": "{} transposed", "ko": "{}의 전치"},
        domain="all x",
        points=((_GRID,), (_ROW,)),
        shape=lambda x: x[::-1],
    ),
    Op(
        name="reshape",
        symbol="reshape",
        arity=1,
        expression=lambda m, x, shape: x.reshape(shape),
        forward_rule="reshape(x, shape)",
        vjp_rules=("reshape(g, shape_of(x))",),
        reads={"en": "{} in another shape", "ko": "모양을 바꾼 {}"},
        domain="as many entries as the new shape has",
        points=((_GRID,),),
        parameters={"shape": ()},
        variants=({"shape": (3, 2)}, {"shape": (6,)}),
        shape=_reshaped,
    ),
    # Layers
    Op(
        name="affine",
        symbol="affine",
        arity=3,
        # Of two rows, a number and a number.
        expression=lambda m, x, y, z: x @ y + (z if x.ndim + y.ndim > 2 else z[()]),
        forward_rule="x @ y + z",
        vjp_rules=("to_left(g, x, y)", "to_right(g, x, y)", "sum_to(g, shape_of(z))"),
        matrix_vjp=lambda sp, g, x, y, z: (g * y.T, x.T * g, sp.OneMatrix(1, g.shape[0]) * g),
        reads={"en": "{} times the matrix {} plus {}", "ko": "행렬 {}, {}의 곱 더하기 {}"},
        domain="as many columns in x as rows in y, and as many in y as entries in z",
        points=((_GRID, _WIDE, _BIAS), (_COLUMN, _GRID, _ROW)),
        shape=_affine_shape,
        opened="v = x @ y + z",
    ),
    Op(
        name="softmax",
        symbol="softmax",
        arity=1,
        expression=lambda m, x: m.exp(x) / m.exp(x).sum(axis=-1, keepdims=True),
        forward_rule="softmax(x)",
        vjp_rules=("v * (g - row_sum(g * v))",),
        reads={"en": "the softmax of {}", "ko": "{}의 소프트맥스"},
        domain="all x, row by row",
        points=((_GRID,), (_ROW,), (((800.0, 0.0, -800.0),),)),
        shape=lambda x: _with_rows(x, x),
        opened="e = exp(x)\nv = e / sum(e, axis=-1, keepdims=True)",
    ),
    Op(
        name="cross_entropy",
        symbol="cross entropy",
        arity=2,
        expression=lambda m, x, y: -(m.targets(y, x) * m.log(x)).sum() / (x.size // x.shape[-1]),
        forward_rule="-total(targets(y, x) * log(x)) / rows(x)",
        vjp_rules=("-g * targets(y, x) / x / rows(x)", "to_targets(-g * log(x) / rows(x), y)"),
        reads={"en": "the cross entropy of {} with the targets {}", "ko": "{}, 정답 {}의 교차 엔트로피"},
        domain="x > 0 where y > 0; y are shares in the shape of x, or a whole-numbered label for each row",
        points=((_SHARES, _ONE_HOT), (_SHARES, _SHARES), (_SHARES, _LABELS)),
        outside=((((0.0, 1.0),), ((1.0, 0.0),)),),
        shape=_loss_shape,
        targets=1,
        opened="v = mean(-sum(y * log(x), axis=-1))",
    ),
    Op(
        name="softmax_cross_entropy",
        symbol="softmax with loss",
        arity=2,
        expression=lambda m, x, y: (
            -(m.targets(y, x) * (x - m.log(m.exp(x).sum(axis=-1, keepdims=True)))).sum()
            / (x.size // x.shape[-1])
        ),
        forward_rule="-total(targets(y, x) * log_softmax(x)) / rows(x)",
        vjp_rules=(
            "g / rows(x) * (exp(log_softmax(x)) * row_sum(targets(y, x)) - targets(y, x))",
            "to_targets(-g / rows(x) * log_softmax(x), y)",
        ),
        reads={
            "en": "the cross entropy of the softmax of {} with the targets {}",
            "ko": "{}의 소프트맥스와 정답 {}의 교차 엔트로피",
        },
        domain="y are shares in the shape of x, or a whole-numbered label for each row",
        points=((_GRID, _ONE_HOT), (_GRID, _SHARES), (_GRID, _LABELS)),
        shape=_loss_shape,
        targets=1,
        opened=("e = exp(x)\np = e / sum(e, axis=-1, keepdims=True)\nv = mean(-sum(y * log(p), axis=-1))"),
        matrix_vjp=lambda sp, g, x, y: (g / x.shape[0] * (_softmax_of_matrix(sp, x) - y),),
    ),
)


OPS: Mapping[str, Op] = checked(_ROWS)
"""Every operation, by name, in the order of the reference page."""

ELEMENTWISE: Mapping[str, Op] = MappingProxyType({name: op for name, op in OPS.items() if op.is_elementwise})
"""The operations on single numbers, which work on arrays entry by entry."""

FUNCTIONS: Mapping[str, Op] = MappingProxyType({name: op for name, op in OPS.items() if op.operator is None})
"""The operations that the language calls by name, as in `exp(x)`."""


def operation(operator: str, arity: int) -> Op:
    """The operation that an operator of the language stands for.

    >>> operation("-", 1).name, operation("-", 2).name
    ('negate', 'subtract')
    """
    return next(op for op in OPS.values() if (op.operator, op.arity) == (operator, arity))
