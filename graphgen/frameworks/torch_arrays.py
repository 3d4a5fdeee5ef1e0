"""PyTorch's functions of whole tensors in rows of the op table: shapes, sums, parts and products."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphgen.frameworks.tape import NodeNumber, NoRowError
from graphgen.frameworks.torch_follower import Follower
from graphgen.ops import pairwise


def _reshaped(on: Follower, input: Any, *_: Any, result: Any, **__: Any) -> NodeNumber:
    node, shape = on.node(input), tuple(result.shape)
    if on.tape.shape(node) == shape:
        return node
    return on.apply("reshape", node, shape=shape) if shape else on.apply("sum", node)


def _expanded(on: Follower, input: Any, *_: Any, result: Any, **__: Any) -> NodeNumber:
    node, shape = on.node(input), tuple(result.shape)
    if on.tape.shape(node) == shape:
        return node
    return on.apply("broadcast_to", node, shape=shape)


def _permuted(on: Follower, node: NodeNumber, axes: Sequence[int]) -> NodeNumber:
    if list(axes) == list(range(len(axes))):
        return node
    if list(axes) == list(range(len(axes)))[::-1]:
        return on.apply("transpose", node)
    return on.apply("permute", node, axes=tuple(axes))


def _permute(on: Follower, input: Any, *dims: Any, result: Any) -> NodeNumber:
    axes = dims[0] if len(dims) == 1 and not isinstance(dims[0], int) else dims
    return _permuted(on, on.node(input), [axis % len(axes) for axis in axes])


def _transpose(on: Follower, input: Any, dim0: int = -2, dim1: int = -1, *, result: Any) -> NodeNumber:
    node = on.node(input)
    axes = list(range(len(on.tape.shape(node))))
    if len(axes) > 1:
        axes[dim0], axes[dim1] = axes[dim1], axes[dim0]
    return _permuted(on, node, axes)


def _reversed(on: Follower, input: Any, *, result: Any) -> NodeNumber:
    node = on.node(input)
    return _permuted(on, node, list(range(len(on.tape.shape(node))))[::-1])


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
            raise NoRowError(name)  # PyTorch shares at a tie, where ours takes the first
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


def _matmul(on: Follower, input: Any, other: Any, *, result: Any) -> NodeNumber:
    return on.apply("matmul", input, other)


def _cat(on: Follower, tensors: Sequence[Any], dim: int = 0, *, result: Any) -> NodeNumber:
    nodes = [on.node(tensor) for tensor in tensors if tensor.numel()]
    return joined(on, nodes, dim % result.ndim)


def joined(on: Follower, nodes: Sequence[NodeNumber], axis: int) -> NodeNumber:
    """Arrays one behind the other."""
    whole = nodes[0]
    for node in nodes[1:]:
        whole = on.apply("concatenate", whole, node, axis=axis)
    return whole


def _stack(on: Follower, tensors: Sequence[Any], dim: int = 0, *, result: Any) -> NodeNumber:
    axis = dim % result.ndim
    shape = tuple(1 if place == axis else length for place, length in enumerate(result.shape))
    return joined(on, [on.apply("reshape", tensor, shape=shape) for tensor in tensors], axis)


def _getitem(on: Follower, input: Any, index: Any, *, result: Any) -> NodeNumber:
    import torch

    keys = index if isinstance(index, tuple) else (index,)
    arrays = [place for place, key in enumerate(keys) if isinstance(key, torch.Tensor) and key.ndim]
    if not arrays:
        return selected(on, on.node(input), keys, tuple(result.shape))
    (place,) = arrays if len(arrays) == 1 else (-1,)
    others = (*keys[:place], *keys[place + 1 :])
    if place < 0 or any(not isinstance(key, slice) or key != slice(None) for key in others):
        raise NoRowError("index")
    return _taken(on, on.node(input), keys[place], place)


def _taken(on: Follower, node: NodeNumber, at: Any, axis: int) -> NodeNumber:
    """The entries along an axis that whole numbers name, or truths along it or along several from it on."""
    import torch

    if at.dtype == torch.bool:
        shape = on.tape.shape(node)
        if at.ndim > 1:
            shape = (*shape[:axis], at.numel(), *shape[axis + at.ndim :])
            node, at = on.apply("reshape", node, shape=shape), at.reshape(-1)
        (at,) = at.nonzero(as_tuple=True)
    if at.dtype != torch.int64:
        raise NoRowError("index")
    return on.apply("take", node, at=as_tuples(at.tolist()), axis=axis)


def selected(on: Follower, node: NodeNumber, index: tuple[Any, ...], shape: tuple[int, ...]) -> NodeNumber:
    """Some entries, by numbers, ranges, new axes and dots as NumPy writes them."""
    lengths = on.tape.shape(node)
    given = sum(1 for key in index if key is not None and key is not Ellipsis)
    keys: list[Any] = []
    for key in index:
        if key is Ellipsis:
            keys += [slice(None)] * (len(lengths) - given)
        elif key is not None:
            keys.append(key)
    at: list[Any] = []
    for key, length in zip(keys, lengths, strict=False):
        if isinstance(key, bool) or not isinstance(key, int | slice):
            raise NoRowError("index")
        at.append(key % length if isinstance(key, int) else key.indices(length))
    whole = all(key == (0, length, 1) for key, length in zip(at, lengths, strict=False))
    node = node if whole else on.apply("index", node, at=tuple(at))
    return node if on.tape.shape(node) == shape else on.apply("reshape", node, shape=shape)


def _along(on: Follower, input: Any, dim: int, key: Any, result: Any) -> NodeNumber:
    node = on.node(input)
    axis = dim % len(on.tape.shape(node))
    return selected(on, node, (*[slice(None)] * axis, key), tuple(result.shape))


def _select(on: Follower, input: Any, dim: int, index: int, *, result: Any) -> NodeNumber:
    return _along(on, input, dim, index, result)


def _narrow(on: Follower, input: Any, dim: int, start: int, length: int, *, result: Any) -> NodeNumber:
    return _along(on, input, dim, slice(start, start + length), result)


def _slice(
    on: Follower, input: Any, dim: int = 0, start: Any = None, end: Any = None, step: int = 1, *, result: Any
) -> NodeNumber:
    return _along(on, input, dim, slice(start, end, step), result)


def _split(
    on: Follower, input: Any, size: Any = None, dim: int = 0, *, result: Any, **_: Any
) -> list[NodeNumber]:
    pieces, start = [], 0
    for piece in result:
        length = piece.shape[dim]
        pieces.append(_along(on, input, dim, slice(start, start + length), piece))
        start += length
    return pieces


def _unbind(on: Follower, input: Any, dim: int = 0, *, result: Any) -> list[NodeNumber]:
    return [_along(on, input, dim, place, piece) for place, piece in enumerate(result)]


def _scatter_add(on: Follower, input: Any, dim: int, index: Any, src: Any, *, result: Any) -> NodeNumber:
    return on.apply("scatter_add", input, src, at=as_tuples(index.tolist()), axis=dim % input.ndim)


def _index_put(
    on: Follower, input: Any, indices: Sequence[Any], values: Any, accumulate: bool = False, *, result: Any
) -> NodeNumber:
    if accumulate or any(index is None or index.is_floating_point() or index.ndim > 1 for index in indices):
        raise NoRowError("index_put")
    return on.apply("index_put", input, values, at=as_tuples([index.tolist() for index in indices]))


def _cosine_similarity(
    on: Follower, x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8, *, result: Any
) -> NodeNumber:
    return on.apply("cosine_similarity", x1, x2, axis=dim % x1.ndim)


def _bilinear(
    on: Follower, input1: Any, input2: Any, weight: Any, bias: Any = None, *, result: Any
) -> NodeNumber:
    form = on.apply("bilinear", input1, weight, input2)
    return form if bias is None else on.apply("add", form, bias)


def _einsum(on: Follower, equation: str, *operands: Any, result: Any) -> NodeNumber:
    tensors = operands[0] if len(operands) == 1 and isinstance(operands[0], list | tuple) else operands
    left, _, right = equation.replace(" ", "").partition("->")
    one, _, other = left.partition(",")
    if (
        len(one) == len(other) == 2
        and one[1] == other[0]
        and right == one[0] + other[1]
        and len({*left}) == 4
    ):
        return on.apply("matmul", *tensors)
    try:
        pairs = list(pairwise(equation, len(tensors)))
    except ValueError:
        raise NoRowError("einsum") from None
    product = on.node(tensors[0])
    for tensor, subscripts in zip(tensors[1:], pairs, strict=True):
        product = on.apply("einsum", product, tensor, subscripts=subscripts)
    return product


def _masked_fill(on: Follower, input: Any, mask: Any, value: Any, *, result: Any) -> NodeNumber:
    return on.apply("where", on.mask(mask), float(value), input)


def _where(on: Follower, condition: Any, input: Any, other: Any, *, result: Any) -> NodeNumber:
    return on.apply("where", on.mask(condition), input, other)


def _triangle(name: str) -> Callable[..., Any]:
    def rule(on: Follower, input: Any, diagonal: int = 0, *, result: Any) -> NodeNumber:
        import torch

        ones = torch.ones(result.shape[-2:], dtype=result.dtype)
        return on.apply("multiply", input, getattr(torch, name)(ones, diagonal))

    return rule


def as_tuples(numbers: Any) -> Any:
    """Lists in lists as tuples in tuples, which a parameter is."""
    return tuple(map(as_tuples, numbers)) if isinstance(numbers, list) else numbers


def _index_select(on: Follower, input: Any, dim: int, index: Any, *, result: Any) -> NodeNumber:
    return on.apply("take", input, at=as_tuples(index.reshape(-1).tolist()), axis=dim % input.ndim)


def _gather(
    on: Follower, input: Any, dim: int, index: Any, *, sparse_grad: bool = False, result: Any
) -> NodeNumber:
    return on.apply("gather", input, at=as_tuples(index.tolist()), axis=dim % input.ndim)


def _sort(
    on: Follower, input: Any, dim: int = -1, descending: bool = False, *, stable: Any = None, result: Any
) -> list[NodeNumber]:
    if _has_ties(result[0], dim):
        return [_gather(on, input, dim, result[1], result=result)]
    return [on.apply("sort", input, axis=dim % input.ndim, descending=bool(descending))]


def _topk(
    on: Follower, input: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True, *, result: Any
) -> list[NodeNumber]:
    if not (largest and sorted) or _has_ties(input.sort(dim=dim).values, dim):
        return [_gather(on, input, dim, result[1], result=result)]
    return [on.apply("topk", input, k=k, axis=dim % input.ndim)]


def _has_ties(ordered: Any, dim: int) -> bool:
    """Whether entries along an axis are equal: which of them comes first is then the framework's choice."""
    return bool((ordered.diff(dim=dim) == 0).any())


