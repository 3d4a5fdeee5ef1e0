"""The text in the box of a collapsed part, and the values that the part gives."""

from __future__ import annotations

import re

from graphgen.diagram.collapse import Group
from graphgen.diagram.texts import Texts, called
from graphgen.graph import ComputationalGraph, Node
from graphgen.notation import label_text
from graphgen.options import Options

_OPERATIONS = {"en": ("{} operation", "{} operations"), "ko": ("연산 {}개", "연산 {}개")}


def group_text(graph: ComputationalGraph, part: Group, words: Texts, options: Options) -> str:
    """The author's title of a box, else the name it was collapsed by, else that of the one value it gives,
    else its size."""
    if part.title:
        return label_text(part.title)
    if part.pattern:
        return re.sub(r"\[.*?\]|[*?]", "", part.pattern).strip("_") or part.pattern
    named = named_exit(graph, part)
    return called(named, words) if named else size_text(graph, part, options)


def size_text(graph: ComputationalGraph, part: Group, options: Options) -> str:
    """How many operations a part has, in words."""
    count = sum(graph[id].op is not None for id in part.members)
    return _OPERATIONS[options.language][count > 1].format(count)


def exits(graph: ComputationalGraph, part: Group) -> list[str]:
    """The ids of the values that a part gives, in topological order."""
    given = {id for id in part.members if any(edge[1] not in part.members for edge in graph.uses[id])}
    given |= {graph.output} & part.members
    return sorted(given, key=graph.index.__getitem__)


def named_exit(graph: ComputationalGraph, part: Group) -> Node | None:
    """The value that a box is called by: the one that its author named, else the only one that it gives."""
    if part.title or part.pattern:
        return None
    given = part.names or exits(graph, part)
    return graph[given[0]] if len(given) == 1 and graph[given[0]].name else None
