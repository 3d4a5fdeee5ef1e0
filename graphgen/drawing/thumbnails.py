"""Functions of one number as small curves in their nodes, as textbooks draw σ and relu in a neuron."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from graphgen.drawing.curves import Path, Point, joined, line
from graphgen.ops import OPS, Op

SIDE = 52.0
"""Diameter of an operation with a curve in it."""
NAME_BELOW = 13.0
"""From the middle of such an operation down to that of its name."""

_WIDE, _HIGH, _RAISED = 27.0, 19.0, 6.0
"""The size of a curve's window, and how far above the middle of its operation it lies."""
_PIECES = 10
DOT = 5.2
"""Diameter of the dot at what an operation takes and gives."""
WINDOWS: Mapping[str, tuple[float, float, float, float]] = {
    **dict.fromkeys(("exp", "expm1"), (-2.4, 1.4, -1.2, 4.0)),
    **dict.fromkeys(("log", "log1p"), (-0.6, 3.4, -1.5, 1.5)),
    **dict.fromkeys(("sin", "cos"), (-3.6, 3.6, -1.5, 1.5)),
    "sigmoid": (-5.0, 5.0, -0.3, 1.3),
    **dict.fromkeys(("tanh", "erf", "atan"), (-3.0, 3.0, -1.6, 1.6)),
    **dict.fromkeys(("relu", "softplus"), (-2.0, 2.0, -0.7, 2.0)),
    **dict.fromkeys(("silu", "elu", "gelu", "gelu_tanh"), (-3.6, 2.4, -1.2, 2.4)),
    "huber": (-2.4, 2.4, -0.6, 1.9),
}
"""The operations that have a curve: the lowest x and the highest, the lowest y and the highest."""


def thumbnail(name: str, centre: Point) -> tuple[tuple[Path, ...], Path]:
    """The axes and the curve of an operation in a node with this centre, y up.

    A curve goes through some of its points with their slopes; one with a kink at 0 is straight on both sides.
    """
    left, right, low, high = WINDOWS[name]

    def at(x: float, y: float) -> Point:
        return point_of(name, centre, (x, y))

    axes = line(at(left, 0), at(right, 0)), line(at(0, low), at(0, high))
    op = OPS[name]
    if op.kink:
        corners = [at(x, op.forward(x)) for x in (left, 0.0, right)]
        return axes, joined(line(*corners[:2]), line(*corners[1:]))
    start, end = _within(op, left, right, low, high)
    step = (end - start) / _PIECES
    knots = [start + step * number for number in range(_PIECES + 1)]
    pieces = []
    for one, other in pairwise(knots):
        (first, rise), (last, fall) = ((op.forward(x), _slope(op, x) * step / 3) for x in (one, other))
        ends = (one, first), (one + step / 3, first + rise), (other - step / 3, last - fall), (other, last)
        pieces.append(tuple(at(*point) for point in ends))
    return axes, joined(*pieces)


def point_of(name: str, centre: Point, at: Point) -> Point:
    """Where a point of a curve stands in a node with this centre, y up."""
    left, right, low, high = WINDOWS[name]
    across, up = (at[0] - left) / (right - left) - 0.5, (at[1] - low) / (high - low) - 0.5
    return centre[0] + _WIDE * across, centre[1] + _RAISED + _HIGH * up


def is_in_window(name: str, at: Point | None) -> bool:
    """Whether there is a point, and on the part of its curve that is drawn."""
    if at is None or name not in WINDOWS:
        return False
    left, right, low, high = WINDOWS[name]
    return left <= at[0] <= right and low <= at[1] <= high


def _within(op: Op, left: float, right: float, low: float, high: float) -> tuple[float, float]:
    """From where to where the curve of a rising function is in its window."""
    steps = 200
    xs = [left + (right - left) * number / steps for number in range(steps + 1)]
    inside = [x for x in xs if _is_inside(op, x, low, high)]
    return inside[0], inside[-1]


def _is_inside(op: Op, x: float, low: float, high: float) -> bool:
    try:
        return low <= op.forward(x) <= high
    except (ArithmeticError, ValueError):
        return False


def _slope(op: Op, x: float) -> float:
    return op.vjp(1.0, op.forward(x), x)[0]
