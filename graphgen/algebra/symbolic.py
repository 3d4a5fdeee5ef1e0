"""The SymPy side: local derivatives, exact values and gradients, closed forms, LaTeX.

Gradients are computed by reverse mode here too, on exact numbers: local derivatives are derived once
per op and evaluated at each node, never by differentiating the composed expression of a graph, whose
size explodes. Rational and algebraic values stay exact to the end. Where a value would swell past the
stated limits it goes on as a `sympy.Float` of 50 digits, which says so by its type.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache, lru_cache
from itertools import islice
from typing import Any

import networkx as nx
import sympy as sp
from sympy.core.alphabets import greeks

from graphgen.algebra.words import MATRIX_WORDS, SYMPY_WORDS, entry_words, on_entries, read
from graphgen.errors import OptionError, excerpt
from graphgen.graph import (
    ComputationalGraph,
    Edge,
    Node,
    Pass,
    derivative_error,
    exact_value,
    given_numbers,
    value_error,
)
from graphgen.ops import OPERANDS, Op, Shape, compiled

DIGITS = 50
"""Significant digits of a value that is no longer exact."""
MAX_BITS = 2048
"""Size of a number's numerators and denominators together, past which it goes on in digits."""
MAX_PARTS = 60
"""Parts of a symbolic number, such as the 3 of sin(1)/3, past which it goes on in digits."""
MAX_NESTING = 5
"""Powers and functions within one another in a symbolic number, past which it goes on in digits.

SymPy evaluates what stands in an exponent, or in a tangent, twice: once for its size, and once in digits. So
the time doubles with each that stands within another.
"""
MAX_CLOSED_FORM = 60
"""Nodes of the largest graph whose gradients are written in closed form."""
MAX_CLOSED_PARTS = 1000
"""Parts of the largest closed form."""
MAX_PATHS = 12
"""Paths that one chain-rule derivation writes out."""

LocalDerivative = Callable[[Edge], "sp.Expr | None"]

# A sum such as 1 + exp(-200) loses its small term at 50 digits; floats reach down to 1e-308.
_WORKING_DIGITS = 400
# Terms of a product of sums that is still multiplied out.
_MAX_TERMS = 12
_NO_NUMBERS = (sp.zoo, sp.nan, sp.oo, sp.I)
# What stands for a decision that SymPy could not take, as for sin(1)**2 + cos(1)**2 - 1 > 0.
_UNDECIDED = (sp.Piecewise, sp.core.relational.Relational, sp.Max, sp.Min, sp.Abs, sp.sign)


@cache
def symbols(op: Op) -> tuple[sp.Symbol, ...]:
    """The operands of an op as real symbols: x, then y."""
    return tuple(sp.Symbol(letter, real=True) for letter in "xy"[: op.arity])


@cache
def expression(op: Op) -> sp.Expr:
    """The op as SymPy sees it, over `symbols(op)`."""
    return read(op.exact, symbols(op), SYMPY_WORDS)


@cache
def local_derivatives(op: Op) -> tuple[sp.Expr, ...]:
    """∂op/∂operand for each operand, as SymPy derives it from the row's expression.

    >>> from graphgen.ops import OPS
    >>> local_derivatives(OPS["multiply"])
    (y, x)
    """
    if op.derivatives:
        return tuple(read(rule, symbols(op), SYMPY_WORDS) for rule in op.derivatives)
    return tuple(sp.diff(expression(op), operand) for operand in symbols(op))


def array_symbols(op: Op, operands: Sequence[Any]) -> list[Any]:
    """An array of real symbols for each operand, x_0_1 and the like; labels stay numbers.

    `operands` are NumPy arrays, whose shapes count.
    """
    import numpy as np

    found = []
    for position, (letter, operand) in enumerate(zip(OPERANDS, operands, strict=False)):
        entries = np.empty(operand.shape, dtype=object)
        for place in np.ndindex(operand.shape):
            name = "_".join((letter, *map(str, place)))
            symbol = sp.Symbol(name, real=True)
            entries[place] = sp.Integer(int(operand[place])) if is_label(op, operands, position) else symbol
        found.append(entries)
    return found


