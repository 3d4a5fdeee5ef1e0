"""Files of the command line: a source is read whole, files are written all or none, faults name them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copymode
from typing import TYPE_CHECKING

from graphgen.errors import GraphgenError, OptionError, RenderError, SourceError, contained

if TYPE_CHECKING:
    from graphgen.graph import ComputationalGraph


def read(file: str) -> str:
    """The text of a file, or of standard input; raises a GraphgenError where there is none."""
    from graphgen.page import MAX_BYTES, MAX_CAPTURED_BYTES

    name, most = called(file), MAX_CAPTURED_BYTES if file.endswith(".json") else MAX_BYTES
    if file == "-" and sys.stdin is None:
        raise OptionError("standard input cannot be read: it is closed", "name a file")
    with naming(name, "read", "check the name"), ExitStack() as opened:
        stream = sys.stdin.buffer if file == "-" else opened.enter_context(Path(file).open("rb"))
        data = stream.read(most + 1)
    if len(data) > most:
        raise OptionError(f"{name} is too long", f"at most {most:,} bytes are read")
    return text_of(data, name)


def text_of(data: bytes, file: str) -> str:
    """The text of a file's content. Raises SourceError where that is none."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        fault = SourceError("the text is not UTF-8", "save the file as UTF-8")
        raise fault.within(file, line - 1) from None


def warnings(graph: ComputationalGraph, file: str) -> list[GraphgenError]:
    """Warnings about a source, which stop nothing: each named result that leads nowhere."""
    from graphgen.graph import unused_result

    return [unused_result(name, line).within(called(file)) for name, line in graph.unused.items()]


def write(contents: Mapping[Path, bytes]) -> None:
    """Writes whole files, with the folders that they need; where one cannot be written, no new one stays."""
    with ExitStack() as undo, ExitStack() as tidy:
        ready: list[tuple[Path, Path, Path]] = []
        for path, data in contents.items():
            with naming(str(path), "written", "name another file"):
                target = path.resolve()  # where a link leads
                _make_folder(target.parent, undo)
                if target.exists() and not target.is_file():  # a device, or a folder, which this refuses
                    target.write_bytes(data)
                    continue
                unfinished = target.with_name(f".graphgen-{os.getpid()}-{len(ready)}.part")
                with unfinished.open("xb") as file:
                    tidy.callback(unfinished.unlink, missing_ok=True)
                    file.write(data)
                if target.exists():
                    copymode(target, unfinished)
                ready.append((path, target, unfinished))
        for path, target, unfinished in ready:
            with naming(str(path), "written", "name another file"):
                is_new = not target.exists()
                unfinished.replace(target)
                if is_new:
                    undo.callback(target.unlink)
        undo.pop_all()


def _make_folder(folder: Path, undo: ExitStack) -> None:
    """Makes a folder and those above it, and says how they are removed again."""
    missing = [above for above in (folder, *folder.parents) if not above.exists()]
    for above in reversed(missing):
        above.mkdir(exist_ok=True)
        undo.callback(above.rmdir)


@contextmanager
def naming(file: str, done: str, hint: str) -> Iterator[None]:
    """Turns what the system says of a file into an OptionError."""
    try:
        yield
    except OSError as error:
        raise OptionError(f"{file} cannot be {done}: {error.strerror}", hint) from None


def called(file: str) -> str:
    return "standard input" if file == "-" else file


@contextmanager
def in_file(file: str) -> Iterator[None]:
    """Says of every fault of a source in which file it is."""
    try:
        with contained():
            yield
    except GraphgenError as error:
        is_elsewhere = error.place is None and isinstance(error, (OptionError, RenderError))
        raise (error if is_elsewhere else error.within(called(file))) from None
