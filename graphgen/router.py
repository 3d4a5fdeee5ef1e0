"""The way of every pair: dot's answer to the bare boxes, then our own middle lines between them.

Inside its rank a pair runs level, which is where its labels stand: they never lie on a slope. Between
ranks it bends.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from graphgen.geometry import (
    Path,
    Point,
    Rectangle,
    across_at,
    approach,
    arrival,
    bend,
    departure,
    is_free,
    joined,
    line,
    on_ellipse,
)
from graphgen.layout import CLEARANCE, GATE, STAGGER, TEXT_GAP, Placed, Sized, level_box
from graphgen.shapes import Arrow, Shape

_LANES = 4
_UPRIGHT, _BETWEEN_ARRIVALS = math.radians(80), math.radians(38)


def place(sized: Sized, plain: str) -> Placed:
    """Our geometry over dot's answer to `bare`, in its plain format."""
    middles, splines = _read_plain(plain, sized.lift)
    ranks = _ranks(middles, sized)
    centres: dict[str, Point] = {}
    merged = {level_box(arrow) for arrow in sized.picture.arrows}
    for shape in sized.picture.shapes:
        along, across = middles[shape.id]
        half = sized.shape(shape).along / 2
        if shape.id in merged and shape.kind == "input":
            along = ranks[along].end - sized.input_level - TEXT_GAP - half
        elif shape.kind == "junction":  # behind what stands in its rank, so that pairs part in the gap
            along = ranks[along].end - half
        elif shape.kind == "output":
            along = ranks[along].start + sized.output_level + TEXT_GAP + half
        centres[shape.id] = (along, across)
    route = _Router(sized, middles, splines, ranks, centres)
    levels = {arrow.id: route.level(arrow) for arrow in sized.picture.arrows}
    paths = {arrow.id: route.path(arrow) for arrow in sized.picture.arrows}
    labels = {id: ((start + end) / 2, across) for id, (start, end, across) in levels.items()}
    return Placed(sized, centres, paths, labels)


@dataclass(frozen=True)
class _Rank:
    number: int
    start: float
    end: float


