"""A layer opened: an operation as the simpler ones that its row says it stands for."""

from __future__ import annotations

from collections.abc import Collection

from graphgen.errors import OptionError, excerpt
from graphgen.graph import ComputationalGraph, GraphBuilder
from graphgen.language.parser import write_into
from graphgen.ops import OPERANDS


def opened(graph: ComputationalGraph, names: Collection[str]) -> ComputationalGraph:
    """The graph with these operations opened; `all` stands for all that can be.

    >>> from graphgen.language import parse
    >>> print(opened(parse("x = 0\\ny = sigmoid(x)"), ["y"]).source(), end="")
    x = 0
    v1 = -x
    v2 = exp(v1)
    v3 = 1 + v2
    y = 1 / v3

    Raises OptionError for a name that is not such an operation.
    """
    for name in names:
        if name in graph and _has_labels(graph, name):
            raise OptionError(
                f"open={excerpt(name)} has labels for targets, which simpler operations cannot take",
                "give a row of shares for each label, as in [0, 1, 0]",
            )
        if name != "all" and (name not in graph or not _can_open(graph, name)):
            can = ", ".join(node.id for node in graph if _can_open(graph, node.id)) or "none"
            raise OptionError(f"open={excerpt(name)} is not an operation to open", f"there are {can}")
    chosen = {node.id for node in graph if _can_open(graph, node.id) and (node.id in names or "all" in names)}
    return _rewritten(graph, chosen)


def _can_open(graph: ComputationalGraph, id: str) -> bool:
    node = graph[id]
    if node.op is None or not node.op.opened or _has_labels(graph, id) or node.parameters:
        return False
    axes = node.op.opened_axes
    return all(len(graph[node.operands[position]].shape) == count for position, count in axes.items())


def _has_labels(graph: ComputationalGraph, id: str) -> bool:
    node = graph[id]
    if node.op is None or node.op.targets is None:
        return False
    return graph[node.operands[0]].shape != graph[node.operands[node.op.targets]].shape


def _rewritten(graph: ComputationalGraph, ids: Collection[str]) -> ComputationalGraph:
    builder = GraphBuilder()
    at: dict[str, int] = {}
    for node in graph:
        operands = [at[operand] for operand in node.operands]
        first = len(builder)
        if node.op is None:
            at[node.id] = builder.given(node.name, node.value)
        elif node.id in ids:
            at[node.id] = write_into(builder, node.op.opened, dict(zip(OPERANDS, operands, strict=False)))
            for inner in range(first, len(builder)):
                builder.describe(inner, place=node.place, group=node.group)
            builder.describe(at[node.id], name=node.name, label=node.label, link=node.link)
            continue
        else:
            at[node.id] = builder.apply(node.op, *operands)
        builder.describe(at[node.id], **graph.network.nodes[node.id])
    of_graph = {
        "upstream": graph.upstream,
        "upstream_symbol": graph.upstream_symbol,
        "modules": graph.modules,
    }
    return builder.build(at[graph.output], **of_graph)
