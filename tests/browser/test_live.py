"""Live pictures in a real browser: what a page shows, says and does."""

import os
import subprocess
import sys
from contextlib import contextmanager
from functools import partial

import pytest
from browser.figures import FIGURES, PICTURES, write_pages
from browser.serving import CountingHandler, served
from browser.waits import pass_time

from graphgen.page.scripts import PHRASES


class Opened:
    """A page whose console must stay silent."""

    def __init__(self, page, address):
        self.page, self.address, self.said = page, address, []
        page.on("console", self.note)
        page.on("pageerror", self.note)

    def note(self, what):
        self.said.append(getattr(what, "text", str(what)))

    def leave(self):
        """Leaves the tab to the next test, as if it were new but for its size."""
        self.page.mouse.move(0, 0)
        self.page.emulate_media(media="null")
        self.page.goto("about:blank")
        self.page.remove_listener("console", self.note)
        self.page.remove_listener("pageerror", self.note)

    def open(self, name):
        self.page.goto(f"{self.address}/{name}.html")
        self.page.wait_for_function("() => Boolean(customElements.get('graphgen-live'))")
        scheme = "matchMedia('(prefers-color-scheme: dark)').matches ? 'slate' : 'default'"
        self.page.evaluate(f"document.body.setAttribute('data-md-color-scheme', {scheme})")
        return self

    def figure(self, id):
        return self.page.locator(f"#{id}")

    def press(self, id, name):
        self._press(self.figure(id).get_by_role("button", name=name, exact=True))

    def press_first(self, name):
        self._press(self.page.get_by_role("button", name=name, exact=True).first)

    def _press(self, button):
        """Presses a button, and waits for what it opens or closes, which may need a script."""
        expanded = button.get_attribute("aria-expanded")
        button.click()
        if expanded:
            turned = "false" if expanded == "true" else "true"
            button.and_(self.page.locator(f"[aria-expanded={turned}]")).wait_for()

    def text(self, id, part):
        return self.page.locator(f"#{id}-{part} text:not(.small)").first.text_content()

    def line(self, id):
        return self.figure(id).locator(".graphgen-line").text_content()

    def frame(self):
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )


SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 375, "height": 700}}


@contextmanager
def silent(tab, address, **options):
    """A tab as if it were new, which says nothing in the console to the end of a test."""
    page = tab(**options)
    if page.viewport_size != options["viewport"]:
        page.set_viewport_size(options["viewport"])
    opened = Opened(page, address)
    yield opened
    opened.leave()
    assert opened.said == []


# What is said and done hangs on the size alone, colours on the scheme: `test_axe_finds_nothing` has all four.
@pytest.fixture(params=[("desktop", "light"), ("phone", "dark")], ids="-".join)
def anywhere(request, tab, plain):
    """A page at the size of a desktop and a phone, the one in the light and the other in the dark scheme."""
    size, scheme = request.param
    options = {"viewport": SIZES[size], "color_scheme": scheme, "has_touch": size == "phone"}
    with silent(tab, plain, **options) as opened:
        yield opened


@pytest.fixture
def desktop(tab, plain):
    with silent(tab, plain, viewport=SIZES["desktop"]) as opened:
        yield opened


@pytest.fixture
def phone(tab, plain):
    with silent(tab, plain, viewport=SIZES["phone"], has_touch=True, is_mobile=True) as opened:
        yield opened


# 1. Edit an input


def test_a_number_typed_changes_every_value_and_gradient(anywhere):
    anywhere.open("shop")
    anywhere.press("shop", "Change numbers")
    anywhere.figure("shop").get_by_label("apple price", exact=True).fill("120")
    anywhere.frame()
    assert [anywhere.text("shop", f"e{n}{way}") for n in range(1, 6) for way in "fb"] == [
        *("120", "2.2", "2", "132", "1.1", "240", "240", "1.1", "264", "1")
    ]


def test_the_slider_has_the_range_of_the_source_and_reset_goes_back(anywhere):
    anywhere.open("shop")
    anywhere.press("shop", "Change numbers")
    slider = anywhere.figure("shop").get_by_label("apple price, slider")
    assert [slider.get_attribute(name) for name in ("min", "max", "step")] == ["50", "200", "10"]
    slider.fill("200")
    anywhere.frame()
    assert anywhere.text("shop", "e5f") == "440"
    anywhere.press("shop", "Reset")
    anywhere.frame()
    assert anywhere.text("shop", "e5f") == "220"
    assert anywhere.figure("shop").get_by_label("apple price", exact=True).input_value() == "100"
    assert slider.input_value() == "100"


def test_the_drawing_for_phones_is_alive_and_one_that_is_turned_shows_the_same_numbers(browser, plain):
    page = browser.new_page(viewport=SIZES["phone"])
    opened = Opened(page, plain).open("twice")
    figure = opened.figure("twice")
    assert figure.locator("svg.graphgen-diagram:visible").count() == 1
    frame = figure.locator(".graphgen-phone")
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")
    opened.press("twice", "Change numbers")
    figure.get_by_label("apple price", exact=True).fill("120")
    page.wait_for_url("**/twice.html?twice=120_2_1.1#twice")
    assert opened.text("twice-phone", "e5f") == "264"
    assert opened.text("twice", "e5f") == "220"
    page.set_viewport_size(SIZES["desktop"])
    page.wait_for_function("() => document.querySelector('#twice-e5f text').textContent === '264'")
    assert opened.text("twice-phone", "e5f") == "220"
    assert figure.locator("svg.graphgen-diagram:visible").count() == 1
    assert figure.get_by_role("button", name="Change numbers", exact=True).count() == 1
    assert not opened.said
    page.context.close()


def test_what_is_out_of_view_follows_when_the_reader_pauses(desktop):
    desktop.open("wide")
    desktop.press("wide", "Change numbers")
    desktop.figure("wide").get_by_label("x", exact=True).fill("2")
    last = PICTURES["wide"].scene.arrows[-1].id
    desktop.page.wait_for_function(f"() => document.querySelector('#wide-{last}f text').textContent === '42'")


def test_the_address_carries_the_numbers(desktop):
    desktop.open("shop")
    desktop.press("shop", "Change numbers")
    desktop.figure("shop").get_by_label("count", exact=True).fill("3")
    desktop.page.wait_for_url("**/shop.html?shop=100_3_1.1#shop")
    desktop.page.reload()
    desktop.page.wait_for_function("() => document.querySelector('#shop-e5f text').textContent === '330'")
    desktop.press("shop", "Change numbers")
    assert desktop.figure("shop").get_by_label("count", exact=True).input_value() == "3"
    desktop.press("shop", "Reset")
    desktop.page.wait_for_url("**/shop.html")


def test_the_table_follows_the_numbers_and_the_description_is_of_those_of_the_author(desktop):
    desktop.open("fan")
    svg = desktop.figure("fan").locator("svg.graphgen-diagram")
    assert svg.get_attribute("aria-labelledby") == "fan-title fan-desc"
    desktop.press("fan", "Change numbers")
    desktop.figure("fan").get_by_label("x", exact=True).fill("5")
    desktop.press("fan", "Read as a table")
    row = desktop.figure("fan").locator("tbody tr").last
    row.get_by_text("60").wait_for()
    assert row.locator("td").all_inner_texts() == ["z", "a × b", "60", "∂z/∂a = 6, ∂z/∂b = 10", "1"]
    assert svg.get_attribute("aria-labelledby") == "fan-title"
    desktop.press("fan", "Change numbers")
    assert desktop.figure("fan").locator("table").is_hidden()
    desktop.press("fan", "Reset")
    desktop.press("fan", "Read as a table")
    row.get_by_text("24").wait_for()
    assert svg.get_attribute("aria-labelledby") == "fan-title fan-desc"


def test_where_a_value_does_not_exist_the_picture_says_so(desktop):
    desktop.open("divide")
    desktop.press("divide", "Change numbers")
    desktop.figure("divide").get_by_label("y", exact=True).fill("0")
    desktop.frame()
    assert [desktop.text("divide", part) for part in ("e3f", "e3b", "e1b")] == ["—", "—", "—"]
    assert desktop.line("divide") == "z: 1 ÷ 0 has no value, or too large a one"
    desktop.figure("divide").get_by_label("y", exact=True).fill("2")
    desktop.frame()
    assert desktop.line("divide") == PHRASES["en"]["askHint"]


