"""The moves across in a gap, and the tracks that they take there."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import combinations

from graphgen.drawing.boxes import PORT, TIP
from graphgen.drawing.channels import Corners, Net, channel
from graphgen.drawing.lanes import LANE, Lanes, standing
from graphgen.drawing.site import Leg, Site

HEAD = TIP
"""How much more room there is behind the last track of a gap than before the first, for arrowheads."""
_ENTRY, _LEVEL, _BESIDE, _LEAST = 14.0, 6.0, 12.0, 10.0
"""How far from the middle of an operation pairs come in that do not come straight, what is straight, and how
far from that another is at least, and one of several from the next."""


@dataclass(frozen=True)
class GapTracks:
    """The tracks that are taken in some gaps: how many in each, the corners of each pair's way through it,
    the tracks that junctions stand in, and how far across pairs come to the operations behind it."""

    counts: Mapping[int, int] = field(default_factory=dict)
    corners: Mapping[tuple[Leg, int], Corners] = field(default_factory=dict)
    stands: Mapping[str, int] = field(default_factory=dict)
    entries: Mapping[Leg, float] = field(default_factory=dict)
    sides: AbstractSet[Leg] = frozenset()
    """The legs that go on level past their operation, and turn into its side."""

    def widening(self) -> dict[int, float]:
        """How much wider each gap must be."""
        return {gap: LANE * (count - 1) + HEAD for gap, count in self.counts.items()}


def gap_tracks(site: Site, led: Lanes, gaps: Iterable[int]) -> GapTracks:
    """The tracks of all that moves across in the gaps that are named."""
    gaps = set(gaps)
    sides = _sides(site, led, gaps) if site.sized.scene.downward else {}
    entries = _entries(site, led, gaps, sides)
    counts: dict[int, int] = {}
    corners: dict[tuple[Leg, int], Corners] = {}
    stands: dict[str, int] = {}
    nets = _nets(site, led, entries)
    for gap in sorted(gaps):
        of, among = zip(*nets[gap], strict=True)
        taken = channel(among, site.check)
        for legs, tracks in zip(of, taken, strict=True):
            corners |= {(leg, gap): way for leg, way in zip(legs, tracks.corners, strict=True)}
            if tracks.stand and legs[0] in site.parting and site.gaps[legs[0]][0] == gap:
                stands[legs[0][0]] = tracks.stand
        counts[gap] = max((track for way in taken for turns in way.corners for track, _ in turns), default=1)
    return GapTracks(counts, corners, stands, entries, sides.keys())


def crossings(site: Site, led: Lanes) -> int:
    """How often pairs cross."""
    return sum(
        (one.start - other.start) * (first - second) < 0
        for nets in _nets(site, led, {}).values()
        for (_, one), (_, other) in combinations(nets, 2)
        for first in one.ends
        for second in other.ends
    )


def _nets(
    site: Site, led: Lanes, entries: Mapping[Leg, float]
) -> dict[int, list[tuple[tuple[Leg, ...], Net]]]:
    """The moves that come into each gap and go out of it, and the legs that they stand for."""
    nets: dict[int, list[tuple[tuple[Leg, ...], Net]]] = defaultdict(list)
    parting: dict[str, list[Leg]] = defaultdict(list)
    for leg in site.legs:
        first, last = site.gaps[leg]
        (start, end), lane = site.ends[leg], led.get(leg)
        end = entries.get(leg, end)
        if leg in site.parting:
            parting[leg[0]].append(leg)
        else:
            nets[first].append(((leg,), Net(start, (end if lane is None else lane,))))
        if lane is not None:
            nets[last].append(((leg,), Net(lane, (end,))))
            for between in range(first + 1, last):
                nets[between].append(((leg,), Net(lane, (lane,))))
    for id, legs in parting.items():
        start = site.middles[id][1]
        wanted = (led.get(leg, entries.get(leg, site.ends[leg][1])) for leg in legs)
        ends = tuple(start if abs(end - start) < PORT else end for end in wanted)
        apart = {
            way: start + math.copysign(PORT, end - start) for way, end in enumerate(ends) if end != start
        }
        nets[site.rank(id).number].append((tuple(legs), Net(start, ends, apart)))
    return nets


def _sides(site: Site, led: Lanes, gaps: AbstractSet[int]) -> dict[Leg, float]:
    """How far across the pairs run that turn into the side of their operation: where nothing stands or
    passes between, one on each side, and not the only one."""
    taken = standing(site)
    for leg, lane in led.items():
        first, last = site.gaps[leg]
        for number in range(first + 1, last + 1):
            taken[number].append((lane - LANE, lane + LANE))
    arrivals = Counter(arrow.head.id for arrow in site.sized.scene.arrows)
    sides: dict[Leg, float] = {}
    for leg, across, away in _arrivals(site, led, gaps):
        rank, middle = site.rank(leg[1]).number, site.middles[leg[1]][1]
        edge = middle - site.sized.lift + math.copysign(site.sized.boxes[leg[1]].across / 2, away)
        low, high = sorted((across + math.copysign(LANE / 2, away), edge))
        if arrivals[leg[1]] == 1 or abs(away) < abs(edge - middle) + LANE:
            continue
        own = (led[leg] - LANE, led[leg] + LANE) if leg in led else None
        if all(last <= low or first >= high for first, last in taken[rank] if (first, last) != own):
            sides[leg] = across
            taken[rank].append((low, high))
    return sides


def _arrivals(site: Site, led: Lanes, gaps: AbstractSet[int]) -> Iterator[tuple[Leg, float, float]]:
    """The pairs that come to an operation behind one of the gaps: how far across, and how far from its
    middle, the nearest first."""
    found = []
    for leg in site.legs:
        if leg in site.arriving and site.gaps[leg][1] in gaps and site.sized.shapes[leg[1]].kind == "op":
            across = led.get(leg, site.ends[leg][0])
            found.append((leg, across, across - site.middles[leg[1]][1]))
    yield from sorted(found, key=lambda place: (abs(place[2]), place))


def _entries(site: Site, led: Lanes, gaps: AbstractSet[int], sides: Mapping[Leg, float]) -> dict[Leg, float]:
    """How far across each pair comes to an operation behind one of the gaps, so that none come upon each
    other there: in the order in which they arrive, one that comes straight straight on."""
    arriving: dict[str, list[tuple[float, Leg]]] = defaultdict(list)
    for leg, _, away in _arrivals(site, led, gaps):
        if leg not in sides:
            arriving[leg[1]].append((away, leg))
    entries = dict(sides)
    for id, legs in arriving.items():
        legs.sort()
        middle = site.middles[id][1]
        straight = min(legs, key=lambda place: abs(place[0]))
        if abs(straight[0]) <= _LEVEL:
            at, ahead = legs.index(straight), straight[0]
            entries[straight[1]] = middle + ahead
            for side, others in ((-1, legs[:at][::-1]), (1, legs[at + 1 :])):
                away = max(_ENTRY, side * ahead + _BESIDE)
                entries |= {
                    leg: middle + side * away * n / len(others) for n, (_, leg) in enumerate(others, 1)
                }
        elif len(legs) == 1:
            entries[straight[1]] = middle
        else:
            step = 2 * _ENTRY / (len(legs) - 1)
            entries |= {leg: middle - _ENTRY + step * n for n, (_, leg) in enumerate(legs)}
    return entries
