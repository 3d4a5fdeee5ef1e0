"""A layout without stretches in which only arrows run on.

What stands somewhere along the flow is solid: shapes, texts, and arrows that bend. Between two solids there
are only arrows that run level, so a layout can be shortened there, or cut into rows.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from itertools import pairwise

from graphgen.drawing.boxes import Layout
from graphgen.drawing.curves import Point, is_level, pieces

AIR = 6.0
"""Before and behind a solid, where arrows run level: from one to the next are two of it."""
_TOUCH = 0.1
"""Solids that overlap no more than that only touch."""


def narrowed(layout: Layout) -> Layout:
    """The same with as little between solids as they need."""
    stretches = solids(layout, AIR)
    starts, moved = [stretches[0][0]], [0.0]
    for (_, end), (start, _) in pairwise(stretches):
        starts.append(start)
        moved.append(moved[-1] + start - end)

    def to(point: Point) -> Point:
        along, across = point
        number = max(bisect_right(starts, along) - 1, 0)
        return min(along, stretches[number][1]) - moved[number], across

    return replace(
        layout,
        centres={id: to(point) for id, point in layout.centres.items()},
        paths={id: tuple(map(to, path)) for id, path in layout.paths.items()},
        labels={id: to(point) for id, point in layout.labels.items()},
    )


def solids(layout: Layout, air: float) -> list[tuple[float, float]]:
    """From where to where along the flow something stands, in order, none overlapping.

    `air` is what texts and bends are to have before and behind them; shapes have theirs always.
    """
    sized, found = layout.sized, []
    for shape in sized.scene.shapes:
        along, half = layout.centres[shape.id][0], sized.shape(shape).along / 2 + AIR
        found.append((along - half, along + half))
    for arrow in sized.scene.arrows:
        along, half = layout.labels[arrow.id][0], sized.rooms[arrow.id].along / 2 + air
        found.append((along - half, along + half))
        for piece in pieces(layout.paths[arrow.id]):
            if not is_level(piece):
                alongs = [point[0] for point in piece]
                found.append((min(alongs) - air, max(alongs) + air))
    united: list[tuple[float, float]] = []
    for start, end in sorted(found):
        if united and start < united[-1][1] - _TOUCH:
            united[-1] = united[-1][0], max(united[-1][1], end)
        else:
            united.append((start, end))
    return united