# A font of which the lines are much higher than the letters, as those for Chinese are.
TALL = """async () => {
  const names = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Helvetica", "Arial", "Segoe UI", "Roboto"];
  const from = names.map((name) => `local("${name}")`).join();
  const face = new FontFace("tall", from, { ascentOverride: "130%", descentOverride: "60%" });
  document.fonts.add(await face.load());
  document.documentElement.style.setProperty("--graphgen-font", "tall");
}"""


def test_numbers_keep_their_size_where_they_have_room_whatever_the_font(desktop):
    desktop.open("quiz")
    desktop.page.evaluate(TALL)
    text = desktop.page.locator("#quiz-e1b text")
    assert text.bounding_box()["height"] > 25
    desktop.press("quiz", "Change numbers")
    desktop.figure("quiz").get_by_label("x", exact=True).fill("1234.5")
    desktop.press("quiz", "Quiz")
    way = "∂z/∂x by way of"
    answers = {"∂z/∂b": "2469", "∂z/∂a": "1235.5", f"{way} a": "2471", f"{way} b": "2469", "∂z/∂x": "4940"}
    solve(desktop, "quiz", answers)
    shown = "all => all.map((text) => [text.textContent, Number(text.getAttribute('font-size'))])"
    sizes = dict(desktop.page.locator("#quiz .graphgen-scroll text").evaluate_all(shown))
    assert min(sizes["1234.5"], sizes["2471"]) > 9.5
    assert min(sizes.values()) >= 9


def solve(opened, id, answers):
    for label, number in answers.items():
        field = opened.figure(id).get_by_label(label, exact=True)
        field.fill(number)
        field.press("Enter")
    opened.frame()
    assert opened.figure(id).get_by_text("All found.").count() == 1


def test_a_kink_is_marked_while_the_value_stands_on_it(desktop):
    desktop.open("kink")
    desktop.press("kink", "Change numbers")
    node = desktop.page.locator("#kink-n2")
    for number, marked in (("0", True), ("-1", False)):
        desktop.figure("kink").get_by_label("x", exact=True).fill(number)
        desktop.frame()
        assert ("graphgen-kink" in node.get_attribute("class")) == marked


SETTLED = ["0", "—"]
REASON = "—: conventions at kinks, as of relu(x), need not give the derivative"


def test_where_conventions_at_kinks_cancel_there_is_no_gradient(anywhere):
    anywhere.open("cancelling")
    x = anywhere.page.locator("#cancelling-e1f text")
    box = x.bounding_box()
    start, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    anywhere.page.mouse.move(start, y)
    anywhere.page.mouse.down()
    anywhere.page.mouse.move(start - 4, y)
    anywhere.page.mouse.move(start - 10, y)
    anywhere.page.mouse.up()
    anywhere.frame()
    assert [anywhere.text("cancelling", f"e1{way}") for way in "fb"] == SETTLED
    kinks = anywhere.page.locator("#cancelling .graphgen-kink")
    assert kinks.count() == 2
    anywhere.page.mouse.move(2, 2)
    anywhere.figure("cancelling").locator(".graphgen-scroll").focus()
    anywhere.page.keyboard.press("ArrowRight")
    assert anywhere.line("cancelling").startswith("x = 0; ∂z/∂x = 0 + 0 = —; 2 paths: ")
    assert anywhere.line("cancelling").endswith(f"; {REASON}")
    anywhere.page.keyboard.press("ArrowUp")
    anywhere.frame()
    assert [anywhere.text("cancelling", f"e1{way}") for way in "fb"] == ["1", "1"]
    anywhere.page.keyboard.press("ArrowDown")
    anywhere.frame()
    assert [anywhere.text("cancelling", f"e1{way}") for way in "fb"] == SETTLED
    anywhere.page.keyboard.press("Escape")
    anywhere.press("cancelling", "Read as a table")
    assert anywhere.line("cancelling") == REASON
    gradients = anywhere.figure("cancelling").locator("tbody tr td:last-child")
    gradients.get_by_text("—").wait_for()
    assert gradients.all_inner_texts() == ["—", "1", "0", "−1", "1"]


def test_a_low_picture_stays_in_sight_while_its_numbers_are_moved(phone):
    phone.open("shop")
    phone.press("shop", "Change numbers")
    # As on a page with more below, and with little room.
    phone.page.set_viewport_size({"width": 375, "height": 420})
    phone.figure("shop").get_by_role("button", name="Reset").scroll_into_view_if_needed()
    phone.page.mouse.wheel(0, 200)
    phone.page.wait_for_function("() => scrollY > 150 && document.querySelector('#shop.graphgen-pinned')")
    assert phone.page.locator("#shop-n4 > ellipse").bounding_box()["y"] > 0


def test_a_high_picture_keeps_its_controls_in_sight_and_goes_to_each_step(phone):
    phone.open("high")
    assert "graphgen-high" in phone.figure("high").get_attribute("class")
    phone.press("high", "Step through")
    for key in ("End", "Home", "End"):
        phone.page.keyboard.press(key)
        bar = phone.figure("high").locator(".graphgen-bar").bounding_box()
        lit = phone.page.locator("#high .op.graphgen-now, #high .input.graphgen-now").first.bounding_box()
        assert 0 < lit["y"] < bar["y"] < 700


# 3. Step through


def test_the_player_steps_with_buttons_and_says_each_step(anywhere):
    anywhere.open("shop")
    anywhere.press("shop", "Step through")
    said = []
    for _ in range(6):
        said.append(anywhere.line("shop"))
        anywhere.press("shop", "Step forward")
    assert said[:3] == [
        "The inputs: apple price = 100, count = 2, tax = 1.1",
        "apple price × count = 100 × 2 = 200",
        "total = apple price × count × tax = 200 × 1.1 = 220",
    ]
    assert said[4] == "1 × 200 = 200 flows to tax, 1 × 1.1 = 1.1 flows to apple price × count"
    assert anywhere.figure("shop").locator(".graphgen-line").get_attribute("aria-live") == "polite"


@pytest.mark.parametrize(
    ("id", "steps", "asked"),
    [
        (
            "named",
            ["The inputs: w", "x = f(w)", "y = f(x)", "z = x × y", "The seed: ∂z/∂z = 1"],
            "local derivative ∂y/∂x = f′(x); upstream ∂z/∂y = x; sent back x·f′(x)",
        ),
        (
            "seed",
            ["The inputs: x", "t = x × 2", "y = t × x", "The seed: ∂J/∂y"],
            "local derivative ∂y/∂t = x; upstream ∂J/∂y; sent back ∂J/∂y·x",
        ),
        (
            "seeded",
            [
                "The inputs: x = 3",
                "relu(x) = relu(3) = 3",
                "t = relu(x) × 2 = 3 × 2 = 6",
                "y = t × x = 6 × 3 = 18",
                "The seed: ∂L/∂y = 2.5",
                "2.5 × 6 = 15 flows to x, 2.5 × 3 = 7.5 flows to t",
            ],
            "local derivative ∂y/∂t = x = 3; upstream ∂L/∂y = 2.5; sent back 2.5 × 3 = 7.5",
        ),
        (
            "seededarrays",
            [
                "The inputs: x = [1, 2], w = [0.5, −1]",
                *("y = x × w = [1, 2] × [0.5, −1] = [0.5, −2]", "The seed: ∂L/∂y = [1, −1.5]"),
            ],
            "",
        ),
    ],
)
def test_functions_that_are_named_and_upstream_gradients_are_stepped_and_asked(anywhere, id, steps, asked):
    anywhere.open(id)
    figure, shown = anywhere.figure(id), PICTURES[id]
    edge = {"named": ("x", "y", 0), "seededarrays": ("x", "y", 0)}.get(id, ("t", "y", 0))
    arrow = next(arrow for arrow in shown.scene.arrows if arrow.edges == (edge,))
    ask(anywhere, f"{id}-{arrow.id}f")
    assert anywhere.line(id) == asked or not asked  # of an array an entry is asked
    lit = figure.locator(".graphgen-asked").evaluate_all("all => all.map((one) => one.id)")
    assert lit == [f"{id}-{arrow.id}f", f"{id}-{arrow.id}b"]
    anywhere.open(id)
    anywhere.press(id, "Step through")
    said = []
    for _ in steps:
        said.append(anywhere.line(id))
        anywhere.press(id, "Step forward")
    assert said == steps
    names = figure.locator(".graphgen-bar button").all_text_contents()
    assert ("Change numbers" in names) == ("seeded" in id)


