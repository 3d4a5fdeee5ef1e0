"""The op table's rules read over other numbers than floats: balls, duals and expansions.

What such numbers must not do by themselves, comparing, subtracting, dividing and raising to powers, is left
to words, and literals are exact.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from fractions import Fraction
from typing import Any

from graphgen.ops import parsed
from graphgen.verification.balls import Number, exact


def compiled(
    rules: str | Sequence[str],
    names: Sequence[str],
    words: Mapping[str, Any],
    number: Callable[[Number], Any] = lambda literal: literal,
) -> Any:
    """A rule of the op table, or several at once, as a function of these names over these words.

    Its literals are exact, and `number` makes one of the words' kind of them. What balls must not do by
    themselves, comparing, subtracting, dividing and raising to powers, is left to words, and `where` takes
    one branch.

    >>> from flint import fmpq
    >>> from graphgen.verification.words import WORDS
    >>> compiled("g * 2 / x", "gx", WORDS)(fmpq(1), fmpq(3))
    2/3
    """
    trees = [parsed(rule) for rule in ([rules] if isinstance(rules, str) else rules)]
    rewriter = _OverWords()
    bodies = [rewriter.visit(deepcopy(tree)) for tree in trees]
    body = bodies[0] if isinstance(rules, str) else ast.Tuple(bodies, ast.Load())
    arguments = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
    function = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body)))
    literals = {name: number(literal) for name, literal in rewriter.literals.items()}
    # The text is the op table's own, or SymPy's, never an author's; and it can call nothing but the words.
    return eval(compile(function, "<a rule>", "eval"), {"__builtins__": {}, **words, **literals})


class _OverWords(ast.NodeTransformer):
    """Calls of words in the place of literals, comparisons, differences, quotients and powers."""

    _OPERATORS: Mapping[type, str] = {
        ast.Sub: "subtract",
        ast.Div: "divide",
        ast.Pow: "pow",
        ast.MatMult: "matmul",
    }
    _COMPARISONS: Mapping[type, str] = {
        ast.Gt: "greater",
        ast.GtE: "at_least",
        ast.Lt: "less",
        ast.LtE: "at_most",
        ast.Eq: "equal",
    }

    def __init__(self) -> None:
        self.literals: dict[str, Number] = {}

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            return node
        name = f"literal_{len(self.literals)}"
        self.literals[name] = exact(Fraction(repr(node.value)))
        return ast.Name(name, ast.Load())

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        word = self._OPERATORS.get(type(node.op))
        return _call(word, node.left, node.right) if word else node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        return _call(self._COMPARISONS[type(node.ops[0])], node.left, node.comparators[0])

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "where":
            return _chosen(*node.args)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        return _chosen(node.test, node.body, node.orelse)

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        return node  # an axis is no number that is computed with


def _call(word: str, *operands: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(word, ast.Load()), list(operands), [])


def _chosen(*parts: ast.expr) -> ast.Call:
    """A choice whose parts are looked at only where they are asked for."""
    nothing = ast.arguments([], [], None, [], [], None, [])
    return _call("choose", *(ast.Lambda(nothing, part) for part in parts))
