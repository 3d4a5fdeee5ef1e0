"""The derivation of one gradient by the chain rule, in LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import networkx as nx
import sympy as sp

from graphgen.algebra.closed import closed_forms
from graphgen.algebra.derivatives import symbolic_derivative
from graphgen.algebra.latex import latex, latex_name
from graphgen.errors import OptionError, contained, excerpt
from graphgen.graph import ComputationalGraph, Edge

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
    steps = [_partial(graph.output, name)]
    if paths and paths != [()]:
        if not _is_ambiguous(paths):
            steps.append(_sum_of_products(paths, lambda edge: _partial(edge[1], edge[0])))
        alone = len(paths) == len(paths[0]) == 1
        grouped = latex if alone else _factor
        steps.append(_sum_of_products(paths, lambda edge: grouped(symbolic_derivative(graph, edge))))
    steps.append(latex(gradient))
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


def _factor(derivative: sp.Expr) -> str:
    text = latex(derivative)
    grouped = isinstance(derivative, sp.Add) or derivative.could_extract_minus_sign()
    return rf"\left({text}\right)" if grouped else text


def _partial(of: str, by: str) -> str:
    return rf"\frac{{\partial {latex_name(of)}}}{{\partial {latex_name(by)}}}"
