"""Values and gradients as a textbook writes them: in the author's names, and in their shortest form.

Where `closed_forms` writes everything over the inputs, here p − 1 stands for what sigmoid(w·x + b) gives
when its author calls it p. What is written is exact: `graphgen.verification` holds it against the
numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from math import prod

import sympy as sp
from sympy.core.sorting import default_sort_key

from graphgen.algebra.closed import expanded, formula_at, in_time, limited, require_small
from graphgen.algebra.derivatives import (
    expression,
    local_derivatives,
    node_symbol,
    symbolic_derivative,
    symbols,
)
from graphgen.algebra.exact import has_at_most
from graphgen.algebra.formula import symbol_text
from graphgen.graph import ComputationalGraph, Edge, Node, Pass, derivative_error, value_error
from graphgen.notation import partial_text, plain
from graphgen.ops import ELEMENTWISE, Op

MAX_CHARACTERS = 24
"""The characters on an edge: an upstream gradient that would make more of them stands by its name."""
_SHORT = 12
"""Characters of a form of which no shorter one is looked for."""
_MAX_PARTS, _MAX_SYMBOLS, _MAX_POWER, _MAX_NUMBER = 120, 8, 8, 10**9
_MAX_TERMS = 40
"""The terms of a fraction that is still brought over one denominator, once it is multiplied out."""
_VALUE = sp.Symbol("v", real=True)


@in_time()
def written_forms(graph: ComputationalGraph) -> Pass[sp.Expr]:
    """Values and gradients over the inputs and those of the author's names that are more than one step of
    arithmetic: a sum or a product of two, or a square, is written out.

    >>> from graphgen.language import parse
    >>> symbol_text(written_forms(parse("p = sigmoid(w * x)\\nloss = -log(p)")).gradients["w"])
    'x·(p − 1)'
    >>> symbol_text(written_forms(parse("t = x + y\\nz = t ** 2")).gradients["x"])
    '2(x + y)'

    Raises OptionError and EvaluationError as `closed_forms` does.
    """
    require_small(graph)
    values: list[sp.Expr] = []
    standing: dict[str, sp.Expr] = {}
    """The expression that stands for each node in the forms of others."""
    for node in graph.nodes:
        values.append(value_form(node, standing))
        standing[node.id] = node_symbol(node) if keeps_its_name(node, values[-1], standing) else values[-1]
    return _reversed(graph, tuple(values), standing)


def _reversed(
    graph: ComputationalGraph, values: tuple[sp.Expr, ...], standing: Mapping[str, sp.Expr]
) -> Pass[sp.Expr]:
    """Reverse mode over forms, in which an upstream gradient that makes one too long has its name."""
    zero = sp.Integer(0)
    contributions: dict[Edge, sp.Expr] = {}
    gradients: dict[str, sp.Expr] = {}
    for node in reversed(graph.nodes):
        if not graph.has_gradient(node.id):
            continue
        sent = [contributions[edge] for edge in graph.uses[node.id]]
        name = gradient_symbol(graph, node.id)
        seed = name if graph.upstream_symbol else sp.Integer(1)
        total = seed if node.id == graph.output else shortest(sp.Add(*sent))
        gradients[node.id] = name if len(sent) > 1 and _length(total) > MAX_CHARACTERS else total
        locals = {
            (operand, node.id, position): local_form(node, position, standing)
            for position, operand in enumerate(node.operands)
            if graph.sends_back((operand, node.id, position))
        }
        is_named = bool(node.name) and gradients_in(gradients[node.id])
        upstreams = (name,) if is_named else (gradients[node.id], name)
        candidates: list[dict[Edge, sp.Expr]] = [
            {edge: zero if by.is_zero else shortest(by * local) for edge, local in locals.items()}
            for by in upstreams
        ]
        least = longest(node)
        lengths = [max([least, *map(_length, found.values())]) for found in candidates]
        contributions |= candidates[lengths.index(min(lengths))]
    return Pass(
        graph,
        values,
        tuple(gradients.get(id) for id in graph.ids),
        tuple(contributions.get(edge) for edge in graph.edges),
    )


def gradient_symbol(graph: ComputationalGraph, id: str) -> sp.Symbol:
    """The symbol that stands for a gradient where it is named: ∂L/∂h₂."""
    return sp.Symbol(partial_text(graph.output, id), real=True)


def longest(node: Node) -> int:
    """The characters of what a node may send back with its gradient written out; more where the author gave
    it no name, by which its gradient could be called."""
    return MAX_CHARACTERS if node.name else 2 * MAX_CHARACTERS


def gradients_in(form: sp.Expr) -> bool:
    """Whether a form names a gradient."""
    return any(symbol.name.startswith("∂") for symbol in form.free_symbols)


def local_form(node: Node, position: int, standing: Mapping[str, sp.Expr]) -> sp.Expr:
    """The local derivative of an operation by one of its operands, over what stands for them and for its
    value."""
    assert node.op is not None
    by_value = _derivative_by_value(node.op)
    if by_value is not None and (standing[node.id].is_Symbol or _is_word(standing[node.id])):
        return by_value.xreplace({_VALUE: standing[node.id]})
    local = formula_at(local_derivatives(node.op)[position], node, _operands(node, standing))
    if local is None:
        raise derivative_error(node, [], position)
    return local


def written_derivative(graph: ComputationalGraph, edge: Edge) -> sp.Expr:
    """The local derivative on one edge over the names of both its ends: p·(1 − p) for p = sigmoid(z)."""
    node = graph[edge[1]]
    assert node.op is not None
    by_value = _derivative_by_value(node.op)
    if by_value is None or not node.name:
        return symbolic_derivative(graph, edge)
    return by_value.xreplace({_VALUE: node_symbol(node)})


def spelled_out(form: sp.Expr) -> sp.Expr:
    """A form with what its σ, relu and softplus stand for in their place."""

    def expressed(word: sp.Expr) -> sp.Expr:
        op = next(op for op in ELEMENTWISE.values() if _word(op) == word.func)
        return expression(op).xreplace({symbols(op)[0]: word.args[0]})

    return form.replace(_is_word, expressed)


@lru_cache(maxsize=1024)
def shortest(value: sp.Expr) -> sp.Expr:
    """The same in the form that is the shortest to read: multiplied out, as it is, or over one denominator.

    Raises OptionError where it is so long that nobody could read it.
    """
    forms = [expanded(limited(value)), value]
    if not has_at_most(value, _MAX_PARTS):
        return limited(forms[0])
    if min(map(_length, forms)) > _SHORT:
        forms += _fractions(value)
    return min(forms, key=_length)


def _fractions(value: sp.Expr) -> list[sp.Expr]:
    """The forms over one denominator, with functions as if they were symbols; none where that takes long."""
    inner = sorted(value.atoms(sp.Function) | set(filter(_is_odd, value.atoms(sp.Pow))), key=default_sort_key)
    names = {part: sp.Dummy("f", real=True) for part in inner}
    together = sp.together(value.xreplace(names))
    if not _is_small_fraction(together):
        return []
    parts = {name: part for part, name in names.items()}
    return [form.xreplace(parts) for form in (together, sp.cancel(together), sp.factor(together))]


def _is_odd(power: sp.Pow) -> bool:
    """Whether a power is none of a whole number or a half."""
    return not (power.exp.is_Rational and power.exp.q <= 2)


def _length(form: sp.Expr) -> int:
    return len(plain(symbol_text(form)))


def value_form(node: Node, standing: Mapping[str, sp.Expr]) -> sp.Expr:
    """The value of a node over what stands for its operands."""
    if node.op is None:
        return node_symbol(node)
    operands = _operands(node, standing)
    word = _word(node.op)
    if word is not None and operands[0].free_symbols:
        return word(*operands)
    value = formula_at(expression(node.op), node, operands)
    if value is None:
        raise value_error(node, [], ValueError())
    return value


def _operands(node: Node, standing: Mapping[str, sp.Expr]) -> tuple[sp.Expr, ...]:
    return tuple(standing[operand] for operand in node.operands)


def keeps_its_name(node: Node, value: sp.Expr, standing: Mapping[str, sp.Expr]) -> bool:
    """Whether a node is written by its name: a function, or what takes more than one step of arithmetic."""
    if node.op is None or not node.name or not value.free_symbols:
        return False
    is_step = all(operand.is_Atom for operand in _operands(node, standing))
    return not (is_step and value.is_rational_function(*value.free_symbols))


@cache
def _word(op: Op) -> sp.Function | None:
    """The function that an op is written as, σ(x), where SymPy's own expression spells it out."""
    formula, operands = expression(op), symbols(op)
    if op.arity > 1 or formula.is_rational_function(*operands) or operands[0] in formula.args:
        return None
    return sp.Function(op.symbol, real=True)


