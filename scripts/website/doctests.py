"""Examples in docstrings as blocks of code, which Markdown would take for quotations."""

from __future__ import annotations

import re
from typing import Any

import griffe

# From the first prompt to the next empty line.
EXAMPLE = re.compile(r"^>>> .*?(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)


class Doctests(griffe.Extension):
    """Fences the examples of every docstring."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring:
            obj.docstring.value = fenced(obj.docstring.value)


def fenced(docstring: str) -> str:
    """A docstring in which each example is a fenced block of code."""
    plain = "\n".join(re.sub("^    ", "", line) if ">>>" in line else line for line in docstring.split("\n"))
    return EXAMPLE.sub(lambda found: f"```pycon\n{found[0]}\n```", plain)
