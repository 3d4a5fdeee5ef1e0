"""An operation of the table applied to traced values, and to the numbers and arrays among them."""

from __future__ import annotations

from typing import Any

from graphgen.errors import SourceError, contained, excerpt
from graphgen.graph import GraphBuilder, WrittenValue, exact_value
from graphgen.language.comparison import TracedComparison
from graphgen.language.traced import Trace, TracedValue, kind_of
from graphgen.ops import OPERANDS, Op


@contained()
def apply(op: Op, *operands: TracedValue | WrittenValue, **parameters: Any) -> TracedValue:
    """Adds the node of one operation; at least one operand is a traced value."""
    further = operands[op.arity :]
    if len(further) <= len(op.parameters):
        operands = operands[: op.arity]
        parameters |= zip(op.parameters, further, strict=False)
    if unknown := parameters.keys() - op.parameters.keys():
        raise SourceError(
            f"{op.name} was called with {excerpt(min(unknown))}",
            f"beside its operands it takes {', '.join(op.parameters) or 'nothing'}",
        )
    if len(operands) != op.arity:
        raise SourceError(
            f"{op.name} was called with {len(operands)} operand{'' if len(operands) == 1 else 's'}",
            f"it takes {op.arity}, as in {op.source(*OPERANDS[: op.arity])!r}",
        )
    trace = trace_of(*operands)
    if trace is None:
        raise SourceError(
            f"{op.source(*map(str, operands))!r} has no traced operand",
            "a graph begins at the inputs of the function: make the number one of them",
        )
    nodes = [node_of(trace.builder, operand) for operand in operands]
    given = tuple((name, op.parameter(name, value)) for name, value in parameters.items())
    node = trace.builder.apply(op, *nodes, parameters=given)
    trace.builder.shape(node)  # refuses at once operands that do not fit
    return TracedValue(trace, node)


def compare(larger: Any, smaller: Any, *, is_denied: bool = False, is_of_sizes: bool = False) -> Any:
    """The comparison of two values, of which at least one is traced."""
    trace = trace_of(larger, smaller)
    assert trace is not None
    return TracedComparison(trace, larger, smaller, is_denied, is_of_sizes)


def trace_of(*operands: Any) -> Trace | None:
    """The trace that traced values among some operands belong to, if there are any."""
    traces = [value.trace for operand in operands for value in _traced_in(operand)]
    if any(trace is not traces[0] for trace in traces):
        raise SourceError(
            "a traced value comes from another function's trace", "give it to the function as an input"
        )
    return traces[0] if traces else None


def node_of(builder: GraphBuilder, operand: Any) -> int:
    """The node of an operand, which may be a number or an array: a constant."""
    if isinstance(operand, TracedComparison):
        operand = operand.astype()
    if isinstance(operand, TracedValue):
        return operand.node
    if kind_of(operand) == "b":
        operand = operand.astype(int)
    written = operand.tolist() if hasattr(operand, "tolist") else operand
    if _traced_in(written):
        raise SourceError("a list holds traced values", "make an array of them: np.stack([a, b])")
    return builder.constant(exact_value(written))


def _traced_in(operand: Any) -> list[TracedValue]:
    """The traced values in an operand, which may be a list of them."""
    if isinstance(operand, TracedValue):
        return [operand]
    if isinstance(operand, TracedComparison):
        return [*_traced_in(operand.larger), *_traced_in(operand.smaller)]
    if isinstance(operand, list | tuple):
        return [value for part in operand for value in _traced_in(part)]
    return []
