"""The short texts of every node and edge: in numbers, in symbols or as products."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from graphgen.diagram.names import Names, call_text
from graphgen.errors import OptionError
from graphgen.graph import ComputationalGraph, Edge, Node, Pass, total
from graphgen.notation import Cells, cells_of, number_text, plain, power, value_text
from graphgen.notation import in_prose as in_one_line
from graphgen.options import Options

_LONGEST_FORMULA = 14


@dataclass(frozen=True)
class Texts:
    """The texts of one graph. A gradient, a contribution or a local derivative that there is not
    (of a constant or of labels, or in a forward picture) is an empty text.

    `contribution` is that of one edge, or the sum of several; `local_in_symbols` can stand as a factor.
    `kinks` are the ids of the operations at whose operands the derivative is a convention, `cited` those of
    the nodes whose gradients are named in others. `tangent` is that of a picture of forward mode.
    `value_cells` are those of a node's value, `gradient_cells` those of its gradient or, with edges, of what
    flows back along them. `point` is the number that an operation on one takes and the one that it gives.
    """

    in_numbers: bool
    names: Names
    value: Callable[[Node], str]
    gradient: Callable[[Node], str]
    contribution: Callable[..., str]
    local: Callable[[Edge], str]
    local_in_symbols: Callable[[Edge], str]
    kinks: frozenset[str]
    cited: frozenset[str] = frozenset()
    tangent: Callable[[Node], str] = lambda _: ""
    value_cells: Callable[[Node], Cells] = lambda _: ()
    gradient_cells: Callable[..., Cells] = lambda *_: ()
    point: Callable[[Node], tuple[float, float] | None] = lambda _: None


def in_prose(words: Texts) -> Texts:
    """The same texts, each in one line: a matrix row by row."""
    return replace(
        words,
        value=lambda node: in_one_line(words.value(node)),
        gradient=lambda node: in_one_line(words.gradient(node)),
        contribution=lambda *edges: in_one_line(words.contribution(*edges)),
        local=lambda edge: in_one_line(words.local(edge)),
        tangent=lambda node: in_one_line(words.tangent(node)),
    )


def texts_of(graph: ComputationalGraph, numbers: Pass[Any] | None, options: Options) -> Texts:
    """The texts that the options ask for; a graph without numbers has no pass.

    Raises OptionError where a graph is too large to be written in symbols.
    """
    if numbers is not None and options.values in ("auto", "numbers"):
        return _numbers(numbers, options)
    if graph.is_scalar:
        return _symbols(graph, options)
    if options.values == "products":
        raise OptionError("values=products is for graphs of single numbers", "ask for values=symbols")
    return _array_symbols(graph, options)


def called(node: Node, words: Texts) -> str:
    """The author's words for a node, else its name or its expression; a constant is its number."""
    return words.value(node) if node.is_constant else words.names.words(node.id)


def operation_text(node: Node, operands: Sequence[str]) -> str:
    """An operation over its operands, with the signs of the picture: a × b, −7 − (−6), x², softmax(v₁)."""
    op = node.op
    if op is None:
        return ""
    if op.operator in (None, "[]"):
        return call_text(node, list(operands))
    if op.operator == "**":
        return power(bracketed(operands[0]), operands[1])
    if op.arity == 1:
        return f"−{bracketed(operands[0])}" if op.operator else operands[0]
    return f" {op.symbol} ".join((operands[0], *map(bracketed, operands[1:])))


def bracketed(number: str) -> str:
    """A number behind a sign: (−6)."""
    return f"({number})" if number.startswith("−") else number


def _numbers(numbers: Pass[Any], options: Options) -> Texts:
    def text(value: Any) -> str:
        if value is None:
            return ""
        return value_text(value, int(options.digits), options.thousands == "yes")

    def cells(value: Any) -> Cells:
        is_array = bool(getattr(value, "shape", ()))
        return cells_of(value, int(options.digits), options.thousands == "yes") if is_array else ()

    def sent(*edges: Edge) -> Any:
        return _total(contributions.get(edge) for edge in edges if edge not in labels)

    def gradient_cells(node: Node, *edges: Edge) -> Cells:
        return cells(sent(*edges) if edges else gradients.get(node.id))

    def point(node: Node) -> tuple[float, float] | None:
        if len(node.operands) != 1 or not (graph.is_scalar and options.shows("forward")):
            return None
        return float(numbers.values[node.operands[0]]), float(numbers.values[node.id])

    goes_back = options.shows("backward")
    gradients = numbers.gradients if goes_back else {}
    contributions = numbers.contributions if goes_back else {}
    derivatives = numbers.local_derivatives if goes_back else {}
    # The picture, its description, its table and its data ask for each of them.
    values_by_id = cache(lambda id: text(numbers.values[id]))
    gradients_by_id = cache(lambda id: text(gradients.get(id)) if numbers.graph.has_gradient(id) else "")
    graph, labels = numbers.graph, numbers.graph.class_labels
    names = Names(graph, lambda node: in_one_line(values_by_id(node.id)))
    return Texts(
        in_numbers=True,
        names=names,
        value=lambda node: values_by_id(node.id),
        gradient=lambda node: gradients_by_id(node.id),
        contribution=cache(lambda *edges: text(sent(*edges))),
        local=cache(lambda edge: text(derivatives.get(edge)) or _rule(graph, edge, names)),
        local_in_symbols=lambda edge: _factor(graph, edge, names),
        kinks=numbers.kinks if goes_back or options.tangent else frozenset(),
        tangent=lambda node: "" if node.is_constant else text(_or_zero(numbers.tangents.get(node.id))),
        value_cells=lambda node: cells(numbers.values[node.id]),
        gradient_cells=lambda node, *edges: gradient_cells(node, *edges) if node.shape else (),
        point=point,
    )


