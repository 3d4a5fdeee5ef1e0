"""A graph of arrays as the graph of their entries, on which every number can be exact.

Each entry becomes a node, and an op on whole arrays the arithmetic that its expression does with them:
a product of matrices becomes products and sums. The array engine is held against what SymPy and finite
differences say of this graph, and so are its rules, which share nothing with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import prod
from typing import Any

import numpy as np

from graphgen.algebra.words import entry_words, on_entries
from graphgen.errors import Place
from graphgen.graph import (
    ComputationalGraph,
    Edge,
    GraphBuilder,
    Node,
    Pass,
    exact_value,
    misshapen,
    shape_of,
)
from graphgen.language import TracedValue, apply
from graphgen.ops import OPS, Op

MAX_OPERATIONS = 6_000
"""Operations of the largest graph that is unrolled."""

Ids = Any
"""The id of a node, or an array of ids in the shape of what they stand for."""


@dataclass(frozen=True)
class Unrolled:
    """The graph of the entries, and where they are.

    `entries` has the ids of each node's entries, `sent` those of the nodes by which an edge's operand
    comes in: the gradient there is the edge's contribution (None for an edge between single numbers,
    which is an edge here too). `owner` tells which node of the array graph a node belongs to.
    """

    graph: ComputationalGraph
    entries: Mapping[str, Ids]
    sent: Mapping[Edge, Ids]
    owner: Mapping[str, str]


def operations(graph: ComputationalGraph) -> int:
    """About how many operations on single numbers a graph comes to.

    >>> from graphgen.language import parse
    >>> operations(parse("x = [[1, 2], [3, 4]]\\ny = sum(x @ x)"))
    24
    """
    return sum(_cost(graph, node) for node in graph if node.op)


def _cost(graph: ComputationalGraph, node: Node) -> int:
    assert node.op is not None
    sizes = [prod(graph[operand].shape) for operand in node.operands]
    if node.op.is_elementwise:
        return prod(node.shape)
    if node.op.matrix_vjps and len(sizes) > 1:
        return 2 * prod(node.shape) * graph[node.operands[0]].shape[-1]
    return 2 * max(sizes)


def unroll(graph: ComputationalGraph, inputs: Mapping[str, Any] | None = None) -> Unrolled:
    """The graph of all entries; its nodes are called y[0,1] and the like.

    `inputs` replaces the values of inputs by name. Where the output is an array, that of the new graph
    is its last entry. Raises OptionError for labels that are not given as numbers, EvaluationError for
    an input of another shape.
    """
    return _Unroller(graph, inputs or {}).unrolled()


def gathered(graph: ComputationalGraph, unrolled: Unrolled, run: Pass[Any]) -> Pass[Any]:
    """A pass over the entries as one over the graph of arrays: its arrays hold the entries' numbers."""
    values = tuple(_taken_from(run.values, unrolled.entries[id]) for id in graph.ids)
    if not run.node_gradients:
        return Pass(graph, values)
    return Pass(
        graph,
        values,
        tuple(
            None if node.is_constant else _taken_from(run.gradients, unrolled.entries[node.id])
            for node in graph
        ),
        tuple(
            None if graph[edge[0]].is_constant else _contribution(unrolled, run, edge) for edge in graph.edges
        ),
    )


def scattered(arrays: Pass[Any], unrolled: Unrolled, own: Pass[Any]) -> Pass[Any]:
    """A pass over the entries with the numbers of one over the arrays, and its own where those have none."""
    values, gradients, contributions = dict(own.values), dict(own.gradients), dict(own.contributions)
    for id, ids in unrolled.entries.items():
        _put(values, ids, arrays.values[id])
        if id in arrays.gradients:
            _put(gradients, ids, arrays.gradients[id])
    for edge, contribution in arrays.contributions.items():
        sent = unrolled.sent[edge]
        if sent is None:
            contributions[unrolled.entries[edge[0]], edge[1], edge[2]] = contribution
        else:
            _put(gradients, sent, contribution)
            from_entry = zip(_flat(unrolled.entries[edge[0]]), _flat(sent), strict=True)
            _put(contributions, [(entry, id, 0) for entry, id in from_entry], contribution)
    entries = unrolled.graph
    return Pass(
        entries,
        tuple(values[id] for id in entries.ids),
        tuple(gradients.get(id) for id in entries.ids) if own.node_gradients else (),
        tuple(contributions.get(edge) for edge in entries.edges) if own.node_gradients else (),
    )


def _put(numbers: dict[Any, Any], keys: Any, array: Any) -> None:
    numbers |= zip(_flat(keys), map(float, _flat(array)), strict=True)


def _flat(array: Any) -> list[Any]:
    if isinstance(array, list):
        return array
    return [array] if isinstance(array, str | float) else list(array.flat)


def _contribution(unrolled: Unrolled, run: Pass[Any], edge: Edge) -> Any:
    sent = unrolled.sent[edge]
    if sent is None:
        return run.contributions[unrolled.entries[edge[0]], edge[1], edge[2]]
    return _taken_from(run.gradients, sent)


