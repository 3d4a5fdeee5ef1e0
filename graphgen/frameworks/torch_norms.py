"""The layers of torch.nn.functional that normalize, in rows of the op table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphgen.frameworks.tape import NodeNumber, NoRowError
from graphgen.frameworks.torch_follower import Follower
from graphgen.frameworks.torch_sums import reduced


def _batch_norm(
    on: Follower,
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
    *,
    result: Any,
) -> NodeNumber:
    """By the mean and variance of each channel: those of the batch in training, else those that were kept."""
    node = on.node(input)
    shape = on.tape.shape(node)
    channels = (1, shape[1], *[1] * (len(shape) - 2))
    if training and weight is not None and bias is not None:
        return on.apply("batch_norm", node, weight, bias, eps=float(eps))

    def each(tensor: Any) -> NodeNumber:
        return on.node(tensor) if len(shape) == 2 else on.apply("reshape", tensor, shape=channels)

    if training:
        mean = _over_all_but_channels(on, node, shape)
        centred = on.apply("subtract", node, mean)
        variance = _over_all_but_channels(on, on.apply("square", centred), shape)
    else:
        centred = on.apply("subtract", node, each(running_mean))
        variance = each(running_var)
    scaled = on.apply("divide", centred, on.apply("sqrt", on.apply("add", variance, eps)))
    if weight is not None:
        scaled = on.apply("multiply", scaled, each(weight))
    return scaled if bias is None else on.apply("add", scaled, each(bias))


def _over_all_but_channels(on: Follower, node: NodeNumber, shape: Sequence[int]) -> NodeNumber:
    for axis in reversed(range(len(shape))):
        if axis != 1:
            node = on.apply("mean", node, axis=axis, keepdims=True)
    return node


def _layer_norm(
    on: Follower,
    input: Any,
    normalized_shape: Any,
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
    *,
    result: Any,
) -> NodeNumber:
    if len(normalized_shape) != 1:
        raise NoRowError("layer_norm")
    if weight is not None and bias is not None:
        return on.apply("layer_norm", input, weight, bias, eps=float(eps))
    node = _standardized(on, on.node(input), eps)
    if weight is not None:
        node = on.apply("multiply", node, weight)
    return node if bias is None else on.apply("add", node, bias)


def _standardized(on: Follower, node: NodeNumber, eps: float) -> NodeNumber:
    """Each row less its mean, over its standard deviation."""
    centred = on.apply("subtract", node, on.apply("mean", node, axis=-1, keepdims=True))
    variance = on.apply("variance", node, axis=-1, keepdims=True)
    return on.apply("divide", centred, on.apply("sqrt", on.apply("add", variance, eps)))


def _group_norm(
    on: Follower,
    input: Any,
    num_groups: int,
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
    *,
    result: Any,
) -> NodeNumber:
    if weight is not None and bias is not None:
        return on.apply("group_norm", input, weight, bias, groups=num_groups, eps=float(eps))
    if weight is not None or bias is not None:
        raise NoRowError("group_norm")
    apart = on.apply("reshape", input, shape=(input.shape[0], num_groups, input[0].numel() // num_groups))
    return on.apply("reshape", _standardized(on, apart, eps), shape=tuple(input.shape))


def _weight_norm(on: Follower, v: Any, g: Any, dim: int = 0, *, result: Any) -> list[NodeNumber]:
    """Weights as a length times a direction, row by row."""
    others = [axis for axis in range(v.ndim) if axis != dim % v.ndim]
    length = on.apply("sqrt", reduced(on, "sum", on.apply("square", v), others, True))
    return [on.apply("multiply", v, on.apply("divide", g, length)), length]


NORMS: Mapping[str, Callable[..., Any]] = {
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "group_norm": _group_norm,
    "_weight_norm_interface": _weight_norm,
}
"""The rules, by the names of PyTorch's functions."""