def _symbols(graph: ComputationalGraph, options: Options) -> Texts:
    from graphgen.algebra import cited, shortest, written_derivative, written_forms

    forms = written_forms(graph)
    as_products = options.values == "products"
    names = Names(graph, lambda node: number_text(node.value, int(options.digits)))

    def value(node: Node) -> str:
        if node.is_constant or node.name:
            return names.symbol(node.id)
        formula = names.formula(forms.values[node.id])
        return formula if len(plain(formula)) <= _LONGEST_FORMULA else ""

    def product(*edges: Edge) -> str:
        terms = [
            _product([*_upstream_partials(graph, edge[1], names), names.partial(edge[1], edge[0])])
            for edge in edges
            if graph.sends_back(edge)
        ]
        return " + ".join(terms) if all(terms) else ""

    def upstream(node: Node) -> str:
        return _product(_upstream_partials(graph, node.id, names)) if graph.has_gradient(node.id) else ""

    def gradient(node: Node) -> str:
        return names.formula(forms.gradients[node.id]) if node.id in forms.gradients else ""

    def simplified(*edges: Edge) -> str:
        terms: list[Any] = [forms.contributions.get(edge) for edge in edges]
        return "" if None in terms or not terms else names.formula(shortest(sum(terms)))

    return Texts(
        in_numbers=False,
        names=names,
        value=value,
        gradient=upstream if as_products else gradient,
        contribution=product if as_products else simplified,
        local=lambda edge: names.formula(written_derivative(graph, edge)),
        local_in_symbols=lambda edge: _factor(graph, edge, names),
        kinks=frozenset(),
        cited=frozenset() if as_products else cited(forms.parts[1] + forms.parts[2], graph),
    )


def _array_symbols(graph: ComputationalGraph, options: Options) -> Texts:
    from graphgen.algebra import array_forms, cited

    goes_back = options.shows("backward")
    forms = array_forms(graph, goes_back)
    gradients, contributions = forms.gradients, forms.contributions

    def number(node: Node) -> str:
        import numpy as np

        value = np.array(node.value, dtype=object) if node.shape else node.value
        return value_text(value, int(options.digits))

    names = Names(graph, lambda node: in_one_line(number(node)))

    def value(node: Node) -> str:
        if node.is_constant:
            return number(node)
        if node.name:
            return names.symbol(node.id)
        text = names.array_formula(forms.values[node.id])
        return text if len(plain(text)) <= _LONGEST_FORMULA else ""

    def gradient(node: Node) -> str:
        if node.id not in gradients:
            return ""
        return names.array_formula(gradients[node.id]) or names.gradient(node.id)

    def contribution(*edges: Edge) -> str:
        terms = [names.array_formula(contributions[edge]) for edge in edges if edge in contributions]
        return " + ".join(terms) if all(terms) else ""

    return Texts(
        in_numbers=False,
        names=names,
        value=value,
        gradient=gradient,
        contribution=contribution,
        local=lambda edge: _local_in_symbols(graph, edge, names),
        local_in_symbols=lambda edge: _factor(graph, edge, names),
        kinks=frozenset(),
        cited=cited((form.form for form in (*gradients.values(), *contributions.values())), graph),
    )


def _local_in_symbols(graph: ComputationalGraph, edge: Edge, names: Names) -> str:
    """A local derivative between single numbers, or the rule of an operation on arrays."""
    from graphgen.algebra import written_derivative

    op = graph[edge[1]].op
    if op is None or not op.is_elementwise:
        return _rule(graph, edge, names)
    return "" if graph[edge[1]].shape else names.formula(written_derivative(graph, edge))


def _or_zero(tangent: Any) -> Any:
    """A tangent; of an array that does not move, a single 0."""
    return tangent if tangent is None or getattr(tangent, "size", 1) == 1 or tangent.any() else 0


def _total(terms: Iterable[Any]) -> Any:
    """The sum of some contributions; None where one does not exist."""
    known = list(terms)
    is_missing = not known or any(term is None for term in known)
    return None if is_missing else total(known)


def _factor(graph: ComputationalGraph, edge: Edge, names: Names) -> str:
    """A local derivative over the operands' names, in parentheses where a product needs them."""
    from graphgen.algebra import symbolic_derivative

    op = graph[edge[1]].op
    if op is None or not op.is_elementwise:
        return ""
    return names.factor(symbolic_derivative(graph, edge))


def _rule(graph: ComputationalGraph, edge: Edge, names: Names) -> str:
    """The formula of what an op on matrices sends back, by names of the graph: ∂L/∂h · Wᵀ; else nothing."""
    from graphgen.algebra import gradient_symbol, matrix_form

    id = edge[1]
    op = graph[id].op
    if op is None or op.is_elementwise or not graph.sends_back(edge):
        return ""
    upstream = gradient_symbol(graph, id)
    form = matrix_form(graph, edge, upstream, (upstream.name,))
    return "" if form is None else names.formula(form)


def _upstream_partials(graph: ComputationalGraph, id: str, names: Names) -> list[str]:
    """∂z/∂z and ∂z/∂t along a single path; past a fan-out, which sums, the partial derivative itself."""
    factors: list[str] = []
    here = id
    while here != graph.output and len(graph.uses[here]) == 1:
        user = graph.uses[here][0][1]
        factors.append(names.partial(user, here))
        here = user
    factors.append(names.gradient(here))
    return factors[::-1]


def _product(factors: list[str]) -> str:
    return " · ".join(factors) if all(factors) else ""
