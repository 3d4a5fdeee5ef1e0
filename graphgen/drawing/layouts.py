"""A scene's layout: on level, in rows, or downward, whichever fits its column and reads best."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import product

from graphgen.diagram import Scene, tightened
from graphgen.drawing.boxes import Layout, Sized
from graphgen.drawing.engine import run, time_limit
from graphgen.drawing.frames import framed
from graphgen.drawing.lanes import Lanes
from graphgen.drawing.narrowing import narrowed
from graphgen.drawing.places import page_of
from graphgen.drawing.routes import place, sited
from graphgen.drawing.rows import in_rows
from graphgen.drawing.site import Site
from graphgen.drawing.skeleton import skeleton
from graphgen.drawing.tracks import crossings
from graphgen.errors import RenderError
from graphgen.options import ENGINES

MAX_SHAPES = 2_500
"""Shapes of the largest picture that is laid out."""
MOST_TURNED = 150
"""Shapes of the largest picture that is laid out a second time: downward, or in the order of the source."""
_DEEPER, _MORE_CROSSINGS = 1.1, 2
"""So many times as deep across may a picture be for the order of the source; so many more pairs may cross."""
_WIDER = 1.0, 1.25, 1.5
"""So many times as wide as its column may a picture be in rows that two pairs join: at first as it should be;
then, if it fits in no way, as far as that makes it smaller."""
_MOST_ROWS = 3
"""So many rows may two pairs join."""
_MOST_JOINING = 4
"""So many pairs may join the rows of a picture that is to fit its column at any cost."""
_SLACK = 1.045
"""So many times as wide as its column may it be at last before several pairs join its rows."""
_NARROWER = 0.9
"""So wide at most is a picture that runs down, of one that is too wide on level, to be worth its length."""


def lay_out(what: Scene, engine: str = ENGINES[0]) -> Layout:
    """Where everything of a scene stands; what is too wide for its column, in rows or downward.

    Rows that one pair joins read best, then a picture that runs down; where that does not fit, rows that two
    pairs join and that cut no frame. More that run back from row to row are hard to follow.

    Raises RenderError where the picture is too large or takes too long, or the engine is missing or fails.
    """
    if len(what.shapes) > MAX_SHAPES:
        raise too_large(f"{len(what.shapes):,}")
    found = by_one_pair(what, engine)
    for times in _WIDER if what.widest and is_too_wide(found) else ():
        level = laid_out(what, engine)
        rows = in_rows(level, times * (what.widest or 0.0), 2, _MOST_ROWS)
        if rows and rows.borders.keys() == level.borders.keys():
            return rows if not is_too_wide(rows) or area(rows) < area(found) else found
    return found


def lay_out_narrow(what: Scene, widest: float, engine: str = ENGINES[0]) -> Layout:
    """The same of a picture that is to fit a column at any cost: if it does not as it is, with its texts on
    more lines, then a little wider; with rows that one pair joins, else two, and then in as many rows as it
    takes, joined by as few pairs as can be.

    Where it fits in no way, the narrowest of these.
    """
    what = replace(what, downward=False, widest=widest)
    tight = tightened(what)
    scenes = what, tight, replace(tight, widest=float(int(_SLACK * widest)))
    tried = []
    for found, scene in product((by_one_pair, lay_out), scenes):
        tried.append(found(scene, engine))
        if not is_too_wide(tried[-1]):
            return tried[-1]
    level = laid_out(tight, engine)
    for most in range(2, _MOST_JOINING + 1) if len(what.shapes) <= MOST_TURNED else ():
        rows = in_rows(level, widest, most)
        if rows and not is_too_wide(rows) and rows.borders.keys() == level.borders.keys():
            return rows
    return min(tried, key=lambda layout: page_of(layout).width)


def by_one_pair(what: Scene, engine: str = ENGINES[0]) -> Layout:
    """The same but for rows that two pairs join."""
    level = laid_out(what, engine)
    if what.widest is None or not is_too_wide(level):
        return level
    if rows := in_rows(level, what.widest):
        return rows
    if len(what.shapes) > MOST_TURNED:
        return level
    down = laid_out(replace(what, downward=True), engine)
    fits = max(what.widest, _NARROWER * page_of(level).width)
    return down if page_of(down).width <= fits else level


def is_too_wide(layout: Layout) -> bool:
    widest = layout.sized.scene.widest
    return widest is not None and page_of(layout).width > widest


def area(layout: Layout) -> int:
    page = page_of(layout)
    return page.width * page.height


@lru_cache(maxsize=8)  # of a picture that is too wide, each is asked for some times
def laid_out(what: Scene, engine: str) -> Layout:
    """A layout in the order of the source where that is wanted, or costs nothing."""
    sized, check = Sized(what), time_limit()

    def boxes(in_order: bool) -> tuple[Site, Lanes]:
        return sited(sized, _placed(skeleton(sized, in_order), engine), check)

    found = boxes(what.in_order or sized.is_tree)
    if not (what.in_order or sized.is_tree) and len(what.shapes) <= MOST_TURNED:
        ordered = boxes(True)
        found = ordered if _costs_little(ordered, found) else found
    return framed(narrowed(place(*found)))


@lru_cache(maxsize=64)
def _placed(boxes: str, engine: str) -> str:
    """dot's answer, which is the same for pictures that differ in nothing but their numbers."""
    return run(boxes, "plain", engine)


def _costs_little(ordered: tuple[Site, Lanes], free: tuple[Site, Lanes]) -> bool:
    """Whether boxes in the order of the source are about as good as those in any: where none need cross, none
    may; else a few more, if the picture is no deeper for it."""
    fewest, deep = crossings(*free), ordered[0].depth / (free[0].depth or 1.0)
    more = crossings(*ordered) - fewest
    return deep <= _DEEPER if more <= 0 else bool(fewest) and more <= _MORE_CROSSINGS and deep <= 1.0


def too_large(shapes: str) -> RenderError:
    return RenderError(
        f"the picture has {shapes} shapes",
        f"at most {MAX_SHAPES:,} are drawn: collapse parts of it, by name (collapse) or by depth",
    )