def array_expression(op: Op, operands: Sequence[Any], parameters: Mapping[str, Any]) -> Any:
    """What an op on whole arrays makes of arrays of SymPy's expressions."""
    return on_entries(op, operands, parameters, entry_words(sp.exp, sp.log, _step, lambda number: number))


def _step(x: sp.Expr) -> sp.Expr:
    return sp.Piecewise((1, x > 0), (0, True))


def is_label(op: Op, operands: Sequence[Any], position: int) -> bool:
    """Whether an operand names classes: it has an axis less than what it is the target of."""
    return position == op.targets and operands[position].ndim < operands[0].ndim


@cache
def matrix_rules(op: Op, shapes: tuple[Shape, ...] = ()) -> tuple[sp.Expr, ...]:
    """What an op on whole arrays sends back to each operand, as a formula over matrices X, Y, Z.

    G (g where the value is a single number) is the upstream gradient. The matrices have the `shapes`
    that are given, a row or a number standing for a matrix of one row; else n, m and k are their
    lengths. Empty for an op that has no such rule.

    >>> from graphgen.ops import OPS
    >>> matrix_rules(OPS["matmul"])
    (G*Y.T, X.T*G)
    >>> matrix_rules(OPS["mean"], ((2, 3),))
    ((g/6)*1,)
    """
    if not op.matrix_vjps or op.shape is None:
        return ()
    n, m, k = sp.symbols("n m k", integer=True, positive=True)
    for given in (shapes,) if shapes else (((2, 3), (3, 4), (4,)), ((2, 3), (2, 3))):
        with suppress(ValueError):
            of_value = op.shape(*given[: op.arity])
            break
    lengths = {} if shapes else {2: n, 3: m, 4: k}

    def matrix(letter: str, shape: Shape) -> sp.MatrixSymbol:
        return sp.MatrixSymbol(letter, *(lengths.get(length, length) for length in (1, 1, *shape)[-2:]))

    upstream = matrix("G", of_value) if of_value else sp.Symbol("g")
    operands = map(matrix, "XYZ", given[: op.arity])
    return matrix_vjps(op, upstream, *operands)


def matrix_vjps(op: Op, upstream: Any, *operands: Any) -> tuple[Any, ...]:
    """The rules of an op over matrices, for SymPy's matrices with names or with entries."""
    return tuple(compiled(op.matrix_vjps, "g" + OPERANDS[: op.arity], MATRIX_WORDS)(upstream, *operands))


def matrix_latex(op: Op) -> tuple[str, ...]:
    """`matrix_rules` in LaTeX; a matrix of ones, which adds up or spreads out, is a bold 1.

    >>> from graphgen.ops import OPS
    >>> matrix_latex(OPS["matmul"])
    ('G Y^{T}', 'X^{T} G')
    """

    def ones(rows: sp.Expr, columns: sp.Expr) -> sp.MatrixSymbol:
        return sp.MatrixSymbol(r"\mathbf{1}^{T}" if rows == 1 else r"\mathbf{1}", rows, columns)

    return tuple(sp.latex(rule.replace(sp.OneMatrix, ones)) for rule in matrix_rules(op))


def exact_pass(graph: ComputationalGraph, inputs: Mapping[str, Any] | None = None) -> Pass[sp.Expr]:
    """Exact values, gradients and contributions, by reverse mode.

    `inputs` replaces the numbers of inputs by name, exactly as they are written (1.1 is 11/10).

    >>> from graphgen.language import parse
    >>> exact_pass(parse("x = 2\\ny = sqrt(x) / 3")).gradients["x"]
    sqrt(2)/12

    Raises EvaluationError where a value or a derivative does not exist.
    """
    if not graph.is_scalar:
        return _over_entries(graph, inputs, exact_pass)
    values = exact_values(graph, inputs)
    return reverse(graph, values, _derivative_at(graph, values), _settled)


