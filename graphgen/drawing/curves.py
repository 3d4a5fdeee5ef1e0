"""Curves: piecewise cubic Béziers, moved aside, cut short, and bent from one level to another.

A curve runs along x from left to right; lengths are in points.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Path = tuple[Point, ...]
"""A piecewise cubic Bézier curve: 3n + 1 control points."""

_STEEPEST = math.radians(42)
_LEVEL = 0.5
_ROUND = 0.55
_HALVINGS = 24


@dataclass(frozen=True)
class Rectangle:
    """An upright rectangle by its centre and its half extents."""

    centre: Point
    half_width: float
    half_height: float

    def holds(self, point: Point) -> bool:
        return (
            abs(point[0] - self.centre[0]) < self.half_width
            and abs(point[1] - self.centre[1]) < self.half_height
        )


@dataclass(frozen=True)
class Ellipse(Rectangle):
    """The ellipse in such a rectangle."""

    def holds(self, point: Point) -> bool:
        x, y = point[0] - self.centre[0], point[1] - self.centre[1]
        return (x / self.half_width) ** 2 + (y / self.half_height) ** 2 < 1


def joined(*paths: Path) -> Path:
    """Curves, each starting where the one before ends, as one."""
    first, *others = paths
    return first + tuple(point for path in others for point in path[1:])


def line(start: Point, end: Point) -> Path:
    """A straight curve; where its ends are one, that point alone, which can be joined to others."""
    if start == end:
        return (start,)
    return start, between(start, end, 1 / 3), between(start, end, 2 / 3), end


def pieces(path: Path) -> Iterator[Path]:
    """The single cubic curves of a path."""
    for start in range(0, len(path) - 1, 3):
        yield path[start : start + 4]


def simplified(path: Path) -> Path:
    """The same curve, level pieces that follow each other as one."""
    kept: list[Path] = []
    for piece in pieces(path):
        if kept and is_level(kept[-1]) and is_level(piece):
            piece = line(kept.pop()[0], piece[3])
        kept.append(piece)
    return joined(*kept)


def is_level(piece: Path) -> bool:
    """Whether a single cubic piece runs level."""
    first = piece[0][1]
    return piece[3][1] == first == piece[1][1] == piece[2][1]


def bend(start: Point, end: Point) -> Path:
    """A curve that leaves level and arrives level."""
    if abs(start[1] - end[1]) < _LEVEL:
        return line(start, end)
    length = end[0] - start[0]
    # Where the rise is small, legs that overlap turn back, and no curve runs beside such a one.
    reach = length * (0.55 if abs(end[1] - start[1]) > 0.1 * length else 0.5)
    return start, (start[0] + reach, start[1]), (end[0] - reach, end[1]), end


def rounded(points: Sequence[Point], radius: float) -> Path:
    """Straight from point to point, round the corners."""
    path: Path = (points[0],)
    for i in range(1, len(points) - 1):
        lengths = [math.dist(points[i], points[j]) for j in (i - 1, i + 1)]
        # Two corners share the line between them.
        cuts = [
            min(radius, length / (2 if 0 < j < len(points) - 1 else 1)) / (length or 1.0)
            for j, length in zip((i - 1, i + 1), lengths, strict=True)
        ]
        start, end = (between(points[i], points[j], cut) for j, cut in zip((i - 1, i + 1), cuts, strict=True))
        corner = start, between(start, points[i], _ROUND), between(end, points[i], _ROUND), end
        path = joined(path, line(path[-1], start), corner)
    return joined(path, line(path[-1], points[-1]))


def ended_at_ellipse(path: Path, centre: Point, half_width: float, half_height: float) -> Path:
    """The curve, its last leg made longer or shorter so that it ends on an ellipse's outline."""
    heading = _leg(path[-4:], 2)
    x, y = (path[-1][0] - centre[0]) / half_width, (path[-1][1] - centre[1]) / half_height
    dx, dy = heading[0] / half_width, heading[1] / half_height
    # |(x, y) - t (dx, dy)| = 1, of whose two solutions the one before the centre is meant.
    a, b, c = dx * dx + dy * dy, x * dx + y * dy, x * x + y * y - 1
    return _drawn_in(path, heading, (b + math.sqrt(max(b * b - a * c, 0.0))) / a)


def arrival(
    start: Point, centre: Point, half_width: float, half_height: float, angle: float | None = None
) -> Path:
    """A curve that leaves level and arrives at an ellipse: level where it meets its middle, else heading
    for its centre, or at the angle that is given."""
    rise = centre[1] - start[1]
    if abs(rise) < half_height / 3:
        return line(start, (centre[0] - half_width * math.sqrt(1 - (rise / half_height) ** 2), start[1]))
    if angle is None:
        angle = approach(start, centre)
    end = on_ellipse(centre, half_width, half_height, (-math.cos(angle), -math.sin(angle)))
    reach = 0.45 * (end[0] - start[0])
    # A steep end needs no more than the rise.
    last = min(reach / math.cos(angle), 0.7 * abs(end[1] - start[1]))
    return (
        start,
        (start[0] + reach, start[1]),
        (end[0] - last * math.cos(angle), end[1] - last * math.sin(angle)),
        end,
    )


