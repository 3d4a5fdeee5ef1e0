"""The derivation of one gradient by the chain rule, in LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import networkx as nx
import sympy as sp

from graphgen.algebra.closed import closed_forms, formula_at
from graphgen.algebra.derivatives import expression, node_symbol, symbolic_derivative
from graphgen.algebra.latex import latex
from graphgen.errors import OptionError, contained, excerpt
from graphgen.graph import ComputationalGraph, Edge
from graphgen.notation import label_symbol

MAX_PATHS = 12
"""Paths that one chain-rule derivation writes out."""


@contained()
def chain_rule(graph: ComputationalGraph, name: str) -> str:
    """∂output/∂name in LaTeX: as a product along each path, its factors, and the closed form.

    >>> from graphgen.language import parse
    >>> print(chain_rule(parse("t = x + y\\nz = t ** 2"), "x").replace(" = ", "\\n= "))
    \\frac{\\partial z}{\\partial x}
    = \\frac{\\partial z}{\\partial t} \\cdot \\frac{\\partial t}{\\partial x}
    = 2 t \\cdot 1
    = 2 \\left(x + y\\right)

    Raises OptionError where the name is not a node that varies, or the derivation would be too long.
    """
    if name not in graph or not graph.has_gradient(name):
        known = ", ".join(node.id for node in graph if graph.has_gradient(node.id))
        fault = "has no gradient" if name in graph else "is not a name in the graph"
        raise OptionError(f"{excerpt(name)} {fault}", f"those with a gradient are {known}")
    paths = list(islice(_paths(graph, name), MAX_PATHS + 1))
    if len(paths) > MAX_PATHS:
        raise OptionError(
            f"more than {MAX_PATHS} paths lead from {excerpt(name)} to the output",
            "ask for a node nearer to the output",
        )
    gradient = sp.factor_terms(closed_forms(graph).gradients[name])
    written = Written(graph)

    def partial(edge: Edge) -> str:
        return written.partial(edge[1], edge[0])

    steps = [written.partial(graph.output, name)]
    if paths and paths != [()]:
        if not _is_ambiguous(paths):
            steps.append(_sum_of_products(paths, partial))
        alone = len(paths) == len(paths[0]) == 1
        grouped = written.formula if alone else written.factor
        steps.append(_sum_of_products(paths, lambda edge: grouped(symbolic_derivative(graph, edge))))
    steps.append(written.formula(gradient))
    return " = ".join(step for i, step in enumerate(steps) if i == 0 or step != steps[i - 1])


def _paths(graph: ComputationalGraph, start: str) -> Iterator[tuple[Edge, ...]]:
    """Every path from a node to the output, each from the output's end, without recursion."""
    if start == graph.output:
        return iter([()])
    if start not in graph.on_path:
        return iter([])
    # Off the path to the output, networkx would walk every path in vain.
    leading = graph.network.subgraph(graph.on_path)
    return (tuple(reversed(path)) for path in nx.all_simple_edge_paths(leading, start, graph.output))


def _is_ambiguous(paths: list[tuple[Edge, ...]]) -> bool:
    """Whether the ∂ of some edge could be read as that of all ways between its ends: y = x * (x + 1)."""
    passed = [{id for edge in path for id in edge[:2]} for path in paths]
    return any(
        edge not in path and edge[0] in ids and edge[1] in ids
        for edge in {edge for path in paths for edge in path}
        for path, ids in zip(paths, passed, strict=True)
    )


def _sum_of_products(paths: list[tuple[Edge, ...]], written: Callable[[Edge], str]) -> str:
    return " + ".join(r" \cdot ".join(map(written, path)) for path in paths)


class Written:
    """The formulas of a graph in LaTeX, over names and the symbols of labels.

    An expression stands for a value without a name.
    """

    def __init__(self, graph: ComputationalGraph) -> None:
        self._labels = {
            node.id: node.label.strip().strip("$")
            for node in graph
            if node.name and node.label and label_symbol(node.label)
        }
        self._nameless: dict[sp.Symbol, sp.Expr] = {}
        for node in graph:
            if node.op and not node.name:
                operands = tuple(node_symbol(graph[id]).xreplace(self._nameless) for id in node.operands)
                value = formula_at(expression(node.op), node, operands)
                if value is not None:
                    self._nameless[node_symbol(node)] = value

    def formula(self, value: sp.Expr) -> str:
        return latex(value.xreplace(self._nameless), self._labels)

    def factor(self, value: sp.Expr) -> str:
        """A formula as one of several factors."""
        value = value.xreplace(self._nameless)
        text = latex(value, self._labels)
        grouped = isinstance(value, sp.Add) or value.could_extract_minus_sign()
        return rf"\left({text}\right)" if grouped else text

    def partial(self, of: str, by: str) -> str:
        return rf"\frac{{\partial {self._symbol(of)}}}{{\partial {self._symbol(by)}}}"

    def _symbol(self, id: str) -> str:
        symbol = sp.Symbol(id, real=True)
        text = self.formula(symbol)
        return rf"\left({text}\right)" if symbol in self._nameless else text