def test_an_upstream_gradient_goes_into_each_number_that_changes(anywhere):
    anywhere.open("seeded")
    anywhere.press("seeded", "Change numbers")
    anywhere.figure("seeded").get_by_label("x", exact=True).fill("4")
    anywhere.frame()
    backward = anywhere.figure("seeded").locator("svg .backward text:not(.small)").all_text_contents()
    assert sorted(backward) == sorted(["40", "20", "20", "10", "20", "2.5"])
    assert anywhere.figure("seeded").locator(".graphgen-nudge").count() == 0
    anywhere.open("seededarrays")
    anywhere.press("seededarrays", "Change numbers")
    anywhere.figure("seededarrays").get_by_label("x 2", exact=True).fill("5")
    anywhere.frame()
    words = anywhere.figure("seededarrays").locator("svg .backward text:not(.small)").all_text_contents()
    assert words == ["[0.5, 1.5]", "[1, −7.5]", "[1, −1.5]"]


def test_a_step_hides_what_comes_later_and_lights_what_it_computes(desktop):
    desktop.open("shop")
    desktop.press("shop", "Step through")
    desktop.press("shop", "Step forward")
    # What is ahead fades, and what it computes comes back.
    desktop.page.wait_for_function(
        """() => document.querySelector("#shop .graphgen-ahead")
          && document.getAnimations().every((one) => !(one instanceof CSSTransition))"""
    )
    hidden = desktop.page.eval_on_selector_all(
        "#shop svg g[id]",
        "all => all.filter((g) => getComputedStyle(g).opacity < 0.5).map((g) => g.id)",
    )
    numbers = "all => all.every((text) => getComputedStyle(text).visibility === 'hidden')"
    assert desktop.page.eval_on_selector_all("#shop .graphgen-ahead text", numbers)
    assert set(hidden) == {*(f"shop-e{n}b" for n in range(1, 6)), "shop-e5f"}
    lit = desktop.page.eval_on_selector_all("#shop .graphgen-now", "all => all.map((g) => g.id)")
    assert sorted(lit) == ["shop-e4f", "shop-n4"]
    desktop.press("shop", "Step through")
    assert desktop.page.locator("#shop .graphgen-ahead, #shop .graphgen-now").count() == 0


def test_the_keyboard_steps_when_the_figure_has_focus(desktop):
    desktop.open("shop")
    picture = desktop.figure("shop").locator(".graphgen-scroll")
    picture.focus()
    desktop.page.keyboard.press("ArrowRight")
    assert desktop.line("shop") == "apple price = 100; ∂total/∂(apple price) = 2.2"
    desktop.press("shop", "Step through")
    picture.focus()
    desktop.page.keyboard.press("Home")
    counts = []
    for key in ("ArrowRight", "ArrowRight", "End", "ArrowLeft", "Home"):
        desktop.page.keyboard.press(key)
        counts.append(desktop.figure("shop").locator(".graphgen-count").inner_text())
    assert counts == ["2 / 6", "3 / 6", "6 / 6", "5 / 6", "1 / 6"]
    desktop.page.keyboard.press(" ")
    assert desktop.figure("shop").get_by_role("button", name="Pause").count() == 1
    desktop.page.keyboard.press(" ")
    assert desktop.figure("shop").get_by_role("button", name="Play").count() == 1
    assert desktop.page.evaluate("scrollY") == 0
    desktop.page.keyboard.press("Escape")
    assert desktop.figure("shop").locator(".graphgen-player").is_hidden()


def test_play_goes_on_by_itself_to_the_end(browser, plain):
    context = browser.new_context(viewport=SIZES["desktop"])  # whose clock is not that of other tests
    desktop = Opened(context.new_page(), plain)
    desktop.page.clock.install()
    desktop.open("curve")
    desktop.press("curve", "Step through")
    desktop.press("curve", "Play")
    count = desktop.figure("curve").locator(".graphgen-count")
    last = count.inner_text().partition(" / ")[2]
    desktop.page.clock.run_for(20_000)
    assert count.inner_text() == f"{last} / {last}"
    assert desktop.figure("curve").get_by_role("button", name="Play").count() == 1
    context.close()
    assert desktop.said == []


def test_nothing_moves_where_the_reader_wants_no_motion(browser, plain):
    for wish, moves in (("reduce", False), ("no-preference", True)):
        context = browser.new_context(reduced_motion=wish)
        opened = Opened(context.new_page(), plain).open("shop")
        duration = opened.page.eval_on_selector("#shop-e1f", "(g) => getComputedStyle(g).transitionDuration")
        assert (duration not in ("0s", "")) == moves
        opened.press("shop", "Step through")
        opened.press("shop", "Step forward")
        pulses = opened.page.locator("#shop .graphgen-pulse")
        assert pulses.count() == moves
        opened.press("shop", "Step back")
        assert pulses.count() == 0
        context.close()


# 4. Ask a node


def test_a_node_says_its_value_gradient_and_paths(anywhere):
    anywhere.open("fan")
    ask(anywhere, "fan-n1")
    assert anywhere.line("fan") == "x = 3; ∂z/∂x = 8 + 6 = 14; 2 paths: x → a → z, x → b → z"


def test_an_edge_says_its_local_derivative_upstream_gradient_and_product(anywhere):
    anywhere.open("fan")
    arrow = next(arrow for arrow in PICTURES["fan"].scene.arrows if arrow.edges == (("a", "z", 0),))
    ask(anywhere, f"fan-{arrow.id}f")
    assert anywhere.line("fan") == "local derivative ∂z/∂a = b = 4; upstream ∂z/∂z = 1; sent back 1 × 4 = 4"


def ask(opened, part):
    """Taps a part of a picture where the page is touched, else points at it."""
    spot = opened.page.locator(f"#{part} > :is(text, path:not(.graphgen-touch))").first
    spot.scroll_into_view_if_needed()
    box = spot.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    if opened.page.evaluate("navigator.maxTouchPoints"):
        opened.page.touchscreen.tap(x, y)
    else:
        opened.page.mouse.move(x, y)


def test_arrow_keys_go_from_part_to_part_and_move_the_numbers_of_inputs(desktop):
    desktop.open("shop")
    svg = desktop.figure("shop").locator("svg.graphgen-diagram")
    assert desktop.line("shop") == PHRASES["en"]["askHint"]
    assert svg.locator("[tabindex]").count() == 0
    desktop.figure("shop").locator(".graphgen-scroll").focus()
    keys, said = desktop.page.keyboard, []
    for _ in range(4):
        keys.press("ArrowRight")
        said.append(desktop.page.evaluate("document.activeElement.ariaLabel"))
    assert said == [
        "apple price",
        "apple price → apple price × count",
        "count",
        "count → apple price × count",
    ]
    assert svg.get_attribute("role") == "group"
    keys.press("ArrowUp")
    desktop.frame()
    assert (desktop.text("shop", "e2f"), desktop.text("shop", "e5f")) == ("3", "330")
    assert desktop.line("shop").startswith(
        "local derivative ∂(apple price × count)/∂count = apple price = 100; "
    )
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert desktop.page.evaluate(outline) == "none"
    widths = "document.activeElement.querySelectorAll('path:not(.graphgen-touch)')[0]"
    assert desktop.page.evaluate(f"getComputedStyle({widths}).strokeWidth") == "4px"
    keys.press("Escape")
    assert svg.get_attribute("role") == "img"
    assert svg.locator("[tabindex]").count() == 0


