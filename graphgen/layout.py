"""Where everything stands: sizes, dot's answer to bare boxes, then our own geometry.

An edge's labels need room, so for dot each edge runs through a box of its own, as large as
the pair of arrows with what is written above and below; the box of an input's only edge is one with
the input. Boxes of edges and of nodes alternate from rank to rank. Inside its rank a pair runs level,
which is where its labels stand: they never lie on a slope. Between ranks it bends.

Geometry is done in flow coordinates: (along, across), across growing to the left hand of somebody who
walks with the forward pass. A downward picture is turned at the end. Lengths are in points.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

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
from graphgen.shapes import SIZE, SMALL_SIZE, SYMBOL_SIZE, Arrow, Diagram, Shape
from graphgen.typeset import width

PAIR = 4.0
"""From the middle of a pair to each of its two arrows."""
TIP = 8.0
"""Length of an arrowhead."""
CIRCLE = 36.0
"""Diameter of an operation."""
LINE_HEIGHT = 1.2
"""From line to line, in font sizes."""
LABEL_GAP = 2.5
"""Between an arrow and what is written at it."""

_JUNCTION = 12.0
_RANK_GAP, _NODE_GAP = 26.0, 2.0
_TEXT_GAP = 6.0
_SHORTEST_LEVEL = 30.0
_CLEARANCE = 7.0
_GATE, _STAGGER = 22.0, 13.0
_LANES = 4
_UPRIGHT, _BETWEEN_ARRIVALS = math.radians(80), math.radians(38)
_FAST_FROM = 150


class Box(NamedTuple):
    """Extents along the flow and across it."""

    along: float
    across: float


class Room(NamedTuple):
    """What an edge needs: a level stretch along, and on each side the depth of its labels."""

    along: float
    forward_side: float
    backward_side: float


@dataclass(frozen=True)
class Placed:
    """Where the shapes' centres, the edges' middle lines and the labels' middles are, by id."""

    sized: Sized
    centres: Mapping[str, Point]
    paths: Mapping[str, Path]
    labels: Mapping[str, Point]


@dataclass(frozen=True)
class Sized:
    """A picture with the extents of its parts, before anything has a place."""

    picture: Diagram

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        return {shape.id: shape for shape in self.picture.shapes}

    def text(self, text: str, size: float) -> Box:
        if not text:
            return Box(0.0, 0.0)
        lines = text.split("\n")
        wide, high = max(width(row, size) for row in lines), len(lines) * size * LINE_HEIGHT
        return Box(high, wide) if self.picture.downward else Box(wide, high)

    def shape(self, shape: Shape) -> Box:
        """The extents of a shape as it is drawn."""
        return self._shapes[shape.id]

    @cached_property
    def _shapes(self) -> Mapping[str, Box]:
        return {shape.id: self._shape(shape) for shape in self.picture.shapes}

    def _shape(self, shape: Shape) -> Box:
        if shape.kind == "junction":
            return Box(_JUNCTION, _JUNCTION)
        if shape.kind == "group":
            text, gates = self.text(shape.text, SIZE), max(self.gates(shape))
            return Box(text.along + 24, max(text.across + 20, CIRCLE, self.lane * (gates - 1) + 1.5 * _GATE))
        if shape.kind != "op":
            return self.text(shape.text, SIZE)
        text_width = width(shape.text, SYMBOL_SIZE)
        # The corners of a long text need more room in an ellipse.
        wide = max(CIRCLE, text_width + 18, 1.28 * text_width)
        return Box(CIRCLE, wide) if self.picture.downward else Box(wide, CIRCLE)

    def gates(self, group: Shape) -> tuple[int, int]:
        """How many pairs arrive at a collapsed part and leave it: each has a gate of its own."""
        arriving = sum(arrow.head == group for arrow in self.picture.arrows)
        leaving = sum(arrow.tail == group for arrow in self.picture.arrows)
        return arriving, leaving

    @cached_property
    def lane(self) -> float:
        """From pair to pair where they run side by side, at a collapsed part."""
        return _NODE_GAP + max(
            (2 * _CLEARANCE + self._depth(room) for room in self.rooms.values()), default=0.0
        )

    def _depth(self, room: Room) -> float:
        """What an edge takes up across, as a box whose middle is lifted."""
        return 2 * max(room.forward_side + self.lift, room.backward_side - self.lift)

    @cached_property
    def rooms(self) -> Mapping[str, Room]:
        return {arrow.id: self._room(arrow) for arrow in self.picture.arrows}

    def _room(self, arrow: Arrow) -> Room:
        pair = PAIR if arrow.has_forward and arrow.has_backward else 0.0
        sides = [
            (self.text(main, SIZE), self.text(small, SMALL_SIZE))
            for main, small in ((arrow.forward, arrow.name), (arrow.backward, arrow.local))
        ]
        if self.picture.downward:
            along = max(sum(box.along for box in side) for side in sides)
            depths = [max(box.across for box in side) for side in sides]
        else:
            along = max(box.along for side in sides for box in side)
            depths = [sum(box.across for box in side) for side in sides]
        forward_side, backward_side = (pair + LABEL_GAP + depth for depth in depths)
        return Room(max(along + 2 * LABEL_GAP, _SHORTEST_LEVEL), forward_side, backward_side)

    @cached_property
    def input_level(self) -> float:
        """The length of the level stretch behind every input."""
        levels = [self.rooms[a.id].along for a in self.picture.arrows if a.tail.kind == "input"]
        return max(levels, default=0.0)

    @cached_property
    def output_level(self) -> float:
        """The length of the level stretch before every output."""
        levels = [self.rooms[a.id].along for a in self.picture.arrows if a.head.kind == "output"]
        return max(levels, default=0.0)

    @cached_property
    def lift(self) -> float:
        """How far above the middle of its box everything runs, so that uneven sides waste no room."""
        rooms = self.rooms.values()
        below = max((room.backward_side for room in rooms), default=0.0)
        return (below - max((room.forward_side for room in rooms), default=0.0)) / 2

    @cached_property
    def boxes(self) -> Mapping[str, Box]:
        """The extents of the boxes for dot, by the id of the shape or of the edge, with a clearance across
        for the pairs that dot leads past."""
        boxes = {}
        for shape in self.picture.shapes:
            box = self.shape(shape)
            bends = 2 * _STAGGER * (max(self.gates(shape)) - 1) if shape.kind == "group" else 0.0
            boxes[shape.id] = Box(box.along + bends, box.across + 2 * abs(self.lift) + 2 * _CLEARANCE)
        for arrow in self.picture.arrows:
            room = self.rooms[arrow.id]
            across = self._depth(room) + 2 * _CLEARANCE
            id = level_box(arrow)
            if id == arrow.id:
                boxes[id] = Box(room.along, across)
            else:
                level = self.output_level if id == arrow.head.id else self.input_level
                boxes[id] = Box(boxes[id].along + _TEXT_GAP + level, max(boxes[id].across, across))
        return boxes


