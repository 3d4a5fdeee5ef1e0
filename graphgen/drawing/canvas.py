"""A placed picture as SVG: its shapes, its pairs of arrows, and their words.

How things look is what `graphgen.drawing.dot` says of them; where they are is what the layout found. Graphviz
could draw this too, with every place stated, at twice the cost of the whole layout.
"""

from __future__ import annotations

import html
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from graphgen.diagram import SIZE, SMALL_SIZE, Arrow, Shape
from graphgen.drawing.boxes import LABEL_GAP, LINE_HEIGHT, PAIR, TIP, Placed
from graphgen.drawing.curves import Path, Point, ended_at_ellipse, shifted, shortened, simplified
from graphgen.drawing.dot import EDGE_ATTRIBUTES, NODE_ATTRIBUTES, arrow_attributes, shape_attributes

_MARGIN = 6.0
_BASELINE = 0.3
"""From the middle of a line of text down to its baseline, in font sizes."""
_HEAD, _HALF_HEAD = 7.0, 2.45
"""Length and half the width of an arrowhead, without its outline."""
_ROUNDING = 12.0
_DASHES = "5,2"

_EMPHASIS = 1.7
"""How much thicker the outlines of what is emphasised are."""

Place = Callable[[Point], Point]
"""From the layout's coordinates, along and across, to those of the page, right and down."""
Inscribe = Callable[[str, Shape | Arrow], str]
"""The markup of a line of text at a shape or an arrow."""


@dataclass(frozen=True, slots=True)
class Part:
    """A shape, or one arrow of a pair, with what is written at it: its id and classes, and the SVG inside.

    `shape` is None for an arrow.
    """

    id: str
    classes: str
    inside: str
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The parts of a picture, in the order of the forward pass, and the size of its page in points."""

    width: int
    height: int
    parts: tuple[Part, ...]


def escaped(text: str) -> str:
    """A text as it stands in SVG."""
    return html.escape(text, quote=False)


def draw(
    placed: Placed,
    inscribe: Inscribe = lambda line, _: escaped(line),
    emphasised: Collection[str] = (),
) -> Drawn:
    """The parts of a placed picture; those whose ids are `emphasised` with thicker outlines."""
    at, width, height = _page(placed)
    leaving: dict[str, list[Arrow]] = defaultdict(list)
    for arrow in placed.sized.picture.arrows:
        leaving[arrow.tail.id].append(arrow)
    parts = []
    # In the order of the forward pass, which is how the page's keyboard goes through it.
    for shape in placed.sized.picture.shapes:
        parts.append(_shape(shape, placed, at, inscribe, emphasised))
        for arrow in leaving[shape.id]:
            parts += _pair(arrow, placed, at, inscribe, emphasised)
    return Drawn(width, height, tuple(parts))


def _page(placed: Placed) -> tuple[Place, int, int]:
    """Where points lie on the page, whose width and height are whole points."""
    downward = placed.sized.picture.downward
    (first, last), (low, high) = _extents(placed)
    if downward:
        return (
            lambda point: (high - point[1], point[0] - first),
            math.ceil(high - low),
            math.ceil(last - first),
        )
    return lambda point: (point[0] - first, high - point[1]), math.ceil(last - first), math.ceil(high - low)


def _extents(placed: Placed) -> tuple[Point, Point]:
    """From where to where the picture reaches, along and across, its margin included."""
    sized = placed.sized
    points: list[Point] = []
    for shape in sized.picture.shapes:
        (along, across), box = placed.centres[shape.id], sized.shape(shape)
        points.append((along - box.along / 2, across - box.across / 2))
        points.append((along + box.along / 2, across + box.across / 2))
    for arrow in sized.picture.arrows:
        (along, across), room = placed.labels[arrow.id], sized.rooms[arrow.id]
        points += placed.paths[arrow.id]
        points.append((along - room.along / 2, across - room.backward_side))
        points.append((along + room.along / 2, across + room.forward_side))
    alongs, acrosses = zip(*points, strict=True)
    return (min(alongs) - _MARGIN, max(alongs) + _MARGIN), (min(acrosses) - _MARGIN, max(acrosses) + _MARGIN)


def _shape(shape: Shape, placed: Placed, at: Place, inscribe: Inscribe, emphasised: Collection[str]) -> Part:
    look = NODE_ATTRIBUTES | shape_attributes(shape)
    centre, box = at(placed.centres[shape.id]), placed.sized.shape(shape)
    half = (
        (box.across / 2, box.along / 2) if placed.sized.picture.downward else (box.along / 2, box.across / 2)
    )
    outline = ""
    if "fillcolor" in look:
        stroke = _thickness(look["penwidth"], shape.id in emphasised)
        style = f'fill="{look["fillcolor"]}" stroke="{look["color"]}" stroke-width="{stroke}"'
        if "dashed" in look["style"]:
            style += f' stroke-dasharray="{_DASHES}"'
        if look["shape"] == "box":
            outline = f'<path {style} d="{_rounded_box(centre, half)}" />'
        else:
            (x, y), (rx, ry) = map(_number, centre), map(_number, half)
            outline = f'<ellipse {style} cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" />'
    lines = [inscribe(line, shape) for line in _lines(look["label"])]
    words = _written(lines, centre, float(look["fontsize"]), look["fontcolor"])
    return Part(shape.id, look["class"], outline + words, shape)


def _pair(
    arrow: Arrow, placed: Placed, at: Place, inscribe: Inscribe, emphasised: Collection[str]
) -> Iterator[Part]:
    """The forward arrow, then the backward one, each with what is written at it."""
    middle = simplified(placed.paths[arrow.id])
    for tail, _, attributes in arrow_attributes(arrow):
        look = EDGE_ATTRIBUTES | attributes
        is_forward = tail is arrow.tail
        curve = tuple(map(at, _curve(arrow, placed, middle, is_forward)))
        colour, stroke = look["color"], look["penwidth"]
        tip = ""
        if look.get("arrowhead") != "none":
            end = curve[-1]
            curve = shortened(curve, TIP)
            head = _points(_head(curve[-1], end, float(stroke)))
            tip = f'<polygon fill="{colour}" stroke="{colour}" stroke-width="{stroke}" points="{head}" />'
        thickness = _thickness(stroke, look["id"] in emphasised)
        line = f'<path fill="none" stroke="{colour}" stroke-width="{thickness}" d="{_curve_data(curve)}" />'
        main, small = ("label", "taillabel" if is_forward else "headlabel")
        where = _label_places(arrow, placed, is_forward)
        words = "".join(
            _written([inscribe(line, arrow) for line in _lines(look[key])], at(where[size]), size, look[ink])
            for key, size, ink in ((main, SIZE, "fontcolor"), (small, SMALL_SIZE, "labelfontcolor"))
            if key in look
        )
        yield Part(look["id"], look["class"], line + tip + words)


def _thickness(stroke: str, is_emphasised: bool) -> str:
    return f"{_EMPHASIS * float(stroke):g}" if is_emphasised else stroke


def _curve(arrow: Arrow, placed: Placed, middle: Path, is_forward: bool) -> Path:
    """One arrow of a pair, from its tail to the tip of its head, beside the middle line."""
    path = shifted(middle, _offset(arrow, is_forward))
    for shape in (arrow.head, arrow.tail):
        if shape.kind in ("op", "junction"):
            box = placed.sized.shape(shape)
            path = ended_at_ellipse(path, placed.centres[shape.id], box.along / 2, box.across / 2)
        path = path[::-1]
    return path if is_forward else path[::-1]


def _offset(arrow: Arrow, is_forward: bool) -> float:
    """How far an arrow runs to the left of its pair's middle line; a single one runs on it."""
    if not (arrow.has_forward and arrow.has_backward):
        return 0.0
    return PAIR if is_forward else -PAIR


