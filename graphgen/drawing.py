"""One diagram of a page: what it is made from, and its figure, drawn now or kept from an earlier build.

Nothing here loads SymPy, networkx or the layout engine before there is something to draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from graphgen.cache import Cache, key
from graphgen.errors import OptionError, excerpt
from graphgen.options import ENGINES, Options

if TYPE_CHECKING:
    from graphgen.graph import ComputationalGraph
    from graphgen.render import Picture


@dataclass(frozen=True)
class Figure:
    """A piece of HTML, how many comparisons verified it, and whether an earlier build made it.

    `links` are the targets of its links, as they are written, each with the first line that has it.
    """

    html: str
    checks: int
    is_kept: bool
    links: Mapping[str, int]


@dataclass(frozen=True)
class Drawing:
    """A source and what is asked of it; `id` is unique on its page."""

    source: str
    options: Options
    id: str = "graphgen"
    engine: str = ENGINES[0]

    @cached_property
    def key(self) -> str:
        """What the figure is kept under."""
        return key("figure", self.source, self.options, self.id, self.engine, _engine_version(self.engine))

    @cached_property
    def graph(self) -> ComputationalGraph:
        """Raises SourceError."""
        from graphgen.parser import parse

        return parse(self.source)

    @cached_property
    def picture(self) -> Picture:
        """The verified picture. Raises GraphgenError."""
        from graphgen.render import picture

        return picture(self.graph, self.options)

    def figure(self, kept: Cache | None = None) -> Figure:
        """The figure, from the cache where it is kept there; else drawn, and kept. Raises GraphgenError."""
        if kept and (from_before := kept.entry(self.key, "html", "checks", "links")):
            return Figure(**from_before, is_kept=True)
        from graphgen.embed import figure
        from graphgen.render import demand_drawable

        demand_drawable(self.graph, self.options)
        links: dict[str, int] = {}
        for node in self.picture.graph:
            if node.link:
                links.setdefault(node.link, node.place.line if node.place else 1)
        made: dict[str, Any] = {
            "html": figure(self.picture, self.id, self.engine),
            "checks": self.picture.checks,
            "links": links,
        }
        if kept:
            kept.save(self.key, made)
        return Figure(**made, is_kept=False)

    def quote(self, written: str, kept: Cache | None = None) -> str:
        """The HTML of what prose quotes of it, as shop.gradient(apple). Raises OptionError."""
        name = key("quote", self.key, written)
        if kept and (from_before := kept.entry(name, "html")):
            return str(from_before["html"])
        from graphgen.quote import quoted

        html = quoted(written, {self.options.name: self.picture})
        if kept:
            kept.save(name, {"html": html})
        return html


def remember(drawing: Drawing, named: dict[str, Drawing]) -> None:
    """Adds a drawing that has a name to those that its page may quote; raises OptionError for a second."""
    name = drawing.options.name
    if name in named:
        raise OptionError(f"a second diagram on this page is named {excerpt(name)}", "choose another name")
    if name:
        named[name] = drawing


@cache
def _engine_version(engine: str) -> tuple[int, ...]:
    """Of the system's dot: the embedded engine's version is in every key."""
    if engine == ENGINES[0]:
        return ()
    import graphviz

    try:
        return graphviz.version()
    except (graphviz.ExecutableNotFound, graphviz.CalledProcessError, RuntimeError):
        return ()
