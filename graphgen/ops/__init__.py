"""The op table: every operation declared once, as a row that reads as mathematics."""

from graphgen.ops.abstract import abstract
from graphgen.ops.contractions import pairwise
from graphgen.ops.loading import array_words, layout_words
from graphgen.ops.opaque import opaque
from graphgen.ops.points import Operands
from graphgen.ops.row import Op, on_arrays
from graphgen.ops.rules import OPERANDS, compiled, inlined, letters, parsed
from graphgen.ops.shapes import Shape, broadcast
from graphgen.ops.table import ELEMENTWISE, FUNCTIONS, OPS, SUMS, operation
from graphgen.ops.words import (
    ELEMENTARY,
    SCALAR_WORDS,
    array_key,
    batch_axes,
    last_axes,
)

__all__ = [
    "ELEMENTARY",
    "ELEMENTWISE",
    "FUNCTIONS",
    "OPERANDS",
    "OPS",
    "SCALAR_WORDS",
    "SUMS",
    "Op",
    "Operands",
    "Shape",
    "abstract",
    "array_key",
    "array_words",
    "batch_axes",
    "broadcast",
    "compiled",
    "inlined",
    "last_axes",
    "layout_words",
    "letters",
    "on_arrays",
    "opaque",
    "operation",
    "pairwise",
    "parsed",
]
