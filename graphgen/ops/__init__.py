"""The op table: every operation declared once, as a row that reads as mathematics."""

from graphgen.ops.row import Op, Operands, Shape, on_arrays
from graphgen.ops.table import ELEMENTWISE, FUNCTIONS, OPS, broadcast, operation
from graphgen.ops.words import OPERANDS, SCALAR_WORDS, array_words, compiled, letters

__all__ = [
    "ELEMENTWISE",
    "FUNCTIONS",
    "OPERANDS",
    "OPS",
    "SCALAR_WORDS",
    "Op",
    "Operands",
    "Shape",
    "array_words",
    "broadcast",
    "compiled",
    "letters",
    "on_arrays",
    "operation",
]
