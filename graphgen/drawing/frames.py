"""Frames around the parts of a module, where these stand for themselves; room is made for them.

A frame is drawn where nothing else stands within it, and no arrow that only passes by runs through it. Along
the flow its sides lie where nothing stands and arrows run level; there the picture is drawn apart.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf

from graphgen.diagram import ArrowPair, Frame
from graphgen.drawing.boxes import PAIR, Border, Layout
from graphgen.drawing.curves import pieces
from graphgen.drawing.narrowing import solids

_AROUND = 8.0
"""Between a frame's side and what stands in it, across."""
_TITLE = 18.0
"""The height of a title, with the air above it and below."""
_ROOM = 8.0
"""The room along the flow for a side without a title."""
_BESIDE = 6.0
"""Between a title and a frame's corner, or an arrow that passes."""

_Stretch = tuple[float, float]


@dataclass(frozen=True)
class _Fit:
    """A frame that has its place: its sides along, as gaps between solids, and its extents across."""

    frame: Frame
    start: float
    end: float
    low: float
    high: float


def framed(layout: Layout) -> Layout:
    """The same with the frames that can be drawn, drawn apart for them along the flow."""
    scene = layout.sized.scene
    if not scene.frames:
        return layout
    fits: list[_Fit] = []
    for frame in reversed(scene.frames):  # what lies within another comes after it
        inner = [fit for fit in fits if fit.frame.shapes < frame.shapes]
        if fit := _fit(layout, frame, inner):
            fits.append(fit)
    fits.reverse()
    return _apart(layout, fits)


def _fit(layout: Layout, frame: Frame, inner: list[_Fit]) -> _Fit | None:
    sized, arrows = layout.sized, layout.sized.scene.arrows
    within = {arrow.id for arrow in arrows if {arrow.tail.id, arrow.head.id} <= frame.shapes}
    crossing = {arrow.id for arrow in arrows if {arrow.tail.id, arrow.head.id} & frame.shapes} - within
    stretches = [_shape(layout, id)[0] for id in frame.shapes]
    stretches += [_label(layout, arrow)[0] for arrow in arrows if arrow.id in within]
    first, last = min(start for start, _ in stretches), max(end for _, end in stretches)
    gaps = _gaps(layout)
    start = max((gap[1] for gap in gaps if gap[1] <= first), default=None)
    end = min((gap[0] for gap in gaps if gap[0] >= last), default=None)
    if start is None or end is None:
        return None
    own = [across for id in frame.shapes for across in _shape(layout, id)[1]]
    own += [across for fit in inner for across in (fit.low, fit.high)]
    others: list[_Stretch] = []
    for shape in sized.scene.shapes:
        if shape.id not in frame.shapes and _overlap(_shape(layout, shape.id)[0], (start, end)):
            others.append(_shape(layout, shape.id)[1])
    for arrow in arrows:
        found = list(_along(layout, arrow, (start, end)))
        if arrow.id in within | crossing:
            own += [across for stretch in found for across in stretch]
        else:
            others += found
    below_title = 0.0 if sized.scene.downward else _TITLE - _AROUND
    low, high = min(own) - _AROUND, max(own) + _AROUND + below_title
    if any(_overlap(other, (low, high)) for other in others):
        return None
    return _Fit(frame, start, end, low, high)


def _gaps(layout: Layout) -> list[_Stretch]:
    """From where to where along the flow nothing stands, before and behind all included."""
    stretches = [(-inf, -inf), *solids(layout, 0.0), (inf, inf)]
    stretches[0] = (-inf, stretches[1][0])
    stretches[-1] = (stretches[-2][1], inf)
    return [(end, start) for (_, end), (start, _) in pairwise(stretches)]


def _shape(layout: Layout, id: str) -> tuple[_Stretch, _Stretch]:
    """The extents of a shape, along and across."""
    (along, across), box = layout.centres[id], layout.sized.shape(layout.sized.shapes[id])
    return (
        (along - box.along / 2, along + box.along / 2),
        (across - box.across / 2, across + box.across / 2),
    )


def _label(layout: Layout, arrow: ArrowPair) -> tuple[_Stretch, _Stretch]:
    """The extents of what is written at a pair of arrows."""
    (along, across), room = layout.labels[arrow.id], layout.sized.rooms[arrow.id]
    return (
        (along - room.along / 2, along + room.along / 2),
        (across - room.backward_side, across + room.forward_side),
    )


def _along(layout: Layout, arrow: ArrowPair, stretch: _Stretch) -> Iterator[_Stretch]:
    """How far across a pair and what is written at it reach within a stretch along the flow."""
    along, across = _label(layout, arrow)
    if _overlap(along, stretch):
        yield across
    for piece in pieces(layout.paths[arrow.id]):
        alongs, acrosses = [point[0] for point in piece], [point[1] for point in piece]
        if _overlap((min(alongs), max(alongs)), stretch):
            yield min(acrosses) - PAIR, max(acrosses) + PAIR


def _overlap(one: _Stretch, other: _Stretch) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _apart(layout: Layout, fits: list[_Fit]) -> Layout:
    """The layout drawn apart at the sides of its frames, and these with their places."""
    head = _TITLE if layout.sized.scene.downward else _ROOM
    cuts = [(fit.start, 1, number, head) for number, fit in enumerate(fits)]
    cuts += [(fit.end, 0, -number, _ROOM) for number, fit in enumerate(fits)]
    cuts.sort()
    moved, places, so_far = [0.0], {}, 0.0
    for along, is_start, number, room in cuts:
        places[bool(is_start), abs(number)] = along + so_far + (0.0 if is_start else room)
        so_far += room
        moved.append(so_far)
    alongs = [along for along, *_ in cuts]

    def to(point: tuple[float, float]) -> tuple[float, float]:
        return point[0] + moved[bisect_right(alongs, point[0])], point[1]

    drawn = replace(
        layout,
        centres={id: to(point) for id, point in layout.centres.items()},
        paths={id: tuple(map(to, path)) for id, path in layout.paths.items()},
        labels={id: to(point) for id, point in layout.labels.items()},
    )
    borders = {}
    for number, fit in enumerate(fits):
        border = _border(drawn, fit, places[True, number], places[False, number])
        if border:
            borders[fit.frame.id] = border
    return replace(drawn, borders=borders)


def _border(layout: Layout, fit: _Fit, start: float, end: float) -> Border | None:
    """A frame's corners and the middle of its title, at its upper left corner or else at its upper right."""
    sized = layout.sized
    title = sized.text(fit.frame.title, sized.scene.small)
    low, high = fit.low, fit.high
    if not sized.scene.downward:
        if end - start < title.along + 2 * _BESIDE:
            return None
        return Border((start, low), (end, high), (start + _BESIDE + title.along / 2, high - _TITLE / 2))
    row = (start, start + _TITLE)
    passing = [
        stretch for arrow in sized.scene.arrows for stretch in _along(layout, arrow, row) if stretch[1] > low
    ]
    for middle in (high - _BESIDE - title.across / 2, low + _BESIDE + title.across / 2):
        reach = middle - title.across / 2 - _BESIDE, middle + title.across / 2 + _BESIDE
        if not any(_overlap(reach, stretch) for stretch in passing):
            return Border((start, low), (end, high), (start + _TITLE / 2, middle))
    return None
