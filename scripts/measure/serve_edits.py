"""A hundred edits under `mkdocs serve`, many of them broken: each must show, and memory must not grow.

    $ python scripts/measure/serve_edits.py
    $ python scripts/measure/serve_edits.py --edits 400

A small site is edited as fast as its page follows. An edit that MkDocs cannot build, such as a page that is
not UTF-8, must be told in its log, and the next one must show again.
"""

from __future__ import annotations

import argparse
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

CONFIG, PAGE, MOVED = "mkdocs.yml", "docs/page.md", "docs/moved.md"
SITE = "site_name: Site\nuse_directory_urls: false\ntheme:\n  name: mkdocs\nplugins:\n  - graphgen\n"
NOT_BUILT = "An error happened during the rebuild"
DEADLINE = 60
"""Seconds in which an edit shows, on a busy machine, too."""
ALLOWED = 8.0
"""Megabytes that memory may grow by once every kind of edit was seen."""


@dataclass(frozen=True)
class Edit:
    """The files that are written (None: removed), and what comes of them: a page shows a text, another is
    missing; or the site cannot be built, and the log tells why."""

    what: str
    files: Mapping[str, str | bytes | None]
    shows: str = ""
    page: str = "page.html"
    missing: str | None = None
    told: str | None = None


def fence(source: str, header: str = "") -> str:
    return f"# A page\n\n```graphgen{header}\n{source}\n```\n"


def square(what: str, number: int, files: Mapping[str, str | None] | None = None) -> Edit:
    """A picture of a number that is on no page yet, and other files."""
    return Edit(what, {PAGE: fence(f"x = {number}\ny = x * x"), **(files or {})}, f"gives {number**2}.")


def chain(length: int, number: int) -> str:
    lines = (f"h{place} = h{place - 1} + {number}" for place in range(1, length))
    return "\n".join([f"h0 = {number}", *lines])


ROUND: tuple[Callable[[int], Edit], ...] = (
    lambda n: square("a number", n),
    lambda n: Edit("a syntax error", {PAGE: fence(f"x = {n}\ny = x *")}, "is not readable"),
    lambda n: Edit(
        "a diagram's file",
        {PAGE: '```graphgen file="shop.graph"\n```\n', "docs/shop.graph": f"x = {n}\ny = x * x\n"},
        f"gives {n**2}.",
    ),
    lambda n: Edit("that file alone", {"docs/shop.graph": f"x = {n}\ny = x * x\n"}, f"gives {n**2}."),
    lambda n: square("mended", n),
    lambda n: Edit("an unknown option", {PAGE: fence(f"x = {n}", ' shwo="all"')}, "is not an option"),
    lambda n: Edit("a wide picture", {PAGE: fence(chain(30, n))}, f"gives {30 * n}."),
    lambda n: Edit("not UTF-8", {PAGE: b"\xff\xfe\x00 a page"}, told="Encoding error reading file"),
    lambda n: square("mended", n),
    lambda n: Edit("an empty file", {PAGE: ""}, "<title>Page"),
    lambda n: Edit("a removed file", {PAGE: None}, page="index.html", missing="page.html"),
    lambda n: square("written anew", n),
    lambda n: Edit("a fence never closed", {PAGE: f"```graphgen\nx = {n}\n"}, f"x = {n}"),
    lambda n: Edit("a broken mkdocs.yml", {CONFIG: f"{SITE}]\n"}, told="parsing the configuration file"),
    lambda n: square("mended", n, {CONFIG: SITE}),
    lambda n: Edit("an unknown plugin", {CONFIG: f"{SITE}  - missing\n"}, told="is not installed"),
    lambda n: square("mended", n, {CONFIG: SITE}),
    lambda n: Edit(
        "a renamed page",
        {PAGE: None, MOVED: fence(f"x = {n}\ny = x * x")},
        f"gives {n**2}.",
        page="moved.html",
        missing="page.html",
    ),
    lambda n: square("renamed back", n, {MOVED: None}),
    lambda n: Edit(
        "a number in prose",
        {PAGE: fence(f"x = {n}\ny = x * x", ' name="shop"') + "\nIt is `#!graphgen shop.value(y)`.\n"},
        f">{n**2}</span>.",
    ),
)
"""Each kind of edit; what it leaves is unlike what any other edit left."""


