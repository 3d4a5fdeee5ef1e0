"""What the page asks for and is told, as plain data: what there is to choose, a picture, a file, a fault."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from graphgen.errors import GraphgenError, contained, printable
from graphgen.graph import unused_result, verdict
from graphgen.integrations import as_fence
from graphgen.options import FORMATS, LANGUAGES, OPTIONS, Options
from graphgen.page import Request, linked, rendered
from graphgen.playground.menu import examples

FENCE = "fence"
FORMS = (FENCE, *FORMATS)
"""What a picture can be exported as: the text for a page, or a file."""

NO_NUMPY = {
    "message": "this picture needs NumPy, which the page does not have",
    "hint": "install graphgen, and use graphgen play",
    "line": None,
    "column": None,
}
"""The fault of an array where the package runs in a browser."""


def setting() -> dict[str, Any]:
    """What the page is built of: the rows of the options, the examples in each language, and what a picture
    can be exported as."""
    return {
        "options": [asdict(option) for option in OPTIONS if option.name != "file"],
        "examples": {language: examples(language) for language in LANGUAGES},
        "forms": FORMS,
    }


def answer(source: str, options: Mapping[str, str]) -> dict[str, Any]:
    """The picture of a source as HTML, with its title, how sure its numbers are, and warnings; else its
    `fault`, as `or_fault` describes it, and so each warning."""

    def draw() -> dict[str, Any]:
        drawn = Request(source, Options.read(options)).figure()
        nowhere = dict.fromkeys(drawn.links)  # which the links are relative to is not known here
        return {
            "figure": linked(drawn.pieces, nowhere, nowhere),
            "title": drawn.title,
            "verdict": verdict(drawn.levels),
            "warnings": [_told(unused_result(name, line)) for name, line in drawn.unused.items()],
        }

    return or_fault(draw)


def exported(source: str, options: Mapping[str, str], form: str) -> dict[str, Any]:
    """A picture as a file, in base64, in one of the FORMATS, or the text of its fence; else its `fault`."""

    def export() -> dict[str, Any]:
        if form == FENCE:
            return {"text": as_fence(source, options)}
        shown = Request(source, Options.read(options)).picture
        return {"base64": b64encode(rendered(shown, form)).decode()}

    return or_fault(export)


def or_fault(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What is made; where that fails, its `fault`: a message, a hint, which may be empty, and the line and
    the column of the source, from 1, where they are known."""
    try:
        with contained():
            return make()
    except GraphgenError as error:
        cause = error.__cause__
        is_without_numpy = isinstance(cause, ModuleNotFoundError) and cause.name == "numpy"
        return {"fault": NO_NUMPY if is_without_numpy else _told(error)}


def _told(error: GraphgenError) -> dict[str, Any]:
    place = error.place
    return {
        "message": printable(error.message),
        "hint": printable(error.hint),
        "line": place.line if place else None,
        "column": place.column if place else None,
    }
