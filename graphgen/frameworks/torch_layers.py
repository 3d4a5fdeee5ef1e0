"""The layers and losses of torch.nn.functional in rows of the op table."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphgen.frameworks.tape import NodeNumber, NoRowError
from graphgen.frameworks.torch_arrays import as_tuples, reduced
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
    if weight is not None or reduction == "none" or (not is_label and (label_smoothing or input.ndim > 2)):
        raise NoRowError("cross_entropy")
    node, labels = on.node(input), target.reshape(-1)
    if input.ndim > 2:  # the classes are the second axis, and the labels stand at the places of all others
        axes = (0, *range(2, input.ndim), 1)
        node = on.apply("permute", node, axes=axes)
        node = on.apply("reshape", node, shape=(labels.numel(), input.shape[1]))
    kept = (labels != ignore_index).nonzero().reshape(-1).tolist() if is_label else []
    is_whole = not is_label or len(kept) == labels.numel()
    if not is_whole:
        if not kept or input.ndim < 2:
            raise NoRowError("cross_entropy")
        node, labels = on.apply("take", node, at=tuple(kept), axis=0), labels[kept]
    if label_smoothing:
        import torch

        classes = on.tape.shape(node)[-1]
        shares = torch.nn.functional.one_hot(labels, classes).double().reshape(on.tape.shape(node))
        goal = on.node(shares * (1 - label_smoothing) + label_smoothing / classes)
    elif not is_label or (is_whole and input.ndim <= 2):
        goal = on.label(target)
    else:
        goal = on.mask(labels)
    loss = on.apply("softmax_cross_entropy", node, goal)
    rows = on.tape.shape(node)[0] if input.ndim > 1 else 1
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
    scaled = _standardized(on, on.node(input), eps)
    return scaled if weight is None else on.apply("multiply", scaled, weight)


def _standardized(on: Follower, node: NodeNumber, eps: float) -> NodeNumber:
    """Each row less its mean, over its standard deviation."""
    centred = on.apply("subtract", node, on.apply("mean", node, axis=-1, keepdims=True))
    variance = on.apply("variance", node, axis=-1, keepdims=True)
    return on.apply("divide", centred, on.apply("sqrt", on.apply("add", variance, eps)))


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
    return on.apply("gelu" if approximate == "none" else "gelu_tanh", input)


def _bent_loss(setting: str) -> Callable[..., NodeNumber]:
    """The Huber loss, whose bend is at `delta`, or the smooth L1 loss, which is that over `beta`."""

    def rule(
        on: Follower,
        input: Any,
        target: Any,
        *,
        reduction: str = "mean",
        delta: float = 1.0,
        beta: float = 1.0,
        size_average: Any = None,
        reduce: Any = None,
        weight: Any = None,
        result: Any,
    ) -> NodeNumber:
        if any(other is not None for other in (size_average, reduce, weight)) or beta == 0:
            raise NoRowError(setting)
        bend, factor = (delta, delta * delta) if setting == "delta" else (beta, beta)
        difference = on.apply("subtract", input, target)
        node = on.apply("huber", difference if bend == 1 else on.apply("divide", difference, bend))
        node = node if reduction == "none" else on.apply(reduction, node)
        return node if factor == 1 else on.apply("multiply", node, factor)

    return rule


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
    if dropout_p or enable_gqa:
        raise NoRowError("scaled_dot_product_attention")
    if attn_mask is None and scale is None:
        return on.apply("attention", query, key, value, causal=is_causal)
    if is_causal or (attn_mask is not None and attn_mask.is_floating_point()):
        raise NoRowError("scaled_dot_product_attention")
    axes = list(range(key.ndim))
    axes[-1], axes[-2] = axes[-2], axes[-1]
    turned = on.apply("transpose", key) if key.ndim == 2 else on.apply("permute", key, axes=tuple(axes))
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = on.apply("multiply", on.apply("matmul", query, turned), factor)
    if attn_mask is None:
        return on.apply("matmul", on.apply("softmax", scores), value)
    if not bool(attn_mask.any(dim=-1).all()):
        raise NoRowError("scaled_dot_product_attention")
    return on.apply("matmul", on.apply("masked_softmax", scores, on.mask(attn_mask)), value)


def _flash_attention(
    on: Follower,
    query: Any,
    key: Any,
    value: Any,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    attn_mask: Any = None,
    scale: Any = None,
    result: Any,
) -> list[NodeNumber]:
    return [_attention(on, query, key, value, attn_mask, dropout_p, is_causal, scale, result=result)]


def _embedding_bag(
    on: Follower,
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: Any = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: Any = None,
    *,
    result: Any,
) -> NodeNumber:
    """The rows of a table that whole numbers name, together for each bag of equal size."""
    others = (offsets, max_norm, per_sample_weights, padding_idx)
    if any(other is not None for other in others) or input.ndim != 2 or mode not in ("mean", "sum"):
        raise NoRowError("embedding_bag")
    return on.apply(mode, on.apply("take", weight, at=as_tuples(input.tolist()), axis=0), axis=1)


def masked_softmax(on: Follower, input: Any, dim: Any = None, *_: Any, result: Any, **__: Any) -> NodeNumber:
    """The softmax of scores some of which a mask has made −∞; the others must be as they were.

    Raises NoRowError for anything else.
    """
    unfinished = on.unfinished.get(id(input))
    if unfinished is None or len(unfinished.operands) != 1 or dim not in (-1, input.ndim - 1):
        raise NoRowError("softmax")
    (scores,) = unfinished.operands
    kept = input.isfinite()
    is_mask = scores.shape == input.shape and bool(((scores == input) | (input == -math.inf)).all())
    if not is_mask or not bool(kept.any(dim=-1).all()):
        raise NoRowError("softmax")
    return on.apply("masked_softmax", scores, on.mask(kept))


def _tanh_backward(on: Follower, grad: Any, output: Any, *, result: Any) -> NodeNumber:
    return on.apply("multiply", grad, on.apply("subtract", 1, on.apply("square", output)))


def _weight_norm(on: Follower, v: Any, g: Any, dim: int = 0, *, result: Any) -> list[NodeNumber]:
    """Weights as a length times a direction, row by row."""
    others = [axis for axis in range(v.ndim) if axis != dim % v.ndim]
    length = on.apply("sqrt", reduced(on, "sum", on.apply("square", v), others, True))
    return [on.apply("multiply", v, on.apply("divide", g, length)), length]


def _mse_loss_backward(
    on: Follower, grad: Any, input: Any, target: Any, reduction: int, *, result: Any
) -> NodeNumber:
    factor = 2 / input.numel() if reduction == 1 else 2
    return on.apply("multiply", grad, on.apply("multiply", factor, on.apply("subtract", input, target)))


def _hardtanh(
    on: Follower,
    input: Any,
    min_val: float = -1.0,
    max_val: float = 1.0,
    inplace: bool = False,
    *,
    result: Any,
) -> NodeNumber:
    """Nothing goes back at the bounds, where as a clamp it would."""
    if bool(((input == min_val) | (input == max_val)).any()):
        raise NoRowError("clip")
    return on.apply("clip", input, min_val, max_val)


def _relu6(on: Follower, input: Any, inplace: bool = False, *, result: Any) -> NodeNumber:
    return _hardtanh(on, input, 0.0, 6.0, result=result)


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
    "huber_loss": _bent_loss("delta"),
    "smooth_l1_loss": _bent_loss("beta"),
    "group_norm": _group_norm,
    "embedding": _embedding,
    "embedding_bag": _embedding_bag,
    "scaled_dot_product_attention": _attention,
    "_scaled_dot_product_flash_attention_for_cpu": _flash_attention,
    "hardtanh": _hardtanh,
    "relu6": _relu6,
    "_weight_norm_interface": _weight_norm,
    "mse_loss_backward": _mse_loss_backward,
    "tanh_backward": _tanh_backward,
    "sigmoid_backward": _sigmoid_backward,
    "threshold_backward": _threshold_backward,
}
"""The rules, by the names of PyTorch's functions."""
