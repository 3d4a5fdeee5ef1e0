"""Pictures with arrays in a browser: entries are changed, and the entries that made one stand out."""

import json
import re

import pytest
from browser.figures import FIGURES
from browser.serving import StrictHandler, served
from browser.test_live import Opened, desktop, phone  # noqa: F401
from bs4 import BeautifulSoup

from graphgen.drawing.pictures import picture
from graphgen.language.parser import parse
from graphgen.options import Options
from graphgen.page.embed import figure
from graphgen.page.scripts import script

CHANGES = {
    "product": [("x 1, 1", "-7.25", "x = [[1,", "x = [[-7.25,"), ("b 3", "1/2", "[1, 2, 3]", "[1, 2, 0.5]")],
    "layers": [
        ("x 1, 3", "0.125", "[[1, 2, -1]]", "[[1, 2, 0.125]]"),
        ("t 1, 2", "-4", "[[0, 1]]", "[[0, -4]]"),
    ],
    "contracted": [("w 1, 2", "4.5", "[0.5, -1]", "[0.5, 4.5]")],
    "running": [("x 2", "4", "[2, -1, 3]", "[2, 4, 3]")],
    "sorting": [("x 2", "7", "[3, 1, 2]", "[3, 7, 2]")],
    "labels": [("x 2, 3", "-1.5", "0, 3]]", "0, -1.5]]")],
    "large": [("w 8", "-40", "3, 4]", "3, -40]")],
}


def texts(soup):
    """What stands in each part of a picture, and in each cell of its table."""
    parts = {
        part["id"]: [
            *(text.text for text in part.select("text")),
            *sorted(t.text for t in part.select("title")),
        ]
        for part in soup.select("svg.graphgen-diagram g[id]")
    }
    cells = [cell.text for cell in soup.select("figure table td") if not cell.find("td")]
    heads = [cell.text for cell in soup.select("figure table summary")]
    return json.loads(re.sub(r"\\u200[78]", "", json.dumps([parts, cells, heads])))


@pytest.mark.parametrize("id", CHANGES)
def test_a_changed_entry_gives_the_picture_of_the_changed_source(desktop, id):  # noqa: F811
    desktop.open(id)
    desktop.figure(id).locator(".graphgen-array").first.wait_for(state="attached")
    desktop.figure(id).locator(".graphgen-bar button").nth(1).click()
    source, options = FIGURES[id]
    for choice in desktop.figure(id).locator(".graphgen-array select").all():
        choice.select_option(index=7)
    for label, number, before, after in CHANGES[id]:
        field = desktop.figure(id).get_by_label(label, exact=True)
        field.fill(number)
        field.press("Tab")
        assert before in source
        source = source.replace(before, after)
    desktop.page.wait_for_timeout(600)
    expected = figure(picture(parse(source), Options.read(options)), id)
    found = texts(BeautifulSoup(desktop.page.content(), "html.parser"))
    assert found == texts(BeautifulSoup(expected, "html.parser"))
    described = desktop.figure(id).locator("svg.graphgen-diagram").get_attribute("aria-labelledby")
    assert described == f"{id}-title"


def test_an_array_on_two_lines_of_the_drawing_for_phones_is_alive(phone):  # noqa: F811
    phone.open("narrow")
    phone.figure("narrow").locator(".graphgen-array").first.wait_for(state="attached")
    phone.press("narrow", "Change numbers")
    source, options = FIGURES["narrow"]
    for choice in phone.figure("narrow").locator(".graphgen-array select").all():
        choice.select_option(index=3)
    for label, before, after in (("x 2", "0.456", "0.654"), ("v 4", "4.5", "7.5")):
        field = phone.figure("narrow").get_by_label(label, exact=True)
        field.fill(after)
        field.press("Tab")
        source = source.replace(before, after)
    phone.page.wait_for_timeout(600)
    expected = figure(picture(parse(source), Options.read(options)), "narrow")
    drawn = [
        {id: said for id, said in texts(BeautifulSoup(html, "html.parser"))[0].items() if "phone" in id}
        for html in (phone.page.content(), expected)
    ]
    assert drawn[0] == drawn[1]
    lines = [said for said in drawn[0].values() if len(said) > 1]
    assert ["[0.123, 0.654,", "−0.789, 1.25]"] in lines
    assert any(said[:2] == ["6:", "1.25 … 7.5"] for said in lines)


