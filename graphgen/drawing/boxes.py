"""The sizes of the parts, and of the skeleton boxes whose places dot is asked for.

An edge's labels need room, so for dot each edge runs through a box of its own, as large as
the pair of arrows with what is written above and below; the box of an input's only edge is one with
the input. Boxes of edges and of nodes alternate from rank to rank.

Geometry is done in flow coordinates: (along, across), across growing to the left hand of somebody who
walks with the forward pass. A downward picture is turned at the end. Lengths are in points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from graphgen.diagram import SIZE, SMALL_SIZE, SYMBOL_SIZE, ArrowPair, Scene, Shape
from graphgen.drawing.curves import Path, Point
from graphgen.drawing.heat_maps import size_of
from graphgen.drawing.matrices import is_row
from graphgen.drawing.thumbnails import SIDE, WINDOWS
from graphgen.notation import Cells, width

PAIR = 4.0
"""From the middle of a pair to each of its two arrows."""
TIP = 8.0
"""Length of an arrowhead."""
CIRCLE = 36.0
"""Diameter of an operation."""
LINE_HEIGHT = 1.2
"""From line to line, in font sizes."""
WORD_GAP = 3.5
"""Between a weight's word and its value."""
TEXT_GAP = 6.0
"""Between an input's or output's word and its arrows."""
CLEARANCE = 7.0
"""Across, on each side of a box, for the pairs that are led past it."""
GATE, STAGGER = 22.0, 13.0
"""From pair to pair at a collapsed part: where they meet it, and where they bend before it."""
PORT = 14.0
"""From pair to pair at a junction from which several go to one side."""
RANK_GAP = 26.0
"""Between two ranks."""

_ABOVE, _BESIDE = 2.5, 9.0
"""Between an arrow and what is written above or below it; and beside it, where its head may be."""
_BRACKET = 1.5
"""How far the brackets of a matrix reach beyond its lines, with the air that they want to an arrow."""
_JUNCTION = 12.0
"""Diameter of a dot."""
_BAR, _BEYOND = 5.0, 7.0
"""How thick a bar is, and how far it reaches beyond the middles of the outermost pairs."""
_SIDES = 3
"""So many pairs may leave a dot, each to a side of its own: ahead, up and down."""
NODE_GAP = 2.0
_SHORTEST_LEVEL = 30.0


class Box(NamedTuple):
    """Extents along the flow and across it."""

    along: float
    across: float


class Room(NamedTuple):
    """The room that an edge needs: a level stretch along, and on each side the depth of its labels."""

    along: float
    forward_side: float
    backward_side: float


class Border(NamedTuple):
    """Two opposite corners of a frame, and the middle of its title."""

    start: Point
    end: Point
    title: Point


@dataclass(frozen=True)
class Layout:
    """Where the shapes' centres, the edges' middle lines, the labels' middles and the frames are, by id."""

    sized: Sized
    centres: Mapping[str, Point]
    paths: Mapping[str, Path]
    labels: Mapping[str, Point]
    borders: Mapping[str, Border] = field(default_factory=dict)


