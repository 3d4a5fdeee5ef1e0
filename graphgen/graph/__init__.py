"""ComputationalGraph over networkx, numbers exactly as written, and the record that every engine gives."""

from graphgen.graph.agreement import Disagreement, are_close, disagreements
from graphgen.graph.builder import GraphBuilder
from graphgen.graph.faults import (
    FLOAT_RANGE,
    array_output_error,
    derivative_error,
    gradient_error,
    misshapen,
    require_no_symbols,
    unused_result,
    value_error,
)
from graphgen.graph.graph import ComputationalGraph, Edge, Operation
from graphgen.graph.link import is_absolute, read_label
from graphgen.graph.loading import from_text as graph_of_text
from graphgen.graph.loading import load as load_graph
from graphgen.graph.marked import with_data, with_stand_ins, with_upstream, with_upstream_symbol
from graphgen.graph.node import Node, beyond_limits
from graphgen.graph.numbers import (
    Value,
    WrittenValue,
    array_value,
    decimal_places,
    decimal_text,
    entries_of,
    exact_value,
    is_terminating,
    nearest_float,
    shape_of,
    total,
    value_text,
)
from graphgen.graph.passes import Level, Pass, given_numbers, verdict
from graphgen.graph.recorded import Recorded, Reference
from graphgen.graph.saving import as_text as saved_text
from graphgen.graph.saving import save as save_graph
from graphgen.graph.sums import with_joined_sums
from graphgen.graph.timing import OutOfTimeError, is_time_left, require_time, time_limit

__all__ = [
    "FLOAT_RANGE",
    "ComputationalGraph",
    "Disagreement",
    "Edge",
    "GraphBuilder",
    "Level",
    "Node",
    "Operation",
    "OutOfTimeError",
    "Pass",
    "Recorded",
    "Reference",
    "Value",
    "WrittenValue",
    "are_close",
    "array_output_error",
    "array_value",
    "beyond_limits",
    "decimal_places",
    "decimal_text",
    "derivative_error",
    "disagreements",
    "entries_of",
    "exact_value",
    "given_numbers",
    "gradient_error",
    "graph_of_text",
    "is_absolute",
    "is_terminating",
    "is_time_left",
    "load_graph",
    "misshapen",
    "nearest_float",
    "read_label",
    "require_no_symbols",
    "require_time",
    "save_graph",
    "saved_text",
    "shape_of",
    "time_limit",
    "total",
    "unused_result",
    "value_error",
    "value_text",
    "verdict",
    "with_data",
    "with_joined_sums",
    "with_stand_ins",
    "with_upstream",
    "with_upstream_symbol",
]
