"""The errors where a value or a derivative does not exist: the same by every engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphgen.errors import EvaluationError, Place, SourceError, excerpt
from graphgen.graph.node import Node, ungrouped

if TYPE_CHECKING:
    from graphgen.graph.graph import ComputationalGraph

FLOAT_RANGE = "numbers must stay below 1.8e308"


def misshapen(node: Node, given: Any) -> EvaluationError:
    """The one-line message for a value that is not of its node's shape."""
    if node.has_open_shape:
        return EvaluationError(
            f"the shape of {node.id!r} is not known before it has numbers",
            f"write them into the source, as in {node.id} = [1, 2]",
            node.place,
        )
    found = getattr(given, "shape", None)
    given_text = excerpt(repr(given)) if found is None else f"of the shape {found}"
    wanted = f"an array of the shape {node.shape}" if node.shape else "a single number"
    return EvaluationError(f"the value given for {node.id!r} is {given_text}", f"give {wanted}", node.place)


def array_output_error(node: Node, is_known: bool = True) -> EvaluationError:
    """The one-line message for an output that is an array, where a gradient is asked for."""
    shape = f"has the shape {node.shape}" if is_known else "is an array"
    return EvaluationError(
        f"the output {node.id!r} {shape}: it has no gradient",
        "end with a single number, as in sum(y) or mean(y); or give an upstream gradient of that shape, "
        "by upstream=…; or show only the forward pass",
        node.place,
    )


def value_error(node: Node, operands: list[Any], error: Exception | None) -> EvaluationError:
    """The one-line message for an operation that has no value: the node, the op, operands if known."""
    assert node.op is not None
    of_arrays = node.shape or not node.op.is_elementwise
    if of_arrays and isinstance(error, OverflowError):
        fault, hint = "has no finite value", f"{node.op.name} is defined for {node.op.domain}; {FLOAT_RANGE}"
    elif isinstance(error, OverflowError):
        fault, hint = "overflows", FLOAT_RANGE
    else:
        fault, hint = "has no value", f"{node.op.name} is defined for {node.op.domain}"
    return EvaluationError(f"{node.described}{_at(node, operands)} {fault}", hint, node.place)


def derivative_error(node: Node, operands: list[Any], position: int | None = None) -> EvaluationError:
    """The one-line message for an operation that has no finite local derivative, by one operand if known."""
    assert node.op is not None
    operations = {id: ungrouped(text) for id, text in node.nameless}
    operand = "" if position is None else node.operands[position]
    of = f" with respect to {operations.get(operand, operand)}" if operand and node.op.arity > 1 else ""
    if node.op.operator == "**" and position == 1:
        hint = "write the exponent as a number, as in x ** 2, or show only the forward pass"
    else:
        hint = (
            f"{node.op.name} is defined for {node.op.domain}; show only the forward pass, or move the input"
        )
    return EvaluationError(
        f"{node.described}{_at(node, operands)} has no finite derivative{of}", hint, node.place
    )


def gradient_error(node: Node) -> EvaluationError:
    """The one-line message for a gradient that is a sum beyond the floats."""
    return EvaluationError(f"the gradient of {node.described} overflows", FLOAT_RANGE, node.place)


def require_no_symbols(graph: ComputationalGraph) -> None:
    """Raises EvaluationError where numbers are asked for of a graph with a function that is only named, or
    with a symbol for the upstream gradient."""
    if graph.functions:
        name = graph.functions[0]
        raise EvaluationError(
            f"the function {name!r} is only named, and has no numbers",
            f"write a formula in the place of {name}(…), or ask for symbols",
            next(node.place for node in graph if node.op and node.op.name == name),
        )
    if graph.upstream_symbol:
        raise EvaluationError(
            f"the upstream gradient {graph.upstream_symbol!r} is a symbol, and has no numbers",
            "give it in numbers, or ask for symbols",
        )


def unused_result(name: str, line: int | None) -> SourceError:
    """The one-line warning of a named result that nothing uses and that is not the output."""
    place = None if line is None else Place(line)
    return SourceError(f"{name!r} leads nowhere", "leave it out, or make it the last line", place)


def _at(node: Node, operands: list[Any]) -> str:
    operations = {id: ungrouped(text) for id, text in node.nameless}
    pairs = [
        (operations.get(id, id), value)
        for id, value in zip(node.operands, operands, strict=bool(operands))
        if id not in node.written_numbers
    ]
    texts = [
        f"{name} = {value:.6g}" if isinstance(value, float) else f"{name} of the shape {value.shape}"
        for name, value in pairs
    ]
    return f" at {', '.join(texts)}" if texts else ""
