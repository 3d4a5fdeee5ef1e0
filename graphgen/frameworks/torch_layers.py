"""The layers and losses of torch.nn.functional in rows of the op table."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphgen.frameworks.tape import NodeNumber, NoRowError
from graphgen.frameworks.torch_arrays import as_tuples
from graphgen.frameworks.torch_follower import Follower
from graphgen.frameworks.torch_images import IMAGES
from graphgen.frameworks.torch_recurrent import RECURRENT, linear


def _by_rows(name: str) -> Callable[..., NodeNumber]:
    """A function of the last axis; of another one, with the axes in another order before and after."""

    def rule(
        on: Follower,
        input: Any,
        dim: Any = None,
        *_: Any,
        dtype: Any = None,
        _stacklevel: Any = 3,
        result: Any,
    ) -> NodeNumber:
        node = on.node(input)
        last = len(on.tape.shape(node)) - 1
        if not isinstance(dim, int) or last < 0:
            raise NoRowError(name)
        if dim % (last + 1) == last:
            return on.apply(name, node)
        axes = list(range(last + 1))
        axes[dim], axes[last] = axes[last], axes[dim]
        if axes == [1, 0]:
            return on.apply("transpose", on.apply(name, on.apply("transpose", node)))
        turned = on.apply(name, on.apply("permute", node, axes=tuple(axes)))
        return on.apply("permute", turned, axes=tuple(axes))

    return rule


def _dropout(
    on: Follower, input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, result: Any
) -> NodeNumber:
    """The mask that was drawn, as a constant; in evaluation nothing is dropped."""
    if not training or p == 0:
        return on.node(input)
    import torch

    if not result.requires_grad:
        raise NoRowError("dropout")
    (kept,) = torch.autograd.grad(result, input, torch.ones_like(result), retain_graph=True)
    return on.apply("multiply", input, kept.detach())


def _loss(of_difference: str) -> Callable[..., NodeNumber]:
    """A loss of each entry's difference, summed or averaged."""

    def rule(
        on: Follower,
        input: Any,
        target: Any,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
        *,
        result: Any,
    ) -> NodeNumber:
        if type(size_average) is int:  # below torch.nn.functional, reductions have numbers
            reduction = ("none", "mean", "sum")[size_average]
        elif size_average is not None or reduce is not None:
            raise NoRowError("loss")
        node = on.apply(of_difference, on.apply("subtract", input, target))
        return node if reduction == "none" else on.apply(reduction, node)

    return rule


def _cross_entropy(
    on: Follower,
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    ignore_index: int = -100,
    reduce: Any = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
    *,
    result: Any,
) -> NodeNumber:
    is_label = not target.is_floating_point()
    if weight is not None or label_smoothing or (is_label and bool((target == ignore_index).any())):
        raise NoRowError("cross_entropy")
    if input.ndim > 2 or reduction == "none":
        raise NoRowError("cross_entropy")
    loss = on.apply("softmax_cross_entropy", input, on.label(target) if is_label else target)
    rows = input.shape[0] if input.ndim > 1 else 1
    return on.apply("multiply", loss, rows) if reduction == "sum" and rows > 1 else loss


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
    import torch

    if len(normalized_shape) != 1:
        raise NoRowError("layer_norm")
    scale = torch.ones(normalized_shape[0]) if weight is None else weight
    shift = torch.zeros(normalized_shape[0]) if bias is None else bias
    return on.apply("layer_norm", input, scale, shift, eps=float(eps))


def _bce(name: str) -> Callable[..., NodeNumber]:
    def rule(
        on: Follower,
        input: Any,
        target: Any,
        weight: Any = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
        pos_weight: Any = None,
        *,
        result: Any,
    ) -> NodeNumber:
        others = (weight, size_average, reduce, pos_weight)
        if reduction != "mean" or any(other is not None for other in others):
            raise NoRowError(name)
        return on.apply(name, input, target)

    return rule


