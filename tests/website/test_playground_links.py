"""Links from the site's fences to its playground, which has them where it is built."""

import html
import json
import re
from base64 import urlsafe_b64decode

import markdown
import playground_page
import pytest
from mkdocs.structure.files import File

PAGE = '```graphgen show="forward" source="yes"\nx = 3  # <&>\ny = x * 2\n```\n'


def built(page):
    custom = {"name": "graphgen", "class": "graphgen"}
    from graphgen.integrations import accept, fence

    fences = {"pymdownx.superfences": {"custom_fences": [{**custom, "format": fence, "validator": accept}]}}
    return markdown.markdown(page, extensions=["pymdownx.superfences"], extension_configs=fences)


@pytest.mark.parametrize(
    ("page", "address", "more", "words"),
    [
        ("en/make/gallery.md", "../playground/index.html", {}, "Open in the playground"),
        ("ko/make/gallery.md", "../../playground/index.html", {"language": "ko"}, "놀이터에서 열기"),
    ],
)
def test_each_fence_that_is_shown_has_a_link_with_its_source_and_options(page, address, more, words):
    url = page.removeprefix("en/").replace(".md", ".html")
    file = File(page, "", "", use_directory_urls=False)
    file.url = url
    linked = playground_page.with_links(built(PAGE), file, "en")
    (href,) = re.findall(rf'<a href="([^"]+)">{words}</a>', linked)
    start, _, fragment = html.unescape(href).partition("#")
    shared = json.loads(urlsafe_b64decode(fragment + "=" * (-len(fragment) % 4)))
    assert start == address
    assert shared == {"source": "x = 3  # <&>\ny = x * 2\n", "options": {**more, "show": "forward"}}


def test_a_picture_without_its_source_has_none():
    file = File("en/index.md", "", "", use_directory_urls=False)
    page = built(PAGE.replace(' source="yes"', ""))
    assert playground_page.with_links(page, file, "en") == page
