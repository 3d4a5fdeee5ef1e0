"""Pictures of a notebook in a real browser: in nbconvert's HTML, and where outputs are added to a page."""

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec

import pytest
from browser.serving import served
from browser.waits import pass_time

from graphgen import parse

SHOP = "apple = 100  # apple price\ncount = 2\ntax = 1.1\ntotal = apple * count * tax"
CELLS = (
    f"import graphgen\ngraph = graphgen.parse({SHOP!r})\ngraph",
    "graph",
    "graphgen.picture(graph, graphgen.Options(show='forward', language='ko'))",
)
NUMBERS = ["100", "2.2", "2", "110", "1.1", "200", "200", "1.1", "220", "1"]
OF_150 = ["150", "2.2", "2", "165", "1.1", "300", "300", "1.1", "330", "1"]
# How JupyterLab runs the scripts of an output that it trusts, and VS Code.
WAYS = {
    "in their places": "(made, script) => script.replaceWith(made)",
    "elsewhere": "(made, script) => { output.append(made); made.remove(); }",
}


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """The address of an executed notebook as nbconvert writes it, light and dark."""
    if not all(map(find_spec, ("nbconvert", "ipykernel"))):
        pytest.skip("nbconvert or ipykernel is not installed: run_tests.py --all")
    folder = tmp_path_factory.mktemp("notebook")
    cells = [
        {
            "cell_type": "code",
            "id": f"c{n}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": text,
        }
        for n, text in enumerate(CELLS)
    ]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    folder.joinpath("shop.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    said = ""
    for theme in ("light", "dark"):
        run = subprocess.run(
            [
                *(sys.executable, "-m", "nbconvert", "--execute", "--to", "html", "shop.ipynb"),
                *("--output", theme, f"--HTMLExporter.theme={theme}"),
            ],
            cwd=folder,
            env={**os.environ, "IPYTHONDIR": str(folder / "ipython")},
            check=True,
            capture_output=True,
            text=True,
        )
        said += run.stderr
    assert "Alternative text is missing" not in said
    with served(folder) as address:
        yield address


@pytest.fixture(scope="module")
def application(tmp_path_factory):
    """The address of an empty page that is there already, and the output that is added to it."""
    folder = tmp_path_factory.mktemp("application")
    empty = (
        '<!doctype html><html lang="en"><title>Lab</title><link rel="icon" href="data:,"><body></body></html>'
    )
    folder.joinpath("lab.html").write_text(empty, encoding="utf-8")
    with served(folder) as address:
        yield f"{address}/lab.html", parse(SHOP)._repr_mimebundle_()["text/html"]


@pytest.fixture
def page(browser):
    """A page without a network, whose console must stay silent."""
    context = browser.new_context()
    page, said = context.new_page(), []
    page.route(re.compile("^https:"), lambda route: route.fulfill(body=""))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


def figures(page):
    page.wait_for_function("() => document.querySelector('.graphgen-alive')")
    assert page.locator("img, figure:not(.graphgen-alive)").count() == 0
    return page.locator("figure.graphgen").all()


def numbers(figure):
    texts = figure.locator(".graphgen-diagram text").all_text_contents()
    return [text for text in texts if text.replace(".", "").isdigit()]


def change(figure, number):
    figure.get_by_role("button", name="Change numbers").click()
    figure.locator("input:not([type=range])").first.fill(number)
    pass_time(figure.page, 400)  # until it is written into the address, where that is free


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pictures_of_a_converted_notebook_are_alive(page, converted, theme):
    from axe_playwright_python.sync_playwright import Axe

    page.goto(f"{converted}/{theme}.html")
    first, second, third = figures(page)
    change(first, "150")
    assert [numbers(first), numbers(second)] == [OF_150, NUMBERS]
    second.get_by_role("button", name="Step through").click()
    second.get_by_role("button", name="To the last step").click()
    assert "flows to apple price" in second.locator(".graphgen-line").text_content()
    third.get_by_role("button", name="표로 읽기").click()
    assert third.locator("tbody tr").count() == 5
    assert third.get_by_role("img").get_attribute("aria-labelledby").startswith(third.get_attribute("id"))
    ink = page.evaluate("getComputedStyle(document.querySelector('graphgen-live')).color")
    assert ink == {"light": "rgb(31, 41, 51)", "dark": "rgb(228, 232, 238)"}[theme]
    found = Axe().run(page, context="figure.graphgen").response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []


def test_a_link_to_a_converted_notebook_carries_a_changed_number(page, converted):
    page.goto(f"{converted}/light.html")
    change(figures(page)[1], "150")
    page.reload()
    assert [numbers(figure) for figure in figures(page)[:2]] == [NUMBERS, OF_150]


def test_without_scripts_a_converted_notebook_has_images_with_their_texts(browser, converted):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.route(re.compile("^https:"), lambda route: route.fulfill(body=""))
    page.goto(f"{converted}/light.html")
    images = page.get_by_role("img").all()
    texts = [image.get_attribute("alt") for image in images]
    assert [text.partition(".")[0] for text in texts] == [
        *["Computational graph of total"] * 2,
        "total의 계산 그래프",
    ]
    context.close()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_outputs_that_are_added_to_a_page_are_alive_and_leave_its_address_alone(page, application, way):
    address, output = application
    page.goto(address)
    add = f"""(html) => {{
        const output = document.createElement("section");
        document.body.append(output);
        output.innerHTML = html;
        for (const script of output.querySelectorAll("script")) {{
            const made = document.createElement("script");
            made.text = script.text;
            ({way})(made, script);
        }}
    }}"""
    page.evaluate(add, output)
    page.evaluate(add, output)
    first, second = figures(page)
    assert first.get_attribute("id") != second.get_attribute("id")
    change(first, "150")
    assert [numbers(first), numbers(second), page.url] == [OF_150, NUMBERS, address]
    first.get_by_role("button", name="Copy").click()
    assert first.locator(".graphgen-copying button").all_text_contents()[:2] == ["Source", "SVG"]
    assert first.get_by_role("button", name="Link to what is shown").count() == 0
    # The cell is run again.
    page.evaluate("document.querySelector('section').remove()")
    page.evaluate(add, output)
    assert [numbers(figure) for figure in figures(page)] == [NUMBERS, NUMBERS]
