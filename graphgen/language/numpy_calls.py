"""NumPy's functions by name: what each is in the graph, or what to write in its place.

A function that is an operation, such as exp, adds that; one that has an equal expression, such as cosh,
adds its nodes; others are made of several operations in `numpy_functions`. Any other is refused.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphgen.errors import SourceError, contained, excerpt
from graphgen.language import numpy_functions as np_
from graphgen.language.applied import apply, compare, node_of, trace_of
from graphgen.language.equals import EQUALS
from graphgen.language.parser import write_into
from graphgen.language.traced import TracedValue
from graphgen.ops import OPS


@contained()
def call(name: str, /, *operands: Any, **settings: Any) -> Any:
    """The result of a function of NumPy for traced values, by the name that NumPy has for it: `linalg.norm`.

    Raises SourceError for a function that no operations say, or settings that none takes.
    """
    function = _FUNCTIONS.get(name)
    if function is not None:
        try:
            return function(*operands, **settings)
        except (TypeError, ValueError, IndexError, ArithmeticError) as error:
            takes = ", ".join(inspect.signature(function).parameters)
            raise SourceError(f"np.{name} of a traced value: {_plain(error)}", f"it takes {takes}") from None
    if name in OPS:
        return apply(OPS[name], *operands, **settings)
    trace, equal = trace_of(*operands), EQUALS.get((name, len(operands)))
    if trace is None or equal is None or settings:
        raise SourceError(
            f"np.{name} of a traced value is not in the language", _INSTEAD.get(name, _ANYTHING_ELSE)
        )
    builder = trace.builder
    first = len(builder)
    nodes = {letter: node_of(builder, operand) for letter, operand in zip("xyz", operands, strict=False)}
    result = write_into(builder, f"v = {equal}", nodes)
    for node in range(first, len(builder)):
        builder.describe(node, place=None)
    builder.shape(result)
    return TracedValue(trace, result)


def _plain(error: Exception) -> str:
    """The message of an error, without the name of our function."""
    return str(error).rpartition("() ")[2]


def call_ufunc(name: str, method: str, operands: Sequence[Any], settings: Mapping[str, Any]) -> Any:
    """The same for NumPy's universal functions, and those of their reductions that NumPy has a name for."""
    if method == "reduce" and name in _REDUCTIONS:
        return call(_REDUCTIONS[name], *operands, **{"axis": 0, **settings})
    if method == "outer" and name == "multiply":
        return call("outer", *operands, **settings)
    if method != "__call__":
        raise SourceError(f"np.{name}.{method} of a traced value is not in the language", _ANYTHING_ELSE)
    if settings:
        raise SourceError(
            f"np.{name} of a traced value was called with {excerpt(min(settings))}",
            "give it its operands alone: a traced value is not written into an array",
        )
    return call(name, *operands)


def _comparison(first: str, **denied: bool) -> Callable[..., Any]:
    def comparison(x: Any, y: Any) -> Any:
        return compare(*((x, y) if first == "x" else (y, x)), **denied)

    return comparison


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "sum": np_.sum_of,
    "mean": np_.mean_of,
    "prod": np_.product,
    **dict.fromkeys(("max", "amax"), np_.largest),
    **dict.fromkeys(("min", "amin"), np_.smallest),
    "linalg.norm": np_.norm,
    **{
        name: getattr(np_, name)
        for name in (
            *("var", "std", "dot", "inner", "vdot", "outer", "clip", "where", "diff", "flip"),
            *("reshape", "ravel", "transpose", "swapaxes", "expand_dims", "squeeze"),
            *("atleast_1d", "atleast_2d", "einsum"),
            *("concatenate", "stack", "hstack", "vstack", "zeros_like", "ones_like", "full_like"),
            *("shape", "ndim", "size", "copy", "astype"),
        )
    },
    "flatten": np_.ravel,
    "positive": np_.copy,
    "logical_not": lambda x: ~x,
    "greater": _comparison("x"),
    "less": _comparison("y"),
    "greater_equal": _comparison("y", is_denied=True),
    "less_equal": _comparison("x", is_denied=True),
    "not_equal": _comparison("x", is_of_sizes=True),
    "equal": _comparison("x", is_of_sizes=True, is_denied=True),
}

_REDUCTIONS = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min"}

_ANYTHING_ELSE = "write it with operators and functions such as np.exp, np.where, np.sum and np.concatenate"
_UNSORTED = "take entries of np.sort, as in np.sort(x)[1]"
_NO_SLOPE = "its slope is 0 wherever it has one: leave it out"
_INSTEAD = {
    **dict.fromkeys(("median", "percentile", "quantile", "partition"), _UNSORTED),
    **dict.fromkeys(("argmax", "argmin", "argsort"), "a position has no slope: use np.max or np.min"),
    **dict.fromkeys(("round", "rint", "floor", "ceil", "trunc", "floor_divide", "remainder"), _NO_SLOPE),
    **dict.fromkeys(("isnan", "isinf", "isfinite", "nan_to_num"), "every value is a number: leave it out"),
    "tensordot": "write it with np.einsum, or with @, * and np.sum",
    "cumsum": "write np.tril(np.ones((n, n))) @ x",
    "logical_and": "put one np.where into another: np.where(x > 0, np.where(x < 1, a, b), b)",
    "logical_or": "put one np.where into another: np.where(x > 0, a, np.where(x < -1, a, b))",
}
