"""The formulas on pictures of arrays: Wᵀ · ∂L/∂z for what a product sends back, ∂L/∂h ⊙ (1 − h²) for
what goes back entry by entry.

An operation on whole arrays sends what the op table's `matrix_vjps` say, over matrices with the author's
names; any other one sends the upstream gradient times SymPy's derivative, entry by entry. An upstream
gradient that is more than a few letters stands by its name. What is written is held against the numbers
by `graphgen.verification`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

import sympy as sp

from graphgen.algebra.derivatives import node_symbol
from graphgen.algebra.forms import (
    MAX_CHARACTERS,
    gradient_symbol,
    gradients_in,
    keeps_its_name,
    local_form,
    longest,
    shortest,
    value_form,
)
from graphgen.algebra.formula import symbol_text
from graphgen.algebra.matrices import is_transposition, matrix_form, repeated
from graphgen.errors import OptionError
from graphgen.graph import ComputationalGraph, Edge, Node, Pass
from graphgen.notation import plain

_SHORT_VALUE = 14
"""Characters of a value without a name that stands in the formulas of others."""
_SHORT_PASSED = 8
"""Characters of a gradient that a sum passes on as it is, not by its name."""


@dataclass(frozen=True)
class ArrayForm:
    """A formula of an array and how it is written.

    `form` is one of SymPy's over matrices, or over symbols that stand for the entries of `arrays`, which are
    names. `around` is what is written around it. Where `is_summed`, its entries are added up along the axes
    that the array lacks.
    """

    form: sp.Basic
    arrays: frozenset[str] = frozenset()
    around: str = "{}"
    is_summed: bool = False

    @property
    def length(self) -> int:
        """The characters of the formula over the names of its nodes."""
        return len(plain(self.text()))

    def text(self, called: tuple[tuple[str, str], ...] = ()) -> str:
        """The formula in one line; `called` are pairs of a name and what stands for it."""
        return self.around.format(symbol_text(self.form, called, self.arrays))


def array_forms(graph: ComputationalGraph, backward: bool = True) -> Pass[ArrayForm]:
    """Values, gradients and contributions of a graph of arrays, each as a formula.

    What no short formula says stands by its name, ∂L/∂x.

    >>> from graphgen.language import parse
    >>> forms = array_forms(parse("z = W @ x\\nL = sum(z ** 2)"))
    >>> forms.gradients["x"].text(), forms.gradients["z"].text()
    ('2Wᵀ · z', '2z')

    Raises OptionError where a formula depends on lengths, or on a shape, of which nothing is known.
    """
    require_clear(graph)
    return _Forms(graph).found(backward)


def require_clear(graph: ComputationalGraph) -> None:
    """Raises OptionError for an input without a number that may be one or another array."""
    for id in graph.unclear:
        raise OptionError(
            f"nothing says whether {id!r} is a number, a row or a matrix",
            f"declare its shape, as in {id}: (2,) for a row and {id}: (2, 3) for a matrix, "
            f"or give it a number and ask for values=symbols",
            graph[id].place,
        )


class _Forms:
    """The formulas of one graph in the making."""

    def __init__(self, graph: ComputationalGraph) -> None:
        self.graph = graph
        self.standing: dict[str, sp.Expr] = {}
        """The expression that stands for the value of each node in the formulas of others."""
        self.upstream: dict[str, sp.Expr] = {}
        """The expression that stands for the gradient of each node."""
        self.arrays = frozenset(
            name for node in graph if node.shape for name in (node.id, gradient_symbol(graph, node.id).name)
        )
        known = {n for node in graph.inputs if not node.has_open_shape for n in node.shape}
        self.open = {n for node in graph.inputs if node.has_open_shape for n in node.shape} - known

    def found(self, backward: bool) -> Pass[ArrayForm]:
        values = tuple(map(self._value, self.graph))
        if not backward:
            return Pass(self.graph, values)
        contributions: dict[Edge, ArrayForm] = {}
        gradients: dict[str, ArrayForm] = {}
        for node in reversed(self.graph.nodes):
            if not self.graph.has_gradient(node.id):
                continue
            sent = [contributions[edge] for edge in self.graph.uses[node.id] if edge in contributions]
            gradients[node.id] = self._gradient(node, sent)
            self.upstream[node.id] = self._upstream(node, gradients[node.id])
            for position, operand in enumerate(node.operands):
                edge = (operand, node.id, position)
                if self.graph.sends_back(edge):
                    contributions[edge] = self._sent(edge)
        return Pass(
            self.graph,
            values,
            tuple(gradients.get(id) for id in self.graph.ids),
            tuple(contributions.get(edge) for edge in self.graph.edges),
        )

    def _value(self, node: Node) -> ArrayForm:
        form = node_symbol(node) if not node.shape else sp.Symbol(node.id, real=True)
        is_short = True
        if node.op and node.op.is_elementwise and not node.name:
            form = value_form(node, self.standing)
            is_short = self._form(form).length <= _SHORT_VALUE
        keeps = node.op is not None and keeps_its_name(node, form, self.standing)
        is_symbol = keeps or not is_short
        self.standing[node.id] = sp.Symbol(node.id, real=True) if is_symbol else form
        return self._form(form)

    def _gradient(self, node: Node, sent: list[ArrayForm]) -> ArrayForm:
        """The sum of what goes back by each edge, by its name where that is long."""
        if node.id == self.graph.output:
            return (
                self._named(node.id) if self.graph.upstream_symbol else self._entrywise(sp.Integer(1), node)
            )
        if len(sent) == 1:
            return sent[0]
        forms = [part.form for part in sent]
        is_entrywise = not any(part.is_summed or isinstance(part.form, sp.MatrixExpr) for part in sent)
        if is_entrywise:
            total = self._entrywise(shortest(sp.Add(*forms)), node)
            if total.length <= MAX_CHARACTERS:
                return total
        return self._named(node.id)

    def _upstream(self, node: Node, gradient: ArrayForm) -> sp.Expr:
        """The expression of a gradient in what goes on from it: a short formula, else its name."""
        form, name = gradient.form, gradient_symbol(self.graph, node.id)
        if gradient.is_summed or isinstance(form, sp.MatrixExpr):
            is_passed_on = isinstance(form, sp.MatrixExpr) and not node.name and is_transposition(node)
            return form if is_passed_on else name
        return name if node.name and gradients_in(form) else form

    def _sent(self, edge: Edge) -> ArrayForm:
        operand, node = self.graph[edge[0]], self.graph[edge[1]]
        assert node.op is not None
        name, upstream = gradient_symbol(self.graph, node.id), self.upstream[node.id]
        if not node.op.is_elementwise:
            return self._of_matrices(edge, upstream, name)
        local = local_form(node, edge[2], self.standing)
        is_passed_on = bool(node.name) and abs(local) == 1 and self._form(upstream).length > _SHORT_PASSED
        if isinstance(upstream, sp.MatrixExpr) or is_passed_on:
            upstream = name
        found = [self._summed(shortest(by * local), operand, node) for by in (upstream, name)]
        return min(found, key=lambda form: max(longest(node), form.length))

    def _of_matrices(self, edge: Edge, upstream: sp.Expr, name: sp.Symbol) -> ArrayForm:
        operand, node = self.graph[edge[0]], self.graph[edge[1]]
        assert node.op is not None
        if node.op.name in ("mean", "softmax_cross_entropy") and self._has_open_lengths(node):
            shown = self.graph[node.operands[0]].described
            raise OptionError(
                f"what {node.op.name} sends back depends on the shape of {shown}, which is not known",
                "declare the shapes of the inputs, as in W: (3, 4)",
                node.place,
            )
        if "ones(" in "".join(node.op.matrix_vjps) and not node.shape and not node.parameters:
            # A number that is repeated stands for itself.
            return self._entrywise(repeated(node.op, upstream, self.graph[operand.id].shape), operand)
        rule = matrix_form(self.graph, edge, upstream, self.arrays)
        if rule is None:
            rule = matrix_form(self.graph, edge, name, self.arrays)
        if rule is None:
            return self._named(operand.id)
        if not isinstance(rule, sp.MatrixExpr):
            return self._entrywise(rule, operand)
        if is_transposition(node):
            rule = rule.doit()  # of a product, the product of its transposed factors
        return self._form(rule)

    def _has_open_lengths(self, node: Node) -> bool:
        shape = self.graph[node.operands[0]].shape
        counted = shape if node.op and node.op.name == "mean" else shape[:-1]
        return not self.open.isdisjoint(counted)

    def _summed(self, form: sp.Expr, operand: Node, node: Node) -> ArrayForm:
        """The gradient of an operand, added up where an operation repeats it."""
        if operand.shape == node.shape:
            return self._entrywise(form, operand)
        if not self._is_array(form):
            if self.open.isdisjoint(node.shape):
                return self._entrywise(form * sp.Rational(prod(node.shape), prod(operand.shape)), operand)
            return self._named(operand.id)
        if not operand.shape:
            is_loose = sp.factor_terms(form).is_Add or self._form(form).text().startswith("−")
            return self._form(form, "Σ ({})" if is_loose else "Σ {}", is_summed=True)
        if len(node.shape) == 2 and operand.shape == node.shape[1:]:
            return self._form(form, "𝟏ᵀ · {}" if form.is_Symbol else "𝟏ᵀ · ({})", is_summed=True)
        return self._named(operand.id)

    def _entrywise(self, form: sp.Expr, node: Node) -> ArrayForm:
        if not node.shape or self._is_array(form):
            return self._form(form)
        return self._form(form, {1: "𝟏", -1: "−𝟏"}.get(form, "{}·𝟏"))

    def _named(self, id: str) -> ArrayForm:
        return self._form(gradient_symbol(self.graph, id))

    def _form(self, form: sp.Basic, around: str = "{}", is_summed: bool = False) -> ArrayForm:
        return ArrayForm(form, self.arrays, around, is_summed)

    def _is_array(self, form: sp.Expr) -> bool:
        return not self.arrays.isdisjoint(symbol.name for symbol in form.free_symbols)


def cited(forms: Iterable[sp.Basic | None], graph: ComputationalGraph) -> frozenset[str]:
    """The ids of the nodes whose gradients some formulas name."""
    names = {str(symbol) for form in forms if form is not None for symbol in form.free_symbols}
    return frozenset(id for id in graph.ids if gradient_symbol(graph, id).name in names)
