"""Pictures that a theme hides at first, and pages that a neighbour writes, in a real browser."""

import os
import subprocess
import sys
from textwrap import indent

import pytest
from browser.serving import served
from browser.waits import pass_time

FENCE = "```graphgen\nx = 3\ny = x * x + x\n```\n"
HIDDEN = f"""
# Hidden

{FENCE}
=== "One"

    Words.

=== "Two"

{indent(FENCE, "    ")}
??? note "More"

{indent(FENCE, "    ")}
Words[^1].

[^1]:
    A note.

{indent(FENCE, "    ")}
"""
MKDOCS = """
site_name: Site
site_url: {address}/
use_directory_urls: false
nav: [index.md, hidden.md, words.md, blog/index.md]
theme:
  name: material
  language: {language}
  font: false
  features: [navigation.instant, navigation.instant.prefetch, content.tabs.link, content.footnote.tooltips]
plugins:
  - search
  - blog
  - graphgen
  - minify:
      minify_html: true
markdown_extensions:
  - admonition
  - footnotes
  - pymdownx.details
  - pymdownx.tabbed:
      alternate_style: true
"""


@pytest.fixture(scope="module", params=["en", "ko"])
def site(request, tmp_path_factory):
    """The language and the address of a small site."""
    folder = tmp_path_factory.mktemp("companions")
    pages = {
        "index.md": f"# Home\n\n{FENCE}",
        "hidden.md": HIDDEN,
        "words.md": "# Words\n\nNo figure.\n",
        "blog/index.md": "# Blog\n",
        "blog/posts/one.md": f"---\ndate: 2024-01-01\n---\n\n# One\n\n{FENCE}\n<!-- more -->\n",
        "blog/posts/two.md": f"---\ndate: 2024-01-02\n---\n\n# Two\n\n{FENCE}\n<!-- more -->\n",
    }
    for name, text in pages.items():
        file = folder / "docs" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    with served(folder / "site") as address:
        config = MKDOCS.format(address=address, language=request.param)
        (folder / "mkdocs.yml").write_text(config, encoding="utf-8")
        subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", folder / "mkdocs.yml"],
            check=True,
            capture_output=True,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        )
        yield request.param, address


@pytest.fixture
def opened(browser, site):
    """A page whose console stays silent, and the words of its buttons."""
    language, address = site
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{address}/index.html")
    yield page, {"en": "Change numbers", "ko": "숫자 바꾸기"}[language]
    context.close()
    assert said == []


def go(page, title):
    """Follows a link of the navigation, without loading the page anew."""
    page.wait_for_load_state("networkidle")  # for the theme follows links once it has the site's map
    page.evaluate("() => { window.stayed = true; }")
    page.locator(".md-nav--primary a.md-nav__link", has_text=title).first.click()
    page.wait_for_function(
        "(title) => document.querySelector('h1')?.textContent.startsWith(title)", arg=title
    )
    assert page.evaluate("() => window.stayed") is True


def type_in(figure, button, number):
    """Types a number into a figure; returns each text that is drawn then, with its place and size."""
    figure.get_by_role("button", name=button, exact=True).click()
    figure.get_by_label("x", exact=True).fill(number)
    texts = figure.locator("svg.graphgen-diagram text")
    texts.filter(has_text=number).first.wait_for()
    pass_time(figure.page, 400)  # until what is out of view has followed
    seen = "(one) => [one.textContent, one.getAttribute('x'), getComputedStyle(one).fontSize]"
    return texts.evaluate_all(f"(all) => all.map({seen})")


def test_what_is_hidden_at_first_is_drawn_and_live_as_what_is_seen(opened):
    page, button = opened
    go(page, "Hidden")
    figures = page.locator("figure.graphgen")
    assert figures.count() == 4
    figures.first.get_by_role("button", name=button, exact=True).wait_for()
    page.get_by_text("Two", exact=True).click()
    page.get_by_text("More", exact=True).click()
    sizes = [figure.locator("svg.graphgen-diagram").bounding_box() for figure in figures.all()]
    assert len({(size["width"], size["height"]) for size in sizes}) == 1
    drawn = [type_in(figure, button, "123456") for figure in figures.all()]
    assert "15241507392" in [text for text, *_ in drawn[0]]
    assert drawn == [drawn[0]] * 4


def test_pictures_are_live_to_and_fro(opened):
    """Behind links of the navigation and the browser's own buttons; the blog has pages that it writes."""
    page, button = opened
    state = (
        "[...document.querySelectorAll('figure.graphgen')].map((one) => Boolean(one.querySelector('button')))"
    )

    def assert_live(count):
        page.wait_for_function(f"(count) => String({state}) === Array(count).fill(true).join()", arg=count)

    for title, count in [("Hidden", 4), ("Blog", 2), ("Words", 0), ("Hidden", 4), ("Home", 1)]:
        go(page, title)
        assert_live(count)
    for move, count in [(page.go_back, 4), (page.go_back, 0), (page.go_back, 2), (page.go_forward, 0)]:
        move()
        assert_live(count)
    go(page, "Blog")
    figure = page.locator("figure.graphgen").last
    assert {"25", "30"} <= {text for text, *_ in type_in(figure, button, "5")}


def test_a_footnote_that_the_theme_copies_beside_its_mark_has_its_picture(opened):
    page, button = opened
    go(page, "Hidden")
    page.locator("figure.graphgen button").first.wait_for()
    page.locator("sup a.footnote-ref").hover()
    copied = page.locator(".md-tooltip2 figure.graphgen")
    copied.get_by_role("button", name=button, exact=True).wait_for()
    assert copied.locator("svg.graphgen-diagram").is_visible()
