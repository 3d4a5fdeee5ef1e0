"""The functions of torch.nn.functional in rows of the op table; some kinds have files of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphgen.frameworks.tape import NodeNumber, NoRowError
from graphgen.frameworks.torch_attention import ATTENTION
from graphgen.frameworks.torch_follower import Follower
from graphgen.frameworks.torch_images import IMAGES
from graphgen.frameworks.torch_losses import LOSSES
from graphgen.frameworks.torch_norms import NORMS
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


def _leaky_relu(
    on: Follower, input: Any, negative_slope: float = 0.01, inplace: bool = False, *, result: Any
) -> NodeNumber:
    return on.apply("leaky_relu", input, negative_slope)


def _elu(
    on: Follower,
    input: Any,
    alpha: float = 1.0,
    scale: float = 1.0,
    input_scale: float = 1.0,
    inplace: bool = False,
    *,
    result: Any,
) -> NodeNumber:
    """The row where nothing is scaled, which has no kink; else the two sides, away from it."""
    if alpha == scale == input_scale == 1:
        return on.apply("elu", input)
    if bool((input == 0).any()):
        raise NoRowError("elu")
    below = on.apply("multiply", on.apply("min", input, 0), input_scale) if input_scale != 1 else None
    below = on.apply("min", input, 0) if below is None else below
    bent = on.apply("multiply", on.apply("expm1", below), alpha)
    node = on.apply("add", on.apply("max", input, 0), bent)
    return node if scale == 1 else on.apply("multiply", node, scale)


def _mish(on: Follower, input: Any, inplace: bool = False, *, result: Any) -> NodeNumber:
    return on.apply("multiply", input, on.apply("tanh", on.apply("softplus", input)))


def _log_sigmoid(on: Follower, input: Any, *, result: Any) -> NodeNumber:
    return on.apply("negate", on.apply("softplus", on.apply("negate", input)))


def _hardswish(on: Follower, input: Any, inplace: bool = False, *, result: Any) -> NodeNumber:
    if bool((input.abs() == 3).any()):
        raise NoRowError("clip")
    share = on.apply("clip", on.apply("add", on.apply("divide", input, 6), 0.5), 0, 1)
    return on.apply("multiply", input, share)


def _gelu(on: Follower, input: Any, approximate: str = "none", *, result: Any) -> NodeNumber:
    return on.apply("gelu" if approximate == "none" else "gelu_tanh", input)


def _tanh_backward(on: Follower, grad: Any, output: Any, *, result: Any) -> NodeNumber:
    return on.apply("multiply", grad, on.apply("subtract", 1, on.apply("square", output)))


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
    **LOSSES,
    **NORMS,
    **ATTENTION,
    **RECURRENT,
    "linear": linear,
    "softmax": _by_rows("softmax"),
    "log_softmax": _by_rows("log_softmax"),
    "dropout": _dropout,
    **IMAGES,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "gelu": _gelu,
    "hardtanh": _hardtanh,
    "relu6": _relu6,
    "mish": _mish,
    "logsigmoid": _log_sigmoid,
    "log_sigmoid": _log_sigmoid,
    "hardswish": _hardswish,
    "tanh_backward": _tanh_backward,
    "sigmoid_backward": _sigmoid_backward,
    "threshold_backward": _threshold_backward,
}
"""The rules, by the names of PyTorch's functions."""
