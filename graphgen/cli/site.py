"""The commands `new` and `assets`: what a site needs before its first picture."""

from __future__ import annotations

import os
from pathlib import Path

import click

from graphgen.cli.files import naming, write
from graphgen.cli.streams import put_out
from graphgen.errors import OptionError, printable


@click.command(epilog="Example: graphgen new course && cd course && mkdocs build")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def new(folder: Path) -> None:
    """A MkDocs site in DIR with one diagram, ready for `mkdocs build`."""
    with naming(str(folder), "read", "name another folder"):
        is_taken = os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir()))
    if is_taken:
        raise OptionError(
            f"{folder} is there already", "name a folder that does not exist yet, or an empty one"
        )
    from importlib.resources import files

    template = files("graphgen") / "assets" / "new"
    write({folder / name: template.joinpath(name).read_bytes() for name in ("mkdocs.yml", "docs/index.md")})
    put_out(f"ready: cd {printable(str(folder))} && mkdocs serve")


@click.command(epilog="Example: graphgen assets docs/assets")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def assets(folder: Path) -> None:
    """The style sheet and the scripts of pages, written into DIR, for site builders other than MkDocs."""
    from graphgen.page import more_script, script, style

    texts = {"graphgen.css": style(), "graphgen.js": script(), "graphgen-more.js": more_script()}
    made = {folder / name: text.encode() for name, text in texts.items()}
    write(made)
    for file in made:
        put_out(f"written: {printable(str(file))}")
