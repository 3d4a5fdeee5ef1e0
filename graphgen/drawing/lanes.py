"""Where pairs run between the boxes: in lanes along the flow past ranks, in tracks across it between them.

dot keeps boxes apart, not the pairs that it leads past them or up and down between two ranks. A pair that
passes ranks takes a lane there that nobody else has. Pairs that move across in one gap on a common stretch
take tracks of their own, and the gap is widened where it has too few.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain

from graphgen.drawing.boxes import GATE, PORT, RANK_GAP, STAGGER, Sized, level_box
from graphgen.drawing.curves import Path, Point, across_at

LANE = 16.0
"""From the middle of a pair to that of the next beside it."""

_LANES = 4
# So long may two pairs move side by side in a gap where none has a track; so near may they come in tracks.
_ALONGSIDE, _CLEAR = 36.0, 10.0
_AHEAD = 0.5
_TURN = 8.0
_BUMP = 99  # a way through a junction, in crossings

Leg = tuple[str, str]
"""A part of a pair's way, by the ids of two boxes: from a shape to where the pair runs level, or on."""
Tracks = Mapping[tuple[Leg, int], int]
"""The tracks taken in a gap, by leg and gap, counted from the shapes; a junction moves with its pairs and
stands for them, as a leg to itself."""
Interval = tuple[float, float]


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

    def fanned(self, led: Mapping[Leg, float]) -> Site:
        """The same with ports at the junctions that send several pairs to one side."""
        fans: dict[str, list[tuple[float, Leg]]] = defaultdict(list)
        for leg in self.from_junctions:
            fans[leg[0]].append((led.get(leg, self.ends[leg][1]) - self.middles[leg[0]][1], leg))
        ports: dict[Leg, float] = {}
        bars: dict[str, tuple[float, float]] = {}
        for id, fan in fans.items():
            below = sorted((leg for leg in fan if leg[0] < -_AHEAD), reverse=True)
            above = sorted(leg for leg in fan if leg[0] > _AHEAD)
            if max(len(below), len(above)) < 2:
                continue
            ahead = [leg for leg in fan if abs(leg[0]) <= _AHEAD]
            if not ahead:
                ahead.append(below.pop(0) if len(below) > len(above) else above.pop(0))
            for side, away in ((below, -PORT), (above, PORT)):
                ports |= {leg: number * away for number, (_, leg) in enumerate(side, 1)}
            ports |= {leg: 0.0 for _, leg in ahead}
            bars[id] = (-PORT * len(below), PORT * len(above))
        return replace(self, sized=replace(self.sized, bars=bars), ports=ports) if ports else self

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


def lanes(site: Site) -> dict[Leg, float]:
    """How far across each leg runs that passes ranks: straight on where it can, else as far across as
    dot leads its curve through one of the ranks, else near there. The shortest choose first."""
    passing = [leg for leg in site.legs if site.gaps[leg][0] < site.gaps[leg][1]]
    if not passing:
        return {}
    standing: dict[int, list[Interval]] = defaultdict(list)
    for id, (_, across) in site.middles.items():
        half = site.sized.boxes[id].across / 2
        middle = across - site.sized.lift
        standing[site.rank(id).number].append((middle - half, middle + half))
        if id in site.sized.bars:
            low, high = site.sized.bars[id]
            standing[site.rank(id).number].append((across + low - LANE, across + high + LANE))
    chosen: dict[Leg, float] = {}
    for leg in sorted(passing, key=lambda leg: site.gaps[leg][1] - site.gaps[leg][0]):
        site.check()
        first, last = site.gaps[leg]
        blocked = [interval for number in range(first + 1, last + 1) for interval in standing[number]]
        for other, lane in chosen.items():
            begin, end = site.gaps[other]
            if begin < last and first < end:
                blocked.append((lane - LANE, lane + LANE))
        chosen[leg] = _free_lane(site.ends[leg][0], _led(site, leg), blocked)
    return chosen


def _led(site: Site, leg: Leg) -> Iterator[float]:
    """How far across dot leads a curve through the ranks, from the last on, and at the utmost."""
    first, last = site.gaps[leg]
    acrosses = []
    for rank in site.in_order[last:first:-1]:
        acrosses.append(across_at(site.splines[leg], (rank.start + rank.end) / 2))
        if len(acrosses) <= _LANES:
            yield acrosses[-1]
    yield from (min(acrosses), max(acrosses))


