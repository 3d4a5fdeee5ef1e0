"""The page on this machine: served to its own browser alone, at an address that nobody can guess.

Whoever asks must name the address as the browser does (another name may lead to this machine by rebinding),
and what changes anything must come from the page itself. Nothing but the files of the page is sent, and
nothing that comes in is run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from functools import cache
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import PurePath
from secrets import token_urlsafe
from threading import Lock
from typing import Any

from graphgen.page import MAX_BYTES, asset, assets, more_script
from graphgen.playground.document import Document
from graphgen.playground.session import FORMS, answer, exported, or_fault, setting

MAX_REQUEST = 3 * MAX_BYTES
"""Bytes of what the page sends: a file, of which JSON writes quotes and line ends as two characters."""
MAX_SECONDS = 60
"""Until a browser has sent what it asks."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",  # the address is a secret
    "X-Content-Type-Options": "nosniff",
}
_JSON = "application/json"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


class Server(ThreadingHTTPServer):
    """The playground on this machine, with a file to edit or none; `serve_forever` serves it."""

    daemon_threads = True

    def __init__(self, document: Document | None = None) -> None:
        self.document = document
        self.token = token_urlsafe(32)
        self.drawing = Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away before its answer is no error."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def address(self) -> str:
        return f"{self.origin}/{self.token}/"

    def sent(self, name: str) -> str:
        """The text of a file of the page. Raises _RefusedError for any other name."""
        if name in ("graphgen.js", "graphgen.css"):
            with self.drawing:
                return assets()[name == "graphgen.css"]
        if name == "graphgen-more.js":
            return more_script()
        if name == "setting.json":
            return _json({**setting(), "file": self.document and self.document.name})
        if name == "file.json" and self.document:
            return _json(or_fault(self.document.state))
        if name in _page_files():
            return asset(f"playground/{name}")
        raise _RefusedError(HTTPStatus.NOT_FOUND)

    def done(self, name: str, asked: Mapping[str, Any]) -> str:
        """What comes of what the page asks. Raises _RefusedError for what it never does.

        Drawing is for one at a time; the page asks again only when it has its answer.
        """
        document = self.document
        if name == "save" and document:
            text, seen = _texts(asked, "text", "seen")
            if len(text.encode()) > MAX_BYTES:  # which nobody could open again
                raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return _json(or_fault(lambda: document.save(text, seen or None)))
        if name == "draw":
            (source,) = _texts(asked, "source")
            with self.drawing:
                return _json(answer(source, _options(asked)))
        if name == "export":
            source, form = _texts(asked, "source", "form")
            if form not in FORMS:
                raise _RefusedError(HTTPStatus.BAD_REQUEST)
            with self.drawing:
                return _json(exported(source, _options(asked), form))
        raise _RefusedError(HTTPStatus.NOT_FOUND)


class _RefusedError(Exception):
    """A request that is not the page's own, with the status that answers it."""


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version, sys_version = "graphgen", ""
    timeout = MAX_SECONDS

    def do_GET(self) -> None:
        self._reply(self.server.sent)

    def do_POST(self) -> None:
        self._reply(lambda name: self.server.done(name, self._asked()))

    def _reply(self, make: Callable[[str], str]) -> None:
        try:
            name = self._name()
            content = make(name).encode()
        except _RefusedError as refused:
            self.send_error(refused.args[0])
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{_TYPES.get(PurePath(name).suffix, _JSON)}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _name(self) -> str:
        """What is asked for behind the token. Raises _RefusedError."""
        if self.headers.get_all("Host") != [self.server.origin.removeprefix("http://")]:
            raise _RefusedError(HTTPStatus.MISDIRECTED_REQUEST)
        before, token, name = (*self.path.split("/", 2), "", "")[:3]
        if before or not compare_digest(token.encode(), self.server.token.encode()):
            raise _RefusedError(HTTPStatus.NOT_FOUND)
        return name or "page.html"

    def _asked(self) -> Mapping[str, Any]:
        """The JSON object that the page sends. Raises _RefusedError."""
        if self.headers.get_all("Origin") != [self.server.origin]:
            raise _RefusedError(HTTPStatus.FORBIDDEN)
        if self.headers.get_content_type() != _JSON:
            raise _RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise _RefusedError(HTTPStatus.LENGTH_REQUIRED)
        if len(length) > len(str(MAX_REQUEST)) or int(length) > MAX_REQUEST:
            raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            asked = json.loads(self.rfile.read(int(length)))
            _json(asked).encode()  # which no half of a pair of surrogates survives
        except (ValueError, RecursionError):
            asked = None
        if not isinstance(asked, dict):
            raise _RefusedError(HTTPStatus.BAD_REQUEST)
        return asked

    def end_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is logged, as the address would be in it."""


@cache
def _page_files() -> frozenset[str]:
    return frozenset(file.name for file in (files("graphgen") / "assets" / "playground").iterdir())


def _texts(asked: Mapping[str, Any], *names: str) -> list[str]:
    """The texts of these names. Raises _RefusedError where one is none."""
    texts = [text for text in map(asked.get, names) if isinstance(text, str)]
    if len(texts) < len(names):
        raise _RefusedError(HTTPStatus.BAD_REQUEST)
    return texts


def _options(asked: Mapping[str, Any]) -> dict[str, str]:
    options = asked.get("options")
    if not isinstance(options, dict):
        raise _RefusedError(HTTPStatus.BAD_REQUEST)
    return dict(zip(options, _texts(options, *options), strict=True))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