def drag(opened, part, by):
    """Drags the number of an arrow to the side."""
    box = opened.page.locator(f"#{part} text:not(.small)").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    opened.page.mouse.move(x, y)
    opened.page.mouse.down()
    opened.page.mouse.move(x + by / 2, y)
    opened.page.mouse.move(x + by, y)
    opened.page.mouse.up()
    opened.frame()


def test_the_number_of_an_input_is_dragged_on_its_arrow(desktop):
    desktop.open("shop")
    drag(desktop, "shop-e1f", 10)
    assert (desktop.text("shop", "e1f"), desktop.text("shop", "e5f")) == ("120", "264")
    drag(desktop, "shop-e5f", 10)
    assert desktop.text("shop", "e5f") == "264"
    desktop.page.wait_for_url("**/shop.html?shop=120_2_1.1#shop")


def swipe(opened, part, across, down):
    """Moves a finger from the number of an arrow, as a touch screen tells it."""
    box = opened.page.locator(f"#{part} text:not(.small)").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = partial(opened.page.context.new_cdp_session(opened.page).send, "Input.dispatchTouchEvent")
    touch({"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        there = {"x": x + across * step / 8, "y": y + down * step / 8}
        touch({"type": "touchMove", "touchPoints": [there]})
    touch({"type": "touchEnd", "touchPoints": []})
    opened.frame()


def test_a_finger_drags_a_number_on_its_arrow_and_scrolls_the_page_from_there(phone):
    phone.open("several")
    swipe(phone, "shop-e1f", 60, 6)
    assert (phone.text("shop", "e1f"), phone.text("shop", "e5f")) == ("220", "484")
    assert phone.page.evaluate("scrollY") == 0
    number = phone.text("shop", "e1f")
    swipe(phone, "shop-e1f", 6, -120)
    phone.page.wait_for_function("() => scrollY > 50")
    assert phone.text("shop", "e1f") == number


def test_a_click_holds_what_is_asked_until_another(desktop):
    desktop.open("shop")
    desktop.page.mouse.click(*spot(desktop, "shop-n4"))
    desktop.page.mouse.move(5, 5)
    assert desktop.line("shop") == "apple price × count = 100 × 2 = 200; ∂total/∂(apple price × count) = 1.1"
    assert desktop.page.locator("#shop .graphgen-asked").count() == 3
    desktop.page.mouse.click(*spot(desktop, "shop-n4"))
    desktop.page.mouse.move(5, 5)
    assert desktop.line("shop") == PHRASES["en"]["askHint"]


def test_on_a_phone_a_quiet_picture_keeps_no_place_for_a_sentence_until_it_is_pressed(phone):
    phone.open("several")
    said = phone.figure("fan").locator(".graphgen-said")
    bar = phone.figure("fan").locator(".graphgen-bar")
    below = "(figure) => figure.getBoundingClientRect().bottom"
    end = phone.figure("fan").evaluate(below) - bar.evaluate(below)
    assert (said.bounding_box()["height"], end < 4) == (0, True)
    ask(phone, "fan-n1")
    assert phone.line("fan").startswith("x = 3")
    assert said.bounding_box()["height"] >= 40


def test_one_panel_is_open_at_a_time_and_the_page_does_not_jump(anywhere):
    anywhere.open("several")
    shop = anywhere.figure("shop")
    for name in ("Step through", "Change numbers", "Read as a table", "Copy", "Step through"):
        anywhere.press("shop", name)
        assert shop.locator(".graphgen-bar [aria-expanded=true]").all_inner_texts() == [name]
    forward = shop.get_by_role("button", name="Step forward", exact=True)
    places = set()
    for _ in range(6):
        box, next_box = forward.bounding_box(), anywhere.figure("fan").bounding_box()
        places.add((box["x"], box["y"], next_box["y"]))
        forward.click()
    assert len(places) == 1


def test_the_words_of_a_small_button_cover_no_number_of_the_picture(anywhere):
    anywhere.open("several")
    picture = anywhere.figure("fan").locator("svg.graphgen-diagram").bounding_box()
    bar = anywhere.figure("fan").locator(".graphgen-bar")
    for button in bar.get_by_role("button").all():
        button.hover()
        button.focus()
        words = button.locator("span").bounding_box()
        assert words["y"] >= picture["y"] + picture["height"]
        assert words["x"] >= bar.bounding_box()["x"] + bar.bounding_box()["width"] - 2
        assert words["x"] + words["width"] <= anywhere.page.viewport_size["width"]


COPIES = {
    "Source": "apple = 100  # apple price {50..200 step 10}",
    "SVG": '<svg xmlns="http://www.w3.org/2000/svg"',
    "LaTeX of ∂total/∂(apple price)": r"\frac{\partial \text{total}}{\partial \text{apple price}} = ",
    "Link to what is shown": "shop.html?shop=100_3_1.1%7E",
}


def test_what_a_picture_holds_can_be_copied(browser, plain):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    opened = Opened(context.new_page(), plain).open("shop")
    opened.press("shop", "Change numbers")
    opened.figure("shop").get_by_label("count", exact=True).fill("3")
    pass_time(opened.page, 400)  # until all has followed, which takes back what is said of a copy
    opened.press("shop", "Copy")
    for name, text in COPIES.items():
        opened.press("shop", name)
        opened.figure("shop").get_by_text("Copied.").wait_for()
        held = "async (text) => (await navigator.clipboard.readText()).includes(text)"
        opened.page.wait_for_function(held, arg=text.removesuffix("%7E"))
    copied = opened.page.evaluate("navigator.clipboard.readText()")
    opened.page.goto(copied)
    opened.page.wait_for_function("() => document.querySelector('#shop-e5f text').textContent === '330'")
    context.close()
    assert opened.said == []


def spot(opened, part):
    """The middle of a shape, on the page."""
    box = opened.page.locator(f"#{part} > :is(ellipse, text)").first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_linked_node_is_asked_by_pointing_and_followed_by_a_click(desktop):
    desktop.open("linked")
    desktop.page.mouse.move(*spot(desktop, "linked-n3"))
    assert desktop.line("linked").startswith("사과를 산 값 = apple price × number = 100 × 2 = 200")
    desktop.page.mouse.click(*spot(desktop, "linked-n3"))
    desktop.page.wait_for_url("**/curve.html#top")


def test_a_linked_node_is_asked_by_the_tab_key_and_followed_by_enter(desktop):
    desktop.open("linked")
    stops = []
    for _ in range(5):
        desktop.page.keyboard.press("Tab")
        stops.append(
            desktop.page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.tagName")
        )
    assert stops == ["Computational graph of payment", "apple price", "사과를 산 값", "payment", "payment"]
    desktop.page.locator("#linked a").first.focus()
    assert desktop.line("linked") == "apple price = 100; ∂payment/∂(apple price) = 2.2"
    underlined = "(link) => getComputedStyle(link.querySelector('text')).textDecorationThickness"
    assert desktop.page.locator("#linked a").first.evaluate(underlined) == "2px"
    desktop.page.keyboard.press("Enter")
    desktop.page.wait_for_url("**/fan.html")


def test_the_first_tap_asks_a_link_and_the_second_follows_it(phone):
    phone.open("linked")
    phone.page.touchscreen.tap(*spot(phone, "linked-n3"))
    assert phone.line("linked").startswith("사과를 산 값 = apple price × number = 100 × 2 = 200")
    assert phone.page.url.endswith("/linked.html")
    x, y = spot(phone, "linked-n3")
    phone.page.touchscreen.tap(x, y - 18)  # past the circle, where a finger may hit
    phone.page.wait_for_url("**/curve.html#top")


def test_beside_links_the_rest_of_a_picture_speaks_while_the_keyboard_is_in_it(desktop):
    desktop.open("linked")
    svg = desktop.figure("linked").locator("svg.graphgen-diagram")
    silent = svg.locator("[aria-hidden]").count()
    assert silent == svg.locator("g").count() - svg.locator("a").count()
    desktop.figure("linked").locator(".graphgen-scroll").focus()
    desktop.page.keyboard.press("ArrowRight")
    assert svg.locator("[aria-hidden][tabindex]").count() == 0
    assert svg.locator("a [tabindex]").count() == 0
    assert svg.get_by_role("img", name="number", exact=True).count() == 1
    desktop.page.keyboard.press("Escape")
    assert (svg.get_attribute("role"), svg.locator("[aria-hidden]").count()) == ("group", silent)


def test_a_picture_computes_as_well_with_links(anywhere):
    anywhere.open("linked")
    anywhere.press("linked", "Change numbers")
    anywhere.figure("linked").get_by_role("spinbutton", name="apple price").fill("120")
    anywhere.frame()
    assert anywhere.text("linked", "e3f") == "240"
    anywhere.press("linked", "Step through")
    assert anywhere.line("linked") == "The inputs: apple price = 120, number = 2"


# 5. Nudge


NUDGES = {
    "shop": ("2.2 × 1 = 2.2", "222.2 − 220 = 2.2", "0"),
    "curve": ("6 × 1 = 6", "16 − 9 = 7", "1"),
}


def nudged(opened, id):
    """The prediction of a nudge, what it does and by how much they differ."""
    return opened.figure(id).locator(".graphgen-nudge p span:last-child").all_inner_texts()


@pytest.mark.parametrize("id", NUDGES)
def test_a_nudge_shows_the_predicted_change_beside_the_true_one(anywhere, id):
    anywhere.open(id)
    anywhere.press(id, "Change numbers")
    assert nudged(anywhere, id) == list(NUDGES[id])


def test_a_nudge_of_another_size_of_another_input(desktop):
    desktop.open("shop")
    desktop.press("shop", "Change numbers")
    desktop.figure("shop").get_by_label("Input").select_option("count")
    desktop.figure("shop").get_by_label("Growth").fill("-2")
    assert nudged(desktop, "shop")[0] == "110 × (−2) = −220"


LARGE = {
    "kept": (
        "curve",
        "x",
        "12345.678",
        "0.001",
        ("24691.4 × 0.001 = 24.6914", "152415789.971 − 152415765.2797 = 24.6914", "10−6"),
    ),
    "long": ("down", "x", "1e17", "1", ("1 × 1 = 1", "1", "0")),
    "lost": ("log", "x", "1e17", "1", ("10−17 × 1 = 10−17", "lost in rounding", "lost in rounding")),
    "digits": (
        "down",
        "x",
        "123456789.123",
        "1",
        ("1 × 1 = 1", "123,456,790.623 − 123,456,789.623 = 1", "0"),
    ),
    "negative": ("curve", "x", "-3", "1", ("−6 × 1 = −6", "4 − 9 = −5", "1")),
    "a step that a float of the number cannot take": (
        "curve",
        "x",
        "1e16",
        "1",
        ("2×1016 × 1 = 2×1016", "2×1016", "1"),
    ),
    "a small step of much": ("curve", "x", "3", "1e-17", ("6 × 10−17 = 6×10−17", "6×10−17", "10−34")),
    "beyond the floats": ("curve", "x", "1e300", "1", ("— × 1 = —", "— − — = —", "—")),
}


@pytest.mark.parametrize(("id", "input", "number", "growth", "told"), LARGE.values(), ids=LARGE)
def test_a_nudge_tells_the_digits_that_are_certain_and_what_is_lost(desktop, id, input, number, growth, told):
    desktop.open(id)
    desktop.press(id, "Change numbers")
    desktop.figure(id).get_by_label(input, exact=True).fill(number)
    desktop.figure(id).get_by_label("Growth").fill(growth)
    desktop.frame()
    found = nudged(desktop, id)
    assert all(part in text for part, text in zip(told, found, strict=True)), found


def test_a_typed_quotient_is_its_number_and_what_is_none_is_marked_and_changes_nothing(anywhere):
    anywhere.open("curve")
    anywhere.press("curve", "Change numbers")
    field = anywhere.figure("curve").get_by_label("x", exact=True)
    field.fill("")
    field.press_sequentially("3/4")
    pass_time(anywhere.page, 400)
    assert field.input_value() == "3/4"
    assert anywhere.text("curve", "e1f") == "0.75"
    field.fill("3/4x")
    assert field.get_attribute("aria-invalid") == "true"
    field.press("Tab")
    anywhere.frame()
    assert (field.input_value(), field.get_attribute("aria-invalid")) == ("0.75", "false")
    field.press("ArrowUp")
    anywhere.frame()
    assert anywhere.text("curve", "e1f") == "1.75"


SAID = {
    "a value that does not exist": ("log", {"x": "-1"}, "z: log(−1) has no value, or too large a one"),
    "a value that is too large": ("curve", {"x": "1e200"}, "z: (10200)2 has no value, or too large a one"),
    "a value that rounding leaves nothing of": ("faint", {"x": "40"}, "z: 1 − 1 is lost in rounding"),
    "an input that is small": ("curve", {"x": "1e-300"}, "z: (10−300)2 is lost in rounding"),
}


@pytest.mark.parametrize(("id", "numbers", "said"), SAID.values(), ids=SAID)
def test_why_a_number_is_missing_is_said_as_it_is(desktop, id, numbers, said):
    desktop.open(id)
    desktop.press(id, "Change numbers")
    for name, number in numbers.items():
        desktop.figure(id).get_by_label(name, exact=True).fill(number)
    desktop.frame()
    assert desktop.line(id) == said


TYPED = {
    "a quotient that prints as a short decimal": ("1/49", "0.0204082", "—"),
    "more digits than a float tells": ("0.123456789012345000001", "0.123457", "—"),
    "a large decimal": ("1e15", "1015", "0"),
    "a signed one": ("+.5", "0.5", "0"),
}


@pytest.mark.parametrize(("typed", "shown", "cancelled"), TYPED.values(), ids=TYPED)
def test_what_is_typed_is_the_decimal_that_is_meant_or_may_be_off(desktop, typed, shown, cancelled):
    """Ten times as much less ten times the decimal that its float prints as."""
    desktop.open("cancels")
    desktop.press("cancels", "Change numbers")
    field = desktop.figure("cancels").get_by_label("x", exact=True)
    field.fill(typed)
    desktop.frame()
    decimal = desktop.page.evaluate(
        "(x) => String(Number(x.split('/')[0]) / Number(x.split('/')[1] ?? 1))", typed
    )
    desktop.figure("cancels").get_by_label("y", exact=True).fill(decimal)
    desktop.frame()
    assert desktop.text("cancels", "e1f") == shown
    output = next(arrow for arrow in PICTURES["cancels"].scene.arrows if not arrow.edges)
    assert desktop.text("cancels", f"{output.id}f") == cancelled


def test_a_slider_says_the_number_that_it_cannot_reach(desktop):
    desktop.open("curve")
    desktop.press("curve", "Change numbers")
    slider = desktop.figure("curve").get_by_role("slider", name="x, slider")
    for number in ("1e300", "0.25", "-4"):
        desktop.figure("curve").get_by_label("x", exact=True).fill(number)
        desktop.frame()
        assert slider.get_attribute("aria-valuetext") == number


def test_a_copied_picture_has_a_description_of_the_numbers_that_it_shows_or_none(desktop):
    desktop.open("curve")
    desktop.page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    copied = []
    for number in ("3", "4"):
        desktop.press("curve", "Change numbers")
        desktop.figure("curve").get_by_label("x", exact=True).fill(number)
        pass_time(desktop.page, 400)
        desktop.press("curve", "Copy")
        desktop.figure("curve").get_by_role("button", name="SVG", exact=True).click()
        copied.append(desktop.page.evaluate("window.copied"))
    assert ["<desc" in text for text in copied] == [True, False]


def test_a_nudge_draws_the_tangent_beside_the_curve(desktop):
    """At x = 3 with a step of 1 the curve of x² goes from x = 2 to 5, the tangent 6x − 9 as far."""
    desktop.open("curve")
    desktop.press("curve", "Change numbers")
    drawn = desktop.page.eval_on_selector_all(
        "#curve .graphgen-plot path:not(.axis)",
        "all => Object.fromEntries(all.map((path) => [path.className.baseVal, path.getAttribute('d')]))",
    )
    lines = {
        name: [tuple(map(float, point.split(","))) for point in path[1:].split("L")]
        for name, path in drawn.items()
    }
    curve, (start, end) = lines["true"], lines["predicted"]
    top, bottom = curve[-1][1], start[1]
    heights = [25 - (y - top) / (bottom - top) * (25 - 3) for _, y in curve]
    assert heights == pytest.approx([(2 + 3 * at / 24) ** 2 for at in range(25)])
    assert (end[1] - top) / (bottom - top) == pytest.approx((25 - 21) / (25 - 3))
    assert lines["true dot"][0] == pytest.approx(curve[16])
    assert lines["gap"] == [lines["predicted dot"][0], lines["true dot"][0]]


def test_a_curve_is_drawn_where_it_exists(desktop):
    desktop.open("log")
    desktop.press("log", "Change numbers")
    curve = desktop.page.locator("#log .graphgen-plot .true").first
    assert curve.get_attribute("d").count("M") == 1
    assert "NaN" not in desktop.figure("log").locator(".graphgen-plot").inner_html()


# 6. Quiz


def test_a_quiz_hides_gradients_until_they_are_found(anywhere):
    anywhere.open("quiz")
    shown = [arrow.backward for arrow in PICTURES["quiz"].scene.arrows]
    assert shown.count("?") == len(shown) - 1
    anywhere.press("quiz", "Quiz")
    quiz = anywhere.figure("quiz")
    answers = {"∂z/∂a": "4", "∂z/∂b": "6", "∂z/∂x by way of a": "8", "∂z/∂x by way of b": "6", "∂z/∂x": "14"}
    assert set(quiz.locator(".graphgen-question label").all_inner_texts()) == set(answers)
    first = quiz.get_by_label("∂z/∂a", exact=True)
    first.fill("7")
    first.press("Enter")
    assert quiz.get_by_text("not yet").count() == 1
    assert "?" in anywhere.figure("quiz").locator("svg").first.text_content()
    solve(anywhere, "quiz", answers)
    assert "?" not in quiz.locator("svg.graphgen-diagram").text_content().replace(
        quiz.locator("desc").text_content(), ""
    )


def test_a_hint_names_the_local_derivative(desktop):
    desktop.open("quiz")
    desktop.press("quiz", "Quiz")
    row = desktop.figure("quiz").locator(".graphgen-question").first
    assert row.locator("label").inner_text() == "∂z/∂b"
    assert row.locator(".graphgen-hint").is_hidden()
    row.get_by_role("button", name="Hint").click()
    assert row.locator(".graphgen-hint").inner_text() == "upstream × local derivative: ∂z/∂z × a"


def test_a_question_has_the_words_of_the_picture(desktop):
    desktop.open("quizlabels")
    desktop.press("quizlabels", PHRASES["ko"]["quiz"])
    labels = desktop.figure("quizlabels").locator(".graphgen-question label").all_inner_texts()
    assert labels == ["∂합계/∂(사과 개수)", "∂합계/∂apple"]


def test_what_a_quiz_hides_is_not_told_elsewhere(desktop):
    desktop.open("quizval")
    desktop.press("quizval", "Step through")
    desktop.press("quizval", "Step forward")
    assert desktop.line("quizval") == "z = x × y = 3 × 4 = ?"
    assert "12" not in desktop.figure("quizval").locator("desc").text_content()
    assert "12" not in desktop.figure("quizval").locator("table").text_content()
    desktop.press("quizval", "Quiz")
    solve(desktop, "quizval", {"z": "12"})
    desktop.figure("quizval").locator("td", has_text="12").wait_for(state="attached")


def test_an_answer_is_typed_where_its_question_stands_and_enter_goes_on(anywhere):
    anywhere.open("quiz")
    asked = next(arrow for arrow in PICTURES["quiz"].scene.arrows if arrow.edges == (("b", "z", 1),))
    question = anywhere.page.locator(f"#quiz-{asked.id}b text")
    question.scroll_into_view_if_needed()
    if anywhere.page.evaluate("navigator.maxTouchPoints"):
        question.tap()
    else:
        question.click()
    here = anywhere.figure("quiz").locator(".graphgen-here")
    assert here.get_attribute("aria-label") == "∂z/∂b"
    here.press_sequentially("5")
    here.press("Enter")
    assert here.get_attribute("aria-invalid") == "true"
    here.fill("6")
    here.press("Enter")
    anywhere.frame()
    assert anywhere.text("quiz", f"{asked.id}b") == "6"
    assert here.get_attribute("aria-label") == "∂z/∂a"
    here.press("Escape")
    assert here.count() == 0


def test_arrays_are_stepped_through_asked_and_quizzed(anywhere):
    anywhere.open("arrays")
    assert anywhere.figure("arrays").get_by_role("button", name="Change numbers").count() == 0
    anywhere.press("arrays", "Step through")
    anywhere.press("arrays", "Step forward")
    assert anywhere.line("arrays") == "h = x × w = [1, 2] × [3, 4] = [3, 8]"
    anywhere.press("arrays", "Quiz")
    labels = anywhere.figure("arrays").locator(".graphgen-question label").all_inner_texts()
    assert labels == ["∂y/∂h", "∂y/∂w", "∂y/∂x"]
    solve(anywhere, "arrays", {"∂y/∂h": "1, 1", "∂y/∂w": "[1, 2]", "∂y/∂x": "3 4"})
    assert "?" not in anywhere.figure("arrays").locator("svg.graphgen-diagram g").all_inner_texts()
    ask(anywhere, "arrays-n2")
    assert anywhere.line("arrays") == "w = [3, 4]; ∂y/∂w = [1, 2]"


def test_a_line_a_node_a_row_and_a_quoted_number_light_together(desktop):
    desktop.open("together")
    lit = "() => [...document.querySelectorAll('.graphgen-together')].map((one) => one.textContent)"
    desktop.page.mouse.move(*spot(desktop, "together-n3"))
    found = desktop.page.evaluate(lit)
    assert [words for words in found if words in ("a = x * 2", "6")] == ["a = x * 2", "6"]
    assert any(words.startswith("ax × 2") for words in found)
    desktop.page.get_by_text("a = x * 2").hover()
    assert desktop.line("together").startswith("a = x × 2 = 3 × 2 = 6")
    assert desktop.page.locator("#together-n3.graphgen-asked").count() == 1
    desktop.page.locator(".graphgen-number").hover()
    assert desktop.page.evaluate(lit) == found


@pytest.mark.parametrize("tapped", ["text=a = x * 2", ".graphgen-number", "#together-n3 ellipse"])
def test_a_tap_lights_what_belongs_together_until_the_next(phone, tapped):
    phone.open("together")
    lit = "() => document.querySelectorAll('.graphgen-together').length"
    phone.page.locator(tapped).tap(force=True)
    assert phone.line("together").startswith("a = x × 2 = 3 × 2 = 6")
    assert phone.page.evaluate(lit) == 3
    phone.page.locator(tapped).tap(force=True)
    assert phone.page.evaluate(lit) == 0


@pytest.mark.parametrize(
    ("typed", "answer", "right"),
    [
        *(("0.33", 1 / 3, True), ("0.333333", 1 / 3, True), ("1/3", 1 / 3, True), ("0.3", 1 / 3, False)),
        *(("221", 220, False), ("220", 220.00000000000003, True), ("−2", -2, True), ("1,000", 1000, True)),
        *(("1,1", 1.1, True), ("0,125", 0.125, True), ("0,33", 1 / 3, True), ("10,000.5", 10000.5, True)),
        *(("0", 0, True), ("0.001", 0, False), ("two", 2, False), ("", 0, False)),
        *(("[3, 4.5]", "[3, 4.5]", True), ("3 4.5", "[3, 4.5]", True), ("3, 4", "[3, 4.5]", False)),
        *(("[[1, 2], [3, −4]]", "[1, 2; 3, −4]", True), ("1 2 3", "[1, 2; 3, −4]", False)),
    ],
)
def test_an_answer_may_be_rounded(call, typed, answer, right):
    assert call("return live.isRight(...argument);", [typed, answer]) == right


# 7. Symbols


def test_a_picture_in_symbols_can_be_stepped_through_and_asked(desktop):
    desktop.open("symbols")
    assert desktop.figure("symbols").get_by_role("button", name="Change numbers").count() == 0
    desktop.press("symbols", "Step through")
    said = []
    for _ in range(5):
        said.append(desktop.line("symbols"))
        desktop.press("symbols", "Step forward")
    assert said[:3] == ["The inputs: x, y", "t = x + y", "z = t2"]
    desktop.press("symbols", "Step through")
    arrow = next(arrow for arrow in PICTURES["symbols"].scene.arrows if arrow.edges == (("t", "z", 0),))
    ask(desktop, f"symbols-{arrow.id}f")
    assert desktop.line("symbols").startswith(
        "local derivative ∂z/∂t = 2t; upstream ∂z/∂z = 1; sent back 2(x + y)"
    )


# 8. Without JavaScript, in print


def test_without_javascript_the_picture_stands_complete(browser, plain):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{plain}/shop.html")
    shop = page.locator("#shop")
    assert shop.locator("svg.graphgen-diagram").is_visible()
    assert shop.locator("button").count() == 0
    assert shop.locator("graphgen-live").bounding_box() is None
    context.close()


def test_in_print_the_whole_picture_and_no_controls(desktop):
    desktop.open("shop")
    desktop.press("shop", "Step through")
    desktop.page.emulate_media(media="print")
    assert desktop.page.locator("#shop-e5b").is_visible()
    assert desktop.figure("shop").get_by_role("button").count() == 0


@pytest.fixture(scope="module")
def site_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("site") / "site"


@pytest.fixture(scope="module")
def site(site_folder):
    """The address of a small site with instant navigation: three pages with figures, one without."""
    folder = site_folder.parent
    docs = folder / "docs"
    docs.mkdir()
    fences = "\n\n".join(f"```graphgen\n{FIGURES[id][0]}\n```" for id in ("shop", "curve", "fan"))
    for name in ("index", "other"):
        docs.joinpath(f"{name}.md").write_text(f"# Page {name}\n\n{fences}\n", encoding="utf-8")
    linked = "# Linked\n\n```graphgen\nx = 3  # [side](other.md#page-other)\ny = x * 2\n```\n"
    docs.joinpath("linked.md").write_text(linked, encoding="utf-8")
    paper = "\n\n".join(
        f"```graphgen {options}\n{FIGURES[id][0]}\n```"
        for id, options in (("wide", ""), ("high", 'direction="down"'), ("fan", 'quiz="gradients"'))
    )
    docs.joinpath("paper.md").write_text(f"# Paper\n\n{paper}\n", encoding="utf-8")
    docs.joinpath("words.md").write_text("# Words\n\nNo figure.\n", encoding="utf-8")
    with served(site_folder, CountingHandler) as address:
        folder.joinpath("mkdocs.yml").write_text(
            f"site_name: Live\nsite_url: {address}/\nuse_directory_urls: false\n"
            "plugins: [search, graphgen]\n"
            "theme: {name: material, font: false,\n"
            "  features: [navigation.instant, navigation.tracking, search.highlight],\n"
            "  palette: [{scheme: default, toggle: {icon: material/brightness-7, name: Dark}},\n"
            "            {scheme: slate, toggle: {icon: material/brightness-4, name: Light}}]}\n",
            encoding="utf-8",
        )
        subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", folder / "mkdocs.yml"],
            check=True,
            capture_output=True,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        )
        yield address


@pytest.fixture
def themed(browser, site):
    context = browser.new_context(viewport=SIZES["desktop"])
    opened = Opened(context.new_page(), site)
    yield opened
    context.close()
    assert opened.said == []


def go(opened, title):
    """Follows a link of the navigation, without loading the page anew."""
    opened.page.wait_for_load_state("networkidle")  # for the theme follows links once it has the site's map
    opened.page.locator(".md-nav--primary a.md-nav__link", has_text=title).first.click()
    opened.page.wait_for_function(
        "(title) => document.querySelector('h1')?.textContent.startsWith(title)", arg=title
    )


def test_only_pages_with_a_figure_load_the_script_and_only_once(themed):
    """The theme runs the script of each page anew, which changes nothing and leaves no names behind."""
    sent = CountingHandler.sent
    sent.clear()
    names = "() => Object.getOwnPropertyNames(window).length"
    themed.page.goto(f"{themed.address}/words.html")
    themed.page.wait_for_load_state("networkidle")
    assert sent["/assets/graphgen.js"] == 0
    before = themed.page.evaluate(names)
    for title in ("Page index", "Page other", "Words", "Page index"):
        go(themed, title)
        if title != "Words":
            themed.page.wait_for_function(
                "() => document.querySelectorAll('graphgen-live button').length > 8"
            )
            themed.page.evaluate("() => { window.first ??= customElements.get('graphgen-live'); }")
    assert sent["/assets/graphgen.js"] == 1
    assert themed.page.evaluate("() => window.first === customElements.get('graphgen-live')")
    assert themed.page.evaluate(names) == before + 1


def test_pictures_are_live_from_the_disk(browser, site, site_folder):
    """Where browsers run no modules; a number moves, and the address carries it."""
    context = browser.new_context(viewport=SIZES["desktop"])
    opened = Opened(context.new_page(), site_folder.as_uri())
    opened.open("index")
    opened.page.get_by_role("button", name="Change numbers").first.click()
    opened.page.get_by_label("apple price", exact=True).first.fill("120")
    opened.page.get_by_text("264", exact=True).first.wait_for()
    opened.page.wait_for_url("**/index.html?*=120_2_1.1#*")
    context.close()
    assert opened.said == []


def test_a_script_in_the_head_waits_for_the_figures_and_a_second_one_does_nothing(browser, tmp_path):
    write_pages(tmp_path)
    page = tmp_path / "shop.html"
    deferred = '<script defer src="graphgen.js"></script>'
    text = page.read_text("utf-8").replace(deferred, "")
    twice = '<script src="graphgen.js"></script>' * 2 + "</head>"
    page.write_text(text.replace("</head>", twice), encoding="utf-8")
    context = browser.new_context(viewport=SIZES["desktop"])
    opened = Opened(context.new_page(), tmp_path.as_uri()).open("shop")
    opened.press("shop", "Read as a table")
    assert opened.figure("shop").locator("table").is_visible()
    context.close()
    assert opened.said == []


def test_the_style_sheet_comes_and_goes_with_the_pictures(themed):
    """A page without a picture asks for none of it; one that is reached from there has it."""
    sheets = "() => [...document.styleSheets].filter((sheet) => sheet.href?.includes('graphgen')).length"
    themed.page.goto(f"{themed.address}/words.html")
    assert themed.page.evaluate(sheets) == 0
    go(themed, "Page index")
    themed.page.wait_for_function(f"() => ({sheets})() === 1")
    bar = themed.page.locator(".graphgen-bar").first
    assert bar.evaluate("(bar) => getComputedStyle(bar).display") == "flex"


def test_a_linked_node_leads_to_its_page_also_where_the_theme_follows_links_itself(themed):
    themed.page.goto(f"{themed.address}/words.html")
    go(themed, "Linked")
    themed.page.wait_for_function("() => document.querySelectorAll('graphgen-live button').length > 3")
    themed.page.locator("svg.graphgen-diagram a").click()
    themed.page.wait_for_url("**/other.html#page-other")
    themed.page.wait_for_function("() => document.querySelectorAll('graphgen-live button').length > 8")


def test_a_search_finds_the_words_of_a_page_and_leaves_its_pictures_alone(themed):
    themed.page.goto(f"{themed.address}/words.html")
    themed.page.wait_for_load_state("networkidle")  # for the theme searches once it has the index
    themed.page.keyboard.press("/")
    themed.page.keyboard.type("apple price")
    result = themed.page.locator(".md-search-result__link", has_text="index").first
    result.click()
    themed.page.wait_for_url("**/index.html*")
    themed.page.wait_for_function("() => document.querySelectorAll('graphgen-live button').length > 8")
    assert themed.page.locator("svg.graphgen-diagram mark").count() == 0
    assert themed.page.locator("svg.graphgen-diagram text", has_text="apple price").count() == 1


def left_over(devices):
    """The listeners and nodes that a page holds."""
    devices.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: one["value"] for one in devices.send("Performance.getMetrics")["metrics"]}
    return metrics["JSEventListeners"], metrics["Nodes"]


