"""PyTorch's functions of whole tensors in rows of the op table: shapes, products, masks, bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any

from graphgen.frameworks.tape import NodeNumber, NoRowError
from graphgen.frameworks.torch_follower import Follower
from graphgen.frameworks.torch_parts import PARTS
from graphgen.frameworks.torch_sums import SUMS
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


def _filled(on: Follower, input: Any, value: Any = 0, *_: Any, result: Any) -> NodeNumber:
    """Entries all of which are written over."""
    return _expanded(on, value, result=result)


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


def _cosine_similarity(
    on: Follower, x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8, *, result: Any
) -> NodeNumber:
    return on.apply("cosine_similarity", x1, x2, axis=dim % x1.ndim)


def _cdist(
    on: Follower, x1: Any, x2: Any, p: float = 2.0, compute_mode: Any = None, *, result: Any
) -> NodeNumber:
    """The distance of each row to each of the other rows; PyTorch sends nothing back through one of 0."""
    if p != 2 or x1.ndim != 2 or bool((result == 0).any()):
        raise NoRowError("cdist")
    one = on.apply("reshape", x1, shape=(x1.shape[0], 1, x1.shape[1]))
    return _length(on, on.apply("subtract", one, x2), axis=2)


def _pdist(on: Follower, input: Any, p: float = 2.0, *, result: Any) -> NodeNumber:
    import torch

    if p != 2 or bool((result == 0).any()):
        raise NoRowError("pdist")
    one, other = torch.triu_indices(len(input), len(input), 1).tolist()
    rows = (on.apply("take", input, at=tuple(places), axis=0) for places in (one, other))
    return _length(on, on.apply("subtract", *rows), axis=1)


def _length(on: Follower, node: NodeNumber, axis: int) -> NodeNumber:
    return on.apply("sqrt", on.apply("sum", on.apply("square", node), axis=axis))


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


def _clamp(on: Follower, input: Any, min: Any = None, max: Any = None, *, result: Any) -> NodeNumber:
    """Between two bounds, or on one side of one; PyTorch gives all to the input where it is at the bound."""
    min, max = (None if bound in (-inf, inf) else bound for bound in (min, max))
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


ARRAYS: Mapping[str, Callable[..., Any]] = {
    **SUMS,
    **PARTS,
    "clamp": _clamp,
    "clamp_min": _clamp_min,
    "clamp_max": _clamp_max,
    "flip": _flip,
    "roll": _roll,
    "reshaped": _reshaped,
    "expanded": _expanded,
    "permute": _permute,
    "transpose": _transpose,
    "t": _transpose,
    "mT": _transpose,
    "T": _reversed,
    "matmul": _matmul,
    "cat": _cat,
    "stack": _stack,
    "einsum": _einsum,
    "cosine_similarity": _cosine_similarity,
    "bilinear": _bilinear,
    "cdist": _cdist,
    "pdist": _pdist,
    "masked_fill": _masked_fill,
    **dict.fromkeys(("copy", "fill", "zero"), _filled),
    "where": _where,
    "tril": _triangle("tril"),
    "triu": _triangle("triu"),
}
"""The rules, by the names of PyTorch's functions."""
