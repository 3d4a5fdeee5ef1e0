"""The SymPy side: local derivatives, closed forms and values, the chain rule, matrix rules."""

from graphgen.algebra.array_forms import ArrayForm, array_forms, cited
from graphgen.algebra.chain import chain_rule
from graphgen.algebra.closed import closed_forms
from graphgen.algebra.derivatives import (
    as_rule,
    expression,
    local_derivatives,
    node_symbol,
    rules_in_words,
    symbolic_derivative,
    symbols,
)
from graphgen.algebra.exact import closed_pass, is_exact
from graphgen.algebra.forms import gradient_symbol, shortest, spelled_out, written_derivative, written_forms
from graphgen.algebra.formula import factor_text, symbol_text
from graphgen.algebra.matrices import matrix_form, matrix_latex, matrix_rules
from graphgen.algebra.words import SYMPY_WORDS, read, softmax_name

__all__ = [
    "SYMPY_WORDS",
    "ArrayForm",
    "array_forms",
    "as_rule",
    "chain_rule",
    "cited",
    "closed_forms",
    "closed_pass",
    "expression",
    "factor_text",
    "gradient_symbol",
    "is_exact",
    "local_derivatives",
    "matrix_form",
    "matrix_latex",
    "matrix_rules",
    "node_symbol",
    "read",
    "rules_in_words",
    "shortest",
    "softmax_name",
    "spelled_out",
    "symbol_text",
    "symbolic_derivative",
    "symbols",
    "written_derivative",
    "written_forms",
]
