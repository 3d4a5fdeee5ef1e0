"""The command `eval`: the numbers of files, for a reader or as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from graphgen.cli.files import in_file, read, warnings
from graphgen.cli.streams import put_out, report_fault

if TYPE_CHECKING:
    from graphgen.diagram import Texts
    from graphgen.graph import ComputationalGraph, Node, Pass
    from graphgen.verification import Report


@click.command("eval", epilog="Example: graphgen eval shop.graph --json")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each file.")
@click.option(
    "--upstream",
    metavar="NUMBERS",
    help="The upstream gradient of the output: 2, [[1, 0], [0, 1]], or a symbol such as g.",
)
def evaluate(files: tuple[str, ...], as_json: bool, upstream: str | None) -> None:
    """Values, gradients and exact gradients of each FILE (- for standard input)."""
    from graphgen.language import given_upstream, require_numbers
    from graphgen.page import graph_of
    from graphgen.verification import verify, verify_symbolic

    for file in files:
        with in_file(file):
            graph = graph_of(read(file), file)
            require_numbers(graph)
            graph = graph if upstream is None else given_upstream(graph, upstream)
            if graph.is_symbolic:
                report = verify_symbolic(graph).require()
                formulas = _formulas(graph)
                found = {"file": file, "output": graph.output, **formulas, "verified": report.is_proved}
                listed = "" if as_json else _in_symbols(formulas, report)
            else:
                report = verify(graph).require()
                found, listed = _evaluated(file, report), "" if as_json else _listed(report)
        for warning in warnings(graph, file):
            report_fault(warning)
        put_out(json.dumps(found, ensure_ascii=False) if as_json else listed)


def _formulas(graph: ComputationalGraph) -> dict[str, dict[str, str]]:
    """The formulas of a graph in symbols by the names that the source assigns, in its own notation; gradients
    of arrays as pictures write them. What has no name is there where others name its gradient."""
    import sympy as sp

    from graphgen.algebra import gradient_symbol, spelled_out, written_forms
    from graphgen.diagram import texts_of
    from graphgen.notation import plain
    from graphgen.options import Options

    texts = texts_of(graph, None, Options())
    shown = {
        node.id if node.name else plain(texts.names.outline(node.id)): node
        for node in graph
        if node.name or node.id in texts.cited
    }
    if not graph.is_scalar:
        with_gradient = {name: node for name, node in shown.items() if graph.has_gradient(node.id)}
        return {
            "values": {name: node.operation if node.op else name for name, node in shown.items()},
            "gradients": {name: plain(_in_full(graph, node, texts)) for name, node in with_gradient.items()},
        }
    symbols = {node.id: gradient_symbol(graph, node.id) for node in shown.values()}
    # A gradient that others name is called as in pictures, by the symbol of the upstream gradient.
    called = {symbol: sp.Symbol(plain(texts.names.gradient(id)), real=True) for id, symbol in symbols.items()}
    forms = written_forms(graph)
    gradients = {
        id: sp.Add(*(forms.contributions[edge] for edge in graph.uses[id]))
        if form == symbols.get(id) and id != graph.output
        else form
        for id, form in forms.gradients.items()
    }
    return {
        kind: {
            name: str(spelled_out(found[node.id]).xreplace(called))
            for name, node in shown.items()
            if node.id in found
        }
        for kind, found in (("values", forms.values), ("gradients", gradients))
    }


def _in_full(graph: ComputationalGraph, node: Node, texts: Texts) -> str:
    """A gradient of an array, as the sum of what goes back where it is named for its length."""
    gradient = texts.gradient(node)
    is_named = gradient == texts.names.gradient(node.id) and node.id != graph.output
    sent = [edge for edge in graph.uses[node.id] if graph.sends_back(edge)]
    return (texts.contribution(*sent) or gradient) if is_named else gradient


def _in_symbols(formulas: Mapping[str, Mapping[str, str]], report: Report) -> str:
    """The same for a reader, in columns."""
    from graphgen.notation import in_columns

    values, gradients = formulas["values"], formulas["gradients"]
    data = report.graph.data
    rows = [
        (name, value, gradients.get(name, "data" if name in data else "")) for name, value in values.items()
    ]
    return in_columns([("name", "value", "gradient"), *rows]) + f"\n{report}"


def _evaluated(file: str, report: Report) -> dict[str, Any]:
    """The JSON object of one file: floats and exact numbers by the names that the source assigns.

    Numbers that are not proved have no exact ones (None).
    """
    names = [node.id for node in report.graph if node.name]
    with_gradient = [name for name in names if name in report.numbers.gradients]

    closed = _exact(report)

    def exact(value: Any) -> Any:
        return _nested(value, str) if report.is_proved else None

    return {
        "file": file,
        "output": report.graph.output,
        "values": {name: _nested(report.numbers.values[name], _json_float) for name in names},
        "gradients": {name: _nested(report.numbers.gradients[name], _json_float) for name in with_gradient},
        "exact_values": {name: exact(closed.values[name]) for name in names},
        "exact_gradients": {name: exact(closed.gradients[name]) for name in with_gradient},
        "levels": dict(report.levels),
        "verified": report.is_proved,
    }


def _exact(report: Report) -> Pass[Any]:
    """The exact numbers; fractions, where all of them are, need no SymPy to be written as it writes them."""
    numbers = report.numbers
    found = (number for part in (numbers.values, numbers.gradients) for number in part.values())
    entries = (entry for number in found for entry in getattr(number, "flat", (number,)))
    return numbers if all(isinstance(entry, Fraction) for entry in entries) else report.exact


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

    values, gradients, closed = report.numbers.values, report.numbers.gradients, _exact(report)
    table = [("name", "value", "gradient", "exact gradient")]
    for node in report.graph:
        if not node.name:
            continue
        value = in_prose(value_text(values[node.id]))
        if node.id in gradients:
            gradient = in_prose(value_text(gradients[node.id]))
            table.append((node.id, value, gradient, exact_text(closed.gradients[node.id])))
        else:
            table.append((node.id, value, "data" if node.id in report.graph.data else "", ""))
    return f"{in_columns(table)}\n{report}"
