"""The comment behind an assignment: its label, where the label leads, and the range of an input."""

from __future__ import annotations

import ast
import math
import re
from fractions import Fraction
from typing import NamedTuple

from graphgen.errors import Place, SourceError, excerpt
from graphgen.graph import decimal_text, read_label
from graphgen.language.source import SourceText
from graphgen.notation import require_settable

MAX_LABEL = 500
"""Characters in one label."""

Range = tuple[Fraction, Fraction, Fraction]
"""From, to, by steps of."""

_RANGE = re.compile(r"\{([^{}]*\.\.[^{}]*)\}$")
_BOUNDS = re.compile(r"(?P<low>\S+?)\s*\.\.\s*(?P<high>\S+?)(?:\s+step\s+(?P<step>\S+))?")
_BOUND = re.compile(r"[+-]?(\d[\d_]{0,30}(\.\d{0,30})?|\.\d{1,30})(e[+-]?\d{1,2})?", re.IGNORECASE)
_A_RANGE = "write it as {50..200} or {50..200 step 10}, the number between the bounds"


class Comment(NamedTuple):
    label: str | None
    link: str | None
    range: Range | None


def read_comment(text: SourceText, statement: ast.stmt, number: Fraction | None) -> Comment:
    """The comment behind an assignment, on its last line or else on its first.

    `number` is that of an input, which alone may have a range. Raises SourceError for a range that does
    not fit it, and for a label that cannot be drawn.
    """
    last = statement.end_lineno or statement.lineno
    line = last if _words(text, last) else statement.lineno
    words, bounds = _words(text, line), None
    if found := _RANGE.search(words):
        words = words[: found.start()].rstrip()
        bounds = _range(found, number, Place(line, text.line(line).rindex("{") + 1))
    place = Place(line, text.line(line).find("#") + 1)
    label, link = read_label(words, place)
    require_settable(label, place)
    if len(label) > MAX_LABEL:
        raise SourceError(
            f"the label has {len(label):,} characters",
            f"at most {MAX_LABEL} are drawn: shorten it",
            Place(line),
        )
    return Comment(label or None, link, bounds)


def _words(text: SourceText, line: int) -> str:
    """The words behind a line's `#`; what is accepted has no strings that could hold one."""
    return " ".join(text.line(line).partition("#")[2].lstrip("#").split())


def _range(found: re.Match[str], number: Fraction | None, at: Place) -> Range:
    """The range in the braces behind an input's label: {50..200 step 10}."""
    written = _BOUNDS.fullmatch(found[1].strip())
    bounds = [bound for bound in written.groups() if bound is not None] if written else []
    if not bounds or not all(map(_BOUND.fullmatch, bounds)):
        raise SourceError(f"the range {excerpt(found[0])} is not readable", _A_RANGE, at)
    low, high, *steps = (Fraction(bound.replace("_", "")) for bound in bounds)
    if number is None:
        raise SourceError(
            f"the range {excerpt(found[0])} does not stand behind an input",
            "only a name that is given a single number can have one",
            at,
        )
    if not low <= number <= high or low == high:
        raise SourceError(
            f"the range {excerpt(found[0])} does not hold the number {decimal_text(number)}", _A_RANGE, at
        )
    step = steps[0] if steps else Fraction(10) ** math.floor(math.log10((high - low) / 20))
    if not 0 < step <= high - low:
        raise SourceError(
            f"the range {excerpt(found[0])} has no step that fits", "give a step above 0 and within it", at
        )
    return low, high, step