def edits() -> Iterator[Edit]:
    """Edits without end."""
    for number in count():
        yield ROUND[number % len(ROUND)](1001 + number)


class ServeError(Exception):
    """The server died, or an edit did not show."""


@dataclass(frozen=True)
class Server:
    """A running `mkdocs serve`, the site that it serves, and the file that it logs to."""

    process: subprocess.Popen[bytes]
    address: str
    folder: Path
    log: Path

    def get(self, page: str) -> str | None:
        """A page, as it is served; None where it is missing. Waits while the site is being built."""
        try:
            with urlopen(f"{self.address}/{page}", timeout=5) as response:
                return str(response.read().decode())
        except HTTPError:
            return None

    def logged(self) -> str:
        return self.log.read_text("utf-8", errors="replace")

    def megabytes(self) -> float:
        """The memory that the process occupies; 0 where the system does not tell it in /proc."""
        try:
            pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        except FileNotFoundError:
            return 0
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20

    def make(self, edit: Edit) -> float:
        """Makes an edit, and returns the seconds until it showed. Raises ServeError."""
        known, start = len(self.logged()), time.monotonic()
        for name, content in edit.files.items():
            self._write(self.folder / name, content)
        while not self._shows(edit, self.logged()[known:]):
            if self.process.poll() is not None:
                raise ServeError(f"{edit.what}: the server ended\n{self.logged()[known:]}")
            if time.monotonic() - start > DEADLINE:
                raise ServeError(f"{edit.what}: nothing came of it\n{self.logged()[known:]}")
            time.sleep(0.05)
        return time.monotonic() - start

    def _write(self, file: Path, content: str | bytes | None) -> None:
        if content is None:
            file.unlink()
        else:
            file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def _shows(self, edit: Edit, logged: str) -> bool:
        if edit.told:
            return edit.told in logged and NOT_BUILT in logged
        try:
            is_there = edit.shows in (self.get(edit.page) or "")
            return is_there and (edit.missing is None or self.get(edit.missing) is None)
        except OSError:  # it waits for a site that can be built
            return False


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A small site in a folder, served until the end of the block."""
    (folder / "docs").mkdir()
    (folder / "docs" / "index.md").write_text("# Home\n")
    (folder / PAGE).write_text("# A page\n")
    (folder / CONFIG).write_text(SITE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    log = folder / "serve.log"
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", address]
    with log.open("wb") as told:
        # It writes the site to a temporary folder, which goes with this one.
        environment = {**os.environ, "TMPDIR": str(folder)}
        process = subprocess.Popen(command, cwd=folder, stdout=told, stderr=told, env=environment)
    server = Server(process, f"http://{address}", folder, log)
    try:
        server.make(Edit("the start", {}, "<h1"))
        yield server
    finally:
        process.terminate()
        process.wait(timeout=DEADLINE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edits", type=int, default=100, help="how many edits are made")
    wanted = parser.parse_args().edits
    seconds: list[float] = []
    memory: list[float] = []
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        for number, edit in enumerate(islice(edits(), wanted), 1):
            seconds.append(server.make(edit))
            if number % len(ROUND) == 0:
                memory.append(server.megabytes())
                latest = seconds[-len(ROUND) :]
                print(
                    f"{number} edits: shown in {statistics.median(latest):.1f} s, "
                    f"{max(latest):.1f} s at most; {memory[-1]:.1f} MB",
                    flush=True,
                )
    grown = memory[-1] - memory[0]
    print(f"all {wanted} edits showed; memory grew by {grown:.1f} MB (Python {platform.python_version()})")
    if grown > ALLOWED:
        sys.exit(f"more than the {ALLOWED:.0f} MB that are allowed")


if __name__ == "__main__":
    main()
