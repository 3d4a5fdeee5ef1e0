"""Gaps in which a pair on a curve comes too near to another, or to a shape that is not its own."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
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
_FIRST = 40
"""So many strands of a gap are looked at before all are."""


class _Strand(NamedTuple):
    """A part of a pair's middle line between two ranks: a single cubic piece, or a level stretch's ends."""

    arrow: ArrowPair
    path: Path
    is_level: bool


class _Place(NamedTuple):
    """A point on a pair's middle line, in which direction it goes on from there, and how far."""

    arrow: ArrowPair
    at: Point
    heading: Point
    length: float
    is_level: bool


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
        if all(strand.is_level for strand in strands):
            return False
        start, end = borders[gap : gap + 2]
        places = [place for strand in strands for place in _places(strand) if start <= place.at[0] < end]
        curved = [place for place in places if not place.is_level]
        return any(
            _is_upon(place, _bodies_at(place, gap, site, bodies)) for place in curved
        ) or _run_together(site, centres, curved, places)

    return {
        gap
        for gap, strands in by_gap.items()
        # What crowds a gap is mostly found among its first strands.
        if is_crowded(gap, strands[:_FIRST]) or (len(strands) > _FIRST and is_crowded(gap, strands))
    }


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
    """Places on a strand, close together."""
    arrow, path, is_level = strand
    for one, other in pairwise(_level_points(*path) if is_level else points_on(path, _STEP)):
        length = math.dist(one, other)
        if length:
            heading = (other[0] - one[0]) / length, (other[1] - one[1]) / length
            yield _Place(arrow, one, heading, length, is_level)


def _level_points(start: Point, end: Point) -> list[Point]:
    (low, across), high = start, end[0]
    steps = max(1, math.ceil((high - low) / _STEP))
    return [(low + (high - low) * step / steps, across) for step in range(steps + 1)]


def _run_together(
    site: Site, centres: Mapping[str, Point], curved: Sequence[_Place], places: Sequence[_Place]
) -> bool:
    """Whether two pairs run beside each other, too near for their arrows, away from an end they share; in
    lanes of their own they do not."""
    cells: dict[tuple[int, int], list[_Place]] = defaultdict(list)
    for place in places:
        cells[int(place.at[0] // _BESIDE), int(place.at[1] // _BESIDE)].append(place)
    run: dict[tuple[str, str], float] = defaultdict(float)
    for arrow, (x, y), heading, length, _ in curved:
        column, row = int(x // _BESIDE), int(y // _BESIDE)
        beside = {
            other.id: other
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
            for other, at, ahead, _, _ in cells.get((column + i, row + j), ())
            if other is not arrow
            and math.hypot(at[0] - x, at[1] - y) < _BESIDE
            and abs(heading[0] * ahead[0] + heading[1] * ahead[1]) > _PARALLEL
        }
        for id, other in beside.items():
            if _is_apart(site, centres, arrow, other, (x, y)):
                run[arrow.id, id] += length
                if run[arrow.id, id] > _LONG:
                    return True
    return False


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


def _bodies_at(place: _Place, gap: int, site: Site, bodies: Mapping[int, _Bodies]) -> _Bodies:
    """The shapes of the rank, before a gap or behind it, that a place may lie in."""
    before, behind = site.in_order[gap : gap + 2]
    if place.at[0] < before.end + _BODY:
        return bodies.get(gap, _Bodies())
    return bodies.get(gap + 1, _Bodies()) if place.at[0] > behind.start - _BODY else _Bodies()


def _is_upon(place: _Place, bodies: _Bodies) -> bool:
    """Whether a place lies in a shape that is neither end of its pair."""
    outlines, acrosses, tallest = bodies
    first = bisect_left(acrosses, place.at[1] - tallest)
    last = bisect_right(acrosses, place.at[1] + tallest)
    ends = place.arrow.tail.id, place.arrow.head.id
    return any(body.holds(place.at) for shape, body in outlines[first:last] if shape.id not in ends)


def _bodies(site: Site, centres: Mapping[str, Point]) -> dict[int, _Bodies]:
    """The shapes by rank, so much larger than they are drawn that a pair's arrows keep clear of them where
    its middle line does."""
    by_rank: dict[int, list[tuple[Shape, Rectangle]]] = defaultdict(list)
    for shape in site.sized.scene.shapes:
        box = site.sized.shape(shape)
        outline = Ellipse if shape.kind in ("op", "junction") else Rectangle
        body = outline(centres[shape.id], box.along / 2 + _BODY, box.across / 2 + _BODY)
        by_rank[site.rank(shape.id).number].append((shape, body))
    bodies = {}
    for rank, outlines in by_rank.items():
        outlines.sort(key=lambda body: body[1].centre[1])
        acrosses = [body.centre[1] for _, body in outlines]
        bodies[rank] = _Bodies(outlines, acrosses, max(body.half_height for _, body in outlines))
    return bodies