def lit(opened, id, half):
    """The entries that stand out at half an arrow; all where nothing does."""
    return opened.page.eval_on_selector_all(
        f"#{id}-{half} tspan[text-anchor]:not(.graphgen-dim)",
        "cells => cells.map((cell) => cell.textContent)",
    )


def entry(opened, id, half, at):
    return opened.page.locator(f"#{id}-{half} tspan[text-anchor]").nth(at)


def test_an_entry_of_a_product_lights_the_row_and_the_column_that_made_it(desktop):  # noqa: F811
    desktop.open("product")
    entry(desktop, "product", "e4f", 5).hover()
    assert desktop.line("product") == "x·w [2, 3] = 3 × 2 + 4.5 × 1 = 10.5"
    assert lit(desktop, "product", "e1f") == ["3", "4.5"]
    assert lit(desktop, "product", "e2f") == ["2", "1"]
    assert len(lit(desktop, "product", "e1b")) == 4
    desktop.page.mouse.move(2, 2)
    assert len(lit(desktop, "product", "e2f")) == 6


def test_an_entry_of_a_gradient_lights_the_row_and_the_column_that_made_it(desktop):  # noqa: F811
    desktop.open("product")
    entry(desktop, "product", "e1b", 2).hover()
    said = "∂y/∂x [2, 1] = −0.004398 × 1 + (−0.01819 × (−1)) + 1.023 × 2 = 2.059"
    assert desktop.line("product") == said
    assert lit(desktop, "product", "e2f") == ["1", "−1", "2"]
    assert lit(desktop, "product", "e4b") == ["−0.004398", "−0.01819", "1.023"]


def test_a_tap_beside_an_entry_finds_it_and_keeps_it(phone):  # noqa: F811
    phone.open("layers")
    box = entry(phone, "layers", "e2b", 1).bounding_box()
    phone.page.touchscreen.tap(box["x"] + box["width"] + 4, box["y"] + box["height"] / 2)
    assert phone.line("layers") == "∂loss/∂w [1, 2] = 2.3 × 1 = 2.3"
    phone.page.touchscreen.tap(box["x"], 5)
    assert phone.line("layers") == "∂loss/∂w [1, 2] = 2.3 × 1 = 2.3"


def test_the_keyboard_goes_from_entry_to_entry(desktop):  # noqa: F811
    desktop.open("product")
    desktop.figure("product").locator(".graphgen-scroll").focus()
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        desktop.page.keyboard.press(key)
    assert desktop.line("product") == "x [1, 1] = 1"
    for _ in range(4):
        desktop.page.keyboard.press("Enter")
    assert desktop.line("product").startswith("∂y/∂x [1, 1] = ")


def test_the_focus_of_a_field_tells_what_made_its_gradient(desktop):  # noqa: F811
    desktop.open("product")
    desktop.press("product", "Change numbers")
    desktop.figure("product").get_by_label("x 2, 2", exact=True).focus()
    assert desktop.line("product").startswith("∂y/∂x [2, 2] = ")
    assert lit(desktop, "product", "e2f") == ["0.5", "2", "1"]


def test_what_has_no_value_is_not_shown_and_comes_back(desktop):  # noqa: F811
    desktop.open("unbounded")
    desktop.press("unbounded", "Change numbers")
    squares = desktop.page.locator("#unbounded rect title")
    before = squares.count()
    field = desktop.figure("unbounded").get_by_label("x 1", exact=True)
    for number, shown in (("800", "—"), ("0", "8")):
        field.fill(number)
        desktop.page.wait_for_timeout(400)
        assert desktop.text("unbounded", "e3f") == shown
        assert squares.count() == before > 0


def test_an_entry_of_a_sort_lights_the_one_that_it_is(desktop):  # noqa: F811
    desktop.open("sorting")
    desktop.page.locator("#sorting-e4f text > tspan").nth(1).hover()
    assert desktop.line("sorting") == "sort(x) [2] = 2"
    assert bright(desktop, "sorting-e1f") == ["2"]
    desktop.page.locator("#sorting-e2b text > tspan").nth(2).hover()
    assert bright(desktop, "sorting-e4b") == ["10"]
    desktop.page.locator("#sorting-e3b text > tspan").nth(1).hover()
    assert desktop.line("sorting") == "∂y/∂x [2] = 0"


