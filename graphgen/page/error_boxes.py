"""What stands on a page in place of a picture that cannot be shown."""

from __future__ import annotations

import html
import re

from graphgen.errors import Place
from graphgen.notation import readable
from graphgen.options import LANGUAGES

_GUIDES = {"en": "Troubleshooting", "ko": "문제 해결"}


def error_box(
    message: str,
    source: str,
    hint: str = "",
    header: str = "",
    first: int = 1,
    place: Place | None = None,
    guide: str = "",
    language: str | None = None,
) -> str:
    """The box: what is wrong, the hint, and the source.

    The source has line numbers, of which the one behind the fence's header is `first`; `place` is marked in
    it, or the header where there is none. `guide` is the address of what explains the message.
    """
    at = place.line if place else 0
    lines = [(0, header)] if header else []
    lines += enumerate(source.split("\n"), 1)
    code = "\n".join(
        f'<span data-at="{first - 1 + number}"></span>'
        + (_marked(line, place.column if place else None) if number == at else html.escape(readable(line)))
        for number, line in lines
    )
    # Read as one line, and shown as two.
    behind = (
        f'<span>; </span><span class="graphgen-advice">{html.escape(readable(hint))}</span>' if hint else ""
    )
    if guide:
        behind += f' <a href="{html.escape(guide)}">{_GUIDES.get(language or "", _GUIDES[LANGUAGES[0]])}</a>'
    return (
        f'<div class="graphgen-error" role="alert"><p><strong>graphgen:</strong> '
        f'{html.escape(readable(message))}{behind}</p><pre tabindex="0"><code>{code}</code></pre></div>'
    )


def _marked(line: str, column: int | None) -> str:
    """A line in which what stands at a column is marked: a word or a sign; else all of it."""
    start = 0 if column is None else min(column - 1, len(line))
    word = None if column is None else re.match(r"\w+|.", line[start:])
    end = start + word.end() if word else len(line)
    parts = line[:start], line[start:end], line[end:]
    before, within, behind = (html.escape(readable(part)) for part in parts)
    return f"{before}<mark>{within}</mark>{behind}"
