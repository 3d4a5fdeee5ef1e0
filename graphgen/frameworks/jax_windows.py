"""Convolutions and pools of JAX in rows of the op table, which have images in PyTorch's order of axes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

from graphgen.frameworks.tape import NodeNumber, NoRowError


def arranged(on: Any, node: NodeNumber, axes: Sequence[int], shape: Sequence[int] = ()) -> NodeNumber:
    """An array with its axes in this order, and then in this shape."""
    axes, shape = tuple(map(int, axes)), tuple(map(int, shape))
    if axes != tuple(range(len(axes))):
        is_reverse = axes == tuple(range(len(axes)))[::-1]
        node = on.apply("transpose", node) if is_reverse else on.apply("permute", node, axes=axes)
    return on.apply("reshape", node, shape=shape) if shape and on.tape.shape(node) != shape else node


def _convolved(
    on: Any,
    x: Any,
    kernels: Any,
    *,
    window_strides: Sequence[int],
    padding: Sequence[tuple[int, int]],
    lhs_dilation: Sequence[int],
    rhs_dilation: Sequence[int],
    dimension_numbers: Any,
    feature_group_count: int,
    batch_group_count: int,
    result: Any,
    **_: Any,
) -> NodeNumber:
    """What is padded on one side more is padded before."""
    import numpy as np

    axes, groups = len(window_strides), int(feature_group_count)
    of_images, of_kernels, of_result = dimension_numbers
    images = arranged(on, on.node(x), of_images)
    kernels = arranged(on, on.node(kernels), of_kernels)
    widths = [(int(before), int(behind)) for before, behind in padding]
    strides, steps, dilation = (
        tuple(map(int, numbers)) for numbers in (window_strides, lhs_dilation, rhs_dilation)
    )
    if batch_group_count != 1:
        raise NoRowError("conv_general_dilated")
    if any(step != 1 for step in steps):
        found = _turned(on, images, kernels, strides, steps, dilation, widths, groups)
    else:
        if any(before != behind for before, behind in widths):
            images, widths = on.apply("pad", images, widths=((0, 0), (0, 0), *widths)), [(0, 0)] * axes
        found = on.apply(
            f"conv{axes}d_without_bias",
            images,
            kernels,
            stride=strides,
            padding=tuple(width for width, _ in widths),
            dilation=dilation,
            groups=groups,
        )
    return arranged(on, found, np.argsort(of_result).tolist())


def _turned(
    on: Any,
    images: NodeNumber,
    kernels: NodeNumber,
    strides: Sequence[int],
    steps: Sequence[int],
    dilation: tuple[int, ...],
    widths: Sequence[tuple[int, int]],
    groups: int,
) -> Any:
    """A convolution of images with gaps between their entries: the transposed one, whose kernels are turned
    around, less what JAX does not pad."""
    axes = len(steps)
    if groups != 1 or any(stride != 1 for stride in strides):
        raise NoRowError("conv_general_dilated")
    kernels = arranged(on, kernels, (1, 0, *range(2, 2 + axes)))
    for axis in range(2, 2 + axes):
        kernels = on.apply("flip", kernels, axis=axis)
    spans = [d * (n - 1) for d, n in zip(dilation, on.tape.shape(kernels)[2:], strict=True)]
    found = on.apply(
        f"conv_transpose{axes}d_without_bias",
        images,
        kernels,
        stride=tuple(steps),
        padding=tuple(span - before for span, (before, _) in zip(spans, widths, strict=True)),
        dilation=dilation,
        groups=1,
        further=tuple(max(behind - before, 0) for before, behind in widths),
    )
    shape = on.tape.shape(found)
    taken = [max(before - behind, 0) for before, behind in widths]
    if not any(taken):
        return found
    ends = (*shape[:2], *(length - fewer for length, fewer in zip(shape[2:], taken, strict=True)))
    return on.apply("index", found, at=tuple((0, end, 1) for end in ends))


def _pooled(row: str) -> Callable[..., NodeNumber]:
    """The largest entries, or the sums, in windows along one axis or two."""

    def rule(
        on: Any,
        x: Any,
        *,
        window_dimensions: Sequence[int],
        window_strides: Sequence[int],
        padding: Sequence[tuple[int, int]],
        base_dilation: Sequence[int],
        window_dilation: Sequence[int],
        result: Any,
        **_: Any,
    ) -> NodeNumber:
        import numpy as np

        settings = list(zip(window_dimensions, window_strides, map(tuple, padding), strict=True))
        along = [axis for axis, setting in enumerate(settings) if setting != (1, 1, (0, 0))]
        if not 1 <= len(along) <= 2 or any(step != 1 for step in (*base_dilation, *window_dilation)):
            raise NoRowError("reduce_window")
        others = [axis for axis in range(len(settings)) if axis not in along]
        shape = on.tape.shape(on.node(x))
        settings = [(1, 1, (0, 0))] * (2 - len(along)) + [settings[axis] for axis in along]
        rows = [shape[axis] for axis in others]
        rows = rows if len(rows) == 2 else [1, prod(rows)]
        lengths = ([1, 1] + [shape[axis] for axis in along])[-2:]
        node = arranged(on, on.node(x), (*others, *along), (*rows, *lengths))
        kernel, stride, widths = (tuple(part) for part in zip(*settings, strict=True))
        around = tuple(before for before, _ in widths)
        if any(
            before != behind or 2 * before > length
            for (before, behind), length in zip(widths, kernel, strict=True)
        ):
            node, around = _padded(on, row, node, widths, x.value), (0, 0)
        node = on.apply(
            row, node, kernel=tuple(map(int, kernel)), stride=tuple(map(int, stride)), padding=around
        )
        if row == "avg_pool2d":
            node = on.apply("multiply", node, prod(kernel))
        shape_there = tuple(result.shape[axis] for axis in (*others, *along))
        if on.tape.shape(node) != shape_there:
            node = on.apply("reshape", node, shape=shape_there)
        return arranged(on, node, np.argsort((*others, *along)).tolist())

    return rule


def _padded(
    on: Any, row: str, node: NodeNumber, widths: Sequence[tuple[int, int]], values: Any
) -> NodeNumber:
    """Images with zeros around them, or for the largest entries with a number that is below all of them."""
    import numpy as np

    around = ((0, 0), (0, 0), *((int(before), int(behind)) for before, behind in widths))
    padded = on.apply("pad", node, widths=around)
    if row == "avg_pool2d":
        return padded
    is_inside = np.pad(np.ones(on.tape.shape(node)), around)
    return on.apply("where", is_inside, padded, float(np.min(values)) - 1)


WINDOWS: Mapping[str, Callable[..., NodeNumber]] = {
    "conv_general_dilated": _convolved,
    "reduce_window_max": _pooled("max_pool2d"),
    "reduce_window_sum": _pooled("avg_pool2d"),
}
"""The rules, by the names of JAX's primitives."""
