"""The command line: eval, render, verify, capture, ops, new, assets.

Exit codes: 0 fine, 1 a verification failed, 2 bad input.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from importlib.resources import files
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from graphgen.errors import (
    GraphgenError,
    OptionError,
    RenderError,
    SourceError,
    VerificationError,
    contained,
    printable,
)
from graphgen.options import ENGINES, OPTIONS, Options

if TYPE_CHECKING:
    from graphgen.drawing import Picture
    from graphgen.graph import ComputationalGraph, Level
    from graphgen.page import Folder, Request
    from graphgen.verification import Report

    _Check = Callable[[], Mapping[Level, int]]

FAILED, BAD_INPUT = 1, 2
FORMATS = ("svg", "png", "pdf", "dot", "json")
MAX_SCALE = 20
_SUFFIXES = (".md", ".markdown", ".graph")
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
    _tell(error)
    raise click.exceptions.Exit(code)


def _tell(error: GraphgenError) -> None:
    with suppress(OSError):  # where standard error cannot be written, the exit code says it
        click.echo(f"graphgen: {error}", err=True)


def _print(data: str | bytes) -> None:
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


@click.group(cls=OneLineErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mkdocs-graphgen")
def main() -> None:
    """Computational graphs: derived, verified and drawn from a few lines of mathematics."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A pipe on Windows has an encoding without most of mathematics.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


@main.command("eval", epilog="Example: graphgen eval shop.graph --json")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each file.")
def evaluate(files: tuple[str, ...], as_json: bool) -> None:
    """Values, gradients and exact gradients of each FILE (- for standard input)."""
    from graphgen.language import require_numbers
    from graphgen.page import graph_of
    from graphgen.verification import verify, verify_symbolic

    for file in files:
        with _in_file(file):
            graph = graph_of(_read(file), file)
            require_numbers(graph)
            if graph.is_symbolic:
                report = verify_symbolic(graph).require()
                formulas = _formulas(graph)
                found = {"file": file, "output": graph.output, **formulas, "verified": report.is_proved}
                told = "" if as_json else _in_symbols(formulas, report)
            else:
                report = verify(graph).require()
                found, told = _evaluated(file, report), "" if as_json else _listed(report)
        for warning in _warnings(graph, file):
            _tell(warning)
        _print(json.dumps(found, ensure_ascii=False) if as_json else told)


def _warnings(graph: ComputationalGraph, file: str) -> list[GraphgenError]:
    """What is worth a look in a source, and stops nothing: each named result that leads nowhere."""
    from graphgen.graph import unused_result

    return [unused_result(name, line).within(_called(file)) for name, line in graph.unused.items()]


def _formulas(graph: ComputationalGraph) -> dict[str, dict[str, str]]:
    """The formulas of a graph in symbols by the names that the source assigns, in its own notation."""
    from graphgen.algebra import spelled_out, written_forms

    forms = written_forms(graph)
    names = [node.id for node in graph if node.name]
    written = {"values": forms.values, "gradients": forms.gradients}
    return {
        kind: {name: str(spelled_out(found[name])) for name in names if name in found}
        for kind, found in written.items()
    }


def _in_symbols(formulas: Mapping[str, Mapping[str, str]], report: Report) -> str:
    """The same for a reader, in columns."""
    from graphgen.notation import in_columns

    values, gradients = formulas["values"], formulas["gradients"]
    data = report.graph.data
    rows = [
        (name, told, gradients.get(name, "data" if name in data else "")) for name, told in values.items()
    ]
    return in_columns([("name", "value", "gradient"), *rows]) + f"\n{report}"


def _evaluated(file: str, report: Report) -> dict[str, Any]:
    """The JSON object of one file: floats and exact numbers by the names that the source assigns.

    Numbers that are not proved have no exact ones (None).
    """
    names = [node.id for node in report.graph if node.name]
    with_gradient = [name for name in names if name in report.numbers.gradients]

    def exact(value: Any) -> Any:
        return _nested(value, str) if report.is_proved else None

    return {
        "file": file,
        "output": report.graph.output,
        "values": {name: _nested(report.numbers.values[name], _json_float) for name in names},
        "gradients": {name: _nested(report.numbers.gradients[name], _json_float) for name in with_gradient},
        "exact_values": {name: exact(report.exact.values[name]) for name in names},
        "exact_gradients": {name: exact(report.exact.gradients[name]) for name in with_gradient},
        "levels": dict(report.levels),
        "verified": report.is_proved,
    }


