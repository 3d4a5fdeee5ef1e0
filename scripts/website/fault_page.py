"""Every error message with an input that brings it about: each is run while the page is built.

`faults.yml` holds them in groups. A fault is shown as one of

- `source`, with `options` and the page's further text in `behind`: a fence of a page;
- `page`: a page as it is written;
- `command`: words behind `graphgen`;
- `python`: statements, behind `import graphgen`; where these need PyTorch or JAX, which no build of the site
  has, `says` is the message, against which tests/frameworks holds what is said.

Pages and commands may have `files` beside them, by name; a number stands for that many bytes. `given`
names what else must be so (a missing program, a broken rule), as an expression over `CONDITIONS`.
`ko` says in Korean what the message says; `en` is for what an English reader should know besides.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import replace
from errno import ENOSPC
from functools import cache
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import click
import markdown
from catalogues import catalogue
from click.testing import CliRunner

import graphgen
from graphgen.cli import main
from graphgen.errors import GraphgenError
from graphgen.integrations import PageContext, accept, fence, find_fences, log, page_context, quote
from graphgen.ops import OPS

FAULTS = "faults.yml"
PAGE = "docs/page.md"


def faults(language: str) -> str:
    """The Markdown of the page: a section for each group, in it each fault with its message."""
    return "\n\n".join("\n\n".join(section(group, language)) for group in catalogue(FAULTS))


def section(group: dict[str, Any], language: str) -> Iterator[str]:
    yield f"## {group['title'][language]} {{#{group['id']}}}"
    yield group[language]
    for fault in group["faults"]:
        yield f'<div class="faults" markdown>\n\n{written(fault)}\n\n{told(fault, language)}\n\n</div>'


def told(fault: dict[str, Any], language: str) -> str:
    """The message, and what is said of it."""
    said = f"<p class='fault'>{escape(message(fault))}</p>\n\n{fault.get(language, '')}"
    return f"<div markdown>\n\n{said}\n\n</div>"


def written(fault: dict[str, Any]) -> str:
    """The source that brings the message about, as a fence of the page."""
    if "command" in fault:
        return f"```console\n$ graphgen {fault['command']}\n```"
    kind, text = ("python", fault["python"]) if "python" in fault else ("markdown", page_of(fault))
    return f"````{kind}\n{text.strip()}\n````"


def page_of(fault: dict[str, Any]) -> str:
    """The page that is built: the one that is given, or a fence of the source."""
    if "page" in fault:
        return str(fault["page"])
    header = "".join(f' {name}="{value}"' for name, value in fault.get("options", {}).items())
    behind = f"\n\n{fault['behind']}" if "behind" in fault else ""
    return f"```graphgen{header}\n{str(fault['source']).rstrip()}\n```{behind}"


def message(fault: dict[str, Any]) -> str:
    """The message that graphgen gives to it. Raises ValueError where it gives none."""
    return str(fault["says"]) if "says" in fault else _message(json.dumps(fault, sort_keys=True))


@cache
def _message(told: str) -> str:
    fault = json.loads(told)
    with ExitStack() as stack:
        if "given" in fault:
            stack.enter_context(eval(fault["given"], CONDITIONS))
        if "command" in fault:
            found = beside(fault, of_command, fault["command"])
        elif "python" in fault:
            found = of_python(fault["python"])
        else:
            found = copy_context().run(beside, fault, of_page, page_of(fault))
    if not found:
        raise ValueError(f"{FAULTS}: no message comes of {fault}")
    return found


def beside(fault: dict[str, Any], run: Callable[[str], str], text: str) -> str:
    """The message that comes of running a text in a folder with the fault's files."""
    with TemporaryDirectory() as folder, in_folder(folder):
        for name, content in fault.get("files", {}).items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_bytes(bytes_of(name, content))
        return run(text)


def bytes_of(name: str, content: str | int) -> bytes:
    if isinstance(content, int):
        return b"\n" * content
    return content.encode("latin-1" if name.startswith("latin") else "utf-8")


def of_page(text: str) -> str:
    """The first message in the log of a page's build."""
    said: list[str] = []

    def keep(record: logging.LogRecord) -> bool:
        said.append(record.getMessage())
        return False

    context = PageContext(PAGE, list(find_fences(text)), text)
    page_context.set(context)
    level = log.level
    log.setLevel(logging.WARNING)  # whatever the build tells
    log.addFilter(keep)
    try:
        custom = {"name": "graphgen", "class": "graphgen"}
        markdown.markdown(
            text,
            extensions=["pymdownx.superfences", "pymdownx.inlinehilite"],
            extension_configs={
                "pymdownx.superfences": {"custom_fences": [{**custom, "format": fence, "validator": accept}]},
                "pymdownx.inlinehilite": {"custom_inline": [{**custom, "format": quote}]},
            },
        )
    finally:
        log.removeFilter(keep)
        log.setLevel(level)
    return next(iter([*said, *map(str, context.missed())]), "")


