"""The page that is being built, as its site builder tells it, and the pictures of its fences."""

from __future__ import annotations

import hashlib
import logging
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from graphgen.cache import Cache
from graphgen.errors import (
    EvaluationError,
    GraphgenError,
    OptionError,
    Place,
    RenderError,
    SourceError,
    VerificationError,
    contained,
    printable,
)
from graphgen.graph import Level, is_absolute, unused_result
from graphgen.integrations.fences import NAME, Fence, placed, placed_error
from graphgen.integrations.lines import Lines
from graphgen.options import ENGINES, Options
from graphgen.page import Folder, Request, Source, remember, seen_from_page, source_of

if TYPE_CHECKING:
    from graphgen.drawing import Picture

SECTIONS: Mapping[type[GraphgenError], str] = {
    SourceError: "source",
    EvaluationError: "numbers",
    VerificationError: "verification",
    OptionError: "fence",
    RenderError: "drawing",
}
"""The sections of the page that explains errors, in scripts/website/faults.yml, by the kinds of error."""

_VARYING = re.compile(r"(?<!\w)'.*?'(?!\w)|(?<!\w)\".*?\"(?!\w)|\([^()]*\)|\S*[^\s\w':;,-]\S*|\S*\d\S*")
"""What a message says of one source: what it quotes, what stands in parentheses, formulas and numbers."""

# MkDocs counts the warnings below its own logger, which is what --strict goes by.
log = logging.getLogger("mkdocs.plugins.graphgen")


@dataclass
class PageContext:
    """The page that is being built: where it and its fences stand, and what came of them.

    `resolve` gives the address of what a link leads to, which stands in that place; `html_is_resolved` where
    the site builder does that to the links of HTML later. `kept` counts the pictures that came from the
    cache, `ids` the pictures of each id; `figures` are the pictures as HTML, each with its words. `guide` is
    the address of the page that explains errors, empty where the site has none. Where a plugin draws other
    pages into this one, `excerpt` gives them, by the Markdown instance that converts each.
    """

    file: str
    fences: list[Fence]
    text: str = ""
    lines_before: int = 0
    defaults: Mapping[str, str] = field(default_factory=dict)
    engine: str = ENGINES[0]
    cache: Cache | None = None
    folder: Folder = field(default_factory=Folder.current)
    resolve: Callable[[str, Place], str] = lambda target, place: target
    html_is_resolved: bool = False
    guide: str = ""
    excerpt: Callable[[Any], PageContext] | None = None
    level: int = logging.WARNING
    ids: Counter[str] = field(default_factory=Counter)
    figures: dict[str, str] = field(default_factory=dict)
    pictures: int = 0
    kept: int = 0
    levels: Counter[Level] = field(default_factory=Counter)

    def request(self, source: str, written: Mapping[str, str]) -> Request:
        """A fence's diagram, the first of its source on the page. Raises OptionError."""
        return Request(source, Options.read({**self.defaults, **written}), _id(source, written), self.engine)

    def addresses(
        self, links: Mapping[str, int], source: Source, name: str, fence: Fence | None
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Where the links of a picture lead, by how they are written: in it, and in its table.

        Those of a file are relative to it; `name` is the path by which the fence names it.
        """
        seen = {target: seen_from_page(target, name) for target in links}
        resolved = {
            target: self.resolve(seen[target], placed(Place(line), self.file, fence, source))
            for target, line in links.items()
        }
        return resolved, seen if self.html_is_resolved else resolved

    def requests(self) -> Iterator[Request]:
        """The diagrams of the page's fences, as far as their headers can be read."""
        for fence in self.fences:
            with suppress(OptionError):
                options = fence.options()
                yield self.request(source_of(fence.source, options, self.folder, self.file).text, options)

    def place_of(self, quoted: str) -> Place:
        """Where a quoted number stands in the page."""
        before = self.text.partition(f"#!{NAME} {quoted.strip()}")[0]
        return Place(self.lines_before + before.count("\n") + 1, None, self.file)

    @cached_property
    def lines(self) -> Lines:
        """Where the fences stand that Markdown reads."""
        return Lines(self.fences)

    def missed(self) -> Iterator[GraphgenError]:
        """An error for each fence that Markdown passed over."""
        return self.lines.missed(self.file)


def entry_of(error: GraphgenError) -> str:
    """The fragment of an address that leads to what explains an error, on the page that does.

    It is the section, and behind it the words that the message has whatever it is about, which browsers look
    for on the page (WICG, URL Fragment Text Directives).

    >>> entry_of(SourceError("'relo(x)' calls the unknown function 'relo'"))
    '#source:~:text=calls%20the%20unknown%20function'
    """
    section = next((name for kind, name in SECTIONS.items() if isinstance(error, kind)), "")
    words = max((run.strip(" :;,") for run in _VARYING.split(printable(error.message))), key=len)
    return f"#{section}:~:text={quote(words, safe='').replace('-', '%2D')}"


page_context: ContextVar[PageContext | None] = ContextVar("graphgen_page", default=None)


def page_of(md: Any) -> PageContext:
    """The page that a Markdown instance converts."""
    page = page_context.get() or _zensical_page(md) or PageContext("", [])
    return page.excerpt(md) if page.excerpt else page


def _zensical_page(md: Any) -> PageContext | None:
    """The page that Zensical builds, as it tells it to its Markdown extensions; None elsewhere."""
    if "rendering_context" not in md.preprocessors:
        return None
    page, config = (getattr(md.preprocessors["rendering_context"], name) for name in ("page", "config"))
    root = Path(config["root_dir"], config["docs_dir"])

    def resolve(target: str, place: Place) -> str:
        """The address that Zensical gives to a link of HTML; those of a picture it does not know."""
        from mkdocs.structure.files import File
        from mkdocs.utils import get_relative_url

        _, _, path, query, anchor = urlsplit(target)
        if is_absolute(target) or not path:
            return target
        uri = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), unquote(path)))
        url = File(uri, "", "", config["use_directory_urls"]).url
        return urlunsplit(("", "", get_relative_url(url, page.url), query, anchor))

    return PageContext(
        file=f"{config['docs_dir']}/{page.path}",
        fences=[],
        folder=Folder((root / page.path).parent, root),
        resolve=resolve,
        html_is_resolved=True,
    )


