"""The options of a fence: each row of graphgen.options, with an example or more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from catalogues import catalogue
from korean import labelled, said

from graphgen.options import OPTIONS, Option

EXAMPLES = "examples.yml"


def options(language: str) -> str:
    """The Markdown of the page: a section for each option. Raises KeyError for one without an example."""
    examples = catalogue(EXAMPLES)
    return "\n\n".join("\n\n".join(section(option, examples[option.name], language)) for option in OPTIONS)


def section(option: Option, examples: list[dict[str, Any]], language: str) -> Iterator[str]:
    yield f"## {option.name} {{#{option.name}}}"
    yield f"{said(option.does, language)}\n{{ .lead }}"
    yield taken(option, language)
    for example in examples:
        yield example.get(language, "")
        options = example.get(f"options_{language}", example["options"])
        header = "".join(f' {name}="{value}"' for name, value in options.items())
        source = example.get(f"source_{language}") or labelled(example.get("source", ""), language)
        yield shown(header, source.strip())
        yield example.get(f"behind_{language}", "")


def shown(header: str, source: str) -> str:
    """A fence and its picture; what a captured model's file holds is no text for readers."""
    if ".json" in header:
        fence = f"```graphgen{header}\n```"
        return f"````markdown\n{fence}\n````\n\n{fence}"
    return f'```graphgen{header} source="yes"\n{source}\n```'


def taken(option: Option, language: str) -> str:
    """The values that an option takes, and its default."""
    words = ", ".join(f"`{word}`" for word in option.words)
    if option.free:
        words += f", {said('names', language)}"
    if option.several:
        words = f"{words} ({said('several, with spaces between', language)})" if words else ""
    default = f"`{option.default}`" if option.default else said("nothing", language)
    told = [f"{said('Takes', language)}: {words}."] if words else []
    return " ".join([*told, f"{said('Default', language)}: {default}."])
