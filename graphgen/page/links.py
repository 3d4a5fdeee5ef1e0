"""The links of a figure's labels, seen from the page that shows it."""

from __future__ import annotations

import html
import posixpath
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from graphgen.graph import is_absolute


class Anchor(NamedTuple):
    """A link of a figure: its target as written, whether it is in the picture or the table, what is inside,
    and its other attributes."""

    target: str
    is_in_picture: bool
    inside: str
    attributes: str = ""

    def html(self, address: str | None) -> str:
        """The link to an address; to None, only what is inside."""
        if address is None:
            return self.inside
        # Material's instant navigation stops at an SVG's href within the site, not at the older name.
        is_outside = self.target.lower().startswith(("http:", "https:"))
        name = "xlink:href" if self.is_in_picture and not is_outside else "href"
        return f'<a {name}="{html.escape(address)}"{self.attributes}>{self.inside}</a>'


Piece = str | Anchor
"""A part of a figure: HTML as it is, or a link."""


def pieces_from_json(kept: Sequence[Any]) -> list[Piece]:
    """The pieces of a figure that JSON has held, which knows no Anchor."""
    return [piece if isinstance(piece, str) else Anchor(*piece) for piece in kept]


def linked(
    pieces: Sequence[Piece],
    in_picture: Mapping[str, str | None] | None = None,
    in_table: Mapping[str, str | None] | None = None,
) -> str:
    """The HTML of pieces whose links lead to addresses of a page, given by the targets as written.

    One whose address is None is no link any more; one that is given none leads to where it is written to.
    """

    def written(anchor: Anchor) -> str:
        addresses = (in_picture if anchor.is_in_picture else in_table) or {}
        return anchor.html(addresses.get(anchor.target, anchor.target))

    return "".join(piece if isinstance(piece, str) else written(piece) for piece in pieces)


def joined(pieces: Sequence[Piece]) -> list[Piece]:
    """The same pieces with neighbouring texts as one."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        else:
            found.append(piece)
    return found


def seen_from_page(target: str, file: str) -> str:
    """A target written in a file, for a page that names the file by this relative path.

    >>> seen_from_page("tax.md", "../shared/shop.graph"), seen_from_page("#rates", "../shared/shop.graph")
    ('../shared/tax.md', '#rates')
    """
    if is_absolute(target) or target.startswith("#"):
        return target
    return posixpath.join(quote(posixpath.dirname(file)), target)
