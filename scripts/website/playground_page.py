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

_LINE = re.compile("<span data-line[^>]*>|</span>")
_SHOWN = re.compile(
    r'<div class="graphgen-with-source"><div class="highlight"><pre tabindex="0"><code>(.*?)</code></pre>',
    re.S,
)

WITHOUT_INSTALLING = {
    "en": """<a href="../{}">This site has a playground</a> for which nothing is installed: after a click that
says how many megabytes, graphgen runs in your browser. Nothing that you type leaves it; a link that you copy
holds the source behind its `#`. Arrays and forward mode need the command.""",
    "ko": """설치하지 않아도 되는 <a href="../../{}">이 사이트의 놀이터</a>도 있습니다. 몇 메가바이트인지
알려 주는 단추를 누르면 graphgen이 브라우저 안에서 실행됩니다. 입력한 글은 밖으로 나가지 않고, 복사한
링크에만 `#` 뒤에 소스가 들어갑니다. 배열과 순방향 미분은 명령으로 그립니다.""",
}


def site_playground(language: str) -> str:
    """What leads to the site's playground from the page on the command; nothing where it is not built."""
    return WITHOUT_INSTALLING[language].format(ADDRESS) if IS_BUILT else ""


def with_links(content: str, file: File, default: str) -> str:
    """A page with a link below each fence that is shown; `default` is a fence's own language."""
    language = file.src_uri.partition("/")[0]
    address = get_relative_url(ADDRESS, file.url)

    def linked(shown: re.Match[str]) -> str:
        (fence,) = find_fences(html.unescape(_LINE.sub("", shown[1])))
        options = fence.options() if language == default else {"language": language, **fence.options()}
        href = f"{address}#{fragment(fence.source, options)}"
        return f'{shown[0]}<p class="graphgen-open"><a href="{href}">{WORDS[language]}</a></p>'

    return _SHOWN.sub(linked, content)


def fragment(source: str, options: dict[str, str]) -> str:
    """A source and its options as assets/playground/link.js reads them."""
    shared = json.dumps({"source": f"{source}\n", "options": options}, ensure_ascii=False)
    return urlsafe_b64encode(shared.encode()).decode().rstrip("=")
