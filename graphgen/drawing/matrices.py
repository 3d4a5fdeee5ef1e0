"""A row of a matrix as SVG: its columns set one below the other, between brackets that are drawn.

As letters, brackets and the spaces that fill up columns are in few fonts. Where a renderer takes them from
another, the whole row is set in that, and the brackets have gaps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import accumulate

from graphgen.notation import EN_SPACE, FIGURE_SPACE, PUNCTUATION_SPACE

_FIRST, _LAST, _LEFT = "⎡", "⎣", "⎡⎢⎣"
# In the font's size: how wide digits, signs and the spaces of their width are, points and theirs, and what
# is between two columns.
_DIGIT, _POINT, _BETWEEN = 0.556, 0.278, 0.5
# And from the line that letters stand on: where a bracket begins and ends, where its part in a row does that
# is not the first or the last, so that two overlap a little, and how long its feet are.
_TOP, _BOTTOM, _MEETS_ABOVE, _MEETS_BELOW, _FOOT = -0.76, 0.2, -0.95, 0.3, 0.24

_BESIDE, _WIDER = 0.26, 1.06
"""From cells to brackets, in the font's size; and how much wider cells may be in other fonts."""


def is_row(line: str) -> bool:
    """Whether a line of text is a row of a matrix."""
    return bool(line) and line[0] in _LEFT


def row(printed: Mapping[str, str], line: str, inscribe: Callable[[str], str]) -> str:
    """A row of a matrix; `inscribe` gives the markup of a cell.

    `printed` says where Graphviz sets its middle, how large, and in what colour.
    """
    size, x, y, fill = float(printed["font-size"]), float(printed["x"]), float(printed["y"]), printed["fill"]
    columns = line[1:-1].split(EN_SPACE)
    ends = list(accumulate(size * (_BETWEEN + _length(column)) for column in columns))
    wide = ends[-1] - size * _BETWEEN
    left = x + wide / 2 - ends[-1]
    cells = [  # each with its height, as an exponent in one would raise what follows
        f'<tspan x="{left + end:.2f}" y="{y:g}" text-anchor="end">{inscribe(_unfilled(column))}</tspan>'
        for column, end in zip(columns, ends, strict=True)
    ]
    half = _WIDER * wide / 2 + _BESIDE * size
    brackets = "".join(
        f'<polyline fill="none" stroke="{fill}" points="{_bracket(line[0], x, y, side * half, size)}" />'
        for side in (-1, 1)
    )
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{fill}">{"".join(cells)}</text>{brackets}'


def _length(column: str) -> float:
    """How wide a cell is with what fills it up: as wide as the others of its column."""
    points = sum(map(column.count, (".", ",", PUNCTUATION_SPACE)))
    return _POINT * points + _DIGIT * (len(column) - points)


def _unfilled(column: str) -> str:
    return column.strip(FIGURE_SPACE + PUNCTUATION_SPACE)


def _bracket(part: str, x: float, y: float, aside: float, size: float) -> str:
    """The points of a part of a bracket: its stroke, with a foot at the end of the first and of the last."""
    top = y + size * (_TOP if part == _FIRST else _MEETS_ABOVE)
    bottom = y + size * (_BOTTOM if part == _LAST else _MEETS_BELOW)
    along = x + aside
    foot = along - math.copysign(_FOOT * size, aside)
    points = [(along, top), (along, bottom)]
    if part == _FIRST:
        points.insert(0, (foot, top))
    elif part == _LAST:
        points.append((foot, bottom))
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
