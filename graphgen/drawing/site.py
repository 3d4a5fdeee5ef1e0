"""Where dot placed the boxes: the ranks, the gaps between them, and the legs of each pair's way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property

from graphgen.drawing.boxes import GATE, PORT, STAGGER, Sized, level_box
from graphgen.drawing.curves import Path, Point

AHEAD = 0.5
"""So far up or down is still straight ahead."""

Leg = tuple[str, str]
"""A part of a pair's way, by the ids of two boxes: from a shape to where the pair runs level, or on."""


@dataclass(frozen=True)
class Rank:
    number: int
    start: float
    end: float


@dataclass(frozen=True)
class Site:
    """dot's answer: the middles of the boxes, the curves between them, and the ranks, by the coordinate
    along the flow that the middles of their boxes share."""

    sized: Sized
    middles: Mapping[str, Point]
    splines: Mapping[Leg, Path]
    ranks: Mapping[float, Rank]
    ports: Mapping[Leg, float] = field(default_factory=dict)
    """How far from where its value arrives a pair leaves a junction, which sends others to the same side."""
    check: Callable[[], None] = lambda: None
    """Called in every loop over pairs or gaps: raises RenderError when the time is up."""

    def rank(self, id: str) -> Rank:
        return self.ranks[self.middles[id][0]]

    @cached_property
    def in_order(self) -> list[Rank]:
        return sorted(self.ranks.values(), key=lambda rank: rank.number)

    @cached_property
    def ends_of_ranks(self) -> list[float]:
        """Where along the flow each rank ends, in order."""
        return [rank.end for rank in self.in_order]

    @cached_property
    def legs(self) -> list[Leg]:
        """Those of the main chain first."""
        legs = []
        for arrow in sorted(self.sized.scene.arrows, key=lambda arrow: not arrow.on_main_chain):
            tail, level, head = arrow.tail.id, level_box(arrow), arrow.head.id
            legs += [leg for leg in ((tail, level), (level, head)) if leg[0] != leg[1]]
        return legs

    @cached_property
    def gaps(self) -> Mapping[Leg, tuple[int, int]]:
        """The gaps behind a leg's first box and before its last, by the number of the rank before each."""
        return {
            (tail, head): (self.rank(tail).number, self.rank(head).number - 1) for tail, head in self.legs
        }

    @cached_property
    def ends(self) -> Mapping[Leg, tuple[float, float]]:
        """How far across each leg starts and ends."""
        ends = {(tail, head): (self.middles[tail][1], self.middles[head][1]) for tail, head in self.legs}
        for leg, (gate, _) in self.gates.items():
            start, end = ends[leg]
            ends[leg] = (start, end + gate) if leg in self.arriving else (start + gate, end)
        return ends

    @cached_property
    def arriving(self) -> AbstractSet[Leg]:
        """The legs that end at a shape, not where their pair runs level."""
        shapes = self.sized.shapes
        return {leg for leg in self.legs if leg[1] in shapes and shapes[leg[1]].kind != "output"}

    @cached_property
    def parting(self) -> AbstractSet[Leg]:
        """The legs that start at a dot."""
        return {leg for leg in self.from_junctions if leg not in self.ports}

    @cached_property
    def from_junctions(self) -> list[Leg]:
        shapes = self.sized.shapes
        return [leg for leg in self.legs if leg[0] in shapes and shapes[leg[0]].kind == "junction"]

    @cached_property
    def gates(self) -> Mapping[Leg, tuple[float, float]]:
        """For each pair at a collapsed part: how far from the middle of its side its gate lies, straight
        ahead where it can, and how far from the gate it bends. The farther it comes from across, the
        nearer, so that none cross."""
        sides: dict[tuple[str, bool], list[Leg]] = defaultdict(list)
        for arrow in self.sized.scene.arrows:
            if arrow.head.kind == "group":
                sides[arrow.head.id, True].append((level_box(arrow), arrow.head.id))
            if arrow.tail.kind == "group":
                sides[arrow.tail.id, False].append((arrow.tail.id, level_box(arrow)))
        gates = {leg: (port, 0.0) for leg, port in self.ports.items()}
        for (group, arrives), ends in sides.items():
            away = {end: self.middles[end[0 if arrives else 1]][1] - self.middles[group][1] for end in ends}
            farthest = sorted(ends, key=lambda end: -abs(away[end]))
            in_order = sorted(ends, key=lambda end: away[end])
            room = self.sized.shape(self.sized.shapes[group]).across / 2 - 0.5 * GATE
            for end, gate in zip(in_order, _spread([away[end] for end in in_order], room), strict=True):
                is_ahead = abs(away[end] - gate) < 1
                gates[end] = (gate, 0.0 if is_ahead else farthest.index(end) * STAGGER)
        return gates

    def fan(self, id: str) -> tuple[float, float]:
        """How far down and up from where a value arrives pairs leave a junction; no way elsewhere."""
        if id in self.sized.bars:
            return self.sized.bars[id]
        shape = self.sized.shapes.get(id)
        return (-PORT, PORT) if shape and shape.kind == "junction" else (0.0, 0.0)

    def fanned(self, led: Mapping[Leg, float]) -> Site:
        """The same with ports at the junctions that send several pairs to one side."""
        fans: dict[str, list[tuple[float, Leg]]] = defaultdict(list)
        for leg in self.from_junctions:
            fans[leg[0]].append((led.get(leg, self.ends[leg][1]) - self.middles[leg[0]][1], leg))
        ports: dict[Leg, float] = {}
        bars: dict[str, tuple[float, float]] = {}
        for id, fan in fans.items():
            below = sorted((leg for leg in fan if leg[0] < -AHEAD), reverse=True)
            above = sorted(leg for leg in fan if leg[0] > AHEAD)
            if max(len(below), len(above)) < 2:
                continue
            ahead = [leg for leg in fan if abs(leg[0]) <= AHEAD]
            if not ahead:
                ahead.append(below.pop(0) if len(below) > len(above) else above.pop(0))
            for side, away in ((below, -PORT), (above, PORT)):
                ports |= {leg: number * away for number, (_, leg) in enumerate(side, 1)}
            ports |= {leg: 0.0 for _, leg in ahead}
            bars[id] = (-PORT * len(below), PORT * len(above))
        return replace(self, sized=replace(self.sized, bars=bars), ports=ports) if ports else self

    @property
    def depth(self) -> float:
        """How far across the middles of the boxes reach."""
        acrosses = [across for _, across in self.middles.values()]
        return max(acrosses) - min(acrosses)

    def moving(self) -> set[int]:
        """The gaps that some leg goes through."""
        return {gap for gaps in self.gaps.values() for gap in range(gaps[0], gaps[1] + 1)}

    def widened(self, extra: Mapping[int, float]) -> Site:
        """The same with more room in gaps."""
        shift, by_rank = 0.0, {}
        for rank in self.in_order:
            by_rank[rank.number] = shift
            shift += extra.get(rank.number, 0.0)
        return replace(
            self,
            middles={id: (x + by_rank[self.rank(id).number], y) for id, (x, y) in self.middles.items()},
            ranks={
                along + by_rank[rank.number]: Rank(
                    rank.number, rank.start + by_rank[rank.number], rank.end + by_rank[rank.number]
                )
                for along, rank in self.ranks.items()
            },
        )


def _spread(wanted: list[float], room: float) -> list[float]:
    """Places near the wanted ones, which grow, from -room to room and a gate apart."""
    places: list[float] = []
    for number, place in enumerate(wanted):
        highest = room - (len(wanted) - 1 - number) * GATE
        lowest = places[-1] + GATE if places else -room
        places.append(max(min(place, highest), lowest))
    return places


def ranks(middles: Mapping[str, Point], sized: Sized) -> dict[float, Rank]:
    """The ranks, by the coordinate along the flow that the middles of their boxes share."""
    widest: dict[float, float] = defaultdict(float)
    for id, (along, _) in middles.items():
        widest[along] = max(widest[along], sized.boxes[id].along)
    return {
        along: Rank(number, along - widest[along] / 2, along + widest[along] / 2)
        for number, along in enumerate(sorted(widest))
    }


def read_plain(plain: str, lift: float) -> tuple[dict[str, Point], dict[Leg, Path]]:
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
