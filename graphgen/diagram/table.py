"""A picture as a table: a node a row, with its operation, its value, local derivatives and gradient."""

from __future__ import annotations

from collections.abc import Iterator

from graphgen.diagram.phrases import PHRASES
from graphgen.diagram.texts import Texts, called, in_prose, operation_text
from graphgen.graph import ComputationalGraph, Node
from graphgen.notation import name_text
from graphgen.options import Options


def columns(graph: ComputationalGraph, words: Texts, options: Options) -> tuple[str, str, str, str, str]:
    """The heads of the table; in forward mode the last column holds d/dx."""
    *first, last = PHRASES[options.language].columns
    node, operation, value, locals_ = first
    if options.tangent:
        last = f"d/d{called(graph[options.tangent], words)}"
    return node, operation, value, locals_, last


def rows(
    graph: ComputationalGraph, words: Texts, options: Options
) -> Iterator[tuple[str, str, str, str, str]]:
    """The picture as a table, a node a row: name, operation, value, local derivatives, gradient."""
    words = in_prose(words)
    for node in graph:
        if node.is_constant:
            continue
        name = words.names.outline(node.id)
        if node.label is not None and node.name:
            name = f"{called(node, words)} ({name_text(node.id)})"
        operation = operation_text(node, [_short(node, graph[id], words) for id in node.operands])
        gradient = words.gradient(node) if options.shows("backward") else words.tangent(node)
        if node.id in graph.data and options.shows("backward"):
            gradient = PHRASES[options.language].data
        locals_ = _locals(graph, node, words) if options.shows("backward") else ""
        yield name, operation, words.value(node), locals_, gradient


def _locals(graph: ComputationalGraph, node: Node, words: Texts) -> str:
    """∂y/∂x = 3 + 3: the local derivatives of a node, summed where it uses an operand twice."""
    terms_of: dict[str, list[str]] = {}
    for position, operand in enumerate(node.operands):
        if graph.sends_back((operand, node.id, position)):
            terms_of.setdefault(operand, []).append(words.local((operand, node.id, position)))
    names = words.names

    def partial(id: str, is_rule: bool) -> str:
        # A rule for matrices is that of the output's gradient, not of the node's.
        return (names.gradient(id) if is_rule else names.partial(node.id, id)) or "∂"

    return ", ".join(
        f"{partial(id, '∂' in terms[0])} = {' + '.join(terms)}" for id, terms in terms_of.items() if terms[0]
    )


def _short(node: Node, operand: Node, words: Texts) -> str:
    """An operand as it stands in an operation: between commas and in sums without parentheses of its own."""
    if operand.is_constant:
        return words.value(operand)
    is_alone = node.op is not None and node.op.operator in (None, "+")
    return words.names.outline(operand.id) if is_alone else words.names.brief(operand.id)
