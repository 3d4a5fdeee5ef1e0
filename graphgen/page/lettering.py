"""Lines of text as a picture sets them: variables in italics, signs of mathematics in a narrow font."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphgen.diagram import ArrowPair, Shape
from graphgen.drawing import Inscribe, Picture, escaped
from graphgen.notation import formulas_in, label_text

_SIGN = "[∂∇∑∏∫√∞]+"
_LETTERS = "A-Za-zÀ-ÖØ-öø-ɏα-ωḀ-ỿ"
_ABOVE = "\u0300-\u036f\u20d0-\u20ff"
# An underscore that could not be lowered makes a word of what it joins: h_next.
_VARIABLE = rf"(?<![{_LETTERS}가-힣_])[{_LETTERS}][{_ABOVE}]*(?![{_LETTERS}{_ABOVE}가-힣_])"
_SET = re.compile(f"{_SIGN}|{_VARIABLE}")
_LATIN = "Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif"
"""For the signs of mathematics, which fonts of full-width characters make as wide as those."""


def inscriber(shown: Picture) -> Inscribe:
    """How the lines of a picture are set: each by the author's labels that it can come from."""
    labels = {node.id: node.label for node in shown.graph if node.label}

    def inscribe(line: str, at: Shape | ArrowPair) -> str:
        if not _SET.search(line):
            return escaped(line)
        if isinstance(at, Shape) and at.kind == "group":
            near = list(labels.values())
        else:
            own = labels.get(at.node if isinstance(at, Shape) else at.tail.node)
            near = [own] if own else []
        return _typeset(line, [label for label in near if line in label_text(label)])

    return inscribe


def _typeset(line: str, labels: list[str]) -> str:
    """Sets the variables of a line, its single letters, in italics, and its signs in a font that has them
    narrow. In an author's label only the formulas have variables: the a of "a piece" is none."""
    formulas = [formula for label in labels for formula in formulas_in(label)] if labels else [line]
    slanted = {
        start + found.start()
        for formula in formulas
        for start in _places(formula, line)
        for found in re.finditer(_VARIABLE, formula)
    }
    written: list[str] = []
    end = 0
    for found in _SET.finditer(line):
        if re.match(_SIGN, found[0]):
            style = f'font-family="{_LATIN}"'
        elif found.start() in slanted:
            style = 'font-style="italic"'
        else:
            continue
        written += escaped(line[end : found.start()]), f"<tspan {style}>{found[0]}</tspan>"
        end = found.end()
    return "".join((*written, escaped(line[end:])))


def _places(part: str, line: str) -> Iterator[int]:
    """Where a part of a line begins, each time that it occurs."""
    start = line.find(part)
    while part and start >= 0:
        yield start
        start = line.find(part, start + len(part))
