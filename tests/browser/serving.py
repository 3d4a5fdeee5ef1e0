"""Folders served to the browser."""

import sys
from collections import Counter
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class CountingHandler(QuietHandler):
    """Counts the times that a file is sent, rather than said not to have changed."""

    sent: ClassVar = Counter()

    def log_request(self, code="-", *_):
        if code == HTTPStatus.OK:
            self.sent[self.path] += 1


class StrictHandler(QuietHandler):
    """Lets a page run and look like nothing that does not stand in a file of its own."""

    def end_headers(self):
        policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:"
        self.send_header("Content-Security-Policy", policy)
        super().end_headers()


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A browser ends what it reads of a page that it leaves."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def served(folder, handler=QuietHandler):
    """The address at which a folder is served."""
    server = Server(("127.0.0.1", 0), partial(handler, directory=folder))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
