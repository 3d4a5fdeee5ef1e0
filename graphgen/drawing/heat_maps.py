"""Arrays as heat maps: a small square for each entry, the darker the further it is from 0.

Blue is above 0 and orange below, of one lightness; what is below has a minus as well, so that nothing is said
by colour alone. A square tells its number where one points at it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from graphgen.notation import STEPS, Cells

_SMALLEST, _LARGEST = 4, 8
"""The side of a square, in points."""
_WIDEST, _HIGHEST = 128, 64
_GAP = 3.0
"""Above a heat map and below it: to its number, and to what stands on its other side."""
# From the line that letters stand on, in the font's size: where their line begins and ends.
_TOP, _BOTTOM = -0.85, 0.26
_POSITIVE, _NEGATIVE = "#4880c6", "#b36c29"
_SQUARE, _DIM = 0.94, 0.4


def size_of(cells: Cells) -> tuple[float, float]:
    """How wide a heat map is, and how high with the gaps that it keeps."""
    if not cells:
        return 0.0, 0.0
    side = _side(cells)
    return side * len(cells[0]), side * len(cells) + 2 * _GAP


def heat_map(printed: Mapping[str, str], cells: Cells, is_below: bool, is_dim: bool) -> str:
    """The markup of a heat map below or above a line of text, of which `printed` says place and colour."""
    side, size = _side(cells), float(printed["font-size"])
    wide, high = len(cells[0]), len(cells)
    left, line = float(printed["x"]) - side * wide / 2, float(printed["y"])
    top = line + size * _BOTTOM + _GAP if is_below else line + size * _TOP - _GAP - side * high
    by_step: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for row, entries in enumerate(cells):
        for column, cell in enumerate(entries):
            by_step[cell.step].append((column, row, cell.text))
    shades = "".join(_shade(step, by_step[step]) for step in sorted(by_step))
    thin, corners = 0.7 / side, f"0,0 {wide},0 {wide},{high} 0,{high} 0,0"
    frame = (
        f'<polyline fill="none" stroke="{printed["fill"]}" stroke-width="{thin:.3f}" points="{corners}" />'
    )
    place = f'transform="translate({left:.2f} {top:.2f}) scale({side})"'
    dim = f' opacity="{_DIM}"' if is_dim else ""
    return f'<g aria-hidden="true" {place}{dim}>{shades}{frame}</g>'


def _side(cells: Cells) -> int:
    return max(_SMALLEST, min(_LARGEST, _WIDEST // len(cells[0]), _HIGHEST // len(cells)))


def _shade(step: int, squares: list[tuple[int, int, str]]) -> str:
    """The squares of one step; those below 0 with their signs."""
    margin = (1 - _SQUARE) / 2
    drawn = "".join(
        f'<rect x="{column + margin:g}" y="{row + margin:g}" width="{_SQUARE}" height="{_SQUARE}">'
        f"<title>{text}</title></rect>"
        for column, row, text in squares
    )
    name, colour = ("negative", _NEGATIVE) if step < 0 else ("positive", _POSITIVE)
    opacity = f"{0.1 + 0.9 * abs(step) / STEPS:.3g}" if step else "0"
    shade = f'<g class="{name}" fill="{colour}" fill-opacity="{opacity}">{drawn}'
    if step < 0:
        signs = "".join(f"M{column + 0.25:g} {row + 0.5:g}h.5" for column, row, _ in squares)
        shade += f'<path stroke="#1f2933" stroke-width="0.13" pointer-events="none" d="{signs}" />'
    return f"{shade}</g>"
