"""The words of the op table's rules for SymPy: over expressions, matrices, and arrays of entries."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p

from graphgen.ops import ELEMENTARY, OPERANDS, compiled


def _where(condition: Any, value: Any, otherwise: Any) -> sp.Expr:
    return sp.Piecewise((value, condition), (otherwise, True))


def _above(first: Any, second: Any) -> sp.Expr:
    """1 where the first is larger, 1/2 at a tie, else 0."""
    half = sp.Rational(1, 2)
    return sp.Piecewise((1, first > second), (half, sp.Eq(first, second)), (0, True))


SYMPY_WORDS: Mapping[str, Callable[..., Any]] = {
    **{name: getattr(sp, name) for name in ELEMENTARY if hasattr(sp, name)},
    "expm1": expm1,
    "log1p": log1p,
    "pow": operator.pow,
    "abs": sp.Abs,
    "max": sp.Max,
    "min": sp.Min,
    "sign": sp.sign,
    "where": _where,
    "equal": sp.Eq,
    "erf": sp.erf,
    "above": _above,
}
"""For expressions. `where` and `equal` are words that only the exact forms use."""


def _softmax_of_matrix(x: Any) -> Any:
    """The softmax of each row: as a name where x is one, else its entries."""
    if isinstance(x, sp.MatrixSymbol):
        return sp.MatrixSymbol(f"softmax({x.name})", *x.shape)
    return sp.Matrix(*x.shape, lambda i, j: sp.exp(x[i, j]) / sum(sp.exp(x[i, k]) for k in range(x.shape[1])))


MATRIX_WORDS: Mapping[str, Callable[..., Any]] = {
    "transpose": lambda x: getattr(x, "T", x),
    "ones": lambda x: sp.OneMatrix(*x.shape),
    "ones_row": lambda x: sp.OneMatrix(1, x.shape[0]),
    "rows": lambda x: x.shape[0],
    "size": lambda x: prod(x.shape),
    "softmax": _softmax_of_matrix,
}
"""For SymPy's matrices, with names or entries."""


def read(rule: str, operands: Sequence[Any], words: Mapping[str, Any], **further: Any) -> sp.Expr:
    """A rule of an op over SymPy's expressions.

    >>> read("2 * x + exp(y)", sp.symbols("x y"), SYMPY_WORDS)
    2*x + exp(y)
    """
    names = (*OPERANDS[: len(operands)], *further)
    return sp.sympify(compiled(rule, names, words, sp.Integer)(*operands, *further.values()))