def _free_lane(ahead: float, led: Iterator[float], blocked: list[Interval]) -> float:
    """The first of the places that no interval holds; else that nearest to where dot leads the curve."""
    apart = _united(blocked)
    lows, highs = [low for low, _ in apart], [high for _, high in apart]

    def holder(across: float) -> int | None:
        """The number of the interval that holds a place; its ends are free."""
        number = bisect_left(lows, across) - 1
        return number if number >= 0 and across < highs[number] else None

    near = next(led)
    for across in chain((ahead, near), led):
        if holder(across) is None:
            return across
    number = holder(near)
    assert number is not None
    return min((lows[number], highs[number]), key=lambda border: (abs(border - near), border))


def _united(intervals: list[Interval]) -> list[Interval]:
    """The same places as intervals of which no two overlap, in order; where two touch is free."""
    united: list[Interval] = []
    for low, high in sorted(intervals):
        if united and low < united[-1][1]:
            low, before = united.pop()
            high = max(high, before)
        united.append((low, high))
    return united


@dataclass(frozen=True, eq=False)
class Mover:
    """What moves across in a gap: from where, to where, and the least track that it can take."""

    leg: Leg
    starts: tuple[float, ...]
    ends: tuple[float, ...]
    usual: int
    least: int

    @cached_property
    def low(self) -> float:
        return min(*self.starts, *self.ends)

    @cached_property
    def high(self) -> float:
        return max(*self.starts, *self.ends)

    def overlap(self, other: Mover) -> float:
        return min(self.high, other.high) - max(self.low, other.low)

    def runs_along(self, other: Mover) -> bool:
        return self.overlap(other) > _ALONGSIDE or self.ends_at(other) or other.ends_at(self)

    def ends_at(self, other: Mover) -> bool:
        """Whether it would run into another's junction."""
        return other.is_parting and self._ends_where(other, LANE)

    def meets(self, other: Mover) -> bool:
        """Whether the two cannot share a track, or stand in any order."""
        return self.overlap(other) > -_CLEAR

    def runs_into(self, other: Mover) -> bool:
        """Whether on its way on it would run along another that takes a track further on."""
        return self._ends_where(other, LANE if other.is_parting else _CLEAR)

    def _ends_where(self, other: Mover, near: float) -> bool:
        for end in self._turns:
            for start in other.starts:
                if -near < end - start < near:
                    return True
        return False

    @cached_property
    def _turns(self) -> tuple[float, ...]:
        """The ends that lie up or down."""
        return tuple(end for end in self.ends if end != self.starts[0])

    @cached_property
    def is_parting(self) -> bool:
        return self.leg[0] == self.leg[1]

    @cached_property
    def is_far(self) -> bool:
        """Whether it moves so far that it may run along another."""
        return self.high - self.low > _ALONGSIDE or self.least > self.usual

    def shares_an_end(self, other: Mover) -> bool:
        return self.usual == other.usual == 0 and self.leg[1] == other.leg[1]


def tracks(site: Site, led: Mapping[Leg, float], blocked: AbstractSet[Leg]) -> dict[tuple[Leg, int], int]:
    """The tracks of the gaps in which some pair cannot keep to its usual one, because another runs along
    it or, where the leg is blocked, a shape stands there."""
    found: dict[tuple[Leg, int], int] = {}
    if site.sized.is_forest and not blocked:
        return found
    for (gap, is_arriving), movers in _movers(site, led, blocked).items():
        site.check()
        if all(mover.leg not in site.ports for mover in movers):
            far = [mover for mover in movers if mover.is_far]
            near = [(one, other) for one, other in _neighbours(far, LANE) if one.runs_along(other)]
            taken = _taken(far, near, _crossings, is_arriving)
            if all(taken[mover.leg] == mover.usual for mover in far):
                continue
            if not any(_clashing(far, taken, is_arriving)):
                found |= {(leg, gap): track for leg, track in taken.items()}
                continue
        taken = _taken(movers, _neighbours(movers, _CLEAR), _collisions, is_arriving)
        swapped = {mover.leg for pair in _clashing(movers, taken, is_arriving) for mover in pair}
        found |= {(leg, gap): track for leg, track in taken.items() if leg not in swapped}
    return found


def _clashing(
    movers: list[Mover], taken: Mapping[Leg, int], is_arriving: bool
) -> Iterator[tuple[Mover, Mover]]:
    """The movers that run into each other in their tracks."""
    for one, other in _neighbours(movers, LANE):
        further = taken[other.leg] - taken[one.leg]
        if not further:
            if one.meets(other) and not one.shares_an_end(other):
                yield one, other
        elif other.runs_into(one) if (further > 0) == is_arriving else one.runs_into(other):
            yield one, other


def _neighbours(movers: list[Mover], near: float) -> Iterator[tuple[Mover, Mover]]:
    """The movers between which there is less than a length, two by two."""
    in_order = sorted(movers, key=lambda mover: mover.low)
    lows = [mover.low for mover in in_order]
    for number, one in enumerate(in_order):
        for other in in_order[number + 1 : bisect_left(lows, one.high + near)]:
            yield one, other


