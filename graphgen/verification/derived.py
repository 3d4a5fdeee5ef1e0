"""The rules that SymPy finds of the op table's rows, kept so that a page of numbers need not load SymPy.

They are the same in every run, and SymPy takes longer to load than such a page takes to draw. So those of the
whole table are kept among the user's caches (`graphgen.cache.for_user`), under a key that is made of this
package's files, the table among them, and of SymPy's version; each row's stand there by all that it says to
SymPy. What another table, another SymPy or another release found is never read.

An entry is trusted to be no more than text. Only the user can write to the folder, and still a rule is read
as a syntax tree in which nothing may stand but operands, numbers, arithmetic, comparisons and the words of
rules; an entry with anything else counts as missing. A derivative that somebody changed there meets the vjp
that is written by hand, which contradicts it.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import Any

from graphgen.cache import for_user, key
from graphgen.ops import ELEMENTWISE, OPERANDS, SUMS, Op
from graphgen.verification.words import WORDS

Rules = tuple[str, tuple[str, ...]]
"""The value of an op on single numbers, and its derivative by each operand, in the words of rules."""

_LONGEST = 2_000
"""Characters of a rule that is read."""
_SIGNS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.Gt, ast.GtE, ast.Lt, ast.LtE, ast.Eq)


@cache
def derived_rules(op: Op) -> Rules:
    """The value of an op and its derivatives as SymPy has them; those of the whole table are kept at once.

    >>> from graphgen.ops import OPS
    >>> derived_rules(OPS["multiply"])
    ('x*y', ('y', 'x'))
    """
    kept = _kept()
    if found := kept.get(_said(op)):
        return found
    from graphgen.algebra import rules_in_words

    rows = (*ELEMENTWISE.values(), *SUMS.values())
    if not kept and (users := for_user()):
        users.save(_key(), {_said(row): rules_in_words(row) for row in rows})
        users.prune()
        _kept.cache_clear()
    return rules_in_words(op)


@cache
def _kept() -> dict[str, Rules]:
    """The rules that an earlier run kept, by what their rows say to SymPy; none where some are no rules."""
    users = for_user()
    entry = users.load(_key()) if users else None
    if not isinstance(entry, dict):
        return {}
    read = {said: _read(rules) for said, rules in entry.items()}
    return {} if None in read.values() else {said: rules for said, rules in read.items() if rules}


def _key() -> str:
    return key("derived rules")


def _said(op: Op) -> str:
    return repr((op.arity, op.exact, op.derivatives))


def _read(rules: Any) -> Rules | None:
    """The rules of a row as they are kept; None where they are anything else than rules."""
    match rules:
        case [str(value), [*derivatives]]:
            operands = frozenset(OPERANDS[: len(derivatives)])
            if all(_is_rule(text, operands) for text in (value, *derivatives)):
                return value, tuple(derivatives)
    return None


def _is_rule(text: Any, operands: frozenset[str]) -> bool:
    """Whether a text says no more of these operands than a rule can."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        return False
    try:
        return _is_sound(ast.parse(text, mode="eval").body, operands)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _is_sound(node: ast.AST, operands: frozenset[str]) -> bool:
    match node:
        case ast.Name(name):
            return name in operands
        case ast.Constant(value):
            return type(value) in (int, float)
        case ast.Call(ast.Name(word), parts, []):
            return word in WORDS and all(_is_sound(part, operands) for part in parts)
        case ast.BinOp() | ast.UnaryOp() | ast.IfExp() | ast.Compare(ops=[_]):
            return all(_is_sound(part, operands) for part in ast.iter_child_nodes(node))
    return isinstance(node, _SIGNS)
