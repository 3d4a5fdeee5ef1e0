"""The command line's entry point: its commands, and what becomes of their faults."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Any, NoReturn

import click

from graphgen.cli.capture import capture
from graphgen.cli.evaluate import evaluate
from graphgen.cli.ops import ops
from graphgen.cli.play import play
from graphgen.cli.render import render
from graphgen.cli.site import assets, new
from graphgen.cli.streams import BAD_INPUT, FAILED, report_fault
from graphgen.cli.verify import verify
from graphgen.errors import GraphgenError, VerificationError, contained

# What click itself makes of: its own exceptions, and a reader that has had enough.
_OF_CLICK = (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError)


class OneLineErrors(click.Group):
    """A group of commands whose faults are one line on standard error, without a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            with contained(*_OF_CLICK):
                return super().invoke(context)
        except VerificationError as error:
            _stop(error, FAILED)
        except GraphgenError as error:
            _stop(error, BAD_INPUT)


def _stop(error: GraphgenError, code: int) -> NoReturn:
    report_fault(error)
    raise click.exceptions.Exit(code)


@click.group(
    cls=OneLineErrors,
    commands=[evaluate, render, verify, play, capture, ops, new, assets],
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="mkdocs-graphgen")
def main() -> None:
    """Computational graphs: derived, verified and drawn from a few lines of mathematics."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A pipe on Windows has an encoding without most of mathematics.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
