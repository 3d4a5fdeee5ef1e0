"""The whole way from a graph to what its picture shows, verified."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphgen.diagram import Scene, Texts, asked, compose, later_uses, least_shapes, texts_of, uses_again
from graphgen.drawing.again import far_uses, length_of_ways
from graphgen.drawing.dot import digraph
from graphgen.drawing.layouts import (
    MAX_SHAPES,
    MOST_TURNED,
    area,
    by_one_pair,
    is_too_wide,
    laid_out,
    lay_out,
    too_large,
)
from graphgen.drawing.places import page_of
from graphgen.errors import EvaluationError, OptionError, SourceError, contained, excerpt
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

_BETTER = 0.9
"""So much of what a reader has to follow at most is left where inputs stand again."""


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
        if once.widest is None or self.options.repeat != "auto" or len(once.shapes) > MOST_TURNED:
            return named
        layout = by_one_pair(once)
        if not is_too_wide(layout):
            return named
        all_later = later_uses(self.graph, [node.id for node in self.graph.inputs])
        ways = filter(None, (far_uses(layout), all_later))
        burdens = {again: _burden(self._composed(again)) for again in ways} or {named: math.inf}
        best = min(burdens, key=burdens.__getitem__)
        found = best if burdens[best] < _BETTER * _burden(once) else named
        if not is_too_wide(by_one_pair(self._composed(found))):
            return found
        rows = lay_out(once)  # in which inputs need not stand again
        is_smaller = area(rows) < _BETTER * area(lay_out(self._composed(found)))
        return named if is_smaller or not is_too_wide(rows) else found

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
        raise too_large(f"at least {least:,}")


def _burden(what: Scene) -> float:
    """How much a reader has to follow: all ways together, and more in a picture wider than its column."""
    layout = by_one_pair(what)
    unbroken = laid_out(layout.sized.scene, ENGINES[0])
    return length_of_ways(unbroken) * max(page_of(layout).width / (what.widest or math.inf), 1.0)
