"""The fences of a Markdown page, found in its text: line, header and source, and places within them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markdown.extensions.attr_list import get_attrs

from graphgen.errors import GraphgenError, OptionError, Place, excerpt
from graphgen.page import Source

NAME = "graphgen"

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


def as_fence(source: str, options: Mapping[str, str]) -> str:
    """The fence of a source with its options, as an author would write it.

    >>> print(as_fence("x = 1\\ny = x", {"show": "forward"}))
    ```graphgen show="forward"
    x = 1
    y = x
    ```

    Raises OptionError for a value that no header can hold.
    """
    header = "".join(f" {name}={_quoted(name, value)}" for name, value in options.items())
    runs = re.findall("`+", source + header)
    marks = "`" * max(3, 1 + max(map(len, runs), default=0))
    if "`" in header:  # which marks of this kind do not allow behind them
        marks = marks.replace("`", "~")
    return "\n".join(filter(None, (f"{marks}{NAME}{header}", source.strip(), marks)))


def _quoted(name: str, value: str) -> str:
    if '"' in value and "'" in value:
        raise OptionError(f"{name}={excerpt(value)} has both kinds of quotes", "write one of them as ’ or ”")
    return f"'{value}'" if '"' in value else f'"{value}"'


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
    """The options in the header of a graphgen fence, behind the name or in braces; None for another fence."""
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
    return type(error)(error.message, error.hint, place)


def placed(place: Place, file: str | None, fence: Fence | None, source: Source | None = None) -> Place:
    """A place of a fence's source, in the file that its author wrote."""
    if source and source.file:
        return place.within(source.file)
    if fence is None:
        return place.within(f"{file} (in a fence)") if file else place
    return place.within(file, fence.line, fence.indent)
