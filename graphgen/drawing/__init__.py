"""Where a picture's parts stand, and the picture as SVG: Graphviz lays out, our routes keep pairs apart."""

from graphgen.drawing.canvas import Drawn, Inscribe, draw, escaped
from graphgen.drawing.dot import FONT
from graphgen.drawing.pictures import Picture, demand_drawable, picture, placed, run

__all__ = [
    "FONT",
    "Drawn",
    "Inscribe",
    "Picture",
    "demand_drawable",
    "draw",
    "escaped",
    "picture",
    "placed",
    "run",
]
