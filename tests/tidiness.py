"""Untidy places in a picture as it is drawn: arrows across what is not theirs, or upon each other."""

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from drawings import inside

from graphgen.diagram.parts import Shape
from graphgen.drawing.svg import draw
from graphgen.notation.scripts import width

CAP, DESCENT = 0.72, 0.22
"""How far letters reach above and below their line, in sizes of the font."""
STEP = 2.0
"""From point to point on an arrow."""
BESIDE, NEAR, LONG = 1.5, 5.0, 40.0
"""Nearer than BESIDE to a shape is too near; so is nearer than NEAR to an arrow over more than LONG."""
AS_ONE, STRETCH, AWAY = 2.0, 12.0, 14.0
"""Arrows nearer than AS_ONE over more than STRETCH are one line, AWAY from the box of a common end."""


@dataclass(frozen=True)
class Line:
    """One drawn arrow: its pair, its points, its texts and head as boxes (left, top, right, bottom)."""

    arrow: object
    points: list
    texts: list
    heads: list

    @property
    def ends(self):
        return {self.arrow.tail.id, self.arrow.head.id}


def numbers(text):
    return [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", text)]


def attribute(element, name):
    return float(re.search(rf' {name}="([^"]*)"', element)[1])


def elements(kind, part):
    return re.findall(rf"<{kind} [^>]*>(?:[^<]*</{kind}>)?", inside(part))


def texts_of(part):
    for text, words in zip(elements("text", part), part.lines, strict=True):
        size, x, y = (attribute(text, name) for name in ("font-size", "x", "y"))
        half = width(words, size) / 2
        yield x - half, y - CAP * size, x + half, y + DESCENT * size


def points_of(part):
    path, *_ = elements("path", part) or [None]  # behind it are the signs of a heat map
    if path is None:  # what a weight has at the arrow of another pair
        return []
    plain = numbers(re.search(r' d="([^"]*)"', path)[1])
    controls = list(zip(plain[::2], plain[1::2], strict=True))
    points = controls[:1]
    for start in range(0, len(controls) - 1, 3):
        piece = controls[start : start + 4]
        steps = math.ceil(sum(math.dist(a, b) for a, b in pairwise(piece)) / STEP)
        points += [on_curve(piece, step / steps) for step in range(1, steps + 1)]
    for head in elements("polygon", part):
        tip = numbers(re.search(r' points="([^"]*)"', head)[1])[2:4]
        points.append(tuple(tip))
    return points


def heads_of(part):
    for head in elements("polygon", part):
        plain = numbers(re.search(r' points="([^"]*)"', head)[1])
        yield min(plain[::2]), min(plain[1::2]), max(plain[::2]), max(plain[1::2])


def on_curve(piece, t):
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    return tuple(
        sum(weight * point[axis] for weight, point in zip(weights, piece, strict=True)) for axis in (0, 1)
    )


def outline_of(part):
    """Whether a point lies within a drawn shape or BESIDE it."""
    if ellipses := elements("ellipse", part):
        x, y, rx, ry = (attribute(ellipses[0], name) for name in ("cx", "cy", "rx", "ry"))
        rx, ry = rx + BESIDE, ry + BESIDE
        return (x - rx, y - ry, x + rx, y + ry), lambda p: ((p[0] - x) / rx) ** 2 + ((p[1] - y) / ry) ** 2 < 1
    if paths := elements("path", part):
        plain = numbers(re.search(r' d="([^"]*)"', paths[0])[1])
        box = min(plain[::2]), min(plain[1::2]), max(plain[::2]), max(plain[1::2])
    else:
        boxes = list(texts_of(part)) or [(0, 0, 0, 0)]
        box = (*(min(b[i] for b in boxes) for i in (0, 1)), *(max(b[i] for b in boxes) for i in (2, 3)))
    return box, lambda p: box[0] < p[0] < box[2] and box[1] < p[1] < box[3]


def is_within(line, boxes):
    return any(
        left < x < right and top < y < bottom for left, top, right, bottom in boxes for x, y in line.points
    )


def lines_and_shapes(layout):
    """The drawn arrows by id; the shapes, each with its box and whether it holds a point."""
    parts = draw(layout).parts
    of_shapes = [part for part in parts if isinstance(part.of, Shape) and "point" not in part.classes]
    shapes = [(part.of, *outline_of(part)) for part in of_shapes]
    tangents = {f"{part.of.id}f": part for part in parts if "tangent" in part.classes}
    lines = {
        part.id: Line(
            part.of,
            points_of(part),
            [box for of in (part, tangents.get(part.id)) if of for box in texts_of(of)],
            list(heads_of(part)),
        )
        for part in parts
        if not isinstance(part.of, Shape) and part not in tangents.values()
    }
    return lines, shapes


def untidy(layout):
    """(kind, what, what) of everything in a picture that is untidy."""
    lines, shapes = lines_and_shapes(layout)
    for id, line in lines.items():
        for shape, box, holds in shapes:
            if shape.id not in line.ends:
                near = [p for p in line.points if box[0] <= p[0] <= box[2] and box[1] <= p[1] <= box[3]]
                if any(map(holds, near)):
                    yield "shape", id, shape.id
        for other, labelled in lines.items():
            if line.arrow is not labelled.arrow and is_within(line, labelled.texts):
                yield "label", id, other
            if line.ends.isdisjoint(labelled.ends) and is_within(line, labelled.heads):
                yield "head", id, other
    apart = together(lines, NEAR, LONG, lambda line, other, _: line.ends.isdisjoint(other.ends))
    yield from (("upon", *pair) for pair in apart)


def merged(layout):
    """The pairs of which two arrows are one line over a stretch, not at an end that they have in common."""
    lines, shapes = lines_and_shapes(layout)
    boxes = {shape.id: box for shape, box, _ in shapes}

    def is_away(line, other, point):
        return not any(
            left - AWAY < point[0] < right + AWAY and top - AWAY < point[1] < bottom + AWAY
            for left, top, right, bottom in (boxes[id] for id in line.ends & other.ends)
        )

    return together(lines, AS_ONE, STRETCH, is_away)


def together(lines, near, long, is_apart):
    """The pairs of which two arrows run nearer than that to each other for longer than that, where they
    are to be apart."""
    cells, found = defaultdict(set), set()
    for id, line in lines.items():
        for number, (x, y) in enumerate(line.points):
            cells[int(x // near), int(y // near)].add((id, number))
    for line in lines.values():
        run = {}
        for before, point in zip([*line.points[:1], *line.points], line.points, strict=False):
            column, row = int(point[0] // near), int(point[1] // near)
            beside = {
                other
                for i in (-1, 0, 1)
                for j in (-1, 0, 1)
                for other, number in cells.get((column + i, row + j), ())
                if lines[other].arrow is not line.arrow
                and math.dist(lines[other].points[number], point) < near
                and is_apart(line, lines[other], point)
            }
            run = {other: run.get(other, 0.0) + math.dist(before, point) for other in beside}
            for other in beside:
                if run[other] > long:
                    found.add(tuple(sorted((line.arrow.id, lines[other].arrow.id))))
    return sorted(found)
