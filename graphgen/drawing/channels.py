"""Tracks across the flow in a gap between two ranks, so that no two pairs ever share a stretch there.

This is channel routing with doglegs (Deutsch, A dogleg channel router, 1976): each pair comes level from
the left, moves up or down in a track, and goes on level to the right. One whose level way in lies where
another goes out takes a track on the left of the other's. Where that goes round in a circle, a pair takes
two tracks, and between them a level way that nobody else has.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from graphgen.drawing.site import AHEAD

Corners = tuple[tuple[int, float], ...]
"""The tracks that a pair takes, from the left, numbered from 1, and how far across it goes on from each."""

_CLEAR = 10.0
"""Nearer than that, two level ways are one."""


@dataclass(frozen=True)
class Net:
    """A pair that moves across in a gap: how far across it comes in, and where it goes out.

    A junction has several ways out. Where it cannot stand in a track, `apart` says where each of its
    pairs comes in that leaves it to the side.
    """

    start: float
    ends: tuple[float, ...]
    apart: Mapping[int, float] = field(default_factory=dict)

    @property
    def is_straight(self) -> bool:
        return all(abs(end - self.start) <= AHEAD for end in self.ends)


@dataclass(frozen=True, eq=False)
class _Piece:
    """A part of a net's way, which takes one track; `way` is the number of the end that it leads to."""

    net: int
    way: int | None
    start: float
    ends: tuple[float, ...]
    part: int = 0
    """Which part of a way in two tracks it is, 1 or 2."""

    @cached_property
    def low(self) -> float:
        return min(self.start, *self.ends)

    @cached_property
    def high(self) -> float:
        return max(self.start, *self.ends)

    def precedes(self, other: _Piece) -> bool:
        """Whether its way in lies where the other goes out, so that its track must be on the left."""
        if other.net == self.net:
            return other.way == self.way and self.part < other.part
        return any(abs(self.start - end) < _CLEAR for end in other.ends)


@dataclass(frozen=True)
class Tracks:
    """How a net moves across: the corners of each of its ways out, none for one that goes straight on; and
    for a junction that stands in a track, which one."""

    corners: tuple[Corners, ...]
    stand: int | None = None


def channel(nets: Sequence[Net], check: Callable[[], None]) -> list[Tracks]:
    """The tracks of the nets of one gap, in their order."""
    taken: dict[tuple[int, int], Corners] = defaultdict(tuple)
    stands: dict[int, int] = {}
    placed: list[tuple[_Piece, int]] = []
    for piece in _in_turn(nets, check):
        near = (track for other, track in placed if _is_near(piece, other) or other.precedes(piece))
        track = 1 + max(near, default=0)
        placed.append((piece, track))
        if piece.way is None:
            stands[piece.net] = track
        for way, end in enumerate(piece.ends, piece.way or 0):
            taken[piece.net, way] += ((track, end),)
    return [
        Tracks(tuple(taken[number, way] for way in range(len(net.ends))), stands.get(number))
        for number, net in enumerate(nets)
    ]


def _is_near(one: _Piece, other: _Piece) -> bool:
    """Whether two pieces cannot share a track."""
    return min(one.high, other.high) - max(one.low, other.low) > -_CLEAR


def _in_turn(nets: Sequence[Net], check: Callable[[], None]) -> Iterator[_Piece]:
    """The pieces from the left on: next always the one that costs the fewest crossings with those left, of
    those that need not wait for another."""
    left = {
        _Piece(number, None, net.start, net.ends): 0 for number, net in enumerate(nets) if not net.is_straight
    }
    levels = sorted(level for net in nets for level in (net.start, *net.ends, *net.apart.values()))
    waiting = _waiting(left)
    for piece in left:
        check()
        left[piece] = sum(_cost(piece, other) for other in left)
    while left:
        free = [piece for piece in left if not waiting[piece]]
        if free:
            best = min(free, key=left.__getitem__)
            del left[best], waiting[best]
            for other in left:
                waiting[other].discard(best)
                left[other] -= _cost(other, best)
            yield best
            continue
        check()
        split = min(_in_circle(waiting), key=lambda piece: (len(piece.ends) > 1, piece.high - piece.low))
        del left[split]
        for part in _split(split, nets[split.net], levels):
            left[part] = 0
        for piece in left:
            left[piece] = sum(_cost(piece, other) for other in left)
        waiting = _waiting(left)


def _waiting(pieces: Iterable[_Piece]) -> dict[_Piece, set[_Piece]]:
    """For each piece those that must have a track on its left."""
    in_order = sorted(pieces, key=lambda piece: piece.start)
    starts = [piece.start for piece in in_order]
    waiting: dict[_Piece, set[_Piece]] = {}
    for piece in in_order:
        waiting[piece] = set()
        for end in piece.ends:
            first, last = bisect_left(starts, end - _CLEAR), bisect_left(starts, end + _CLEAR)
            waiting[piece] |= {one for one in in_order[first:last] if one.precedes(piece)}
    parts = {(one.net, one.way): one for one in in_order if one.part == 1}
    for piece in in_order:
        if piece.part == 2 and (piece.net, piece.way) in parts:
            waiting[piece].add(parts[piece.net, piece.way])
    return waiting


def _in_circle(waiting: Mapping[_Piece, set[_Piece]]) -> list[_Piece]:
    """Pieces each of which waits for the next, and the last for the first."""
    way = [next(iter(waiting))]
    while True:
        before = min(waiting[way[-1]], key=lambda piece: (piece.start, piece.net))
        if before in way:
            return way[way.index(before) :]
        way.append(before)


def _split(piece: _Piece, net: Net, levels: list[float]) -> Iterator[_Piece]:
    """The same way in more pieces, of which the first need not wait."""
    if piece.way is None and net.apart:
        for way, start in net.apart.items():
            yield _Piece(piece.net, way, start, (net.ends[way],))
        return
    (end,) = piece.ends
    between = _free_level(piece.start, end, levels)
    levels.insert(bisect_left(levels, between), between)
    way = piece.way or 0
    yield _Piece(piece.net, way, piece.start, (between,), part=1)
    yield _Piece(piece.net, way, between, (end,), part=2)


def _free_level(start: float, end: float, levels: list[float]) -> float:
    """The level nearest to the middle of a way that no other is near to, between its ends if there is one."""
    middle, low, high = (start + end) / 2, min(start, end), max(start, end)
    steps = [middle, *(level + side * _CLEAR for level in levels for side in (-1, 1))]

    def is_free(at: float) -> bool:
        first = bisect_left(levels, at - _CLEAR + 1e-6)
        return first == len(levels) or levels[first] >= at + _CLEAR - 1e-6

    return min(
        filter(is_free, steps),
        key=lambda at: (max(low - at, at - high, 0.0), abs(at - middle), at),
    )


def _cost(one: _Piece, other: _Piece) -> int:
    """How many crossings more there are where the first of two takes a track on the left of the other's."""
    if one.low >= other.high or other.low >= one.high or one.net == other.net:
        return 0
    return _crossings(one, other) - _crossings(other, one)


def _crossings(left: _Piece, right: _Piece) -> int:
    """How often two pieces cross where one takes a track on the left of the other's."""
    ways_in = left.low < right.start < left.high
    return ways_in + sum(right.low < end < right.high for end in left.ends)
