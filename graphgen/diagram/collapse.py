"""Which nodes are drawn as one box: what an author collapses, by name, by pattern or by depth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import takewhile

from graphgen.diagram.modules import closed_modules
from graphgen.errors import OptionError, excerpt
from graphgen.graph import ComputationalGraph, Node
from graphgen.options import Options

_SIGNS = frozenset("*?[]")


@dataclass(frozen=True)
class Group:
    """Nodes drawn as one box.

    `names` are the names and patterns that it was collapsed by, none where it was by depth. `title` is
    what the author calls it, or nothing.
    """

    names: tuple[str, ...]
    members: frozenset[str]
    title: str = ""

    @property
    def pattern(self) -> str:
        """The one pattern that a box was collapsed by, such as hidden_*; else nothing."""
        return self.names[0] if len(self.names) == 1 and _is_pattern(self.names[0]) else ""


@dataclass(frozen=True)
class _Wish:
    """One box that an author asks for."""

    names: tuple[str, ...]
    title: str
    with_inputs: bool


def _is_pattern(name: str) -> bool:
    """Whether it has a sign of a pattern, as `fnmatch` reads them; no name has one."""
    return not _SIGNS.isdisjoint(name)


def collapsed(graph: ComputationalGraph, options: Options) -> Mapping[str, Group]:
    """The box that each collapsed node belongs to.

    A name collapses its node and what only that needs; a pattern such as layer1_* every result of such
    a name, and the nameless ones between them; a depth all that lies that many operations or more
    before the output. Inputs stay outside, but where they are named, asked for (`with inputs`) or lie
    at that depth. Names called together by a title (`z_1 h_1 as first layer`) are one box.

    A module of a captured graph is closed by depth or by a pattern; one that another node leads out of
    and back into stays open.

    Raises OptionError for a name that the graph does not have, and for a box that another node leads
    out of and back into.
    """
    groups = [*_by_name(graph, _wishes(options.collapse))]
    if options.depth:
        groups.extend(_by_depth(graph, int(options.depth)))
    of_node: dict[str, Group] = {}
    if options.modules:
        for closed in closed_modules(graph, options.modules):
            module = Group((), closed.members, closed.title)
            if _left_between(graph, module) is None:
                groups.append(module)
    for group in groups:
        if len(group.members) > 1 or group.title:
            _require_convex(graph, group)
            of_node |= {id: group for id in group.members if id not in of_node}
    return of_node


def _wishes(written: str) -> Iterator[_Wish]:
    """The boxes that are asked for: `h_1 h_2` are two, `h_1 h_2 as hidden layer` is one.

    No name of the language is `as` or `with`.
    """
    for entry in filter(None, map(str.strip, written.split(","))):
        words = entry.split()
        names = tuple(dict.fromkeys(takewhile(lambda word: word not in ("as", "with"), words)))
        rest = words[len(names) :]
        with_inputs = rest[:2] == ["with", "inputs"]
        rest = rest[2:] if with_inputs else rest
        title = " ".join(rest[1:]) if rest[:1] == ["as"] else ""
        if not names or (rest and not title):
            raise OptionError(
                f"collapse={excerpt(entry)} does not say a box",
                "write names, behind them `with inputs` if these go in, and `as` before a title: "
                "h_1 h_2 with inputs as hidden layer",
            )
        for together in [names] if title else [(name,) for name in names]:
            yield _Wish(together, title, with_inputs)


def _by_name(graph: ComputationalGraph, wishes: Iterable[_Wish]) -> Iterator[Group]:
    """The groups of all wishes, the nodes of each decided from the output backward.

    A node that is named belongs to the first wish that names it, so that no other swallows it on its way.
    """
    wishes = tuple(wishes)
    by_node: dict[str, _Wish] = {}
    for wish in wishes:
        for name in wish.names:
            for id in _named(graph, name, wish.with_inputs):
                by_node.setdefault(id, wish)
    for node in reversed(graph.nodes):
        of_users = {by_node.get(user) for _, user, _ in graph.uses[node.id]}
        only = of_users.pop() if len(of_users) == 1 else None
        if node.id not in by_node and only and _is_drawn_in(node, only):
            by_node[node.id] = only
    for wish in wishes:
        yield Group(wish.names, frozenset(id for id, by in by_node.items() if by is wish), wish.title)


def _named(graph: ComputationalGraph, name: str, with_inputs: bool) -> list[str]:
    """The ids that a name or a pattern stands for; a pattern fits inputs only where they are asked for."""
    if not _is_pattern(name):
        if name in graph:
            return [name]
        raise OptionError(
            f"collapse={excerpt(name)} is not a name in the graph",
            f"its names are {', '.join(node.id for node in graph if node.name)}",
        )
    matching = [node for node in graph if node.name and fnmatchcase(node.name, name)]
    if not matching:
        raise OptionError(
            f"collapse={excerpt(name)} fits no name",
            f"the names are {', '.join(node.id for node in graph if node.name)}",
        )
    wanted = [node.id for node in matching if node.op or with_inputs]
    if not wanted:
        raise OptionError(
            f"collapse={excerpt(name)} fits inputs alone", f"to collapse these, write {name} with inputs"
        )
    return wanted


def _is_drawn_in(node: Node, wish: _Wish) -> bool:
    """Whether a node goes into the box of all that uses it."""
    if node.is_input:
        return wish.with_inputs
    return not node.name or not any(map(_is_pattern, wish.names))


def _by_depth(graph: ComputationalGraph, depth: int) -> Iterable[Group]:
    """The connected parts of what lies `depth` operations or more before the output."""
    distance = dict.fromkeys(graph.ids, 0)
    for operand, node, _ in reversed(graph.edges):
        distance[operand] = max(distance[operand], distance[node] + 1)
    far = [id for id in graph.ids if distance[id] >= depth]
    import networkx as nx

    components = nx.weakly_connected_components(graph.network.subgraph(far))
    for component in sorted(components, key=lambda ids: min(graph.index[id] for id in ids)):
        if any(graph[id].op for id in component):
            yield Group((), frozenset(component))


def _require_convex(graph: ComputationalGraph, group: Group) -> None:
    between = _left_between(graph, group)
    if between is not None:
        written = excerpt(" ".join(group.names))
        raise OptionError(
            f"collapse={written} leaves {excerpt(between)} between two of its nodes",
            "collapse that node too",
        )


def _left_between(graph: ComputationalGraph, group: Group) -> str | None:
    """A node outside that lies on a way out of a group and back into it, if there is one."""
    after = {user for id in group.members for _, user, _ in graph.uses[id]} - group.members
    import networkx as nx

    reached = after.union(*(nx.descendants(graph.network, id) for id in after)) if after else after
    for id in sorted(group.members, key=graph.index.__getitem__):
        between = next((operand for operand in graph[id].operands if operand in reached), None)
        if between is not None and between not in group.members:
            return between
    return None
