"""The numbers that the passes start from, exactly as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

from flint import fmpq

from graphgen.graph import (
    ComputationalGraph,
    Node,
    entries_of,
    exact_value,
    given_numbers,
    misshapen,
    shape_of,
)
from graphgen.ops import Shape
from graphgen.verification.balls import Number, exact
from graphgen.verification.rules import entries

Given = Mapping[int, Any]
"""The numbers of inputs and constants, by their places in `graph.nodes`."""


def numbers_given(graph: ComputationalGraph, inputs: Mapping[str, Any]) -> Given:
    """Exactly as they are written; `inputs` replaces those of inputs by name."""
    return {index: _given(graph.nodes[index], number) for index, number in given_numbers(graph, inputs)}


def seed(graph: ComputationalGraph) -> Any:
    """The exact gradient that the backward pass starts from: 1, unless the graph has an upstream gradient."""
    output = graph[graph.output]
    return _filled(output.shape, fmpq(1)) if graph.upstream is None else _given(output, graph.upstream)


def weighed(graph: ComputationalGraph, output: Any) -> Any:
    """The sum of an output's entries, each times its upstream gradient: what the gradients are slopes of."""
    if graph.upstream is None and not graph[graph.output].shape:
        return output
    first, *rest = (entry * g for entry, g in zip(entries(output), entries(seed(graph)), strict=True))
    return sum(rest, start=first)


def _given(node: Node, number: Any) -> Any:
    value: Any = number if number is node.value else exact_value(number)
    if shape_of(value) != node.shape:
        raise misshapen(node, number)
    if not node.shape:
        return exact(value)
    import numpy as np

    flat = np.empty(prod(node.shape), dtype=object)
    flat[:] = [exact(number) for number in entries_of(value)]
    return flat.reshape(node.shape)


def zeros(shape: Shape) -> Any:
    return _filled(shape, fmpq(0))


def _filled(shape: Shape, number: Number) -> Any:
    if not shape:
        return number
    import numpy as np

    return np.full(shape, number, dtype=object)
