"""The fence and the quoted number: Python-Markdown formatters, and a reader that finds fences in a page.

The formatters work in any site builder that runs superfences and inlinehilite; they need nothing of
MkDocs:

    pymdownx.superfences:
      custom_fences:
        - name: graphgen
          class: graphgen
          format: !!python/name:graphgen.markdown.fence
          validator: !!python/name:graphgen.markdown.accept
    pymdownx.inlinehilite:
      custom_inline:
        - name: graphgen
          class: graphgen
          format: !!python/name:graphgen.markdown.quote

A fence that cannot be shown becomes a visible box, and a warning in the log of the build, at which
`mkdocs build --strict` fails.
"""

from __future__ import annotations

import hashlib
import html
import logging
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit
from weakref import WeakKeyDictionary

from markdown.extensions.attr_list import get_attrs

from graphgen.errors import GraphgenError, OptionError, Place, contained, excerpt
from graphgen.graph import is_absolute
from graphgen.options import ENGINES, Options
from graphgen.page import Cache, Folder, Request, Source, led, remember, seen_from_page, source_of

if TYPE_CHECKING:
    from graphgen.drawing import Picture

NAME = "graphgen"

# MkDocs counts the warnings below its own logger, which is what --strict goes by.
log = logging.getLogger("mkdocs.plugins.graphgen")

_TAB = 4
_OPENING = re.compile(r"(?P<prefix>[ \t>]*)(?P<marks>`{3,}(?=[^`]*$)|~{3,})[ \t]*(?P<header>.*)$")
_NAMED = re.compile(rf"\.?{NAME}(?![\w.+#-])[ \t]*")
_OPTION = re.compile(r"[ \t]*([A-Za-z][A-Za-z0-9_]*)(?:=\"([^\"]*)\"|='([^']*)'|(?=[ \t]|$))")


@dataclass(frozen=True)
class Fence:
    """One graphgen fence of a page: the line of its opening (from 1), its indent, header, source."""

    line: int
    indent: int
    header: str
    source: str
    is_closed: bool = True

    def options(self) -> dict[str, str]:
        """The options that the header names; raises OptionError where the fence is not readable."""
        if not self.is_closed:
            raise OptionError("the fence is not closed", "end it with the same marks, indented as it is")
        if self.header.startswith("{") and self.header.endswith("}"):
            return {name: value for name, value in get_attrs(self.header[1:-1]) if name not in ("id", ".")}
        found, rest = {}, self.header
        while match := _OPTION.match(rest):
            name, double, single = match.groups()
            found[name] = double if double is not None else single if single is not None else name
            rest = rest[match.end() :]
        if rest.strip():
            raise OptionError(
                f"{excerpt(rest.strip())} is not readable in the fence's header",
                'write options as name="value"',
            )
        return found

    def holds(self, source: str, options: Mapping[str, str]) -> bool:
        """Whether this is the fence with that source, as Markdown hands it on, and those options."""
        if _spaced(source) != _spaced(self.source):
            return False
        try:
            return self.options() == options
        except OptionError:
            return False


