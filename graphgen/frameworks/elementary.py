"""Functions of one number for which there is no row, in those that there are: equal, and as careful."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphgen.frameworks.tape import NodeNumber, NoRowError


def _half(on: Any, name: str, one: NodeNumber, other: NodeNumber) -> NodeNumber:
    node: NodeNumber = on.apply("divide", on.apply(name, one, other), 2)
    return node


def _there_and_back(on: Any, name: str, x: Any) -> tuple[NodeNumber, NodeNumber]:
    return on.apply(name, x), on.apply(name, on.apply("negate", x))


def _sinh(on: Any, x: Any) -> NodeNumber:
    return _half(on, "subtract", *_there_and_back(on, "expm1", x))


def _cosh(on: Any, x: Any) -> NodeNumber:
    return _half(on, "add", *_there_and_back(on, "exp", x))


def _atanh(on: Any, x: Any) -> NodeNumber:
    return _half(on, "subtract", *_there_and_back(on, "log1p", x))


def _asin(on: Any, x: Any) -> NodeNumber:
    """2 atan(x / (1 + √((1 − x) (1 + x))))."""
    cosine = on.apply("sqrt", on.apply("multiply", on.apply("subtract", 1, x), on.apply("add", 1, x)))
    return on.apply("multiply", 2, on.apply("atan", on.apply("divide", x, on.apply("add", 1, cosine))))


def _acos(on: Any, x: Any) -> NodeNumber:
    """2 atan(√((1 − x) / (1 + x)))."""
    square = on.apply("divide", on.apply("subtract", 1, x), on.apply("add", 1, x))
    return on.apply("multiply", 2, on.apply("atan", on.apply("sqrt", square)))


def _exp2(on: Any, x: Any) -> NodeNumber:
    return on.apply("power", 2, x)


def _logarithm(base: int) -> Callable[[Any, Any], NodeNumber]:
    return lambda on, x: on.apply("divide", on.apply("log", x), on.apply("log", base))


ELEMENTARY: Mapping[str, Callable[[Any, Any], NodeNumber]] = {
    "sinh": _sinh,
    "cosh": _cosh,
    "asin": _asin,
    "acos": _acos,
    "atanh": _atanh,
    "exp2": _exp2,
    "log2": _logarithm(2),
    "log10": _logarithm(10),
}
"""By the names that frameworks share: each gives the node of the result."""


def complement(on: Any, x: Any, values: Any) -> NodeNumber:
    """erfc(x) as 1 − erf(x); raises NoRowError where that would cancel."""
    if bool((values > 1).any()):
        raise NoRowError("erfc")
    return on.apply("subtract", 1, on.apply("erf", x))