def drawn_by(
    fence: Fence,
    page: str,
    folder: Folder,
    defaults: Mapping[str, str],
    named: dict[str, Request] | None = None,
    warn: Callable[[GraphgenError], None] = lambda warning: None,
) -> Picture:
    """The verified picture of a fence of a page, composed; `named` collects those of the page with a name.

    `warn` is given each warning, placed as the errors are.

    Raises GraphgenError, placed in its file, for all that the build of the page finds before it lays out.
    """
    source = Source(fence.source)
    try:
        with contained():
            options = fence.options()
            source = source_of(fence.source, options, folder, page)
            request = _request(source.text, options, defaults)
            shown = request.picture.require_scene()
            remember(request, {} if named is None else named)
    except GraphgenError as error:
        raise placed_error(error, page, fence, source) from None
    for name, line in shown.graph.unused.items():
        warn(placed_error(unused_result(name, line), page, fence, source))
    return shown


def shown_by(source: str, options: Mapping[str, str], defaults: Mapping[str, str]) -> Picture:
    """The verified picture of a fence's source and options. Raises GraphgenError."""
    return _request(source, options, defaults).picture


def _request(source: str, options: Mapping[str, str], defaults: Mapping[str, str]) -> Request:
    return Request(source, Options.read({**defaults, **options}))


def _id(source: str, options: Mapping[str, str]) -> str:
    """An id made of what is shown."""
    return "g" + hashlib.sha256(repr((source, sorted(options.items()))).encode()).hexdigest()[:8]
