"""Numbers, names and labels as short lines of Unicode mathematics or MathML, and how wide they are."""

from graphgen.notation.characters import IN_PAIRS, readable, reordering, skeleton, unreadable, unseen
from graphgen.notation.labels import demand_readable, formulas_in, label_text
from graphgen.notation.mathml import mathml
from graphgen.notation.typeset import (
    in_columns,
    in_prose,
    name_text,
    number_text,
    partial_text,
    raised,
    value_text,
    width,
    wrapped,
)

__all__ = [
    "IN_PAIRS",
    "demand_readable",
    "formulas_in",
    "in_columns",
    "in_prose",
    "label_text",
    "mathml",
    "name_text",
    "number_text",
    "partial_text",
    "raised",
    "readable",
    "reordering",
    "skeleton",
    "unreadable",
    "unseen",
    "value_text",
    "width",
    "wrapped",
]
