"""PyTorch's functions that only take entries of a tensor or put some into it, in rows of the op table.

Run on the numbers of the entries, each says itself which it takes, and where they go.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from graphgen.frameworks.selections import add_at, numbered, put, select
from graphgen.frameworks.tape import NodeNumber, NoRowError
from graphgen.frameworks.torch_follower import Follower, positions_in_base

_TAKES = frozenset(
    [
        *("getitem", "index", "take", "diagonal", "diag", "unfold", "im2col", "rot90", "tile"),
        *("pixel_shuffle", "pixel_unshuffle", "channel_shuffle", "repeat", "repeat_interleave"),
        "take_along_dim",
        *(f"{kind}_pad{axes}d" for kind in ("reflection", "replication") for axes in (1, 2, 3)),
        *(f"{kind}{axes}d" for kind in ("upsample_nearest", "_upsample_nearest_exact") for axes in (1, 2, 3)),
    ]
)
"""Functions whose results are entries of their first operand, or zeros."""
_RANKS = {**dict.fromkeys(("median", "nanmedian", "mode", "cummax", "cummin"), 0), "kthvalue": 1}
"""Functions that give entries along an axis with the places where they stand, or the one of all; and which
of their further arguments the axis is."""
_PUTS = {
    **dict.fromkeys(("scatter", "index_copy"), 3),
    **dict.fromkeys(("masked_scatter", "setitem", "index_put"), 2),
    **dict.fromkeys(("slice_scatter", "select_scatter", "diagonal_scatter"), 1),
}
"""Functions that put entries of another operand into the first, and the place of that operand."""


def rule_for(name: str, func: Callable[..., Any]) -> Callable[..., Any] | None:
    """The rule of a function that takes entries or puts them; None for any other."""
    if name in _TAKES:
        return lambda on, input, *args, result, **kwargs: _taken(on, func, input, args, kwargs)
    if name == "as_strided":
        return lambda on, input, *args, result, **kwargs: _taken(on, func, _in_order(input), args, kwargs)
    if name == "constant_pad_nd":
        return lambda on, input, pad, value=0, *, result: _taken(on, func, input, (pad,), {}, value)
    if name in _RANKS:
        return lambda on, input, *args, result, **kwargs: _ranked(
            on, _RANKS[name], input, args, result=result, **kwargs
        )
    if name in _PUTS:
        return lambda on, *args, result, **kwargs: _put(on, func, _PUTS[name], args, kwargs)
    return None


def _taken(
    on: Follower, func: Callable[..., Any], input: Any, args: Any, kwargs: Any, between: float = 0
) -> NodeNumber:
    """What a function puts between entries, zeros or another number, is taken from behind them."""
    import numpy as np
    import torch

    try:
        positions = func(_as_tensor(numbered(tuple(input.shape)) + 1), *args, **kwargs).numpy() - 1
    except (RuntimeError, AttributeError):
        raise NoRowError("index") from None
    if not (positions < 0).any():
        return select(on, input, positions)
    size = prod(input.shape)
    flat, last = on.apply("reshape", input, shape=(size,)), torch.full((1,), float(between))
    longer = on.apply("concatenate", flat, last)
    return select(on, longer, np.where(positions < 0, size, positions))


def _in_order(input: Any) -> Any:
    """A tensor for a function that goes by places in memory, where the entries have to lie in their order."""
    if input.storage_offset() or not input.is_contiguous():
        raise NoRowError("as_strided")
    return input


def _ranked(
    on: Follower, place: int, input: Any, args: Any, dim: Any = None, keepdim: bool = False, *, result: Any
) -> list[NodeNumber]:
    import torch

    if isinstance(result, torch.Tensor):
        here = (input == result).reshape(-1).nonzero().reshape(-1)
        if result.ndim or len(here) != 1:
            raise NoRowError("median")
        return [select(on, input, here[0].numpy())]
    values, index = result
    axis = (args[place] if len(args) > place else -1 if dim is None else dim) % input.ndim
    index = index if index.ndim == input.ndim else index.unsqueeze(axis)
    positions = _as_tensor(numbered(tuple(input.shape))).gather(axis, index)
    return [select(on, input, positions.reshape(values.shape).numpy())]


def _put(
    on: Follower, func: Callable[..., Any], place: int, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> NodeNumber:
    """Where several entries come to one place, PyTorch does not say which of them stays."""
    import torch

    args = (*args, *(kwargs.pop(key) for key in ("src", "value", "source") if key in kwargs))
    if kwargs or len(args) <= place or any(args[place + 1 :]):
        raise NoRowError("scatter")
    other = args[place]
    numbers = _as_tensor(numbered(tuple(other.shape))) if isinstance(other, torch.Tensor) else 0.0
    origins = _as_tensor(numbered(tuple(args[0].shape)) * 0 - 1)
    found = func(origins, *args[1:place], numbers)
    places = (origins if found is None else found).numpy()
    if getattr(other, "_base", None) is args[0] and (_origins(other) == places).all():
        return on.node(args[0])  # as y[0] += 1 ends, which has added to a view of y
    return put(on, args[0], other, places)


def index_put(
    on: Follower, input: Any, indices: Any, values: Any, accumulate: bool = False, *, result: Any
) -> NodeNumber:
    """Entries that are added where indices say."""
    import torch

    if not accumulate:
        raise NoRowError("index_put")
    positions = torch.ops.aten.index(_as_tensor(numbered(tuple(input.shape))), indices)
    if values.shape != positions.shape:
        values = on.apply("broadcast_to", values, shape=tuple(positions.shape))
    return add_at(on, input, values, positions.numpy())


def with_view(on: Follower, base: NodeNumber, view: Any, changed: NodeNumber) -> NodeNumber:
    """What a tensor is after a view of it was changed."""
    return put(on, base, changed, _origins(view))


def _origins(view: Any) -> Any:
    """For each entry of the tensor of a view the number of the view's entry there, or −1."""
    import numpy as np

    origins = numbered(tuple(view._base.shape)) * 0 - 1
    origins.flat[positions_in_base(view).ravel().astype(np.intp)] = np.arange(view.numel())
    return origins


def _as_tensor(numbers: Any) -> Any:
    import torch

    return torch.from_numpy(numbers)
