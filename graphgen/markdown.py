"""The fence: a Python-Markdown (superfences) formatter, and a reader that finds fences in a page.

The formatter works in any site builder that runs superfences; it needs nothing of MkDocs:

    custom_fences:
      - name: graphgen
        class: graphgen
        format: !!python/name:graphgen.markdown.fence
        validator: !!python/name:graphgen.markdown.accept

A fence that cannot be shown becomes a visible box, and a warning in the log of the build, at which
`mkdocs build --strict` fails.
"""

from __future__ import annotations

import hashlib
import html
import logging
import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from pymdownx.superfences import SuperFencesException

from graphgen.embed import error_box, figure
from graphgen.errors import GraphgenError, OptionError, Place, excerpt
from graphgen.options import Options
from graphgen.parse import parse
from graphgen.render import Picture, picture

NAME = "graphgen"

# MkDocs counts the warnings below its own logger, which is what --strict goes by.
log = logging.getLogger("mkdocs.plugins.graphgen")

_OPENING = re.compile(r"(?P<indent>[ \t>]*)(?P<fence>`{3,}|~{3,})(?P<header>[^\n]*)$")
_HEADER = re.compile(rf"\s*(?:\.?{NAME}(?![\w.+#-])|\{{\s*\.{NAME}(?![\w-]))(?P<options>.*?)\}}?\s*$")
_OPTION = re.compile(r"\s*([A-Za-z]\w*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True)
class Fence:
    """One graphgen fence of a page: the line of its opening (from 1), its indent, options, source."""

    line: int
    indent: int
    header: str
    source: str

    def options(self) -> dict[str, str]:
        """The options that the header names; raises OptionError where it is not readable."""
        found, rest = {}, self.header
        while match := _OPTION.match(rest):
            found[match[1]] = match[2] if match[2] is not None else match[3]
            rest = rest[match.end() :]
        if rest.strip():
            raise OptionError(
                f"{excerpt(rest.strip())} is not readable in the fence's header",
                'write options as name="value"',
            )
        return found


@dataclass
class PageContext:
    """The page that is being built: where its fences stand, and what came of them."""

    file: str
    fences: list[Fence]
    defaults: Mapping[str, str] = field(default_factory=dict)
    engine: str = "embedded"
    seen: set[int] = field(default_factory=set)
    pictures: int = 0
    checks: int = 0

    def locate(self, source: str) -> Fence | None:
        """The first fence with this source that was not met yet."""
        for fence in self.fences:
            if fence.line not in self.seen and _stripped(fence.source) == _stripped(source):
                self.seen.add(fence.line)
                return fence
        return None


page_context: ContextVar[PageContext | None] = ContextVar("graphgen_page", default=None)


def accept(
    language: str, inputs: dict[str, str], options: dict[str, Any], attrs: dict[str, Any], md: Any
) -> bool:
    """The validator of superfences: takes every option, so that the fence itself can say what is wrong."""
    options[NAME] = dict(inputs)
    attrs.clear()
    return True


def fence(source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **_: Any) -> str:
    """The formatter of superfences: the HTML of one fence; an error box where it cannot be shown."""
    page = page_context.get()
    found = page.locate(source) if page else None
    written = {key: value if isinstance(value, str) else "" for key, value in options.get(NAME, {}).items()}
    try:
        shown = shown_by(source, written, page.defaults if page else {})
        shown_html = figure(shown, _free_id(source, written, md), page.engine if page else "embedded")
    except GraphgenError as error:
        placed = placed_error(error, page.file if page else None, found)
        log.warning("%s", placed)
        return error_box(str(placed), source)
    except Exception as error:
        # superfences takes any other exception for a fence that is not one, and says nothing.
        raise SuperFencesException(f"graphgen failed on a fence: {error!r}") from error
    if page:
        page.pictures += 1
        page.checks += shown.checks
    return _with_source(source, written, shown_html) if shown.options.source == "yes" else shown_html


def shown_by(source: str, options: Mapping[str, str], defaults: Mapping[str, str]) -> Picture:
    """The verified picture of a fence's source and options. Raises GraphgenError."""
    return picture(parse(source), Options.read({**defaults, **options}))


def find_fences(text: str) -> Iterator[Fence]:
    """The graphgen fences of a Markdown page, in order; those shown inside another fence are not any.

    >>> page = "Text\\n\\n```graphgen show=\\"forward\\"\\nx = 1\\ny = x\\n```\\n"
    >>> [(fence.line, fence.options(), fence.source) for fence in find_fences(page)]
    [(3, {'show': 'forward'}, 'x = 1\\ny = x')]
    """
    open_fence: str | None = None
    ours: Fence | None = None
    body: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        match = _OPENING.match(line)
        if open_fence is None:
            if match is None:
                continue
            open_fence = match["fence"]
            header = _HEADER.match(match["header"])
            indent = len(match["indent"])
            ours = Fence(number, indent, header["options"], "") if header else None
            body = []
        elif match and _closes(match, open_fence):
            if ours:
                yield replace(ours, source="\n".join(body))
            open_fence = None
        elif ours:
            body.append(line[ours.indent :])


def placed_error(error: GraphgenError, file: str | None, fence: Fence | None) -> GraphgenError:
    """An error of a fence's source or options, placed in the page's file."""
    if fence is None:
        return error.within(file) if file else error
    if error.place is None:
        return type(error)(error.message, error.mend, Place(fence.line, None, file))
    return error.within(file, fence.line, fence.indent)


def _with_source(source: str, options: Mapping[str, str], picture_html: str) -> str:
    """A picture with the fence that makes it, as an author would write it."""
    header = "".join(f' {name}="{value}"' for name, value in options.items() if name != "source")
    written = html.escape(f"```{NAME}{header}\n{source.strip()}\n```")
    return (
        '<div class="graphgen-with-source"><div class="highlight">'
        f'<pre tabindex="0"><code>{written}</code></pre></div>{picture_html}</div>'
    )


def _closes(match: re.Match[str], opening: str) -> bool:
    fence = match["fence"]
    return fence[0] == opening[0] and len(fence) >= len(opening) and not match["header"].strip()


def _stripped(source: str) -> str:
    return "\n".join(line.strip() for line in source.strip().splitlines())


def _free_id(source: str, options: Mapping[str, str], md: Any) -> str:
    """An id made of what is shown; the second picture of the same source on a page gets a number."""
    digest = hashlib.sha256(repr((source, sorted(options.items()))).encode()).hexdigest()[:8]
    taken = "".join(str(block) for block in md.htmlStash.rawHtmlBlocks)
    id, number = f"g{digest}", 1
    while f'id="{id}"' in taken:
        number += 1
        id = f"g{digest}-{number}"
    return id
