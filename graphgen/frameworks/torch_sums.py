"""PyTorch's sums, means, norms and running sums of tensors in rows of the op table."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from graphgen.frameworks.tape import NodeNumber, NoRowError
from graphgen.frameworks.torch_follower import Follower


def reduced(on: Follower, name: str, operand: Any, dim: Any, keepdim: bool) -> NodeNumber:
    """A reduction along one axis, some of them, or all."""
    node = on.node(operand)
    rank = len(on.tape.shape(node))
    axes = [dim] if isinstance(dim, int) else list(dim or ())
    if not axes or len(axes) == rank:
        if not keepdim:
            return on.apply(name, node)
        axes = list(range(rank))
    for axis in sorted((axis % rank for axis in axes), reverse=True):
        node = on.apply(name, node, axis=axis, keepdims=bool(keepdim))
    return node


def _reduction(name: str) -> Callable[..., Any]:
    def rule(
        on: Follower,
        input: Any,
        dim: Any = None,
        keepdim: bool = False,
        *,
        axis: Any = None,
        dtype: Any = None,
        result: Any,
    ) -> NodeNumber:
        return reduced(on, name, input, axis if dim is None else dim, keepdim)

    return rule


def _largest(name: str) -> Callable[..., Any]:
    """`max` and `min`: of two tensors, of all entries, or along an axis, whose places come along."""

    def rule(on: Follower, input: Any, dim: Any = None, keepdim: bool = False, *, result: Any) -> Any:
        if dim is None:
            if int((input == result).sum()) != 1:
                raise NoRowError(name)  # PyTorch shares at a tie, where ours takes the first
            return on.apply(f"a{name}", input)
        if not isinstance(dim, int):
            return on.apply(name, input, dim)
        return [reduced(on, f"a{name}", input, dim, keepdim)]

    return rule


def _variance(
    on: Follower, input: Any, dim: Any, unbiased: bool, correction: Any, keepdim: bool
) -> NodeNumber:
    node = on.node(input)
    shape = on.tape.shape(node)
    axes = list(range(len(shape))) if dim is None else [dim] if isinstance(dim, int) else list(dim)
    count = math.prod(shape[axis] for axis in axes)
    less = (1 if unbiased else 0) if correction is None else correction
    if count <= less:
        raise NoRowError("variance")
    if len(axes) in (1, len(shape)):
        spread = reduced(on, "variance", node, axes, keepdim)
    else:
        mean = reduced(on, "mean", node, axes, True)
        squares = on.apply("square", on.apply("subtract", node, mean))
        spread = reduced(on, "mean", squares, axes, keepdim)
    return spread if less == 0 else on.apply("multiply", spread, on.apply("divide", count, count - less))


def _var(
    on: Follower,
    input: Any,
    dim: Any = None,
    unbiased: bool = True,
    keepdim: bool = False,
    *,
    correction: Any = None,
    result: Any,
) -> NodeNumber:
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    return _variance(on, input, dim, unbiased, correction, keepdim)


def _var_mean(
    on: Follower, input: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, **how: Any
) -> list[NodeNumber]:
    mean = reduced(on, "mean", input, dim, keepdim)
    return [_var(on, input, dim, unbiased, keepdim, **how), mean]


def _std(on: Follower, *args: Any, result: Any, **kwargs: Any) -> NodeNumber:
    return on.apply("sqrt", _var(on, *args, result=result, **kwargs))


def _norm(
    on: Follower,
    input: Any,
    p: Any = "fro",
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: Any = None,
    ord: Any = None,
    result: Any,
) -> NodeNumber:
    if p not in ("fro", 2, 2.0, None) or ord not in (None, 2):
        raise NoRowError("norm")
    return on.apply("sqrt", reduced(on, "sum", on.apply("square", input), dim, keepdim))


def _vector_norm(
    on: Follower,
    x: Any,
    ord: Any = 2,
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: Any = None,
    result: Any,
) -> NodeNumber:
    return _norm(on, x, 2 if ord is None else ord, dim, keepdim, result=result)


def _cumsum(on: Follower, input: Any, dim: int, *, dtype: Any = None, result: Any) -> NodeNumber:
    return on.apply("cumsum", input, axis=dim % input.ndim)


def _cumprod(on: Follower, input: Any, dim: int, *, dtype: Any = None, result: Any) -> NodeNumber:
    return on.apply("cumprod", input, axis=dim % input.ndim)


def _logsumexp(on: Follower, input: Any, dim: Any, keepdim: bool = False, *, result: Any) -> NodeNumber:
    if not isinstance(dim, int):
        (dim,) = dim
    return on.apply("logsumexp", input, axis=dim % input.ndim, keepdims=bool(keepdim))


SUMS: Mapping[str, Callable[..., Any]] = {
    "cumsum": _cumsum,
    "cumprod": _cumprod,
    "logsumexp": _logsumexp,
    "amax": _reduction("amax"),
    "amin": _reduction("amin"),
    "sum": _reduction("sum"),
    "mean": _reduction("mean"),
    "prod": _reduction("prod"),
    "max": _largest("max"),
    "min": _largest("min"),
    "var": _var,
    "std": _std,
    "var_mean": _var_mean,
    "norm": _norm,
    "linalg_vector_norm": _vector_norm,
    "linalg_norm": _vector_norm,
}
"""The rules, by the names of PyTorch's functions."""
