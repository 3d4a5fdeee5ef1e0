"""JAX's primitives in rows of the op table, each with the parameters that JAX gives it.

A rule gives the node of the result; it raises NoRowError where the op table has no row for what is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

from graphgen.frameworks.elementary import ELEMENTARY, complement
from graphgen.frameworks.jax_masks import softmax
from graphgen.frameworks.jax_windows import WINDOWS, arranged
from graphgen.frameworks.tape import NodeNumber, NoRowError

_ELEMENTWISE = {
    "add": "add",
    "add_any": "add",
    "sub": "subtract",
    "mul": "multiply",
    "neg": "negate",
    "pow": "power",
    "square": "square",
    "logistic": "sigmoid",
    **{name: name for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "atan", "abs")},
    **{name: name for name in ("erf", "log1p", "expm1")},
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
    return arranged(on, on.node(x), permutation)


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
    one = arranged(on, one, (*batch_x, *free_x, *of_x), (*batch, rows, summed))
    other = arranged(on, other, (*batch_y, *of_y, *free_y), (*batch, summed, columns))
    return _reshaped(on, on.apply("matmul", one, other), result=result)


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


def _concatenated(on: Any, *operands: Any, dimension: int, result: Any) -> NodeNumber:
    import numpy as np

    whole, *further = (x for x in operands if np.size(getattr(x, "value", x)))
    whole = on.node(whole)
    for operand in further:
        whole = on.apply("concatenate", whole, operand, axis=int(dimension))
    return whole


def _chosen(on: Any, which: Any, *cases: Any, result: Any) -> NodeNumber:
    """One of several cases, by numbers of theirs; where all are alike, the one case."""
    import numpy as np

    numbers = np.asarray(getattr(which, "value", which)).astype(int)
    first, *further = (number for number in range(len(cases)) if (numbers == number).any())
    node = on.node(cases[first])
    for number in further:
        node = on.apply("where", (numbers == number).astype(int), cases[number], node)
    return node


def _divided(on: Any, x: Any, y: Any, *, result: Any) -> NodeNumber:
    node: NodeNumber | None = softmax(on, x, y)
    return on.apply("divide", x, y) if node is None else node


def _rem(on: Any, x: Any, y: Any, *, result: Any) -> NodeNumber:
    """x less the whole multiple of y that is in it, which stays as it is beside the point."""
    import numpy as np

    x_, y_ = (np.asarray(getattr(operand, "value", operand)) for operand in (x, y))
    return on.apply("subtract", x, on.apply("multiply", np.trunc(x_ / y_), y))


def _composed(name: str) -> Callable[..., NodeNumber]:
    return lambda on, x, *, result, **_: ELEMENTARY[name](on, x)


def _erfc(on: Any, x: Any, *, result: Any) -> NodeNumber:
    return complement(on, x, x.value)


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
    "reduce_max": _extreme("amax"),
    "reduce_min": _extreme("amin"),
    "cumsum": _running("cumsum"),
    "cumprod": _running("cumprod"),
    "rev": _reversed,
    **WINDOWS,
    "div": _divided,
    "rem": _rem,
    **{name: _composed(name) for name in ("sinh", "cosh", "asin", "acos", "atanh", "exp2")},
    "erfc": _erfc,
    "concatenate": _concatenated,
    "select_n": _chosen,
}
"""The rules, by the names of JAX's primitives."""
