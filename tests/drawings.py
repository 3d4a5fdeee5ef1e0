"""A layout as an element that tests can walk, as Graphviz prints it, before it is set for a page."""

from xml.etree import ElementTree

from graphgen.drawing.svg import draw, escaped
from graphgen.notation.scripts import plain


def drawn_element(layout, engine="embedded"):
    drawn = draw(layout, engine)
    groups = "".join(f'<g class="{part.classes}">{inside(part)}</g>' for part in drawn.parts)
    return ElementTree.fromstring(f'<svg viewBox="0 0 {drawn.width} {drawn.height}">{groups}</svg>')


def inside(part):
    return part.inside(lambda line: escaped(plain(line)))