def _clamp(on: Follower, input: Any, min: Any = None, max: Any = None, *, result: Any) -> NodeNumber:
    """Between two bounds, or on one side of one; PyTorch gives all to the input where it is at the bound."""
    if min is not None and max is not None:
        return on.apply("clip", input, min, max)
    bound, name = (min, "max") if max is None else (max, "min")
    if bool((input == bound).any()):
        raise NoRowError("clip")
    return on.apply(name, input, bound)


def _clamp_min(on: Follower, input: Any, min: Any, *, result: Any) -> NodeNumber:
    return _clamp(on, input, min, result=result)


def _clamp_max(on: Follower, input: Any, max: Any, *, result: Any) -> NodeNumber:
    return _clamp(on, input, None, max, result=result)


def _cumsum(on: Follower, input: Any, dim: int, *, dtype: Any = None, result: Any) -> NodeNumber:
    return on.apply("cumsum", input, axis=dim % input.ndim)


def _cumprod(on: Follower, input: Any, dim: int, *, dtype: Any = None, result: Any) -> NodeNumber:
    return on.apply("cumprod", input, axis=dim % input.ndim)


def _flip(on: Follower, input: Any, *dims: Any, result: Any) -> NodeNumber:
    axes = dims[0] if len(dims) == 1 and not isinstance(dims[0], int) else dims
    node = on.node(input)
    for axis in axes:
        node = on.apply("flip", node, axis=axis % input.ndim)
    return node


