"""Gaps in which a pair on a curve comes too near to another, or to a shape that is not its own."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import NamedTuple

from graphgen.diagram import ArrowPair, Shape
from graphgen.drawing.boxes import PAIR
from graphgen.drawing.curves import Ellipse, Path, Point, Rectangle, is_level, pieces, points_on
from graphgen.drawing.site import Site

_BESIDE = 2 * PAIR + 5.5
"""Nearer than that to each other, the middle lines of two pairs cannot run beside each other."""
_LONG, _PARALLEL = 12.0, math.cos(math.radians(40))
_STEP = 5.0
_BODY = PAIR + 3.0
_REACH = 24.0
"""So far into a rank a way through the gap before it may lead to an operation."""
_AROUND = 16.0
"""So near to an end that they share, two pairs may come together."""


class _Strand(NamedTuple):
    """A part of a pair's middle line between two ranks: a single cubic piece, or a level stretch's ends."""

    arrow: ArrowPair
    path: Path
    is_level: bool


@dataclass(frozen=True, eq=False, slots=True)
class _Place:
    """A point on a pair's curve, in which direction it goes on from there, and how far."""

    arrow: ArrowPair
    at: Point
    heading: Point
    length: float


def crowded(site: Site, centres: Mapping[str, Point], paths: Mapping[str, Path]) -> set[int]:
    """The gaps, by the number of the rank before each, in which some pair runs beside another nearer than
    their arrows need, or upon a shape."""
    middles = [(rank.start + rank.end) / 2 for rank in site.in_order]
    borders = [-math.inf, *middles[1:], math.inf]  # of the gaps
    by_gap: dict[int, list[_Strand]] = defaultdict(list)
    for arrow in site.sized.scene.arrows:
        for strand in _strands(arrow, paths[arrow.id], site):
            alongs = [point[0] for point in strand.path]
            first, last = (bisect_right(borders, along) - 1 for along in (min(alongs), max(alongs)))
            for gap in range(first, last + 1):
                by_gap[gap].append(strand)
    bodies = _bodies(site, centres)

    def is_crowded(gap: int, strands: Sequence[_Strand]) -> bool:
        site.check()
        curved = [strand for strand in strands if not strand.is_level]
        if not curved:
            return False
        start, end = borders[gap : gap + 2]
        before, behind = site.in_order[gap : gap + 2]
        beside = _Beside(site, centres, [strand for strand in strands if strand.is_level])
        for strand in curved:
            places = [place for place in _places(strand) if start <= place.at[0] < end]
            near_before = (place for place in places if place.at[0] < before.end + _BODY)
            near_behind = (place for place in places if place.at[0] > behind.start - _BODY)
            if (
                any(_is_upon(place, bodies[gap]) for place in near_before)
                or any(_is_upon(place, bodies[gap + 1]) for place in near_behind)
                or beside.run_together(places)
            ):
                return True
            beside.add(places)
        return False

    return {gap for gap, strands in by_gap.items() if is_crowded(gap, strands)}


def _strands(arrow: ArrowPair, path: Path, site: Site) -> Iterator[_Strand]:
    """The parts of a pair's middle line, without those that run level in a rank."""
    for piece in pieces(path):
        if is_level(piece):
            yield from (_Strand(arrow, stretch, True) for stretch in _level_stretches(piece, site))
        else:
            yield _Strand(arrow, piece, False)


def _level_stretches(piece: Path, site: Site) -> Iterator[Path]:
    """The ends of the parts that a level piece has in common with the gaps, a little beyond them."""
    (start, across), end = piece[0], piece[3][0]
    ends = site.ends_of_ranks
    for number in range(max(bisect_left(ends, start) - 1, 0), len(ends) - 1):
        low = max(start, ends[number] - _REACH / 2)
        high = min(end, site.in_order[number + 1].start + _REACH)
        if low > end:
            return
        if low < high:
            yield (low, across), (high, across)


def _places(strand: _Strand) -> Iterator[_Place]:
    """Places on a curved strand, close together."""
    for one, other in pairwise(points_on(strand.path, _STEP)):
        length = math.dist(one, other)
        if length:
            heading = (other[0] - one[0]) / length, (other[1] - one[1]) / length
            yield _Place(strand.arrow, one, heading, length)


