"""The entries of an array that is too large to be written out: what a heat map shows of each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from graphgen.graph import nearest_float
from graphgen.notation.typeset import entry_digits, is_written_out, number_text

STEPS = 4
"""How many shades of each sign a heat map has."""
_MOST = 16


@dataclass(frozen=True, slots=True)
class Cell:
    """An entry: its number as text, and its share of the largest one in steps, 0 for zero alone.

    The step has the sign of the entry.
    """

    text: str
    step: int


Cells = tuple[tuple[Cell, ...], ...]
"""The entries of an array, row by row; none where a picture shows no heat map."""


def cells_of(array: Any, digits: int = 6, thousands: bool = False) -> Cells:
    """The entries of an array of one axis or two, row by row; none of one that is written out, that is larger
    than 16 × 16, or that has entries beyond the floats.

    >>> import numpy as np
    >>> [(cell.text, cell.step) for cell in cells_of(np.array([8.0, 2, 0, -1, -3, 4]))[0]]
    [('8', 4), ('2', 1), ('0', 0), ('−1', -1), ('−3', -2), ('4', 2)]
    """
    if array.ndim not in (1, 2) or not array.size or max(array.shape) > _MOST or is_written_out(array):
        return ()
    rows = array if array.ndim == 2 else array.reshape(1, -1)
    floats = [[nearest_float(entry) for entry in row] for row in rows]
    largest = max(abs(entry) for row in floats for entry in row)
    if not math.isfinite(largest):
        return ()
    digits = entry_digits(digits)
    return tuple(
        tuple(
            Cell(
                number_text(entry, digits, thousands),
                _step(entry, abs(nearest) / largest if largest else 1.0),
            )
            for entry, nearest in zip(row, near, strict=True)
        )
        for row, near in zip(rows, floats, strict=True)
    )


def _step(entry: Any, share: float) -> int:
    steps = max(math.ceil(STEPS * share), 1)
    return 0 if entry == 0 else steps if entry > 0 else -steps