def _nll_loss(
    on: Follower,
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    ignore_index: int = -100,
    reduce: Any = None,
    reduction: str = "mean",
    *,
    result: Any,
) -> NodeNumber:
    """Minus the entry of each row that its label names."""
    is_plain = weight is None and size_average is None and reduce is None and reduction in ("mean", "sum")
    if not is_plain or input.ndim != 2 or bool((target == ignore_index).any()):
        raise NoRowError("nll_loss")
    at = tuple((int(label),) for label in target)
    return on.apply("negate", on.apply(reduction, on.apply("gather", input, at=at, axis=1)))


def _leaky_relu(
    on: Follower, input: Any, negative_slope: float = 0.01, inplace: bool = False, *, result: Any
) -> NodeNumber:
    return on.apply("leaky_relu", input, negative_slope)


def _elu(on: Follower, input: Any, alpha: float = 1.0, inplace: bool = False, *, result: Any) -> NodeNumber:
    if alpha != 1:
        raise NoRowError("elu")
    return on.apply("elu", input)


def _gelu(on: Follower, input: Any, approximate: str = "none", *, result: Any) -> NodeNumber:
    if approximate != "none":
        raise NoRowError("gelu")
    return on.apply("gelu", input)


def _embedding(
    on: Follower,
    input: Any,
    weight: Any,
    padding_idx: Any = None,
    max_norm: Any = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
    *,
    result: Any,
) -> NodeNumber:
    """The rows of a table that whole numbers name."""
    if max_norm is not None or scale_grad_by_freq or (padding_idx is not None and padding_idx >= 0):
        raise NoRowError("embedding")
    return on.apply("take", weight, at=as_tuples(input.tolist()), axis=0)


def _attention(
    on: Follower,
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: Any = None,
    enable_gqa: bool = False,
    *,
    result: Any,
) -> NodeNumber:
    if attn_mask is not None or is_causal or dropout_p or enable_gqa:
        raise NoRowError("scaled_dot_product_attention")
    axes = list(range(key.ndim))
    axes[-1], axes[-2] = axes[-2], axes[-1]
    turned = on.apply("transpose", key) if key.ndim == 2 else on.apply("permute", key, axes=tuple(axes))
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = on.apply("multiply", on.apply("matmul", query, turned), factor)
    return on.apply("matmul", on.apply("softmax", scores), value)


def _tanh_backward(on: Follower, grad: Any, output: Any, *, result: Any) -> NodeNumber:
    return on.apply("multiply", grad, on.apply("subtract", 1, on.apply("square", output)))


def _sigmoid_backward(on: Follower, grad: Any, output: Any, *, result: Any) -> NodeNumber:
    return on.apply("multiply", grad, on.apply("multiply", output, on.apply("subtract", 1, output)))


def _threshold_backward(on: Follower, grad: Any, output: Any, threshold: float, *, result: Any) -> NodeNumber:
    return on.apply("multiply", grad, on.mask(output > threshold))


LAYERS: Mapping[str, Callable[..., Any]] = {
    **RECURRENT,
    "linear": linear,
    "softmax": _by_rows("softmax"),
    "log_softmax": _by_rows("log_softmax"),
    "dropout": _dropout,
    "mse_loss": _loss("square"),
    "l1_loss": _loss("abs"),
    "cross_entropy": _cross_entropy,
    "batch_norm": _batch_norm,
    **IMAGES,
    "layer_norm": _layer_norm,
    "binary_cross_entropy": _bce("binary_cross_entropy"),
    "binary_cross_entropy_with_logits": _bce("sigmoid_cross_entropy"),
    "nll_loss": _nll_loss,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "gelu": _gelu,
    "embedding": _embedding,
    "scaled_dot_product_attention": _attention,
    "tanh_backward": _tanh_backward,
    "sigmoid_backward": _sigmoid_backward,
    "threshold_backward": _threshold_backward,
}
"""The rules, by the names of PyTorch's functions."""