class _Beside:
    """The level strands of a gap, and the places on curves that were added, to find what runs beside them."""

    def __init__(self, site: Site, centres: Mapping[str, Point], level: Sequence[_Strand]) -> None:
        self._site, self._centres = site, centres
        self._level = sorted(level, key=_across)
        self._cells: dict[tuple[int, int], list[_Place]] = defaultdict(list)
        self._run: dict[tuple[str, str], float] = defaultdict(float)
        self._seen: set[tuple[_Place, str]] = set()

    def add(self, places: Sequence[_Place]) -> None:
        for place in places:
            self._cells[int(place.at[0] // _BESIDE), int(place.at[1] // _BESIDE)].append(place)

    def run_together(self, places: Sequence[_Place]) -> bool:
        """Whether a curve and another pair run beside each other, too near for their arrows, away from an end
        they share; in lanes of their own they do not."""
        for place in places:
            near = [(place, arrow) for arrow in self._level_near(place)]
            for other in self._curved_near(place):
                near += (place, other.arrow), (other, place.arrow)
            for one, arrow in near:
                if (one, arrow.id) in self._seen:
                    continue
                self._seen.add((one, arrow.id))
                if _is_apart(self._site, self._centres, one.arrow, arrow, one.at):
                    self._run[one.arrow.id, arrow.id] += one.length
                    if self._run[one.arrow.id, arrow.id] > _LONG:
                        return True
        return False

    def _curved_near(self, place: _Place) -> Iterator[_Place]:
        """The places of other pairs beside a place that run in about the same direction."""
        (x, y), heading = place.at, place.heading
        column, row = int(x // _BESIDE), int(y // _BESIDE)
        for cell in product((column - 1, column, column + 1), (row - 1, row, row + 1)):
            for other in self._cells.get(cell, ()):
                if (
                    other.arrow is not place.arrow
                    and math.dist(other.at, place.at) < _BESIDE
                    and abs(heading[0] * other.heading[0] + heading[1] * other.heading[1]) > _PARALLEL
                ):
                    yield other

    def _level_near(self, place: _Place) -> Iterator[ArrowPair]:
        """The other pairs that run level beside a place at which a curve is about level."""
        if abs(place.heading[0]) <= _PARALLEL:
            return
        x, y = place.at
        first, last = (bisect_left(self._level, y + side, key=_across) for side in (-_BESIDE, _BESIDE))
        for other, ((low, across), (high, _)), _ in self._level[first:last]:
            if other is not place.arrow and math.hypot(max(low - x, x - high, 0.0), across - y) < _BESIDE:
                yield other


def _across(strand: _Strand) -> float:
    return strand.path[0][1]


def _is_apart(
    site: Site, centres: Mapping[str, Point], arrow: ArrowPair, other: ArrowPair, point: Point
) -> bool:
    """Whether a place is away from all shapes that two pairs share."""
    for shape in {arrow.tail.id: arrow.tail, arrow.head.id: arrow.head}.values():
        if shape.id in (other.tail.id, other.head.id):
            box, centre = site.sized.shape(shape), centres[shape.id]
            if Rectangle(centre, box.along / 2 + _AROUND, box.across / 2 + _AROUND).holds(point):
                return False
    return True


class _Bodies(NamedTuple):
    """The outlines of a rank's shapes, from the lowest on, how far across each is, and half the height of the
    tallest."""

    outlines: Sequence[tuple[Shape, Rectangle]] = ()
    acrosses: Sequence[float] = ()
    tallest: float = 0.0


def _is_upon(place: _Place, bodies: _Bodies) -> bool:
    """Whether a place lies in a shape that is neither end of its pair."""
    outlines, acrosses, tallest = bodies
    first = bisect_left(acrosses, place.at[1] - tallest)
    last = bisect_right(acrosses, place.at[1] + tallest)
    ends = place.arrow.tail.id, place.arrow.head.id
    return any(body.holds(place.at) for shape, body in outlines[first:last] if shape.id not in ends)


def _bodies(site: Site, centres: Mapping[str, Point]) -> Mapping[int, _Bodies]:
    """The shapes by rank, so much larger than they are drawn that a pair's arrows keep clear of them where
    its middle line does."""
    by_rank: dict[int, list[tuple[Shape, Rectangle]]] = defaultdict(list)
    for shape in site.sized.scene.shapes:
        box = site.sized.shape(shape)
        outline = Ellipse if shape.kind in ("op", "junction") else Rectangle
        body = outline(centres[shape.id], box.along / 2 + _BODY, box.across / 2 + _BODY)
        by_rank[site.rank(shape.id).number].append((shape, body))
    bodies: dict[int, _Bodies] = defaultdict(_Bodies)
    for rank, outlines in by_rank.items():
        outlines.sort(key=lambda body: body[1].centre[1])
        acrosses = [body.centre[1] for _, body in outlines]
        bodies[rank] = _Bodies(outlines, acrosses, max(body.half_height for _, body in outlines))
    return bodies
