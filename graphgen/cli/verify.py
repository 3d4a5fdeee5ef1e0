"""The command `verify`: every diagram in pages, graphs, and folders of them."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphgen.cli.files import in_file, naming, text_of, warnings
from graphgen.cli.streams import BAD_INPUT, FAILED, put_out, report_fault
from graphgen.errors import GraphgenError, OptionError, VerificationError

if TYPE_CHECKING:
    from graphgen.graph import Level
    from graphgen.page import Folder, Request

    _Check = Callable[[], Mapping[Level, int]]

_SUFFIXES = (".md", ".markdown", ".graph")


@click.command(epilog="Example: graphgen verify docs shop.graph")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
def verify(paths: tuple[str, ...]) -> None:
    """Every diagram in Markdown pages, .graph files, and folders of them.

    Exits with 1 where two ways of computing a number disagree, with 2 where a source is wrong.
    """
    from graphgen.graph import verdict

    faults: list[GraphgenError] = []
    worth_a_look: list[GraphgenError] = []
    sources = [found for path in paths for found in _sources(Path(path), faults, worth_a_look)]
    levels: Counter[Level] = Counter()
    with click.progressbar(
        sources, label="verifying", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        for check in bar:
            try:
                levels.update(check())
            except GraphgenError as error:
                faults.append(error)
    for message in (*worth_a_look, *faults):
        report_fault(message)
    counts = [(len(sources), "diagram"), (len(faults), "fault")]
    diagrams, found = (f"{count:,} {noun}{'s' * (count != 1)}" for count, noun in counts)
    put_out(f"{diagrams}; {verdict(levels)}; {found}")
    if any(isinstance(fault, VerificationError) for fault in faults):
        raise click.exceptions.Exit(FAILED)
    if faults:
        raise click.exceptions.Exit(BAD_INPUT)


def _sources(path: Path, faults: list[GraphgenError], worth_a_look: list[GraphgenError]) -> Iterator[_Check]:
    """For each diagram below a path, what verifies it, counts its numbers by level and adds its warnings;
    adds files' faults."""
    from graphgen.page import Folder

    with naming(str(path), "read", "check the name"):
        is_there, is_folder = path.exists(), path.is_dir()
    if not is_folder:
        if is_there and path.suffix not in _SUFFIXES:
            raise OptionError(
                f"{path} is not a page or a graph", f"give a folder or a file in {', '.join(_SUFFIXES)}"
            )
        # A page that is named by itself is one of the folder in which the program runs.
        yield from _sources_of_file(path, Folder(path.parent, Path.cwd()), faults, worth_a_look)
        return
    for file in _found(path, faults):
        folder = Folder(file.parent, path)
        try:
            folder.path_of(file.name)
        except OptionError:
            faults.append(OptionError(f"{file} is a link out of {path}", "name the file that it leads to"))
        else:
            yield from _sources_of_file(file, folder, faults, worth_a_look)


def _found(folder: Path, faults: list[GraphgenError]) -> list[Path]:
    """The pages and graphs in a folder and those below it, but for hidden ones."""

    def refused(error: OSError) -> None:
        faults.append(OptionError(f"{error.filename} cannot be read: {error.strerror}", "check who may"))

    found = []
    for here, folders, names in os.walk(folder, onerror=refused):
        folders[:] = (name for name in folders if not name.startswith("."))
        found += [Path(here, name) for name in names if not name.startswith(".")]
    return sorted(file for file in found if file.suffix in _SUFFIXES)


def _sources_of_file(
    path: Path, folder: Folder, faults: list[GraphgenError], worth_a_look: list[GraphgenError]
) -> Iterator[_Check]:
    """The same of one file; `folder` is where it lies, and the one that its fences' files may not leave."""
    from graphgen.integrations import drawn_by, find_fences, shown_by
    from graphgen.page import content_of

    try:
        text = text_of(content_of(path, str(path), "check the name"), str(path))
    except GraphgenError as error:
        faults.append(error)
        return
    if path.suffix == ".graph":

        def check_graph() -> Mapping[Level, int]:
            with in_file(str(path)):
                shown = shown_by(text, {}, {})
            worth_a_look.extend(warnings(shown.graph, str(path)))
            return shown.levels

        yield check_graph
        return
    named: dict[str, Request] = {}
    for fence in find_fences(text):

        def check_fence(fence: Any = fence) -> Mapping[Level, int]:
            return drawn_by(fence, str(path), folder, {}, named, worth_a_look.append).levels

        yield check_fence
