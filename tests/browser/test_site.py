"""Every page of the built site in a real browser, on a desktop and as narrow as a phone."""

import itertools
import json
import re
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from browser.waits import pass_time
from hooks import generated

from graphgen.integrations.fences import find_fences

DOCS = Path(__file__).resolve().parents[2] / "docs"
MEASURE = Path(__file__).with_name("measure.js").read_text("utf-8")
PAGES = sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))
SIZES = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
TOLERANCE = 1.0
"""In the units of a diagram, which are about a pixel."""
LEAST_CONTRAST = 4.5
# The two pages of a name have the same parts, in the same colours: so each is seen in one scheme, and one of
# them gone through as narrow as a phone.
SCHEMES = {"en": "light", "ko": "dark"}
# The theme makes a landmark of the buttons of every block of code, all with one name.
RULES = {"landmark-unique": {"enabled": False}}
# To look at the colours of each word takes longer than all other rules together.
COLOURLESS = RULES | {"color-contrast": {"enabled": False}}


@pytest.fixture(scope="module")
def watched(tab, address):
    """A tab for all pages, and the list to which is added what a page says and what it lacks."""
    watched, faults = tab(**SIZES["desktop"]), []
    watched.on("console", lambda message: faults.append(f"the console says {message.text!r}"))
    watched.on("pageerror", lambda error: faults.append(f"the script fails: {error}"))
    watched.on("response", lambda answer: faults.extend([f"no {answer.url}"] if answer.status >= 400 else []))
    watched.on(
        "request",
        lambda request: faults.extend(
            [] if request.url.startswith(f"{address}/") else [f"{request.url} is requested"]
        ),
    )
    return watched, faults


@pytest.fixture
def visit(watched, address):
    """Opens a page on a desktop; gives it, and the list of its faults."""
    tab, faults = watched

    def visit(page, scheme):
        faults.clear()
        tab.set_viewport_size(SIZES["desktop"]["viewport"])
        tab.emulate_media(color_scheme=scheme)
        # English, the language of the site's root, has no folder there.
        tab.goto(f"{address}/{page.removeprefix('en/').removesuffix('.md')}.html")
        # What is folded, closed or behind a tab has no size.
        tab.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        boxes = "document.querySelectorAll('.graphgen-level, .graphgen-scroll')"
        tab.evaluate(f"{boxes}.forEach((part) => {{ part.hidden = false; }})")
        tab.add_style_tag(content=".tabbed-block { display: block !important; }")
        tab.evaluate("document.fonts.ready.then(() => null)")
        return tab, faults

    return visit


@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_read(visit, page):
    language = page.partition("/")[0]
    opened, faults = visit(page, SCHEMES[language])
    diagrams = measured(opened)
    faults += of_diagrams(diagrams)
    faults += (f"desktop: {fault}" for fault in (*of_page(opened), *barriers(opened, RULES)))
    opened.set_viewport_size(SIZES["phone"]["viewport"])
    faults += (f"phone: {fault}" for fault in of_page(opened))
    if language == "ko":
        faults += (f"phone: {fault}" for fault in barriers(opened, COLOURLESS))
    assert faults == []
    text = generated((DOCS / page).read_text("utf-8"), language)
    count = len(list(find_fences(text))) + text.count('<figure class="graphgen"')
    assert len({diagram["id"] for diagram in diagrams}) == count


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_stands_around_all_pages_has_no_barrier_at_any_size_in_any_scheme(
    browser, address, size, scheme
):
    context = browser.new_context(color_scheme=scheme, **SIZES[size])
    opened = context.new_page()
    opened.goto(f"{address}/learn/computational-graphs.html")
    found = [*of_page(opened), *of_diagrams(measured(opened)), *barriers(opened, RULES)]
    context.close()
    assert found == []


SEARCHES = {
    "a Korean word": ("ko/index.html", "역전파", "/ko/learn/"),
    "a Korean word before a particle": ("ko/index.html", "연쇄법칙", "/ko/learn/chain-rule.html"),
    "an English word": ("index.html", "upstream", "/learn/"),
    "a word at an address without a page": ("404.html", "upstream", "/learn/"),
    "a message": ("make/gallery.html", "shadow zensical", "/make/zensical.html"),
}


def leads_of_search(opened, words, expected):
    """Where the results lead, once one leads there; looked at again until they are those of the whole words,
    and typed again on a page loaded anew where the theme, still loading its index, heard nothing."""
    from playwright.sync_api import TimeoutError

    typed, found, leads = opened.locator(".md-search__input"), opened.locator(".md-search-result__link"), []
    for attempt in range(12):
        if attempt % 4 == 3:
            opened.reload()
        typed.fill("")
        typed.press_sequentially(words)
        typed.press("End")  # Korean is typed without keys, and the theme listens to those
        with suppress(TimeoutError):
            found.first.wait_for(state="attached", timeout=5_000)
        for _ in range(10):
            leads = found.evaluate_all("(links) => links.map((link) => new URL(link.href).pathname)")
            if any(lead.startswith(expected) for lead in leads):
                return leads
            pass_time(opened, 500)
    return leads


