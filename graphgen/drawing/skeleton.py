"""The boxes of a picture without words, which dot is asked to rank and to put in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from graphgen.diagram import ArrowPair, Scene
from graphgen.drawing.boxes import NODE_GAP, RANK_GAP, Sized, level_box

_FAST_FROM = 150
"""Shapes from which on dot has less patience."""


def skeleton(sized: Sized, in_order: bool = False) -> str:
    """The DOT of the boxes; `in_order` if operands are to keep the order of the source."""
    scene = sized.scene
    lines = [
        "digraph {",
        f"rankdir=LR ranksep={_inches(RANK_GAP)} nodesep={_inches(NODE_GAP)}",
        _patience(len(scene.shapes)),
        # In a forest every edge joins two ranks that are next to each other, where no curve of dot's is used.
        "splines=none" if sized.is_forest else "",
        "node [shape=box fixedsize=true] edge [arrowhead=none]",
    ]
    # "ordering=in" keeps operands in the order in which their edges are written here.
    arrivals = Counter(arrow.head.id for arrow in scene.arrows)
    for id, box in sized.boxes.items():
        shape = sized.shapes.get(id)
        outline = " shape=ellipse" if shape and shape.kind in ("op", "junction") else ""
        is_ordered = shape and (in_order or shape.is_ordered or arrivals[id] > 2)
        order = " ordering=in" if is_ordered else ""
        lines.append(f"{id} [width={_inches(box.along)} height={_inches(box.across)}{outline}{order}]")
    for arrow in _in_order(scene):
        level = level_box(arrow)
        is_only = arrivals[arrow.head.id] == 1
        # A collapsed part stands in the middle of what arrives there.
        is_straight = arrow.on_main_chain and (is_only or arrow.head.kind != "group")
        weight = 8 if is_straight else 1
        # A pair bends, if at all, behind its level stretch, and not before its head's only way in. What is
        # made of a value that others use, too, stands near its own use, as does the junction before it.
        if arrow.tail.kind == "junction":
            times = 3, 4 if is_only and arrow.head.kind != "junction" else 1
        else:
            times = 8, 6 if is_only else 2
        pieces = [(arrow.tail.id, level, times[0]), (level, arrow.head.id, times[1])]
        for tail, head, each in pieces:
            if tail != head:
                lines.append(f"{tail} -> {head} [weight={weight * each} tailport=e]")
    return "\n".join([*filter(None, lines), "}"])


def _in_order(scene: Scene) -> Iterator[ArrowPair]:
    """The pairs by where they lead, to one shape in the order of its operands; of three or more, that of the
    main chain comes in the middle, which has the others on both sides, unless an author wants the order."""
    arriving: dict[str, list[ArrowPair]] = {shape.id: [] for shape in scene.shapes}
    for arrow in scene.arrows:
        arriving[arrow.head.id].append(arrow)
    for arrows in arriving.values():
        arrows.sort(key=lambda arrow: arrow.places)
        main = [arrow for arrow in arrows if arrow.on_main_chain]
        if not scene.in_order and len(arrows) > 2 and len(main) == 1 and main[0] in (arrows[0], arrows[-1]):
            arrows.remove(main[0])
            arrows.insert(len(arrows) // 2, main[0])
        yield from arrows


def _patience(shapes: int) -> str:
    """How long dot may improve on ranks, order and places, in rounds for each shape: of many, fewer."""
    if shapes <= _FAST_FROM:
        return ""
    return f"nslimit={min(1, 2 * _FAST_FROM / shapes):.2f} nslimit1=1 mclimit=0.2"


def _inches(points: float) -> str:
    return f"{points / 72:.4f}"
