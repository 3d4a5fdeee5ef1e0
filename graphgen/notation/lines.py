"""Texts that are broken into lines."""

from __future__ import annotations

import re

from graphgen.notation.scripts import width

# A word with the spaces behind it; Chinese and Japanese break anywhere, Korean at its spaces.
_BREAKABLE = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]\s*|[^\s\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+\s*|\s+"
)


def wrapped(text: str, size: float, limit: float = 118.0, between: str = "") -> str:
    """A text in lines of about `limit` points, broken at spaces or between full-width characters.

    What stands `between` two parts of it goes where they do not fit on one line, and each begins its own.

    >>> wrapped("the price of all the apples together", 14).count("\\n")
    1
    >>> wrapped("decoder.layers.0 · DecoderLayer", 14, between=" · ")
    'decoder.layers.0\\nDecoderLayer'
    """
    if between and width(text, size) > limit:
        return "\n".join(wrapped(part, size, limit) for part in text.split(between))
    lines = [""]
    for piece in _BREAKABLE.findall(text):
        if width((lines[-1] + piece).rstrip(), size) <= limit or not lines[-1].strip():
            lines[-1] += piece
        else:
            lines.append(piece)
    return "\n".join(line.strip() for line in lines)