def steady(count):
    """What is counted, once it is the same twice."""
    last, now = None, count()
    while now != last:
        last, now = now, count()
    return now


def test_pages_left_leave_nothing_behind(browser, site):
    """The theme itself holds on to pages that were left; the figures add nothing to what it holds."""

    def growth(with_script):
        context = browser.new_context(viewport=SIZES["desktop"])
        opened = Opened(context.new_page(), site)
        if not with_script:
            nothing = {"body": "", "content_type": "text/javascript"}
            opened.page.route("**/graphgen.js", lambda route: route.fulfill(**nothing))
        opened.page.goto(f"{opened.address}/index.html")
        devices = context.new_cdp_session(opened.page)
        devices.send("Performance.enable")
        counts = []
        for _ in range(4):
            for title in ("Page other", "Page index"):
                go(opened, title)
                opened.page.wait_for_function("() => document.querySelector('svg.graphgen-diagram')")
                if with_script:
                    opened.press_first("Step through")
                    opened.press_first("Play")
                    opened.press_first("Change numbers")
                pass_time(opened.page, 100)
            counts.append(steady(lambda: left_over(devices)))
        context.close()
        assert opened.said == []
        return [last - first for first, last in zip(counts[1], counts[-1], strict=True)]

    listeners, nodes = growth(with_script=True)
    theme_listeners, theme_nodes = growth(with_script=False)
    # The theme's own number varies; one kept by each of the three figures of four pages would be 12.
    assert listeners < theme_listeners + 12
    assert nodes < theme_nodes + 12


