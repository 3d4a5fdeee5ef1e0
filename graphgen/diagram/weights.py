"""Inputs that are written at arrows, as textbooks write the weights and biases of a network.

The product of a weight with what an arrow carries is no operation of its own then: the arrow leads on to
where the product is used. So does one to a sum with a bias that has no name and one use; a bias of any other
sum is written behind it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fnmatch import fnmatchcase

from graphgen.diagram.inscriptions import equation, tangent_text
from graphgen.diagram.parts import SIZE, ArrowPair, Shape
from graphgen.diagram.texts import Texts, called
from graphgen.errors import OptionError, excerpt
from graphgen.graph import ComputationalGraph, Edge
from graphgen.notation import wrapped
from graphgen.options import Options


@dataclass(frozen=True)
class Weights:
    """The edges of inputs that are written at arrows: by the operation that is passed, which is an arrow, and
    by the sum that they are written behind."""

    passed: Mapping[str, Edge]
    behind: Mapping[str, tuple[Edge, ...]]

    @property
    def inputs(self) -> frozenset[str]:
        edges = (*self.passed.values(), *(edge for several in self.behind.values() for edge in several))
        return frozenset(edge[0] for edge in edges)

    @property
    def ids(self) -> frozenset[str]:
        """Those of the nodes that have no shape of their own: the inputs, and what is passed."""
        return self.inputs | self.passed.keys()


def weights_of(graph: ComputationalGraph, options: Options, hidden: AbstractSet[str]) -> Weights:
    """The inputs that the author names or a pattern fits, where all their uses are such products and sums.

    What is `hidden` stands elsewhere.

    Raises OptionError for a name or a pattern that no such input has.
    """
    patterns = options.weights.split()
    passed: dict[str, Edge] = {}
    behind: dict[str, list[Edge]] = defaultdict(list)
    written = []
    for node in graph.inputs if patterns else ():
        uses = graph.uses[node.id]
        is_wanted = any(fnmatchcase(node.id, pattern) for pattern in patterns)
        if is_wanted and uses and all(_can_be_written(graph, edge, hidden, passed, behind) for edge in uses):
            written.append(node.id)
            for edge in uses:
                if _is_passed(graph, edge):
                    passed[edge[1]] = edge
                else:
                    behind[edge[1]].append(edge)
    for pattern in patterns:
        if not any(fnmatchcase(id, pattern) for id in written):
            raise OptionError(
                f"weights={excerpt(pattern)} is no input that is a factor or a term in each of its uses",
                "name inputs such as w and b in relu(w * x + b), where the product has no name and one use",
            )
    return Weights(passed, {id: tuple(edges) for id, edges in behind.items()})


def _is_passed(graph: ComputationalGraph, edge: Edge) -> bool:
    node = graph[edge[1]]
    return not node.name and len(node.operands) == 2 and len(graph.uses[node.id]) == 1


def _can_be_written(
    graph: ComputationalGraph,
    edge: Edge,
    hidden: AbstractSet[str],
    passed: Mapping[str, Edge],
    behind: Mapping[str, list[Edge]],
) -> bool:
    """Whether an input can stand at an arrow by which something else comes to the operation, or leaves it."""
    node = graph[edge[1]]
    taken = [other[2] for other in behind.get(node.id, ())]
    others = [id for position, id in enumerate(node.operands) if position not in (edge[2], *taken)]
    if node.op is None or node.op.operator not in ("*", "@", "+") or node.id in passed:
        return False
    users = [use[1] for use in graph.uses[node.id]]
    if not hidden.isdisjoint((*edge[:2], *users)) or not any(_is_drawn(graph, id, hidden) for id in others):
        return False
    if _is_passed(graph, edge):
        return _is_drawn(graph, others[0], hidden) and others[0] != edge[0]
    return node.op.operator == "+" and edge[0] not in others


def _is_drawn(graph: ComputationalGraph, id: str, hidden: AbstractSet[str]) -> bool:
    return id not in hidden and not graph[id].is_constant


def weight_pair(graph: ComputationalGraph, edge: Edge, words: Texts, options: Options) -> ArrowPair:
    """What is written of an input at an arrow: its word, its value, and at the first of several arrows its
    gradient, which is the sum of what flows back from each."""
    node, is_first = graph[edge[0]], edge == graph.uses[edge[0]][0]
    edges = graph.uses[node.id] if is_first else (edge,)
    text = wrapped(_signed(graph, edge, called(node, words)), SIZE)
    word = Shape("", "input", node.id, text, "" if is_first else "again", link=node.link)
    value = words.value(node) if options.shows("forward") and words.in_numbers else ""
    has_backward = is_first and options.shows("backward") and graph.has_gradient(node.id)
    gradient = words.contribution(*edges) if has_backward else ""
    name = f"∂{words.names.symbol(node.id)}" if words.in_numbers else words.names.gradient(node.id)
    return ArrowPair(
        id="",
        tail=word,
        head=word,
        edges=edges,
        forward=value if not value or "\n" in value else f"= {value}",
        backward=equation(name, gradient) if gradient else tangent_text(graph, node, edges, words),
        has_forward=bool(value),
        has_backward=bool(gradient),
    )


def _signed(graph: ComputationalGraph, edge: Edge, name: str) -> str:
    """An input as it is written at an arrow: × w, + b, and of matrices W @ or @ W."""
    op = graph[edge[1]].op
    assert op is not None
    is_left = op.operator == "@" and edge[2] == 0
    return f"{name} {op.symbol}" if is_left else f"{op.symbol} {name}"
