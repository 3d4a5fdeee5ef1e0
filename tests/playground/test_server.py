"""The page's server, by real requests: what it answers, and whom it refuses."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Thread

import pytest

from graphgen.playground import Document, Server
from graphgen.playground.server import MAX_REQUEST

APPLES = "apple = 100\ncount = 2\ntotal = apple * count\n"


class Client:
    def __init__(self, server):
        self.server = server
        self.base = f"/{server.token}/"
        self.headers = {"Origin": server.origin, "Content-Type": "application/json"}

    def send(self, method, path, body=None, headers=None):
        connection = HTTPConnection("127.0.0.1", self.server.server_port, timeout=60)
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, response.headers, content

    def get(self, name, **headers):
        return self.send("GET", self.base + name, headers=headers)

    def ask(self, name, asked, **headers):
        body = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
        return self.send("POST", self.base + name, body, self.headers | headers)

    def told(self, name, asked):
        status, _, content = self.ask(name, asked)
        assert status == 200
        return json.loads(content)


@contextmanager
def running(document=None):
    with Server(document) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield Client(server)
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def client():
    with running() as client:
        yield client


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "shop.graph"
    path.write_text(APPLES)
    return path


@pytest.fixture
def editing(file):
    with running(Document(file.name, lambda: file.read_text(), file.write_text)) as client:
        yield client


@pytest.mark.parametrize(
    ("name", "kind", "holds"),
    [
        ("", "text/html", b"<!doctype html>"),
        ("main.js", "text/javascript", b"export async function start"),
        ("playground.css", "text/css", b".editor"),
        ("graphgen.js", "text/javascript", b"graphgen-live"),
        ("graphgen-more.js", "text/javascript", b"graphgen-array"),
        ("graphgen.css", "text/css", b".graphgen-diagram"),
        ("setting.json", "application/json", b'"name": "show"'),
    ],
)
def test_the_files_of_the_page(client, name, kind, holds):
    status, headers, content = client.get(name)
    assert (status, headers["Content-Type"]) == (200, f"{kind}; charset=utf-8")
    assert holds in content


def test_every_answer_forbids_what_the_page_does_not_need(client):
    for status, headers, _ in (client.get(""), client.send("GET", "/")):
        assert status in (200, 404)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_it_listens_to_this_machine_alone_and_each_has_an_address_of_its_own(client):
    assert client.server.server_address[0] == "127.0.0.1"
    assert len(client.server.token) >= 40
    with running() as other:
        assert other.server.token != client.server.token


@pytest.mark.parametrize("path", ["/", "/{part}", "/{part}/", "/x/{token}/", "x{token}/", "/%C3%A9/"])
def test_without_the_whole_token_there_is_nothing(client, path):
    token = client.server.token
    status, _, content = client.send("GET", path.format(token=token, part=token[:-1]))
    assert status == 404
    assert token.encode() not in content


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../server.py",
            "%2e%2e/server.py",
            "..%2fserver.py",
            "./main.js",
            "/etc/passwd",
            "main.js/",
            "main.js?x",
        ),
        *("file.json", "page.html/..", "gallery/en.md", "types.d.ts/", "..\\server.py", "draw"),
    ],
)
def test_nothing_but_the_files_of_the_page_is_sent(client, name):
    assert client.get(name)[0] == 404


@pytest.mark.parametrize(
    "host", ["localhost:{port}", "127.0.0.1", "127.0.0.1:1", "evil.example:{port}", "[::1]:{port}"]
)
def test_another_name_of_the_machine_is_refused(client, host):
    """Which a page of another site could give to it, by rebinding."""
    assert client.get("", Host=host.format(port=client.server.server_port))[0] == 421


@pytest.mark.parametrize(
    "origin", ["null", "http://evil.example", "http://127.0.0.1", "http://localhost:{port}", ""]
)
def test_a_page_of_another_site_changes_nothing(editing, file, origin):
    asked = {"text": "x = 1\n", "seen": ""}
    status, headers, _ = editing.ask("save", asked, Origin=origin.format(port=editing.server.server_port))
    assert (status, file.read_text()) == (403, APPLES)
    assert "Access-Control-Allow-Origin" not in headers


def test_without_an_origin_nothing_is_done(editing):
    body = json.dumps({"source": APPLES, "options": {}})
    status, _, _ = editing.send("POST", editing.base + "draw", body, {"Content-Type": "application/json"})
    assert status == 403


@pytest.mark.parametrize(
    ("asked", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"\xff", {}, 400),
        (b"[]", {}, 400),
        (b"[" * 100_000, {}, 400),
        (b'{"source": "\\ud800", "options": {}}', {}, 400),
        ({"source": 3, "options": {}}, {}, 400),
        ({"source": APPLES}, {}, 400),
        ({"source": APPLES, "options": {"show": 1}}, {}, 400),
        ({"source": APPLES, "options": []}, {}, 400),
        ({"source": APPLES, "options": {}}, {"Content-Type": "text/plain"}, 415),
        (b"", {"Content-Length": str(MAX_REQUEST + 1)}, 413),
        (b"", {"Content-Length": "9" * 5000}, 413),
        (b"", {"Content-Length": "-1"}, 411),
        (b"", {"Content-Length": "x"}, 411),
    ],
)
def test_what_the_page_never_sends_is_refused(client, asked, headers, status):
    assert client.ask("draw", asked, **headers)[0] == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"])
def test_other_methods_are_refused(client, method):
    status, headers, _ = client.send(method, client.base)
    assert status == 501
    assert "Access-Control-Allow-Methods" not in headers


def test_what_is_posted_is_not_got_and_the_other_way_round(client):
    assert client.get("draw")[0] == 404
    assert client.ask("setting.json", {})[0] == 404


def test_without_a_file_there_is_none_to_read_or_save(client):
    assert client.get("file.json")[0] == 404
    assert client.ask("save", {"text": "x = 1", "seen": ""})[0] == 404


def test_a_source_is_drawn_and_exported(client):
    drawn = client.told("draw", {"source": APPLES, "options": {"show": "forward"}})
    assert drawn["verdict"] == "3 numbers, all proved"
    made = client.told("export", {"source": APPLES, "options": {}, "form": "fence"})
    assert made == {"text": f"```graphgen\n{APPLES}```"}
    assert client.ask("export", {"source": APPLES, "options": {}, "form": "exe"})[0] == 400


def test_nothing_that_comes_in_is_run(client, tmp_path):
    target = tmp_path / "made"
    for source in (f"__import__('pathlib').Path({str(target)!r}).touch()", f"x = open({str(target)!r}, 'w')"):
        assert "fault" in client.told("draw", {"source": source, "options": {}})
    assert not target.exists()


def test_a_file_that_is_too_long_to_be_opened_again_is_not_saved(editing, file):
    assert editing.ask("save", {"text": "#" * 4_000_001, "seen": ""})[0] == 413
    assert file.read_text() == APPLES


def test_a_file_that_cannot_be_read_is_a_fault(file):
    from graphgen.cli.play import document_of

    with running(document_of(str(file))) as client:
        file.write_bytes(b"x = 1\ny = x # \xe9\n")
        fault = json.loads(client.get("file.json")[2])["fault"]
        assert (fault["message"], fault["line"]) == ("the text is not UTF-8", 2)
        assert "fault" in client.told("save", {"text": "x = 1\n", "seen": ""})
        assert file.read_bytes().endswith(b"\xe9\n")


def test_edits_at_once_are_all_saved_or_told_to_be_in_conflict(editing, file):
    """Each is by a page that had seen the file as it was at first: one may write it."""
    seen = json.loads(editing.get("file.json")[2])["version"]
    texts = [f"x = {number}\ny = x\n" for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda text: editing.told("save", {"text": text, "seen": seen}), texts))
    saved = [answer["text"] for answer in told if "conflict" not in answer]
    assert saved == [file.read_text()]
    assert all(answer["conflict"]["text"] == saved[0] for answer in told if "conflict" in answer)


def test_pictures_that_are_asked_for_at_once_are_each_the_right_one(client):
    def draw(number):
        return client.told(
            "draw", {"source": f"x = {number}\ny = x * 1000\n", "options": {"show": "forward"}}
        )

    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(draw, range(2, 8)))
    assert all(f">{number}000<" in picture["figure"] for number, picture in enumerate(drawn, 2))