def level_box(arrow: Arrow) -> str:
    """The id of the box in which an edge runs level: the output's, the input's, or its own."""
    if arrow.head.kind == "output":
        return arrow.head.id
    return arrow.tail.id if arrow.tail.kind == "input" else arrow.id


def bare(sized: Sized) -> str:
    """The DOT of the boxes, without words, which dot is to rank and to put in order."""
    picture = sized.picture
    lines = [
        "digraph {",
        f"rankdir=LR ranksep={_inches(_RANK_GAP)} nodesep={_inches(_NODE_GAP)}",
        _patience(len(picture.shapes)),
        # In a forest every edge joins two ranks that are next to each other, where no curve of dot's is used.
        "splines=none" if len({arrow.tail.id for arrow in picture.arrows}) == len(picture.arrows) else "",
        "node [shape=box fixedsize=true] edge [arrowhead=none]",
    ]
    # "ordering=in" keeps operands in the order in which their edges are written here. Where values are
    # used again it would make edges cross, so there only operands that cannot change places keep theirs.
    is_tree = all(shape.kind != "junction" for shape in picture.shapes)
    for id, box in sized.boxes.items():
        shape = sized.shapes.get(id)
        outline = " shape=ellipse" if shape and shape.kind in ("op", "junction") else ""
        order = " ordering=in" if shape and (is_tree or shape.is_ordered) else ""
        lines.append(f"{id} [width={_inches(box.along)} height={_inches(box.across)}{outline}{order}]")
    position = {shape.id: number for number, shape in enumerate(picture.shapes)}
    arrivals = Counter(arrow.head.id for arrow in picture.arrows)
    for arrow in sorted(
        picture.arrows, key=lambda arrow: (position[arrow.head.id], [edge[2] for edge in arrow.edges])
    ):
        level = level_box(arrow)
        is_only = arrivals[arrow.head.id] == 1
        # A collapsed part stands in the middle of what arrives there.
        is_straight = arrow.on_main_chain and (is_only or arrow.head.kind != "group")
        weight = 8 if is_straight else 1
        # A pair bends, if at all, behind its level stretch, and not before its head's only way in.
        pieces = [
            (arrow.tail.id, level, 3 if arrow.tail.kind == "junction" else 8),
            (level, arrow.head.id, 6 if is_only else 2),
        ]
        for tail, head, times in pieces:
            if tail != head:
                lines.append(f"{tail} -> {head} [weight={weight * times} tailport=e]")
    return "\n".join([*filter(None, lines), "}"])


def _patience(shapes: int) -> str:
    """How long dot may improve on ranks, order and places, in rounds for each shape: of many, fewer."""
    if shapes <= _FAST_FROM:
        return ""
    return f"nslimit={min(1, 2 * _FAST_FROM / shapes):.2f} nslimit1=1 mclimit=0.2"


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
            along = ranks[along].end - sized.input_level - _TEXT_GAP - half
        elif shape.kind == "junction":  # behind what stands in its rank, so that pairs part in the gap
            along = ranks[along].end - half
        elif shape.kind == "output":
            along = ranks[along].start + sized.output_level + _TEXT_GAP + half
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
        gap = _TEXT_GAP if tail.kind in ("input", "output") else 0.0
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
            room = self.sized.shape(self.sized.shapes[group]).across / 2 - 0.5 * _GATE
            for end, gate in zip(in_order, _spread([away[end] for end in in_order], room), strict=True):
                is_ahead = abs(away[end] - gate) < 1
                gates[end] = (gate, 0.0 if is_ahead else farthest.index(end) * _STAGGER)
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
            for clearance in (0.0, _CLEARANCE):
                body = Rectangle(centre, box.along / 2 - clearance, box.across / 2 - clearance)
                obstacles[rank, not clearance].append((id, body))
        return obstacles


def _spread(wanted: list[float], room: float) -> list[float]:
    """Places near the wanted ones, which grow, from -room to room and a gate apart."""
    places: list[float] = []
    for number, place in enumerate(wanted):
        highest = room - (len(wanted) - 1 - number) * _GATE
        lowest = places[-1] + _GATE if places else -room
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


def _inches(points: float) -> str:
    return f"{points / 72:.4f}"
