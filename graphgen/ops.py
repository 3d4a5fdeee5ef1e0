"""The op table: every operation is declared here, once, one row each.

A row holds the two things that are written by hand and compared with each other: the float rules
(`forward`, `vjp`) and the exact expression (`expression`) from which SymPy derives the local
derivatives. Symbols in nodes, prose, formulas, the reference page and the tests all walk this table.

The float rules are the careful ones (a sigmoid that does not overflow at -800), which is why they are
not generated from the expression: a function compared with its own source proves nothing.

A vjp (vector-Jacobian product) takes the upstream gradient g, the value y and the operands, and
returns one gradient per operand: g times each local derivative.

Conventions at kinks follow PyTorch and JAX: relu'(0) = 0, abs'(0) = 0, and max and min share the
gradient equally at a tie.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Operands = tuple[float, ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Op:
    """One row of the table.

    `expression`, `derivatives` and `stable` receive the sympy module as their first argument, so that
    importing the table does not load SymPy.

    `stable` is what is printed as code: the value and the local derivatives once more, equal to those of
    the expression but without overflow or cancellation, where the plain form would have it in floats.
    """

    name: str
    symbol: str
    arity: int
    expression: Callable[..., Any]
    forward: Callable[..., float]
    vjp: Callable[..., tuple[float, ...]]
    reads: Mapping[str, str]
    domain: str
    points: tuple[Operands, ...]
    outside: tuple[Operands, ...] = ()
    operator: str | None = None
    folded: tuple[str, ...] = ()
    derivatives: Callable[..., tuple[Any, ...]] | None = None
    stable: Callable[..., tuple[Any, ...]] | None = None
    switch: Callable[..., Any] | None = None
    convention: Mapping[str, str] = field(default_factory=dict)
    why: str = ""

    def __repr__(self) -> str:
        return f"<Op {self.name}>"

    @property
    def is_commutative(self) -> bool:
        """Whether its two operands can change places.

        >>> OPS["multiply"].is_commutative, OPS["subtract"].is_commutative
        (True, False)
        """
        x, y = (2.0, 3.0)
        return self.arity == 2 and self.forward(x, y) == self.forward(y, x)

    def source(self, *operands: str) -> str:
        """The operation as the language writes it.

        >>> OPS["multiply"].source("x", "y"), OPS["exp"].source("x")
        ('x * y', 'exp(x)')
        """
        if self.operator is None:
            return f"{self.name}({', '.join(operands)})"
        if self.arity == 1:
            return f"{self.operator}{operands[0]}"
        return f" {self.operator} ".join(operands)


def _sigmoid(x: float) -> float:
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


def _power_vjp(g: float, y: float, x: float, n: float) -> tuple[float, float]:
    try:
        to_base = 0.0 if n == 0 else g * n * math.pow(x, n - 1)
    except (OverflowError, ValueError):
        # The base may be a constant, of which nobody asks: 0 ** n at n = 0.5.
        to_base = math.nan
    to_exponent = g * y * math.log(x) if x > 0 else 0.0 if x == 0 else math.nan
    return to_base, to_exponent


def _share(g: float, first: float, second: float) -> tuple[float, float]:
    """The whole gradient to the larger one, half to each at a tie."""
    if first == second:
        return 0.5 * g, 0.5 * g
    return (g, 0.0) if first > second else (0.0, g)


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

_ROWS = (
    # Arithmetic
    Op(
        name="add",
        symbol="+",
        arity=2,
        operator="+",
        expression=lambda sp, x, y: x + y,
        forward=lambda x, y: x + y,
        vjp=lambda g, z, x, y: (g, g),
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
        forward=lambda x, y: x - y,
        vjp=lambda g, z, x, y: (g, -g),
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
        forward=lambda x, y: x * y,
        vjp=lambda g, z, x, y: (g * y, g * x),
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
        forward=lambda x, y: x / y,
        vjp=lambda g, z, x, y: (g / y, -g * z / y),
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
        forward=math.pow,
        vjp=_power_vjp,
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
            "ko": "x = 0에서 y에 대한 미분, y = 0에서 x에 대한 미분은 0으로 정한다. "
            "x < 0이면 y에 대한 실수 미분은 없다.",
        },
        why="SymPy writes x**y*y/x, which divides by zero at x = 0, and takes log(0) for the exponent",
    ),
    Op(
        name="negate",
        symbol="× (−1)",
        arity=1,
        operator="-",
        expression=lambda sp, x: -x,
        forward=lambda x: -x,
        vjp=lambda g, y, x: (-g,),
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
        forward=lambda x: x,
        vjp=lambda g, y, x: (g,),
        reads={"en": "{} itself", "ko": "{} 그대로"},
        domain="all x",
        points=_unary(*_TWO_SIDED),
    ),
    Op(
        name="square",
        symbol="x²",
        arity=1,
        expression=lambda sp, x: x**2,
        forward=lambda x: x * x,
        vjp=lambda g, y, x: (g * 2.0 * x,),
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
        forward=math.exp,
        vjp=lambda g, y, x: (g * y,),
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
        forward=math.log,
        vjp=lambda g, y, x: (g / x,),
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
        forward=math.sqrt,
        vjp=lambda g, y, x: (g * 0.5 / y,),
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
        forward=math.sin,
        vjp=lambda g, y, x: (g * math.cos(x),),
        reads={"en": "the sine of {}", "ko": "{}의 사인"},
        domain="all x (in radians)",
        points=_unary(*_TWO_SIDED),
    ),
    Op(
        name="cos",
        symbol="cos",
        arity=1,
        expression=lambda sp, x: sp.cos(x),
        forward=math.cos,
        vjp=lambda g, y, x: (-g * math.sin(x),),
        reads={"en": "the cosine of {}", "ko": "{}의 코사인"},
        domain="all x (in radians)",
        points=_unary(*_TWO_SIDED),
    ),
    Op(
        name="tan",
        symbol="tan",
        arity=1,
        expression=lambda sp, x: sp.tan(x),
        forward=math.tan,
        vjp=lambda g, y, x: (g * (1.0 + y * y),),
        reads={"en": "the tangent of {}", "ko": "{}의 탄젠트"},
        domain="x not an odd multiple of π/2 (in radians)",
        points=_unary(*_TWO_SIDED, 1.5),
    ),
    Op(
        name="atan",
        symbol="atan",
        arity=1,
        expression=lambda sp, x: sp.atan(x),
        forward=math.atan,
        vjp=lambda g, y, x: (g / (1.0 + x * x),),
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
        forward=math.tanh,
        # 1 - y² cancels where y is near ±1; 1 / cosh² does not.
        vjp=lambda g, y, x: (g / math.cosh(x) ** 2 if abs(x) < 350.0 else 0.0,),
        reads={"en": "the hyperbolic tangent of {}", "ko": "{}의 하이퍼볼릭 탄젠트"},
        domain="all x",
        points=_unary(*_TWO_SIDED, -800.0, 800.0),
        stable=lambda sp, x: (sp.tanh(x), 1 / sp.cosh(x) ** 2),
    ),
    Op(
        name="sigmoid",
        symbol="σ",
        arity=1,
        expression=lambda sp, x: 1 / (1 + sp.exp(-x)),
        forward=_sigmoid,
        # y (1 - y), with 1 - y = sigmoid(-x) so that nothing cancels where y is near 1.
        vjp=lambda g, y, x: (g * y * _sigmoid(-x),),
        reads={"en": "the sigmoid of {}", "ko": "{}의 시그모이드"},
        domain="all x",
        points=_unary(*_TWO_SIDED, -800.0, 800.0),
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
        forward=lambda x: x if x > 0 else 0.0,
        vjp=lambda g, y, x: (g if x > 0 else 0.0,),
        reads={"en": "relu of {}", "ko": "{}의 ReLU"},
        domain="all x",
        points=_unary(*_TWO_SIDED),
        switch=lambda x: x,
        convention={
            "en": "At x = 0 the derivative is 0.",
            "ko": "x = 0에서 미분은 0으로 정한다.",
        },
    ),
    Op(
        name="softplus",
        symbol="softplus",
        arity=1,
        expression=lambda sp, x: sp.log(1 + sp.exp(x)),
        forward=lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))),
        vjp=lambda g, y, x: (g * _sigmoid(x),),
        reads={"en": "softplus of {}", "ko": "{}의 소프트플러스"},
        domain="all x",
        points=_unary(*_TWO_SIDED, -800.0, 800.0),
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
        forward=abs,
        vjp=lambda g, y, x: (g if x > 0 else -g if x < 0 else 0.0,),
        reads={"en": "the absolute value of {}", "ko": "{}의 절댓값"},
        domain="all x",
        points=_unary(*_TWO_SIDED),
        switch=lambda x: x,
        convention={
            "en": "At x = 0 the derivative is 0.",
            "ko": "x = 0에서 미분은 0으로 정한다.",
        },
    ),
    Op(
        name="max",
        symbol="max",
        arity=2,
        expression=lambda sp, x, y: sp.Max(x, y),
        forward=max,
        vjp=lambda g, z, x, y: _share(g, x, y),
        reads={"en": "the larger of {} and {}", "ko": "{}, {} 중 큰 값"},
        folded=("max {}", "max {}"),
        domain="all x, y",
        points=(*_PAIRS, *_TIES),
        derivatives=lambda sp, x, y: (_indicator(sp, x - y), _indicator(sp, y - x)),
        switch=lambda x, y: x - y,
        convention={
            "en": "At a tie, x = y, each operand has the derivative 1/2.",
            "ko": "두 값이 같으면(x = y) 미분을 1/2씩 나눈다.",
        },
        why="SymPy gives Heaviside functions, which read badly and which its code printers refuse",
    ),
    Op(
        name="min",
        symbol="min",
        arity=2,
        expression=lambda sp, x, y: sp.Min(x, y),
        forward=min,
        vjp=lambda g, z, x, y: _share(g, y, x),
        reads={"en": "the smaller of {} and {}", "ko": "{}, {} 중 작은 값"},
        folded=("min {}", "min {}"),
        domain="all x, y",
        points=(*_PAIRS, *_TIES),
        derivatives=lambda sp, x, y: (_indicator(sp, y - x), _indicator(sp, x - y)),
        switch=lambda x, y: x - y,
        convention={
            "en": "At a tie, x = y, each operand has the derivative 1/2.",
            "ko": "두 값이 같으면(x = y) 미분을 1/2씩 나눈다.",
        },
        why="SymPy gives Heaviside functions, which read badly and which its code printers refuse",
    ),
)


def _checked(rows: tuple[Op, ...]) -> Mapping[str, Op]:
    """The rows by name; refuses a table with a row that is half there."""
    table: dict[str, Op] = {}
    operators = set()
    for row in rows:
        if row.name in table:
            raise ValueError(f"two rows of the op table are named {row.name!r}")
        if row.operator is not None and (row.operator, row.arity) in operators:
            raise ValueError(f"row {row.name!r}: another row has the operator {row.operator!r}")
        if row.arity not in (1, 2):
            raise ValueError(f"row {row.name!r}: an op has one operand or two")
        if not row.points or any(len(point) != row.arity for point in (*row.points, *row.outside)):
            raise ValueError(f"row {row.name!r}: there must be points, each of {row.arity} operands")
        if _gradients(row) != row.arity:
            raise ValueError(
                f"row {row.name!r}: the vjp must give {row.arity} gradients from g, the value, operands"
            )
        if not row.reads or row.reads.keys() != rows[0].reads.keys():
            raise ValueError(f"row {row.name!r}: it must read in the same languages as every row")
        if row.arity == 2 and len(row.folded) != 2:
            raise ValueError(f"row {row.name!r}: an op of two operands needs its two folded forms")
        if any(reading.count("{}") != row.arity for reading in row.reads.values()):
            raise ValueError(f"row {row.name!r}: a reading must name each operand once")
        if bool(row.derivatives) != bool(row.why):
            raise ValueError(f"row {row.name!r}: explicit derivatives and their reason go together")
        if row.switch and not row.convention:
            raise ValueError(f"row {row.name!r}: a kink needs its convention in words")
        if row.convention and row.convention.keys() != row.reads.keys():
            raise ValueError(f"row {row.name!r}: its convention must be told in the languages of its reading")
        table[row.name] = row
        operators.add((row.operator, row.arity))
    return MappingProxyType(table)


def _gradients(row: Op) -> int:
    """How many gradients the float rules give at the first point; 0 where they do not take its operands."""
    at = row.points[0]
    try:
        return len(row.vjp(1.0, row.forward(*at), *at))
    except TypeError:
        return 0


OPS: Mapping[str, Op] = _checked(_ROWS)
"""Every operation, by name, in the order of the reference page."""

FUNCTIONS: Mapping[str, Op] = MappingProxyType({name: op for name, op in OPS.items() if op.operator is None})
"""The operations that the language calls by name, as in `exp(x)`."""


def operation(operator: str, arity: int) -> Op:
    """The operation that an operator of the language stands for.

    >>> operation("-", 1).name, operation("-", 2).name
    ('negate', 'subtract')
    """
    return next(op for op in OPS.values() if (op.operator, op.arity) == (operator, arity))
