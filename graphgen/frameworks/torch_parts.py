"""PyTorch's ways to take entries of tensors, by ranges and by numbers, in rows of the op table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphgen.frameworks.selections import as_tuples
from graphgen.frameworks.tape import NodeNumber, NoRowError
from graphgen.frameworks.torch_entries import index_put
from graphgen.frameworks.torch_follower import Follower


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


def _index_select(on: Follower, input: Any, dim: int, index: Any, *, result: Any) -> NodeNumber:
    return on.apply("take", input, at=as_tuples(index.reshape(-1).tolist()), axis=dim % input.ndim)


def _gather(
    on: Follower, input: Any, dim: int, index: Any, *, sparse_grad: bool = False, result: Any
) -> NodeNumber:
    return on.apply("gather", input, at=as_tuples(index.tolist()), axis=dim % input.ndim)


def _scatter_add(on: Follower, input: Any, dim: int, index: Any, src: Any, *, result: Any) -> NodeNumber:
    return on.apply("scatter_add", input, src, at=as_tuples(index.tolist()), axis=dim % input.ndim)


def _index_add(
    on: Follower, input: Any, dim: int, index: Any, source: Any, *, alpha: float = 1, result: Any
) -> NodeNumber:
    """Whole rows added where an index says, which is the same index for each of their entries."""
    if alpha != 1 or source.ndim != input.ndim:
        raise NoRowError("index_add")
    lengths = [-1 if axis == dim % input.ndim else 1 for axis in range(input.ndim)]
    return _scatter_add(on, input, dim, index.reshape(lengths).expand(source.shape), source, result=result)


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


PARTS: Mapping[str, Callable[..., Any]] = {
    "index_select": _index_select,
    "gather": _gather,
    "sort": _sort,
    "topk": _topk,
    "scatter_add": _scatter_add,
    "index_add": _index_add,
    "index_put": index_put,
    "getitem": _getitem,
    "select": _select,
    "narrow": _narrow,
    "slice": _slice,
    **dict.fromkeys(
        ("split", "chunk", "split_with_sizes", "tensor_split", "unsafe_split", "unsafe_chunk"), _split
    ),
    "unbind": _unbind,
}
"""The rules, by the names of PyTorch's functions."""
