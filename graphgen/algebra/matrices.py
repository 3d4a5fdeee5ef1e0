"""Formulas over matrices for what an operation on whole arrays sends back."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from functools import cache
from math import prod
from typing import Any

import sympy as sp

from graphgen.algebra.words import MATRIX_WORDS
from graphgen.graph import ComputationalGraph, Edge, Node
from graphgen.ops import OPERANDS, Op, Shape, compiled

_PRODUCTS = ("matmul", "affine")


@cache
def matrix_rules(op: Op, shapes: tuple[Shape, ...] = ()) -> tuple[sp.Expr, ...]:
    """For each operand the formula of what an op on whole arrays sends back, over matrices X, Y, Z.

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
    """The expression that an op which gives a single number of all entries sends back to each of them.

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


def matrix_form(
    graph: ComputationalGraph, edge: Edge, upstream: sp.Expr, arrays: Collection[str] = ()
) -> sp.Expr | None:
    """The formula of what an operation on whole arrays sends back along an edge, over matrices by name;
    None where the op table has no such rule.

    `upstream` is an expression where the operation gives a single number, else the symbol of an array, one of
    `arrays`, with a factor; of other expressions there is no rule.
    """
    node = graph[edge[1]]
    assert node.op is not None
    op, shapes = node.op, [graph[operand].shape for operand in node.operands]
    if op.name == "affine" and not node.shape:
        return None  # a row times a column and a number: no matrices are left
    if edge[2] >= len(op.matrix_vjps) or node.parameters or len(shapes[0]) > 2:
        return None
    if op.targets is not None and shapes[0] != shapes[op.targets]:
        return None  # labels are no matrix
    is_product = op.name in _PRODUCTS
    operands = [
        _operand(graph[id], shape, is_column=is_product and place == 1)
        for place, (id, shape) in enumerate(zip(node.operands, shapes, strict=True))
    ]
    if node.shape:
        is_column = is_product and len(shapes[0]) == 2
        matrix = _as_matrix(upstream, arrays, _lengths(node.shape, is_column=is_column))
        if matrix is None or (edge[2] == 2 and graph[edge[0]].shape == node.shape):
            return matrix
        upstream = matrix
    return matrix_vjps(op, upstream, *operands)[edge[2]]


def _as_matrix(form: sp.Expr, arrays: Collection[str], lengths: tuple[int, int]) -> sp.Expr | None:
    """The symbol of an array as a matrix, times what numbers it is multiplied by; None of other forms."""
    if isinstance(form, sp.MatrixExpr):
        return form
    factors = sp.Mul.make_args(form)
    of_arrays = [factor for factor in factors if any(symbol.name in arrays for symbol in factor.free_symbols)]
    if len(of_arrays) != 1 or not of_arrays[0].is_Symbol:
        return None
    return form / of_arrays[0] * sp.MatrixSymbol(of_arrays[0].name, *lengths)


def _operand(node: Node, shape: Shape, is_column: bool) -> sp.Expr:
    """A value as a matrix; one that is turned on the way, as in x @ y.T, by what it is turned from."""
    lengths = _lengths(shape, is_column)
    if is_transposition(node) and not node.name and len(shape) == 2:
        return sp.Transpose(sp.MatrixSymbol(node.operands[0], *lengths[::-1]))
    return sp.MatrixSymbol(node.id, *lengths)


def _lengths(shape: Shape, is_column: bool = False) -> tuple[int, int]:
    """The rows and columns of an array as a matrix: a row has one of either."""
    if len(shape) == 1 and is_column:
        return shape[0], 1
    rows, columns = (1, 1, *shape)[-2:]
    return rows, columns


def is_transposition(node: Node) -> bool:
    return node.op is not None and node.op.name == "transpose"
