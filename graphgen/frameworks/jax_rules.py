"""JAX's primitives in rows of the op table, each with the parameters that JAX gives it.

A rule gives the node of the result; it raises NoRowError where the op table has no row for what is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

from graphgen.frameworks.tape import NodeNumber, NoRowError

_ELEMENTWISE = {
    "add": "add",
    "add_any": "add",
    "sub": "subtract",
    "mul": "multiply",
    "div": "divide",
    "neg": "negate",
    "pow": "power",
    "square": "square",
    "logistic": "sigmoid",
    **{name: name for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "atan", "abs", "erf")},
}


def _elementwise(name: str) -> Callable[..., NodeNumber]:
    return lambda on, *operands, result, **_: on.apply(name, *operands)


def _largest(name: str, neutral: float) -> Callable[..., NodeNumber]:
    def rule(on: Any, x: Any, y: Any, *, result: Any) -> NodeNumber:
        import numpy as np

        for one, other in ((x, y), (y, x)):
            is_neutral = not hasattr(one, "node") and (np.asarray(one) == neutral).all()
            if is_neutral and np.shape(getattr(other, "value", other)) == result.shape:
                return on.node(other)
        return on.apply(name, x, y)

    return rule


def _integer_pow(on: Any, x: Any, *, y: int, result: Any) -> NodeNumber:
    return on.apply("square", x) if y == 2 else on.apply("power", x, y)


def _rsqrt(on: Any, x: Any, *, result: Any, **_: Any) -> NodeNumber:
    return on.apply("divide", 1, on.apply("sqrt", x))


def _same(on: Any, x: Any, *_: Any, result: Any, **__: Any) -> NodeNumber:
    return on.node(x)


def _reduced(name: str) -> Callable[..., NodeNumber]:
    def rule(on: Any, x: Any, *, axes: Sequence[int], result: Any, **_: Any) -> NodeNumber:
        node = on.node(x)
        if len(axes) == len(on.tape.shape(node)):
            return on.apply(name, node)
        for axis in sorted(axes, reverse=True):
            node = on.apply(name, node, axis=int(axis))
        return node

    return rule


def _reshaped(on: Any, x: Any, *_: Any, result: Any, **__: Any) -> NodeNumber:
    node, shape = on.node(x), tuple(result.shape)
    if on.tape.shape(node) == shape:
        return node
    return on.apply("reshape", node, shape=shape) if shape else on.apply("sum", node)


def _broadcast(
    on: Any, x: Any, *_: Any, broadcast_dimensions: Sequence[int], result: Any, **__: Any
) -> NodeNumber:
    """Axes of length 1 suffice: what meets it is repeated by itself."""
    node = on.node(x)
    lengths = dict(zip(broadcast_dimensions, on.tape.shape(node), strict=True))
    shape = tuple(lengths.get(axis, 1) for axis in range(result.ndim))
    if on.tape.shape(node) != shape:
        node = on.apply("reshape", node, shape=shape)
    return node if shape == result.shape else on.apply("broadcast_to", node, shape=tuple(result.shape))


def _transposed(on: Any, x: Any, *, permutation: Sequence[int], result: Any) -> NodeNumber:
    axes = tuple(map(int, permutation))
    if axes == tuple(range(len(axes)))[::-1]:
        return on.apply("transpose", x)
    return on.apply("permute", x, axes=axes)


def _product(on: Any, x: Any, y: Any, *, dimension_numbers: Any, result: Any, **_: Any) -> NodeNumber:
    """A product over one or several axes: of a row of matrices each, where there are axes of both."""
    (of_x, of_y), (batch_x, batch_y) = dimension_numbers
    one, other = on.node(x), on.node(y)
    shape_x, shape_y = on.tape.shape(one), on.tape.shape(other)
    if (
        not batch_x
        and len(of_x) == 1
        and 1 <= min(len(shape_x), len(shape_y)) <= 2 >= max(len(shape_x), len(shape_y))
    ):
        one = one if of_x[0] == len(shape_x) - 1 else on.apply("transpose", one)
        other = other if of_y[0] == 0 else on.apply("transpose", other)
        return on.apply("matmul", one, other)
    free_x = [axis for axis in range(len(shape_x)) if axis not in (*of_x, *batch_x)]
    free_y = [axis for axis in range(len(shape_y)) if axis not in (*of_y, *batch_y)]
    rows, columns, summed = (
        prod(shape[axis] for axis in axes)
        for shape, axes in ((shape_x, free_x), (shape_y, free_y), (shape_x, of_x))
    )
    batch = tuple(shape_x[axis] for axis in batch_x)
    one = _arranged(on, one, (*batch_x, *free_x, *of_x), (*batch, rows, summed))
    other = _arranged(on, other, (*batch_y, *of_y, *free_y), (*batch, summed, columns))
    return _reshaped(on, on.apply("matmul", one, other), result=result)


def _arranged(on: Any, node: NodeNumber, axes: Sequence[int], shape: Sequence[int] = ()) -> NodeNumber:
    """An array with its axes in this order, and then in this shape."""
    if list(axes) != list(range(len(axes))):
        node = _transposed(on, node, permutation=axes, result=None)
    shape = tuple(map(int, shape))
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
    """Images and kernels in PyTorch's order of axes; what is padded on one side more is padded before."""
    import numpy as np

    axes = len(window_strides)
    if axes > 2 or batch_group_count != 1 or any(step != 1 for step in lhs_dilation):
        raise NoRowError("conv_general_dilated")
    of_images, of_kernels, of_result = dimension_numbers
    images = _arranged(on, on.node(x), of_images)
    kernels = _arranged(on, on.node(kernels), of_kernels)
    if any(before != behind for before, behind in padding):
        widths = ((0, 0), (0, 0), *((int(before), int(behind)) for before, behind in padding))
        images, padding = on.apply("pad", images, widths=widths), [(0, 0)] * axes
    found = on.apply(
        f"conv{axes}d",
        images,
        kernels,
        np.zeros(on.tape.shape(kernels)[0]),
        stride=tuple(map(int, window_strides)),
        padding=tuple(int(width) for width, _ in padding),
        dilation=tuple(map(int, rhs_dilation)),
        groups=int(feature_group_count),
    )
    return _arranged(on, found, np.argsort(of_result).tolist())


