"""Where a layout stands on its page: the extents, the two arrows of each pair, and the middles of texts.

A layout is along and across the flow; a page is right and down from its upper left corner.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graphgen.diagram import SIZE, ArrowPair
from graphgen.drawing.boxes import PAIR, WORD_GAP, Box, Layout
from graphgen.drawing.curves import Path, Point, ended_at_ellipse, shifted, simplified
from graphgen.drawing.heat_maps import size_of

_MARGIN = 6.0


@dataclass(frozen=True, slots=True)
class Page:
    """The size of a picture's page in whole points, and where a point of the layout lies on it."""

    width: int
    height: int
    at: Callable[[Point], Point]


def page_of(layout: Layout) -> Page:
    """The page that a layout fills, its margin included."""
    (first, last), (low, high) = _extents(layout)
    along, across = math.ceil(last - first), math.ceil(high - low)
    if layout.sized.scene.downward:
        return Page(across, along, lambda point: (high - point[1], point[0] - first))
    return Page(along, across, lambda point: (point[0] - first, high - point[1]))


def _extents(layout: Layout) -> tuple[Point, Point]:
    """From where to where the picture reaches, along and across, its margin included."""
    points = [*occupied(layout), *(point for path in layout.paths.values() for point in path)]
    alongs, acrosses = zip(*points, strict=True)
    return (min(alongs) - _MARGIN, max(alongs) + _MARGIN), (min(acrosses) - _MARGIN, max(acrosses) + _MARGIN)


def occupied(layout: Layout) -> Iterator[Point]:
    """Two opposite corners of all shapes, of all that is written at arrows, and of all frames."""
    for border in layout.borders.values():
        yield from (border.start, border.end)
    sized = layout.sized
    for shape in sized.scene.shapes:
        (along, across), box = layout.centres[shape.id], sized.shape(shape)
        yield along - box.along / 2, across - box.across / 2
        yield along + box.along / 2, across + box.across / 2
    for arrow in sized.scene.arrows:
        (along, across), room = layout.labels[arrow.id], sized.rooms[arrow.id]
        yield along - room.along / 2, across - room.backward_side
        yield along + room.along / 2, across + room.forward_side


def size_on_page(box: Box, layout: Layout) -> tuple[float, float]:
    """The width and the height of a box on the page."""
    return (box.across, box.along) if layout.sized.scene.downward else (box.along, box.across)


def halves(arrow: ArrowPair, layout: Layout) -> tuple[Path, Path]:
    """The two arrows of a pair, each from its tail to the tip of its head, beside the pair's middle line."""
    middle = simplified(layout.paths[arrow.id])
    forward, backward = (_beside(middle, arrow, layout, side) for side in (1, -1))
    return forward, backward[::-1]


def _beside(middle: Path, arrow: ArrowPair, layout: Layout, side: int) -> Path:
    """A line beside the middle line, from the outline of the pair's tail to that of its head."""
    path = shifted(middle, side * _aside(arrow))
    for shape in (arrow.head, arrow.tail):
        if shape.kind in ("op", "junction") and shape.id not in layout.sized.bars:
            box = layout.sized.shape(shape)
            path = ended_at_ellipse(path, layout.centres[shape.id], box.along / 2, box.across / 2)
        path = path[::-1]
    return path


def _aside(arrow: ArrowPair) -> float:
    """How far the two arrows of a pair run from its middle line; a single one runs on it."""
    return PAIR if arrow.has_forward and arrow.has_backward else 0.0


def text_middles(arrow: ArrowPair, layout: Layout, is_forward: bool) -> tuple[Point, ...]:
    """The middles of what is written at an arrow: the number nearest to it, the small text, then what each
    weight has there; where the flow runs down, one above the other beside it. A heat map is between its
    number and the arrow or, there, above or below the number."""
    sized = layout.sized
    along, across = layout.labels[arrow.id]
    side = 1 if is_forward else -1
    depth = _aside(arrow) + sized.label_gap
    boxes = sized.written(arrow, is_forward)
    cells = arrow.forward_cells if is_forward else arrow.backward_cells
    past_map = size_of(cells)[1] / 2
    if sized.scene.downward:
        # What is nearest to a level arrow is nearest to its head here.
        here, middles = along + side * sum(box.along for box in boxes) / 2, []
        for box in boxes:
            middles.append((here - side * box.along / 2, across + side * (depth + box.across / 2)))
            here -= side * box.along
        (first, aside), *others = middles
        return ((first - side * past_map, aside), *others)
    middles = []
    for box in boxes:
        middles.append((along, across + side * (depth + box.across / 2)))
        depth += box.across
    (along, first), *others = middles
    return ((along, first + side * past_map), *others)


def weight_middles(weight: ArrowPair, middle: Point, layout: Layout) -> tuple[Point, Point]:
    """The middles of a weight's word and, behind it, of its value, about that of both."""
    sized, (along, across) = layout.sized, middle
    word, value = sized.text(weight.tail.text, SIZE), sized.number(weight.forward, ())
    if sized.scene.downward:
        shift = (word.across + value.across + WORD_GAP) / 2
        return (along, across + shift - word.across / 2), (along, across - shift + value.across / 2)
    shift = (word.along + value.along + WORD_GAP) / 2
    return (along - shift + word.along / 2, across), (along + shift - value.along / 2, across)