def _head(base: Point, tip: Point, stroke: float) -> list[Point]:
    """An arrowhead whose outline, drawn that thick, ends in the tip."""
    length = math.dist(base, tip)
    x, y = (tip[0] - base[0]) / length, (tip[1] - base[1]) / length
    # A thick outline reaches beyond a sharp corner, by its half over the sine of half the angle there.
    back = stroke / 2 * math.hypot(_HEAD, _HALF_HEAD) / _HALF_HEAD
    end = tip[0] - x * back, tip[1] - y * back
    foot = end[0] - x * _HEAD, end[1] - y * _HEAD
    aside = -y * _HALF_HEAD, x * _HALF_HEAD
    return [(foot[0] + aside[0], foot[1] + aside[1]), end, (foot[0] - aside[0], foot[1] - aside[1])]


def _label_places(arrow: Arrow, placed: Placed, is_forward: bool) -> dict[float, Point]:
    """The middles of an arrow's texts by their font size: the number nearest to the arrow, then the
    small text; where the flow runs down, one above the other beside it."""
    sized = placed.sized
    along, across = placed.labels[arrow.id]
    side = 1 if is_forward else -1
    depth = abs(_offset(arrow, is_forward)) + LABEL_GAP
    texts = (arrow.forward, arrow.name) if is_forward else (arrow.backward, arrow.local)
    boxes = [(size, sized.text(text, size)) for text, size in zip(texts, (SIZE, SMALL_SIZE), strict=True)]
    places = {}
    if sized.picture.downward:
        at = along - sum(box.along for _, box in boxes) / 2
        for size, box in reversed(boxes) if is_forward else boxes:
            places[size] = (at + box.along / 2, across + side * (depth + box.across / 2))
            at += box.along
    else:
        for size, box in boxes:
            places[size] = (along, across + side * (depth + box.across / 2))
            depth += box.across
    return places


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _written(lines: list[str], centre: Point, size: float, colour: str) -> str:
    """Lines of markup around their middle."""
    first = centre[1] + size * (_BASELINE - LINE_HEIGHT * (len(lines) - 1) / 2)
    small, x = 'class="small" ' if size < SIZE else "", _number(centre[0])
    return "".join(
        [
            f'<text {small}x="{x}" y="{_number(first + number * LINE_HEIGHT * size)}" font-size="{size:g}"'
            f' fill="{colour}">{line}</text>'
            for number, line in enumerate(lines)
        ]
    )


def _rounded_box(centre: Point, half: Point) -> str:
    (x, y), (wide, high) = centre, half
    radius = min(_ROUNDING, 2 * wide / 3, 2 * high / 3)
    pieces = []
    for right, down in ((1, -1), (1, 1), (-1, 1), (-1, -1)):
        corner = x + right * wide, y + down * high
        ends = (corner[0] - right * radius, corner[1]), (corner[0], corner[1] - down * radius)
        start, end = ends if right * down < 0 else ends[::-1]
        pieces.append(f"{_points([start])}Q{_points([corner, end])}")
    return f"M{'L'.join(pieces)}Z"


def _curve_data(curve: Iterable[Point]) -> str:
    start, *rest = curve
    return f"M{_points([start])}C{_points(rest)}"


def _points(points: Iterable[Point]) -> str:
    return " ".join([f"{_number(x)},{_number(y)}" for x, y in points])


@lru_cache(maxsize=4096)
def _number(coordinate: float) -> str:
    # Adding 0 turns a negative zero into a plain one.
    return f"{round(coordinate, 2) + 0:g}"