def bright(opened, id):
    """The entries of a row that stand out; all where nothing does."""
    return opened.page.eval_on_selector_all(
        f"#{id} text > tspan:not(.graphgen-dim)", "cells => cells.map((cell) => cell.textContent)"
    )


def test_an_entry_of_a_running_sum_lights_what_is_summed(desktop):  # noqa: F811
    desktop.open("running")
    desktop.page.locator("#running-e4f text > tspan").nth(2).hover()
    assert desktop.line("running") == "cumsum(x) [3] = 2 + (−1) + 3 = 4"
    desktop.page.locator("#running-e2b text > tspan").nth(1).hover()
    assert desktop.line("running") == "∂y/∂x [2] = −2 × 1 + (−6 × 1) = −8"
    assert bright(desktop, "running-e4b") == ["−2", "−6"]


def test_an_entry_of_a_contraction_lights_the_entries_that_meet(desktop):  # noqa: F811
    desktop.open("contracted")
    desktop.page.locator("#contracted-e2b text [text-anchor]").nth(1).hover()
    assert desktop.line("contracted") == "∂y/∂w [1, 2] = −3 × 2 + 8 × 4 = 26"
    assert bright(desktop, "contracted-e1f") == ["2", "4"]
    assert bright(desktop, "contracted-e3b") == ["−3", "8"]


def test_labels_stay_and_entries_of_four_axes_are_changed(desktop):  # noqa: F811
    desktop.open("labels")
    desktop.press("labels", "Change numbers")
    assert desktop.figure("labels").locator(".graphgen-array").count() == 1
    desktop.open("convolved")
    desktop.press("convolved", "Change numbers")
    field = desktop.figure("convolved").locator(".graphgen-array input").first
    field.fill("5")
    source = FIGURES["convolved"][0].replace("[[[[1, 2", "[[[[5, 2")
    total = picture(parse(source)).texts.value(parse(source)["y"])
    desktop.page.wait_for_function(
        "(total) => document.querySelector('#convolved .graphgen-scroll').textContent.includes(total)",
        arg=total,
    )


def test_ties_of_the_least_and_the_largest_have_no_gradient(desktop):  # noqa: F811
    desktop.open("extremes")
    desktop.press("extremes", "Change numbers")
    desktop.figure("extremes").get_by_label("x 1", exact=True).fill("1")
    desktop.page.wait_for_function(
        "() => document.querySelector('#extremes-e1b text').textContent[1] === '—'"
    )
    assert desktop.text("extremes", "e1b") == "[—, —, 0]"
    assert desktop.page.locator("#extremes .graphgen-kink").count() == 2


def test_where_conventions_at_kinks_cancel_an_entry_has_no_gradient(desktop):  # noqa: F811
    id = "cancellingentry"
    desktop.open(id)
    desktop.press(id, "Change numbers")
    field = desktop.figure(id).get_by_label("x 1", exact=True)
    shown = "(wanted) => document.querySelector('#cancellingentry-e1b text').textContent === wanted"
    field.fill("0")
    for key, gradient in (("Tab", "[—, 1]"), ("ArrowUp", "[1, 1]"), ("ArrowDown", "[—, 1]")):
        field.press(key)
        desktop.page.wait_for_function(shown, arg=gradient)
    field.press("Tab")
    field.focus()
    said = "∂z/∂x [1] = 1 × 0 + 0 × (−1) = —; —: conventions at kinks, as of relu(x)"
    assert desktop.line(id).startswith(said)
    assert desktop.page.locator(f"#{id} .graphgen-kink").count() == 2


def test_the_address_carries_changed_entries(desktop):  # noqa: F811
    desktop.open("product")
    desktop.press("product", "Change numbers")
    for label, number in (("x 2, 2", "-1/4"), ("b 1", "1e-7")):
        desktop.figure("product").get_by_label(label, exact=True).fill(number)
    desktop.page.wait_for_url("**/product.html?product=0.3*-0.25_2.0*1e-7#product")
    shown = desktop.text("product", "e6f")
    desktop.page.reload()
    desktop.page.wait_for_function(
        "() => document.querySelector('#product-e1f')?.textContent.includes('−0.25')"
    )
    assert desktop.text("product", "e6f") == shown
    desktop.press("product", "Change numbers")
    field = desktop.figure("product").get_by_label("x 2, 2", exact=True)
    assert field.input_value() == "-0.25"
    desktop.press("product", "Reset")
    desktop.page.wait_for_url("**/product.html")
    assert field.input_value() == "4.5"


