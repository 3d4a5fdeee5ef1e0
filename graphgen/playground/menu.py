"""The gallery: a Markdown text with a fence for each kind of picture, for the site and for the menu."""

from __future__ import annotations

import re
from typing import Any

from graphgen.integrations import Fence, find_fences
from graphgen.page import asset

_SECTION = re.compile(r"^## (.+)\n", re.MULTILINE)


def gallery(language: str) -> str:
    """The gallery's text in a language."""
    return asset(f"gallery/{language}.md")


def examples(language: str) -> list[dict[str, Any]]:
    """The gallery's fences: the title of each, its source and its options by name.

    >>> [(example["title"], example["options"]) for example in examples("en")][:2]
    [('Forward and backward', {}), ('Forward only', {'show': 'forward'})]
    """
    _, *parts = _SECTION.split(gallery(language))
    return [
        example
        for title, text in zip(parts[::2], parts[1::2], strict=True)
        for example in _of_section(title, list(find_fences(text)), language)
    ]


def _of_section(title: str, fences: list[Fence], language: str) -> list[dict[str, Any]]:
    """The examples of a section; several are told apart by their options."""
    found = []
    for fence in fences:
        options = {name: value for name, value in fence.options().items() if name != "source"}
        told = ", ".join(f"{name}: {value}" for name, value in options.items())
        own = f"{title} ({told})" if told and len(fences) > 1 else title
        if language != "en":
            options = {"language": language, **options}
        found.append({"title": own, "source": f"{fence.source}\n", "options": options})
    return found