def _is_word(form: sp.Basic) -> bool:
    return isinstance(form, sp.core.function.AppliedUndef)


@cache
def _derivative_by_value(op: Op) -> sp.Expr | None:
    """The derivative of an op over its own value v, as v·(1 − v) for the sigmoid; None where it has none.

    It has one where the value is a fraction of a single function, and the derivative is one of it too.
    """
    if op.arity > 1:
        return None
    (operand,), formula, derivative = symbols(op), expression(op), local_derivatives(op)[0]
    inner = formula.atoms(sp.Function) or {formula}
    if len(inner) > 1:
        return None
    step = sp.Dummy("step")
    steps = dict.fromkeys(inner, step)
    found = sp.solve(formula.subs(steps) - _VALUE, step)
    by_value = derivative.subs(steps).subs(step, found[0]) if len(found) == 1 else derivative
    return None if by_value.has(operand) else sp.expand(sp.cancel(by_value))


def _is_small_fraction(value: sp.Expr) -> bool:
    """Whether SymPy multiplies a fraction out, and finds its factors, in little time."""
    return (
        not value.has(sp.Float)
        and len(value.free_symbols) <= _MAX_SYMBOLS
        and all(max(abs(number.p), number.q) <= _MAX_NUMBER for number in value.atoms(sp.Rational))
        and all(abs(power.exp) <= _MAX_POWER for power in value.atoms(sp.Pow))
        and sum(map(_terms, sp.fraction(value))) <= _MAX_TERMS
    )


def _terms(value: sp.Expr) -> int:
    """A bound of how many terms an expression has once it is multiplied out."""
    if value.is_Add:
        return sum(map(_terms, value.args))
    if value.is_Mul:
        return prod(map(_terms, value.args))
    if value.is_Pow and value.exp.is_Integer:
        return int(_terms(value.base) ** abs(value.exp))
    return 1
