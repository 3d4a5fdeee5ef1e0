"""The parts of a picture before it is laid out: shapes, pairs of arrows, and what is written on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from graphgen.graph import Edge
from graphgen.notation import Cells

SIZE = 14.0
"""Font size of values and gradients, in points."""
SYMBOL_SIZE = 17.0
SMALL_SIZE = 11.5
"""Font size of names on the way and of local derivatives."""

SHRINKING = 0.8
"""How far a picture may shrink to fit its column: its numbers of 14 px are then read at 11.2."""


@dataclass(frozen=True)
class Shape:
    """One thing that arrows join.

    `kind` is input, op, group (a collapsed part), output (the word behind the last arrow) or junction
    (where a value that is used more than once parts); `node` is the id of the value that it stands for.
    `marks` are further classes: lit and dim for a highlight, kink for a derivative by convention, opaque for
    an operation whose numbers are a framework's, again for an input that stands elsewhere as well.
    `is_ordered` where the operands must keep their order in the picture, as those of a difference.
    `link` is where the shape leads, as its author wrote it. `curve` names the function whose curve is to
    stand in the shape, above its text, and `at` the number that it takes and the one that it gives.
    """

    id: str
    kind: str
    node: str
    text: str = ""
    marks: str = ""
    is_ordered: bool = False
    link: str | None = None
    curve: str = ""
    at: tuple[float, float] | None = None


@dataclass(frozen=True)
class ArrowPair:
    """A pair of arrows and what is written on them; an empty text draws nothing.

    `edges` are the graph's edges that the pair stands for: one, or several into a collapsed part or to
    a junction on the way; none for the pair from a node to its first junction and for the output's.
    `places` says which operands of its head it brings. `weights` are the pairs of inputs that are written at
    this one: they have no arrows of their own, only a word, a value and a gradient.
    `name` and `local` are small texts beside the forward value and the gradient; the cells are those of the
    heat maps between these and the arrows, of arrays that the texts do not write out.
    """

    id: str
    tail: Shape
    head: Shape
    edges: tuple[Edge, ...]
    name: str = ""
    forward: str = ""
    backward: str = ""
    local: str = ""
    has_forward: bool = True
    has_backward: bool = True
    on_main_chain: bool = False
    marks: str = ""
    forward_cells: Cells = ()
    backward_cells: Cells = ()
    places: tuple[int, ...] = ()
    weights: tuple[ArrowPair, ...] = ()

    @property
    def tangent(self) -> str:
        """The text below a forward arrow that has no other beside it."""
        return "" if self.has_backward else self.backward


@dataclass(frozen=True)
class Frame:
    """A module that is open: what it is called, its path, and the ids of the shapes in it."""

    id: str
    title: str
    path: str
    shapes: frozenset[str]


@dataclass(frozen=True)
class Scene:
    """A picture before it is laid out; `downward` where the forward pass runs down.

    `frames` are drawn where these shapes stand for themselves; one within another comes after it.

    `widest` is the width in points past which it is set in rows or turned downward; None where it is not.
    `in_order` if operands keep the order of the source even where arrows cross for it. `small` is the font
    size of names on the way, of local derivatives and of titles.
    """

    shapes: tuple[Shape, ...]
    arrows: tuple[ArrowPair, ...]
    downward: bool = False
    widest: float | None = None
    in_order: bool = False
    frames: tuple[Frame, ...] = ()
    small: float = SMALL_SIZE

    @cached_property
    def all_arrows(self) -> tuple[ArrowPair, ...]:
        """The pairs, and behind them those of the weights that are written at them."""
        return self.arrows + tuple(weight for arrow in self.arrows for weight in arrow.weights)

    @cached_property
    def all_shapes(self) -> tuple[Shape, ...]:
        """The shapes, and behind them the words of the weights that are written at arrows."""
        return self.shapes + tuple(weight.tail for arrow in self.arrows for weight in arrow.weights)
