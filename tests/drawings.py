"""A layout as an element that tests can walk, as Graphviz prints it, before it is set for a page."""

from xml.etree import ElementTree

from graphgen.drawing.svg import draw, escaped
from graphgen.notation.scripts import plain


def drawn_element(layout, engine="embedded", written=plain):
    """`written` gives what stands for a line: its plain form, or the line itself, as it is measured."""
    drawn = draw(layout, engine)
    groups = "".join(f'<g class="{part.classes}">{inside(part, written)}</g>' for part in drawn.parts)
    return ElementTree.fromstring(f'<svg viewBox="0 0 {drawn.width} {drawn.height}">{groups}</svg>')


def inside(part, written=plain):
    return part.inside(lambda line: escaped(written(line)))