def exact_values(graph: ComputationalGraph, inputs: Mapping[str, Any] | None = None) -> tuple[sp.Expr, ...]:
    """The exact value of every node, in the order of `graph.nodes`.

    Raises EvaluationError where a value does not exist or is beyond the floats.
    """
    if not graph.is_scalar:
        return _over_entries(graph, inputs, lambda entries: Pass(entries, exact_values(entries))).node_values
    values: list[sp.Expr] = [sp.Integer(0)] * len(graph)
    for index, number in given_numbers(graph, inputs):
        values[index] = sp.Rational(exact_value(number))
    for index, op, operands in graph.operations:
        at = tuple(values[i] for i in operands)
        value = _evaluate(expression(op), op, at)
        number = math.nan if value is None else to_float(value)
        if value is None or not math.isfinite(number):
            fault = OverflowError() if math.isinf(number) else ValueError()
            raise value_error(graph.nodes[index], list(map(to_float, at)), fault)
        values[index] = value
    return tuple(values)


def _over_entries(
    graph: ComputationalGraph,
    inputs: Mapping[str, Any] | None,
    evaluate: Callable[[ComputationalGraph], Pass[sp.Expr]],
) -> Pass[sp.Expr]:
    """A pass over a graph of arrays, entry by entry."""
    # NumPy is loaded for a graph that has arrays.
    from graphgen.algebra.unroll import MAX_OPERATIONS, gathered, operations, unroll

    cost = operations(graph)
    if cost > MAX_OPERATIONS:
        raise OptionError(
            f"the graph comes to some {cost:,} operations on single numbers",
            f"exact numbers are worked out for at most {MAX_OPERATIONS:,}",
        )
    unrolled = unroll(graph, inputs)
    return gathered(graph, unrolled, evaluate(unrolled.graph))


def edge_derivatives(run: Pass[sp.Expr]) -> Mapping[Edge, sp.Expr]:
    """The exact local derivative on every edge from a node that varies.

    Edges off the path to the output, or whose upstream gradient is 0, may lack one; so do those into an
    op on whole arrays, whose derivative is no single array.
    """
    graph = run.graph
    derivatives = _derivative_at(graph, run.node_values)
    varying = (
        (operand, id, position)
        for operand, id, position in graph.edges
        if not graph[operand].is_constant and not graph[id].shape and _is_elementwise(graph[id])
    )
    found = ((edge, derivatives(edge)) for edge in varying)
    return {edge: derivative for edge, derivative in found if derivative is not None}


def _is_elementwise(node: Node) -> bool:
    return node.op is not None and node.op.is_elementwise


def kinks(run: Pass[sp.Expr]) -> frozenset[str]:
    """The ids of the operations whose operands lie on a kink, where the derivative is a convention."""
    return frozenset(
        node.id
        for node in run.graph
        if node.op is not None
        and node.op.switch is not None
        and any(
            # A graph too large to be exact has floats.
            switch == 0 if isinstance(switch, float) else _in_digits(switch).is_zero
            for switch in _each(node.op.switch(*(run.values[operand] for operand in node.operands)))
        )
    )


def _each(value: Any) -> Iterator[sp.Expr]:
    """The entries of an array; of a single number, itself."""
    return iter(value.flat) if hasattr(value, "flat") else iter((value,))


def is_exact(value: sp.Expr) -> bool:
    """Whether a value is exact, not 50 digits of one."""
    return isinstance(value, sp.Rational) or not value.has(sp.Float)


