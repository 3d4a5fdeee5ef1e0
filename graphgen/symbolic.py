"""The SymPy side: local derivatives, exact values and gradients, closed forms, LaTeX.

Gradients are computed by reverse mode here too, on exact numbers: local derivatives are derived once
per op and evaluated at each node, never by differentiating the composed expression of a graph, whose
size explodes. Rational and algebraic values stay exact to the end. Where a value would swell past the
stated limits it goes on as a `sympy.Float` of 50 digits, which says so by its type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

import networkx as nx
import sympy as sp

from graphgen.backprop import Pass, derivative_error, value_error
from graphgen.errors import OptionError, excerpt
from graphgen.graph import ComputationalGraph, Edge, Node
from graphgen.ops import Op

DIGITS = 50
"""Significant digits of a value that is no longer exact."""
MAX_BITS = 2048
"""Size of a rational number, numerator and denominator together, past which it goes on in digits."""
MAX_PARTS = 60
"""Parts of a symbolic number, such as the 3 of sin(1)/3, past which it goes on in digits."""
MAX_CLOSED_FORM = 60
"""Nodes of the largest graph whose gradients are written in closed form."""
MAX_PATHS = 12
"""Paths that one chain-rule derivation writes out."""

LocalDerivative = Callable[[Edge], "sp.Expr | None"]

# A sum such as 1 + exp(-200) loses its small term at 50 digits; floats reach down to 1e-308.
_WORKING_DIGITS = 400


@cache
def symbols(op: Op) -> tuple[sp.Symbol, ...]:
    """The operands of an op as real symbols: x, then y."""
    return tuple(sp.Symbol(letter, real=True) for letter in "xy"[: op.arity])


@cache
def expression(op: Op) -> sp.Expr:
    """The op as SymPy sees it, over `symbols(op)`."""
    return sp.sympify(op.expression(sp, *symbols(op)))


@cache
def local_derivatives(op: Op) -> tuple[sp.Expr, ...]:
    """∂op/∂operand for each operand, as SymPy derives it from the row's expression.

    >>> local_derivatives(OPS["multiply"])
    (y, x)
    """
    if op.derivatives:
        return tuple(map(sp.sympify, op.derivatives(sp, *symbols(op))))
    return tuple(sp.diff(expression(op), operand) for operand in symbols(op))


def exact_pass(graph: ComputationalGraph, inputs: Mapping[str, Any] | None = None) -> Pass[sp.Expr]:
    """Exact values, gradients and contributions, by reverse mode.

    `inputs` replaces the numbers of inputs by name (anything that `sympy.Rational` takes).

    >>> from graphgen.parse import parse
    >>> exact_pass(parse("x = 2\\ny = sqrt(x) / 3")).gradients["x"]
    sqrt(2)/12

    Raises EvaluationError where a value or a derivative does not exist.
    """
    values = exact_values(graph, inputs)
    return _reverse(graph, values, _derivative_at(graph, values), _settled)


def exact_values(graph: ComputationalGraph, inputs: Mapping[str, Any] | None = None) -> tuple[sp.Expr, ...]:
    """The exact value of every node, in the order of `graph.nodes`."""
    replaced = inputs or {}
    values: list[sp.Expr] = []
    for node in graph.nodes:
        if node.op is None:
            given = replaced.get(node.id, node.value) if node.is_input else node.value
            if given is None:
                raise missing_number(node)
            values.append(sp.Rational(given))
            continue
        operands = tuple(values[graph.index[operand]] for operand in node.operands)
        value = _evaluate(expression(node.op), node.op, operands)
        if value is None:
            raise value_error(node, list(map(to_float, operands)), ValueError())
        values.append(value)
    return tuple(values)


def edge_derivatives(run: Pass[sp.Expr]) -> Mapping[Edge, sp.Expr]:
    """The exact local derivative on every edge from a node that varies.

    Edges off the path to the output, or whose upstream gradient is 0, may lack one.
    """
    derivatives = _derivative_at(run.graph, run.node_values)
    varying = (edge for edge in run.graph.edges if not run.graph[edge[0]].is_constant)
    found = ((edge, derivatives(edge)) for edge in varying)
    return {edge: derivative for edge, derivative in found if derivative is not None}


def is_exact(value: sp.Expr) -> bool:
    """Whether a value is exact, not 50 digits of one."""
    return not value.has(sp.Float)


def to_float(value: sp.Expr) -> float:
    """The float nearest to an exact value.

    >>> to_float(sp.Rational(11, 10))
    1.1
    """
    if isinstance(value, sp.Rational):
        return value.p / value.q
    return float(value if isinstance(value, sp.Float) else sp.N(value, _WORKING_DIGITS))


def closed_forms(graph: ComputationalGraph) -> Pass[sp.Expr]:
    """Values and gradients as expressions in the inputs, for small graphs.

    >>> from graphgen.parse import parse
    >>> closed_forms(parse("t = x + y\\nz = t ** 2")).gradients["x"]
    2*x + 2*y

    Raises OptionError for a graph of more than 60 nodes, whose expressions would be unreadable.
    """
    if len(graph) > MAX_CLOSED_FORM:
        raise OptionError(
            f"the graph has {len(graph)} nodes",
            f"closed forms are written for at most {MAX_CLOSED_FORM}: ask for numbers",
        )
    values: list[sp.Expr] = []
    for node in graph.nodes:
        if node.op is None:
            value = node_symbol(node) if node.is_input else sp.Rational(node.value)
        else:
            operands = [values[graph.index[operand]] for operand in node.operands]
            value = expression(node.op).subs(
                dict(zip(symbols(node.op), operands, strict=True)), simultaneous=True
            )
        values.append(value)

    def derivative(edge: Edge) -> sp.Expr:
        node = graph[edge[1]]
        assert node.op is not None
        operands = [values[graph.index[operand]] for operand in node.operands]
        place = dict(zip(symbols(node.op), operands, strict=True))
        return local_derivatives(node.op)[edge[2]].subs(place, simultaneous=True)

    return _reverse(graph, tuple(values), derivative, sp.expand_mul)


def symbolic_derivative(graph: ComputationalGraph, edge: Edge) -> sp.Expr:
    """The local derivative on one edge over the operands' own names: 2*t for z = t ** 2.

    An operand without a name stands by its id; a constant by its number.
    """
    node = graph[edge[1]]
    assert node.op is not None
    operands = [node_symbol(graph[operand]) for operand in node.operands]
    place = dict(zip(symbols(node.op), operands, strict=True))
    return local_derivatives(node.op)[edge[2]].subs(place, simultaneous=True)


def node_symbol(node: Node) -> sp.Expr:
    """The real symbol that stands for a node; for a constant, its number."""
    return sp.Rational(node.value) if node.is_constant else sp.Symbol(node.id, real=True)


def latex(value: sp.Expr) -> str:
    """An expression in LaTeX; names of several letters are set upright, as words.

    >>> latex(sp.Symbol("apple") * sp.Symbol("x_1"))
    '\\\\mathrm{apple} x_{1}'
    """
    names = {symbol: latex_name(symbol.name) for symbol in value.free_symbols}
    return str(sp.latex(value, symbol_names=names, ln_notation=False, order="none"))


def latex_name(name: str) -> str:
    """A name in LaTeX: one letter or a Greek one italic, with its index below; else upright.

    >>> latex_name("x_1"), latex_name("alpha"), latex_name("사과"), latex_name("unit_price")
    ('x_{1}', '\\\\alpha', '\\\\text{사과}', '\\\\mathrm{unit\\\\_price}')
    """
    base, _, index = name.partition("_")
    plain = str(sp.latex(sp.Symbol(base))) if base.isascii() and base else base
    if base and (len(base) == 1 or plain.startswith("\\")) and (not index or index.isalnum()):
        return f"{plain}_{{{index}}}" if index else plain
    command = "mathrm" if name.isascii() else "text"
    return f"\\{command}{{{name.replace('_', chr(92) + '_')}}}"


def chain_rule(graph: ComputationalGraph, name: str) -> str:
    """∂output/∂name in LaTeX: as a product along each path, its factors, and the closed form.

    >>> from graphgen.parse import parse
    >>> print(chain_rule(parse("t = x + y\\nz = t ** 2"), "x").replace(" = ", "\\n= "))
    \\frac{\\partial z}{\\partial x}
    = \\frac{\\partial z}{\\partial t} \\cdot \\frac{\\partial t}{\\partial x}
    = 2 t \\cdot 1
    = 2 \\left(x + y\\right)

    Raises OptionError where the name is not a node that varies, or the derivation would be too long.
    """
    if name not in graph or graph[name].is_constant:
        near = ", ".join(node.id for node in graph if not node.is_constant)
        raise OptionError(f"{excerpt(name)} is not a name in the graph", f"its names are {near}")
    paths = list(islice(_paths(graph, name), MAX_PATHS + 1))
    if len(paths) > MAX_PATHS:
        raise OptionError(
            f"more than {MAX_PATHS} paths lead from {excerpt(name)} to the output",
            "ask for a node nearer to the output",
        )
    gradient = sp.factor_terms(closed_forms(graph).gradients[name])
    steps = [_partial(graph.output, name)]
    if paths and paths != [()]:
        steps.append(" + ".join(r" \cdot ".join(_partial(e[1], e[0]) for e in path) for path in paths))
        steps.append(
            " + ".join(
                r" \cdot ".join(_factor(symbolic_derivative(graph, e)) for e in path) for path in paths
            )
        )
    steps.append(latex(gradient))
    return " = ".join(step for i, step in enumerate(steps) if i == 0 or step != steps[i - 1])


def missing_number(node: Node) -> OptionError:
    return OptionError(
        f"the input {node.id!r} has no number",
        f"give it one ({node.id} = 1), or ask for symbols",
        node.place,
    )


def _paths(graph: ComputationalGraph, start: str) -> Iterator[tuple[Edge, ...]]:
    """Every path from a node to the output, each from the output's end, without recursion."""
    if start == graph.output:
        return iter([()])
    found = nx.all_simple_edge_paths(graph.network, start, graph.output)
    return (tuple(reversed(path)) for path in found)


