"""The playground of a site: the package in a real browser, without a server that computes anything."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from browser.serving import QuietHandler, served

from graphgen.playground import answer
from graphgen.playground.menu import examples

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "build_playground.py"
LOADED = 240_000
NEEDS_NUMPY = "this picture needs NumPy, which the page does not have"


class Handler(QuietHandler):
    """Lets the page run its own files and WebAssembly, and nothing else."""

    def end_headers(self):
        policy = (
            "default-src 'none'; style-src 'self'; img-src data:; connect-src 'self'; worker-src 'self'; "
        )
        self.send_header("Content-Security-Policy", policy + "script-src 'self' 'wasm-unsafe-eval'")
        super().end_headers()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    if not (ROOT / "node_modules" / "pyodide").is_dir():
        pytest.skip("no Pyodide: npm ci installs it")
    folder = tmp_path_factory.mktemp("playground")
    done = subprocess.run([sys.executable, str(SCRIPT), str(folder)], capture_output=True, encoding="utf-8")
    if "No matching distribution" in done.stderr or "connection" in done.stderr.lower():
        pytest.skip("no network, from which the wheel of FLINT for browsers comes")
    assert done.returncode == 0, done.stderr
    with served(folder, Handler) as address:
        yield address


@pytest.fixture
def page(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/index.html")
    yield page
    context.close()
    assert said == []
    assert all(url.startswith((address, "data:", "blob:")) for url in asked)


def load(page):
    page.get_by_role("button", name="Load the playground").click()
    page.wait_for_selector("body[data-ready]", timeout=LOADED)


def test_nothing_is_loaded_before_the_click_and_then_it_says_how_much(page):
    assert page.evaluate(
        "performance.getEntriesByType('resource').every(({ name }) => !/wasm|zip|whl/.test(name))"
    )
    button = page.get_by_role("button", name="Load the playground")
    megabytes = float(button.text_content().split("(")[1].split(" MB")[0])
    assert 15 < megabytes < 40
    load(page)
    assert page.locator(".picture svg.graphgen-diagram").count() == 1


def test_what_is_typed_is_drawn_and_a_link_brings_it_to_others(page, browser, address):
    load(page)
    source = page.locator(".editor textarea")
    source.fill("x = 3  # 값\ny = x * 11\n")
    page.wait_for_function("() => document.querySelector('.picture svg').textContent.includes('33')")
    assert "all proved" in page.locator(".verdict").text_content()
    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{address}/index.html#")
    source.fill("x = 3\ny = xx * 2\n")
    page.wait_for_selector(".marks .wrong")
    assert page.locator(".picture.stale svg.graphgen-diagram").count() == 1
    source.fill("x = [1, 2]\ny = sum(x)\n")
    page.wait_for_function(
        "(text) => document.querySelector('.faults').textContent.includes(text)", arg=NEEDS_NUMPY
    )
    page.goto(link)
    page.wait_for_function("() => document.querySelector('.picture svg').textContent.includes('33')")
    assert source.input_value() == "x = 3  # 값\ny = x * 11\n"
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG", exact=True).click()
    assert download.value.path().read_bytes().startswith(b"<?xml")


def test_the_pictures_are_those_of_python_byte_by_byte(page):
    """Of all examples that need no arrays, drawn by one worker."""
    asked = [[example["source"], example["options"]] for example in examples("ko")]
    told = page.evaluate(
        """async (asked) => {
            const worker = new Worker("worker.js", { type: "module" });
            const answers = [];
            await new Promise((resolve, reject) => {
                worker.onmessage = ({ data }) => {
                    if (data.fault) reject(new Error(data.fault));
                    if (data.isReady)
                        asked.forEach((given, id) => worker.postMessage({ id, name: "draw", given }));
                    if (data.made) answers[data.id] = data.made;
                    if (data.made && data.id === asked.length - 1) resolve();
                };
            });
            worker.terminate();
            return answers;
        }""",
        asked,
    )
    drawn = 0
    for (source, options), found in zip(asked, told, strict=True):
        if found.get("fault", {}).get("message") == NEEDS_NUMPY:
            assert "[" in source or "@" in source or "tangent" in options
            continue
        assert found == json.loads(json.dumps(answer(source, options))), source
        drawn += 1
    assert drawn > 20
