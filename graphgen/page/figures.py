"""One diagram of a page: what it is made from, and its figure, drawn now or kept from an earlier build.

Nothing here loads an engine before there is something to draw.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from graphgen.cache import Cache, for_user, key
from graphgen.errors import OptionError, excerpt
from graphgen.options import ENGINES, Options
from graphgen.page.files import graph_of
from graphgen.page.links import Piece, linked, pieces_from_json

if TYPE_CHECKING:
    from graphgen.drawing import Picture
    from graphgen.graph import ComputationalGraph, Level


@dataclass(frozen=True)
class Figure:
    """HTML in pieces, and what is known of it: the width of its picture in pixels, the picture's title, what
    it shows as prose, the author's words in it, how many numbers it has of each level, and whether an earlier
    build made it.

    `links` are the targets of these, as they are written, each with the first line that has it; `unused`
    the named results that lead nowhere, each with its line.
    """

    pieces: Sequence[Piece]
    width: int
    title: str
    description: str
    words: str
    levels: Mapping[Level, int]
    links: Mapping[str, int]
    unused: Mapping[str, int]
    is_kept: bool

    @property
    def html(self) -> str:
        """Its links lead where they are written to; `linked` makes addresses of a page of its pieces."""
        return linked(self.pieces)


_PARTS = ("pieces", "width", "title", "description", "words", "levels", "links", "unused")
"""The fields of a figure that are kept."""


@dataclass(frozen=True)
class Request:
    """A source and what is asked of it; `id` is unique on its page, which may be of XML."""

    source: str
    options: Options
    id: str = "graphgen"
    engine: str = ENGINES[0]
    is_xml: bool = False

    @cached_property
    def key(self) -> str:
        """The key under which the figure is kept."""
        asked = self.source, self.options, self.id, self.engine, self.is_xml
        return key("figure", *asked, _engine_version(self.engine))

    @cached_property
    def graph(self) -> ComputationalGraph:
        """Raises SourceError."""
        load()
        return graph_of(self.source)

    @cached_property
    def picture(self) -> Picture:
        """The verified picture. Raises GraphgenError."""
        from graphgen.drawing import picture

        return picture(self.graph, self.options)

    def figure(self, kept: Cache | None = None) -> Figure:
        """The figure, from the cache where it is kept there; else drawn, and kept. Raises GraphgenError."""
        if kept and (from_before := kept.entry(self.key, *_PARTS)):
            from_before["pieces"] = pieces_from_json(from_before["pieces"])
            return Figure(**from_before, is_kept=True)
        from graphgen.diagram import called, description, title
        from graphgen.drawing import draw, lay_out, require_drawable
        from graphgen.notation import plain
        from graphgen.page.embed import figure_around

        require_drawable(self.graph, self.options)
        shown = self.picture
        links: dict[str, int] = {}
        for node in shown.graph:
            if node.link:
                links.setdefault(node.link, node.place.line if node.place else 1)
        drawn = draw(lay_out(shown.scene, self.engine), self.engine)
        prose = description(shown.graph, shown.asked, shown.options)
        made: dict[str, Any] = {
            "pieces": figure_around(drawn, shown, self.id, prose, self.engine, self.is_xml),
            "width": drawn.width,
            "title": title(shown.graph, shown.asked, shown.options),
            "description": prose,
            "words": ", ".join(
                dict.fromkeys(plain(called(node, shown.texts)) for node in shown.graph if node.label)
            ),
            "levels": dict(shown.levels),
            "links": links,
            "unused": dict(shown.graph.unused),
        }
        if kept:
            kept.save(self.key, made)
        return Figure(**made, is_kept=False)

    def quote(self, written: str, kept: Cache | None = None) -> str:
        """The HTML of what prose quotes of it, as shop.gradient(apple). Raises OptionError."""

        def make() -> str:
            from graphgen.page.quote import quoted

            return quoted(written, {self.options.name: self.picture}, self.id)

        return str(_once(kept, key("quote", self.key, written), make))

    def answer(self, written: str, kept: Cache | None = None) -> tuple[str, str]:
        """The question that prose asks of it, and its answer as text. Raises OptionError."""

        def make() -> tuple[str, str]:
            from graphgen.page.quote import answer

            return answer(written, {self.options.name: self.picture})

        question, text = _once(kept, key("answer", self.key, written), make)
        return question, text

    def svg(self, kept: Cache | None = None) -> str:
        """The text of an SVG file in the light colours alone. Raises GraphgenError."""

        def make() -> str:
            from graphgen.page.element import standalone

            return standalone(self.picture, self.engine, styled=False)

        return str(_once(kept, key("svg", self.key), make))


def assets(kept: Cache | None = None) -> tuple[str, str]:
    """The script and the style sheet of every picture.

    SymPy, which prints the script, is slow to load, so both are kept for all sites of a user as well.
    """

    def make() -> tuple[str, str]:
        from graphgen.page.scripts import script, style

        return script(), style()

    name = key("assets")
    script, style = _once(kept, name, lambda: _once(for_user(), name, make))
    return script, style


def _once(kept: Cache | None, name: str, make: Callable[[], Any]) -> Any:
    """The entry that an earlier build kept under a name; else one that is made now, and kept."""
    if kept and (from_before := kept.entry(name, "made")):
        return from_before["made"]
    made = make()
    if kept:
        kept.save(name, {"made": made})
    return made


@cache
def load() -> None:
    """Loads what verifies and draws while garbage is not collected.

    Modules leave none, and looking for it among so many new objects takes a sixth of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        import graphgen.drawing
        import graphgen.verification  # noqa: F401
    finally:
        # All at once into the oldest generation, which is looked through least.
        gc.freeze()
        gc.unfreeze()
        if was_enabled:
            gc.enable()


def remember(request: Request, named: dict[str, Request]) -> None:
    """Adds a request that has a name to those that its page may quote; raises OptionError for a second."""
    name = request.options.name
    if name in named:
        raise OptionError(f"a second diagram on this page is named {excerpt(name)}", "choose another name")
    if name:
        named[name] = request


@cache
def _engine_version(engine: str) -> tuple[int, ...]:
    """The version of the system's dot; that of the embedded engine is in every key."""
    if engine == ENGINES[0]:
        return ()
    import graphviz

    try:
        return graphviz.version()
    except (graphviz.ExecutableNotFound, graphviz.CalledProcessError, RuntimeError):
        return ()