@pytest.mark.parametrize(("page", "words", "expected"), SEARCHES.values(), ids=SEARCHES)
def test_search_finds_pages_of_the_readers_language(browser, address, page, words, expected):
    opened = browser.new_page()
    opened.goto(f"{address}/{page}")
    leads = leads_of_search(opened, words, expected)
    opened.close()
    assert any(lead.startswith(expected) for lead in leads)
    assert all(lead.startswith("/ko/") == expected.startswith("/ko/") for lead in leads)


@pytest.mark.parametrize("name", ["a Korean word before a particle", "an English word"])
def test_search_finds_the_same_from_the_disk(browser, built_site, name):
    page, words, expected = SEARCHES[name]
    faults = []
    opened = browser.new_page()
    opened.on("console", lambda message: faults.append(message.text))
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.goto((built_site.folder / page).as_uri())
    expected = built_site.folder.as_uri().removeprefix("file://") + expected
    leads = leads_of_search(opened, words, expected)
    opened.close()
    assert any(lead.startswith(expected) for lead in leads)
    assert faults == []


def test_the_reader_changes_the_language_and_stays_on_the_page(browser, address):
    opened = browser.new_page()
    opened.goto(f"{address}/make/options.html")
    opened.get_by_role("button", name="Select language").click()
    opened.locator(".md-select__link[hreflang=ko]").click()
    opened.wait_for_url("**/ko/make/options.html")
    assert opened.locator("html").get_attribute("lang") == "ko"
    opened.get_by_role("button", name="언어설정").click()
    opened.locator(".md-select__link[hreflang=en]").click()
    opened.wait_for_url(f"{address}/make/options.html")
    opened.close()


@pytest.fixture
def on_a_phone(tab, address):
    opened = tab(**SIZES["phone"])
    return lambda name: opened.goto(f"{address}/{name}") and opened


def test_korean_words_of_links_and_code_are_not_broken(on_a_phone):
    parts = on_a_phone("ko/reference/json.html").locator(".md-typeset p :is(a, code)")
    breaks = parts.evaluate_all("(parts) => parts.map((part) => getComputedStyle(part).wordBreak)")
    assert set(breaks) == {"keep-all"}


@pytest.mark.parametrize("size", SIZES)
def test_what_causes_a_fault_is_seen_whole(browser, address, size):
    context = browser.new_context(**SIZES[size])
    opened = context.new_page()
    opened.goto(f"{address}/make/troubleshooting.html")
    hidden = opened.locator(".faults pre > code").evaluate_all(
        "(all) => all.filter((code) => code.scrollWidth > code.clientWidth).map((code) => code.textContent)"
    )
    context.close()
    assert hidden == []


def test_a_table_that_goes_on_says_so(on_a_phone):
    shades = (
        on_a_phone("make/features.html")
        .locator(".md-typeset__scrollwrap")
        .evaluate_all(
            "(boxes) => boxes.filter((box) => box.scrollWidth > box.clientWidth)"
            ".map((box) => getComputedStyle(box).backgroundImage)"
        )
    )
    assert shades
    assert all(shade.count("gradient") == 4 for shade in shades)


def measured(opened):
    """What stands where in every diagram of a page, in the diagram's own units."""
    return json.loads(opened.evaluate(MEASURE))


def of_diagrams(diagrams):
    for diagram in diagrams:
        for find in (unseen, overlapping, outside, crossed_by_heads, crossed_by_lines, too_faint):
            yield from (f"#{diagram['id']}: {fault}" for fault in find(diagram))


def barriers(opened, rules):
    from axe_playwright_python.base import AXE_SCRIPT

    if not opened.evaluate("'axe' in window"):
        opened.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"], "rules": rules}
    for violation in opened.evaluate("async (options) => (await axe.run(options)).violations", options):
        for element in violation["nodes"]:
            yield f"{violation['id']} at {element['target']}"


def of_page(opened):
    ids = opened.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
    yield from (f"#{id} is {count} elements" for id, count in Counter(ids).items() if count > 1)
    width, room = opened.evaluate("document.documentElement.scrollWidth"), opened.viewport_size["width"]
    if width > room:
        yield f"the page is {width} wide, with room for {room}"


def overlap(one, other):
    """How far two boxes reach into each other, in the direction in which it is less."""
    return min(
        min(one["right"], other["right"]) - max(one["left"], other["left"]),
        min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]),
    )


def unseen(diagram):
    if not diagram["texts"]:
        yield "it has no text"
    for text in diagram["texts"]:
        if overlap(text["box"], text["box"]) <= TOLERANCE:
            yield f"{text['words']!r} has no size"


