"""The streams of the command line: results on standard output, faults as a line each on standard error."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import click

from graphgen.errors import GraphgenError, OptionError

FAILED, BAD_INPUT = 1, 2
"""Exit codes."""


def report_fault(error: GraphgenError) -> None:
    with suppress(OSError):  # where standard error cannot be written, the exit code says it
        click.echo(f"graphgen: {error}", err=True)


def put_out(data: str | bytes) -> None:
    """Writes a text as lines, or bytes as they are, to standard output."""
    if sys.stdout is None:
        raise OptionError("standard output cannot be written: it is closed", "send it somewhere")
    try:
        click.echo(data, nl=isinstance(data, str))
    except BrokenPipeError:
        raise
    except OSError as error:
        # What waits in its buffer would fail once more as Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OptionError(
            f"standard output cannot be written: {error.strerror}", "send it somewhere else"
        ) from None
