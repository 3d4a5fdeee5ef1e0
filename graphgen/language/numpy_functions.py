"""NumPy's functions of traced values that no one operation is, with the operands that NumPy gives them.

Each is said in operations of the table: a variance is a mean of squares, a stack concatenates.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from math import prod
from typing import Any

from graphgen.errors import SourceError
from graphgen.language.applied import apply, trace_of
from graphgen.language.comparison import TracedComparison, chosen_by
from graphgen.language.indexing import read_key
from graphgen.language.traced import TracedValue
from graphgen.ops import FUNCTIONS, OPS, Op, Shape, pairwise


def item(x: TracedValue, key: Any) -> TracedValue:
    """The entries at a key as NumPy takes it: whole numbers, slices, `...` and None, a new axis."""
    keys = list(key) if isinstance(key, tuple) else [key]
    at, lengths = read_key([part for part in keys if part is not None], x.shape)
    result = apply(OPS["index"], x, at=at) if at else x
    new_axes = sum(part is None for part in keys)
    if not new_axes:
        return result
    kept: list[Any] = []
    for part in keys:
        if part is Ellipsis:
            kept += [part] * (x.ndim + 1 + new_axes - len(keys))
        elif part is None or isinstance(part, slice):
            kept.append(part)
    rest = iter(lengths)
    return reshape(result, [*(1 if part is None else next(rest) for part in kept), *rest])


def _array(x: Any) -> Any:
    """A traced value, or an array of NumPy; a list with traced values becomes one."""
    if isinstance(x, TracedComparison):
        return x.astype()
    if isinstance(x, list | tuple) and trace_of(*x) is not None:
        return stack(x)
    if isinstance(x, TracedValue):
        return x
    import numpy as np

    return np.asarray(x)


def shape(a: Any) -> Shape:
    return tuple(_array(a).shape)


def ndim(a: Any) -> int:
    return len(shape(a))


def size(a: Any, axis: int | None = None) -> int:
    return prod(shape(a)) if axis is None else shape(a)[axis]


def copy(a: Any) -> Any:
    return a


def astype(a: Any, *_: object) -> Any:
    return a


def _reduction(op: str) -> Callable[..., Any]:
    def reduction(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        return _reduced(OPS[op], _array(a), axis, bool(keepdims))

    return reduction


def _reduced(op: Op, x: Any, axis: Any, keepdims: bool) -> Any:
    kept = {"keepdims": True} if keepdims else {}
    if isinstance(axis, tuple):
        axes = sorted({operator.index(one) % x.ndim for one in axis}, reverse=True)
        if len(axes) < x.ndim:
            return reduce(lambda rest, one: apply(op, rest, axis=one, **kept), axes, x)
        axis = None
    if axis is None:
        return apply(op, x, **kept) if x.ndim else x
    return apply(op, x, axis=operator.index(axis), **kept)


sum_of, mean_of = _reduction("sum"), _reduction("mean")
largest, smallest, product = _reduction("amax"), _reduction("amin"), _reduction("prod")


def var(a: Any, axis: Any = None, *, ddof: int = 0, keepdims: bool = False) -> Any:
    x = _array(a)
    centre = mean_of(x, axis) if axis is None else mean_of(x, axis, keepdims=True)
    variance = mean_of(apply(FUNCTIONS["square"], x - centre), axis, keepdims=keepdims)
    if not ddof:
        return variance
    count = x.size // prod(variance.shape)
    return variance * count / (count - ddof)


def std(a: Any, axis: Any = None, *, ddof: int = 0, keepdims: bool = False) -> Any:
    return apply(OPS["sqrt"], var(a, axis, ddof=ddof, keepdims=keepdims))


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = _array(x)
    is_of_rows = x.ndim == 1 or isinstance(axis, int)
    if ord is None or (ord == 2 and is_of_rows) or (ord == "fro" and not is_of_rows):
        return apply(OPS["sqrt"], sum_of(apply(OPS["square"], x), axis, keepdims=keepdims))
    if ord == 1 and is_of_rows:
        return sum_of(abs(x), axis, keepdims=keepdims)
    if ord == float("inf") and is_of_rows:
        return largest(abs(x), axis, keepdims=keepdims)
    raise SourceError(
        f"np.linalg.norm of a traced value was called with ord={ord!r}",
        "it takes the orders 1, 2 and inf of rows",
    )


def dot(a: Any, b: Any) -> Any:
    a, b = _array(a), _array(b)
    return apply(OPS["matmul"] if a.ndim and b.ndim else OPS["multiply"], a, b)


def inner(a: Any, b: Any) -> Any:
    return dot(a, transpose(b))


def vdot(a: Any, b: Any) -> Any:
    return dot(ravel(a), ravel(b))


def outer(a: Any, b: Any) -> Any:
    column, row = reshape(a, -1, 1), reshape(b, 1, -1)
    return apply(OPS["multiply"], column, row)


def reshape(a: Any, *lengths: Any, shape: Any = None) -> Any:
    x = _array(a)
    given = lengths[0] if len(lengths) == 1 else lengths or shape
    wanted = [operator.index(n) for n in (given if isinstance(given, tuple | list) else (given,))]
    known = prod(n for n in wanted if n >= 0)
    if wanted.count(-1) == 1 and known and x.size % known == 0:
        wanted[wanted.index(-1)] = x.size // known
    if tuple(wanted) == tuple(x.shape):
        return x
    return apply(OPS["reshape"], x, shape=tuple(wanted)) if isinstance(x, TracedValue) else x.reshape(wanted)


def ravel(a: Any) -> Any:
    return reshape(a, -1)


def expand_dims(a: Any, axis: int) -> Any:
    x = _array(a)
    lengths = list(x.shape)
    lengths.insert(operator.index(axis) % (x.ndim + 1), 1)
    return reshape(x, lengths)


def squeeze(a: Any, axis: int | None = None) -> Any:
    x = _array(a)
    gone = range(x.ndim) if axis is None else (operator.index(axis) % x.ndim,)
    if axis is not None and x.shape[axis] != 1:
        raise SourceError(
            f"np.squeeze of a traced value of the shape {x.shape}: the axis {axis} is longer than 1",
            "name an axis of the length 1",
        )
    return reshape(x, [n for i, n in enumerate(x.shape) if n != 1 or i not in gone])


def atleast_1d(a: Any) -> Any:
    x = _array(a)
    return x if x.ndim else reshape(x, 1)


def atleast_2d(a: Any) -> Any:
    x = atleast_1d(a)
    return x if x.ndim > 1 else reshape(x, 1, -1)


def transpose(a: Any, *axes: Any) -> Any:
    x = _array(a)
    order = tuple(axes[0] if len(axes) == 1 and isinstance(axes[0], tuple | list) else axes)
    if order in ((), (None,), tuple(reversed(range(x.ndim)))):
        return x.T if x.ndim > 1 else x
    if order == tuple(range(x.ndim)):
        return x
    raise SourceError(
        f"np.transpose of a traced value was called with the axes {order}", "it takes all axes in reverse"
    )


def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    x = _array(a)
    order = list(range(x.ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return transpose(x, order)


def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Any:
    parts = [_array(part) for part in arrays]
    if axis is None:
        return concatenate([ravel(part) for part in parts])
    at = {"axis": operator.index(axis)} if axis else {}
    return reduce(lambda x, y: apply(OPS["concatenate"], x, y, **at), parts)


def einsum(subscripts: str, *operands: Any) -> Any:
    parts, pairs = [_array(part) for part in operands], pairwise(subscripts, len(operands))
    named = zip(parts[1:], pairs, strict=True)
    return reduce(lambda x, other: apply(OPS["einsum"], x, other[0], subscripts=other[1]), named, parts[0])


def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    return concatenate([expand_dims(part, axis) for part in arrays], axis)


def hstack(arrays: Sequence[Any]) -> Any:
    parts = [atleast_1d(part) for part in arrays]
    return concatenate(parts, 0 if parts[0].ndim == 1 else 1)


def vstack(arrays: Sequence[Any]) -> Any:
    return concatenate([atleast_2d(part) for part in arrays])


def where(condition: Any, x: Any, y: Any) -> Any:
    if isinstance(condition, TracedComparison):
        return condition.choose(x, y)
    share = _array(condition)
    if isinstance(share, TracedValue):
        raise SourceError(
            "np.where of a traced value asks whether it is 0", "write the comparison: np.where(x > 0, a, b)"
        )
    return chosen_by(share.astype(bool).astype(int), x, y)


def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    above = a if low is None else apply(FUNCTIONS["max"], a, low)
    return above if high is None else apply(FUNCTIONS["min"], above, high)


def diff(a: Any, *, axis: int = -1) -> Any:
    x = _array(a)
    before = [slice(None)] * (axis % x.ndim)
    return x[(*before, slice(1, None))] - x[(*before, slice(None, -1))]


def flip(a: Any, axis: int | None = None) -> Any:
    x = _array(a)
    turned = range(x.ndim) if axis is None else (axis % x.ndim,)
    return x[tuple(slice(None, None, -1 if i in turned else 1) for i in range(x.ndim))]


def zeros_like(a: Any) -> Any:
    return full_like(a, 0.0)


def ones_like(a: Any) -> Any:
    return full_like(a, 1.0)


def full_like(a: Any, fill_value: Any) -> Any:
    import numpy as np

    return np.ones(shape(a)) * fill_value
