"""Numbers, names and labels as lines of mathematics, for pictures, HTML and plain text, and their widths."""

from graphgen.notation.cells import STEPS, Cells, cells_of
from graphgen.notation.characters import IN_PAIRS, readable, reordering, skeleton, unreadable, unseen
from graphgen.notation.labels import label_symbol, label_text, require_settable
from graphgen.notation.lines import wrapped
from graphgen.notation.mathml import mathml
from graphgen.notation.names import VARIABLE, dotted, is_letter, name_text, partial_text, parts_of
from graphgen.notation.scripts import (
    Run,
    advance_of,
    html_text,
    marked,
    plain,
    power,
    raised,
    runs,
    subscript,
    superscript,
    width,
    without_scripts,
)
from graphgen.notation.typeset import exact_text, halved, in_prose, number_text, value_text
from graphgen.notation.widths import EN_SPACE, FIGURE_SPACE, PUNCTUATION_SPACE, in_columns

__all__ = [
    "EN_SPACE",
    "FIGURE_SPACE",
    "IN_PAIRS",
    "PUNCTUATION_SPACE",
    "STEPS",
    "VARIABLE",
    "Cells",
    "Run",
    "advance_of",
    "cells_of",
    "dotted",
    "exact_text",
    "halved",
    "html_text",
    "in_columns",
    "in_prose",
    "is_letter",
    "label_symbol",
    "label_text",
    "marked",
    "mathml",
    "name_text",
    "number_text",
    "partial_text",
    "parts_of",
    "plain",
    "power",
    "raised",
    "readable",
    "reordering",
    "require_settable",
    "runs",
    "skeleton",
    "subscript",
    "superscript",
    "unreadable",
    "unseen",
    "value_text",
    "width",
    "without_scripts",
    "wrapped",
]
