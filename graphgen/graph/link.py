"""A label that is a Markdown link: its words, and where they lead."""

from __future__ import annotations

import re

from graphgen.errors import Place, SourceError, excerpt

_LABEL = re.compile(r"\[(?P<words>.*?)\]\((?P<target>.*)\)")
_UNFIT = re.compile(r"""[\s\\<>\[\]{}"`^|]|&(\#|\w+;)""")
"""Signs that a browser drops or another program may read otherwise: spaces, brackets, entities of HTML."""
_TARGET = re.compile(r"https?://[^/?#:@].*|mailto:[^?].*|#.+|(?![/?#])[^:/?#]+([/?#].*)?", re.IGNORECASE)
_ABSOLUTE = re.compile(r"https?:|mailto:", re.IGNORECASE)


def read_label(written: str, place: Place | None = None) -> tuple[str, str | None]:
    """The words of a label, and the target of the link that it is, or None.

    >>> read_label("[sales tax](tax.md#rates)"), read_label("f [x](y) and z")
    (('sales tax', 'tax.md#rates'), ('f [x](y) and z', None))

    Raises SourceError for a target that is not safe.
    """
    found = _LABEL.fullmatch(written)
    return (found["words"].strip(), checked(found["target"], place)) if found else (written, None)


def checked(target: str, place: Place | None = None) -> str:
    """A target as it was written: a relative path, http(s) or mailto; raises SourceError for any other."""
    if target.isprintable() and not _UNFIT.search(target) and _TARGET.fullmatch(target):
        return target
    raise SourceError(
        f"a label cannot link to {excerpt(target)}",
        "it links by a relative path (tax.md#rates), by https://… or by mailto:…, without spaces",
        place,
    )


def is_absolute(target: str) -> bool:
    """Whether a target means the same wherever it is written."""
    return bool(_ABSOLUTE.match(target))
