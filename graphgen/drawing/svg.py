"""A layout as Graphviz prints it, taken apart: what its page, and any file, is put together from again.

Graphviz repeats fonts and titles on each part and knows neither italics nor links: so a part is written
anew here, with its lines of text as the page sets them.
"""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphgen.diagram import SIZE, ArrowPair, Frame, Shape
from graphgen.drawing.boxes import Layout
from graphgen.drawing.dot import curve_ids, digraph
from graphgen.drawing.engine import run
from graphgen.drawing.heat_maps import heat_map
from graphgen.drawing.matrices import is_row, row
from graphgen.drawing.thumbnails import WINDOWS, is_in_window
from graphgen.errors import RenderError
from graphgen.notation import Cells
from graphgen.options import ENGINES

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FONT = "Helvetica, Arial, Liberation Sans, Noto Sans, Noto Sans CJK KR, sans-serif"
"""The font of all texts of a picture."""

NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'

Inscribe = Callable[[str], str]
"""The markup of a line of text."""


@dataclass(frozen=True, slots=True)
class Part:
    """A shape, or one arrow of a pair, as Graphviz prints it: its outlines and its lines of text.

    `of` is the shape, the pair of arrows or the frame that it belongs to; `lines` are its texts, with the
    marks of indices and exponents that Graphviz does not have; `cells` are those of the heat map
    between the line of text with the number `mapped` and the arrow.
    """

    id: str
    classes: str
    of: Shape | ArrowPair | Frame
    lines: tuple[str, ...]
    elements: tuple[Element, ...]
    cells: Cells = ()
    mapped: int = 0

    @property
    def link(self) -> str | None:
        """Where the part leads, as its author wrote it."""
        return self.of.link if isinstance(self.of, Shape) else None

    def inside(self, inscribe: Inscribe, thickness: float = 1.0) -> str:
        """The part as SVG; its lines are drawn so many times as thick as usual, all but arrowheads."""
        written = []
        # The printed lines are plain: they have neither italics nor indices.
        lines = enumerate(self.lines)
        for element in self.elements:
            kind, found = element.tag, element.attrib
            if kind == "text":
                number, line = next(lines)
                is_shape = isinstance(self.of, Shape)
                text = row(found, line, inscribe) if is_row(line) else _text(found, inscribe(line), is_shape)
                written.append(text)
                if self.cells and number == self.mapped:
                    is_below, is_dim = (marked in self.classes.split() for marked in ("forward", "dim"))
                    written.append(heat_map(found, self.cells, is_below, is_dim))
                continue
            if kind == "polygon" and isinstance(self.of, ArrowPair):
                # Graphviz closes what is closed already.
                found = found | {"points": found["points"].rpartition(" ")[0]}
            elif kind == "ellipse" and isinstance(self.of, Shape) and self.classes.startswith("point"):
                # From which a page finds where the dot stands for other numbers.
                found = found | {"data-window": " ".join(f"{bound:g}" for bound in WINDOWS[self.of.curve])}
            elif thickness != 1.0 and "stroke-width" in found:
                found = found | {"stroke-width": f"{thickness * float(found['stroke-width']):g}"}
            attributes = " ".join([f'{name}="{value}"' for name, value in found.items()])
            written.append(f"<{kind} {attributes} />")
        return "".join(written)


@dataclass(frozen=True, slots=True)
class SVG:
    """The parts of a picture, in the order of the forward pass, and the size of its page in points."""

    width: int
    height: int
    parts: tuple[Part, ...]


def escaped(text: str) -> str:
    """A text as it stands in SVG."""
    return html.escape(text, quote=False)


def draw(layout: Layout, engine: str = ENGINES[0]) -> SVG:
    """The picture of a layout, printed by Graphviz.

    Raises RenderError where the engine is missing or fails.
    """
    printed = _parsed(run(digraph(layout).source, "svg", engine, "nop2"))
    groups = {group.get("id", ""): group for group in printed[0]}
    leaving: dict[str, list[ArrowPair]] = defaultdict(list)
    scene = layout.sized.scene
    for arrow in scene.all_arrows:
        leaving[arrow.tail.id].append(arrow)

    def parts() -> Iterator[Part]:
        for frame in scene.frames:
            if frame.id in layout.borders:
                yield _part(frame.id, frame, groups)
                yield _part(f"{frame.id}t", frame, groups, frame.title)
        # In the order of the forward pass, which is how the page's keyboard goes through it.
        for shape in scene.all_shapes:
            yield _part(shape.id, shape, groups, shape.text, further=curve_ids(shape))
            if is_in_window(shape.curve, shape.at):
                yield _part(f"{shape.id}d", replace(shape, link=None), groups)
            for arrow in leaving[shape.id]:
                if arrow.has_forward:
                    yield _part(
                        f"{arrow.id}f", arrow, groups, arrow.forward, arrow.name, cells=arrow.forward_cells
                    )
                    if arrow.tangent:
                        yield _part(f"{arrow.id}t", arrow, groups, arrow.tangent)
                if arrow.has_backward:
                    yield _part(
                        f"{arrow.id}b", arrow, groups, arrow.backward, arrow.local, cells=arrow.backward_cells
                    )

    _, _, width, height = map(float, printed.get("viewBox", "").split())
    return SVG(int(width), int(height), tuple(parts()))


def _parsed(printed: str) -> Element:
    """The picture as elements, whose names are without their namespace."""
    from xml.etree.ElementTree import ParseError, fromstring

    try:
        return fromstring(printed.replace(NAMESPACE, "", 1))
    except ParseError as error:
        raise RenderError(f"Graphviz printed no picture: {error}", "use the embedded engine") from None


def _part(
    id: str,
    of: Shape | ArrowPair | Frame,
    groups: dict[str, Element],
    *texts: str,
    cells: Cells = (),
    further: Sequence[str] = (),
) -> Part:
    """A part of a printed group, and of those of `further` ids that stand in it."""
    group = groups[id]
    _, _, classes = group.get("class", "").partition(" ")  # behind Graphviz' own
    lines = [line for text in texts if text for line in text.split("\n")]
    printed = [group, *(groups[one] for one in further)]
    elements = [element for one in printed for element in one if element.tag != "title"]
    # Between its number and the arrow, which is below the number where its value runs forward.
    mapped = texts[0].count("\n") if cells and "forward" in classes.split() else 0
    return Part(id, classes, of, tuple(lines), tuple(elements), cells, mapped)


def _text(printed: dict[str, str], line: str, is_of_shape: bool) -> str:
    """A line as SVG; a small one beside an arrow or a frame is marked, as it says less than what it is at."""
    size = float(printed["font-size"])
    small = 'class="small" ' if size < SIZE and not is_of_shape else ""
    return (
        f'<text {small}x="{printed["x"]}" y="{printed["y"]}" font-size="{size:g}"'
        f' fill="{printed["fill"]}">{line}</text>'
    )
