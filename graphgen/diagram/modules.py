"""Which modules of a captured graph are drawn as closed boxes: by depth, or by patterns of their paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from graphgen.diagram.alike import Module, rows_of_alike
from graphgen.errors import OptionError, excerpt
from graphgen.graph import ComputationalGraph


@dataclass(frozen=True)
class Closed:
    """A box for a module, or for several that are alike: its title, their paths, and the ids in it."""

    title: str
    paths: tuple[str, ...]
    members: frozenset[str]


def closed_modules(graph: ComputationalGraph, wanted: str) -> Iterator[Closed]:
    """The boxes of the modules that are closed, as `wanted` says it: by a depth, from 1 for the model's own
    modules, or by patterns of paths, as `blocks.* head`.

    Its parameters are in it, unless another module uses them too. A module of a single operation without
    parameters, such as an activation, is as it is. By depth, three or more that are alike and follow each
    other are one. Raises OptionError where no module is meant.
    """
    if not graph.modules:
        raise OptionError(
            f"modules={excerpt(wanted)} closes nothing: the graph has no modules",
            "it is for graphs that were captured from PyTorch",
        )
    is_meant = _by_depth(graph, int(wanted)) if wanted.isdecimal() else _by_pattern(graph, wanted.split())
    closed: list[Module] = []
    for path, ids in module_members(graph).items():
        *outer, own = map(is_meant, _paths(graph, path))
        if own and not any(outer) and sum(bool(graph[id].op or graph[id].name) for id in ids) > 1:
            closed.append((path, ids))
    for row in rows_of_alike(graph, closed) if wanted.isdecimal() else ((module,) for module in closed):
        paths = tuple(path for path, _ in row)
        yield Closed(title_of(graph, paths), paths, frozenset().union(*(ids for _, ids in row)))


def title_of(graph: ComputationalGraph, paths: Sequence[str]) -> str:
    """The name in pictures of a module, or of several that are alike: path, class and number."""
    first, last, kind = paths[0], paths[-1].rpartition(".")[2], graph.modules[paths[0]]
    return f"{first}–{last} · {kind} × {len(paths)}" if len(paths) > 1 else f"{first} · {kind}"


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
