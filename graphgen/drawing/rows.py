"""A layout that is longer than its column, in rows: cut where few pairs pass, as a paragraph is into lines.

From the end of a row the pairs run back below it, and on into the next, without crossing each other.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from graphgen.diagram import ArrowPair
from graphgen.drawing.boxes import PAIR, TIP, Border, Layout
from graphgen.drawing.curves import Path, Point, is_level, joined, line, pieces, rounded
from graphgen.drawing.lanes import LANE
from graphgen.drawing.narrowing import AIR, solids
from graphgen.drawing.places import occupied

_ASIDE = PAIR + 10.0
"""Between a row and the pair that runs back above or below it."""
_RADIUS, _STUB = 9.0, 6.0
"""The radius of the corners; and how far a pair runs on level before the first."""
_ENTRY = 2 * TIP
"""So much of a pair's way at least lies in the row in which it arrives."""
_ALONE = 1.0
"""How bad a last row is with one operation or none; rows as long as they may be cost 1 each."""


@dataclass(frozen=True)
class Joint:
    """A place along the flow that these pairs pass, on level, those farther up first; the first and the last
    none passes."""

    along: float
    passing: tuple[str, ...] = ()

    @property
    def turn(self) -> float:
        """The room that the corners of its pairs, with some air, take up where a row ends or begins."""
        return AIR + _RADIUS + self.beside if self.passing else 0.0

    @property
    def beside(self) -> float:
        """The room of its pairs beside the first."""
        return LANE * (len(self.passing) - 1) if self.passing else 0.0


def in_rows(layout: Layout, longest: float, most: int = 1, rows: float = math.inf) -> Layout | None:
    """A layout in rows no longer than that, as few as can be and of even lengths, from each of which so many
    pairs go on at most; None where it cannot be cut so, or in more `rows`."""
    operations = sorted(layout.centres[s.id][0] for s in layout.sized.scene.shapes if s.kind == "op")
    cuts = _cuts(_joints(layout, most), longest, operations[-2] if len(operations) > 1 else math.inf)
    return _Folding(layout, cuts).folded() if cuts and len(cuts) < rows else None


def _joints(layout: Layout, most: int) -> list[Joint]:
    """The beginning, the places between solids that no more pairs pass, and the end."""
    stretches = solids(layout, 0.0)
    joints = [Joint(stretches[0][0])]
    arrows = layout.sized.scene.arrows
    tails = sorted(layout.centres[arrow.tail.id][0] for arrow in arrows)
    heads = sorted(layout.centres[arrow.head.id][0] for arrow in arrows)
    for (_, end), (start, _) in pairwise(stretches):
        along = (start + end) / 2
        if bisect_right(tails, along) - bisect_right(heads, along) > most:
            continue
        passing = [
            arrow
            for arrow in arrows
            if layout.centres[arrow.tail.id][0] < along < layout.centres[arrow.head.id][0]
        ]
        if all(_can_be_cut(arrow, along, layout) for arrow in passing):
            across = {arrow.id: _across(layout.paths[arrow.id], along) for arrow in passing}
            in_order = sorted(across, key=lambda id: -across[id])
            if all(across[one] - across[other] >= LANE for one, other in pairwise(in_order)):
                joints.append(Joint(along, tuple(in_order)))
    return [*joints, Joint(stretches[-1][1])]


def _across(path: Path, along: float) -> float:
    """How far across a pair is where it passes there on level."""
    return next(piece[0][1] for piece in pieces(path) if piece[0][0] <= along <= piece[3][0])


def _can_be_cut(arrow: ArrowPair, along: float, layout: Layout) -> bool:
    """Whether a pair goes on there: it is not cut off from the word at its end, an input not from its number,
    and no pair where a bend ends or right before its head."""
    path = layout.paths[arrow.id]
    if any(not is_level(piece) and piece[0][0] < along <= piece[3][0] for piece in pieces(path)):
        return False
    start = layout.labels[arrow.id][0] if arrow.tail.kind == "input" else path[0][0]
    return start < along < path[-1][0] - _ENTRY


