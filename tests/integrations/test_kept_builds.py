"""A build keeps figures for the next one: real builds."""

import logging
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from unittest import mock

import pytest
from bs4 import BeautifulSoup
from mkdocs.exceptions import Abort
from sites import MKDOCS

from graphgen.cache import Cache
from graphgen.errors import SourceError
from graphgen.integrations.ahead import draw_ahead
from graphgen.options import Options
from graphgen.page import Request

FENCE = "```graphgen{}\nx = {}\ny = x * x\n```\n"
PAGES = {
    "a.md": FENCE.format(' name="a"', 3) + FENCE.format("", 4) + "\nIt is `#!graphgen a.value(y)`.\n",
    "sub/b.md": FENCE.format("", 5),
}
TWO_JOBS = MKDOCS.replace("- graphgen", "- graphgen:\n      jobs: 2")


def summary(site):
    (told,) = [message for message in site.messages(logging.INFO) if "proved" in message]
    return told.partition("; in ")[0]


def built(site):
    """Every page but the first, which has the time of the build."""
    pages = set(site.folder.glob("site/**/*.html")) - {site.folder / "site/index.html"}
    return {path.relative_to(site.folder): path.read_bytes() for path in pages}


def test_a_second_build_says_the_same_and_draws_nothing(site):
    site.build(PAGES)
    assert summary(site) == "3 diagrams; 18 numbers, all proved"
    first = built(site)
    site.build(PAGES)
    assert summary(site) == "3 diagrams (3 from the cache); 18 numbers, all proved"
    assert built(site) == first


def test_only_what_was_edited_is_drawn(site):
    site.build(PAGES)
    site.build(PAGES | {"a.md": PAGES["a.md"].replace("x = 4", "x = 6")})
    assert summary(site) == "3 diagrams (2 from the cache); 18 numbers, all proved"
    assert "36" in site.page("a.html").text


def test_a_build_in_which_nothing_changed_loads_nothing_that_is_slow(site):
    site.build(PAGES)
    code = (
        "import sys; from mkdocs.commands.build import build; from mkdocs.config import load_config\n"
        "build(load_config('mkdocs.yml', strict=True))\n"
        "slow = ('sympy', 'networkx', 'wasmtime', 'graphviz', 'numpy', 'latex2mathml', 'flint')\n"
        "slow += ('graphgen.language', 'graphgen.diagram', 'graphgen.drawing')\n"
        "print([name for name in slow if name in sys.modules], end='')"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=site.folder, capture_output=True, check=True)
    assert told.stdout == b"[]"


@pytest.mark.parametrize(
    ("option", "folder"), [("cache: false", None), ("cache_dir: kept/here", "kept/here")], ids=str
)
def test_what_is_kept_and_where_is_the_authors_choice(site, option, folder):
    config = MKDOCS.replace("- graphgen", f"- graphgen:\n      {option}")
    for _ in range(2):
        site.build(PAGES, config)
    assert not (site.folder / ".cache").exists()
    assert ("from the cache" in summary(site)) == (folder is not None)
    assert folder is None or any((site.folder / folder).iterdir())


def test_several_processes_draw_ahead_what_one_would(site):
    site.build(PAGES, MKDOCS.replace("- graphgen", "- graphgen:\n      cache: false"))
    alone = built(site)
    with ThreadPoolExecutor(1) as pool:  # beside a thread, which forbids to fork
        pool.submit(site.build, PAGES, TWO_JOBS).result()
    assert summary(site) == "3 diagrams; 18 numbers, all proved"
    assert built(site) == alone


def test_processes_of_a_build_that_stands_alone_draw_the_same(site):
    site.build(PAGES, MKDOCS.replace("- graphgen", "- graphgen:\n      cache: false"))
    alone = built(site)
    (site.folder / "mkdocs.yml").write_text(TWO_JOBS)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=site.folder, check=True, capture_output=True, text=True)
    assert "3 diagrams; 18 numbers, all proved" in done.stderr
    assert built(site) == alone


def test_a_page_waits_for_its_own_pictures(tmp_path):
    cache = Cache(tmp_path)
    good, other, bad = (Request(source, Options()) for source in ("x = 3", "x = 4", "y = relo(x)"))
    drawing = draw_ahead({"a": [good, bad], "b": [good, other], "c": []}, cache, 2)
    for page in ("c", "a"):
        drawing.wait(page)
    assert good.key in cache
    drawing.wait("b")
    assert other.key in cache
    assert drawing.stop() == 2  # nothing comes of the third
    assert draw_ahead({"b": [other]}, cache, 1) is draw_ahead({"b": [other]}, cache) is None
    with pytest.raises(SourceError):
        bad.figure(cache)


