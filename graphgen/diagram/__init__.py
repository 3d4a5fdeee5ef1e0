"""The content of a picture before it has places: its texts, its parts, its description, its steps."""

from graphgen.diagram.again import later_uses, uses_again
from graphgen.diagram.description import description, title
from graphgen.diagram.modules import Closed, closed_modules
from graphgen.diagram.parts import SHRINKING, SIZE, SMALL_SIZE, SYMBOL_SIZE, ArrowPair, Frame, Scene, Shape
from graphgen.diagram.phrases import PHRASES
from graphgen.diagram.quiz import asked, hidden
from graphgen.diagram.scene import compose, least_shapes
from graphgen.diagram.steps import WORDS, Step, carried, steps, strip_steps
from graphgen.diagram.table import columns, rows
from graphgen.diagram.texts import Texts, called, in_prose, operation_text, texts_of
from graphgen.diagram.tightening import tightened

__all__ = [
    "PHRASES",
    "SHRINKING",
    "SIZE",
    "SMALL_SIZE",
    "SYMBOL_SIZE",
    "WORDS",
    "ArrowPair",
    "Closed",
    "Frame",
    "Scene",
    "Shape",
    "Step",
    "Texts",
    "asked",
    "called",
    "carried",
    "closed_modules",
    "columns",
    "compose",
    "description",
    "hidden",
    "in_prose",
    "later_uses",
    "least_shapes",
    "operation_text",
    "rows",
    "steps",
    "strip_steps",
    "texts_of",
    "tightened",
    "title",
    "uses_again",
]
