"""PyTorch's functions of whole tensors in rows of the op table: shapes, products, masks, bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    "masked_fill": _masked_fill,
    "where": _where,
    "tril": _triangle("tril"),
    "triu": _triangle("triu"),
}
"""The rules, by the names of PyTorch's functions."""