@dataclass
class PageContext:
    """The page that is being built: where it and its fences stand, and what came of them.

    `resolve` gives the address of what a link leads to, which stands in that place; `html_is_resolved` where
    the site builder does that to the links of HTML later. `unplaced` counts the fences that the page got from
    elsewhere, `kept` the pictures that came from the cache, `ids` the pictures of each id. Where a plugin
    draws other pages into this one, `excerpt` gives them, by the Markdown instance that converts each.
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
    excerpt: Callable[[Any], PageContext] | None = None
    level: int = logging.WARNING
    ids: Counter[str] = field(default_factory=Counter)
    seen: set[int] = field(default_factory=set)
    unplaced: int = 0
    pictures: int = 0
    kept: int = 0
    checks: int = 0

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

    def locate(self, source: str, options: Mapping[str, str]) -> Fence | None:
        """The first such fence that was not met yet."""
        for fence in self.fences:
            if fence.line not in self.seen and fence.holds(source, options):
                self.seen.add(fence.line)
                return fence
        self.unplaced += 1
        return None

    def place_of(self, quoted: str) -> Place:
        """Where a quoted number stands in the page."""
        before = self.text.partition(f"#!{NAME} {quoted.strip()}")[0]
        return Place(self.lines_before + before.count("\n") + 1, None, self.file)

    def missed(self) -> Iterator[GraphgenError]:
        """An error for each fence that Markdown passed over."""
        passed_over = [fence for fence in self.fences if fence.line not in self.seen]
        for fence in passed_over:
            try:
                fence.options()
            except OptionError as error:
                yield placed_error(error, self.file, fence)
                continue
            # Where a fence's text comes from another file, what was drawn is not what stands in the page.
            if len(passed_over) > self.unplaced:
                fault = OptionError("the fence was not read", "check its header and its indent")
                yield placed_error(fault, self.file, fence)


page_context: ContextVar[PageContext | None] = ContextVar("graphgen_page", default=None)


@dataclass
class _Conversion:
    """One conversion of a page by Markdown, and what it has shown so far that has a name.

    `lines` is where Markdown finds the fences of this conversion, `blocks` where it puts their HTML.
    """

    page: PageContext
    lines: list[str]
    blocks: list[Any]
    named: dict[str, Request] = field(default_factory=dict)


_conversions: WeakKeyDictionary[Any, _Conversion] = WeakKeyDictionary()
"""The last conversion of each Markdown instance."""


def accept(
    language: str, inputs: dict[str, str], options: dict[str, Any], attrs: dict[str, Any], md: Any
) -> bool:
    """The validator of superfences: takes every option, so that the fence itself can say what is wrong."""
    options[NAME] = dict(inputs)
    attrs.clear()
    return True


def fence(source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **_: Any) -> str:
    """The formatter of superfences: the HTML of one fence; an error box where it cannot be shown."""
    conversion = _conversion(md, md.lines)
    page = conversion.page
    written = options.get(NAME, {})
    found = page.locate(source, written)
    shown = Source(found.source if found else source)  # its tabs are still tabs
    try:
        with contained():
            shown = source_of(shown.text, written, page.folder, page.file)
            request = page.request(shown.text, written)
            page.ids[request.id] += 1
            if (count := page.ids[request.id]) > 1:
                request = replace(request, id=f"{request.id}-{count}")
            drawn = request.figure(page.cache)
            remember(request, conversion.named)
    except GraphgenError as error:
        from graphgen.page import error_box

        placed = placed_error(error, page.file, found, shown)
        log.log(page.level, "%s", placed)
        return error_box(str(placed), shown.text)
    page.pictures += 1
    page.kept += drawn.is_kept
    page.checks += drawn.checks
    addresses = page.addresses(drawn.links, shown, request.options.file, found)
    figure = led(drawn.html, *addresses) if drawn.links else drawn.html
    return _with_source(shown, written, figure) if request.options.source == "yes" else figure


def quote(source: str, language: str, css_class: str, md: Any) -> str:
    """The formatter of inlinehilite: a number of a named diagram, as `#!graphgen shop.value(total)`."""
    conversion = _conversion(md)
    page = conversion.page if page_context.get() else None
    named = conversion.named
    request = named.get(source.partition(".")[0].strip())
    try:
        with contained():
            if request:
                return request.quote(source, page.cache if page else None)
            from graphgen.page import quoted

            return quoted(source, {name: request.picture for name, request in named.items()})
    except GraphgenError as error:
        placed = type(error)(error.message, error.mend, page.place_of(source)) if page else error
        log.log(page.level if page else logging.WARNING, "%s", placed)
        return f'<strong class="graphgen-error">graphgen: {html.escape(str(placed))}</strong>'


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


def _conversion(md: Any, lines: list[str] | None = None) -> _Conversion:
    """The conversion that is under way: of these lines, or the one that put its HTML there last."""
    found, blocks = _conversions.get(md), md.htmlStash.rawHtmlBlocks
    if found is None or found.blocks is not blocks or (lines is not None and found.lines is not lines):
        found = _conversions[md] = _Conversion(_page(md), lines or [], blocks)
    return found


def _page(md: Any) -> PageContext:
    """The page that a Markdown instance converts."""
    page = page_context.get() or _zensical_page(md) or PageContext("", [])
    return page.excerpt(md) if page.excerpt else page


def drawn_by(
    fence: Fence,
    page: str,
    folder: Folder,
    defaults: Mapping[str, str],
    named: dict[str, Request] | None = None,
) -> Picture:
    """The verified picture of a fence of a page, composed; `named` collects those of the page with a name.

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
            return shown
    except GraphgenError as error:
        raise placed_error(error, page, fence, source) from None


def shown_by(source: str, options: Mapping[str, str], defaults: Mapping[str, str]) -> Picture:
    """The verified picture of a fence's source and options. Raises GraphgenError."""
    return _request(source, options, defaults).picture