def to_float(value: sp.Expr) -> float:
    """The float nearest to an exact value; infinite where that is beyond the floats.

    No number (nan) where SymPy took for real what is not, as it does with some powers.

    >>> to_float(sp.Rational(11, 10))
    1.1
    """
    if isinstance(value, float):  # of a graph too large to be exact
        return value
    try:
        if isinstance(value, sp.Rational):
            return float(value.p / value.q)
        return float(value if isinstance(value, sp.Float) else _in_digits(value, 30))
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    except TypeError:
        return math.nan


def closed_forms(graph: ComputationalGraph) -> Pass[sp.Expr]:
    """Values and gradients as expressions in the inputs, for small graphs.

    >>> from graphgen.language import parse
    >>> closed_forms(parse("t = x + y\\nz = t ** 2")).gradients["x"]
    2*x + 2*y

    Raises OptionError for a graph of more than 60 nodes, or with an expression of more than 1000 parts,
    which would be unreadable, and EvaluationError where a value never exists, as in x / 0.
    """
    demand_small(graph)
    values: list[sp.Expr] = []
    for node in graph.nodes:
        if node.op is None:
            value = node_symbol(node)
        else:
            operands = tuple(values[graph.index[operand]] for operand in node.operands)
            closed = formula_at(expression(node.op), node, operands)
            if closed is None:
                raise value_error(node, [], ValueError())
            value = closed
        values.append(value)

    def derivative(edge: Edge) -> sp.Expr | None:
        node = graph[edge[1]]
        assert node.op is not None
        operands = tuple(values[graph.index[operand]] for operand in node.operands)
        return formula_at(local_derivatives(node.op)[edge[2]], node, operands)

    run = reverse(graph, tuple(values), derivative, limited)
    return replace(
        run,
        node_gradients=tuple(map(expanded, run.node_gradients)),
        edge_contributions=tuple(map(expanded, run.edge_contributions)),
    )


def demand_small(graph: ComputationalGraph) -> None:
    """Raises OptionError for a graph that has no closed form, or a long one."""
    if not graph.is_scalar:
        raise OptionError("a graph of arrays has no closed form", "ask for numbers")
    if len(graph) > MAX_CLOSED_FORM:
        raise OptionError(
            f"the graph has {len(graph)} nodes",
            f"closed forms are written for at most {MAX_CLOSED_FORM}: ask for numbers",
        )


def symbolic_derivative(graph: ComputationalGraph, edge: Edge) -> sp.Expr:
    """The local derivative on one edge over the operands' own names: 2*t for z = t ** 2.

    An operand without a name stands by its id; a constant by its number.
    """
    node = graph[edge[1]]
    assert node.op is not None
    operands = [node_symbol(graph[operand]) for operand in node.operands]
    return local_derivatives(node.op)[edge[2]].xreplace(dict(zip(symbols(node.op), operands, strict=True)))


def node_symbol(node: Node) -> sp.Expr:
    """The real symbol that stands for a node; for a constant, its number."""
    return sp.Rational(node.value) if node.is_constant else sp.Symbol(node.id, real=True)


def latex(value: sp.Expr) -> str:
    """An expression in LaTeX; names of several letters are set upright, as words, with a space between.

    >>> latex(sp.Symbol("apple") * sp.Symbol("x_1"))
    '\\\\mathrm{apple} \\\\, x_{1}'
    """
    names = {symbol: latex_name(symbol.name) for symbol in value.free_symbols}
    has_words = any(name.startswith((r"\mathrm", r"\text")) for name in names.values())
    times = r" \, " if has_words else None
    return str(sp.latex(value, symbol_names=names, ln_notation=False, order="none", mul_symbol=times))


