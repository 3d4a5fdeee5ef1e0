"""Which modules of a captured graph are drawn as closed boxes: by depth, or by patterns of their paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from graphgen.errors import OptionError, excerpt
from graphgen.graph import ComputationalGraph


def closed_modules(graph: ComputationalGraph, wanted: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The title and the nodes of each module that is closed, as `wanted` says it: a depth, from 1 for the
    model's own modules, or patterns of paths, as `blocks.* head`.

    Its parameters are in it, unless another module uses them too. A module of a single operation without
    parameters, such as an activation, is as it is. Raises OptionError where no module is meant.
    """
    if not graph.modules:
        raise OptionError(
            f"modules={excerpt(wanted)} closes nothing: the graph has no modules",
            "it is for graphs that were captured from PyTorch",
        )
    is_meant = _by_depth(graph, int(wanted)) if wanted.isdecimal() else _by_pattern(graph, wanted.split())
    for path, ids in module_members(graph).items():
        *outer, own = map(is_meant, _paths(graph, path))
        if own and not any(outer) and sum(bool(graph[id].op or graph[id].name) for id in ids) > 1:
            yield module_title(graph, path), ids


def module_title(graph: ComputationalGraph, path: str) -> str:
    """What a module is called in pictures: by its path and its class."""
    return f"{path} · {graph.modules[path]}"


def module_members(graph: ComputationalGraph) -> dict[str, frozenset[str]]:
    """The ids of the nodes of each module that has some: its operations, those of the modules in it, and the
    parameters and constants that no other uses."""
    members: dict[str, set[str]] = {}
    for node in reversed(graph.nodes):
        if node.op:
            for path in _paths(graph, node.group):
                members.setdefault(path, set()).add(node.id)
        elif graph.uses[node.id] and (node.group or not node.name):
            for ids in members.values():
                if ids.issuperset(use[1] for use in graph.uses[node.id]):
                    ids.add(node.id)
    return {path: frozenset(members[path]) for path in graph.modules if path in members}


def _paths(graph: ComputationalGraph, group: str) -> list[str]:
    """The modules around a node, the outermost first."""
    parts = group.split(".")
    paths = (".".join(parts[:count]) for count in range(1, len(parts) + 1))
    return [path for path in paths if path in graph.modules]


def _by_depth(graph: ComputationalGraph, depth: int) -> Callable[[str], bool]:
    if depth < 1:
        raise OptionError("modules=0 is not known", "1 closes the model's own modules")
    return lambda path: len(_paths(graph, path)) == depth


def _by_pattern(graph: ComputationalGraph, patterns: list[str]) -> Callable[[str], bool]:
    for pattern in patterns:
        if not any(fnmatchcase(path, pattern) for path in graph.modules):
            raise OptionError(
                f"modules={excerpt(pattern)} fits no module", f"the modules are {', '.join(graph.modules)}"
            )
    return lambda path: any(fnmatchcase(path, pattern) for pattern in patterns)