@pytest.mark.parametrize("state", ["0.3*x", "0.9*1", "4.0*1", "0.3*", "1_2_3", "0.1*2_9.9*1"])
def test_an_address_that_fits_no_entry_changes_nothing(desktop, state):  # noqa: F811
    desktop.page.goto(f"{desktop.address}/product.html?product={state}")
    desktop.press("product", "Change numbers")
    assert desktop.figure("product").get_by_label("x 1, 2", exact=True).input_value() == "2"
    assert desktop.text("product", "e1f") == desktop.open("product").text("product", "e1f")


def test_the_second_script_is_asked_for_where_a_picture_or_a_reader_needs_it(desktop):  # noqa: F811
    asked = []
    desktop.page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    desktop.open("arrays")
    desktop.press("arrays", "Step through")
    desktop.press("arrays", "Quiz")
    desktop.open("shop")
    assert "graphgen-more.js" not in asked
    for name in ("Change numbers", "Copy", "Change numbers"):
        desktop.press("shop", name)
    assert asked.count("graphgen-more.js") == 1
    desktop.open("product")
    desktop.figure("product").get_by_role("button", name="Change numbers").wait_for()
    assert asked.count("graphgen-more.js") == 2


def test_a_panel_is_shown_when_all_of_it_is_there_unless_another_was_opened(desktop):  # noqa: F811
    held = []
    desktop.page.route("**/graphgen-more.js", lambda route: held.append(route))
    desktop.open("shop")
    buttons = desktop.figure("shop").get_by_role("group").get_by_role("button")
    expanded = "(buttons) => buttons.map((button) => button.ariaExpanded).join()"
    with desktop.page.expect_request("**/graphgen-more.js"):
        buttons.get_by_text("Change numbers").click()
    assert buttons.evaluate_all(expanded) == "false,false,false,false"
    desktop.press("shop", "Step through")
    held[0].continue_()
    desktop.page.wait_for_function("() => document.querySelector('.graphgen-nudge')")
    assert buttons.evaluate_all(expanded) == "true,false,false,false"
    desktop.press("shop", "Change numbers")
    assert desktop.figure("shop").locator(".graphgen-nudge").is_visible()


def test_without_the_second_script_numbers_are_changed_and_nothing_is_copied(browser, plain):
    context = browser.new_context()
    opened = Opened(context.new_page(), plain)
    opened.page.route("**/graphgen-more.js", lambda route: route.abort())
    opened.open("shop")
    opened.press("shop", "Change numbers")
    opened.figure("shop").get_by_label("count", exact=True).fill("3")
    opened.page.wait_for_function("() => document.querySelector('#shop-e5f text').textContent === '330'")
    copy = opened.figure("shop").get_by_role("button", name="Copy")
    copy.click()
    copy.wait_for(state="detached")
    context.close()


def test_without_the_second_script_a_picture_with_arrays_is_stepped_through_and_asked(browser, tmp_path):
    shown = figure(picture(parse(FIGURES["product"][0])), "product")
    tmp_path.joinpath("graphgen.js").write_text(script(), encoding="utf-8")
    head = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">'
    page = f'{head}<body>{shown}<script defer src="graphgen.js"></script>'
    tmp_path.joinpath("product.html").write_text(page, encoding="utf-8")
    with served(tmp_path, StrictHandler) as address:
        context = browser.new_context()
        opened = Opened(context.new_page(), address)
        opened.open("product")
        names = opened.figure("product").locator(".graphgen-bar button").all_inner_texts()
        context.close()
    assert names == ["Step through", "Read as a table", "Copy"]


def test_arrays_are_live_from_the_disk(browser, plain, tmp_path):
    from browser.figures import write_pages

    write_pages(tmp_path)
    page = browser.new_context().new_page()
    page.goto(tmp_path.joinpath("product.html").as_uri())
    page.get_by_role("button", name="Change numbers").click()
    assert page.locator(".graphgen-array input").count() == 4 + 6 + 3
    page.context.close()
