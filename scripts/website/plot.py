"""Curves as a textbook draws them: an SVG in the page's colours, with its numbers as a table behind it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 400.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 60.0, 390.0, 34.0, 250.0
"""The edges of the field in which the curves lie."""
TICK = 5.0
MOST_DOTS = 20
"""Points of a curve that are few enough to be marked; two are only the ends of a line."""
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Axis:
    """An axis: what it measures, from where to where, and its ticks with their texts."""

    name: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    is_logarithmic: bool = False

    def share(self, number: float) -> float:
        """Where a number lies: 0 at the low end, 1 at the high one."""
        low, high, at = (math.log(n) if self.is_logarithmic else n for n in (self.low, self.high, number))
        return (at - low) / (high - low)


@dataclass(frozen=True)
class Curve:
    """Points in order of x; `kind` is a class of the style sheet: plain, strong, dashed or faint.

    The name stands at the point `named_at`: it starts, has its middle or ends there, as `anchor` says. A
    keyed one stands clear of its curve, behind a piece of it.
    """

    points: Sequence[tuple[float, float]]
    kind: str
    name: str = ""
    named_at: tuple[float, float] = (0.0, 0.0)
    anchor: str = "start"
    is_keyed: bool = False


@dataclass(frozen=True)
class Table:
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def plot(id: str, title: str, description: str, x: Axis, y: Axis, curves: Sequence[Curve]) -> str:
    """The `svg` element; `id` is unique on its page."""
    parts = [
        *_grid(x, y),
        *(_line(curve, x, y) for curve in curves),
        *(_name(curve, x, y) for curve in curves),
    ]
    return svg(id, title, description, WIDTH, HEIGHT, parts)


def svg(id: str, title: str, description: str, width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg class="plot" role="img" aria-labelledby="{id}-title {id}-desc" '
        f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}">'
        f'<title id="{id}-title">{escape(title)}</title><desc id="{id}-desc">{escape(description)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def figure(drawn: str, caption: str, summary: str, table: Table) -> str:
    """A picture with its caption, and its numbers under a disclosure."""
    head = "".join(f'<th scope="col">{escape(head)}</th>' for head in table.heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    name = escape(summary, quote=True)
    return (
        f'<figure class="graphgen plotted">{drawn}<figcaption>{escape(caption)}</figcaption>'
        f"<details><summary>{escape(summary)}</summary>"
        f'<div class="graphgen-table" tabindex="0" role="group" aria-label="{name}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details></figure>"
    )


def power_of_ten(exponent: int) -> str:
    """
    >>> power_of_ten(-6)
    '10⁻⁶'
    """
    return f"10{str(exponent).translate(SUPERSCRIPT)}"


def _grid(x: Axis, y: Axis) -> list[str]:
    """The field's ground lines, its ticks, and what the axes measure."""
    parts = [f'<path class="axis" d="M{LEFT:g} {TOP:g}V{BOTTOM:g}H{RIGHT:g}"/>']
    for number, words in x.ticks:
        at = _across(x, number)
        parts.append(f'<path class="axis" d="M{at:g} {BOTTOM:g}v{TICK:g}"/>')
        parts.append(_text(at, BOTTOM + 20, words, "middle"))
    for number, words in y.ticks:
        at = _down(y, number)
        parts.append(f'<path class="rule" d="M{LEFT:g} {at:g}H{RIGHT:g}"/>')
        parts.append(_text(LEFT - 8, at + 4.5, words, "end"))
    parts.append(_text(RIGHT, BOTTOM + 40, x.name, "end", "measures"))
    parts.append(_text(2, 14, y.name, "start", "measures"))
    return parts


def _line(curve: Curve, x: Axis, y: Axis) -> str:
    steps = " ".join(f"{_across(x, a):.1f} {_down(y, b):.1f}" for a, b in curve.points)
    drawn = f'<path class="curve {curve.kind}" d="M{steps}"/>'
    if 2 < len(curve.points) <= MOST_DOTS:
        dots = "".join(f"M{_across(x, a):.1f} {_down(y, b):.1f}h0" for a, b in curve.points)
        drawn += f'<path class="dots {curve.kind}" d="{dots}"/>'
    return drawn


def _name(curve: Curve, x: Axis, y: Axis) -> str:
    if not curve.name:
        return ""
    across, down = _across(x, curve.named_at[0]), _down(y, curve.named_at[1])
    key = (
        f'<path class="curve {curve.kind}" d="M{across - 32:.1f} {down - 4.5:.1f}h26"/>'
        if curve.is_keyed
        else ""
    )
    return key + _text(across, down, curve.name, curve.anchor, f"name {curve.kind}")


def _text(x: float, y: float, words: str, anchor: str, kind: str = "tick") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _across(axis: Axis, number: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * axis.share(number), 1)


def _down(axis: Axis, number: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * axis.share(number), 1)