def _json_float(number: Any) -> float | None:
    """The nearest float; None where that is beyond the floats, for which JSON has no number."""
    from graphgen.graph import nearest_float

    nearest = nearest_float(number)
    return nearest if math.isfinite(nearest) else None


def _nested(value: Any, convert: Callable[[Any], Any]) -> Any:
    """A number converted; an array as lists in lists of them."""
    if getattr(value, "shape", ()):
        return [_nested(part, convert) for part in value]
    return convert(value)


def _listed(report: Report) -> str:
    """The same for a reader: a line a name, in columns."""
    from graphgen.notation import in_columns, in_prose, value_text

    def exact_text(value: Any) -> str:
        if not report.is_proved:
            return ""
        return str(_nested(value, str)).replace("'", "") if getattr(value, "shape", ()) else str(value)

    values, gradients = report.numbers.values, report.numbers.gradients
    table = [("name", "value", "gradient", "exact gradient")]
    for node in report.graph:
        if not node.name:
            continue
        value = in_prose(value_text(values[node.id]))
        if node.id in gradients:
            gradient = in_prose(value_text(gradients[node.id]))
            table.append((node.id, value, gradient, exact_text(report.exact.gradients[node.id])))
        else:
            table.append((node.id, value, "data" if node.id in report.graph.data else "", ""))
    return f"{in_columns(table)}\n{report}"


def _picture_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of the fence as flags, from the same table."""
    for option in (option for option in reversed(OPTIONS) if not option.only_in_fences):
        words = f" [{'|'.join(option.words)}]" if option.words else ""
        command = click.option(
            f"--{option.name}", default=option.default, show_default=True, help=f"{option.does}{words}"
        )(command)
    return command


@main.command(epilog='Example: graphgen render shop.graph -o shop.svg --show "forward backward local"')
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
    from graphgen.page import graph_of, step_files

    ending = Path(output).suffix.removeprefix(".")
    form = form or (ending if ending in FORMATS else "svg")
    if not 0 < scale <= MAX_SCALE:
        raise OptionError(f"--scale {scale:g} is not possible", f"give a number up to {MAX_SCALE}")
    if in_steps and (form != "svg" or output == "-" or Path(output).is_dir()):
        raise OptionError("--steps writes SVG files", "name one with -o OUT.svg")
    with _in_file(file):
        graph, asked = graph_of(_read(file), file), Options.read(options)
        if form != "json":
            require_drawable(graph, asked)
        shown = picture(graph, asked)
        warnings = _warnings(graph, file)
        if in_steps:
            made = _numbered(Path(output), step_files(shown, engine))
        else:
            made = {Path(output): _rendered(shown, form, scale, engine)}
    for warning in warnings:
        _tell(warning)
    if output == "-":
        _print(made[Path(output)])
    else:
        _write(made)


def _rendered(shown: Picture, form: str, scale: float, engine: str) -> bytes:
    from graphgen.page import as_json, pdf, png, standalone

    if form == "png":
        return png(shown, scale, engine)
    if form == "pdf":
        return pdf(shown, engine)
    if form == "json":
        text = as_json(shown)
    else:
        text = standalone(shown, engine) if form == "svg" else shown.dot(engine).source
    return text.encode(errors="replace")


def _numbered(output: Path, texts: list[str]) -> dict[Path, bytes]:
    """The files of the steps, by their names."""
    places = max(len(str(len(texts))), 2)
    return {
        output.parent / f"{output.stem}-{number:0{places}}{output.suffix}": text.encode()
        for number, text in enumerate(texts, 1)
    }


@main.command(epilog="Example: graphgen verify docs shop.graph")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
def verify(paths: tuple[str, ...]) -> None:
    """Every diagram in Markdown pages, .graph files, and folders of them.

    Exits with 1 where two ways of computing a number disagree, with 2 where a source is wrong.
    """
    from graphgen.graph import verdict

    faults: list[GraphgenError] = []
    warnings: list[GraphgenError] = []
    sources = [found for path in paths for found in _sources(Path(path), faults, warnings)]
    levels: Counter[Level] = Counter()
    with click.progressbar(
        sources, label="verifying", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        for check in bar:
            try:
                levels.update(check())
            except GraphgenError as error:
                faults.append(error)
    for message in (*warnings, *faults):
        _tell(message)
    counts = [(len(sources), "diagram"), (len(faults), "fault")]
    diagrams, found = (f"{count:,} {noun}{'s' * (count != 1)}" for count, noun in counts)
    _print(f"{diagrams}; {verdict(levels)}; {found}")
    if any(isinstance(fault, VerificationError) for fault in faults):
        raise click.exceptions.Exit(FAILED)
    if faults:
        raise click.exceptions.Exit(BAD_INPUT)


def _sources(path: Path, faults: list[GraphgenError], warnings: list[GraphgenError]) -> Iterator[_Check]:
    """For each diagram below a path, what verifies it, counts its numbers by level and adds its warnings;
    adds files' faults."""
    from graphgen.page import Folder

    with _named(str(path), "read", "check the name"):
        is_there, is_folder = path.exists(), path.is_dir()
    if not is_folder:
        if is_there and path.suffix not in _SUFFIXES:
            raise OptionError(
                f"{path} is not a page or a graph", f"give a folder or a file in {', '.join(_SUFFIXES)}"
            )
        # A page that is named by itself is one of the folder in which the program runs.
        yield from _sources_of_file(path, Folder(path.parent, Path.cwd()), faults, warnings)
        return
    for file in _found(path, faults):
        folder = Folder(file.parent, path)
        try:
            folder.path_of(file.name)
        except OptionError:
            faults.append(OptionError(f"{file} is a link out of {path}", "name the file that it leads to"))
        else:
            yield from _sources_of_file(file, folder, faults, warnings)


