"""The upstream gradient that an author gives the output: numbers, or a symbol for them."""

from __future__ import annotations

import re

from graphgen.errors import SourceError, excerpt
from graphgen.graph import ComputationalGraph, with_upstream, with_upstream_symbol
from graphgen.language.literals import read_value
from graphgen.language.names import is_name

_PARTIAL = re.compile(r"[d∂]\s*(\w+)\s*/\s*[d∂]\s*(\w+)")


def given_upstream(graph: ComputationalGraph, text: str) -> ComputationalGraph:
    """The graph with the upstream gradient that a text names: 2, [[1, 0], [0, 1]], g or dL/dy.

    A symbol makes its pictures symbolic.

    Raises SourceError for what is neither, or a symbol that is a name in the graph, and EvaluationError for
    numbers that do not fit the output.
    """
    partial = _PARTIAL.fullmatch(text.strip())
    names = partial.groups() if partial else (text.strip(),)
    if not all(map(is_name, names)):
        return with_upstream(graph, read_value(text))
    if names[0] in graph or (partial and names[1] in graph and names[1] != graph.output):
        taken = names[0] if names[0] in graph else names[1]
        raise SourceError(
            f"{excerpt(taken)} is a value of the graph already",
            f"choose another symbol, such as upstream=dL/d{graph.output}",
        )
    return with_upstream_symbol(graph, f"∂{names[0]}/∂{names[1]}" if partial else names[0])
