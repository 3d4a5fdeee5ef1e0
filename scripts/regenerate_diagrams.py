"""Draw every diagram of the site as an SVG file of its own, in docs/assets/diagrams/.

Run it in an environment that has the package, such as .venv. It writes the files that have changed and
removes those of diagrams that are gone. Where a diagram has a fault it tells it and changes nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
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
FOLDER = Path("assets", "diagrams")
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
def main(check: bool, jobs: int, config_file: str) -> None:
    # The theme warns of MkDocs 2, which pyproject.toml rules out.
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    config = load_config(config_file)
    folder = Path(config.docs_dir, FOLDER)
    drawn = draw(list(diagrams(config)), jobs)
    faults = [svg for svg in drawn.values() if isinstance(svg, GraphgenError)]
    if faults:
        stop(*map(str, faults))
    wanted = {folder / name: svg for name, svg in drawn.items() if isinstance(svg, bytes)}
    missing = [file for file in wanted if not file.exists()]
    stale = [file for file in wanted if file.exists() and file.read_bytes() != wanted[file]]
    superfluous = sorted(set(folder.glob("*.svg")) - set(wanted))
    if not check:
        for file in (*missing, *stale):
            write(file, wanted[file])
        for file in superfluous:
            file.unlink()
    told = ("missing", "stale", "superfluous") if check else ("new", "changed", "removed")
    for word, files in zip(told, (missing, stale, superfluous), strict=True):
        for file in files:
            click.echo(f"{word}: {FOLDER.as_posix()}/{file.name}")
    count = len(missing) + len(stale) + len(superfluous)
    click.echo(f"{len(wanted)} diagrams, {count} files {'out of date' if check else 'changed'}")
    if check and count:
        sys.exit(OUT_OF_DATE)


def stop(*faults: str) -> NoReturn:
    for fault in faults:
        click.echo(fault, err=True)
    sys.exit(FAULTY)


def diagrams(config: MkDocsConfig) -> Iterator[Diagram]:
    """Every diagram of the site, page by page, those that a hook writes among them."""
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
            yield Diagram(f"{stem}-{number}.svg", file.src_uri, fence, folder, language)


def language_of_file(file: File, config: MkDocsConfig) -> str:
    """The language of a page's pictures; a site in several languages has a folder for each."""
    meta = get_data(file.content_string)[1]
    folder = file.src_uri.partition("/")[0]
    languages = config.plugins["i18n"].config["languages"] if "i18n" in config.plugins else []
    if folder in (language.locale for language in languages):
        meta = {"lang": folder} | meta
    return language_of(meta, config)


def draw(found: list[Diagram], jobs: int) -> dict[str, bytes | GraphgenError]:
    """The content of every file, or what is wrong with it, by the file's name."""
    named: dict[str, Diagram] = {}
    for diagram in found:
        other = named.setdefault(diagram.name, diagram)
        if other is not diagram:
            stop(f"{other.page} and {diagram.page} would share the file {diagram.name}: rename a page")
    with ExitStack() as stack:
        pool = stack.enter_context(ProcessPoolExecutor(jobs)) if jobs > 1 else None
        bar = click.progressbar(
            mapped(Diagram.svg, found, pool),
            length=len(found),
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
