"""Ways of inputs to far operations, beside which the input had better stand once more."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from graphgen.diagram import ArrowPair
from graphgen.drawing.boxes import Layout
from graphgen.graph import Edge

_FAR = 330.0
"""Points of an arrow's way that are worth a word for."""
_FARTHER = 1.4
"""So many times as long as the shortest from the same word is a way that is far."""


def far_uses(layout: Layout) -> frozenset[Edge]:
    """The edges along which inputs reach operations far from where they stand, the nearest never."""
    ways: dict[str, list[tuple[float, tuple[Edge, ...]]]] = defaultdict(list)
    for arrow in layout.sized.scene.arrows:
        if arrow.edges and arrow.tail.kind == "junction" and arrow.head.kind != "junction":
            way = list(_way(arrow, layout))
            if way[-1].tail.kind == "input":
                length = sum(_length(layout, part) for part in way)
                ways[way[-1].tail.id].append((length, arrow.edges))
    return frozenset(
        edge
        for among in ways.values()
        for length, edges in among
        if length > max(_FAR, _FARTHER * min(among)[0])
        for edge in edges
    )


def length_of_ways(layout: Layout) -> float:
    """About how long all ways of a picture are together."""
    return sum(_length(layout, arrow) for arrow in layout.sized.scene.arrows)


def _way(arrow: ArrowPair, layout: Layout) -> Iterator[ArrowPair]:
    """A pair, and those before it by way of junctions."""
    yield arrow
    while arrow.tail.kind == "junction":
        arrow = next(trunk for trunk in layout.sized.scene.arrows if trunk.head == arrow.tail)
        yield arrow


def _length(layout: Layout, arrow: ArrowPair) -> float:
    """About how long a pair's way is."""
    return sum(math.dist(one, other) for one, other in pairwise(layout.paths[arrow.id]))
