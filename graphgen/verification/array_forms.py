"""The formulas that pictures of arrays write, evaluated in balls at the numbers of their inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from graphgen.algebra import ArrayForm, as_rule, spelled_out
from graphgen.ops import Shape
from graphgen.verification import array_words
from graphgen.verification.balls import exact
from graphgen.verification.reading import compiled
from graphgen.verification.words import WORDS


def evaluated(form: ArrayForm, at: Mapping[str, Any], shape: Shape) -> Any:
    """The entries of a formula at the numbers of what it names, as an array of the shape.

    Raises UndefinedError or UndecidedError where it has no value there.
    """
    import sympy as sp

    if isinstance(form.form, sp.MatrixExpr):
        found = _of_matrices(form.form, at)
        return np.asarray(found, dtype=object).reshape(shape)
    found = np.asarray(_entrywise(form.form, at), dtype=object)
    if form.is_summed:
        lacking = tuple(range(found.ndim - len(shape)))
        return np.asarray(np.sum(found, axis=lacking), dtype=object)
    return np.broadcast_to(found, shape)


def _entrywise(form: Any, at: Mapping[str, Any]) -> Any:
    rule, names = as_rule(spelled_out(form))
    function = compiled(rule, tuple(names), WORDS)
    if not names:
        return function()
    return np.frompyfunc(function, len(names), 1)(*(at[name] for name in names.values()))


def _of_matrices(form: Any, at: Mapping[str, Any]) -> Any:
    """A formula over matrices, by its parts."""
    import sympy as sp

    match form:
        case sp.MatrixSymbol():
            return _named(form, at).reshape([int(length) for length in form.shape])
        case sp.OneMatrix() | sp.ZeroMatrix():
            entry = exact(isinstance(form, sp.OneMatrix))
            return np.full([int(length) for length in form.shape], entry, dtype=object)
        case sp.Transpose():
            return _of_matrices(form.arg, at).T
        case sp.MatMul():
            number, factors = form.as_coeff_matrices()
            product = _of_matrices(factors[0], at)
            for factor in factors[1:]:
                product = array_words.matmul(product, _of_matrices(factor, at))
            return product * _entrywise(number, at)
        case sp.MatAdd():
            first, *rest = (_of_matrices(term, at) for term in form.args)
            return sum(rest, start=first)
    raise TypeError(f"{type(form).__name__} is no formula that pictures print")


def _named(symbol: Any, at: Mapping[str, Any]) -> Any:
    """The array of a name, or the softmax of one, which is a symbol too."""
    if symbol.name in at:
        return np.asarray(at[symbol.name], dtype=object)
    name = symbol.name.removeprefix("softmax(").removesuffix(")")
    return array_words.ARRAY_WORDS["softmax"](np.asarray(at[name], dtype=object))