def latex_name(name: str) -> str:
    """A name in LaTeX: a letter, Latin or Greek, italic with its index below; else upright, as a word.

    >>> latex_name("x_1"), latex_name("x1"), latex_name("alpha"), latex_name("w_max")
    ('x_{1}', 'x_{1}', '\\\\alpha', 'w_{\\\\mathrm{max}}')
    >>> latex_name("사과"), latex_name("unit_price")
    ('\\\\text{사과}', '\\\\mathrm{unit\\\\_price}')
    """
    parts = re.fullmatch(r"([^\W\d_]+?)(?:_?(\d+)|_([^\W_]+))?", name)
    letter = _letter(parts[1]) if parts else ""
    if parts is None or not letter:
        return _word(name)
    index = parts[2] or parts[3] or ""
    below = index if index.isdigit() else _letter(index) or _word(index)
    return f"{letter}_{{{below}}}" if index else letter


def _letter(base: str) -> str:
    """The base of a name as an italic letter in LaTeX; empty where it is a word."""
    if base.lower() in greeks:
        # Not for any name: SymPy makes a hat of the end of "what".
        return str(sp.latex(sp.Symbol(base)))
    return base if len(base) == 1 and base.upper() != base.lower() else ""


def _word(name: str) -> str:
    command = "mathrm" if name.isascii() else "text"
    return f"\\{command}{{{name.replace('_', chr(92) + '_')}}}"


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


