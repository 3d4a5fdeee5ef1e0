"""Floats and NumPy arrays of them: given numbers as such, zeros, and whether all is finite.

NumPy is loaded for graphs that have an array.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from graphgen.errors import EvaluationError
from graphgen.graph import FLOAT_RANGE, ComputationalGraph, Node, misshapen


def numeric(node: Node, number: Any) -> Any:
    """A given value as a float or an array, of the node's shape and finite.

    Raises EvaluationError where it is not.
    """
    if node.shape:
        return _numeric_array(node, number)
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    except (TypeError, ValueError):
        raise misshapen(node, number) from None
    if not math.isfinite(value):
        raise EvaluationError(f"the number of {node.id!r} is {value}", FLOAT_RANGE, node.place)
    return value


def _numeric_array(node: Node, given: Any) -> Any:
    import numpy as np

    try:
        array = given if _is_kept(given) else np.array(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise misshapen(node, given) from None
    if array.shape != node.shape:
        raise misshapen(node, array)
    if not is_finite(array):
        raise EvaluationError(f"an entry of {node.id!r} is not finite", FLOAT_RANGE, node.place)
    array.flags.writeable = False
    return array


def _is_kept(given: Any) -> bool:
    """Whether it is an array of floats that nobody writes to, which needs no copy."""
    import numpy as np

    return isinstance(given, np.ndarray) and given.dtype == np.float64 and not given.flags.writeable


def zeros(graph: ComputationalGraph) -> list[Any]:
    """For each node the float 0, or an array of zeros of its shape."""
    if graph.is_scalar:
        return [0.0] * len(graph)
    import numpy as np

    return [np.zeros(node.shape) if node.shape else 0.0 for node in graph.nodes]


def all_finite(graph: ComputationalGraph, numbers: Iterable[Any]) -> bool:
    """Whether these numbers of the graph are finite, and all entries of its arrays."""
    return all(map(math.isfinite if graph.is_scalar else is_finite, numbers))


def is_finite(value: Any) -> bool:
    """Whether a number, or every entry of an array, is finite."""
    if isinstance(value, float):
        return math.isfinite(value)
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        if math.isfinite(np.add.reduce(value, axis=None)):
            return True
    # A sum overflows before its terms do.
    return bool(np.isfinite(value).all())


def quiet(graph: ComputationalGraph) -> AbstractContextManager[Any]:
    """Without NumPy's warnings: what is not finite is found by the engine."""
    if graph.is_scalar:
        return nullcontext()
    import numpy as np

    return np.errstate(all="ignore")