def _taken_from(numbers: Mapping[str, Any], ids: Ids) -> Any:
    if isinstance(ids, str):
        return numbers[ids]
    return np.frompyfunc(numbers.__getitem__, 1, 1)(ids)


class _Unroller:
    def __init__(self, graph: ComputationalGraph, inputs: Mapping[str, Any]) -> None:
        self.graph = graph
        self.inputs = inputs
        self.builder = GraphBuilder()
        self.entries: dict[str, Any] = {}
        self.sent: dict[Edge, Any] = {}
        self.owner: list[str] = []
        self.known: dict[int, Fraction] = {}

    def unrolled(self) -> Unrolled:
        for node in self.graph:
            self.entries[node.id] = self._given(node) if node.op is None else self._computed(node, node.op)
            self.owner += [node.id] * (len(self.builder) - len(self.owner))
        output = np.asarray(self.entries[self.graph.output], dtype=object).flat[-1]
        graph = self.builder.build(output.node)
        ids = dict(enumerate(self.builder.ids()))
        return Unrolled(
            graph,
            {id: _ids(values, ids) for id, values in self.entries.items()},
            {edge: _ids(values, ids) for edge, values in self.sent.items()},
            {ids[index]: owner for index, owner in enumerate(self.owner)},
        )

    def _given(self, node: Node) -> Any:
        given: Any = node.value
        if node.is_input and node.id in self.inputs:
            given = exact_value(self.inputs[node.id])
            if shape_of(given) != node.shape:
                raise misshapen(node, given)
        if not node.shape:
            return self._leaf(given, node.id if node.is_input else None, node.place)
        array = np.empty(node.shape, dtype=object)
        for place in np.ndindex(node.shape):
            value = given
            for index in place:
                value = value[index]
            array[place] = self._leaf(value, _entry(node.id, place) if node.is_input else None, node.place)
        return array

    def _leaf(self, value: Any, name: str | None, place: Place | None) -> TracedValue:
        if name is None:
            index = self.builder.constant(value, place=place)
        else:
            index = self.builder.input(name, value, place=place)
        if value is not None:
            self.known[index] = value
        return TracedValue(self.builder, index)

    def _computed(self, node: Node, op: Op) -> Any:
        operands = [self.entries[operand] for operand in node.operands]
        if op.is_elementwise and not node.shape:
            result = apply(op, *operands)
            self.builder.describe(result.node, name=node.id, place=node.place)
            self.sent |= dict.fromkeys(self._edges(node))
            return result
        for position, edge in enumerate(self._edges(node)):
            self.sent[edge] = None
            # A constant stays one: nobody asks how x ** 2 changes with its 2, which for x < 0 is no number.
            if not self.graph[edge[0]].is_constant:
                operands[position] = self.sent[edge] = self._taken(operands[position], edge)
        arrays = [np.asarray(operand, dtype=object) for operand in operands]
        if op.is_elementwise:
            result = np.frompyfunc(partial(apply, op), op.arity, 1)(*arrays)
        else:
            exp, log, step = (partial(apply, OPS[name]) for name in ("exp", "log", "step"))
            words = entry_words(exp, log, step, self._label)
            result = on_entries(op, arrays, dict(node.parameters), words)
        return self._named(node, result)

    def _named(self, node: Node, result: Any) -> Any:
        """The entries of a result, each a node of its own that is named after it."""
        return self._identities(result, lambda place: _entry(node.id, place), node.place)

    def _taken(self, operand: Any, edge: Edge) -> Any:
        """The entries of an operand as one edge brings them in."""

        def name(place: tuple[int, ...]) -> str:
            return f"{_entry(edge[0], place)}→{edge[1]}:{edge[2] + 1}"

        return self._identities(operand, name, self.graph[edge[1]].place)

    def _identities(self, values: Any, name: Callable[[tuple[int, ...]], str], place: Place | None) -> Any:
        """The same values as nodes of their own, with names."""
        entries = np.asarray(values, dtype=object)
        same = np.empty(entries.shape, dtype=object)
        for at in np.ndindex(entries.shape):
            value: Any = entries[at]
            same[at] = identity = apply(OPS["identity"], value)
            self.builder.describe(identity.node, name=name(at), place=place)
            if value.node in self.known:
                self.known[identity.node] = self.known[value.node]
        return same if entries.shape else same[()]

    def _label(self, value: TracedValue) -> Fraction | None:
        return self.known.get(value.node)

    def _edges(self, node: Node) -> Iterator[Edge]:
        return ((operand, node.id, position) for position, operand in enumerate(node.operands))


def _entry(id: str, place: tuple[int, ...]) -> str:
    return f"{id}[{','.join(map(str, place))}]" if place else id


def _ids(values: Any, ids: Mapping[int, str]) -> Ids:
    if values is None:
        return None
    if isinstance(values, TracedValue):
        return ids[values.node]
    return np.frompyfunc(lambda value: ids[value.node], 1, 1)(values)
