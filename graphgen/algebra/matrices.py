"""What an operation on whole arrays sends back, as a formula over matrices."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from math import prod
from typing import Any

import sympy as sp

from graphgen.algebra.words import MATRIX_WORDS
from graphgen.ops import OPERANDS, Op, Shape, compiled


@cache
def matrix_rules(op: Op, shapes: tuple[Shape, ...] = ()) -> tuple[sp.Expr, ...]:
    """What an op on whole arrays sends back to each operand, as a formula over matrices X, Y, Z.

    G (g where the value is a single number) is the upstream gradient. The matrices have the `shapes`
    that are given, a row or a number standing for a matrix of one row; else n, m and k are their
    lengths. Empty for an op that has no such rule.

    >>> from graphgen.ops import OPS
    >>> matrix_rules(OPS["matmul"])
    (G*Y.T, X.T*G)
    >>> matrix_rules(OPS["mean"], ((2, 3),))
    ((g/6)*1,)
    """
    if not op.matrix_vjps or op.shape is None:
        return ()
    n, m, k = sp.symbols("n m k", integer=True, positive=True)
    for given in (shapes,) if shapes else (((2, 3), (3, 4), (4,)), ((2, 3), (2, 3), (2,))):
        with suppress(ValueError):
            of_value = op.shape(*given[: op.arity])
            break
    lengths = {} if shapes else {2: n, 3: m, 4: k}

    def matrix(letter: str, shape: Shape) -> sp.MatrixSymbol:
        return sp.MatrixSymbol(letter, *(lengths.get(length, length) for length in (1, 1, *shape)[-2:]))

    upstream = matrix("G", of_value) if of_value else sp.Symbol("g")
    operands = map(matrix, "XYZ", given[: op.arity])
    return matrix_vjps(op, upstream, *operands)


def matrix_vjps(op: Op, upstream: Any, *operands: Any) -> tuple[Any, ...]:
    """The rules of an op over matrices, for SymPy's matrices with names or with entries."""
    return tuple(compiled(op.matrix_vjps, "g" + OPERANDS[: op.arity], MATRIX_WORDS)(upstream, *operands))


def repeated(op: Op, upstream: sp.Expr, shape: Shape) -> sp.Expr:
    """What an op that gives a single number of all entries sends back to each of them.

    >>> from graphgen.ops import OPS
    >>> repeated(OPS["mean"], sp.Symbol("g"), (2, 3))
    g/6
    """
    words = {"ones": lambda x: sp.Integer(1), "size": lambda x: sp.Integer(prod(shape))}
    return sp.sympify(compiled(op.matrix_vjps, ("g", "x"), words)(upstream, None)[0])


def matrix_latex(op: Op) -> tuple[str, ...]:
    """`matrix_rules` in LaTeX; a matrix of ones, which adds up or spreads out, is a bold 1.

    >>> from graphgen.ops import OPS
    >>> matrix_latex(OPS["matmul"])
    ('G Y^{T}', 'X^{T} G')
    """

    def ones(rows: sp.Expr, columns: sp.Expr) -> sp.MatrixSymbol:
        return sp.MatrixSymbol(r"\mathbf{1}^{T}" if rows == 1 else r"\mathbf{1}", rows, columns)

    return tuple(sp.latex(rule.replace(sp.OneMatrix, ones)) for rule in matrix_rules(op))