def _movers(
    site: Site, led: Mapping[Leg, float], blocked: AbstractSet[Leg]
) -> dict[tuple[int, bool], list[Mover]]:
    """What moves across in each gap, by the gap and whether it lies before shapes."""
    movers: dict[tuple[int, bool], list[Mover]] = defaultdict(list)
    parting: dict[str, list[Leg]] = defaultdict(list)
    for leg in site.legs:
        first, last = site.gaps[leg]
        (start, end), is_arriving = site.ends[leg], leg in site.arriving
        lane = led.get(leg, start)
        if leg in site.parting:
            parting[leg[0]].append(leg)
            if first == last:
                continue
        elif abs(lane - start) > _AHEAD:
            movers[first, is_arriving].append(Mover(leg, (start,), (lane,), 1, 1))
        if abs(end - lane) > _AHEAD or leg in blocked:
            usual = 0 if is_arriving else 1
            least = max(usual, int(leg in blocked))
            movers[last, is_arriving].append(Mover(leg, (lane,), (end,), usual, least))
    for id, legs in parting.items():
        across = site.middles[id][1]
        ends = tuple(led.get(leg, site.ends[leg][1]) for leg in legs)
        if max(abs(end - across) for end in ends) > _ALONGSIDE:
            least = int(not blocked.isdisjoint(legs))
            movers[site.rank(id).number, False].append(Mover((id, id), (across,), ends, 0, least))
    return movers


Count = Callable[[Mover, Mover], int]
"""How bad it is that one takes a track on the left of the other's."""


def _taken(
    movers: list[Mover], near: Iterable[tuple[Mover, Mover]], count: Count, is_arriving: bool
) -> dict[Leg, int]:
    """The tracks of what moves across in a gap, in an order in which few cross; none that two share
    which are near each other."""
    taken: dict[Leg, int] = {}
    costs = _costs(movers, near, count, is_arriving)
    for mover in _in_turn(costs):
        track = mover.least
        if is_arriving and not all(mover.shares_an_end(other) for other in costs[mover]):
            track = max(track, 1)
        for other in costs[mover]:
            if other.leg in taken and (track or not mover.shares_an_end(other)):
                track = max(track, taken[other.leg] + 1)
        taken[mover.leg] = track
    return taken


Costs = Mapping[Mover, Mapping[Mover, int]]
"""How many crossings more there are where the first is nearer to the shapes than the second, which is
near it."""


def _costs(
    movers: list[Mover], near: Iterable[tuple[Mover, Mover]], count: Count, is_arriving: bool
) -> Costs:
    costs: dict[Mover, dict[Mover, int]] = {mover: {} for mover in movers}
    for one, other in near:
        more = count(one, other) - count(other, one)
        left, right = (other, one) if is_arriving else (one, other)
        costs[left][right] = more if more > 0 else 0
        costs[right][left] = -more if more < 0 else 0
    return costs


def _in_turn(costs: Costs) -> Iterator[Mover]:
    """From the shapes on: next always the one that costs the fewest crossings with those left near it."""
    left = {one: sum(others.values()) for one, others in costs.items()}
    while left:
        best = min(left, key=left.__getitem__)
        del left[best]
        for other in costs[best]:
            if other in left:
                left[other] -= costs[other][best]
        yield best


def _crossings(left: Mover, right: Mover) -> int:
    """How often two movers cross where one takes a track on the left of the other's."""
    if right.is_parting and left.ends_at(right):
        return _BUMP
    count, low, high = 0, left.low, left.high
    for start in right.starts:
        count += low < start < high
    low, high = right.low, right.high
    for end in left.ends:
        count += low < end < high
    return count


def _collisions(left: Mover, right: Mover) -> int:
    """The same; and where the left one would run into the right one, it counts for many."""
    return _BUMP if left.runs_into(right) else _crossings(left, right)


def widening(site: Site, taken: Tracks) -> dict[int, float]:
    """How much wider gaps must be for their tracks."""
    extra: dict[int, float] = defaultdict(float)
    for (leg, gap), track in taken.items():
        if leg[0] == leg[1]:
            needed = LANE * track + _TURN / 2 if track else 0.0
        else:
            needed = LANE * track + _TURN - RANK_GAP
        extra[gap] = max(extra[gap], needed)
    return extra


def _spread(wanted: list[float], room: float) -> list[float]:
    """Places near the wanted ones, which grow, from -room to room and a gate apart."""
    places: list[float] = []
    for number, place in enumerate(wanted):
        highest = room - (len(wanted) - 1 - number) * GATE
        lowest = places[-1] + GATE if places else -room
        places.append(max(min(place, highest), lowest))
    return places