def _partial(of: str, by: str) -> str:
    return rf"\frac{{\partial {latex_name(of)}}}{{\partial {latex_name(by)}}}"


def _factor(derivative: sp.Expr) -> str:
    written = latex(derivative)
    return (
        rf"\left({written}\right)"
        if isinstance(derivative, sp.Add) or derivative.could_extract_minus_sign()
        else written
    )


def _reverse(
    graph: ComputationalGraph,
    values: tuple[sp.Expr, ...],
    derivative: LocalDerivative,
    tidy: Callable[[sp.Expr], sp.Expr],
) -> Pass[sp.Expr]:
    """Reverse mode on exact numbers or symbols: contributions edge by edge, summed at each node."""
    zero = sp.Integer(0)
    gradients: dict[str, sp.Expr] = dict.fromkeys(graph.ids, zero)
    gradients[graph.output] = sp.Integer(1)
    contributions: dict[Edge, sp.Expr] = {}
    for edge in reversed(graph.edges):
        operand, node, _ = edge
        if graph[operand].is_constant:
            continue
        upstream = gradients[node]
        if upstream.is_zero:
            contribution = zero
        else:
            local = derivative(edge)
            if local is None:
                at = [to_float(values[graph.index[id]]) for id in graph[node].operands]
                raise derivative_error(graph[node], at)
            contribution = tidy(upstream * local)
        contributions[edge] = contribution
        gradients[operand] = tidy(gradients[operand] + contribution)
    return Pass(
        graph,
        values,
        tuple(None if node.is_constant else gradients[node.id] for node in graph.nodes),
        tuple(contributions.get(edge) for edge in graph.edges),
    )


