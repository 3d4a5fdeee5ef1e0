"""A placed picture as an element that tests can walk, before it is set for a page."""

from xml.etree import ElementTree

from graphgen.drawing.canvas import draw


def drawn_element(placed):
    drawn = draw(placed)
    groups = "".join(f'<g class="{part.classes}">{part.inside}</g>' for part in drawn.parts)
    return ElementTree.fromstring(f'<svg viewBox="0 0 {drawn.width} {drawn.height}">{groups}</svg>')
