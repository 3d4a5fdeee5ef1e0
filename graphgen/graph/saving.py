"""A graph written as JSON with every number exact.

`SCHEMA_VERSION` is the version of the form, which docs/reference/saved.schema.json describes.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from graphgen.graph.graph import ComputationalGraph
from graphgen.graph.node import Node
from graphgen.graph.numbers import Value
from graphgen.graph.recorded import Recorded

SCHEMA_VERSION = 2


def save(graph: ComputationalGraph, path: str | Path) -> None:
    """Writes a graph into a file, from which `load` reads it back."""
    Path(path).write_text(as_text(graph), encoding="utf-8")


def as_text(graph: ComputationalGraph) -> str:
    """A graph as JSON, a node a line."""
    reference = graph.reference
    head: dict[str, Any] = {"graphgen": SCHEMA_VERSION, "output": graph.output}
    if graph.modules:
        head["modules"] = dict(graph.modules)
    if reference is not None:
        head["framework"] = reference.framework
        if reference.bits != 64:
            head["bits"] = reference.bits
    lines = [f'"nodes": [\n{_lines(map(_written_node, graph))}\n]']
    if reference is not None:
        for name, numbers in (("values", reference.values), ("gradients", reference.gradients)):
            pairs = [{"of": id, **_written_array(number)} for id, number in numbers.items()]
            lines.append(f'"{name}": [\n{_lines(pairs)}\n]')
    return json.dumps(head, ensure_ascii=False)[:-1] + ",\n" + ",\n".join(lines) + "\n}\n"


def _written_node(node: Node) -> dict[str, Any]:
    """The attributes of a node that are not as they are without saying."""
    written: dict[str, Any] = {"id": node.id}
    for key in ("name", "label", "link", "group", "origin"):
        if value := getattr(node, key):
            written[key] = value
    if node.op is not None:
        written |= {"op": node.op.name, "operands": list(node.operands)}
        if node.op.is_abstract:
            written["abstract"] = True
    if node.parameters:
        written["parameters"] = dict(node.parameters)
    if node.value is not None:
        written["value"] = _written_value(node.value)
    if node.is_data:
        written["data"] = True
    if node.is_symbolic_input and node.shape:
        written["shape"] = list(node.shape)
    if node.range is not None:
        written["range"] = list(map(str, node.range))
    if node.place is not None:
        written["place"] = [node.place.line, node.place.column, node.place.file]
    if node.recorded is not None:
        written["recorded"] = _written_record(node.recorded)
    return written


def _written_record(recorded: Recorded) -> dict[str, Any]:
    written: dict[str, Any] = {
        "value": _written_value(recorded.value),
        "operands": list(map(_written_value, recorded.operands)),
        "is_compared": recorded.is_compared,
    }
    if recorded.upstream is not None:
        written["upstream"] = _written_value(recorded.upstream)
        written["sent"] = [None if part is None else _written_value(part) for part in recorded.sent]
    return written


def _written_value(value: Value) -> Any:
    """An exact number as text, an array that an author wrote as lists of such, one of NumPy by its shape."""
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple):
        return list(map(_written_value, value))
    return _written_array(value)


def _written_array(numbers: Any) -> dict[str, Any]:
    import numpy as np

    array = np.asarray(numbers)
    kind = "wholes" if array.dtype.kind == "i" else "floats"
    return {"shape": list(array.shape), kind: array.ravel().tolist()}


def _lines(parts: Any) -> str:
    return ",\n".join(json.dumps(part, ensure_ascii=False, allow_nan=False) for part in parts)
