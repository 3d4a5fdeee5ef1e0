"""The SymPy side: local derivatives, exact numbers, closed forms and the chain rule."""

from graphgen.algebra.forms import shortest, spelled_out, written_derivative, written_forms
from graphgen.algebra.formula import factor_text, symbol_text
from graphgen.algebra.in_words import rules_in_words
from graphgen.algebra.symbolic import (
    DIGITS,
    array_expression,
    array_symbols,
    chain_rule,
    closed_forms,
    edge_derivatives,
    exact_pass,
    exact_values,
    expression,
    is_exact,
    is_label,
    kinks,
    local_derivatives,
    matrix_latex,
    matrix_rules,
    node_symbol,
    symbolic_derivative,
    symbols,
    to_float,
)
from graphgen.algebra.unroll import MAX_OPERATIONS, gathered, operations, scattered, unroll
from graphgen.algebra.words import SYMPY_WORDS, read

__all__ = [
    "DIGITS",
    "MAX_OPERATIONS",
    "SYMPY_WORDS",
    "array_expression",
    "array_symbols",
    "chain_rule",
    "closed_forms",
    "edge_derivatives",
    "exact_pass",
    "exact_values",
    "expression",
    "factor_text",
    "gathered",
    "is_exact",
    "is_label",
    "kinks",
    "local_derivatives",
    "matrix_latex",
    "matrix_rules",
    "node_symbol",
    "operations",
    "read",
    "rules_in_words",
    "scattered",
    "shortest",
    "spelled_out",
    "symbol_text",
    "symbolic_derivative",
    "symbols",
    "to_float",
    "unroll",
    "written_derivative",
    "written_forms",
]
