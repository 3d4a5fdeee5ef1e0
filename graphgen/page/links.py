"""The links of a figure's labels, seen from the page that shows it."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Mapping
from urllib.parse import quote

from graphgen.graph import is_absolute

_ANCHOR = re.compile(
    r'<a (?P<name>(?:xlink:)?href)="(?P<target>[^"]*)"(?P<rest>[^>]*>)(?P<inside>.*?)</a>', re.DOTALL
)


def seen_from_page(target: str, file: str) -> str:
    """A target written in a file, for a page that names the file by this relative path.

    >>> seen_from_page("tax.md", "../shared/shop.graph"), seen_from_page("#rates", "../shared/shop.graph")
    ('../shared/tax.md', '#rates')
    """
    if is_absolute(target) or target.startswith("#"):
        return target
    return posixpath.join(quote(posixpath.dirname(file)), target)


def led(figure: str, in_picture: Mapping[str, str | None], in_table: Mapping[str, str | None]) -> str:
    """A figure whose links lead to addresses of its page, which are given by the targets as written.

    One whose address is None is no link any more.
    """

    def anchor(found: re.Match[str]) -> str:
        addresses = in_picture if found["name"] == "xlink:href" else in_table
        target = html.unescape(found["target"])
        address = addresses.get(target, target)
        if address is None:
            return found["inside"]
        return f'<a {found["name"]}="{html.escape(address)}"{found["rest"]}{found["inside"]}</a>'

    return _ANCHOR.sub(anchor, figure)
