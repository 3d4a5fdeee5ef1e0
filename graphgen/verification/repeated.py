"""One number for what is computed twice, so that a tie of two equal results is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from graphgen.graph import ComputationalGraph, Node

Repeated = dict[Any, Any]
"""What operations gave, and of which operands, by the identities of these."""


def has_ties(graph: ComputationalGraph) -> bool:
    """Whether there is an operation at which two numbers may be equal."""
    return any(op.kink and op.arity > 1 for _, op, _ in graph.operations)


def as_before(before: Repeated, node: Node, operands: Sequence[Any], value: Any) -> Any:
    """The very number that the same operation gave of the very same numbers, where it did so before.

    Balls never tell that two numbers are equal, as r · A and clip(r) · A are where r is within its bounds:
    there the clip is r itself, and so both products are one number.
    """
    op = node.op
    assert op is not None
    what = op.name, node.parameters

    def known(value: Any, *operands: Any) -> Any:
        keys = [_identity(operand) for operand in operands]
        if op.operator in ("+", "*"):
            keys.sort(key=hash)
        # The operands are kept, so that nothing else takes their identities.
        return before.setdefault((what, *keys), (value, operands))[0]

    if node.shape and op.is_elementwise:
        import numpy as np

        return np.frompyfunc(known, 1 + op.arity, 1)(value, *operands)
    return known(value, *operands)


def _identity(operand: Any) -> Any:
    """What two operands share that are one and the same number, or arrays of such."""
    if hasattr(operand, "shape"):
        return operand.shape, tuple(map(_identity, operand.flat))
    return operand if isinstance(operand, fmpq) else id(operand)
