"""Measure how long pages with diagrams take to build, against named peers in the same run.

Run it in an environment that has the package and the dependency group `comparison`, on a machine with
Graphviz's dot, which the peers start. Times depend on the machine, ratios on what a start costs.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from compare_pictures import micrograd_dot
from comparing import Row, best, compared, main, skipped

from graphgen.drawing import picture
from graphgen.language import parse
from graphgen.page import render_many, svg

ROOT = Path(__file__).resolve().parents[2]
PAGES, ON_A_PAGE = 20, 10
MANY = 2_000
WARMING = 100
RUNS = 5
JOBS = 2

AS_INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""The environment for either: what pip installs is compiled, and what runs from a checkout may be so too."""
OURS = "plugins: [graphgen]"
OURS_BY_ONE = "plugins: [graphgen: {jobs: 1}]"
GRAPHVIZ = "plugins: [mkdocs_graphviz]"
BARE = "plugins: []\nmarkdown_extensions: [pymdownx.superfences, pymdownx.inlinehilite]"


def building() -> Iterator[Row]:
    """A site of 200 diagrams, over the same site with the fences shown as code."""
    count = PAGES * ON_A_PAGE
    cold = f"a site of {count} diagrams, built for the first time, over the bare site"
    alone = "the same by one process"
    warm, edited = "the same, nothing changed", f"the same, one page of {ON_A_PAGE} diagrams edited"
    with site(PAGES, ON_A_PAGE) as ours:
        bare = min(build(ours, BARE) for _ in range(RUNS))
        first = min(build(ours, OURS, fresh=True) for _ in range(RUNS))
        single = min(build(ours, OURS_BY_ONE, fresh=True) for _ in range(RUNS))
        again = min(build(ours, OURS) for _ in range(RUNS))
        changed = min(build(edit(ours, run), OURS) for run in range(RUNS))
    if not (find_spec("mkdocs_graphviz") and shutil.which("dot")):
        yield from (skipped(row, "mkdocs-graphviz") for row in (cold, alone, warm, edited))
        return
    with site(PAGES, ON_A_PAGE, fence=as_dot) as theirs:
        # It keeps nothing: every build is its first.
        peer = min(build(theirs, GRAPHVIZ) for _ in range(RUNS)) - bare
    for what, seconds in ((cold, first), (alone, single), (warm, again), (edited, changed)):
        # What is less than the bare site's own scatter counts as a millisecond.
        yield compared(what, max(seconds - bare, 1e-3), "mkdocs-graphviz, the same pictures as DOT", peer)


def project() -> Iterator[Row]:
    """This project's own site, in both languages, and the same with nothing changed."""
    what = "the site of this project, built for the first time"
    if not find_spec("material"):
        yield skipped(what, "mkdocs-material")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "project")
        tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
        for file in tracked.stdout.splitlines():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, folder / file)
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
        first, again = (timed(command, folder) for _ in range(2))
    yield compared(what, first, "with nothing changed", again)


def single() -> Iterator[Row]:
    """One picture of five nodes, from its source to SVG, in a process that has drawn before; and the numbers
    of as small a file by the command line."""
    ours = best(cycled(lambda number: svg(parse(source(number)))), 50)
    what = "a picture of 5 nodes, source to SVG, verified"
    peers = {"torchviz": torchviz, "micrograd's draw_dot": draw_dot, "sphinx.ext.graphviz": sphinx}
    for name, peer in peers.items():
        if find_spec(re.split(r"['.]", name)[0]) and shutil.which("dot"):
            yield compared(what, ours, name, best(peer(), 10))
        else:
            yield skipped(what, name)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "shop.graph").write_text(source(0))
        evaluated, imported = (
            min(timed([sys.executable, *command], Path(folder)) for _ in range(RUNS + 1))
            for command in (["-m", "graphgen", "eval", "shop.graph"], ["-c", "import sympy"])
        )
    yield compared(
        "graphgen eval of a file of 5 nodes, the whole process", evaluated, "import sympy", imported
    )


def jobs() -> Iterator[Row]:
    """Many pictures by one process, by two, and by a cluster of two, all of which have drawn before."""
    sources = [source(number) for number in range(MANY)]
    one, alone = drawn(sources)
    with ProcessPoolExecutor(JOBS) as pool:
        several, together = drawn(sources, pool)
    assert alone == together
    yield compared(f"{MANY:,} pictures by {JOBS} processes", several, "by one", one)
    what = f"{MANY:,} pictures by a Dask cluster of {JOBS} workers"
    if not find_spec("distributed"):
        yield skipped(what, "distributed")
        return
    cluster: Any = import_module("distributed").Client
    with cluster(n_workers=JOBS, threads_per_worker=1, dashboard_address=None) as client:
        by_cluster, together = drawn(sources, client.get_executor())
    assert alone == together
    yield compared(what, by_cluster, f"by {JOBS} processes", several)


def drawn(sources: list[str], executor: Executor | None = None) -> tuple[float, list[object]]:
    """Seconds that pictures take where some were drawn before, and the pictures."""
    for _ in render_many(sources[:WARMING], executor=executor):
        pass
    began = time.perf_counter()
    pictures: list[object] = list(render_many(sources, executor=executor))
    return time.perf_counter() - began, pictures


