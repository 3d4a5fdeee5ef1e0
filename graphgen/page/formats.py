"""A picture in other formats: PNG and PDF by an optional renderer, and JSON of the annotated graph."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from graphgen.diagram import description, title
from graphgen.drawing import Picture, draw, lay_out
from graphgen.errors import RenderError
from graphgen.graph import Pass, nearest_float, value_text
from graphgen.page.element import file_around, standalone

SCALE = 2.0
"""Pixels to a point of a PNG, where nobody asks for another number."""
MAX_PIXELS = 50_000_000
"""Pixels of one PNG, which takes four bytes for each while it is made."""
JSON_VERSION = 1
"""The version of the JSON form; it grows when a key changes its meaning or goes away."""


def rendered(shown: Picture, form: str, scale: float = SCALE, engine: str = "embedded") -> bytes:
    """The file of a picture in one of the FORMATS; `scale` is of a PNG. Raises RenderError as `png` does."""
    if form == "png":
        return png(shown, scale, engine)
    if form == "pdf":
        return pdf(shown, engine)
    if form == "json":
        text = as_json(shown)
    else:
        text = standalone(shown, engine) if form == "svg" else shown.dot(engine).source
    return text.encode(errors="replace")


def png(shown: Picture, scale: float = SCALE, engine: str = "embedded") -> bytes:
    """The picture as PNG, `scale` pixels to a point, on white.

    Raises RenderError where the extra `png` is not installed, or the picture would be too large or too small.
    """
    svg_to_png, drawn = _converter().svg_to_png, draw(lay_out(shown.scene, engine), engine)
    wide, high = round(scale * drawn.width), round(scale * drawn.height)
    if not (wide and high and wide * high <= MAX_PIXELS):
        raise RenderError(
            f"the PNG would have {wide:,} × {high:,} pixels",
            f"choose another scale: at least 1 is needed, and at most {MAX_PIXELS:,} are drawn",
        )
    return bytes(svg_to_png(file_around(drawn, shown, styled=False), scale=scale))


def pdf(shown: Picture, engine: str = "embedded") -> bytes:
    """The picture as a PDF of one page, a point to a point. Raises RenderError as `png` does."""
    return as_pdf(standalone(shown, engine, styled=False))


def as_pdf(drawn: str) -> bytes:
    """The text of an SVG file as a PDF. Raises RenderError where the extra `png` is not installed."""
    return bytes(_converter().svg_to_pdf(drawn))


def as_json(shown: Picture) -> str:
    """The annotated graph as JSON, as docs/reference/graph.schema.json describes it.

    Numbers are given as exact text, as SymPy prints it ("11/5"), and as the nearest float; symbolic
    graphs have neither.
    """
    return json.dumps(_annotated(shown), ensure_ascii=False, indent=1) + "\n"


def _annotated(shown: Picture) -> dict[str, Any]:
    from graphgen.algebra import closed_pass

    graph, run = shown.graph, shown.numbers or Pass(shown.graph, ())
    closed = closed_pass(run)
    gradients = {id: gradient for id, gradient in run.gradients.items() if graph.has_gradient(id)}
    contributions = {edge: sent for edge, sent in run.contributions.items() if edge not in graph.class_labels}
    nodes = [
        {
            "id": node.id,
            "name": node.name,
            "label": node.label,
            "op": node.op.name if node.op else None,
            "operands": list(node.operands),
            "parameters": dict(node.parameters),
            "shape": list(node.shape),
            "data": node.id in graph.data,
            "written": None if node.value is None else value_text(node.value),
            "value": _number(run.values, closed.values, node.id),
            "gradient": _number(gradients, closed.gradients, node.id),
            "tangent": _number(run.tangents, closed.tangents, node.id),
            "convention": node.id in shown.texts.kinks,
        }
        for node in graph
    ]
    edges = [
        {
            "from": edge[0],
            "to": edge[1],
            "operand": edge[2],
            "local_derivative": _number(run.local_derivatives, closed.local_derivatives, edge),
            "contribution": _number(contributions, closed.contributions, edge),
        }
        for edge in graph.edges
    ]
    return {
        "graphgen": JSON_VERSION,
        "title": title(graph, shown.texts, shown.options),
        "description": description(graph, shown.texts, shown.options),
        "output": graph.output,
        "upstream": graph.upstream_symbol if graph.upstream is None else value_text(graph.upstream),
        "level": shown.level,
        "nodes": nodes,
        "edges": edges,
    }


def _number(numbers: Mapping[Any, Any], closed: Mapping[Any, Any], of: Any) -> dict[str, Any] | None:
    """A number exactly and as a float; of an array, both row by row. None where there is no such number."""
    if of not in numbers:
        return None
    number, exact = numbers[of], closed[of]
    if not getattr(number, "shape", ()):
        return {"exact": _exact(exact), "float": _float(number)}
    return {"exact": list(map(_exact, exact.flat)), "float": list(map(_float, number.flat))}


def _exact(value: Any) -> str | None:
    from graphgen.algebra import is_exact

    return str(value) if is_exact(value) else None


def _float(number: Any) -> float | None:
    """The nearest float; None where that is beyond the floats, for which JSON has no number."""
    nearest = nearest_float(number)
    return nearest if isfinite(nearest) else None


def _converter() -> Any:
    try:
        import vl_convert
    except ImportError:
        raise RenderError(
            "PNG and PDF need a renderer that is not installed", "pip install vl-convert-python"
        ) from None
    return vl_convert
