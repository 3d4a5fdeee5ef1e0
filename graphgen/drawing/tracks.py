"""What moves across in a gap, and the tracks that it takes there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphgen.drawing.boxes import PORT
from graphgen.drawing.channels import Corners, Net, channel
from graphgen.drawing.lanes import LANE
from graphgen.drawing.site import AHEAD, Leg, Site

_ENTRY, _LEVEL, _BESIDE = 14.0, 6.0, 12.0
"""How far from the middle of an operation pairs come in that do not come straight, what is straight, and how
far apart they are at least."""


@dataclass(frozen=True)
class GapTracks:
    """The tracks that are taken in some gaps: how many in each, the corners of each pair's way through it,
    the tracks that junctions stand in, and how far across pairs come to the operations behind it."""

    counts: Mapping[int, int] = field(default_factory=dict)
    corners: Mapping[tuple[Leg, int], Corners] = field(default_factory=dict)
    stands: Mapping[str, int] = field(default_factory=dict)
    entries: Mapping[Leg, float] = field(default_factory=dict)

    def widening(self) -> dict[int, float]:
        """How much wider each gap must be."""
        return {gap: LANE * (count - 1) for gap, count in self.counts.items()}


def gap_tracks(site: Site, led: Mapping[Leg, float], gaps: Iterable[int]) -> GapTracks:
    """The tracks of all that moves across in the gaps that are named."""
    entries = _entries(site, led, set(gaps))
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
    return GapTracks(counts, corners, stands, entries)


def _nets(
    site: Site, led: Mapping[Leg, float], entries: Mapping[Leg, float]
) -> dict[int, list[tuple[tuple[Leg, ...], Net]]]:
    """What comes into each gap and goes out of it, and the legs that it stands for."""
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
        ends = tuple(led.get(leg, entries.get(leg, site.ends[leg][1])) for leg in legs)
        apart = {
            way: start + (PORT if end > start else -PORT)
            for way, end in enumerate(ends)
            if abs(end - start) > AHEAD
        }
        nets[site.rank(id).number].append((tuple(legs), Net(start, ends, apart)))
    return nets


def _entries(site: Site, led: Mapping[Leg, float], gaps: set[int]) -> dict[Leg, float]:
    """How far across each pair comes to an operation behind one of the gaps, so that none come upon each
    other there: in the order in which they arrive, one that comes straight straight on."""
    arriving: dict[str, list[tuple[float, Leg]]] = defaultdict(list)
    for leg in site.legs:
        if leg in site.arriving and site.gaps[leg][1] in gaps and site.sized.shapes[leg[1]].kind == "op":
            arriving[leg[1]].append((led.get(leg, site.ends[leg][0]) - site.middles[leg[1]][1], leg))
    entries: dict[Leg, float] = {}
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
