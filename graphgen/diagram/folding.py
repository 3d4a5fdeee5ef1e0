"""Which nodes are written inside others: inputs that an author folds away, and constants."""

from __future__ import annotations

from collections.abc import Collection

from graphgen.errors import OptionError, excerpt
from graphgen.graph import ComputationalGraph, Edge
from graphgen.options import Options


def folded(graph: ComputationalGraph, options: Options, collapsed: Collection[str]) -> frozenset[str]:
    """The ids of the nodes that are written inside the operations that use them."""
    for name in options.fold.split():
        if name not in ("constants", "none"):
            require_input(graph, "fold", name)
    constants = _constant_expressions(graph, options, collapsed)
    inside = inside_constants(graph, options, collapsed)
    wanted = {
        node.id
        for node in graph
        if (node.id in constants or (options.folds(node.id) and node.id not in collapsed and not node.shape))
        and node.id not in inside
        and all(_can_fold(graph, edge) for edge in graph.uses[node.id])
    }
    for node in graph:
        if node.op and wanted.issuperset(node.operands):
            wanted.discard(node.operands[0])
    return frozenset(id for id in wanted if graph.uses[id])


def inside_constants(
    graph: ComputationalGraph, options: Options, collapsed: Collection[str]
) -> frozenset[str]:
    """The ids of the nodes that stand only in the formula of another: the 2 of √2."""
    constants = _constant_expressions(graph, options, collapsed)
    return frozenset(
        id for id in constants if graph.uses[id] and constants.issuperset(edge[1] for edge in graph.uses[id])
    )


def _constant_expressions(
    graph: ComputationalGraph, options: Options, collapsed: Collection[str]
) -> frozenset[str]:
    """The ids of the single numbers without a name that are constants or computed from constants alone."""
    found: set[str] = set()
    for node in graph if options.folds("constants") else ():
        is_nameless = node.name is None and node.id != graph.output and not node.shape
        if is_nameless and node.id not in collapsed and found.issuperset(node.operands):
            found.add(node.id)
    return frozenset(found)


def _can_fold(graph: ComputationalGraph, edge: Edge) -> bool:
    op = graph[edge[1]].op
    return op is not None and bool(op.folded)


def require_input(graph: ComputationalGraph, option: str, name: str) -> None:
    """Raises OptionError where a name that an option gives is no input."""
    if name not in graph or not graph[name].is_input:
        inputs = ", ".join(node.id for node in graph.inputs)
        raise OptionError(f"{option}={excerpt(name)} is not an input", f"the inputs are {inputs}")
