"""The modules of a figure that a reader may open: for each, the picture with it open, drawn ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from graphgen.diagram import Closed, closed_modules
from graphgen.drawing import SVG, Picture, draw, lay_out
from graphgen.notation import label_text
from graphgen.options import ENGINES

MOST_MODULES = 6
"""A picture with more closed modules has none that open."""
MOST_SHAPES = 60
"""Shapes of the largest picture of an open module."""


@dataclass(frozen=True)
class Opened:
    """A picture with one module open: the id of the box that opens it, and of the title that closes it."""

    box: str
    title: str
    name: str
    shown: Picture
    drawn: SVG


def opened_modules(shown: Picture, engine: str = ENGINES[0]) -> tuple[Opened, ...]:
    """The pictures with one of the closed modules open, and those within it closed.

    There are some only where few modules are closed, and where the open one has a frame, whose title
    closes it again.
    """
    wanted = shown.options.modules
    boxes = [*closed_modules(shown.graph, wanted)] if wanted and not shown.options.focus else []
    if len(boxes) > MOST_MODULES:
        return ()
    return tuple(_opened(shown, engine, boxes))


def _opened(shown: Picture, engine: str, boxes: Sequence[Closed]) -> Iterator[Opened]:
    graph = shown.graph
    drawn_as = {shape.node: shape.id for shape in shown.scene.shapes if shape.kind == "group"}
    for box in boxes:
        ids = [id for node, id in drawn_as.items() if node in box.members]
        inner = [path for path in graph.modules if path.rpartition(".")[0] == box.paths[0]]
        others = [path for other in boxes if other != box for path in other.paths]
        closed = [*others, *(box.paths if len(box.paths) > 1 else inner)]
        if not ids or not closed:
            continue
        for direction in dict.fromkeys((shown.options.direction, "down")):
            options = replace(shown.options, modules=" ".join(closed), direction=direction)
            if opened := _framed(replace(shown, options=options), engine, ids[0], box):
                yield opened
                break


def _framed(picture: Picture, engine: str, id: str, box: Closed) -> Opened | None:
    """A picture with the module of a box open, if it is small enough and the module has a frame."""
    frames = {frame.title: frame.id for frame in picture.scene.frames}
    frame = frames.get(label_text(box.title))
    if frame is None or len(picture.scene.shapes) > MOST_SHAPES:
        return None
    layout = lay_out(picture.scene, engine)
    if frame not in layout.borders:  # as in rows, where its parts do not stand together
        return None
    return Opened(id, f"{frame}t", box.title, picture, draw(layout, engine))
