"""The way of every pair: dot's answer to the skeleton boxes, then our own middle lines between them.

Inside its rank a pair runs level, which is where its labels stand: they never lie on a slope. Between
ranks it bends.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from graphgen.diagram import ArrowPair, Shape
from graphgen.drawing.boxes import PAIR, RANK_GAP, TEXT_GAP, Layout, Sized, level_box
from graphgen.drawing.curves import (
    Ellipse,
    Path,
    Point,
    Rectangle,
    approach,
    arrival,
    bend,
    departure,
    is_free,
    joined,
    line,
    on_ellipse,
    rounded,
)
from graphgen.drawing.lanes import LANE, Leg, Rank, Site, Tracks, lanes, tracks, widening

_UPRIGHT, _BETWEEN_ARRIVALS = math.radians(80), math.radians(38)
_INNER, _OUTER, _RADIUS = 2.0, 2.0, 8.0
_ENTRY, _ENTRY_SLOPE = 18.0, 0.84
_BODY = PAIR + 3.0
_STUB = 4.0


def place(sized: Sized, plain: str, check: Callable[[], None] = lambda: None) -> Layout:
    """Our geometry over dot's answer to `skeleton`, in its plain format.

    `check` is called throughout, and raises RenderError when the time is up.
    """
    middles, splines = _read_plain(plain, sized.lift)
    site = Site(sized, middles, splines, _ranks(middles, sized), check=check)
    led = lanes(site)
    site = site.fanned(led)
    led = lanes(site) if site.ports else led
    router = _Router(site, led, {})
    taken = tracks(site, router.led, router.blocked())
    if taken:
        router = _Router(site.widened(widening(site, taken)), router.led, taken)
    arrows = sized.scene.arrows
    levels = {arrow.id: router.level(arrow) for arrow in arrows}
    paths = {arrow.id: router.path(arrow) for arrow in arrows}
    labels = {id: ((start + end) / 2, across) for id, (start, end, across) in levels.items()}
    return Layout(site.sized, router.centres, paths, labels)


@dataclass(frozen=True)
class _Router:
    """Draws the middle lines of the edges between boxes that have their places, in their lanes and tracks."""

    site: Site
    led: Mapping[Leg, float]
    tracks: Tracks

    @cached_property
    def centres(self) -> dict[str, Point]:
        site, sized, centres = self.site, self.site.sized, {}
        merged = {level_box(arrow) for arrow in sized.scene.arrows}
        for shape in sized.scene.shapes:
            along, across = site.middles[shape.id]
            half, rank = sized.shape(shape).along / 2, site.ranks[along]
            if shape.id in merged and shape.kind == "input":
                along = rank.end - sized.input_level - TEXT_GAP - half
            elif shape.kind == "junction":  # behind what stands in its rank, so that pairs part in the gap
                track = self.tracks.get(((shape.id, shape.id), rank.number))
                along = rank.end - _INNER + LANE * track if track else rank.end - half
                if shape.id in sized.bars:
                    along, across = along - _STUB, across + sum(sized.bars[shape.id]) / 2
            elif shape.kind == "output":
                along = rank.start + sized.output_level + TEXT_GAP + half
            centres[shape.id] = (along, across)
        return centres

    def level(self, arrow: ArrowPair) -> tuple[float, float, float]:
        """Where an edge runs level: from, to, and how far across."""
        id = level_box(arrow)
        rank, across = self.site.rank(id), self.site.middles[id][1]
        if id == arrow.head.id:
            return rank.start, rank.start + self.site.sized.output_level, across
        if id == arrow.tail.id:
            return rank.end - self.site.sized.input_level, rank.end, across
        return rank.start, rank.end, across

    def path(self, arrow: ArrowPair) -> Path:
        """The middle line of a pair, from outline to outline."""
        self.site.check()
        id = level_box(arrow)
        start, end, across = self.level(arrow)
        pieces: list[Path] = [line((start, across), (end, across))]
        if id != arrow.tail.id:
            pieces.insert(0, self._leaving(arrow.tail, id, (start, across)))
        if id != arrow.head.id:
            pieces.append(self._arriving(id, (end, across), arrow.head))
        return joined(*pieces)

    def blocked(self) -> set[Leg]:
        """The legs that would come upon a foreign shape in the rank where they end or start."""
        arriving, parting = self.site.arriving, self.site.parting
        return {leg for leg in arriving if self._meets(leg, leg[1])} | {
            leg for leg in parting if self._meets(leg, leg[0])
        }

    def _meets(self, leg: Leg, end: str) -> bool:
        site = self.site
        across = self._last_across(leg) if end == leg[1] else self._first_across(leg)
        low, high = sorted((across, site.ends[leg][end == leg[1]]))
        others = [body for id, body in self._bodies_at(site.rank(end).number, low, high) if id not in leg]
        if not others:
            return False
        if end == leg[0]:
            return not is_free(self._parted(leg), others)
        start = (site.in_order[site.gaps[leg][1]].end, across)
        return not is_free(self._end(start, leg[0], site.sized.shapes[end]), others)

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
            if first < last or (leg, first) in self.tracks:
                way = self._moved((start,), leg, first, self._first_across(leg))
            else:
                turn = (start[0] + ahead, start[1])
                direct = joined(line(start, turn), bend(turn, end))
                border = (site.in_order[first].end, start[1])
                others = [body for id, body in self._bodies[first] if id not in leg]
                is_clear = not others or is_free(direct, others)
                way = direct if is_clear else joined(line(start, border), bend(border, end))
        if first < last:
            way = self._moved(way, leg, last, end[1])
        return joined(way, line(way[-1], end))

    def _parted(self, leg: Leg) -> Path:
        """From a junction into the first lane or the level stretch."""
        gap, across = self.site.gaps[leg][0], self._first_across(leg)
        (x, y), box = self.centres[leg[0]], self.site.sized.shape(self.site.sized.shapes[leg[0]])
        along = min(self.site.in_order[gap + 1].start, x + RANK_GAP + box.along)
        if ((leg[0], leg[0]), gap) in self.tracks and abs(across - y) > box.across:
            side = math.copysign(1.0, across - y)
            corners = [(x, across), (along, across)]
            if bars := [bar for bar, at in self._junctions[gap] if bar > x and abs(at - across) < LANE]:
                before, turn = across - side * LANE, max(bars) + LANE
                corners = [(x, before), (turn, before), (turn, across), (turn + _RADIUS, across)]
            return rounded([(x, y + side * box.across / 2), *corners], _RADIUS)
        return departure((x, y), box.along / 2, (along, across))

    @cached_property
    def _junctions(self) -> Mapping[int, list[Point]]:
        """The junctions that stand in tracks, by gap."""
        junctions: dict[int, list[Point]] = defaultdict(list)
        for (tail, head), gap in self.tracks:
            if tail == head:
                junctions[gap].append(self.centres[tail])
        return junctions

    def _arriving(self, id: str, start: Point, head: Shape) -> Path:
        """From the end of the level stretch to a shape's outline."""
        leg = (id, head.id)
        first, last = self.site.gaps[leg]
        way = (start,) if first == last else self._moved((start,), leg, first, self.led[leg])
        border = self.site.in_order[last + 1].start
        if (leg, last) not in self.tracks or not self.tracks[leg, last]:
            turn = (max(self.site.in_order[last].end, border - RANK_GAP - _INNER), way[-1][1])
            return joined(way, line(way[-1], turn), self._end(turn, id, head))
        return self._entering(way, leg, head)

    def _moved(self, way: Path, leg: Leg, gap: int, across: float) -> Path:
        """A way, led on level into a gap and there across, in its track or in the whole of the gap."""
        if (leg, gap) in self.tracks:
            along = self._track(leg, gap)
            corners = (along, way[-1][1]), (along, across), (along + _RADIUS, across)
            return joined(way, rounded((way[-1], *corners), _RADIUS))
        before, behind = self.site.in_order[gap : gap + 2]
        turn = (before.end, way[-1][1])
        return joined(way, line(way[-1], turn), bend(turn, (behind.start, across)))

    def _track(self, leg: Leg, gap: int) -> float:
        """How far along a leg's track lies in a gap."""
        before, behind = self.site.in_order[gap : gap + 2]
        aside = LANE * self.tracks[leg, gap]
        return behind.start + _OUTER - aside if leg in self.site.arriving else before.end - _INNER + aside

    def _end(self, start: Point, id: str, head: Shape) -> Path:
        """The usual end of a way, from the gap before a shape to its outline."""
        box, centre = self.site.sized.shape(head), self.centres[head.id]
        if head.id in self.site.sized.bars:
            return joined(*self._upon_bar(start, head))
        if head.kind != "group":
            return arrival(start, centre, box.along / 2, box.across / 2, self._angles.get((id, head.id)))
        gate, early = self.site.gates[id, head.id]
        outline = (centre[0] - box.along / 2, centre[1] + gate)
        turn = (outline[0] - early, outline[1])
        return joined(bend(start, turn), line(turn, outline))

    def _upon_bar(self, start: Point, head: Shape) -> tuple[Path, Path]:
        """To a junction that is more than a dot: level, and not to its middle."""
        across, along = self.site.middles[head.id][1], self.centres[head.id][0]
        box = self.site.sized.shape(head)
        turn = (max(start[0], self.site.rank(head.id).start), across)
        return bend(start, turn), line(turn, (along - box.along / 2, across))

    def _entering(self, way: Path, leg: Leg, head: Shape) -> Path:
        """A way led across in its track, and then to a shape: straight for its middle, level where no other
        comes nearer."""
        box, centre = self.site.sized.shape(head), self.centres[head.id]
        along, border = self._track(leg, self.site.gaps[leg][1]), self.site.rank(head.id).start
        if head.kind == "group":
            across = self.site.ends[leg][1]
            end = centre[0] - box.along / 2, across
        else:
            aside = self._aside(leg)
            slope = min(_ENTRY, _ENTRY_SLOPE * (centre[0] - border)) / (centre[0] - border) if aside else 0.0
            slope = math.copysign(min(slope, abs(aside) / (centre[0] - along)), aside)
            end = on_ellipse(centre, box.along / 2, box.across / 2, (-1.0, slope))
            across = centre[1] + slope * (centre[0] - along)
            if abs(across - way[-1][1]) < 2 * _RADIUS:
                turn = (along - _RADIUS, way[-1][1])
                return joined(way, line(way[-1], turn), arrival(turn, centre, box.along / 2, box.across / 2))
        return joined(way, rounded((way[-1], (along, way[-1][1]), (along, across), end), _RADIUS))

    def _aside(self, leg: Leg) -> float:
        """From how far across a way comes to an operation's side; 0 where no other comes nearer."""
        middle = self.centres[leg[1]][1]
        away = {other: self._last_across(other) - middle for other in self._arrivals[leg[1]]}
        own = away[leg]
        is_nearest = all(abs(other) >= abs(own) and other * own >= 0 for other in away.values())
        return 0.0 if is_nearest else own

    @cached_property
    def _arrivals(self) -> Mapping[str, list[Leg]]:
        arrivals: dict[str, list[Leg]] = defaultdict(list)
        for leg in self.site.legs:
            if leg in self.site.arriving:
                arrivals[leg[1]].append(leg)
        return arrivals

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

    def _bodies_at(self, rank: int, low: float, high: float) -> list[tuple[str, Rectangle]]:
        """The shapes of a rank that reach into what lies between two places across."""
        bodies = self._bodies[rank]
        tallest = max((body.half_height for _, body in bodies), default=0.0)
        first = bisect_left(bodies, low - tallest, key=_across)
        last = bisect_right(bodies, high + tallest, key=_across)
        return [(id, body) for id, body in bodies[first:last] if body.meets(-math.inf, math.inf, low, high)]

    @cached_property
    def _bodies(self) -> Mapping[int, list[tuple[str, Rectangle]]]:
        """The shapes by rank, from the lowest on, so much larger than they are drawn that a pair's arrows
        keep clear of them where its middle line does."""
        bodies: dict[int, list[tuple[str, Rectangle]]] = defaultdict(list)
        for shape in self.site.sized.scene.shapes:
            box = self.site.sized.shape(shape)
            outline = Ellipse if shape.kind in ("op", "junction") else Rectangle
            body = outline(self.centres[shape.id], box.along / 2 + _BODY, box.across / 2 + _BODY)
            bodies[self.site.rank(shape.id).number].append((shape.id, body))
        for among in bodies.values():
            among.sort(key=_across)
        return bodies


