"""Scores of which a mask has made some −∞: the finite ones are a node, until exp makes 0 of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphgen.frameworks.jax_values import Known, Unfinished

_ENTRY_BY_ENTRY = frozenset(
    (
        *("add", "sub", "mul", "div", "select_n", "broadcast_in_dim", "reshape", "squeeze", "expand_dims"),
        *("transpose", "convert_element_type", "copy", "slice", "gather"),
    )
)
"""Operations that are followed through a mask: each result comes from entries of which all are finite, or is
not finite itself."""


def finite_part(
    on: Any, name: str, operands: Sequence[Any], result: Any, apply: Callable[[list[Any]], Known]
) -> Known | None:
    """What stands for a result of masked operands: its entries where the result is finite, and any elsewhere.

    `apply` is the operation on operands that are finite. None where it is not followed so.
    """
    import numpy as np

    kept = np.isfinite(result)
    if not (result[~kept] == -np.inf).all():
        return None
    if name == "exp":
        return _exponentials(on, operands[0], result, apply)
    if name == "reduce_max":
        return _largest(on, operands[0], result, apply)
    stand_ins = [_finite(operand) for operand in operands]
    if name not in _ENTRY_BY_ENTRY or any(stand_in is None for stand_in in stand_ins):
        return None
    found = _case_itself(on, name, operands, result) or apply(stand_ins)
    return found if np.allclose(found.value[kept], result[kept], rtol=1e-12, atol=0) else None


def _finite(operand: Any) -> Any:
    import numpy as np

    if isinstance(operand, Known):
        return operand
    if isinstance(operand, Unfinished):
        return operand.finite
    numbers = np.asarray(operand)
    return np.where(numbers == -np.inf, 0.0, numbers) if (numbers == -np.inf).any() else numbers


def _case_itself(on: Any, name: str, operands: Sequence[Any], result: Any) -> Known | None:
    """The scores themselves, where the operation does no more than mask them."""
    import numpy as np

    known = [operand for operand in operands if isinstance(operand, Known)]
    if len(known) != 1 or known[0].value.shape != result.shape:
        return None
    others = [np.asarray(operand) for operand in operands if operand is not known[0]]
    if name == "select_n" and len(others) == 2:
        return known[0] if bool((others[1] == -np.inf).all()) else None
    if name == "add" and ((others[0] == 0) | (others[0] == -np.inf)).all():
        return known[0]
    return None


def _exponentials(on: Any, x: Any, result: Any, apply: Callable[[list[Any]], Known]) -> Known | None:
    import numpy as np

    if not isinstance(x, Unfinished) or x.finite is None:
        return None
    found = apply([x.finite])
    if not np.isfinite(found.value).all():
        return None
    return Known(on.apply("where", np.isfinite(x.value).astype(int), found, 0), result)


def _largest(on: Any, x: Any, result: Any, apply: Callable[[list[Any]], Known]) -> Known | None:
    import numpy as np

    if not isinstance(x, Unfinished) or x.finite is None or not np.isfinite(result).all():
        return None
    kept = np.isfinite(x.value)
    below = float(x.value[kept].min()) - 1
    masked = on.apply("where", kept.astype(int), x.finite, below)
    return apply([Known(masked, np.where(kept, x.value, below))])


def softmax(on: Any, x: Any, y: Any) -> Any:
    """The node of a softmax of rows, where a quotient is one as JAX writes it: exp(s − m) by its sum, with
    any number m for each row. Else None."""
    import numpy as np

    if not (isinstance(x, Known) and isinstance(y, Known)) or y.value.shape != (*x.value.shape[:-1], 1):
        return None
    name, operands, _ = on.made.get(x.node, _NOTHING)
    total, summed, parameters = on.made.get(y.node, _NOTHING)
    while total in ("broadcast_in_dim", "reshape", "expand_dims"):
        total, summed, parameters = on.made.get(summed[0].node, _NOTHING)
    is_row_sum = total == "reduce_sum" and tuple(parameters["axes"]) == (x.value.ndim - 1,)
    if name != "exp" or not is_row_sum or summed[0].node != x.node:
        return None
    (shifted,) = operands
    part = shifted.finite if isinstance(shifted, Unfinished) else shifted
    name, operands, _ = on.made.get(part.node, _NOTHING) if part else _NOTHING
    if name != "sub" or not isinstance(operands[0], Known) or isinstance(operands[1], Known):
        return None
    scores, shift = operands
    if np.shape(shift) not in ((), y.value.shape):
        return None
    if isinstance(shifted, Unfinished):
        return on.apply("masked_softmax", scores, np.isfinite(shifted.value).astype(int))
    return on.apply("softmax", scores)


_NOTHING: tuple[str, tuple[Any, ...], dict[str, Any]] = ("", (), {})
