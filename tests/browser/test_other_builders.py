"""Diagrams show and come alive on the pages of other site builders, too."""

import pytest
from browser.serving import served
from builders import building

TEXTS = "[...document.querySelectorAll('.graphgen-diagram text')].map((text) => text.textContent)"
SPHINX = {"index.md": "# Home\n\n```{graphgen}\napple = 100\ntotal = apple * 2\n```\n"}


@pytest.mark.parametrize(
    ("build", "pages", "output"),
    [(building.zensical, {"index.md": building.PAGE}, "site"), (building.sphinx, SPHINX, "html")],
    ids=["Zensical", "Sphinx"],
)
def test_a_picture_is_alive_and_styled(browser, tmp_path, build, pages, output):
    build(tmp_path, pages)
    said = []
    with served(tmp_path / output) as address:
        page = browser.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{address}/index.html")
        page.get_by_role("button", name="Change numbers").click()
        page.get_by_role("slider").first.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(f"!({TEXTS}).includes('200')")
        gradient = page.locator(".graphgen-diagram .backward text").first
        colour = gradient.evaluate("element => getComputedStyle(element).fill")
        page.close()
    assert said == []
    assert colour == "rgb(179, 18, 79)"


@pytest.mark.parametrize(
    ("builder", "file"),
    [("dirhtml", "sub/index.html"), ("singlehtml", "index.html"), ("epub", "sub.xhtml")],
)
def test_a_picture_shows_in_every_output_of_sphinx_that_a_browser_reads(browser, tmp_path, builder, file):
    linked = "# Sub\n\n```{graphgen}\napple = 100  # [apple](index.md)\ntotal = apple * 2\n```\n"
    home = "# Home\n\n```{toctree}\nsub\n```\n"
    building.sphinx(tmp_path, {"index.md": home, "sub.md": linked}, builder)
    said = []
    with served(tmp_path / builder) as address:
        page = browser.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{address}/{file}")
        picture = page.locator("svg.graphgen-diagram")
        size, stroke = picture.bounding_box(), page.locator(".graphgen-diagram .op ellipse").first
        assert size["width"] > 200
        assert size["height"] > 40
        assert stroke.evaluate("element => getComputedStyle(element).stroke") == "rgb(31, 41, 51)"
        page.locator(".graphgen-diagram a").click()
        page.wait_for_url(lambda url: url != f"{address}/{file}")
        assert page.locator("h1", has_text="Home").count()
        page.close()
    assert said == []
