"""Both passes of a graph over exact numbers and balls, by the op table's rules or by SymPy's.

`by_rules` is the first witness: the values and vjps that the op table states by hand. `by_derivatives`
is the second, for graphs of single numbers: SymPy's form of a value, where it is another one, and the local
derivatives that SymPy makes of it. Graphs of arrays have theirs in `duals`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from graphgen.errors import EvaluationError
from graphgen.graph import (
    ComputationalGraph,
    Edge,
    Node,
    derivative_error,
    nearest_float,
    require_time,
    value_error,
)
from graphgen.verification import separation
from graphgen.verification.balls import (
    Number,
    UndecidedError,
    UndefinedError,
    is_beyond_floats,
    is_zero,
    settled,
    shortened,
    shown,
)
from graphgen.verification.given import Given, seed, zeros
from graphgen.verification.repeated import Repeated, as_before, has_ties
from graphgen.verification.rules import (
    INDETERMINATE,
    Rule,
    each,
    entries,
    op_rules,
    sympy_rules,
)

_ZERO, _ONE = fmpq(0), fmpq(1)


@dataclass(frozen=True)
class Enclosures:
    """One witness: numbers that enclose every value, gradient and contribution, by place.

    `values` and `gradients` follow `graph.nodes`, `contributions` follows `graph.edges`; an array is a
    NumPy array of numbers. Constants have no gradient (None), and nothing is sent to them.
    """

    values: tuple[Any, ...]
    gradients: tuple[Any, ...] = ()
    contributions: tuple[Any, ...] = ()

    @property
    def parts(self) -> tuple[tuple[Any, ...], ...]:
        return self.values, self.gradients, self.contributions


class HangsOnError(Exception):
    """No ball of this precision decides a branch: at which node, and how many digits the two sides share."""

    def __init__(self, node: Node, agreeing: int) -> None:
        super().__init__(node.id, agreeing)
        self.node = node
        self.agreeing = agreeing


def at_node(
    error: UndefinedError | UndecidedError, node: Node, operands: Sequence[Any]
) -> EvaluationError | HangsOnError:
    """The error of a rule, at the node whose value it computes: there is no value, or balls do not tell."""
    if isinstance(error, UndecidedError):
        return HangsOnError(node, error.agreeing)
    return value_error(node, [_in_text(number) for number in operands], ValueError())


def slope_along(found: Enclosures, moves: Mapping[int, Any]) -> Number:
    """The slope of the output where nodes move so far, by their gradients; `moves` are by place."""
    return sum(
        (
            g * t
            for i, by in moves.items()
            for g, t in zip(entries(found.gradients[i]), entries(by), strict=True)
        ),
        start=_ZERO,
    )


def written(graph: ComputationalGraph, values: Sequence[Any]) -> dict[int, Any]:
    """The values that no operation computes, by their places in `graph.nodes`."""
    return {index: values[index] for index, node in enumerate(graph.nodes) if node.op is None}


def value_rule_of(node: Node) -> Rule:
    assert node.op is not None
    if node.shape or not node.op.is_elementwise:
        from graphgen.verification.arrays import value_rule

        return value_rule(node)
    return op_rules(node.op)[0]


def vjp_rules_of(node: Node) -> tuple[Rule, ...]:
    assert node.op is not None
    if node.shape or not node.op.is_elementwise:
        from graphgen.verification.arrays import vjp_rules

        return vjp_rules(node)
    return op_rules(node.op)[1]


def by_rules(graph: ComputationalGraph, given: Given, backward: bool) -> Enclosures:
    """Raises EvaluationError where a number does not exist, HangsOnError where balls do not tell."""
    values = forward(graph, given)
    return reverse(graph, values) if backward else Enclosures(values)


def by_derivatives(
    graph: ComputationalGraph, values: tuple[Any, ...], slopes: Mapping[Edge, Number]
) -> Enclosures:
    """The same by SymPy, for a graph of single numbers: each upstream gradient times a local derivative.

    `slopes` are those of `local_derivatives`. Where there is none what goes back is indeterminate, and so
    is the value of an operation whose row has the same text for SymPy, which would say the same again.
    """
    own = dict.fromkeys(graph.ids, INDETERMINATE)
    for index, op, operands in graph.operations:
        if op.exact != op.value:
            node, at = graph.nodes[index], [values[i] for i in operands]
            try:
                own[node.id] = sympy_rules(op)[0](*at)
            except (UndefinedError, UndecidedError) as error:
                raise at_node(error, node, at) from None
    gradients: dict[str, Number] = dict.fromkeys(graph.ids, _ZERO)
    gradients[graph.output] = seed(graph)
    sent: list[Number | None] = []
    for edge in reversed(graph.edges):
        operand, id, _ = edge
        if not graph.is_varying(operand):
            sent.append(None)
            continue
        is_live = id in graph.on_path
        sent.append(shortened(gradients[id] * slopes.get(edge, INDETERMINATE)) if is_live else _ZERO)
        gradients[operand] = shortened(gradients[operand] + sent[-1])
    return Enclosures(tuple(own.values()), tuple(gradients.values()), tuple(reversed(sent)))


def forward(
    graph: ComputationalGraph, given: Given, rule_of: Callable[[Node], Rule] = value_rule_of
) -> tuple[Any, ...]:
    """The value of every node, by the op table's rules unless others are given.

    A number that is given for an operation stands in the place of its value.
    """
    # Of rules that widen, the same twice need not be the same number.
    before: Repeated | None = {} if rule_of is value_rule_of and has_ties(graph) else None
    values: list[Any] = [given.get(index, _ZERO) for index in range(len(graph))]
    for index, op, operands in graph.operations:
        require_time()
        if index in given:
            continue
        node = graph.nodes[index]
        if op.kink and len(operands) > 1 and not node.shape:
            separation.settle_ties(graph, values, operands)
        at = [values[i] for i in operands]
        try:
            value = rule_of(node)(*at)
            value = each(settled, value) if node.shape else settled(value)
            values[index] = value = value if before is None else as_before(before, node, at, value)
        except (UndefinedError, UndecidedError) as error:
            raise at_node(error, node, at) from None
        if isinstance(value, arb):
            separation.settle_zero(graph, values, index)
        if any(map(is_beyond_floats, entries(value))) if node.shape else is_beyond_floats(value):
            raise value_error(node, [_in_text(number) for number in at], OverflowError())
    return tuple(values)


def reverse(
    graph: ComputationalGraph,
    values: tuple[Any, ...],
    rules_of: Callable[[Node], tuple[Rule, ...]] = vjp_rules_of,
) -> Enclosures:
    """Reverse mode, by the op table's vjps unless others are given: what goes back by edges, and its sums."""
    nodes, varies, on_path = graph.nodes, graph.varies, graph.on_path
    gradients: list[Any] = [zeros(node.shape) if node.shape else _ZERO for node in nodes]
    gradients[graph.index[graph.output]] = seed(graph)
    contributions: list[Any] = [None] * len(graph.edges)
    last = len(contributions)
    for index, _, operands in reversed(graph.operations):
        require_time()
        node = nodes[index]
        at = [values[i] for i in operands]
        rules = rules_of(node) if node.id in on_path else ()
        last -= len(operands)
        for position, operand in enumerate(operands):
            if not varies[operand]:
                continue
            try:
                sent = rules[position](gradients[index], values[index], *at) if rules else _ZERO
            except UndefinedError:
                raise derivative_error(node, [_in_text(number) for number in at], position) from None
            except UndecidedError as undecided:
                raise HangsOnError(node, undecided.agreeing) from None
            total = gradients[operand] + sent
            if nodes[operand].shape:
                sent, total = each(shortened, sent + zeros(nodes[operand].shape)), each(shortened, total)
            else:
                sent, total = shortened(sent), shortened(total)
            contributions[last + position], gradients[operand] = sent, total
    of_nodes = (gradient if moves else None for gradient, moves in zip(gradients, varies, strict=True))
    return Enclosures(values, tuple(of_nodes), tuple(contributions))


