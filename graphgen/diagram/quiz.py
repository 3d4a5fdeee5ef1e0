"""A picture that asks: the numbers that its reader is to find are question marks."""

from __future__ import annotations

from dataclasses import replace

from graphgen.diagram.texts import Texts
from graphgen.errors import OptionError, excerpt
from graphgen.graph import ComputationalGraph
from graphgen.options import Options

HIDDEN = "?"


def hidden(graph: ComputationalGraph, options: Options) -> tuple[frozenset[str], frozenset[str]]:
    """The ids of the nodes whose value is asked for, and of those whose gradient is.

    What the author gives is not asked: inputs, constants, and the seed at the output.

    >>> from graphgen.language import parse
    >>> values, gradients = hidden(parse("x = 3\\ny = x * x"), Options(quiz="values x"))
    >>> sorted(values), sorted(gradients)
    (['y'], ['x'])

    Raises OptionError for a name that the graph does not have, and for a graph without numbers.
    """
    wanted = options.quiz.split()
    if wanted and (graph.is_symbolic or options.values in ("symbols", "products")):
        raise OptionError(
            "a picture without numbers asks for none", "leave out quiz, or give the inputs numbers"
        )
    for name in wanted:
        if name not in ("gradients", "values") and (name not in graph or graph[name].is_constant):
            known = ", ".join(node.id for node in graph if not node.is_constant)
            raise OptionError(
                f"quiz={excerpt(name)} is not a name in the graph",
                f"it takes gradients, values, or names among {known}",
            )
    values = {node.id for node in graph if node.op and ("values" in wanted or node.id in wanted)}
    gradients = {
        node.id
        for node in graph
        if graph.has_gradient(node.id)
        and node.id != graph.output
        and options.shows("backward")
        and ("gradients" in wanted or node.id in wanted)
    }
    return frozenset(values), frozenset(gradients)


def asked(graph: ComputationalGraph, words: Texts, options: Options) -> Texts:
    """The texts of a picture, with a question mark in the place of each number that is asked for."""
    values, gradients = hidden(graph, options)
    if not values and not gradients:
        return words
    return replace(
        words,
        value=lambda node: HIDDEN if node.id in values else words.value(node),
        gradient=lambda node: HIDDEN if node.id in gradients else words.gradient(node),
        contribution=lambda *edges: HIDDEN if edges[0][0] in gradients else words.contribution(*edges),
        value_cells=lambda node: () if node.id in values else words.value_cells(node),
        gradient_cells=lambda node, *edges: (
            () if node.id in gradients else words.gradient_cells(node, *edges)
        ),
        point=lambda node: None if values.intersection((*node.operands, node.id)) else words.point(node),
    )