def _found(folder: Path, faults: list[GraphgenError]) -> list[Path]:
    """The pages and graphs in a folder and those below it, but for hidden ones."""

    def refused(error: OSError) -> None:
        faults.append(OptionError(f"{error.filename} cannot be read: {error.strerror}", "check who may"))

    found = []
    for here, folders, names in os.walk(folder, onerror=refused):
        folders[:] = (name for name in folders if not name.startswith("."))
        found += [Path(here, name) for name in names if not name.startswith(".")]
    return sorted(file for file in found if file.suffix in _SUFFIXES)


def _sources_of_file(
    path: Path, folder: Folder, faults: list[GraphgenError], warnings: list[GraphgenError]
) -> Iterator[_Check]:
    """The same of one file; `folder` is where it lies, and the one that its fences' files may not leave."""
    from graphgen.integrations import drawn_by, find_fences, shown_by
    from graphgen.page import content_of

    try:
        text = _text(content_of(path, str(path), "check the name"), str(path))
    except GraphgenError as error:
        faults.append(error)
        return
    if path.suffix == ".graph":

        def check_graph() -> Mapping[Level, int]:
            with _in_file(str(path)):
                shown = shown_by(text, {}, {})
            warnings.extend(_warnings(shown.graph, str(path)))
            return shown.levels

        yield check_graph
        return
    named: dict[str, Request] = {}
    for fence in find_fences(text):

        def check_fence(fence: Any = fence) -> Mapping[Level, int]:
            return drawn_by(fence, str(path), folder, {}, named, warnings.append).levels

        yield check_fence


@main.command(epilog="Example: graphgen capture model.py:loss -o loss.json")
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
    _write({Path(output): saved_text(graph).encode()})
    framework = graph.reference.framework if graph.reference else ""
    _print(f"written: {printable(output)}, {len(graph)} nodes, agreeing with {framework}")


