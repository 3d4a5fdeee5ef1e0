import os

import pytest
from browser.figures import PARTS, offer_parts, write_pages
from browser.serving import StrictHandler, served

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-sync", "--disable-extensions"),
    *("--disable-background-networking", "--disable-component-update", "--no-first-run"),
]
PATIENCE = 120_000
"""The milliseconds in which what is waited for comes, even where the machine does much else."""


class PatientBrowser:
    def __init__(self, chromium):
        self._chromium = chromium

    def new_context(self, **options):
        context = self._chromium.new_context(**options)
        context.set_default_timeout(PATIENCE)
        return context

    def new_page(self, **options):
        return self.new_context(**options).new_page()


# Not for the whole session: a second Playwright cannot start in a process while one runs.
@pytest.fixture(scope="module")
def browser():
    """A Chromium: the one that GRAPHGEN_CHROMIUM names, else Playwright's own."""
    # Not above: run_tests.py without --all reads these tests, installs no Playwright, and runs none of them.
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(
                executable_path=os.environ.get("GRAPHGEN_CHROMIUM"), args=ARGUMENTS
            )
        except Error as error:
            fault = error.message.strip().splitlines()[0]
            pytest.skip(f"no Chromium starts; name one in GRAPHGEN_CHROMIUM ({fault})")
        yield PatientBrowser(chromium)
        chromium.close()


@pytest.fixture(scope="module")
def tab(browser):
    """Gives a tab whose context has some options, the same one each time.

    To open one takes five times as long as to load a page.
    """
    tabs = {}

    def tab(**options):
        key = repr(sorted(options.items()))
        if key not in tabs:
            tabs[key] = browser.new_page(**options)
        return tabs[key]

    yield tab
    for page in tabs.values():
        page.context.close()


@pytest.fixture(scope="module")
def address(built_site):
    """Where the project's own site is served."""
    assert not built_site.returncode, built_site.log
    with served(built_site.folder) as address:
        yield address


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The address of the pages of `figures`, under a strict Content-Security-Policy."""
    folder = tmp_path_factory.mktemp("plain")
    write_pages(folder)
    with served(folder, StrictHandler) as address:
        yield address


@pytest.fixture(scope="module")
def call(browser, plain):
    """Calls functions of the script by their names, as in call('return live.parsed(argument)', '1/3')."""
    context = browser.new_context()
    page = context.new_page()
    offer_parts(page)
    page.goto(f"{plain}/all.html")
    yield lambda body, argument=None: page.evaluate(
        f"async (argument) => {{ const live = {PARTS}; {body} }}", argument
    )
    context.close()
