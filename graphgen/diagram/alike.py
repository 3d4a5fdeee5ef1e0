"""Equal modules that follow each other, such as the blocks of a transformer: they are drawn as one box."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from graphgen.graph import ComputationalGraph

FEWEST = 3
"""So many in a row are drawn as one."""

Module = tuple[str, frozenset[str]]
"""The path of a module, and the ids of its nodes."""


def rows_of_alike(graph: ComputationalGraph, modules: Sequence[Module]) -> Iterator[tuple[Module, ...]]:
    """The modules in their order, those together that are alike and each of which takes what the one before
    gives: of the same class, and the same operations on arrays of the same shapes."""
    row: list[Module] = []
    for module in modules:
        if row and not _continues(graph, row[-1], module):
            yield from _as_one(row)
            row = []
        row.append(module)
    yield from _as_one(row)


def _as_one(row: list[Module]) -> Iterator[tuple[Module, ...]]:
    if len(row) < FEWEST:
        yield from ((module,) for module in row)
    elif row:
        yield tuple(row)


def _continues(graph: ComputationalGraph, one: Module, other: Module) -> bool:
    (path, ids), (next_path, next_ids) = one, other
    if graph.modules[path] != graph.modules[next_path] or len(ids) != len(next_ids):
        return False
    given = {id for id in ids if any(use[1] not in ids for use in graph.uses[id])}
    if len(given) != 1:
        return False
    taken = {operand for id in next_ids for operand in graph[id].operands} - next_ids
    is_only_way = all(use[1] in ids | next_ids for id in given for use in graph.uses[id])
    others_are_inputs = all(graph[id].is_input for id in taken - given)
    chained = is_only_way and given <= taken and others_are_inputs
    return chained and _form(graph, ids) == _form(graph, next_ids)


def _form(graph: ComputationalGraph, ids: AbstractSet[str]) -> list[tuple[object, ...]]:
    """Operations with their parameters and shapes, and which of its nodes each takes; None stands for what
    comes from without."""
    inside = sorted(ids, key=graph.index.__getitem__)
    place = {id: number for number, id in enumerate(inside)}
    return [
        (node.op and node.op.name, node.parameters, node.shape, *map(place.get, node.operands))
        for node in map(graph.__getitem__, inside)
    ]
