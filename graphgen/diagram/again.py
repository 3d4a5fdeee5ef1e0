"""The uses of an input beside which it stands once more."""

from __future__ import annotations

from collections.abc import Iterable

from graphgen.diagram.folding import require_input
from graphgen.graph import ComputationalGraph, Edge, Node
from graphgen.options import Options


def uses_again(graph: ComputationalGraph, options: Options) -> frozenset[Edge]:
    """The edges beside whose operations inputs stand once more because their author says so, or because
    they are parameters that several modules share.

    Raises OptionError for a name that is no input.
    """
    names = [name for name in options.repeat.split() if name not in ("auto", "none")]
    for name in names:
        require_input(graph, "repeat", name)
    if options.repeat == "auto":
        names += [node.id for node in graph.inputs if _is_shared(graph, node)]
    return later_uses(graph, names)


def _is_shared(graph: ComputationalGraph, node: Node) -> bool:
    """Whether an array that a module has is used in several modules, as weights that are tied."""
    users = {graph[user].group for _, user, _ in graph.uses[node.id]}
    return bool(node.group and node.shape) and len(users) > 1


def later_uses(graph: ComputationalGraph, names: Iterable[str]) -> frozenset[Edge]:
    """The edges that leave these nodes, but for those to the first operation that uses each."""
    return frozenset(edge for name in names for edge in graph.uses[name] if edge[1] != graph.uses[name][0][1])