def summed(
    graph: ComputationalGraph, gradients: Sequence[Any], contributions: Sequence[Any]
) -> tuple[Any, ...]:
    """The gradients as the sums of what goes back by each edge; that of the output is its seed."""
    sums: dict[str, Any] = {
        node.id: zeros(node.shape)
        for node, varies in zip(graph, graph.varies, strict=True)
        if varies and node.id != graph.output
    }
    sums[graph.output] = gradients[graph.index[graph.output]]
    for (operand, _, _), sent in zip(graph.edges, contributions, strict=True):
        if sent is not None and operand != graph.output:
            sums[operand] = sums[operand] + sent
    return tuple(sums.get(id) for id in graph.ids)


@dataclass(frozen=True)
class Slopes:
    """Local derivatives on edges between single numbers, from nodes that vary.

    `by_sympy` are SymPy's. `by_rules` are the op table's on edges at which nothing arrives; elsewhere they
    are in what goes back.
    """

    by_sympy: Mapping[Edge, Number]
    by_rules: Mapping[Edge, Number]


def local_derivatives(graph: ComputationalGraph, found: Enclosures) -> Slopes:
    """The local derivatives of both witnesses at these values and gradients.

    An edge whose slope is infinite, or at which nothing arrives and whose slope hangs on a kink, has none.
    Raises HangsOnError where balls do not tell another one.
    """
    by_sympy, by_rules = {}, {}
    for index, op, operands in graph.operations:
        require_time()
        node, gradient = graph.nodes[index], found.gradients[index]
        if node.shape or not op.is_elementwise:
            continue
        at = [found.values[i] for i in operands]
        for position, rule in enumerate(sympy_rules(op)[1]):
            if not graph.varies[operands[position]]:
                continue
            edge = node.operands[position], node.id, position
            try:
                slope = settled(rule(*at))
                if is_zero(gradient):
                    by_rules[edge] = settled(op_rules(op)[1][position](_ONE, found.values[index], *at))
            except UndefinedError:
                continue
            except UndecidedError as undecided:
                if not is_zero(gradient):
                    raise HangsOnError(node, undecided.agreeing) from None
                continue
            by_sympy[edge] = slope
    return Slopes(by_sympy, by_rules)


def _in_text(number: Any) -> Any:
    """A number as messages have it."""
    return number if hasattr(number, "shape") else nearest_float(shown(number))
