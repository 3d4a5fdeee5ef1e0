"""Convolutions and pools of torch.nn.functional in rows of the op table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphgen.frameworks.tape import NodeNumber, NoRowError
from graphgen.frameworks.torch_follower import Follower


def _convolution(name: str, axes: int) -> Callable[..., NodeNumber]:
    def rule(
        on: Follower,
        input: Any,
        weight: Any,
        bias: Any = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        *,
        result: Any,
    ) -> NodeNumber:
        dilation = _each(dilation, axes)
        if isinstance(padding, str):
            padding = _named_padding(name, padding, weight.shape[2:], dilation)
        operands, row = _with_bias(name, input, weight, bias)
        return on.apply(
            row,
            *operands,
            stride=_each(stride, axes),
            padding=_each(padding, axes),
            dilation=dilation,
            groups=groups,
        )

    return rule


def _transposed(name: str, axes: int) -> Callable[..., NodeNumber]:
    def rule(
        on: Follower,
        input: Any,
        weight: Any,
        bias: Any = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        dilation: Any = 1,
        *,
        result: Any,
    ) -> NodeNumber:
        operands, row = _with_bias(name, input, weight, bias)
        return on.apply(
            row,
            *operands,
            stride=_each(stride, axes),
            padding=_each(padding, axes),
            dilation=_each(dilation, axes),
            groups=groups,
            further=_each(output_padding, axes),
        )

    return rule


def _max_pool(
    on: Follower,
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
    *,
    result: Any,
) -> NodeNumber:
    if return_indices or {*_each(dilation, 2)} != {1}:
        raise NoRowError("max_pool2d")
    return _pool(on, "max_pool2d", input, kernel_size, stride, padding, result)


def _average_pool(
    on: Follower,
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: Any = None,
    *,
    result: Any,
) -> NodeNumber:
    if divisor_override is not None or (not count_include_pad and any(_each(padding, 2))):
        raise NoRowError("avg_pool2d")
    return _pool(on, "avg_pool2d", input, kernel_size, stride, padding, result)


def _pool(
    on: Follower, name: str, input: Any, kernel: Any, stride: Any, padding: Any, result: Any
) -> NodeNumber:
    kernel = _each(kernel, 2)
    steps = kernel if stride is None or stride == [] else _each(stride, 2)
    node = on.apply(name, input, kernel=kernel, stride=steps, padding=_each(padding, 2))
    if on.tape.shape(node) != tuple(result.shape):  # ceil_mode, where windows reach beyond the picture
        raise NoRowError(name)
    return node


def _interpolated(on: Follower, input: Any, *args: Any, result: Any, **kwargs: Any) -> NodeNumber:
    """Pictures that are enlarged along each axis by a matrix, which is what becomes of the rows of ones."""
    import torch

    mode = kwargs.get("mode", args[2] if len(args) > 2 else "nearest")
    if mode not in ("bilinear", "bicubic") or kwargs.get("antialias"):
        raise NoRowError("interpolate")
    node = on.node(input)
    height, width = (torch.eye(length, dtype=result.dtype) for length in input.shape[2:])
    of_rows = height[:, None, :, None].expand(-1, 1, -1, len(width))
    of_columns = width[:, None, None, :].expand(-1, 1, len(height), -1)
    rows, columns = (
        torch.nn.functional.interpolate(basis, *args, **kwargs) for basis in (of_rows, of_columns)
    )
    taller = on.apply("matmul", rows[:, 0, :, 0].t(), node)
    return on.apply("matmul", taller, columns[:, 0, 0, :])


def _each(number: Any, axes: int) -> tuple[int, ...]:
    """A setting for each axis: one for all, or one for each."""
    numbers = (number,) if isinstance(number, int) else tuple(number)
    return numbers * axes if len(numbers) == 1 else numbers


def _with_bias(name: str, input: Any, weight: Any, bias: Any) -> tuple[tuple[Any, ...], str]:
    """The operands of a convolution that may have no bias, and the name of its row."""
    return ((input, weight), f"{name}_without_bias") if bias is None else ((input, weight, bias), name)


def _named_padding(
    name: str, padding: str, lengths: Sequence[int], dilation: Sequence[int]
) -> tuple[int, ...]:
    """The entries that "same" adds on each side, if they are as many on both."""
    further = [step * (length - 1) for step, length in zip(dilation, lengths, strict=True)]
    if padding == "valid":
        return (0,) * len(further)
    if any(width % 2 for width in further):
        raise NoRowError(name)
    return tuple(width // 2 for width in further)


IMAGES: Mapping[str, Callable[..., Any]] = {
    "conv1d": _convolution("conv1d", 1),
    "conv2d": _convolution("conv2d", 2),
    "conv3d": _convolution("conv3d", 3),
    "conv_transpose1d": _transposed("conv_transpose1d", 1),
    "conv_transpose2d": _transposed("conv_transpose2d", 2),
    "interpolate": _interpolated,
    "max_pool2d": _max_pool,
    "avg_pool2d": _average_pool,
}
"""The rules, by the names of PyTorch's functions."""
