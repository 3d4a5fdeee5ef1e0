"""What a picture says, before it has places: its texts, its parts, its description, its steps."""

from graphgen.diagram.description import PHRASES, description, rows, title
from graphgen.diagram.parts import SIZE, SMALL_SIZE, SYMBOL_SIZE, Arrow, Diagram, Shape
from graphgen.diagram.quiz import asked, hidden
from graphgen.diagram.scene import diagram, least_shapes
from graphgen.diagram.steps import WORDS, carried, steps
from graphgen.diagram.texts import Annotations, annotate, called

__all__ = [
    "PHRASES",
    "SIZE",
    "SMALL_SIZE",
    "SYMBOL_SIZE",
    "WORDS",
    "Annotations",
    "Arrow",
    "Diagram",
    "Shape",
    "annotate",
    "asked",
    "called",
    "carried",
    "description",
    "diagram",
    "hidden",
    "least_shapes",
    "rows",
    "steps",
    "title",
]
