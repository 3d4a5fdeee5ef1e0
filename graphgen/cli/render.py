"""The command `render`: a verified picture, as a file of each format or one for each step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from graphgen.cli.files import in_file, read, warnings, write
from graphgen.cli.streams import put_out, report_fault
from graphgen.errors import OptionError
from graphgen.options import ENGINES, FORMATS, OPTIONS, Options

MAX_SCALE = 20


def _picture_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of the fence as flags, from the same table."""
    for option in (option for option in reversed(OPTIONS) if not option.only_in_fences):
        words = f" [{'|'.join(option.words)}]" if option.words else ""
        command = click.option(
            f"--{option.name}", default=option.default, show_default=True, help=f"{option.does}{words}"
        )(command)
    return command


@click.command(epilog='Example: graphgen render shop.graph -o shop.svg --show "forward backward local"')
@click.argument("file")
@click.option("-o", "--output", required=True, help="The file to write; - for standard output.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="By default, what OUTPUT ends in.")
@click.option("--scale", default=2.0, show_default=True, help="Pixels to a point, for PNG.")
@click.option("--steps", "in_steps", is_flag=True, help="One SVG for each step: OUT-01.svg, OUT-02.svg, …")
@click.option(
    "--engine", type=click.Choice(ENGINES), default=ENGINES[0], show_default=True, help="Who draws."
)
@_picture_options
def render(
    file: str,
    output: str,
    form: str | None,
    scale: float,
    in_steps: bool,
    engine: str,
    **options: str,
) -> None:
    """The verified picture of FILE (- for standard input)."""
    from graphgen.drawing import picture, require_drawable
    from graphgen.page import graph_of, rendered, step_files

    ending = Path(output).suffix.removeprefix(".")
    form = form or (ending if ending in FORMATS else "svg")
    if not 0 < scale <= MAX_SCALE:
        raise OptionError(f"--scale {scale:g} is not possible", f"give a number up to {MAX_SCALE}")
    if in_steps and (form != "svg" or output == "-" or Path(output).is_dir()):
        raise OptionError("--steps writes SVG files", "name one with -o OUT.svg")
    with in_file(file):
        graph, asked = graph_of(read(file), file), Options.read(options)
        if form != "json":
            require_drawable(graph, asked)
        shown = picture(graph, asked)
        if in_steps:
            made = _numbered(Path(output), step_files(shown, engine))
        else:
            made = {Path(output): rendered(shown, form, scale, engine)}
    for warning in warnings(graph, file):
        report_fault(warning)
    if output == "-":
        put_out(made[Path(output)])
    else:
        write(made)


def _numbered(output: Path, texts: list[str]) -> dict[Path, bytes]:
    """The files of the steps, by their names."""
    places = max(len(str(len(texts))), 2)
    return {
        output.parent / f"{output.stem}-{number:0{places}}{output.suffix}": text.encode()
        for number, text in enumerate(texts, 1)
    }
