"""Where a picture's parts stand, and the picture as SVG: Graphviz lays out, our routes keep pairs apart,
Graphviz prints."""

from graphgen.drawing.engine import run
from graphgen.drawing.pictures import Picture, lay_out, picture, require_drawable
from graphgen.drawing.svg import FONT, NAMESPACE, SVG, Inscribe, draw, escaped

__all__ = [
    "FONT",
    "NAMESPACE",
    "SVG",
    "Inscribe",
    "Picture",
    "draw",
    "escaped",
    "lay_out",
    "picture",
    "require_drawable",
    "run",
]