@pytest.mark.parametrize("refused", ["__init__", "submit"])
def test_a_system_without_further_processes_draws_by_one(site, monkeypatch, refused):
    monkeypatch.setattr(ProcessPoolExecutor, refused, mock.Mock(side_effect=OSError("no semaphores")))
    site.build(PAGES, TWO_JOBS)
    assert summary(site) == "3 diagrams; 18 numbers, all proved"


def test_a_fault_is_told_once_by_several_processes_too(site):
    site.build(PAGES | {"c.md": "# C\n\n```graphgen\ny = relo(x)\n```\n"}, TWO_JOBS, strict=False)
    (warning,) = site.messages(logging.WARNING)
    assert warning.startswith("docs/c.md:4:5: 'relo(x)' calls the unknown function")


def test_a_page_that_cannot_be_read_is_left_to_mkdocs(site):
    (site.folder / "docs").mkdir()
    (site.folder / "docs/c.md").write_bytes(b"\xff\xfe")
    with pytest.raises((Abort, UnicodeError)):
        site.build(PAGES, TWO_JOBS)
    assert any("Encoding error reading file" in message for message in site.messages(logging.ERROR))


def test_damaged_entries_are_made_anew(site):
    site.build(PAGES)
    first, entries = built(site), list((site.folder / ".cache/graphgen").iterdir())
    for file in entries:
        file.write_bytes(file.read_bytes()[:-5] + b'evil"')
    site.build(PAGES)
    assert summary(site) == "3 diagrams; 18 numbers, all proved"
    assert built(site) == first


def test_a_cache_that_cannot_be_written_stops_no_build(site, caplog):
    (site.folder / ".cache").write_text("a file in its place")
    site.build(PAGES)
    assert summary(site) == "3 diagrams; 18 numbers, all proved"
    assert len([message for message in caplog.messages if "cannot be written to" in message]) == 1


@pytest.mark.skipif(os.name == "nt", reason="the system has no SIGKILL")
def test_a_build_may_be_killed_at_any_moment(site):
    pages = {f"p{page}.md": FENCE.format("", page) * 2 + FENCE.format("", page + 100) for page in range(8)}
    site.build(pages, MKDOCS.replace("- graphgen", "- graphgen:\n      cache: false"))
    whole = built(site)
    (site.folder / "mkdocs.yml").write_text(MKDOCS)
    kept = site.folder / ".cache" / "graphgen"
    for entries in (2, 9):
        process = subprocess.Popen([sys.executable, "-m", "mkdocs", "build", "-q"], cwd=site.folder)
        while process.poll() is None and len(list(kept.glob("*"))) < entries:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
    site.build(pages)
    assert "from the cache" in summary(site)
    assert built(site) == whole


def children_of(parent):
    """The processes that a process began, as Linux lists them."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            _, its_parent = file.read_text().rpartition(")")[2].split()[:2]
            if int(its_parent) == parent:
                found.append(int(file.parent.name))
    return found


def command_of(process):
    """The command line of a process; empty once it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text()
    return ""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are listed as Linux does")
@pytest.mark.parametrize("end", ["SIGTERM", "SIGKILL"])
def test_no_process_outlives_a_build_that_is_killed(site, end):
    site.write({"page.md": "".join(FENCE.format("", number) for number in range(300))}, TWO_JOBS)
    builder = subprocess.Popen([sys.executable, "-m", "mkdocs", "build", "-q"], cwd=site.folder)
    children = []
    while builder.poll() is None and len(children) < 2:
        children = children_of(builder.pid)
    builder.send_signal(signal.Signals[end])
    builder.wait()
    assert len(children) == 2
    deadline = time.monotonic() + 30
    while left := [child for child in children if command_of(child)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def test_a_picture_that_breaks_a_promise_is_not_taken_from_before(site, break_vjp):
    """A table that was changed while the program runs is another table, whatever is kept."""
    broken = FENCE.format("", 7)
    site.build({"a.md": broken}, MKDOCS.replace("- graphgen", "- graphgen:\n      cache: false"))
    break_vjp("multiply")
    site.build({"a.md": broken}, strict=False)
    box = BeautifulSoup((site.folder / "site/a.html").read_text("utf-8"), "html.parser")
    assert "by the op table's rules" in box.find(class_="graphgen-error").text
    assert not [
        file for file in (site.folder / ".cache/graphgen").glob("*") if b"figure class" in file.read_bytes()
    ]
