"""The files that the fences of a page name: found from its own folder, and read within the site's alone."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

from graphgen.errors import OptionError, excerpt

if TYPE_CHECKING:
    from graphgen.graph import ComputationalGraph

MAX_BYTES = 4_000_000
"""The bytes of a file that is read: as many as the longest source takes in UTF-8."""
MAX_CAPTURED_BYTES = 64_000_000
"""The bytes of a file that holds a captured graph, whose numbers are in it."""

_ELSEWHERE = re.compile(r"^/|[\\:]")
"""A path that begins at a root or on a drive, or has the separators of Windows."""


@dataclass(frozen=True)
class Folder:
    """The folder in which a page lies, and the one that its files may not lead out of."""

    path: Path
    root: Path

    @classmethod
    def current(cls) -> Folder:
        """The folder in which the program runs, for a page of which nothing is known."""
        return cls(Path.cwd(), Path.cwd())

    def read(self, name: str) -> str:
        """The text of the file of that name, which is a path from the page.

        Raises OptionError where it leads out of the root, is no file, is too long or is not UTF-8.
        """
        called = f"file={excerpt(name)}"
        content = content_of(self.path_of(name), called, "check the path, which begins at the page's folder")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise OptionError(f"{called} cannot be read: it is not UTF-8", "save it as UTF-8") from None

    def path_of(self, name: str) -> Path:
        """Where a name leads, by way of all links; nothing is asked of a file outside the root.

        Raises OptionError where it leads out of the root.
        """
        root = Path(os.path.realpath(self.root))
        if name.isprintable() and not _ELSEWHERE.search(name):
            path = Path(os.path.realpath(self.path / name))
            if path.is_relative_to(root):
                return path
        raise OptionError(
            f"file={excerpt(name)} does not lie in the docs folder",
            "name a file by its path from the page, with / between folders",
        )


class Source(NamedTuple):
    """The text that a fence draws, and the file that holds it where that is not the page."""

    text: str
    file: str | None = None


def source_of(written: str, options: Mapping[str, str], folder: Folder, page: str) -> Source:
    """The source that a fence draws: the lines that are written in it, or the file that its options name.

    `page` is the page's path as a person would type it. Raises OptionError.
    """
    written_name = options.get("file", "")
    name = "file" if written_name is None else written_name.strip()
    if not name:
        return Source(written)
    if written.strip():
        raise OptionError("the fence names a file, and holds lines as well", "leave out one of them")
    return Source(folder.read(name), PurePath(os.path.normpath(PurePath(page).parent / name)).as_posix())


def content_of(path: Path, called: str, hint: str) -> bytes:
    """The content of a file; where it cannot be read, an error calls it as it is called here, with the hint.

    Raises OptionError where it is no file (reading a pipe or a device might never end), or is too long.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise OptionError(f"{called} cannot be read: it is not a file", hint)
        most = MAX_CAPTURED_BYTES if path.suffix == ".json" else MAX_BYTES
        if status.st_size <= most:
            with path.open("rb") as file:
                return file.read(most)
    except OSError as error:
        raise OptionError(f"{called} cannot be read: {error.strerror}", hint) from None
    raise OptionError(
        f"{called} cannot be read: it has {status.st_size:,} bytes", f"at most {most:,} are read"
    )


def graph_of(text: str, file: str | None = None) -> ComputationalGraph:
    """The graph of a source: of its lines, or one that was captured and saved. Raises GraphgenError."""
    if text.lstrip().startswith("{"):
        from graphgen.frameworks import load_text

        return load_text(text, file)
    from graphgen.language import parse

    return parse(text, file)