def _extreme(name: str) -> Callable[..., NodeNumber]:
    """The largest or the smallest entries. Among equal ones JAX shares out the gradient: that is no row."""

    def rule(on: Any, x: Any, *, axes: Sequence[int], result: Any, **_: Any) -> NodeNumber:
        import numpy as np

        is_extreme = np.asarray(x.value) == np.expand_dims(result, tuple(axes))
        if (is_extreme.sum(axis=tuple(axes)) > 1).any():
            raise NoRowError(name)
        return _reduced(name)(on, x, axes=axes, result=result)

    return rule


def _running(name: str) -> Callable[..., NodeNumber]:
    def rule(on: Any, x: Any, *, axis: int, reverse: bool, result: Any) -> NodeNumber:
        if not reverse:
            return on.apply(name, x, axis=int(axis))
        return on.apply(
            "flip", on.apply(name, on.apply("flip", x, axis=int(axis)), axis=int(axis)), axis=int(axis)
        )

    return rule


def _reversed(on: Any, x: Any, *, dimensions: Sequence[int], result: Any) -> NodeNumber:
    node = on.node(x)
    for axis in dimensions:
        node = on.apply("flip", node, axis=int(axis))
    return node


def _padded(on: Any, x: Any, fill: Any, *, padding_config: Any, result: Any) -> NodeNumber:
    import numpy as np

    is_given = not hasattr(fill, "node") and bool((np.asarray(fill) == 0).all())
    if not is_given or any(between or min(before, behind) < 0 for before, behind, between in padding_config):
        raise NoRowError("pad")
    return on.apply(
        "pad", x, widths=tuple((int(before), int(behind)) for before, behind, _ in padding_config)
    )


