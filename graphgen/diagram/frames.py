"""The frames of a picture: which of its shapes make up each module that is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from graphgen.diagram.modules import module_members, module_title
from graphgen.diagram.parts import ArrowPair, Frame, Shape
from graphgen.graph import ComputationalGraph
from graphgen.notation import label_text


def open_frames(
    graph: ComputationalGraph, shapes: Sequence[Shape], arrows: Sequence[ArrowPair]
) -> Iterator[Frame]:
    """A frame for each module that is open, around two or more of its operations; outer ones first.

    In it stand its parameters, a closed module of its own, and the junctions and repeated inputs from which
    all ways lead into it. A module that holds all operations has none.
    """
    if not graph.modules:
        return
    heads: dict[str, set[str]] = defaultdict(set)
    for arrow in arrows:
        heads[arrow.tail.id].add(arrow.head.id)
    first = {shape.node: shape for shape in reversed(shapes) if shape.kind in ("op", "input", "group")}
    operations = {shape.id for shape in first.values() if shape.kind != "input"}
    by_size = sorted(module_members(graph).items(), key=lambda item: -len(item[1]))
    for number, (path, ids) in enumerate(by_size, 1):
        within = {shape.id for node, shape in first.items() if node in ids}
        for shape in reversed(shapes):
            is_beside = shape.kind == "junction" or "again" in shape.marks.split()
            if is_beside and heads[shape.id] <= within:
                within.add(shape.id)
        if 1 < len(within & operations) < len(operations):
            yield Frame(f"m{number}", label_text(module_title(graph, path)), path, frozenset(within))
