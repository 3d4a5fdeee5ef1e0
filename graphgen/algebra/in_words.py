"""SymPy's formulas as rules in the words of the op table, which can be read over floats and balls.

They are the second witness of every gradient: what SymPy derives from a row's value, against the vjps
that were written by hand.
"""

from __future__ import annotations

from functools import cache

import sympy as sp
from sympy.printing.pycode import PythonCodePrinter

from graphgen.algebra.symbolic import expression, local_derivatives
from graphgen.ops import Op


@cache
def rules_in_words(op: Op) -> tuple[str, tuple[str, ...]]:
    """The value of an op on single numbers, and its derivative by each operand, over x, y and z.

    >>> from graphgen.ops import OPS
    >>> rules_in_words(OPS["multiply"])
    ('x*y', ('y', 'x'))
    >>> rules_in_words(OPS["relu"])[1]
    ('((1) if (x > 0) else (0))',)
    """
    return in_words(expression(op)), tuple(map(in_words, local_derivatives(op)))


def in_words(formula: sp.Expr) -> str:
    """A formula of SymPy's as a rule.

    >>> in_words(sp.sqrt(sp.Symbol("x")) / 2)
    '(1/2)*sqrt(x)'
    """
    return str(_Printer({"fully_qualified_modules": False}).doprint(formula))


class _Printer(PythonCodePrinter):
    def _print_Function(self, formula: sp.Expr) -> str:
        return f"{type(formula).__name__.lower()}({', '.join(map(self._print, formula.args))})"

    _print_exp = _print_log = _print_sin = _print_cos = _print_tan = _print_atan = _print_Function
    _print_tanh = _print_sinh = _print_cosh = _print_sign = _print_Function