@dataclass(frozen=True)
class Sized:
    """A scene with the extents of its parts, before anything has a place.

    A junction that sends several pairs to one side is a bar across the flow, which each of them leaves by a
    port of its own, instead of a dot; `bars` says how far down and up from where its value arrives its
    outermost ports lie.
    """

    scene: Scene
    bars: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        return {shape.id: shape for shape in self.scene.shapes}

    @cached_property
    def is_tree(self) -> bool:
        """Whether no value is used again, so that operands may stand in any order without a crossing."""
        return all(shape.kind != "junction" for shape in self.scene.shapes)

    @cached_property
    def is_forest(self) -> bool:
        return len({arrow.tail.id for arrow in self.scene.arrows}) == len(self.scene.arrows)

    def text(self, text: str, size: float) -> Box:
        if not text:
            return Box(0.0, 0.0)
        lines = text.split("\n")
        wide, high = max(width(row, size) for row in lines), len(lines) * size * LINE_HEIGHT
        return Box(high, wide) if self.scene.downward else Box(wide, high)

    def number(self, text: str, cells: Cells) -> Box:
        """The extents of a value or gradient, with its heat map."""
        box, (wide, high) = self.text(text, SIZE), size_of(cells)
        if self.scene.downward:
            return Box(box.along + high, max(box.across, wide))
        brackets = 2 * _BRACKET if is_row(text) else 0.0
        return Box(max(box.along, wide), box.across + high + brackets)

    def shape(self, shape: Shape) -> Box:
        """The extents of a shape as it is drawn."""
        return self._shapes[shape.id]

    @cached_property
    def _shapes(self) -> Mapping[str, Box]:
        return {shape.id: self._shape(shape) for shape in self.scene.shapes}

    def _shape(self, shape: Shape) -> Box:
        if shape.kind == "junction":
            if shape.id not in self.bars:
                return Box(_JUNCTION, _JUNCTION)
            low, high = self.bars[shape.id]
            return Box(_BAR, high - low + 2 * _BEYOND)
        if shape.kind == "group":
            text, gates = self.text(shape.text, SIZE), max(self.gates(shape))
            return Box(text.along + 24, max(text.across + 20, CIRCLE, self.lane * (gates - 1) + 1.5 * GATE))
        if shape.kind != "op":
            return self.text(shape.text, SIZE)
        if shape.curve in WINDOWS:
            wide = max(SIDE, 1.5 * width(shape.text, SMALL_SIZE) + 6)
            return Box(SIDE, wide) if self.scene.downward else Box(wide, SIDE)
        lines = shape.text.split("\n")
        text_width = max(width(line, SYMBOL_SIZE) for line in lines)
        # The corners of a long text need more room in an ellipse, and those of several lines still more.
        wide = max(CIRCLE, text_width + 18, (1.28 if len(lines) == 1 else 1.4) * text_width)
        high = CIRCLE + (len(lines) - 1) * SYMBOL_SIZE * LINE_HEIGHT
        return Box(high, wide) if self.scene.downward else Box(wide, high)

    def gates(self, group: Shape) -> tuple[int, int]:
        """How many pairs arrive at a collapsed part and leave it: each has a gate of its own."""
        arriving = sum(arrow.head == group for arrow in self.scene.arrows)
        leaving = sum(arrow.tail == group for arrow in self.scene.arrows)
        return arriving, leaving

    @cached_property
    def lane(self) -> float:
        """From pair to pair where they run side by side, at a collapsed part."""
        return NODE_GAP + max(
            (2 * CLEARANCE + self._depth(room) for room in self.rooms.values()), default=0.0
        )

    def _depth(self, room: Room) -> float:
        """The extent of an edge across, as a box whose middle is lifted."""
        return 2 * max(room.forward_side + self.lift, room.backward_side - self.lift)

    def written(self, arrow: ArrowPair, is_forward: bool) -> tuple[Box, ...]:
        """The extents of what is written at one of two arrows: the number nearest to it, the small text, and
        what each weight has there, so that the first of them is on top."""
        if is_forward:
            number, small = self.number(arrow.forward, arrow.forward_cells), arrow.name
        else:
            number, small = self.number(arrow.backward, arrow.backward_cells), arrow.local
        weights = [self._weight(weight, is_forward) for weight in arrow.weights]
        return number, self.text(small, self.scene.small), *(weights[::-1] if is_forward else weights)

    def _weight(self, weight: ArrowPair, is_forward: bool) -> Box:
        """The extents of a weight's word and value, side by side, or of its gradient."""
        if not is_forward:
            return self.number(weight.backward, ())
        word, value = self.text(weight.tail.text, SIZE), self.number(weight.forward, ())
        if self.scene.downward:
            return Box(max(word.along, value.along), word.across + WORD_GAP + value.across)
        return Box(word.along + WORD_GAP + value.along, max(word.across, value.across))

    @property
    def label_gap(self) -> float:
        """Between an arrow and what is written at it."""
        return _BESIDE if self.scene.downward else _ABOVE

    @cached_property
    def rooms(self) -> Mapping[str, Room]:
        return {arrow.id: self._room(arrow) for arrow in self.scene.arrows}

    def _room(self, arrow: ArrowPair) -> Room:
        pair = PAIR if arrow.has_forward and arrow.has_backward else 0.0
        sides = [self.written(arrow, is_forward) for is_forward in (True, False)]
        if self.scene.downward:
            along = max(sum(box.along for box in side) for side in sides)
            depths = [max(box.across for box in side) for side in sides]
        else:
            along = max(box.along for side in sides for box in side)
            depths = [sum(box.across for box in side) for side in sides]
        forward_side, backward_side = (pair + self.label_gap + depth for depth in depths)
        return Room(max(along + 2 * _ABOVE, _SHORTEST_LEVEL), forward_side, backward_side)

    @cached_property
    def input_level(self) -> float:
        """The length of the level stretch behind every input."""
        levels = [self.rooms[a.id].along for a in self.scene.arrows if a.tail.kind == "input"]
        return max(levels, default=0.0)

    @cached_property
    def output_level(self) -> float:
        """The length of the level stretch before every output."""
        levels = [self.rooms[a.id].along for a in self.scene.arrows if a.head.kind == "output"]
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
        leaving = Counter(arrow.tail.id for arrow in self.scene.arrows)
        for shape in self.scene.shapes:
            box = self.shape(shape)
            bends = 2 * STAGGER * (max(self.gates(shape)) - 1) if shape.kind == "group" else 0.0
            ports = 0.0
            if shape.kind == "junction":
                ports = (
                    PORT * (leaving[shape.id] - 1) if leaving[shape.id] > _SIDES else 2 * PORT - box.across
                )
            boxes[shape.id] = Box(box.along + bends, box.across + ports + 2 * abs(self.lift) + 2 * CLEARANCE)
        for arrow in self.scene.arrows:
            room = self.rooms[arrow.id]
            across = self._depth(room) + 2 * CLEARANCE
            id = level_box(arrow)
            if id == arrow.id:
                boxes[id] = Box(room.along, across)
            else:
                level = self.output_level if id == arrow.head.id else self.input_level
                boxes[id] = Box(boxes[id].along + TEXT_GAP + level, max(boxes[id].across, across))
        return boxes


def level_box(arrow: ArrowPair) -> str:
    """The id of the box in which an edge runs level: the output's, the input's, or its own."""
    if arrow.head.kind == "output":
        return arrow.head.id
    return arrow.tail.id if arrow.tail.kind == "input" else arrow.id
