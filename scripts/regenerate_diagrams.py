"""Draw the diagrams of the site as SVG files of their own, in FOLDER, by default build/diagrams.

Run it in an environment that has the package, such as .venv. It writes the files that have changed, and
names those in the folder that no diagram makes any more. Where a diagram has a fault it tells it and changes
nothing. A README shows a few: keep their files in a folder, for which --kept makes it draw these alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, get_files
from mkdocs.structure.pages import Page
from mkdocs.utils.meta import get_data

from graphgen.errors import GraphgenError
from graphgen.integrations import Fence, drawn_by, find_fences, placed_error
from graphgen.integrations.mkdocs import folder_of, language_of
from graphgen.page import Folder, mapped, standalone

ROOT = Path(__file__).resolve().parent.parent
OUT_OF_DATE, FAULTY = 1, 2


@dataclass(frozen=True)
class Diagram:
    """A fence of a page, in the page's language, and the name of its file."""

    name: str
    page: str
    fence: Fence
    folder: Folder
    language: str

    def svg(self) -> bytes | GraphgenError:
        """The file's content; an error where there is none, so that it comes back from another process."""
        try:
            shown = drawn_by(self.fence, self.page, self.folder, {"language": self.language})
            return standalone(shown).encode()
        except GraphgenError as error:
            return error if error.place else placed_error(error, self.page, self.fence)


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("build", "diagrams"))
@click.option("--kept", is_flag=True, help="Draw only the diagrams whose files the folder has.")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 where a file is out of date.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    show_default="one for each core",
    help="Processes that draw.",
)
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False),
    default=str(ROOT / "mkdocs.yml"),
    show_default="this project's",
    help="The mkdocs.yml of a site.",
)
def main(folder: Path, kept: bool, check: bool, jobs: int, config_file: str) -> None:
    # The theme warns of MkDocs 2, which pyproject.toml rules out.
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    found = by_file(diagrams(load_config(config_file)))
    present = {file.name for file in folder.glob("*.svg")}
    if kept and not present:
        stop(f"{folder.as_posix()} has no diagrams to keep: name the folder that has them before --kept")
    wanted = {name: found[name] for name in found if name in present} if kept else found
    drawn = draw(wanted, jobs)
    faults = [svg for svg in drawn.values() if isinstance(svg, GraphgenError)]
    if faults:
        stop(*map(str, faults))
    svgs = {folder / name: svg for name, svg in drawn.items() if isinstance(svg, bytes)}
    missing = [file for file in svgs if not file.exists()]
    stale = [file for file in svgs if file.exists() and file.read_bytes() != svgs[file]]
    superfluous = [folder / name for name in sorted(present - wanted.keys())]
    if not check:
        for file in (*missing, *stale):
            write(file, svgs[file])
    told = ("missing", "stale", "superfluous") if check else ("new", "changed", "superfluous")
    for word, files in zip(told, (missing, stale, superfluous), strict=True):
        for file in files:
            click.echo(f"{word}: {file.as_posix()}")
    count = len(missing) + len(stale) + (len(superfluous) if check else 0)
    click.echo(f"{len(svgs)} diagrams, {count} files {'out of date' if check else 'changed'}")
    if check and count:
        sys.exit(OUT_OF_DATE)


def stop(*faults: str) -> NoReturn:
    for fault in faults:
        click.echo(fault, err=True)
    sys.exit(FAULTY)


def diagrams(config: MkDocsConfig) -> Iterator[Diagram]:
    """Every diagram of the site, page by page, those that a hook writes among them.

    Its file is called by its page and its own name, or else its number on the page.
    """
    files = get_files(config)
    for file in files.documentation_pages():
        stem = file.src_uri.rpartition(".")[0].replace("/", "-")
        text = file.content_string
        for hook in config["hooks"].values():
            if hasattr(hook, "on_page_markdown"):
                page = Page(None, file, config)
                text = hook.on_page_markdown(text, page=page, config=config, files=files)
        for number, fence in enumerate(find_fences(text), 1):
            folder, language = folder_of(file, config), language_of_file(file, config)
            name = f"{stem}-{name_of(fence) or number}.svg"
            yield Diagram(name, file.src_uri, fence, folder, language)


def name_of(fence: Fence) -> str:
    """A fence's own name; empty where it has none, or none that can be read."""
    with suppress(GraphgenError):
        name = fence.options().get("name", "")
        return name if name.isidentifier() else ""
    return ""


def language_of_file(file: File, config: MkDocsConfig) -> str:
    """The language of a page's pictures; a site in several languages has a folder for each."""
    meta = get_data(file.content_string)[1]
    folder = file.src_uri.partition("/")[0]
    languages = config.plugins["i18n"].config["languages"] if "i18n" in config.plugins else []
    if folder in (language.locale for language in languages):
        meta = {"lang": folder} | meta
    return language_of(meta, config)


def by_file(found: Iterable[Diagram]) -> dict[str, Diagram]:
    """The diagrams by the names of their files."""
    named: dict[str, Diagram] = {}
    for diagram in found:
        other = named.setdefault(diagram.name, diagram)
        if other is not diagram:
            stop(f"{other.page} and {diagram.page} would share the file {diagram.name}: rename one")
    return named


def draw(named: dict[str, Diagram], jobs: int) -> dict[str, bytes | GraphgenError]:
    """The content of every file, or what is wrong with it, by the file's name."""
    with ExitStack() as stack:
        pool = stack.enter_context(ProcessPoolExecutor(jobs)) if jobs > 1 else None
        bar = click.progressbar(
            mapped(Diagram.svg, named.values(), pool),
            length=len(named),
            label="drawing",
            file=sys.stderr,
            hidden=not sys.stderr.isatty(),
        )
        return dict(zip(named, stack.enter_context(bar), strict=True))


def write(file: Path, content: bytes) -> None:
    """Writes a whole file or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.replace(file)


if __name__ == "__main__":
    main()
