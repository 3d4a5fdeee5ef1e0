import os
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Error, sync_playwright

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-sync", "--disable-extensions"),
    *("--disable-background-networking", "--disable-component-update", "--no-first-run"),
]


# Not for the whole session: a second Playwright cannot start in a process while one runs.
@pytest.fixture(scope="module")
def browser():
    """A Chromium: the one that GRAPHGEN_CHROMIUM names, else Playwright's own."""
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(
                executable_path=os.environ.get("GRAPHGEN_CHROMIUM"), args=ARGUMENTS
            )
        except Error as error:
            fault = error.message.strip().splitlines()[0]
            pytest.skip(f"no Chromium starts; name one in GRAPHGEN_CHROMIUM ({fault})")
        yield chromium
        chromium.close()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(built_site):
    """Where the project's own site is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=built_site.folder))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