@dataclass(frozen=True)
class _Router:
    """Draws the middle lines of the edges between boxes that have their places."""

    sized: Sized
    middles: Mapping[str, Point]
    splines: Mapping[tuple[str, str], Path]
    ranks: Mapping[float, _Rank]
    centres: Mapping[str, Point]

    def rank(self, id: str) -> _Rank:
        return self.ranks[self.middles[id][0]]

    def level(self, arrow: Arrow) -> tuple[float, float, float]:
        """Where an edge runs level: from, to, and how far across."""
        id = level_box(arrow)
        rank, across = self.rank(id), self.middles[id][1]
        if id == arrow.head.id:
            return rank.start, rank.start + self.sized.output_level, across
        if id == arrow.tail.id:
            return rank.end - self.sized.input_level, rank.end, across
        return rank.start, rank.end, across

    def path(self, arrow: Arrow) -> Path:
        """The middle line of a pair, from outline to outline."""
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
        box, centre = self.sized.shape(tail), self.centres[tail.id]
        gap = TEXT_GAP if tail.kind in ("input", "output") else 0.0
        gate, ahead = self._gates.get((tail.id, id), (0.0, 0.0))
        start = (centre[0] + box.along / 2 + gap, centre[1] + gate)
        if tail.kind == "junction":
            direct = departure(centre, box.along / 2, end)
        else:
            turn = (start[0] + ahead, start[1])
            direct = joined(line(start, turn), bend(turn, end)) if ahead else bend(start, end)
        late, *lanes = (joined(way, bend(way[-1], end)) for way in self._ways(start, tail.id, id))
        is_next = self.rank(id).number - self.rank(tail.id).number == 1
        candidates = [direct, late] if is_next else [late, *lanes, direct]
        free = self._first_free(candidates, tail.id, id)
        if free or is_next:
            return free or direct
        return (start, *self.splines[tail.id, id][1:-1], end)

    def _arriving(self, id: str, start: Point, head: Shape) -> Path:
        """From the end of the level stretch to a shape's outline."""
        box, centre = self.sized.shape(head), self.centres[head.id]
        gate, early = self._gates.get((id, head.id), (0.0, 0.0))
        outline = (centre[0] - box.along / 2, centre[1] + gate)
        border = (self.rank(head.id).start, outline[1])

        def bent(start: Point) -> Path:
            if head.kind == "group":
                turn = (outline[0] - early, outline[1])
                return joined(bend(start, turn), line(turn, outline)) if early else bend(start, outline)
            return arrival(start, centre, box.along / 2, box.across / 2, self._angles.get((id, head.id)))

        def squeezed(start: Point) -> Path:
            return joined(bend(start, border), line(border, outline))

        late, *lanes = self._ways(start, id, head.id)
        is_next = self.rank(head.id).number - self.rank(id).number == 1
        ways = [(start,)] if is_next else [late, *lanes, (start,)]
        candidates = (joined(way, end(way[-1])) for end in (bent, squeezed) for way in ways)
        free = self._first_free(candidates, id, head.id)
        if free or is_next:
            return free or bent(start)
        # dot ends its curve at the outline of its box, which is larger.
        *way, last = self.splines[id, head.id]
        direction = (last[0] - centre[0], last[1] - centre[1])
        return (start, *way[1:], on_ellipse(centre, box.along / 2, box.across / 2, direction))

    def _ways(self, start: Point, tail: str, head: str) -> Iterator[Path]:
        """Ways through the ranks between two boxes: first straight on; then those that bend at once and
        run level, as far across as dot leads its curve through one of the ranks."""
        first, last = self.rank(tail).number, self.rank(head).number
        turn = (self.rank(tail).end, start[1])
        yield line(start, (self._in_order[last - 1].end, start[1]))
        if ranks := self._in_order[first + 1 : last]:
            way = self.splines[tail, head]
            acrosses = [across_at(way, (rank.start + rank.end) / 2) for rank in reversed(ranks)]
            for across in dict.fromkeys((*acrosses[:_LANES], min(acrosses), max(acrosses))):
                lane = (ranks[0].start, across), (ranks[-1].end, across)
                yield joined(line(start, turn), bend(turn, lane[0]), line(*lane))

    @cached_property
    def _gates(self) -> Mapping[tuple[str, str], tuple[float, float]]:
        """For each pair at a collapsed part: how far from the middle of its side its gate lies, straight
        ahead where it can, and how far from the gate it bends. The farther it comes from across, the
        nearer, so that none cross."""
        sides: dict[tuple[str, bool], list[tuple[str, str]]] = defaultdict(list)
        for arrow in self.sized.picture.arrows:
            if arrow.head.kind == "group":
                sides[arrow.head.id, True].append((level_box(arrow), arrow.head.id))
            if arrow.tail.kind == "group":
                sides[arrow.tail.id, False].append((arrow.tail.id, level_box(arrow)))
        gates = {}
        for (group, arrives), ends in sides.items():
            away = {end: self.middles[end[0 if arrives else 1]][1] - self.middles[group][1] for end in ends}
            farthest = sorted(ends, key=lambda end: -abs(away[end]))
            in_order = sorted(ends, key=lambda end: away[end])
            room = self.sized.shape(self.sized.shapes[group]).across / 2 - 0.5 * GATE
            for end, gate in zip(in_order, _spread([away[end] for end in in_order], room), strict=True):
                is_ahead = abs(away[end] - gate) < 1
                gates[end] = (gate, 0.0 if is_ahead else farthest.index(end) * STAGGER)
        return gates

    @cached_property
    def _angles(self) -> Mapping[tuple[str, str], float]:
        """At which angle the pairs arrive that come to an operation from one side: the farther it comes
        from across, the steeper, and far enough apart that none cross."""
        sides: dict[tuple[str, bool], list[tuple[float, str]]] = defaultdict(list)
        for arrow in self.sized.picture.arrows:
            id, head = level_box(arrow), arrow.head
            if head.kind == "op":
                away = self.middles[id][1] - self.centres[head.id][1]
                if abs(away) >= self.sized.shape(head).across / 6:
                    sides[head.id, away > 0].append((abs(away), id))
        angles = {}
        for (head_id, is_beyond), pairs in sides.items():
            for number, (_, id) in enumerate(sorted(pairs, reverse=True) if len(pairs) > 1 else ()):
                start = (self.rank(id).end, self.middles[id][1])
                own = abs(approach(start, self.centres[head_id])) if number else _UPRIGHT
                angle = min(own, _UPRIGHT - number * _BETWEEN_ARRIVALS)
                angles[id, head_id] = math.copysign(angle, -1 if is_beyond else 1)
        return angles

    @cached_property
    def _in_order(self) -> list[_Rank]:
        return sorted(self.ranks.values(), key=lambda rank: rank.number)

    def _first_free(self, candidates: Iterable[Path], tail: str, head: str) -> Path | None:
        """The first of some curves that keeps clear of every box but those at its two ends."""
        first, last = self.rank(tail).number, self.rank(head).number
        others = [
            box
            for number in range(first, last + 1)
            for id, box in self._obstacles[number, first < number < last]
            if id not in (tail, head)
        ]
        return next((path for path in candidates if is_free(path, others)), None)

    @cached_property
    def _obstacles(self) -> Mapping[tuple[int, bool], list[tuple[str, Rectangle]]]:
        """The boxes by rank, with the clearance that dot was given or without it."""
        obstacles: dict[tuple[int, bool], list[tuple[str, Rectangle]]] = defaultdict(list)
        for id, middle in self.middles.items():
            box, rank = self.sized.boxes[id], self.rank(id).number
            centre = (middle[0], middle[1] - self.sized.lift)
            for clearance in (0.0, CLEARANCE):
                body = Rectangle(centre, box.along / 2 - clearance, box.across / 2 - clearance)
                obstacles[rank, not clearance].append((id, body))
        return obstacles


def _spread(wanted: list[float], room: float) -> list[float]:
    """Places near the wanted ones, which grow, from -room to room and a gate apart."""
    places: list[float] = []
    for number, place in enumerate(wanted):
        highest = room - (len(wanted) - 1 - number) * GATE
        lowest = places[-1] + GATE if places else -room
        places.append(max(min(place, highest), lowest))
    return places


def _ranks(middles: Mapping[str, Point], sized: Sized) -> dict[float, _Rank]:
    """The ranks, by the coordinate along the flow that the middles of their boxes share."""
    widest: dict[float, float] = defaultdict(float)
    for id, (along, _) in middles.items():
        widest[along] = max(widest[along], sized.boxes[id].along)
    return {
        along: _Rank(number, along - widest[along] / 2, along + widest[along] / 2)
        for number, along in enumerate(sorted(widest))
    }


def _read_plain(plain: str, lift: float) -> tuple[dict[str, Point], dict[tuple[str, str], Path]]:
    """The middles of the boxes and the curves between them, in points.

    Middles and the ends of curves are lifted to where lines run; between its ends a curve keeps clear of
    the boxes, which stay where they are.
    """
    middles: dict[str, Point] = {}
    splines: dict[tuple[str, str], Path] = {}
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
