"""Which lane a pair takes along the flow past ranks: dot keeps boxes apart, not the pairs that it leads past
them. No two pairs that pass one rank share a lane there."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain

from graphgen.drawing.curves import across_at
from graphgen.drawing.site import Leg, Site

LANE = 16.0
"""From the middle of a pair to that of the next beside it."""

_LANES = 4
Interval = tuple[float, float]
Lanes = Mapping[Leg, float]
"""How far across each leg runs that passes ranks."""


def lanes(site: Site) -> dict[Leg, float]:
    """How far across each leg runs that passes ranks: straight on where it can, else as far across as
    dot leads its curve through one of the ranks, else near there. The shortest choose first."""
    passing = [leg for leg in site.legs if site.gaps[leg][0] < site.gaps[leg][1]]
    if not passing:
        return {}
    taken = standing(site)
    chosen: dict[Leg, float] = {}
    for leg in sorted(passing, key=lambda leg: site.gaps[leg][1] - site.gaps[leg][0]):
        site.check()
        first, last = site.gaps[leg]
        blocked = [interval for number in range(first + 1, last + 1) for interval in taken[number]]
        for other, lane in chosen.items():
            begin, end = site.gaps[other]
            if begin < last and first < end:
                blocked.append((lane - LANE, lane + LANE))
        chosen[leg] = _free_lane(site.ends[leg][0], _led(site, leg), blocked)
    return chosen


def standing(site: Site) -> dict[int, list[Interval]]:
    """From where to where across something stands in each rank, with its clearance."""
    found: dict[int, list[Interval]] = defaultdict(list)
    for id, (_, across) in site.middles.items():
        half = site.sized.boxes[id].across / 2
        middle = across - site.sized.lift
        found[site.rank(id).number].append((middle - half, middle + half))
        low, high = site.fan(id)
        if low < high:
            found[site.rank(id).number].append((across + low - LANE, across + high + LANE))
    return found


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
