"""An input without a number among inputs that have one: a name mistyped, or a number forgotten."""

from __future__ import annotations

import difflib
import re

from graphgen.errors import SourceError
from graphgen.graph import ComputationalGraph, Node

_PI = "3.14159265358979"
_CONSTANTS = {
    **dict.fromkeys(("pi", "Pi", "PI", "π"), "write {} = " + _PI),
    "e": "write exp(x) for e ** x, or {} = 2.71828182845905",
}
"""Names that mathematics knows and the language does not."""


def require_numbers(graph: ComputationalGraph) -> None:
    """Raises SourceError where some inputs of a graph have numbers and others have none.

    >>> from graphgen.language import parse
    >>> require_numbers(parse("t = x + y"))
    >>> require_numbers(parse("apple = 100\\ntotal = aple * 2"))
    Traceback (most recent call last):
    graphgen.errors.SourceError: 2:9: 'aple' has no number, while 'apple' has; did you mean 'apple'? \
else give it one (aple = 1), or ask for values=symbols
    """
    without = [node for node in graph.inputs if node.is_symbolic_input]
    given = [node for node in graph.inputs if not node.is_symbolic_input]
    if graph.functions or not (without and given):  # what is only named leads to symbols alone
        return
    missing, near = without[0], _nearest(without[0], graph)
    hint = f"give it one ({missing.example}), or ask for values=symbols"
    if missing.id in _CONSTANTS:
        hint = _CONSTANTS[missing.id].format(missing.id)
    elif near:
        hint = f"did you mean {near.id!r}? else {hint}"
    other = near if near in given else given[0]
    raise SourceError(f"{missing.id!r} has no number, while {other.id!r} has", hint, missing.place)


def _nearest(missing: Node, graph: ComputationalGraph) -> Node | None:
    """The value that a name was meant for, if one before it is called much the same."""
    known = {node.id.lower(): node for node in graph if node.name and _could_be_meant(missing, node)}
    near = difflib.get_close_matches(missing.id.lower(), known, n=1)
    return known[near[0]] if near else None


def _could_be_meant(missing: Node, node: Node) -> bool:
    """Not x_2 for x_1, which are two values, nor what is assigned only on the same line or below."""
    if node.is_symbolic_input or re.sub(r"\d", "", node.id) == re.sub(r"\d", "", missing.id):
        return False
    return not (node.place and missing.place) or node.place.line < missing.place.line
