"""What pictures of arrays write in symbols: Wᵀ · ∂L/∂z for what a product sends back, ∂L/∂h ⊙ (1 − h²) for
what goes back entry by entry.

An operation on whole arrays sends what the op table's `matrix_vjps` say, over matrices with the author's
names; any other one sends the upstream gradient times SymPy's derivative, entry by entry. An upstream
gradient that is more than a few letters stands by its name. What is written is held against the numbers
by `graphgen.verification`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
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
from graphgen.algebra.matrices import matrix_vjps, repeated
from graphgen.errors import OptionError
from graphgen.graph import ComputationalGraph, Edge, Node, Pass
from graphgen.notation import plain
from graphgen.ops import Shape

_PRODUCTS = ("matmul", "affine")
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


def matrix_form(
    graph: ComputationalGraph, edge: Edge, upstream: sp.Expr, arrays: Collection[str] = ()
) -> sp.Expr | None:
    """What an operation on whole arrays sends back along an edge, over matrices with the names of the graph;
    None where the op table has no such rule.

    `upstream` is an expression where the operation gives a single number, else the symbol of an array, one of
    `arrays`, with a factor; of other expressions there is no rule.
    """
    node = graph[edge[1]]
    assert node.op is not None
    op, shapes = node.op, [graph[operand].shape for operand in node.operands]
    if op.name == "affine" and not node.shape:
        return None  # a row times a column and a number: no matrices are left
    if edge[2] >= len(op.matrix_vjps) or node.parameters or len(shapes[0]) > 2:
        return None
    if op.targets is not None and shapes[0] != shapes[op.targets]:
        return None  # labels are no matrix
    is_product = op.name in _PRODUCTS
    operands = [
        _operand(graph[id], shape, is_column=is_product and place == 1)
        for place, (id, shape) in enumerate(zip(node.operands, shapes, strict=True))
    ]
    if node.shape:
        is_column = is_product and len(shapes[0]) == 2
        matrix = _as_matrix(upstream, arrays, _lengths(node.shape, is_column=is_column))
        if matrix is None or (edge[2] == 2 and graph[edge[0]].shape == node.shape):
            return matrix
        upstream = matrix
    return matrix_vjps(op, upstream, *operands)[edge[2]]


def require_clear(graph: ComputationalGraph) -> None:
    """Raises OptionError for an input without a number that may be one or another array."""
    for id in graph.unclear:
        raise OptionError(
            f"nothing says whether {id!r} is a number, a row or a matrix",
            f"declare its shape, as in {id}: (2,) for a row and {id}: (2, 3) for a matrix, "
            f"or give it a number and ask for values=symbols",
            graph[id].place,
        )


def _as_matrix(form: sp.Expr, arrays: Collection[str], lengths: tuple[int, int]) -> sp.Expr | None:
    """The symbol of an array as a matrix, times what numbers it is multiplied by; None of other forms."""
    if isinstance(form, sp.MatrixExpr):
        return form
    factors = sp.Mul.make_args(form)
    of_arrays = [factor for factor in factors if any(symbol.name in arrays for symbol in factor.free_symbols)]
    if len(of_arrays) != 1 or not of_arrays[0].is_Symbol:
        return None
    return form / of_arrays[0] * sp.MatrixSymbol(of_arrays[0].name, *lengths)


def _operand(node: Node, shape: Shape, is_column: bool) -> sp.Expr:
    """A value as a matrix; one that is turned on the way, as in x @ y.T, by what it is turned from."""
    lengths = _lengths(shape, is_column)
    if _is_transposition(node) and not node.name and len(shape) == 2:
        return sp.Transpose(sp.MatrixSymbol(node.operands[0], *lengths[::-1]))
    return sp.MatrixSymbol(node.id, *lengths)


def _lengths(shape: Shape, is_column: bool = False) -> tuple[int, int]:
    """The rows and columns of an array as a matrix: a row has one of either."""
    if len(shape) == 1 and is_column:
        return shape[0], 1
    rows, columns = (1, 1, *shape)[-2:]
    return rows, columns


class _Forms:
    """The formulas of one graph in the making."""

    def __init__(self, graph: ComputationalGraph) -> None:
        self.graph = graph
        self.standing: dict[str, sp.Expr] = {}
        """What stands for the value of each node in the formulas of others."""
        self.upstream: dict[str, sp.Expr] = {}
        """What stands for the gradient of each node."""
        self.arrays = frozenset(
            name for node in graph if node.shape for name in (node.id, gradient_symbol(graph, node.id).name)
        )
        told = {n for node in graph.inputs if not node.has_open_shape for n in node.shape}
        self.open = {n for node in graph.inputs if node.has_open_shape for n in node.shape} - told

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
        """What stands for a gradient in what goes on from it: a short formula, else its name."""
        form, name = gradient.form, gradient_symbol(self.graph, node.id)
        if gradient.is_summed or isinstance(form, sp.MatrixExpr):
            is_passed_on = isinstance(form, sp.MatrixExpr) and not node.name and _is_transposition(node)
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
        if _is_transposition(node):
            rule = rule.doit()  # of a product, the product of its transposed factors
        return self._form(rule)

    def _has_open_lengths(self, node: Node) -> bool:
        shape = self.graph[node.operands[0]].shape
        counted = shape if node.op and node.op.name == "mean" else shape[:-1]
        return not self.open.isdisjoint(counted)

    def _summed(self, form: sp.Expr, operand: Node, node: Node) -> ArrayForm:
        """What goes back to an operand that an operation repeats is added up."""
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


def _is_transposition(node: Node) -> bool:
    return node.op is not None and node.op.name == "transpose"


def cited(forms: Iterable[sp.Basic | None], graph: ComputationalGraph) -> frozenset[str]:
    """The ids of the nodes whose gradients some formulas name."""
    names = {str(symbol) for form in forms if form is not None for symbol in form.free_symbols}
    return frozenset(id for id in graph.ids if gradient_symbol(graph, id).name in names)