def _roll(on: Follower, input: Any, shifts: Any, dims: Any = None, *, result: Any) -> NodeNumber:
    if not isinstance(shifts, int) or (dims is None and input.ndim != 1):
        raise NoRowError("roll")
    return on.apply("roll", input, shift=shifts, axis=(dims or 0) % input.ndim)


def _logsumexp(on: Follower, input: Any, dim: Any, keepdim: bool = False, *, result: Any) -> NodeNumber:
    if not isinstance(dim, int):
        (dim,) = dim
    return on.apply("logsumexp", input, axis=dim % input.ndim, keepdims=bool(keepdim))


ARRAYS: Mapping[str, Callable[..., Any]] = {
    "index_select": _index_select,
    "gather": _gather,
    "sort": _sort,
    "topk": _topk,
    "clamp": _clamp,
    "clamp_min": _clamp_min,
    "clamp_max": _clamp_max,
    "cumsum": _cumsum,
    "cumprod": _cumprod,
    "flip": _flip,
    "roll": _roll,
    "logsumexp": _logsumexp,
    "amax": _reduction("amax"),
    "amin": _reduction("amin"),
    "reshaped": _reshaped,
    "expanded": _expanded,
    "permute": _permute,
    "transpose": _transpose,
    "t": _transpose,
    "mT": _transpose,
    "T": _reversed,
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
    "matmul": _matmul,
    "cat": _cat,
    "stack": _stack,
    "getitem": _getitem,
    "select": _select,
    "narrow": _narrow,
    "slice": _slice,
    **dict.fromkeys(
        ("split", "chunk", "split_with_sizes", "tensor_split", "unsafe_split", "unsafe_chunk"), _split
    ),
    "unbind": _unbind,
    "einsum": _einsum,
    "scatter_add": _scatter_add,
    "index_put": _index_put,
    "cosine_similarity": _cosine_similarity,
    "bilinear": _bilinear,
    "masked_fill": _masked_fill,
    "where": _where,
    "tril": _triangle("tril"),
    "triu": _triangle("triu"),
}
"""The rules, by the names of PyTorch's functions."""