def memory() -> Iterator[Row]:
    """The memory of a build by one process."""
    what = f"largest memory of a build of {MANY:,} diagrams"
    if not Path("/proc/self/status").exists():
        yield Row(what, "skipped", "the system has no /proc", "")
        return
    with site(MANY // ON_A_PAGE, ON_A_PAGE) as folder:
        bare, ours = (peak(folder, plugins) for plugins in (BARE, OURS_BY_ONE))
    yield Row(what, f"{ours:.0f} MB", f"the bare site: {bare:.0f} MB", f"{ours - bare:.0f} MB more")


def source(number: int) -> str:
    """Apples at a price of their own, so that no two pictures are the same."""
    inputs = f"apple = {100 + number}\ncount = {2 + number % 7}\ntax = 1.1\n"
    return f"{inputs}subtotal = apple * count\ntotal = subtotal * tax"


def as_lines(number: int) -> str:
    return f"```graphgen\n{source(number)}\n```"


def as_dot(number: int) -> str:
    """The same picture for a tool that draws DOT."""
    return f"```dot\n{picture(parse(source(number))).dot().source}\n```"


@contextmanager
def site(pages: int, each: int, fence: Callable[[int], str] = as_lines) -> Iterator[Path]:
    """A folder with the pages of a site."""
    with tempfile.TemporaryDirectory() as name:
        docs = Path(name, "docs")
        docs.mkdir()
        (docs / "index.md").write_text("# Home\n")
        for page in range(pages):
            fences = (fence(page * each + number) for number in range(each))
            (docs / f"page{page}.md").write_text("\n\n".join([f"# Page {page}", *fences]) + "\n")
        yield Path(name)


def edit(folder: Path, run: int) -> Path:
    """The site with new numbers in the diagrams of one page."""
    fences = (as_lines(10_000 * (run + 1) + number) for number in range(ON_A_PAGE))
    (folder / "docs" / "page0.md").write_text("\n\n".join(["# Page 0", *fences]) + "\n")
    return folder


def build(folder: Path, plugins: str, fresh: bool = False) -> float:
    """Seconds that MkDocs takes, its own start included."""
    if fresh:
        shutil.rmtree(folder / ".cache", ignore_errors=True)
    return timed(prepared(folder, plugins), folder)


def timed(command: list[str], folder: Path) -> float:
    """Seconds that a process takes."""
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, env=AS_INSTALLED, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def peak(folder: Path, plugins: str) -> float:
    """The most memory, in MB, that a build's process occupied, as Linux tells it."""
    command = prepared(folder, plugins)
    code = (
        "import atexit, re, runpy, sys; from pathlib import Path; status = Path('/proc/self/status')\n"
        "atexit.register(lambda: print(re.search(r'VmHWM:\\s*(\\d+)', status.read_text())[1]))\n"
        f"sys.argv = {command[2:]!r}; runpy.run_module('mkdocs', run_name='__main__')"
    )
    told = subprocess.run([command[0], "-c", code], cwd=folder, check=True, stdout=subprocess.PIPE)
    return int(told.stdout.split()[-1]) / 1024


def prepared(folder: Path, plugins: str) -> list[str]:
    (folder / "mkdocs.yml").write_text(f"site_name: Site\ntheme: {{name: mkdocs}}\n{plugins}\n")
    return [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict"]


def cycled(function: Callable[[int], object]) -> Callable[[], object]:
    """The function of the next number, so that no answer can come from before."""
    numbers = iter(range(sys.maxsize))
    return lambda: function(next(numbers))


def torchviz() -> Callable[[], object]:
    import torch
    from torchviz import make_dot

    def draw(number: int) -> object:
        given = {"apple": 100.0 + number, "count": 2.0, "tax": 1.1}
        tensors = {name: torch.tensor(value, requires_grad=True) for name, value in given.items()}
        apple, count, tax = tensors.values()
        return make_dot(apple * count * tax, params=tensors).pipe(format="svg")

    return cycled(draw)


def draw_dot() -> Callable[[], object]:
    def draw(number: int) -> object:
        inputs = {"apple": 100.0 + number, "count": 2.0, "tax": 1.1}
        return piped(micrograd_dot(lambda apple, count, tax: apple * count * tax, inputs))

    return cycled(draw)


def sphinx() -> Callable[[], object]:
    """The process of dot that Sphinx starts for a new diagram: it writes a file."""
    dots = [picture(parse(source(number))).dot().source for number in range(50)]
    return cycled(lambda number: piped(dots[number % len(dots)]))


def piped(dot: str) -> bytes:
    return subprocess.run(["dot", "-Tsvg"], input=dot.encode(), capture_output=True, check=True).stdout


def built() -> Iterator[Row]:
    """Whole sites."""
    yield from building()
    yield from project()


BENCHMARKS = {"building": built, "single": single, "jobs": jobs, "memory": memory}

if __name__ == "__main__":
    raise SystemExit(main(__file__, __doc__, BENCHMARKS))