def test_pictures_of_any_site_print_whole_and_a_quiz_keeps_its_answers(themed):
    """On A4, from the dark scheme; the theme unfolds what is folded."""
    page = themed.page
    page.set_viewport_size({"width": 718, "height": 1047})
    page.goto(f"{themed.address}/paper.html")
    page.wait_for_function("() => document.querySelectorAll('graphgen-live button').length > 8")
    page.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
    page.emulate_media(media="print")
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    boxes = [svg.bounding_box() for svg in page.locator("svg.graphgen-diagram").all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 718 and box["height"] <= 1047 for box in boxes)
    assert (
        page.locator("details, graphgen-live").evaluate_all("all => all.map((one) => one.clientHeight)")
        == [0] * 6
    )
    ink = page.locator("svg.graphgen-diagram text").first.evaluate("(text) => getComputedStyle(text).fill")
    assert ink == "rgb(31, 41, 51)"


def test_the_palette_and_the_address_work_with_the_theme(themed):
    themed.page.goto(f"{themed.address}/index.html")
    id = themed.page.locator("figure.graphgen").first.get_attribute("id")
    themed.press(id, "Change numbers")
    themed.figure(id).get_by_label("count", exact=True).fill("4")
    themed.page.wait_for_url(f"**/index.html?{id}=100_4_1.1*")
    colour = "(svg) => getComputedStyle(svg.querySelector('text')).fill"
    light = themed.page.eval_on_selector(f"#{id} svg.graphgen-diagram", colour)
    themed.page.locator("label[for=__palette_1]").click()
    changed = f"(light) => ({colour})(document.querySelector('#{id} svg.graphgen-diagram')) !== light"
    themed.page.wait_for_function(changed, arg=light)
    assert themed.text(id, "e5f") == "440"
    # The theme writes the heading that is read into the address; the numbers stay in it.
    themed.page.mouse.wheel(0, 1500)
    themed.page.wait_for_function("() => scrollY > 0")
    pass_time(themed.page, 600)
    assert f"?{id}=100_4_1.1" in themed.page.url
    themed.page.reload()
    themed.page.wait_for_function(f"() => document.querySelector('#{id}-e5f text').textContent === '440'")
    go(themed, "Page other")
    assert "?" not in themed.page.url
    themed.page.go_back()
    themed.page.wait_for_function(f"() => document.querySelector('#{id}-e5f text')?.textContent === '440'")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser, plain, size, scheme):
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()
    # The tool is put into the page, which the strict policy would not let happen.
    context = browser.new_context(viewport=SIZES[size], color_scheme=scheme, bypass_csp=True)
    opened = Opened(context.new_page(), plain).open("several")
    for id, button in (
        ("shop", "Change numbers"),
        ("fan", "Step through"),
        ("linked", "Copy"),
        ("quiz", "Quiz"),
    ):
        opened.press(id, button)
    found = axe.run(opened.page).response["violations"]
    opened.press("linked", "Read as a table")
    opened.figure("linked").locator(".graphgen-scroll").focus()
    opened.page.keyboard.press("ArrowRight")
    found += axe.run(opened.page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
    context.close()


# 9. Phone


# The words and the size of what is seen of some controls.
BOXES = """(controls) => controls
  .filter((control) => control.checkVisibility({ visibilityProperty: true }))
  .map((control) => [control, control.getBoundingClientRect()])
  .map(([{ textContent, ariaLabel }, { width, height }]) => [ariaLabel ?? textContent, width, height])
  .filter(([, width, height]) => width && height)"""


def test_every_control_is_large_enough_to_touch_and_the_page_does_not_scroll_sideways(phone):
    phone.open("several")
    controls = phone.page.locator("graphgen-live :is(button, input, select)")
    boxes = []
    for id in ("shop", "quiz"):
        for button in ("Step through", "Change numbers", "Copy", *(["Quiz"] if id == "quiz" else [])):
            phone.press(id, button)
            boxes += controls.evaluate_all(BOXES)
    assert len(boxes) > 60
    assert [box for box in boxes if min(box[1:]) < 43.9] == []
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("id", "shrinks"), [("curve", "not"), ("shop", "to its room"), ("broad", "to its least width")]
)
def test_a_picture_shrinks_a_little_before_it_has_to_be_scrolled(phone, id, shrinks):
    phone.page.set_viewport_size({"width": 390, "height": 700})
    phone.open(id)
    measures = """(frame) => {
      const { viewBox } = frame.firstElementChild;
      const [scale, whole] = [frame.firstElementChild.clientWidth, viewBox.baseVal.width];
      return [scale / whole, frame.scrollWidth <= frame.clientWidth];
    }"""
    scale, is_whole = phone.figure(id).locator(".graphgen-scroll").evaluate(measures)
    assert is_whole == (shrinks != "to its least width")
    if shrinks == "to its room":
        assert 0.79 < scale < 1
    else:
        assert scale == pytest.approx(1 if shrinks == "not" else 0.8, abs=0.003)


def test_a_tap_near_a_node_or_an_arrow_finds_it(phone):
    phone.open("shop")
    box = phone.page.locator("#shop-n4 > ellipse").bounding_box()
    phone.page.touchscreen.tap(box["x"] + box["width"] / 2 - 16, box["y"] - 1)
    assert phone.line("shop").startswith("apple price × count = 100 × 2 = 200")


def test_korean(desktop):
    desktop.open("korean")
    desktop.press("korean", PHRASES["ko"]["step"])
    assert desktop.line("korean") == "입력: 사과 가격 = 100"


def test_a_closed_module_opens_by_a_click_and_its_frames_title_closes_it_by_enter(desktop):
    page = desktop.open("modules").page
    closed, opened = page.locator("#tower-closed"), page.locator("#tower-open1")
    closed.get_by_role("button", name="Open blocks.0–2 · Layer × 3").click()
    assert opened.is_visible()
    assert not closed.is_visible()
    assert opened.locator(".group").count() == 5
    page.keyboard.press("Enter")
    assert closed.is_visible()
    assert not opened.is_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Open blocks")