def _taken(
    on: Any, x: Any, at: Any, *, dimension_numbers: Any, slice_sizes: Sequence[int], result: Any, **_: Any
) -> NodeNumber:
    """Whole rows along one axis, as x[at] gives them."""
    import numpy as np

    rows, shape = np.asarray(getattr(at, "value", at)), on.tape.shape(on.node(x))
    axes = tuple(dimension_numbers.collapsed_slice_dims)
    if len(axes) != 1 or axes != tuple(dimension_numbers.start_index_map) or rows.shape[-1] != 1:
        raise NoRowError("gather")
    (axis,), indices = axes, rows[..., 0]
    is_whole = all(n == m for i, (n, m) in enumerate(zip(slice_sizes, shape, strict=True)) if i != axis)
    others = [i for i in range(result.ndim) if not axis <= i < axis + indices.ndim]
    is_in_place = list(dimension_numbers.offset_dims) == others
    if not is_whole or not is_in_place or not ((indices >= 0) & (indices < shape[axis])).all():
        raise NoRowError("gather")
    return on.apply("take", x, at=_as_tuples(indices.tolist()), axis=int(axis))


def _as_tuples(indices: Any) -> Any:
    return tuple(map(_as_tuples, indices)) if isinstance(indices, list) else indices


def _slice(
    on: Any, x: Any, *, start_indices: Sequence[int], limit_indices: Sequence[int], strides: Any, result: Any
) -> NodeNumber:
    steps = strides or (1,) * len(start_indices)
    at = tuple((int(a), int(b), int(c)) for a, b, c in zip(start_indices, limit_indices, steps, strict=True))
    return on.apply("index", x, at=at)


def _concatenated(on: Any, *operands: Any, dimension: int, result: Any) -> NodeNumber:
    whole = on.node(operands[0])
    for operand in operands[1:]:
        whole = on.apply("concatenate", whole, operand, axis=int(dimension))
    return whole


def _chosen(on: Any, which: Any, *cases: Any, result: Any) -> NodeNumber:
    """One of two cases, by truths that are numbers; where all are alike, the one case."""
    import numpy as np

    truths = np.asarray(getattr(which, "value", which))
    if len(cases) != 2 or truths.dtype != bool:
        raise NoRowError("select_n")
    for number, case in enumerate(cases):
        if (truths == bool(number)).all():
            return on.node(case)
    return on.apply("where", truths.astype(int), cases[1], cases[0])


RULES: Mapping[str, Callable[..., NodeNumber]] = {
    **{theirs: _elementwise(ours) for theirs, ours in _ELEMENTWISE.items()},
    "max": _largest("max", float("-inf")),
    "min": _largest("min", float("inf")),
    "integer_pow": _integer_pow,
    "rsqrt": _rsqrt,
    **dict.fromkeys(
        ("convert_element_type", "copy", "copy_p", "optimization_barrier", "reduce_precision"), _same
    ),
    "reduce_sum": _reduced("sum"),
    "reduce_prod": _reduced("prod"),
    **dict.fromkeys(("reshape", "squeeze", "expand_dims"), _reshaped),
    "broadcast_in_dim": _broadcast,
    "transpose": _transposed,
    "dot_general": _product,
    "conv_general_dilated": _convolved,
    "reduce_max": _extreme("amax"),
    "reduce_min": _extreme("amin"),
    "cumsum": _running("cumsum"),
    "cumprod": _running("cumprod"),
    "rev": _reversed,
    "pad": _padded,
    "gather": _taken,
    "slice": _slice,
    "concatenate": _concatenated,
    "select_n": _chosen,
}
"""The rules, by the names of JAX's primitives."""