def overlapping(diagram):
    for one, other in itertools.combinations(diagram["texts"], 2):
        if overlap(one["box"], other["box"]) > TOLERANCE:
            yield f"{one['words']!r} and {other['words']!r} overlap"


def outside(diagram):
    for text in diagram["texts"]:
        box, frame = text["box"], text["within"] or diagram["frame"]
        is_round = text["within"] and frame["isRound"]
        if leaves_ellipse(box, frame) if is_round else leaves_frame(box, frame):
            yield f"{text['words']!r} leaves its {'shape' if text['within'] else 'picture'}"


def leaves_frame(box, frame):
    return (
        box["left"] < frame["left"] - TOLERANCE
        or box["top"] < frame["top"] - TOLERANCE
        or box["right"] > frame["right"] + TOLERANCE
        or box["bottom"] > frame["bottom"] + TOLERANCE
    )


def leaves_ellipse(box, frame):
    centre = (frame["left"] + frame["right"]) / 2, (frame["top"] + frame["bottom"]) / 2
    radii = (frame["right"] - frame["left"]) / 2 + TOLERANCE, (frame["bottom"] - frame["top"]) / 2 + TOLERANCE
    corners = itertools.product((box["left"], box["right"]), (box["top"], box["bottom"]))
    return any(((x - centre[0]) / radii[0]) ** 2 + ((y - centre[1]) / radii[1]) ** 2 > 1 for x, y in corners)


def crossed_by_heads(diagram):
    for text, head in itertools.product(diagram["texts"], diagram["heads"]):
        if meets(text["box"], head):
            yield f"an arrowhead crosses {text['words']!r}"


def crossed_by_lines(diagram):
    for text, line in itertools.product(diagram["texts"], diagram["lines"]):
        box = text["box"]
        if any(
            box["left"] + TOLERANCE < x < box["right"] - TOLERANCE
            and box["top"] + TOLERANCE < y < box["bottom"] - TOLERANCE
            for x, y in line
        ):
            yield f"an arrow crosses {text['words']!r}"


def meets(box, polygon):
    """Whether a box and a convex polygon overlap: no line separates them (the separating axis theorem)."""
    corners = list(itertools.product((box["left"], box["right"]), (box["top"], box["bottom"])))
    edges = zip(polygon, polygon[1:] + polygon[:1], strict=True)
    axes = [(1, 0), (0, 1), *((by - ay, ax - bx) for (ax, ay), (bx, by) in edges)]
    for axis in axes:
        length = (axis[0] ** 2 + axis[1] ** 2) ** 0.5
        if length:
            first, second = (
                [(x * axis[0] + y * axis[1]) / length for x, y in points] for points in (corners, polygon)
            )
            if min(max(first), max(second)) - max(min(first), min(second)) <= TOLERANCE:
                return False
    return True


def too_faint(diagram):
    for text in diagram["texts"]:
        ground = (255.0, 255.0, 255.0)
        for colour in reversed(text["behind"]):
            ground = blended(colour, 1.0, ground)
        contrast = contrast_of(blended(text["colour"], text["opacity"], ground), ground)
        if contrast < LEAST_CONTRAST:
            yield f"{text['words']!r} has a contrast of {contrast:.2f}"


def blended(colour, opacity, ground):
    *channels, alpha = (*map(float, re.findall(r"[\d.]+", colour)), 1.0)[:4]
    share = alpha * opacity
    return tuple(share * over + (1 - share) * under for over, under in zip(channels, ground, strict=True))


def contrast_of(one, other):
    """As the Web Content Accessibility Guidelines define it."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_measures_find_what_is_wrong():
    """A diagram in which everything is wrong, so that none of the tests above passes for want of sight."""
    small = {"left": 0, "top": 0, "right": 30, "bottom": 10}
    text = {
        "colour": "rgb(119, 119, 119)",
        "opacity": 1,
        "behind": ["rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"],
    }
    diagram = {
        "frame": {"left": 0, "top": 0, "right": 40, "bottom": 20},
        "texts": [
            {"words": "in", "box": small, "within": small | {"isRound": True}, **text},
            {"words": "out", "box": small | {"left": 20, "right": 50}, "within": None, **text},
        ],
        "heads": [[[40, -5], [60, 5], [40, 8]], [[-5, 20], [2, 12], [9, 20]]],
        "lines": [[[45, -10], [45, 5], [45, 20]]],
    }
    assert [list(find(diagram)) for find in (overlapping, outside, crossed_by_heads, crossed_by_lines)] == [
        ["'in' and 'out' overlap"],
        ["'in' leaves its shape", "'out' leaves its picture"],
        ["an arrowhead crosses 'out'"],
        ["an arrow crosses 'out'"],
    ]
    assert list(too_faint(diagram)) == ["'in' has a contrast of 4.48", "'out' has a contrast of 4.48"]
    darker = diagram | {"texts": [text | {"words": "in", "colour": "rgb(118, 118, 118)"}]}
    assert list(too_faint(darker)) == []
