"""Where a picture's parts stand, and the picture as SVG: Graphviz lays out, our routes keep pairs apart,
Graphviz prints."""

from graphgen.drawing.engine import run
from graphgen.drawing.layouts import lay_out, lay_out_narrow
from graphgen.drawing.pictures import Picture, picture, require_drawable
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
    "lay_out_narrow",
    "picture",
    "require_drawable",
    "run",
]
