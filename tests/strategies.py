"""Random computations over the whole op table, for properties that hold on every graph."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import strategies as st

from graphgen.graph import ComputationalGraph, GraphBuilder
from graphgen.op import Op
from graphgen.ops import ELEMENTWISE, OPS

Operand = int | Fraction
"""An earlier node, counted back from the newest; or a constant."""
Step = tuple[str, Operand, Operand]

_LARGEST = 100.0
_NEAR_A_KINK = 1e-6

numbers = st.integers(-300, 300).map(lambda hundredths: Fraction(hundredths, 100))
operands = st.integers(0, 6) | numbers
steps = st.tuples(st.sampled_from(list(ELEMENTWISE)), operands, operands)


def programs(max_steps: int = 16) -> st.SearchStrategy[ComputationalGraph]:
    """Graphs with fan-out, repeated operands and constants, whose values and derivatives are moderate."""
    inputs = st.lists(numbers, min_size=1, max_size=3)
    return st.builds(program, inputs, st.lists(steps, min_size=max_steps // 4, max_size=max_steps))


def program(inputs: list[Fraction], steps: list[Step]) -> ComputationalGraph:
    """The graph of the steps, one after the other; a step that leads out of bounds is left out."""
    builder = GraphBuilder()
    nodes = [builder.input(f"x{number}", value) for number, value in enumerate(inputs)]
    values = [float(value) for value in inputs]
    for name, *drawn in [*steps, ("add", 0, 1)]:
        op = OPS[name]
        chosen = [
            len(values) - 1 - operand % len(values) if isinstance(operand, int) else operand
            for operand in drawn[: op.arity]
        ]
        at = [values[operand] if isinstance(operand, int) else float(operand) for operand in chosen]
        varying = [position for position, operand in enumerate(chosen) if isinstance(operand, int)]
        if varying and is_moderate(op, at, varying):
            operands = [
                nodes[operand] if isinstance(operand, int) else builder.constant(operand)
                for operand in chosen
            ]
            nodes.append(builder.apply(op, *operands))
            values.append(op.forward(*at))
    return builder.build(nodes[-1])


def is_moderate(op: Op, at: list[float], varying: list[int]) -> bool:
    """Whether an op has a value and derivatives of a moderate size, not within rounding of a kink."""
    try:
        value = op.forward(*at)
        vjp = op.vjp(1.0, value, *at)
    except (ArithmeticError, ValueError):
        return False
    if op.switch is not None and 0.0 < abs(op.switch(*at)) < _NEAR_A_KINK:
        return False
    return all(math.isfinite(x) and abs(x) <= _LARGEST for x in (value, *(vjp[i] for i in varying)))
