"""The op table's rules as syntax trees: read once, given other names, and made into functions.

A rule is a short text such as `g * y`, in Python's own notation. Its letters x, y, z, … are the operands,
v is the value, g the upstream gradient; parameters, such as the axis of a sum, have their own names. All
else that it names are words, of which each kind of number has a table.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

OPERANDS = "xyzstuw"
_LETTERS = frozenset(f"{OPERANDS}vg")


def compiled(
    rules: str | Sequence[str],
    names: Collection[str],
    words: Mapping[str, Any],
    number: Callable[[int], Any] = float,
) -> Any:
    """A rule as a function of these names, over numbers for which these are the words; several rules as
    one that gives a tuple.

    `number` makes a number of that kind of each whole number in a rule.

    >>> compiled(("2 * x", "exp(x)"), "x", {"exp": lambda x: x + 1})(3.0)
    (6.0, 4.0)
    """
    trees = [parsed(rules)] if isinstance(rules, str) else list(map(parsed, rules))
    used = {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)} - {*names}
    known = {name: words[name] for name in used if name in words}

    def literal(value: Any) -> ast.expr:
        name = f"number_{value}"
        known[name] = number(value)
        return ast.Name(name, ast.Load())

    bodies = [_changed(tree, {}, literal) for tree in trees]
    body = bodies[0] if isinstance(rules, str) else ast.Tuple(bodies, ast.Load())
    arguments = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
    # The text is the op table's own, never an author's.
    function = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body)))
    return eval(compile(function, "<a rule of the op table>", "eval"), known)


def inlined(rule: str, names: Mapping[str, ast.expr]) -> ast.expr:
    """A rule over floats or their arrays with other expressions in the place of its names.

    >>> ast.unparse(inlined("2 * g * y", {"g": ast.Name("g7"), "y": ast.parse("a + b").body[0].value}))
    '2.0 * g7 * (a + b)'
    """
    return _changed(parsed(rule), names, lambda literal: ast.Constant(float(literal)))


@cache
def letters(rule: str) -> tuple[str, ...]:
    """The letters of a rule, as often as it has them.

    >>> sorted(letters("g * max(x, 0) + x"))
    ['g', 'x', 'x']
    """
    named = (node.id for node in ast.walk(parsed(rule)) if isinstance(node, ast.Name))
    return tuple(name for name in named if name in _LETTERS)


@cache
def parsed(rule: str) -> ast.expr:
    """The syntax tree of a rule, which nobody changes."""
    return ast.parse(rule, mode="eval").body


def _changed(node: Any, names: Mapping[str, ast.expr], number: Callable[[Any], ast.expr]) -> Any:
    """A copy of a tree with other expressions for names and numbers."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node)
    if isinstance(node, ast.Constant):
        return number(node.value)
    if isinstance(node, list):
        return [_changed(part, names, number) for part in node]
    # Signs, such as + and <, are shared by all trees.
    if not isinstance(node, ast.expr):
        return node
    return type(node)(**{field: _changed(part, names, number) for field, part in ast.iter_fields(node)})