def approach(start: Point, centre: Point) -> float:
    """The angle at which a curve that leaves level comes to a centre ahead."""
    slope = math.atan2(centre[1] - start[1], centre[0] - start[0])
    return math.copysign(min(abs(slope) * 1.1, _STEEPEST), slope)


def on_ellipse(centre: Point, half_width: float, half_height: float, direction: Point) -> Point:
    """The point of an ellipse's outline that lies in a direction from its centre."""
    radius = 1 / math.hypot(direction[0] / half_width, direction[1] / half_height)
    return centre[0] + radius * direction[0], centre[1] + radius * direction[1]


def departure(centre: Point, radius: float, end: Point) -> Path:
    """A curve from a small circle to a level end: level where the end is, else the steeper the farther
    up or down the end lies, so that pairs which part there keep apart."""
    rise = end[1] - centre[1]
    if abs(rise) < _LEVEL:
        return line((centre[0] + radius, centre[1]), end)
    aside = 0.4 * (end[0] - centre[0])
    length = math.hypot(aside, rise)
    start = on_ellipse(centre, radius, radius, (aside / length, rise / length))
    return start, between(start, (centre[0] + aside, end[1]), 0.65), (centre[0] + aside, end[1]), end


def points_on(piece: Path, step: float) -> list[Point]:
    """Points on a single cubic piece, from end to end, at most about a step apart."""
    length = sum(math.dist(one, other) for one, other in pairwise(piece))
    steps = max(1, math.ceil(length / step))
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = piece
    points = []
    for number in range(steps + 1):
        a, b, c, d = _bernstein(number / steps)
        points.append((a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy))
    return points


def across_at(path: Path, along: float) -> float:
    """How far across a curve is where it passes a place along; of its nearer end where it does not."""
    for piece in pieces(path):
        if piece[0][0] <= along <= piece[3][0]:
            (ax, ay), (bx, by), (cx, cy), (dx, dy) = piece
            before, behind = 0.0, 1.0
            for _ in range(_HALVINGS):
                middle = (before + behind) / 2
                if _mixed(ax, bx, cx, dx, middle) < along:
                    before = middle
                else:
                    behind = middle
            return _mixed(ay, by, cy, dy, before)
    return path[0][1] if along < path[0][0] else path[-1][1]


def _mixed(ax: float, bx: float, cx: float, dx: float, t: float) -> float:
    """One coordinate of a cubic curve, of those of its control points."""
    a, b, c, d = _bernstein(t)
    return a * ax + b * bx + c * cx + d * dx


def _bernstein(t: float) -> tuple[float, float, float, float]:
    """The weights of the four control points of a cubic curve."""
    s = 1 - t
    return s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t


def shifted(path: Path, offset: float) -> Path:
    """The curve beside a curve, to its left where the offset is positive.

    Each piece by the method of Tiller and Hanson (Offsets of two-dimensional profiles, 1984): the
    legs of its control polygon are moved aside and met again.
    """
    if not offset:
        return path
    moved: list[Path] = []
    for piece in pieces(path):
        if is_level(piece):
            aside = math.copysign(offset, offset * (piece[3][0] - piece[0][0]))
            moved.append(tuple((along, across + aside) for along, across in piece))
            continue
        legs = [_leg(piece, k) for k in range(3)]
        moved.append(
            (
                _aside(piece[0], legs[0], offset),
                _corner(piece[1], legs[0], legs[1], offset),
                _corner(piece[2], legs[1], legs[2], offset),
                _aside(piece[3], legs[2], offset),
            )
        )
    return joined(*moved)


def shortened(path: Path, by: float) -> Path:
    """The curve, ending earlier by a length along its last direction (later where it is negative)."""
    return _drawn_in(path, _leg(path[-4:], 2), by)


def _drawn_in(path: Path, heading: Point, by: float) -> Path:
    """The curve, its last two control points moved back by a length, against the heading of its end."""
    (x, y), (u, v) = (heading[0] * by, heading[1] * by), path[-2]
    return (*path[:-2], (u - x, v - y), (path[-1][0] - x, path[-1][1] - y))


def between(start: Point, end: Point, part: float) -> Point:
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _leg(piece: Path, k: int) -> Point:
    """The direction of one leg of a control polygon; of the whole where the leg has no length."""
    (ax, ay), (bx, by) = piece[k], piece[k + 1]
    length = math.hypot(bx - ax, by - ay)
    if length < 1e-6:
        (ax, ay), (bx, by) = piece[0], piece[3]
        length = math.hypot(bx - ax, by - ay) or 1.0
    return (bx - ax) / length, (by - ay) / length


def _aside(point: Point, direction: Point, offset: float) -> Point:
    return point[0] - direction[1] * offset, point[1] + direction[0] * offset


def _corner(point: Point, before: Point, after: Point, offset: float) -> Point:
    """Where the two legs that meet in a control point meet once they are moved aside."""
    cross = before[0] * after[1] - before[1] * after[0]
    along = before[0] * after[0] + before[1] * after[1]
    x, y = _aside(point, before, offset)
    # The corner moves along the first leg by offset times the tangent of half the turn.
    half_turn = cross / (1 + along) if along > -0.9 else 0.0
    return x - before[0] * offset * half_turn, y - before[1] * offset * half_turn