@main.command(epilog="Example: graphgen ops")
def ops() -> None:
    """The operations: name, symbol, value and local derivatives as SymPy derives them."""
    from graphgen.algebra import expression, local_derivatives, matrix_rules, symbol_text
    from graphgen.notation import in_columns
    from graphgen.ops import ELEMENTWISE, OPS

    on_entries = [("name", "symbol", "value", "local derivatives")]
    for op in ELEMENTWISE.values():
        derivatives = (
            f"∂/∂{letter} = {symbol_text(derivative)}"
            for letter, derivative in zip("xy", local_derivatives(op), strict=False)
        )
        on_entries.append((op.name, op.symbol, symbol_text(expression(op)), ",  ".join(derivatives)))
    on_arrays = [("name", "symbol", "value", "what goes back, from the upstream gradient G")]
    for op in OPS.values():
        if not op.is_elementwise:
            rules = [*map(symbol_text, matrix_rules(op))] or op.vjps
            sent = (f"∂L/∂{letter} = {rule}" for letter, rule in zip("XYZ", rules, strict=False))
            on_arrays.append((op.name, op.symbol, op.source(*"XYZ"[: op.arity]), ",  ".join(sent)))
    _print(f"{in_columns(on_entries)}\n\n{in_columns(on_arrays)}")


@main.command(epilog="Example: graphgen new course && cd course && mkdocs build")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def new(folder: Path) -> None:
    """A MkDocs site in DIR with one diagram, ready for `mkdocs build`."""
    with _named(str(folder), "read", "name another folder"):
        is_taken = os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir()))
    if is_taken:
        raise OptionError(
            f"{folder} is there already", "name a folder that does not exist yet, or an empty one"
        )
    template = files("graphgen") / "assets" / "new"
    _write({folder / name: template.joinpath(name).read_bytes() for name in ("mkdocs.yml", "docs/index.md")})
    _print(f"ready: cd {printable(str(folder))} && mkdocs serve")


@main.command(epilog="Example: graphgen assets docs/assets")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def assets(folder: Path) -> None:
    """The style sheet and the script of pages, written into DIR, for site builders other than MkDocs."""
    from graphgen.page import script, style

    made = {folder / "graphgen.css": style().encode(), folder / "graphgen.js": script().encode()}
    _write(made)
    for file in made:
        _print(f"written: {printable(str(file))}")


def _read(file: str) -> str:
    """The text of a file, or of standard input; raises a GraphgenError where there is none."""
    from graphgen.page import MAX_BYTES, MAX_CAPTURED_BYTES

    called, most = _called(file), MAX_CAPTURED_BYTES if file.endswith(".json") else MAX_BYTES
    if file == "-" and sys.stdin is None:
        raise OptionError("standard input cannot be read: it is closed", "name a file")
    with _named(called, "read", "check the name"), ExitStack() as opened:
        stream = sys.stdin.buffer if file == "-" else opened.enter_context(Path(file).open("rb"))
        data = stream.read(most + 1)
    if len(data) > most:
        raise OptionError(f"{called} is too long", f"at most {most:,} bytes are read")
    return _text(data, called)


def _text(data: bytes, called: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        fault = SourceError("the text is not UTF-8", "save the file as UTF-8")
        raise fault.within(called, line - 1) from None


def _write(contents: Mapping[Path, bytes]) -> None:
    """Writes whole files, with the folders that they need; where one cannot be written, no new one stays."""
    with ExitStack() as undo, ExitStack() as tidy:
        ready: list[tuple[Path, Path, Path]] = []
        for path, data in contents.items():
            with _named(str(path), "written", "name another file"):
                target = path.resolve()  # where a link leads
                _make_folder(target.parent, undo)
                if target.exists() and not target.is_file():  # a device, or a folder, which this refuses
                    target.write_bytes(data)
                    continue
                unfinished = target.with_name(f".graphgen-{os.getpid()}-{len(ready)}.part")
                with unfinished.open("xb") as file:
                    tidy.callback(unfinished.unlink, missing_ok=True)
                    file.write(data)
                ready.append((path, target, unfinished))
        for path, target, unfinished in ready:
            with _named(str(path), "written", "name another file"):
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
def _named(file: str, done: str, mend: str) -> Iterator[None]:
    """Turns what the system says of a file into an OptionError."""
    try:
        yield
    except OSError as error:
        raise OptionError(f"{file} cannot be {done}: {error.strerror}", mend) from None


def _called(file: str) -> str:
    return "standard input" if file == "-" else file


@contextmanager
def _in_file(file: str) -> Iterator[None]:
    """Says of every fault of a source in which file it is."""
    try:
        with contained():
            yield
    except GraphgenError as error:
        is_elsewhere = error.place is None and isinstance(error, (OptionError, RenderError))
        raise (error if is_elsewhere else error.within(_called(file))) from None
