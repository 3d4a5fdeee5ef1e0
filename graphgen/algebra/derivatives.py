"""The value of each op of the table as SymPy's expression, and the local derivatives that SymPy finds.

They are the second witness of every gradient: what SymPy makes of a row's value, against the vjps that
were written by hand. As rules in the table's own words they can be read over floats and balls.
"""

from __future__ import annotations

from functools import cache

import sympy as sp
from sympy.printing.pycode import PythonCodePrinter

from graphgen.algebra.functions import NamedFunction, named
from graphgen.algebra.words import SYMPY_WORDS, read
from graphgen.graph import ComputationalGraph, Edge, Node
from graphgen.ops import OPERANDS, Op


@cache
def symbols(op: Op) -> tuple[sp.Symbol, ...]:
    """The operands of an op as real symbols: x, then y."""
    return tuple(sp.Symbol(letter, real=True) for letter in OPERANDS[: op.arity])


@cache
def expression(op: Op) -> sp.Expr:
    """The op as SymPy sees it, over `symbols(op)`."""
    if op.is_abstract:
        return named(op)(*symbols(op))
    return read(op.exact, symbols(op), SYMPY_WORDS)


@cache
def local_derivatives(op: Op) -> tuple[sp.Expr, ...]:
    """∂op/∂operand for each operand, as SymPy derives it from the row's expression.

    >>> from graphgen.ops import OPS
    >>> local_derivatives(OPS["multiply"])
    (y, x)
    """
    if op.derivatives:
        return tuple(read(rule, symbols(op), SYMPY_WORDS) for rule in op.derivatives)
    return tuple(sp.diff(expression(op), operand) for operand in symbols(op))


def symbolic_derivative(graph: ComputationalGraph, edge: Edge) -> sp.Expr:
    """The local derivative on one edge over the operands' own names: 2*t for z = t ** 2.

    An operand without a name stands by its id; a constant by its number.
    """
    node = graph[edge[1]]
    assert node.op is not None
    operands = [node_symbol(graph[operand]) for operand in node.operands]
    return local_derivatives(node.op)[edge[2]].xreplace(dict(zip(symbols(node.op), operands, strict=True)))


def node_symbol(node: Node) -> sp.Expr:
    """The real symbol that stands for a node; for a constant, its number."""
    return sp.Rational(node.value) if node.is_constant else sp.Symbol(node.id, real=True)


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
    """A formula of SymPy's as a rule, with what stands in for functions that are only named.

    >>> in_words(sp.sqrt(sp.Symbol("x")) / 2)
    '(1/2)*sqrt(x)'
    """
    formula = formula.replace(lambda part: isinstance(part, NamedFunction), NamedFunction.stand_in)
    return str(_Printer({"fully_qualified_modules": False}).doprint(formula))


def as_rule(form: sp.Expr) -> tuple[str, dict[str, str]]:
    """A formula over an author's names as a rule over n0, n1, …, and the author's name of each.

    >>> as_rule(2 * sp.Symbol("사과"))
    ('2*n0', {'n0': '사과'})
    """
    named = {symbol: sp.Symbol(f"n{i}") for i, symbol in enumerate(sorted(form.free_symbols, key=str))}
    return in_words(form.xreplace(named)), {own.name: symbol.name for symbol, own in named.items()}


class _Printer(PythonCodePrinter):
    def _print_Function(self, formula: sp.Expr) -> str:
        return f"{type(formula).__name__.lower()}({', '.join(map(self._print, formula.args))})"

    def _print_Exp1(self, number: sp.Expr) -> str:
        return "exp(1)"

    def _print_Pi(self, number: sp.Expr) -> str:
        return "4*atan(1)"

    _print_exp = _print_log = _print_sin = _print_cos = _print_tan = _print_atan = _print_Function
    _print_erf = _print_tanh = _print_sinh = _print_cosh = _print_sign = _print_Function
