"""The JSON form of a picture, from its schema in docs/reference/graph.schema.json."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from korean import said

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "reference" / "graph.schema.json"


def schema(language: str) -> str:
    """The Markdown of the page: a table for the whole, and for each kind of part."""
    whole = json.loads(SCHEMA.read_text("utf-8"))
    parts = {"graph": whole} | whole["$defs"]
    return "\n\n".join(
        f"## {name} {{#{name}}}\n\n{said(part['description'], language)}\n\n"
        + "\n".join(table(part, language))
        for name, part in parts.items()
    )


def table(part: dict[str, Any], language: str) -> Iterator[str]:
    yield f"| {said('Key', language)} | {said('Type', language)} | {said('Meaning', language)} |"
    yield "| --- | --- | --- |"
    for key, value in part["properties"].items():
        yield f"| `{key}` | {type_of(value)} | {said(value['description'], language)} |"


def type_of(value: dict[str, Any]) -> str:
    """The type of a value as JSON names it, with a link where it is a part of its own."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{name})"
    if "anyOf" in value:
        return ", ".join(map(type_of, value["anyOf"]))
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return ", ".join("null" if word is None else f"`{word}`" for word in value["enum"])
    names = value["type"] if isinstance(value["type"], list) else [value["type"]]
    return ", ".join(f"{name} · {type_of(value['items'])}" if name == "array" else name for name in names)
