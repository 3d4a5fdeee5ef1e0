"""Which characters an author's text may hold: none that make it read otherwise than it is.

Letters of any script may, with joiners, marks and signs of direction. Control characters may not, nor what
Unicode calls noncharacters. Bidirectional overrides show a text in another order than it has, and an
embedding or isolate that is not closed reorders what comes after it: so no overrides, and the rest in
pairs.
"""

from __future__ import annotations

import re
import unicodedata

IN_PAIRS = "remove it, or use marks that override nothing, in pairs that open and close on one line"
"""How a text that reorders is mended."""

_NEVER = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "]"
)
_OVERRIDE = re.compile("[\u202d\u202e]")
_DIRECTIONS = re.compile("[\u202a\u202b\u202c\u2066-\u2069]")
_CLOSED_BY = {
    "\u202a": "\u202c",
    "\u202b": "\u202c",
    "\u2066": "\u2069",
    "\u2067": "\u2069",
    "\u2068": "\u2069",
}

# Letters that Python takes into names although nothing is seen of them.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)

_LOOK_ALIKE = str.maketrans(
    "асԁеһіјорԛѕԝхуАВСЕНІЈКМОРЅТХҮΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
    "acdehijopqswxyABCEHIJKMOPSTXYABEZHIKMNOPTYXo",
)
"""Letters of Cyrillic and Greek with the Latin letter that nobody can tell them from."""


def unreadable(text: str) -> re.Match[str] | None:
    """The first character that no text may hold."""
    return _NEVER.search(text)


def readable(text: str) -> str:
    """The text with a sign of replacement for each character that no text may hold."""
    # What is printable holds none of them, which is quick to see.
    return text if text.replace("\n", "").isprintable() else _NEVER.sub("\ufffd", text)


def reordering(text: str) -> re.Match[str] | None:
    """The first character that shows a text, or what follows it, in another order than it has.

    >>> reordering("\\u202bسعر\\u202c 5"), reordering("\\u202bسعر 5").start()
    (None, 0)
    """
    if override := _OVERRIDE.search(text):
        return override
    opened: list[re.Match[str]] = []
    for found in _DIRECTIONS.finditer(text):
        if found[0] in _CLOSED_BY:
            opened.append(found)
        elif not opened or _CLOSED_BY[opened.pop()[0]] != found[0]:
            return found
    return opened[0] if opened else None


def unseen(name: str) -> re.Match[str] | None:
    """The first character of a name of which nothing is seen."""
    return _UNSEEN.search(name)


def skeleton(name: str) -> str:
    """The look of a name: the same for names of Latin, Cyrillic and Greek letters that look the same.

    >>> skeleton("а") == "a", skeleton("α") == "a"
    (True, False)
    """
    return name if name.isascii() else unicodedata.normalize("NFKC", name).translate(_LOOK_ALIKE)