def _cuts(joints: list[Joint], longest: float, second_last: float) -> list[Joint]:
    """The joints at which rows end; none where no choice of them fits. The second last operation stands at
    `second_last`, along."""
    best: list[tuple[int, float, int] | None] = [(0, 0.0, 0)]
    """For each joint: the rows up to it, how bad they are, and the joint before."""
    for end, joint in enumerate(joints[1:], 1):
        found = []
        for start in range(end - 1, -1, -1):
            before = joints[start]
            length = before.turn + joint.along - before.along + _STUB + joint.turn
            if joint.along - before.along > longest:
                break
            if (so_far := best[start]) and length <= longest:
                is_last = end == len(joints) - 1
                cost = (length / longest) ** 2 + _ALONE * (is_last and before.along > second_last)
                found.append((so_far[0] + 1, so_far[1] + cost, start))
        best.append(min(found, default=None))
    cuts, last = [], best[-1]
    while last and last[2]:
        cuts.append(joints[last[2]])
        last = best[last[2]]
    return cuts[::-1]


@dataclass(frozen=True)
class _Folding:
    """A layout and where its rows end."""

    layout: Layout
    cuts: list[Joint]

    def folded(self) -> Layout:
        layout = self.layout
        return replace(
            layout,
            centres={id: self._moved(point, self._row(point)) for id, point in layout.centres.items()},
            paths={id: self._path(id) for id in layout.paths},
            labels={id: self._moved(point, self._row(point)) for id, point in layout.labels.items()},
            borders={
                id: Border(*(self._moved(point, self._row(border.start)) for point in border))
                for id, border in layout.borders.items()
                if self._row(border.start) == self._row(border.end)
            },
        )

    def _row(self, point: Point) -> int:
        return bisect_right([cut.along for cut in self.cuts], point[0])

    def _moved(self, point: Point, row: int) -> Point:
        x, y = self._shifts[row]
        return point[0] + x, point[1] + y

    @cached_property
    def _shifts(self) -> list[Point]:
        """How far along and across each row is moved: below the one before, and to its beginning."""
        begin = solids(self.layout, 0.0)[0][0]
        shifts = [(0.0, 0.0)]
        for number, cut in enumerate(self.cuts, 1):
            bottom = self._extents[number - 1][0] + shifts[-1][1]
            between = 2 * _ASIDE + cut.beside
            shifts.append((begin + cut.turn - cut.along, bottom - between - self._extents[number][1]))
        return shifts

    @cached_property
    def _extents(self) -> list[tuple[float, float]]:
        """How far across each row reaches, down and up, before it is moved."""
        found: list[list[float]] = [[] for _ in range(len(self.cuts) + 1)]
        for corner in occupied(self.layout):
            found[self._row(corner)].append(corner[1])
        for path in self.layout.paths.values():
            for row, part in self._parts(path):
                for _, across in part:
                    found[row] += across - PAIR, across + PAIR
        return [(min(acrosses), max(acrosses)) for acrosses in found]

    def _parts(self, path: Path) -> list[tuple[int, Path]]:
        """A pair's way, cut where rows end: the row of each part, and the part."""
        parts: list[tuple[int, list[Path]]] = [(self._row(path[0]), [])]
        for piece in pieces(path):
            start = piece[0]
            for row in range(parts[-1][0], self._row(piece[3])):
                border = self.cuts[row].along, start[1]
                parts[-1][1].append(line(start, border))
                parts.append((row + 1, []))
                start = border
            parts[-1][1].append(piece if start == piece[0] else line(start, piece[3]))
        return [(row, joined(*ways)) for row, ways in parts]

    def _path(self, id: str) -> Path:
        way: Path = ()
        for row, part in self._parts(self.layout.paths[id]):
            moved = tuple(self._moved(point, row) for point in part)
            way = joined(way, self._back(id, row - 1, way[-1], moved[0]), moved) if way else moved
        return way

    def _back(self, id: str, row: int, start: Point, end: Point) -> Path:
        """The way of a pair from the end of a row to the beginning of the next: what is farther up turns
        farther out at the end, runs back farther down, and turns farther in at the beginning."""
        passing = self.cuts[row].passing
        after = LANE * passing.index(id)
        before = self.cuts[row].beside - after
        right, left = start[0] + _STUB + _RADIUS + before, end[0] - _RADIUS - after
        low = self._extents[row][0] + self._shifts[row][1] - _ASIDE - before
        corners = (right, start[1]), (right, low), (left, low), (left, end[1])
        return rounded((start, *corners, end), _RADIUS)
