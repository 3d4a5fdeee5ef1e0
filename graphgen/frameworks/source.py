"""Where the author's own code stands: the line that called an operation, and the names of its results."""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from graphgen.errors import Place

_PACKAGE = str(Path(__file__).parent.parent)
_NEAREST = 6
"""Frames of the author that are looked through for names, at most."""


def frames(library: str, last: CodeType) -> Iterator[FrameType]:
    """The running frames that are neither of the library nor of this package, the innermost first, down to
    the one that called it all."""
    frame = sys._getframe(1)
    found = 0
    while frame is not None and frame.f_code is not last and found < _NEAREST:
        file = frame.f_code.co_filename
        if not file.startswith((library, _PACKAGE, "<frozen")):
            found += 1
            yield frame
        if frame.f_back is None:
            return
        frame = frame.f_back


def place_of(frame: FrameType) -> Place:
    """The line that a frame is at. A cell of a notebook has no file of its own."""
    file = Path(frame.f_code.co_filename)
    is_file = not file.name.startswith("<") and "ipykernel" not in str(file)
    return Place(frame.f_lineno, None, file.name if is_file else None)


def assigned_name(frame: FrameType) -> str | None:
    """The name that the expression which a frame is at will be assigned to, where that is the whole right
    side, and calls the function that is running here by no module between."""
    inner = sys._getframe(1)
    while inner is not None and inner is not frame:
        if inner.f_code.co_name == "_call_impl":
            return None
        inner = inner.f_back  # type: ignore[assignment]
    return _targets(frame.f_code.co_filename).get(_position(frame.f_code, frame.f_lasti))


@cache
def _positions(code: CodeType) -> list[Any]:
    return list(code.co_positions())


def _position(code: CodeType, instruction: int) -> Any:
    return _positions(code)[instruction // 2]


@cache
def _targets(file: str) -> dict[Any, str]:
    """The name of each right side in a file, by the place of the expression."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return {}
    found: dict[Any, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                at = (value.lineno, value.end_lineno, value.col_offset, value.end_col_offset)
                found[at] = name
    return found
