"""Nodes as text in the language."""

from __future__ import annotations

from collections.abc import Sequence

from graphgen.graph.node import Node
from graphgen.graph.numbers import operand_text, range_text


def source_of(nodes: Sequence[Node]) -> str:
    """The nodes as text, one a line, but for those that the text has without a line of their own: constants,
    and inputs of which nothing is said."""
    numbers = {
        node.id: operand_text(node.value) for node in nodes if node.is_constant and node.value is not None
    }
    return "".join(
        f"{_line(node, numbers)}\n"
        for node in nodes
        if not node.is_constant and (not node.is_symbolic_input or node.label or node.declaration)
    )


def _line(node: Node, numbers: dict[str, str]) -> str:
    text = node.source
    if node.op:
        operands = (numbers.get(operand, operand) for operand in node.operands)
        text = node.op.source(*operands, **dict(node.parameters))
    words = f"[{node.label or ''}]({node.link})" if node.link else node.label or ""
    label = " ".join(f"{words} {range_text(node.range) if node.range else ''}".split())
    written = f"{node.id}{node.declaration}" + (f" = {text}" if text else "")
    return written + (f"  # {label}" if label else "")
