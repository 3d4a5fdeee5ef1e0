"""Links from the site's fences to its playground, where that is built: scripts/build_site.py --playground."""

from __future__ import annotations

import html
import json
import os
import re
from base64 import urlsafe_b64encode

from mkdocs.structure.files import File
from mkdocs.utils import get_relative_url

from graphgen.integrations import find_fences

IS_BUILT = bool(os.environ.get("GRAPHGEN_PLAYGROUND"))
ADDRESS = "playground/index.html"
WORDS = {"en": "Open in the playground", "ko": "놀이터에서 열기"}

_SHOWN = re.compile(
    r'<div class="graphgen-with-source"><div class="highlight"><pre tabindex="0"><code>(.*?)</code>', re.S
)


def with_links(content: str, file: File, default: str) -> str:
    """A page with a link above each picture whose fence is shown; `default` is a fence's own language."""
    language = file.src_uri.partition("/")[0]
    address = get_relative_url(ADDRESS, file.url)

    def linked(shown: re.Match[str]) -> str:
        (fence,) = find_fences(html.unescape(shown[1]))
        options = fence.options() if language == default else {"language": language, **fence.options()}
        href = f"{address}#{fragment(fence.source, options)}"
        return f'<p class="graphgen-open"><a href="{href}">{WORDS[language]}</a></p>{shown[0]}'

    return _SHOWN.sub(linked, content)


def fragment(source: str, options: dict[str, str]) -> str:
    """A source and its options as assets/playground/link.js reads them."""
    shared = json.dumps({"source": f"{source}\n", "options": options}, ensure_ascii=False)
    return urlsafe_b64encode(shared.encode()).decode().rstrip("=")
