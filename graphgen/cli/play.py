"""The command `play`: a page of this machine's browser with a source, and its picture as one types."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphgen.cli.files import naming, read, write
from graphgen.cli.streams import put_out
from graphgen.errors import OptionError, printable

if TYPE_CHECKING:
    from graphgen.playground import Document


@click.command(epilog="Example: graphgen play shop.graph")
@click.argument("file", required=False)
@click.option(
    "--no-browser", is_flag=True, help="Only say the address, for a browser that you open yourself."
)
def play(file: str | None, no_browser: bool) -> None:
    """A page with a source and its verified picture as you type, for FILE or for trying things out.

    FILE is saved as you type, made where it is not there, and followed where another program changes it.
    The page is served to this machine alone, until Ctrl+C.
    """
    from graphgen.playground import Server

    document = None if file is None else document_of(file)
    with naming("the page", "served", "look at the machine's network settings"), Server(document) as server:
        put_out(f"{printable(file or 'graphgen')} is at {server.address} until Ctrl+C")
        if not no_browser:
            import webbrowser

            webbrowser.open(server.address)
        with suppress(KeyboardInterrupt):
            server.serve_forever()


def document_of(file: str) -> Document:
    """A file to edit, which need not be there yet. Raises GraphgenError where it cannot be edited."""
    from graphgen.playground import Document

    if file == "-" or Path(file).suffix in (".md", ".markdown", ".json"):
        raise OptionError(f"{file} is not written in the playground", "name a .graph file")

    def write_text(text: str) -> None:
        write({Path(file): text.encode()})

    document = Document(Path(file).name, lambda: _text(file), write_text)
    document.state()
    return document


def _text(file: str) -> str | None:
    """The text of a file; None where there is none yet."""
    with naming(file, "read", "check the name"):
        is_there = Path(file).exists()
    return read(file) if is_there else None
