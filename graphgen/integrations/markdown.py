"""The fence and the quoted number: Python-Markdown formatters.

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

import html
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

from graphgen.errors import GraphgenError, contained, printable
from graphgen.graph import unused_result
from graphgen.integrations.fences import NAME, as_fence, placed_error
from graphgen.integrations.pages import PageContext, entry_of, log, page_context, page_of
from graphgen.page import Request, Source, linked, remember, source_of


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
    found = page.lines.locate(source, written)
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
        message = str(type(placed)(placed.message, "", placed.place))
        header, first = "", 1
        if found and not shown.file:
            header, first = f"```{NAME} {found.header}".strip(), found.line + 1
        guide, hint = page.guide and page.guide + entry_of(error), printable(placed.hint)
        words = page.defaults.get("language")
        return error_box(message, shown.text, hint, header, first, error.place, guide, words)
    for name, line in drawn.unused.items():
        log.log(page.level, "%s", placed_error(unused_result(name, line), page.file, found, shown))
    page.pictures += 1
    page.kept += drawn.is_kept
    page.levels.update(drawn.levels)
    addresses = page.addresses(drawn.links, shown, request.options.file, found)
    figure = linked(drawn.pieces, *addresses)
    page.figures[figure] = drawn.words
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
        placed = type(error)(error.message, error.hint, page.place_of(source)) if page else error
        log.log(page.level if page else logging.WARNING, "%s", placed)
        return f'<strong class="graphgen-error">graphgen: {html.escape(str(placed))}</strong>'


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


def _conversion(md: Any, lines: list[str] | None = None) -> _Conversion:
    """The conversion that is under way: of these lines, or the one that put its HTML there last."""
    found, blocks = _conversions.get(md), md.htmlStash.rawHtmlBlocks
    if found is None or found.blocks is not blocks or (lines is not None and found.lines is not lines):
        found = _conversions[md] = _Conversion(page_of(md), lines or [], blocks)
    return found


def _with_source(source: Source, options: Mapping[str, str], picture_html: str) -> str:
    """A picture with the fence that makes it, as an author would write it, and the file that it names."""
    kept = {name: value for name, value in options.items() if name != "source"}
    text = source.text.strip()
    first = 1 + source.text[: source.text.index(text)].count("\n")
    # The page's script lights a line together with its node.
    lines = [
        f'<span data-line="{number}">{html.escape(line)}</span>'
        for number, line in enumerate(text.split("\n"), first)
    ]
    opening, *_, end = as_fence(text, kept).split("\n")
    if source.file:
        shown = _code(html.escape(as_fence("", kept))) + _code("\n".join(lines))
        written = f"<div>{shown}</div>"
    else:
        written = _code("\n".join([html.escape(opening), *lines, end]))
    return f'<div class="graphgen-with-source">{written}{picture_html}</div>'


def _code(escaped: str) -> str:
    return f'<div class="highlight"><pre tabindex="0"><code>{escaped}</code></pre></div>'
