"""The whole way from a graph to what its picture shows, verified, and to its layout."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from graphgen.diagram import Scene, Texts, asked, compose, later_uses, least_shapes, texts_of, uses_again
from graphgen.drawing.again import far_uses, length_of_ways
from graphgen.drawing.boxes import Layout, Sized
from graphgen.drawing.dot import digraph
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
from graphgen.errors import EvaluationError, OptionError, RenderError, SourceError, contained, excerpt
from graphgen.graph import (
    ComputationalGraph,
    Edge,
    Level,
    Pass,
    require_no_symbols,
    with_data,
    with_joined_sums,
)
from graphgen.language import given_upstream, require_numbers
from graphgen.options import ENGINES, Options
from graphgen.views import view

if TYPE_CHECKING:
    import graphviz

MAX_SHAPES = 2_500
"""Shapes of the largest picture that is laid out."""
_MOST_TURNED = 150
"""Shapes of the largest picture that is laid out a second time: downward, or in the order of the source."""
_DEEPER, _MORE_CROSSINGS = 1.1, 2
"""So many times as deep across may a picture be for the order of the source; so many more pairs may cross."""
_BETTER = 0.9
"""So much of what a reader has to follow at most is left where inputs stand again."""
_WIDER = 1.0, 1.25, 1.5
"""So many times as wide as its column may a picture be in rows that two pairs join: at first as it should be;
then, if it fits in no way, as far as that makes it smaller."""
_NARROWER = 0.9
"""So wide at most is a picture that runs down, of one that is too wide on level, to be worth its length."""


@dataclass(frozen=True)
class Picture:
    """A graph, its numbers (None where it has none), and how it is drawn.

    `levels` counts the numbers that were verified by how sure they are, those of formulas at a point
    among them.
    """

    graph: ComputationalGraph
    numbers: Pass[Any] | None
    options: Options
    levels: Mapping[Level, int]

    @property
    def level(self) -> Level | None:
        """How sure the numbers are that it shows; None where it shows formulas of a graph without any."""
        return self.numbers.level if self.numbers else None

    @cached_property
    def texts(self) -> Texts:
        return texts_of(self.graph, self.numbers, self.options)

    @cached_property
    def asked(self) -> Texts:
        """The same words, with a question mark for each number that a quiz hides."""
        return asked(self.graph, self.texts, self.options)

    @cached_property
    def scene(self) -> Scene:
        return self._once if self.again == self._named else self._composed(self.again)

    @cached_property
    def again(self) -> frozenset[Edge]:
        """The edges beside whose operations inputs stand once more: those that the author names; else, where
        the picture would not fit its column in any way, those that lead far, or all, if that helps."""
        named, once = self._named, self._once
        if once.widest is None or self.options.repeat != "auto" or len(once.shapes) > _MOST_TURNED:
            return named
        layout = _by_one_pair(once)
        if not _is_too_wide(layout):
            return named
        all_later = later_uses(self.graph, [node.id for node in self.graph.inputs])
        ways = filter(None, (far_uses(layout), all_later))
        burdens = {again: _burden(self._composed(again)) for again in ways} or {named: math.inf}
        best = min(burdens, key=burdens.__getitem__)
        found = best if burdens[best] < _BETTER * _burden(once) else named
        if not _is_too_wide(_by_one_pair(self._composed(found))):
            return found
        rows = lay_out(once)  # in which inputs need not stand again
        is_smaller = _area(rows) < _BETTER * _area(lay_out(self._composed(found)))
        return named if is_smaller or not _is_too_wide(rows) else found

    @cached_property
    def _named(self) -> frozenset[Edge]:
        return uses_again(self.graph, self.options)

    @cached_property
    def _once(self) -> Scene:
        """The scene with no more inputs beside their uses than the author names."""
        return self._composed(self._named)

    def _composed(self, again: frozenset[Edge]) -> Scene:
        return compose(self.graph, self.asked, self.options, again)

    def require_scene(self) -> Picture:
        """The picture itself; raises OptionError where its options name what the graph does not have."""
        _ = self._once
        return self

    def __repr__(self) -> str:
        return f"<Picture of {len(self.graph)} nodes, output {self.graph.output!r}>"

    def __str__(self) -> str:
        """The content of the picture, as a table for a terminal."""
        return str(view("table")(self))

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """The picture that a notebook shows, and the table for a terminal."""
        shown: dict[str, str] = view("bundle")(self)
        return shown

    def dot(self, engine: str = ENGINES[0]) -> graphviz.Digraph:
        """The picture itself, every place stated, for any Graphviz to print with `neato -n2`.

        Raises RenderError where it is too large or the engine fails.
        """
        return digraph(lay_out(self.scene, engine))


@contained()
def picture(graph: ComputationalGraph, options: Options | None = None) -> Picture:
    """Verifies a graph and says what its picture shows.

    Raises VerificationError on a mismatch, EvaluationError where a value or a gradient that is to be
    shown does not exist, OptionError where the options do not fit the graph, SourceError where only some
    inputs have numbers and the options do not ask for symbols.
    """
    options = options or Options()
    if options.data:
        graph = with_data(graph, options.data.split())
    if options.upstream:
        graph = _with_upstream(graph, options)
    if not graph.has_gradient(graph.output):  # it depends on nothing but data and constants
        options = replace(options, show="forward")
    shown = _rewritten(graph, options)
    if shown is graph:
        return _picture(graph, options)
    return _alike_picture(graph, shown, options)


def _with_upstream(graph: ComputationalGraph, options: Options) -> ComputationalGraph:
    try:
        return given_upstream(graph, options.upstream)
    except SourceError as error:
        raise OptionError(f"upstream={excerpt(options.upstream)}: {error.message}", error.hint) from None


def _rewritten(graph: ComputationalGraph, options: Options) -> ComputationalGraph:
    """The graph with its layers opened and its sums joined, where that is asked for."""
    from graphgen.language import opened

    if options.open:
        graph = opened(graph, options.open.split())
    return with_joined_sums(graph) if options.sums == "joined" else graph


def _alike_picture(graph: ComputationalGraph, rewritten: ComputationalGraph, options: Options) -> Picture:
    """The picture of a graph that was rewritten, proved to say the same as the graph."""
    from graphgen.verification import require_alike

    as_written, shown = _picture(graph, options), _picture(rewritten, options)
    if as_written.numbers and shown.numbers:
        require_alike(as_written.numbers, shown.numbers)
    return shown


def _picture(graph: ComputationalGraph, options: Options) -> Picture:
    from graphgen.verification import verify, verify_forward, verify_symbolic, verify_tangents

    if options.values not in ("symbols", "products"):
        require_numbers(graph)
    if graph.is_symbolic:
        if options.values == "numbers" or options.tangent:
            require_no_symbols(graph)
            missing = next(node for node in graph.inputs if node.is_symbolic_input)
            raise OptionError(
                f"the input {missing.id!r} has no number",
                f"give it one ({missing.example}), or ask for values=symbols",
                missing.place,
            )
        found = verify_symbolic(graph, backward=options.shows("backward") or graph.is_scalar)
        return Picture(graph, None, options, found.require().levels)
    if options.tangent:
        report = verify_tangents(graph, options.tangent).require()
    else:
        report = (verify if options.shows("backward") else verify_forward)(graph).require()
    levels = Counter(report.levels)
    if options.values in ("symbols", "products"):
        # At the author's numbers a formula may be undefined that is right, as x²/x at 0.
        free = [node.id for node in graph.inputs if graph.has_gradient(node.id)]
        with suppress(EvaluationError):
            found = verify_symbolic(graph, free, options.shows("backward") or graph.is_scalar)
            levels.update(found.require().levels)
    return Picture(graph, report.numbers, options, levels)


def require_drawable(graph: ComputationalGraph, options: Options) -> None:
    """Raises RenderError for a graph that is to be drawn, and whose picture is known to be too large.

    That is known before the graph is verified, which of a large one takes longest.
    """
    if len(graph) <= MAX_SHAPES and not options.open:
        return
    least = least_shapes(_rewritten(graph, options), options)
    if least > MAX_SHAPES:
        raise _too_large(f"at least {least:,}")


def lay_out(what: Scene, engine: str = ENGINES[0]) -> Layout:
    """Where everything of a scene stands; what is too wide for its column, in rows or downward.

    Rows that one pair joins read best, then a picture that runs down; where that does not fit, rows that two
    pairs join and that cut no frame. More that run back from row to row are hard to follow.

    Raises RenderError where the picture is too large or takes too long, or the engine is missing or fails.
    """
    if len(what.shapes) > MAX_SHAPES:
        raise _too_large(f"{len(what.shapes):,}")
    found = _by_one_pair(what, engine)
    for times in _WIDER if what.widest and _is_too_wide(found) else ():
        level = _laid_out(what, engine)
        rows = in_rows(level, times * (what.widest or 0.0), most=2)
        if rows and rows.borders.keys() == level.borders.keys():
            return rows if not _is_too_wide(rows) or _area(rows) < _area(found) else found
    return found


def _by_one_pair(what: Scene, engine: str = ENGINES[0]) -> Layout:
    """The same but for rows that two pairs join."""
    level = _laid_out(what, engine)
    if what.widest is None or not _is_too_wide(level):
        return level
    if rows := in_rows(level, what.widest):
        return rows
    if len(what.shapes) > _MOST_TURNED:
        return level
    down = _laid_out(replace(what, downward=True), engine)
    fits = max(what.widest, _NARROWER * page_of(level).width)
    return down if page_of(down).width <= fits else level


def _is_too_wide(layout: Layout) -> bool:
    widest = layout.sized.scene.widest
    return widest is not None and page_of(layout).width > widest


def _area(layout: Layout) -> int:
    page = page_of(layout)
    return page.width * page.height


def _burden(what: Scene) -> float:
    """How much a reader has to follow: all ways together, and more in a picture wider than its column."""
    layout = _by_one_pair(what)
    unbroken = _laid_out(layout.sized.scene, ENGINES[0])
    return length_of_ways(unbroken) * max(page_of(layout).width / (what.widest or math.inf), 1.0)


@lru_cache(maxsize=8)  # of a picture that is too wide, each is asked for some times
def _laid_out(what: Scene, engine: str) -> Layout:
    """A layout in the order of the source where that is wanted, or costs nothing."""
    sized, check = Sized(what), time_limit()

    def boxes(in_order: bool) -> tuple[Site, Lanes]:
        return sited(sized, _placed(skeleton(sized, in_order), engine), check)

    found = boxes(what.in_order or sized.is_tree)
    if not (what.in_order or sized.is_tree) and len(what.shapes) <= _MOST_TURNED:
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


def _too_large(shapes: str) -> RenderError:
    return RenderError(
        f"the picture has {shapes} shapes",
        f"at most {MAX_SHAPES:,} are drawn: collapse parts of it, by name (collapse) or by depth",
    )
