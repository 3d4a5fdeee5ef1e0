"""The command `capture`: what a function of PyTorch computes, as a graph."""

from __future__ import annotations

from pathlib import Path

import click

from graphgen.cli.files import write
from graphgen.cli.streams import put_out
from graphgen.errors import OptionError, printable


@click.command(epilog="Example: graphgen capture model.py:loss -o loss.json")
@click.argument("function", metavar="FILE.py:FUNCTION")
@click.option("-o", "--output", required=True, help="The file to write, which ends in .json.")
def capture(function: str, output: str) -> None:
    """Runs FILE.py, and writes what FUNCTION computes with PyTorch as a graph.

    The arguments of the function are their defaults. Nothing else in graphgen runs a file of Python.
    """
    file, _, name = function.rpartition(":")
    if not file or not name.isidentifier():
        raise OptionError(f"{function!r} names no function", "write it as in model.py:loss")
    if not output.endswith(".json"):
        raise OptionError(f"{output!r} is no name of a captured graph", "end it in .json")
    from graphgen.frameworks import capture
    from graphgen.graph import saved_text

    click.echo(f"graphgen: running {printable(file)}", err=True)
    graph = capture(Path(file), name)
    write({Path(output): saved_text(graph).encode()})
    framework = graph.reference.framework if graph.reference else ""
    put_out(f"written: {printable(output)}, {len(graph)} nodes, agreeing with {framework}")
