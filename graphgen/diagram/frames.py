"""The frames of a picture: which of its shapes make up each module that is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from graphgen.diagram.alike import Module, rows_of_alike
from graphgen.diagram.modules import module_members, title_of
from graphgen.diagram.parts import ArrowPair, Frame, Shape
from graphgen.graph import ComputationalGraph
from graphgen.notation import label_text


def open_frames(
    graph: ComputationalGraph, shapes: Sequence[Shape], arrows: Sequence[ArrowPair]
) -> Iterator[Frame]:
    """A frame for each module that is open, around two or more of its operations; outer ones first.

    In it stand its parameters, a closed module of its own, and the junctions and repeated inputs from which
    all ways lead into it. A row of modules that are alike has one where each of them is closed. A module that
    holds all operations has none.
    """
    if not graph.modules:
        return
    heads: dict[str, set[str]] = defaultdict(set)
    for arrow in arrows:
        heads[arrow.tail.id].add(arrow.head.id)
    first = {shape.node: shape for shape in reversed(shapes) if shape.kind in ("op", "input", "group")}
    operations = {shape.id for shape in first.values() if shape.kind != "input"}
    members = module_members(graph)
    by_depth = sorted(members.items(), key=lambda module: module[0].count("."))
    rows = [row for row in rows_of_alike(graph, by_depth) if len(row) > 1]
    around: list[tuple[Module, ...]] = [*rows, *((module,) for module in members.items())]
    around.sort(key=lambda row: -sum(len(ids) for _, ids in row))
    for number, row in enumerate(around, 1):
        ids = frozenset().union(*(ids for _, ids in row))
        within = {shape.id for node, shape in first.items() if node in ids}
        for shape in reversed(shapes):
            is_beside = shape.kind == "junction" or "again" in shape.marks.split()
            if is_beside and heads[shape.id] <= within:
                within.add(shape.id)
        is_open = len(row) == 1 or not any(shape.kind == "op" and shape.id in within for shape in shapes)
        if is_open and 1 < len(within & operations) < len(operations):
            title = label_text(title_of(graph, [path for path, _ in row]))
            yield Frame(f"m{number}", title, row[0][0], frozenset(within))
