"""JAX's primitives in rows of the op table, each with the parameters that JAX gives it.

A rule gives the node of the result; it raises NoRowError where the op table has no row for what is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    """A product over the last axis of the first and the first of the second, turned where it is another."""
    ((of_x, of_y), batch) = dimension_numbers
    one, other = on.node(x), on.node(y)
    ranks = len(on.tape.shape(one)), len(on.tape.shape(other))
    if any(batch) or len(of_x) != 1 or not 1 <= min(ranks) <= max(ranks) <= 2:
        raise NoRowError("dot_general")
    one = one if of_x[0] == ranks[0] - 1 else on.apply("transpose", one)
    other = other if of_y[0] == 0 else on.apply("transpose", other)
    return on.apply("matmul", one, other)


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
    "slice": _slice,
    "concatenate": _concatenated,
    "select_n": _chosen,
}
"""The rules, by the names of JAX's primitives."""
