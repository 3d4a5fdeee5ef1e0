"""Kinks: where the derivative is a convention, and on which side of them the numbers are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flint import fmpq

from graphgen.graph import ComputationalGraph, Node
from graphgen.ops import OPS
from graphgen.verification.balls import UndecidedError, UndefinedError, is_zero
from graphgen.verification.passes import at_node
from graphgen.verification.rules import Rule, entries, kink_rule
from graphgen.verification.words import order


def on_a_kink(graph: ComputationalGraph, values: tuple[Any, ...]) -> frozenset[str]:
    """The ids of the operations whose operands lie on a kink, where the derivative is a convention."""
    return frozenset(
        graph.ids[index]
        for index, op, operands in graph.operations
        if op.agreed
        and not _is_fixed_choice(graph, graph.nodes[index])
        and _is_on_a_kink(graph.nodes[index], [values[i] for i in operands])
    )


def _is_fixed_choice(graph: ComputationalGraph, node: Node) -> bool:
    """Whether an operation chooses by what stands still: a constant, or a step, with a kink of its own."""
    assert node.op is not None
    condition = graph[node.operands[0]]
    is_fixed = condition.is_constant or condition.op is OPS["step"]
    return node.op.name == "where" and is_fixed


def _is_on_a_kink(node: Node, operands: Sequence[Any]) -> bool:
    assert node.op is not None
    try:
        if node.op.switch is not None:
            return any(map(is_zero, entries(_kink_rule_of(node)(*operands))))
        if node.op.agreed in ("first", "order"):
            from graphgen.verification.arrays import has_tie

            return has_tie(node, *operands)
    except (UndefinedError, UndecidedError) as error:
        raise at_node(error, node, operands) from None
    return False


def sides(node: Node, operands: Sequence[Any]) -> Iterator[int]:
    """On which side of its kink an operation's operands are, entry by entry. Raises UndecidedError."""
    assert node.op is not None
    if node.op.switch is not None:
        yield from (order(switch, fmpq(0)) for switch in entries(_kink_rule_of(node)(*operands)))
    elif node.op.agreed in ("first", "order"):
        from graphgen.verification.arrays import chosen

        yield from map(int, chosen(node, *operands).flat)


def _kink_rule_of(node: Node) -> Rule:
    assert node.op is not None
    if not node.shape:
        return kink_rule(node.op)
    import numpy as np

    return np.frompyfunc(kink_rule(node.op), node.op.arity, 1)
