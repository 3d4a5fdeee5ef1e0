"""A difference of floats along one direction, against which whole gradients are held at once."""

from __future__ import annotations

from collections.abc import Callable

_STEP = 2.0**-17
_SHORT_STEP = 2.0**-26
"""So short that a curve has about one slope on both sides, where a kink has two."""
_CLOSE = 1e-4
"""How near a difference of floats must come, relative to the sizes of what is summed."""


def difference(at: Callable[[float], float]) -> float:
    """The slope at 0 of a function of a step, by central differences of two steps.

    >>> round(difference(lambda t: (3 + t) ** 2), 6)
    6.0
    """
    wide, narrow = ((at(step) - at(-step)) / (2 * step) for step in (_STEP, _STEP / 2))
    return narrow + (narrow - wide) / 3


def one_sided(at: Callable[[float], float]) -> tuple[float, float]:
    """The slopes of a function of a step before and behind 0, which are two where it has a kink there.

    >>> one_sided(lambda t: abs(t))
    (-1.0, 1.0)
    """
    here = at(0.0)
    return (here - at(-_SHORT_STEP)) / _SHORT_STEP, (at(_SHORT_STEP) - here) / _SHORT_STEP


def is_near(found: float, slope: float, size: float) -> bool:
    """Whether a difference is the slope that was summed of terms of this size."""
    return abs(found - slope) <= _CLOSE * max(size, abs(found))
