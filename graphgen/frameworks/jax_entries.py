"""JAX's ways to take entries of arrays, to put them elsewhere and to order them, in rows of the op table.

A rule has the primitive itself, `bind`, which it runs on the numbers of entries to see where they go. It
gives the node of each result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphgen.frameworks.jax_values import number_of
from graphgen.frameworks.selections import add_at, as_tuples, numbered, put, select
from graphgen.frameworks.tape import NodeNumber, NoRowError

Bind = Callable[..., Any]


def _taken(on: Any, bind: Bind, x: Any, *at: Any, results: Sequence[Any], **_: Any) -> list[NodeNumber]:
    found = bind(numbered(number_of(x).shape), *map(number_of, at))
    return [select(on, x, part) for part in (found if isinstance(found, list | tuple) else [found])]


def _scattered(on: Any, bind: Bind, x: Any, at: Any, y: Any, **_: Any) -> list[NodeNumber]:
    kept, numbers = _origins(x, y)
    return [put(on, x, y, bind(kept, number_of(at), numbers))]


def _updated(on: Any, bind: Bind, x: Any, y: Any, *at: Any, **_: Any) -> list[NodeNumber]:
    return [put(on, x, y, bind(*_origins(x, y), *map(number_of, at)))]


def _origins(x: Any, y: Any) -> tuple[Any, Any]:
    """−1 for each entry of an array, and the numbers of those that are put into it."""
    return numbered(number_of(x).shape) * 0 - 1, numbered(number_of(y).shape)


def _added(on: Any, bind: Bind, x: Any, at: Any, y: Any, **_: Any) -> list[NodeNumber]:
    """What comes back to each entry that is added says where it was added; 0 comes to one that was not."""
    import numpy as np

    x_, y_ = number_of(x), number_of(y)
    _, back = on.jax.vjp(lambda added: bind(x_ * 0.0, number_of(at), added), y_ * 0.0)
    (positions,) = back(numbered(x_.shape).astype(x_.dtype) + 1)
    return [add_at(on, x, y, np.asarray(positions) - 1)]


def _padded(on: Any, bind: Bind, x: Any, fill: Any, *, padding_config: Any, **_: Any) -> list[NodeNumber]:
    import numpy as np

    if hasattr(fill, "node"):
        raise NoRowError("pad")
    is_plain = all(not between and min(before, behind) >= 0 for before, behind, between in padding_config)
    if is_plain and not np.any(fill):
        widths = tuple((int(before), int(behind)) for before, behind, _ in padding_config)
        return [on.apply("pad", x, widths=widths)]
    origins = np.asarray(bind(numbered(x.value.shape), -1.0))
    return [put(on, np.full(origins.shape, fill, dtype=float), x, origins)]


def _stacked(on: Any, bind: Bind, *rows: Any, axis: int, results: Sequence[Any]) -> list[NodeNumber]:
    shape = tuple(1 if i == axis else length for i, length in enumerate(results[0].shape))
    whole, *further = (on.apply("reshape", row, shape=shape) for row in rows)
    for row in further:
        whole = on.apply("concatenate", whole, row, axis=int(axis))
    return [whole]


def _sorted(
    on: Any, bind: Bind, *operands: Any, dimension: int, results: Sequence[Any], **_: Any
) -> list[Any]:
    import numpy as np

    if len(operands) == 1 and not (np.diff(results[0], axis=dimension) == 0).any():
        return [on.apply("sort", operands[0], axis=int(dimension), descending=False)]
    *_, order = bind(*map(number_of, operands), numbered(results[0].shape))
    return [select(on, x, order) if hasattr(x, "node") else None for x in operands]


def _leading(
    on: Any, bind: Bind, x: Any, *, k: int, axis: int, results: Sequence[Any], **_: Any
) -> list[Any]:
    import numpy as np

    if (np.diff(np.sort(x.value, axis=axis), axis=axis) == 0).any():
        places = np.take_along_axis(numbered(x.value.shape), results[1], axis)
        return [select(on, x, places), None]
    return [on.apply("topk", x, k=int(k), axis=int(axis)), None]


def _running_extreme(
    on: Any, bind: Bind, x: Any, *, axis: int, results: Sequence[Any], **_: Any
) -> list[NodeNumber]:
    """The largest entry so far; of equal ones JAX sends the gradient to several, which is no row."""
    import numpy as np

    if (np.diff(np.sort(x.value, axis=axis), axis=axis) == 0).any():
        raise NoRowError("cummax")
    is_here = np.expand_dims(results[0], axis + 1) == np.expand_dims(x.value, axis)
    index = np.argmax(is_here, axis=axis + 1)
    return [on.apply("gather", x, at=as_tuples(index), axis=int(axis))]


ENTRIES: Mapping[str, Callable[..., list[Any]]] = {
    **dict.fromkeys(("gather", "slice", "dynamic_slice", "split", "unstack", "tile"), _taken),
    "scatter": _scattered,
    "scatter-add": _added,
    "dynamic_update_slice": _updated,
    "pad": _padded,
    "stack": _stacked,
    "sort": _sorted,
    "top_k": _leading,
    "cummax": _running_extreme,
    "cummin": _running_extreme,
}
"""The rules, by the names of JAX's primitives."""