def reverse(
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
                at = [values[graph.index[id]] for id in graph[node].operands]
                told = [] if any(value.free_symbols for value in at) else list(map(to_float, at))
                raise derivative_error(graph[node], told, edge[2])
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
    if all(isinstance(operand, sp.Rational) for operand in operands) and (quick := _arithmetic(formula, op)):
        value = sp.sympify(quick(*operands))
        if isinstance(value, sp.Rational) and _bits(value) <= MAX_BITS:
            return value
    place = dict(zip(symbols(op), operands, strict=True))
    value = None
    if all(map(is_exact, operands)) and not _would_swell(op, operands):
        # Max refuses what it cannot compare, and so does atan, whose refusal SymPy's cache trips over.
        with suppress(ValueError, TypeError, AttributeError):
            value = formula.xreplace(place)
    if value is None or value.has(*_UNDECIDED):
        digits = {symbol: _in_digits(operand, _WORKING_DIGITS) for symbol, operand in place.items()}
        value = formula.evalf(_WORKING_DIGITS, subs=digits)
    settled = _settled(value)
    # SymPy does not know of every symbolic number that it is real: tan(exp(-1)).
    known = settled if settled.is_real is not None and settled.is_finite is not None else _in_digits(settled)
    return settled if known.is_real and known.is_finite else None


@cache
def _arithmetic(formula: sp.Expr, op: Op) -> Callable[..., Any] | None:
    """A formula of + - * / and whole powers alone as a function of rationals, quicker than xreplace."""
    # A fraction would be written as a division, which of Python's integers is a float.
    is_whole = all(number.is_Integer for number in formula.atoms(sp.Number))
    if is_whole and formula.is_rational_function(*symbols(op)):
        function: Callable[..., Any] = sp.lambdify(symbols(op), formula, modules="sympy")
        return function
    return None


def formula_at(formula: sp.Expr, node: Node, operands: tuple[sp.Expr, ...]) -> sp.Expr | None:
    """A formula over the forms of a node's operands; None where it is not a real number."""
    assert node.op is not None
    if not any(operand.free_symbols for operand in operands):
        return _evaluate(formula, node.op, operands)
    if _would_swell(node.op, operands):
        raise _too_large()
    value = limited(formula.xreplace(dict(zip(symbols(node.op), operands, strict=True))))
    value = value.replace(sp.Piecewise, _where_it_exists)
    return None if value.is_real is False or value.has(*_NO_NUMBERS) else value


def _where_it_exists(*cases: tuple[sp.Expr, sp.Basic]) -> sp.Expr:
    """The cases in which a closed form is a number, of 1/relu(x) only one; none is left where it never is."""
    sound = [(form, where) for form, where in cases if not form.has(*_NO_NUMBERS)]
    return sound[0][0] if len(sound) == 1 else sp.Piecewise(*sound) if sound else sp.nan


def expanded(value: sp.Expr | None) -> sp.Expr | None:
    """Products of sums multiplied out where that stays short."""
    return value if value is None or _terms(value) > _MAX_TERMS else sp.expand_mul(value)


def limited(value: sp.Expr) -> sp.Expr:
    """The value itself; raises OptionError where nobody could read it."""
    if not has_at_most(value, MAX_CLOSED_PARTS):
        raise _too_large()
    return value


def _too_large() -> OptionError:
    return OptionError(
        f"a closed form of the graph would have more than {MAX_CLOSED_PARTS:,} parts",
        "ask for numbers, or show a part of the graph",
    )


def _terms(value: sp.Expr) -> int:
    """How many terms a closed form has once it is multiplied out."""
    if isinstance(value, sp.Add):
        return sum(map(_terms, value.args))
    return math.prod(map(_terms, value.args)) if isinstance(value, sp.Mul) else 1


def _settled(value: sp.Expr) -> sp.Expr:
    """The value, exact where it is small, else 50 digits of it."""
    return value if is_exact(value) and _is_small(value) else _in_digits(value)


def _in_digits(value: sp.Expr, digits: int = DIGITS) -> sp.Expr:
    working = _WORKING_DIGITS if any(map(_is_near_0, value.atoms(sp.log))) else digits + 10
    number = value if value.is_Float else sp.N(value, working, maxn=_WORKING_DIGITS)
    # A number that is 0 in a way that SymPy does not see comes out without one digit that is certain.
    return sp.Integer(0) if number.is_Float and number._prec < 8 else sp.N(number, digits)


@lru_cache(maxsize=1024)
def _is_near_0(logarithm: sp.Expr) -> bool:
    """Whether a logarithm takes many digits: SymPy works with twice those asked for at most, and makes
    log(1 + exp(-100)) 0 with few.
    """
    return bool(abs(sp.N(logarithm.args[0], 15) - 1) < 1e-12)


def _is_small(value: sp.Expr) -> bool:
    if isinstance(value, sp.Rational):
        return _bits(value) <= MAX_BITS
    if not has_at_most(value, MAX_PARTS) or sum(map(_bits, value.atoms(sp.Rational))) > MAX_BITS:
        return False
    if any(_is_long(*power.as_base_exp()) for power in value.atoms(sp.Pow)):
        return False
    return _nesting(value) <= MAX_NESTING


def _nesting(value: sp.Basic) -> int:
    """How many powers and functions stand within one another; a root of a number counts for none."""
    within = max(map(_nesting, value.args), default=0)
    is_root = isinstance(value, sp.Pow) and all(part.is_Rational for part in value.args)
    return within + (isinstance(value, sp.Pow | sp.Function) and not is_root)


def has_at_most(value: sp.Expr, parts: int) -> bool:
    """Whether an expression has no more parts than that."""
    return len(list(islice(sp.preorder_traversal(value), parts + 1))) <= parts


def _bits(number: sp.Rational) -> int:
    return int(number.p.bit_length() + number.q.bit_length())


def _would_swell(op: Op, operands: tuple[sp.Expr, ...]) -> bool:
    """Whether SymPy would write out a long power: of (10/9)**1e9, or of exp(1e9*log(10/9))."""
    if op.operator == "**":
        return _is_long(*operands)
    logarithms = sp.Tuple(*(operand for operand in operands if operand.has(sp.log)))
    return _is_long(logarithms, logarithms)


def _is_long(base: sp.Basic, exponent: sp.Basic) -> bool:
    """Whether a power is long where SymPy multiplies it out: 2**(999/1000) as the root of 2**999."""
    bits = max(map(_bits, base.atoms(sp.Rational)), default=0)
    times = max((max(abs(number.p), number.q) for number in exponent.atoms(sp.Rational)), default=0)
    return bool(bits * times > MAX_BITS)