def _request(source: str, options: Mapping[str, str], defaults: Mapping[str, str]) -> Request:
    return Request(source, Options.read({**defaults, **options}))


def find_fences(text: str) -> Iterator[Fence]:
    """The graphgen fences of a Markdown page, in order; those shown inside another fence are not any.

    >>> page = "Text\\n\\n```graphgen show=\\"forward\\"\\nx = 1\\ny = x\\n```\\n"
    >>> [(fence.line, fence.options(), fence.source) for fence in find_fences(page)]
    [(3, {'show': 'forward'}, 'x = 1\\ny = x')]
    """
    lines = iter(enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1))
    for number, line in lines:
        opening = _OPENING.match(line)
        if opening:
            body, is_closed = _body(opening, lines)
            header = _our_header(opening["header"].rstrip())
            if header is not None:
                yield Fence(number, len(opening["prefix"]), header, "\n".join(body), is_closed)


def _our_header(header: str) -> str | None:
    """What a graphgen fence's header says behind the name, or in braces; None for another fence."""
    named = _NAMED.match(header)
    if named:
        return header[named.end() :]
    in_braces = header.startswith("{") and header.endswith("}")
    classes = [value for name, value in get_attrs(header[1:-1]) if name == "."] if in_braces else []
    return header if classes[:1] == [NAME] else None


def _body(opening: re.Match[str], lines: Iterator[tuple[int, str]]) -> tuple[list[str], bool]:
    """The lines in a fence, read as superfences reads them, and whether the fence is closed."""
    indent, quotes = len(opening["prefix"].expandtabs(_TAB)), opening["prefix"].count(">")
    end = re.compile(rf"{opening['marks']}[ \t]*$")
    body: list[str] = []
    for _, line in lines:
        prefix, rest = _split(line.expandtabs(_TAB), indent)
        level, after_empty = prefix.count(">"), bool(body) and not body[-1].strip()
        is_outside = len(prefix) < indent or (after_empty and level < quotes)
        if level > quotes or (rest.strip() and is_outside):
            return body, False
        if end.match(rest):
            return body, True
        body.append(_split(line, indent)[1])  # its tabs are still tabs
    return body, False


def _split(line: str, indent: int) -> tuple[str, str]:
    """A line's white space and quote marks, as far as the indent, and the rest."""
    width = 0
    for position, character in enumerate(line):
        if width >= indent or character not in " \t>":
            return line[:position], line[position:]
        width += _TAB - width % _TAB if character == "\t" else 1
    return line, ""


def placed_error(
    error: GraphgenError, file: str | None, fence: Fence | None, source: Source | None = None
) -> GraphgenError:
    """An error of a fence's options, placed in the page's file; one of its source, in the source's."""
    if error.place is None and fence:
        place = Place(fence.line, None, file)
    elif error.place is None and not file:
        return error
    else:
        place = placed(error.place or Place(1), file, fence, source)
    return type(error)(error.message, error.mend, place)


def placed(place: Place, file: str | None, fence: Fence | None, source: Source | None = None) -> Place:
    """A place of a fence's source, in the file that its author wrote."""
    if source and source.file:
        return place.within(source.file)
    if fence is None:
        return place.within(f"{file} (in a fence)") if file else place
    return place.within(file, fence.line, fence.indent)


def _with_source(source: Source, options: Mapping[str, str], picture_html: str) -> str:
    """A picture with the fence that makes it, as an author would write it, and the file that it names."""
    header = "".join(f" {name}={_quoted(value)}" for name, value in options.items() if name != "source")
    opening, text = f"```{NAME}{header}\n", source.text.strip()
    if source.file:
        written = f"<div>{_code(f'{opening}```')}{_code(text)}</div>"
    else:
        written = _code(f"{opening}{text}\n```")
    return f'<div class="graphgen-with-source">{written}{picture_html}</div>'


def _code(text: str) -> str:
    return f'<div class="highlight"><pre tabindex="0"><code>{html.escape(text)}</code></pre></div>'


def _quoted(value: str) -> str:
    return f"'{value}'" if '"' in value else f'"{value}"'


def _spaced(source: str) -> str:
    """A source with its white space evened out, as Markdown changes it."""
    return "\n".join(" ".join(line.split()) for line in source.strip().split("\n"))


def _id(source: str, options: Mapping[str, str]) -> str:
    """An id made of what is shown."""
    return "g" + hashlib.sha256(repr((source, sorted(options.items()))).encode()).hexdigest()[:8]