def _derivative_at(graph: ComputationalGraph, values: tuple[sp.Expr, ...]) -> LocalDerivative:
    def derivative(edge: Edge) -> sp.Expr | None:
        node = graph[edge[1]]
        assert node.op is not None
        operands = tuple(values[graph.index[operand]] for operand in node.operands)
        return _evaluate(local_derivatives(node.op)[edge[2]], node.op, operands)

    return derivative


def _evaluate(formula: sp.Expr, op: Op, operands: tuple[sp.Expr, ...]) -> sp.Expr | None:
    """A formula over `symbols(op)` at the operands' values; None where it is not a finite real number."""
    place = dict(zip(symbols(op), operands, strict=True))
    if all(map(is_exact, operands)) and not _power_would_swell(op, operands):
        value = _settled(formula.xreplace(place))
    else:
        digits = {symbol: sp.N(operand, DIGITS) for symbol, operand in place.items()}
        value = sp.N(formula.evalf(_WORKING_DIGITS, subs=digits), DIGITS)
    return value if value.is_finite and value.is_real else None


def _settled(value: sp.Expr) -> sp.Expr:
    """The value, exact where it is small, else 50 digits of it."""
    if isinstance(value, sp.Float) or value.free_symbols:
        return value
    if isinstance(value, sp.Rational):
        small = value.p.bit_length() + value.q.bit_length() <= MAX_BITS
        return value if small else sp.Float(value, DIGITS)
    if not value.has(sp.Float, sp.Piecewise, sp.core.relational.Relational) and _is_small(value):
        return value
    return sp.N(sp.N(value, _WORKING_DIGITS), DIGITS)


def _is_small(value: sp.Expr) -> bool:
    return len(list(islice(sp.preorder_traversal(value), MAX_PARTS + 1))) <= MAX_PARTS


def _power_would_swell(op: Op, operands: tuple[sp.Expr, ...]) -> bool:
    if op.operator != "**":
        return False
    base, exponent = operands
    if not isinstance(base, sp.Rational) or not isinstance(exponent, sp.Rational):
        return False
    return bool(abs(exponent) * max(base.p.bit_length(), base.q.bit_length()) > MAX_BITS)
