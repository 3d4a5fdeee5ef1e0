"""What is written in the shapes of a picture and at its arrows."""

from __future__ import annotations

from collections.abc import Collection

from graphgen.diagram.parts import SIZE, Shape
from graphgen.diagram.texts import Texts, called
from graphgen.graph import ComputationalGraph, Edge, Node
from graphgen.notation import dotted, name_text, superscript, wrapped


def shape_text(graph: ComputationalGraph, node: Node, words: Texts, folded: Collection[str]) -> str:
    """The text of an input, or that in an operation's circle, with the one of its operands that is folded."""
    if node.op is None:
        return _input_text(graph, node, words)
    inside = [position for position, operand in enumerate(node.operands) if operand in folded]
    if not inside:
        return name_text(node.op.symbol) if node.op.is_abstract else node.op.symbol
    operand = graph[node.operands[inside[0]]]
    text = operand.quotient or (operand.op and words.names.operand(operand.id)) or words.value(operand)
    form = node.op.folded[inside[0]]
    if "^{}" in form:
        return form.replace("^{}", superscript(text))
    binds = operand.quotient and node.op.operator in ("/", "**")
    if binds or (text.startswith("−") and node.op.operator):
        text = f"({text})"
    return form.format(text)


def _input_text(graph: ComputationalGraph, node: Node, words: Texts) -> str:
    """What an input is called; with its shape or its value where these stand nowhere else."""
    unused = not graph.uses[node.id] and node.id != graph.output and words.value(node)
    text, lengths = called(node, words), "×".join(map(str, node.shape))
    if node.is_symbolic_input and node.shape and not node.has_open_shape:
        text += f": {lengths}"
    if node.is_constant and words.value_cells(node):
        text = lengths  # its entries stand on its way
    if unused and words.in_numbers:
        value = words.value(node)
        if "\n" in value:  # a matrix is not broken
            return equation(wrapped(text, SIZE), value)
        text = equation(text, value)
    return wrapped(text, SIZE)


def equation(name: str, value: str) -> str:
    """x = 3; a matrix begins on a line of its own."""
    return f"{name} =\n{value}" if "\n" in value else f"{name} = {value}"


def value_text(node: Node, tail: Shape, head: Shape, words: Texts) -> str:
    """The value on an edge; none where it stands at the edge's end: a constant, or in symbols a name."""
    if node.is_constant and tail.kind == "input" and not words.value_cells(node):
        return ""
    value = words.value(node)
    is_said = not words.in_numbers and value in (
        called(node, words) if tail.kind == "input" else "",
        head.text if head.kind == "output" else "",
    )
    return "" if is_said else value


def tangent_text(graph: ComputationalGraph, node: Node, edges: tuple[Edge, ...], words: Texts) -> str:
    """ẋ = 1 below a value, where it leaves its node; a name that is no letter has no dot above it."""
    tangent = words.tangent(node)
    if not tangent or edges not in ((), graph.uses[node.id]):
        return ""
    return equation((dotted(words.names.symbol(node.id)) if node.name else None) or "d", tangent)


def local_text(edge: Edge, words: Texts) -> str:
    """The local derivative on an edge, ∂ = 2; in symbols, with the names of both ends."""
    local = words.local(edge)
    if not local or "∂" in local:  # a rule for matrices names what it is of
        return local
    partial = "" if words.in_numbers else words.names.partial(edge[1], edge[0])
    return equation(partial or "∂", local)