def of_command(command: str) -> str:
    return CliRunner().invoke(main, command.split()).stderr.strip()


def of_python(code: str) -> str:
    try:
        exec(code, {"graphgen": graphgen})
    except GraphgenError as error:
        return f"{type(error).__name__}: {error}"
    return ""


@contextmanager
def in_folder(folder: str) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def broken(name: str) -> AbstractContextManager[Any]:
    """A row of the op table whose rules are wrong: its gradients come out ten times as large."""
    return in_table(name, vjps=tuple(f"10 * ({rule})" for rule in OPS[name].vjps))


def mistaken(name: str, slope: str) -> AbstractContextManager[Any]:
    """A row of one operand whose rule and whose derivative are wrong alike."""
    return in_table(name, vjps=(f"g * ({slope})",), derivatives=(slope,))


def in_table(name: str, **changes: Any) -> AbstractContextManager[Any]:
    return patch("graphgen.graph.node.OPS", {**OPS, name: replace(OPS[name], **changes)})


def proved_within(seconds: float) -> AbstractContextManager[Any]:
    """An environment in which a proof has less time than it has elsewhere."""
    return patch("graphgen.verification.verifier.MAX_SECONDS", seconds)


@contextmanager
def proved_up_to(operations: int, further: AbstractContextManager[Any]) -> Iterator[None]:
    """An environment in which only smaller graphs are proved, and something else is so."""
    with patch("graphgen.verification.verifier.MAX_OPERATIONS", operations), further:
        yield


@contextmanager
def stands_for(name: str, opened: str) -> Iterator[None]:
    """A row of the op table that is said to stand for other operations than it does."""
    row = OPS[name]
    sound = row.opened
    object.__setattr__(row, "opened", opened)
    try:
        yield
    finally:
        object.__setattr__(row, "opened", sound)


def without(module: str) -> AbstractContextManager[Any]:
    """An environment in which a package is not installed."""
    return patch.dict(sys.modules, {module: None})


def within_seconds(seconds: float) -> AbstractContextManager[Any]:
    """An environment in which a layout has less time than it has elsewhere."""
    return patch("graphgen.drawing.engine.MAX_SECONDS", seconds)


@contextmanager
def without_programs() -> Iterator[None]:
    """An environment in which no program is found."""
    with TemporaryDirectory() as empty, patch.dict(os.environ, PATH=empty):
        yield


@contextmanager
def with_program(name: str, script: str) -> Iterator[None]:
    """An environment in which a program does what this script of the shell says."""
    with TemporaryDirectory() as folder:
        program = Path(folder, name)
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        with patch.dict(os.environ, PATH=f"{folder}{os.pathsep}{os.environ['PATH']}"):
            yield


@contextmanager
def with_streams(stdin: Any = None, stdout: Any = None) -> Iterator[None]:
    """An environment in which the command line has these streams alone; None is one that is closed."""
    streams = SimpleNamespace(stdin=stdin, stdout=stdout)
    with patch("graphgen.cli.files.sys", streams), patch("graphgen.cli.streams.sys", streams):
        yield


@contextmanager
def on_full_disk() -> Iterator[None]:
    """An environment in which the file that takes standard output has no room left."""
    echo = click.echo

    def refuse(text: str | bytes, nl: bool = True, err: bool = False) -> None:
        if not err:
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        echo(text, nl=nl, err=err)

    with TemporaryFile() as full, with_streams(stdout=full), patch("click.echo", refuse):
        yield


def leads_out(name: str) -> AbstractContextManager[Any]:
    """An environment in which a file is a link that leads out of its folder, even on Windows."""
    follow = os.path.realpath

    def lead(path: Any, **how: Any) -> Any:
        return follow(os.path.sep if Path(path).name == name else path, **how)

    return patch("os.path.realpath", lead)


CONDITIONS: dict[str, Callable[..., Any]] = {
    "broken": broken,
    "leads_out": leads_out,
    "mistaken": mistaken,
    "on_full_disk": on_full_disk,
    "proved_up_to": proved_up_to,
    "proved_within": proved_within,
    "stands_for": stands_for,
    "with_program": with_program,
    "with_streams": with_streams,
    "within_seconds": within_seconds,
    "without": without,
    "without_programs": without_programs,
}
