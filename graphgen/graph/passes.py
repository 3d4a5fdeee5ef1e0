"""The record of an evaluation, the same for every engine, and the numbers that one starts from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar, get_args

from graphgen.errors import EvaluationError, excerpt
from graphgen.graph.faults import require_no_symbols
from graphgen.graph.graph import ComputationalGraph, Edge

Number = TypeVar("Number")

Level = Literal["proved", "compared", "computed"]
"""How sure numbers are. Proved: enclosed by two witnesses that meet. Compared: floats that agree with
differences. Computed: floats that nothing was held against."""


def verdict(levels: Mapping[Level, int]) -> str:
    """How many numbers are how sure, in words.

    >>> verdict({"proved": 12}), verdict({"compared": 40, "proved": 3})
    ('12 numbers, all proved', '43 numbers: 3 proved, 40 compared')
    """
    count = sum(levels.values())
    numbers = f"{count:,} number{'' if count == 1 else 's'}"
    of_each = [(level, levels[level]) for level in get_args(Level) if levels.get(level)]
    if len(of_each) > 1:
        return f"{numbers}: {', '.join(f'{times:,} {level}' for level, times in of_each)}"
    return f"{numbers}, all {of_each[0][0]}" if of_each else numbers


@dataclass(frozen=True)
class Pass(Generic[Number]):
    """The result of evaluating a graph; every engine returns the same record.

    `node_values` and `node_gradients` follow `graph.nodes`, `edge_contributions` follows `graph.edges`.
    A constant does not vary: it has no gradient, and its edges no contribution (None). Where they were
    looked for, `local_derivatives` are those of edges between single numbers, and `kinks` the ids of
    operations whose operands lie on a kink, where the derivative is a convention. `node_tangents` follow
    `graph.nodes` too: in forward mode, the derivative of each value along a direction of the inputs.
    """

    graph: ComputationalGraph
    node_values: tuple[Number, ...]
    node_gradients: tuple[Number | None, ...] = ()
    edge_contributions: tuple[Number | None, ...] = ()
    local_derivatives: Mapping[Edge, Number] = field(default_factory=dict)
    kinks: frozenset[str] = frozenset()
    level: Level = "computed"
    node_tangents: tuple[Number, ...] = ()

    @property
    def parts(self) -> tuple[tuple[Any, ...], ...]:
        return self.node_values, self.node_gradients, self.edge_contributions

    @property
    def count(self) -> int:
        """How many numbers there are, entries of arrays each for itself."""
        return sum(getattr(number, "size", 1) for part in self.parts for number in part if number is not None)

    @cached_property
    def values(self) -> Mapping[str, Number]:
        """The value of every node, by id."""
        return dict(zip(self.graph.ids, self.node_values, strict=bool(self.node_values)))

    @cached_property
    def gradients(self) -> Mapping[str, Number]:
        """∂output/∂node of every node but constants, by id: the sum of its edges' contributions."""
        pairs = zip(self.graph.ids, self.node_gradients, strict=bool(self.node_gradients))
        return {id: gradient for id, gradient in pairs if gradient is not None}

    @cached_property
    def tangents(self) -> Mapping[str, Number]:
        """The derivative of every value along the direction of a forward pass, by id."""
        return dict(zip(self.graph.ids, self.node_tangents, strict=bool(self.node_tangents)))

    @cached_property
    def contributions(self) -> Mapping[Edge, Number]:
        """The contribution along every edge: upstream gradient times local derivative."""
        pairs = zip(self.graph.edges, self.edge_contributions, strict=bool(self.edge_contributions))
        return {edge: contribution for edge, contribution in pairs if contribution is not None}


def given_numbers(
    graph: ComputationalGraph, inputs: Mapping[str, Any] | None = None
) -> Iterator[tuple[int, Any]]:
    """The number of every input and constant, with its place in `graph.nodes`; `inputs` goes first.

    Raises EvaluationError for an input without a number, for a name that is not an input, and for a graph
    with a function that is only named, or a symbol for its upstream gradient.
    """
    if not graph.has_stand_ins:
        require_no_symbols(graph)
    replaced = dict(inputs or {})
    for index, node in enumerate(graph.nodes):
        if node.op is None:
            number = replaced.pop(node.id, node.value) if node.is_input else node.value
            if number is None:
                raise EvaluationError(
                    f"the input {node.id!r} has no number", f"give it one: {node.example}", node.place
                )
            yield index, number
    if replaced:
        inputs_are = ", ".join(node.id for node in graph.inputs) or "none"
        raise EvaluationError(
            f"{excerpt(next(iter(replaced)))} is not an input of the graph", f"its inputs are {inputs_are}"
        )
