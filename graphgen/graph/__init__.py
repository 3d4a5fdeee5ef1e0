"""ComputationalGraph over networkx, numbers exactly as written, and the record that every engine gives."""

from graphgen.graph.builder import GraphBuilder
from graphgen.graph.faults import (
    FLOAT_RANGE,
    array_output_error,
    derivative_error,
    gradient_error,
    misshapen,
    value_error,
)
from graphgen.graph.graph import ComputationalGraph, Edge, Node, Operation, beyond_limits
from graphgen.graph.link import is_absolute, read_label
from graphgen.graph.numbers import (
    Value,
    WrittenValue,
    decimal_places,
    decimal_text,
    exact_value,
    is_terminating,
    nearest_float,
    shape_of,
    total,
    value_text,
)
from graphgen.graph.passes import Level, Pass, given_numbers, verdict
from graphgen.graph.timing import OutOfTimeError, is_time_left, require_time, time_limit

__all__ = [
    "FLOAT_RANGE",
    "ComputationalGraph",
    "Edge",
    "GraphBuilder",
    "Level",
    "Node",
    "Operation",
    "OutOfTimeError",
    "Pass",
    "Value",
    "WrittenValue",
    "array_output_error",
    "beyond_limits",
    "decimal_places",
    "decimal_text",
    "derivative_error",
    "exact_value",
    "given_numbers",
    "gradient_error",
    "is_absolute",
    "is_terminating",
    "is_time_left",
    "misshapen",
    "nearest_float",
    "read_label",
    "require_time",
    "shape_of",
    "time_limit",
    "total",
    "value_error",
    "value_text",
    "verdict",
]