def _across(body: tuple[str, Rectangle]) -> float:
    return body[1].centre[1]


def _ranks(middles: Mapping[str, Point], sized: Sized) -> dict[float, Rank]:
    """The ranks, by the coordinate along the flow that the middles of their boxes share."""
    widest: dict[float, float] = defaultdict(float)
    for id, (along, _) in middles.items():
        widest[along] = max(widest[along], sized.boxes[id].along)
    return {
        along: Rank(number, along - widest[along] / 2, along + widest[along] / 2)
        for number, along in enumerate(sorted(widest))
    }


def _read_plain(plain: str, lift: float) -> tuple[dict[str, Point], dict[Leg, Path]]:
    """The middles of the boxes and the curves between them, in points.

    Middles and the ends of curves are lifted to where lines run; between its ends a curve keeps clear of
    the boxes, which stay where they are.
    """
    middles: dict[str, Point] = {}
    splines: dict[Leg, Path] = {}
    for row in plain.splitlines():
        kind, *words = row.split()
        if kind == "node":
            middles[words[0]] = (float(words[1]) * 72, float(words[2]) * 72 + lift)
        elif kind == "edge":
            numbers = [float(word) * 72 for word in words[3 : 3 + 2 * int(words[2])]]
            points = list(zip(numbers[::2], numbers[1::2], strict=True))
            ends = {0, 1, len(points) - 2, len(points) - 1}
            splines[words[0], words[1]] = tuple(
                (x, y + lift * (i in ends)) for i, (x, y) in enumerate(points)
            )
    return middles, splines
