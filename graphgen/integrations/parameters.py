"""The parameters of a captured model as a table: how large they and their gradients are, and which stop."""

from __future__ import annotations

from html import escape
from math import isfinite
from typing import Any

from graphgen.drawing import Picture
from graphgen.notation import in_columns

VANISHING = 1e-6
"""A gradient this much smaller than the largest of them is said to vanish."""
_HEADINGS = {
    "en": ("Parameter", "Shape", "Norm", "Norm of the gradient", ""),
    "ko": ("매개변수", "모양", "노름", "기울기의 노름", ""),
}
_REMARKS = {
    "en": {"none": "no gradient", "zero": "zero", "infinite": "not finite", "vanishing": "vanishes"},
    "ko": {"none": "기울기 없음", "zero": "0", "infinite": "유한하지 않음", "vanishing": "소실"},
}


def parameters_of(shown: Picture) -> list[tuple[str, ...]]:
    """A row for each parameter of a captured graph: its name in the framework, its shape, the Euclidean norms
    of its value and of its gradient, and a remark where the gradient is none, zero, not finite, or vanishes
    beside the largest. No rows where the graph was not captured, or shows no gradients.
    """
    graph, run = shown.graph, shown.numbers
    if graph.reference is None or run is None or not run.gradients:
        return []
    held = [node for node in graph.inputs if node.origin and node.group]
    norms = {node.id: _norm(run.gradients.get(node.id)) for node in held}
    largest = max((norm for norm in norms.values() if norm is not None and isfinite(norm)), default=0.0)
    remarks = _REMARKS[shown.options.language]
    rows: list[tuple[str, ...]] = []
    for node in held:
        norm = norms[node.id]
        lengths = "×".join(map(str, node.shape)) or "1"
        gradient = "" if norm is None else f"{norm:.3g}"
        remark = remarks.get(_remark(norm, largest), "")
        rows.append((str(node.origin), lengths, f"{_norm(node.value):.3g}", gradient, remark))
    return rows


def as_text(shown: Picture) -> str:
    """The table for a terminal; nothing where there are no parameters."""
    rows = parameters_of(shown)
    return in_columns([_HEADINGS[shown.options.language], *rows]) if rows else ""


def as_html(shown: Picture) -> str:
    """The same for a notebook, with the remarks in bold."""
    rows = parameters_of(shown)
    if not rows:
        return ""
    head = "".join(f"<th>{escape(text)}</th>" for text in _HEADINGS[shown.options.language])
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: tuple[str, ...]) -> str:
    *cells, remark = map(escape, row)
    return "".join(f"<td>{cell}</td>" for cell in cells) + f"<td><strong>{remark}</strong></td>"


def _norm(numbers: Any) -> Any:
    import numpy as np

    return None if numbers is None else float(np.linalg.norm(np.asarray(numbers, dtype=float)))


def _remark(norm: float | None, largest: float) -> str:
    if norm is None:
        return "none"
    if not isfinite(norm):
        return "infinite"
    if norm == 0:
        return "zero"
    return "vanishing" if norm < VANISHING * largest else ""
