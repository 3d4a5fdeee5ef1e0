"""A graph read back from the JSON that `saving` writes, without trust in who wrote it.

Nothing in a file is evaluated: it has names, numbers, and operations by their names in the op table. What
is read is held against its types first, and an array against its shape before it is made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from math import prod
from pathlib import Path
from typing import Any

from graphgen.errors import GraphgenError, Place, excerpt
from graphgen.graph.graph import ComputationalGraph
from graphgen.graph.node import beyond_limits
from graphgen.graph.numbers import Value, array_value
from graphgen.graph.recorded import Recorded, Reference
from graphgen.graph.saving import SCHEMA_VERSION
from graphgen.ops import OPS, Shape

MAX_BYTES = 512_000_000
"""The size of the largest file that is read."""
_LONGEST = 300
"""Characters of a name, a path or a label."""
_MOST_DIGITS = 2_000
"""Characters of an exact number."""
_DEEPEST = 4
"""Lists in lists, in a parameter."""
_PARAMETER_TYPES = (bool, int, float, str, type(None))


def load(path: str | Path) -> ComputationalGraph:
    """The graph that `ComputationalGraph.save` wrote into a file.

    Raises GraphgenError for a file that is no such graph, with what is wrong in it.
    """
    file = Path(path)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise OSError(f"it is larger than {MAX_BYTES // 10**6} MB")
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GraphgenError(f"{excerpt(str(path))} cannot be read: {error}") from None
    return from_text(text, file.name)


def from_text(text: str, name: str | None = None) -> ComputationalGraph:
    """The graph of a text that `as_text` gave. Raises GraphgenError for any other."""
    try:
        return _graph(json.loads(text, parse_constant=_refused))
    except (
        GraphgenError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        OverflowError,
        AttributeError,
    ) as error:
        said = str(error) if isinstance(error, GraphgenError | UnfitError) else type(error).__name__
    except RecursionError:
        said = "it nests too deeply"
    raise GraphgenError(f"{name or 'the text'} is no graph that was saved: {said}", "save it anew")


class UnfitError(ValueError):
    """A file is no graph; the message says why."""


def _graph(data: Any) -> ComputationalGraph:
    import networkx as nx

    _require(data, "the file", dict)
    if data.get("graphgen") != SCHEMA_VERSION:
        raise UnfitError(f"its version is {excerpt(str(data.get('graphgen')))}; read is {SCHEMA_VERSION}")
    modules = {
        _text(path, "a module"): _text(kind, "a module")
        for path, kind in _part(data, "modules", dict).items()
    }
    network: nx.MultiDiGraph = nx.MultiDiGraph(modules=modules)
    uses: list[tuple[str, str, int]] = []
    for written in _part(data, "nodes", list):
        _require(written, "a node", dict)
        id = _name(written.get("id"))
        if id in network:
            raise UnfitError(f"two nodes are named {excerpt(id)}")
        network.add_node(id, **_read_node(written, id))
        operands = enumerate(_part(written, "operands", list))
        uses += [(_name(operand), id, position) for position, operand in operands]
    for operand, id, position in uses:
        if operand not in network:
            raise UnfitError(f"{excerpt(id)} has the operand {excerpt(operand)}, which is no node")
        network.add_edge(operand, id, key=position, operand=position)
    if "framework" in data:
        values, gradients = (
            {_name(a.get("of")): _read_array(a) for a in _part(data, key, list)}
            for key in ("values", "gradients")
        )
        bits = data.get("bits", 64)
        if bits not in (64, 32):
            raise UnfitError(f"the bits of the framework are {excerpt(str(bits))}")
        framework = _text(data["framework"], "the framework")
        network.graph["reference"] = Reference(framework, values, gradients, bits)
    return ComputationalGraph(network, _name(data.get("output")))


def _read_node(written: Mapping[str, Any], id: str) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    for key in ("label", "link", "group", "origin"):
        if key in written:
            attributes[key] = _text(written[key], f"the {key} of {excerpt(id)}")
    attributes["name"] = _name(written["name"]) if "name" in written else None
    if attributes["name"] not in (None, id):
        raise UnfitError(f"{excerpt(id)} has another name than its id")
    attributes["value"] = _read_value(written["value"]) if "value" in written else None
    attributes["op"] = _text(written["op"], f"the op of {excerpt(id)}") if "op" in written else None
    if _part(written, "abstract", bool):
        attributes["abstract"] = True
    if "recorded" in written:
        attributes["recorded"] = _read_record(written["recorded"])
    if "data" in written or "shape" in written:
        _require_input(written, id)
        attributes["data"] = _part(written, "data", bool)
        attributes["shape"] = _read_shape(written)
    given = _part(written, "parameters", dict)
    known = OPS[attributes["op"]].parameters if attributes["op"] in OPS else {}
    if unknown := given.keys() - known.keys():
        raise UnfitError(f"{excerpt(id)} has the parameter {excerpt(min(unknown))}")
    attributes["parameters"] = tuple((key, _parameter(value)) for key, value in given.items())
    if "range" in written:
        low, high, step = map(_fraction, _part(written, "range", list))
        attributes["range"] = (low, high, step)
    if "place" in written:
        line, column, file = _part(written, "place", list)
        for number in (line, column):
            _require(number, "a place", int, type(None))
        attributes["place"] = Place(line, column, None if file is None else _text(file, "a file"))
    return attributes


def _require_input(written: Mapping[str, Any], id: str) -> None:
    if "op" in written or "name" not in written:
        raise UnfitError(f"{excerpt(id)} is no input, and has what only an input has: data or a shape")
    if "shape" in written and "value" in written:
        raise UnfitError(f"{excerpt(id)} has a value and a shape; a value has its own")


def _read_shape(written: Mapping[str, Any]) -> Shape:
    shape: Shape = tuple(_part(written, "shape", list))
    if not all(type(length) is int and length > 0 for length in shape):
        raise UnfitError(f"{excerpt(str(shape))} is no shape: lengths are whole and positive")
    if excess := beyond_limits(shape):
        raise UnfitError(f"a shape has {excess[0]}; {excess[1]}")
    return shape


def _read_record(written: Any) -> Recorded:
    _require(written, "a record", dict)
    return Recorded(
        _read_value(written.get("value")),
        tuple(map(_read_value, _part(written, "operands", list))),
        _read_value(written["upstream"]) if "upstream" in written else None,
        tuple(None if part is None else _read_value(part) for part in _part(written, "sent", list)),
        written.get("is_compared") is True,
    )


def _read_value(written: Any, depth: int = 0) -> Value:
    if isinstance(written, dict):
        return array_value(_read_array(written))
    if isinstance(written, list) and depth < 32:
        return tuple(_read_value(part, depth + 1) for part in written)
    return _fraction(written)


def _read_array(written: Mapping[str, Any]) -> Any:
    """An array of its shape; nothing is made before as many numbers are there as the shape says."""
    import numpy as np

    shape: Shape = tuple(_part(written, "shape", list))
    kind = "wholes" if "wholes" in written else "floats"
    numbers = _part(written, kind, list)
    if not all(type(length) is int and length > 0 for length in shape) or prod(shape) != len(numbers):
        raise UnfitError(f"{len(numbers):,} numbers do not fill the shape {excerpt(str(shape))}")
    allowed = (int,) if kind == "wholes" else (int, float)
    if not all(type(number) in allowed for number in numbers):
        raise UnfitError(f"an array of {kind} has an entry that is none")
    return np.array(numbers, dtype=np.int64 if kind == "wholes" else np.float64).reshape(shape)


def _parameter(value: Any, depth: int = 0) -> Any:
    if isinstance(value, list) and depth < _DEEPEST:
        return tuple(_parameter(part, depth + 1) for part in value)
    _require(value, "a parameter", *_PARAMETER_TYPES)
    return value


def _fraction(written: Any) -> Fraction:
    _require(written, "a number", str)
    number = str(written)[:_MOST_DIGITS]
    top, _, bottom = number.partition("/")
    if not (top.removeprefix("-").isdecimal() and (bottom.isdecimal() or not bottom) and int(bottom or 1)):
        raise UnfitError(f"{excerpt(number)} is no quotient of whole numbers")
    value = Fraction(int(top), int(bottom or 1))
    float(value)
    return value


def _name(value: Any) -> str:
    name = _text(value, "a name")
    if not name.isidentifier():
        raise UnfitError(f"{excerpt(name)} is no name")
    return name


def _text(value: Any, what: str) -> str:
    _require(value, what, str)
    if len(value) > _LONGEST or not value.isprintable():
        raise UnfitError(f"{what} is longer than {_LONGEST} characters, or cannot be printed")
    return str(value)


def _part(data: Mapping[str, Any], key: str, kind: type) -> Any:
    value = data.get(key, kind())
    _require(value, key, kind)
    return value


def _require(value: Any, what: str, *kinds: type) -> None:
    if not isinstance(value, kinds):
        wanted = " or ".join(kind.__name__ for kind in kinds)
        raise UnfitError(f"{what} is a {type(value).__name__}; it must be a {wanted}")


def _refused(constant: str) -> Any:
    raise UnfitError(f"{constant} is no finite number")
