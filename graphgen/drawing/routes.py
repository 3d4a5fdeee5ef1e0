"""The way of every pair: dot's answer to the skeleton boxes, then our own middle lines between them.

Inside its rank a pair runs level, which is where its labels stand: they never lie on a slope. Between
ranks it bends; in a gap in which pairs would come too near to each other on their curves, all move in
tracks.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from graphgen.diagram import ArrowPair, Shape
from graphgen.drawing.boxes import PAIR, PORT, RANK_GAP, TEXT_GAP, Layout, Sized, level_box
from graphgen.drawing.crowding import crowded
from graphgen.drawing.curves import (
    Path,
    Point,
    approach,
    arrival,
    bend,
    departure,
    joined,
    line,
    on_ellipse,
    rounded,
)
from graphgen.drawing.lanes import LANE, Lanes, lanes
from graphgen.drawing.site import Leg, Site, ranks, read_plain
from graphgen.drawing.tracks import HEAD, GapTracks, gap_tracks

_UPRIGHT, _BETWEEN_ARRIVALS = math.radians(80), math.radians(38)
_INNER, _RADIUS = 2.0, 8.0
_SHORTEST_LEG = 3 * PAIR
_ROUNDS = 3


def sited(sized: Sized, plain: str, check: Callable[[], None] = lambda: None) -> tuple[Site, Lanes]:
    """Where the boxes are by dot's answer to `skeleton`, in its plain format, and the lanes past them.

    `check` is called throughout, and by `place`, and raises RenderError when the time is up.
    """
    middles, splines = read_plain(plain, sized.lift)
    site = Site(sized, middles, splines, ranks(middles, sized), check=check)
    led = lanes(site)
    for _ in range(_ROUNDS):  # a bar takes lanes away
        fanned = site.fanned(led)
        if fanned.ports == site.ports:
            break
        site, led = fanned, lanes(fanned)
    return site, led


def place(site: Site, led: Lanes) -> Layout:
    """Our geometry over the places of the boxes and the lanes."""
    sized = site.sized
    router = _Router(site, led, GapTracks())
    paths = router.paths()
    # Downward, where texts stand beside the pairs, ways across are too long for curves.
    gaps = site.moving() if sized.scene.downward else crowded(site, router.centres, paths)
    if gaps:
        tracks = gap_tracks(site, led, gaps)
        router = _Router(site.widened(tracks.widening()), led, tracks)
        paths = router.paths()
    levels = {arrow.id: router.level(arrow) for arrow in sized.scene.arrows}
    labels = {id: ((start + end) / 2, across) for id, (start, end, across) in levels.items()}
    return Layout(site.sized, router.centres, paths, labels)


@dataclass(frozen=True)
class _Router:
    """Draws the middle lines of the edges between boxes that have their places, in their lanes and tracks."""

    site: Site
    led: Lanes
    tracks: GapTracks

    @cached_property
    def centres(self) -> dict[str, Point]:
        site, sized, centres = self.site, self.site.sized, {}
        merged = {level_box(arrow) for arrow in sized.scene.arrows}
        for shape in sized.scene.shapes:
            along, across = site.middles[shape.id]
            half, rank = sized.shape(shape).along / 2, site.ranks[along]
            if shape.id in merged and shape.kind == "input":
                along = rank.end - sized.input_level - TEXT_GAP - half
            elif shape.id in self.tracks.stands:
                along = self._track(rank.number, self.tracks.stands[shape.id])
            elif shape.kind == "junction":  # behind what stands in its rank, so that pairs part in the gap
                along = rank.end - half
                across += sum(sized.bars.get(shape.id, ())) / 2
            elif shape.kind == "output":
                along = rank.start + sized.output_level + TEXT_GAP + half
            centres[shape.id] = (along, across)
        return centres

    def paths(self) -> dict[str, Path]:
        """The middle line of each pair, from outline to outline."""
        return {arrow.id: self._path(arrow) for arrow in self.site.sized.scene.arrows}

    def level(self, arrow: ArrowPair) -> tuple[float, float, float]:
        """Where an edge runs level: from, to, and how far across."""
        id = level_box(arrow)
        rank, across = self.site.rank(id), self.site.middles[id][1]
        if id == arrow.head.id:
            return rank.start, rank.start + self.site.sized.output_level, across
        if id == arrow.tail.id:
            return rank.end - self.site.sized.input_level, rank.end, across
        return rank.start, rank.end, across

    def _path(self, arrow: ArrowPair) -> Path:
        self.site.check()
        id = level_box(arrow)
        start, end, across = self.level(arrow)
        pieces: list[Path] = [line((start, across), (end, across))]
        if id != arrow.tail.id:
            pieces.insert(0, self._leaving(arrow.tail, id, (start, across)))
        if id != arrow.head.id:
            pieces.append(self._arriving(id, (end, across), arrow.head))
        return joined(*pieces)

    def _leaving(self, tail: Shape, id: str, end: Point) -> Path:
        """From a shape's outline to the beginning of the level stretch."""
        leg, site = (tail.id, id), self.site
        box, centre = site.sized.shape(tail), self.centres[tail.id]
        first, last = site.gaps[leg]
        if leg in site.parting:
            way = self._parted(leg)
        else:
            gap = TEXT_GAP if tail.kind in ("input", "output") else 0.0
            gate, ahead = site.gates.get(leg, (0.0, 0.0))
            start = (centre[0] + box.along / 2 + gap, site.middles[tail.id][1] + gate)
            if first < last or first in self.tracks.counts:
                way = self._moved((start,), leg, first, self._first_across(leg))
            else:
                turn = (start[0] + ahead, start[1])
                way = joined(line(start, turn), bend(turn, end))
        if first < last:
            way = self._moved(way, leg, last, end[1])
        return joined(way, line(way[-1], end))

    def _parted(self, leg: Leg) -> Path:
        """From a dot into the first lane or the level stretch."""
        gap, across = self.site.gaps[leg][0], self._first_across(leg)
        (x, y), radius = self.centres[leg[0]], self.site.sized.shape(self.site.sized.shapes[leg[0]]).along / 2
        border = self.site.in_order[gap + 1].start
        if gap not in self.tracks.counts:
            return departure((x, y), radius, (min(border, x + RANK_GAP + 2 * radius), across))
        if abs(across - y) < PORT:
            return bend((x + radius, y), (border, across))
        side = math.copysign(1.0, across - y)
        start = (x, y + side * radius)
        if leg[0] in self.tracks.stands:
            return rounded([start, (x, across), (border, across)], _RADIUS)
        return self._turned(start, (x, y + side * PORT), leg, gap, (border, across))

    def _arriving(self, id: str, start: Point, head: Shape) -> Path:
        """From the end of the level stretch to a shape's outline."""
        leg = (id, head.id)
        first, last = self.site.gaps[leg]
        way = (start,) if first == last else self._moved((start,), leg, first, self.led[leg])
        before, behind = self.site.in_order[last : last + 2]
        if last in self.tracks.counts:
            return joined(way, self._turned(way[-1], way[-1], leg, last, *self._entry(leg, head)))
        turn = (max(before.end, behind.start - RANK_GAP - _INNER), way[-1][1])
        return joined(way, line(way[-1], turn), self._end(turn, id, head))

    def _moved(self, way: Path, leg: Leg, gap: int, across: float) -> Path:
        """A way, led on level into a gap and there across, in its tracks or in the whole of the gap."""
        before, behind = self.site.in_order[gap : gap + 2]
        if gap in self.tracks.counts:
            return joined(way, self._turned(way[-1], way[-1], leg, gap, (behind.start, across)))
        turn = (before.end, way[-1][1])
        return joined(way, line(way[-1], turn), bend(turn, (behind.start, across)))

    def _turned(self, start: Point, level: Point, leg: Leg, gap: int, *ends: Point) -> Path:
        """From a start by way of a level in its tracks to its ends."""
        points, across = [start, level] if start != level else [start], level[1]
        for track, further in self.tracks.corners[leg, gap]:
            along = self._track(gap, track)
            points += [(along, across), (along, further)]
            across = further
        return rounded([*points, *ends], _RADIUS)

    def _track(self, gap: int, track: int) -> float:
        """How far along a track lies in a gap, of whose tracks all lie about its middle."""
        before, behind = self.site.in_order[gap : gap + 2]
        return (before.end + behind.start - HEAD) / 2 + LANE * (track - (self.tracks.counts[gap] + 1) / 2)

    def _entry(self, leg: Leg, head: Shape) -> tuple[Point, ...]:
        """Where a pair that comes out of a track comes into a rank, and where to a shape's outline there."""
        box, centre, border = (
            self.site.sized.shape(head),
            self.centres[head.id],
            self.site.rank(head.id).start,
        )
        across = self.tracks.entries.get(leg, self.site.ends[leg][1])
        if leg in self.tracks.sides:
            edge = centre[1] + math.copysign(box.across / 2, across - centre[1])
            return (centre[0], across), (centre[0], edge)
        if head.kind != "op":
            return ((centre[0] - box.along / 2, across),)
        aside = across - centre[1]
        end = on_ellipse(centre, box.along / 2, box.across / 2, (border - centre[0], aside))
        is_short = math.dist((border, across), end) < _SHORTEST_LEG
        if abs(aside) < box.across / 6 or (is_short and abs(aside) + PAIR < box.across / 3):
            reach = box.along / 2 * math.sqrt(1 - (2 * aside / box.across) ** 2)
            return ((centre[0] - reach, across),)
        # A leg shorter than the pair is wide has no direction for both of its arrows.
        turn = border - _SHORTEST_LEG / 2 if is_short else border
        return (turn, across), on_ellipse(centre, box.along / 2, box.across / 2, (turn - centre[0], aside))

    def _end(self, start: Point, id: str, head: Shape) -> Path:
        """The usual end of a way, from the gap before a shape to its outline."""
        box, centre = self.site.sized.shape(head), self.centres[head.id]
        if head.id in self.site.sized.bars:
            turn = (max(start[0], self.site.rank(head.id).start), self.site.middles[head.id][1])
            return joined(bend(start, turn), line(turn, (centre[0] - box.along / 2, turn[1])))
        if head.kind != "group":
            return arrival(start, centre, box.along / 2, box.across / 2, self._angles.get((id, head.id)))
        gate, early = self.site.gates[id, head.id]
        outline = (centre[0] - box.along / 2, centre[1] + gate)
        turn = (outline[0] - early, outline[1])
        return joined(bend(start, turn), line(turn, outline))

    def _first_across(self, leg: Leg) -> float:
        """How far across a leg runs behind its first gap."""
        return self.led[leg] if leg in self.led else self.site.ends[leg][1]

    def _last_across(self, leg: Leg) -> float:
        """How far across a leg runs before its last gap."""
        return self.led[leg] if leg in self.led else self.site.ends[leg][0]

    @cached_property
    def _angles(self) -> Mapping[tuple[str, str], float]:
        """At which angle the pairs arrive that come to an operation from one side: the farther it comes
        from across, the steeper, and far enough apart that none cross."""
        sides: dict[tuple[str, bool], list[tuple[float, str]]] = defaultdict(list)
        for arrow in self.site.sized.scene.arrows:
            id, head = level_box(arrow), arrow.head
            if head.kind == "op":
                away = self._last_across((id, head.id)) - self.centres[head.id][1]
                if abs(away) >= self.site.sized.shape(head).across / 6:
                    sides[head.id, away > 0].append((abs(away), id))
        angles = {}
        for (head_id, is_beyond), pairs in sides.items():
            for number, (_, id) in enumerate(sorted(pairs, reverse=True) if len(pairs) > 1 else ()):
                start = (self.site.rank(id).end, self._last_across((id, head_id)))
                own = abs(approach(start, self.centres[head_id])) if number else _UPRIGHT
                angle = min(own, _UPRIGHT - number * _BETWEEN_ARRIVALS)
                angles[id, head_id] = math.copysign(angle, -1 if is_beyond else 1)
        return angles
