"""The words of the op table's rules for SymPy: over expressions, matrices, and arrays of entries."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p

from graphgen.errors import OptionError
from graphgen.ops import ELEMENTARY, OPERANDS, Op, array_key, compiled


def _where(condition: Any, value: Any, otherwise: Any) -> sp.Expr:
    return sp.Piecewise((value, condition), (otherwise, True))


def _above(first: Any, second: Any) -> sp.Expr:
    """1 where the first is larger, 1/2 at a tie, else 0."""
    difference = first - second
    half = sp.Rational(1, 2)
    return sp.Piecewise((1, difference > 0), (half, sp.Eq(difference, 0)), (0, True))


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


def entry_words(
    exp: Callable[[Any], Any],
    log: Callable[[Any], Any],
    step: Callable[[Any], Any],
    number: Callable[[Any], Any],
) -> Mapping[str, Callable[..., Any]]:
    """For NumPy's arrays of entries of some kind, by their exp, log and step; a single one may be bare.

    `number` gives the number that a label is, or None.
    """
    import numpy as np

    def array(entries: Any) -> Any:
        return np.asarray(entries, dtype=object)

    def total(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
        return array(x).sum(axis=axis, keepdims=keepdims)

    def mean(x: Any, axis: int | None, keepdims: bool) -> Any:
        added = total(x, axis, keepdims)
        return added / (array(x).size // array(added).size)

    def row_sum(x: Any) -> Any:
        return total(x, -1, True)

    def larger(first: Any, later: Any) -> Any:
        return first + step(later - first) * (later - first)

    def folded(fold: Callable[[Any, Any], Any]) -> Callable[..., Any]:
        def along(x: Any, axis: int | None, keepdims: bool) -> Any:
            x = array(x)
            reduced = np.frompyfunc(fold, 2, 1).reduce(x.ravel() if axis is None else x, axis=axis or 0)
            if axis is None:
                return array(reduced).reshape((1,) * x.ndim) if keepdims else reduced
            return np.expand_dims(array(reduced), axis) if keepdims else reduced

        return along

    def targets(given: Any, like: Any) -> Any:
        """Targets as a share for each class: as they are, or a 1 in the place of each label."""
        given = array(given)
        if given.ndim == like.ndim:
            return given
        shares = np.zeros(like.shape, dtype=object)
        for place in np.ndindex(given.shape):
            label = number(given[place])
            if label is None or label != int(label) or not 0 <= label < like.shape[-1]:
                raise OptionError(
                    "labels are whole numbers from 0, less than the number of classes",
                    "give them as an input",
                )
            shares[(*place, int(label))] = 1
        return shares

    each_exp, each_log = np.frompyfunc(exp, 1, 1), np.frompyfunc(log, 1, 1)
    return {
        "exp": each_exp,
        "log": each_log,
        "sum": total,
        "total": total,
        "mean": mean,
        "row_sum": row_sum,
        "transpose": lambda x: array(x).T,
        "reshape": lambda x, shape: array(x).reshape(shape),
        "amax": folded(larger),
        "prod": folded(operator.mul),
        "index": lambda x, at: x[array_key(at)],
        "concatenate": lambda x, y, axis: np.concatenate((x, y), axis),
        "softmax": lambda x: each_exp(x) / row_sum(each_exp(x)),
        "log_softmax": lambda x: x - each_log(row_sum(each_exp(x))),
        "targets": targets,
        "rows": lambda x: x.size // x.shape[-1],
    }


def read(rule: str, operands: Sequence[Any], words: Mapping[str, Any], **further: Any) -> sp.Expr:
    """A rule of an op over SymPy's expressions.

    >>> read("2 * x + exp(y)", sp.symbols("x y"), SYMPY_WORDS)
    2*x + exp(y)
    """
    names = (*OPERANDS[: len(operands)], *further)
    return sp.sympify(compiled(rule, names, words, sp.Integer)(*operands, *further.values()))


def on_entries(op: Op, arrays: Sequence[Any], parameters: Mapping[str, Any], words: Mapping[str, Any]) -> Any:
    """The value of an op on whole arrays, over arrays of entries for which these are the words."""
    value = compiled(op.value, (*OPERANDS[: op.arity], *op.parameters), words)
    bare = (array if array.ndim else array[()] for array in arrays)
    return value(*bare, **{**op.parameters, **parameters})
