"""The names of values: as the author wrote them, by the symbols of their labels, or by their expressions.

A value to which its author gave no name is never called by its id: an expression stands for it, or nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from graphgen.graph import ComputationalGraph, Node
from graphgen.notation import label_symbol, label_text, name_text, partial_text, plain, power

_LONGEST_SYMBOL, _LONGEST_PHRASE = 24, 80
"""Characters of an expression in a formula, and in prose; in a longer one three points stand for the operands
that have no names."""
_SUM, _PRODUCT, _POWER, ATOM = range(1, 5)
_FINAL = "LJECQRSTUVWXYZABDFGHIKMNOP"
_AROUND = {"abs": "|{}|", "sigmoid": "σ({})"}
_FACTORS = {"*": "·", "@": "·", "/": "/"}


class Called(NamedTuple):
    """A text that stands for a value, how strongly it holds together, and whether all of it is there."""

    text: str
    strength: int = ATOM
    is_whole: bool = True

    def beside(self, strength: int) -> str:
        """The text as an operand, in parentheses where it holds together less than what it stands in."""
        return self.text if self.strength >= strength else f"({self.text})"


@dataclass(frozen=True)
class Names:
    """The names of the values of one graph; `number` writes a constant."""

    graph: ComputationalGraph
    number: Callable[[Node], str]

    def symbol(self, id: str) -> str:
        """A value as a factor of a formula; empty for a long expression without a name."""
        return self.brief(id) if self._symbols[id].is_whole else ""

    def brief(self, id: str) -> str:
        """The same, a long expression by its outline."""
        return self._symbols[id].beside(ATOM)

    def outline(self, id: str) -> str:
        """The same where it stands alone."""
        return self._symbols[id].text

    def operand(self, id: str) -> str:
        """The same behind the sign of an operation, such as × √2; empty for a long expression."""
        return self._symbols[id].beside(_POWER) if self._symbols[id].is_whole else ""

    def words(self, id: str) -> str:
        """A value in prose: the author's words for it, or its name, or its expression."""
        return self._words[id].text

    def operation(self, id: str) -> str:
        """The operation that gives a value its name, over what its operands are called in prose; empty for a
        value without a name, whose words say it, and for an input."""
        node = self.graph[id]
        is_named = node.op and node.name
        return self._expression(node, self._words, " × ", _LONGEST_PHRASE).text if is_named else ""

    def partial(self, of: str, by: str) -> str:
        """∂of/∂by, from two ids; empty where one has no symbol."""
        symbols = self.symbol(of), self.symbol(by)
        return f"∂{symbols[0]}/∂{symbols[1]}" if all(symbols) else ""

    def gradient(self, id: str) -> str:
        """The name of a gradient: ∂y/∂x, or ∂L/∂x where the upstream gradient is given."""
        if not self.graph.has_upstream:
            return self.partial(self.graph.output, id)
        if self.graph.upstream_symbol and id == self.graph.output:
            return self.upstream
        symbol = self.symbol(id)
        return f"∂{self.final}/∂{symbol}" if symbol else ""

    @cached_property
    def upstream(self) -> str:
        """The symbol that the author gives for the upstream gradient: g, or ∂L/∂y; else nothing."""
        symbol = self.graph.upstream_symbol or ""
        of, _, by = symbol.removeprefix("∂").partition("/∂")
        return partial_text(of, by) if by else name_text(symbol)

    @cached_property
    def final(self) -> str:
        """The letter of an output beyond the graph, of which nothing in the graph has the name."""
        if self.upstream.startswith("∂"):
            return self.upstream[1:].partition("/")[0]
        taken = {self.brief(id) for id in self.graph.ids}
        return next(letter for letter in _FINAL if letter not in taken)

    def formula(self, value: Any) -> str:
        """An expression of SymPy's over these symbols, and gradients by them; empty where one is missing."""
        from graphgen.algebra import symbol_text

        called = self._cited(value)
        return symbol_text(value, called) if all(symbol for _, symbol in called) else ""

    def formula_in_words(self, value: Any) -> str:
        """The same over the author's words, several of them in brackets where they do not stand alone."""
        from graphgen.algebra import symbol_text

        if value.is_Symbol and value.name in self.graph:
            return self.words(value.name)
        words = {id: self.words(id) for id, symbol in self._cited(value) if symbol}
        return symbol_text(value, tuple((id, f"({its})" if " " in its else its) for id, its in words.items()))

    def array_formula(self, written: Any) -> str:
        """The same of an `ArrayForm`."""
        name = written.form.name if written.form.is_Symbol and written.around == "{}" else ""
        if name in self.graph:  # a value alone needs no parentheses
            return self.symbol(name) and self.outline(name)
        called = self._cited(written.form)
        return written.text(called) if all(symbol for _, symbol in called) else ""

    def factor(self, value: Any) -> str:
        """The same as a factor, in parentheses where a product needs them."""
        from graphgen.algebra import factor_text

        called = self._cited(value)
        return factor_text(value, called) if all(symbol for _, symbol in called) else ""

    def _cited(self, value: Any) -> tuple[tuple[str, str], ...]:
        cited = sorted(symbol.name for symbol in value.free_symbols)
        return tuple((name, self._formal[name]) for name in cited if name in self._formal)

    @cached_property
    def _formal(self) -> Mapping[str, str]:
        """The text of each name that a formula of SymPy's can hold: values, their softmax, gradients."""
        from graphgen.algebra import gradient_symbol, softmax_name

        found: dict[str, str] = {}
        for id in self.graph.ids:
            symbol = self.symbol(id)
            found[id] = symbol
            found[softmax_name(id)] = symbol and softmax_name(self.outline(id))
            found[gradient_symbol(self.graph, id).name] = self.gradient(id)
        return found

    @cached_property
    def _symbols(self) -> Mapping[str, Called]:
        own = {node.id: name_text(node.id) for node in self.graph if node.name}
        labels = {node.id: label_symbol(node.label) for node in self.graph if node.name and node.label}
        taken = Counter([*own.values(), *filter(None, labels.values())])

        def named(node: Node) -> str:
            """Its name, or the symbol that its label is, if nothing else in the picture is called so."""
            symbol = labels.get(node.id)
            return symbol if symbol and taken[symbol] == 1 else own[node.id]

        return self._called(named, "·", _LONGEST_SYMBOL)

    @cached_property
    def _words(self) -> Mapping[str, Called]:
        def named(node: Node) -> str:
            return label_text(node.label) if node.label else name_text(node.id)

        return self._called(named, " × ", _LONGEST_PHRASE)

    def _called(self, named: Callable[[Node], str], times: str, longest: int) -> Mapping[str, Called]:
        found: dict[str, Called] = {}
        for node in self.graph:
            if node.is_constant:
                text = self.number(node)
                found[node.id] = Called(text, _SUM if text.startswith("−") else ATOM)
            elif node.name:
                found[node.id] = Called(named(node))
            else:
                found[node.id] = self._expression(node, found, times, longest)
        return found

    def _expression(self, node: Node, found: Mapping[str, Called], times: str, longest: int) -> Called:
        operands = [found[id] for id in node.operands]
        is_entrywise = all(self.graph[id].shape for id in node.operands)
        sign = times.replace("·", " ⊙ ") if is_entrywise else times
        whole = _expression(node, operands, sign)
        is_short = len(plain(whole.text)) <= longest
        if not is_short:
            nameless = [bool(self.graph[id].op and not self.graph[id].name) for id in node.operands]
            outline = [
                Called("…") if hidden else operand for hidden, operand in zip(nameless, operands, strict=True)
            ]
            whole = _expression(node, outline, sign)
        return whole._replace(is_whole=is_short and all(operand.is_whole for operand in operands))


def _expression(node: Node, operands: list[Called], times: str) -> Called:
    """An operation over what its operands are called: w·x + b, (a − b)², softmax(z)."""
    op = node.op
    assert op is not None
    first = operands[0]
    if op.operator in _FACTORS:
        sign = times if op.operator == "*" else _FACTORS[op.operator]
        right = operands[1].beside(_POWER if op.operator == "/" else _PRODUCT)
        return Called(f"{first.beside(_PRODUCT)}{sign}{right}", _PRODUCT)
    if op.operator == "-" and op.arity == 1:
        return Called(f"−{first.beside(_PRODUCT)}", _SUM)
    if op.operator in ("+", "-"):
        sign = " + " if op.operator == "+" else " − "
        return Called(sign.join((first.text, *(term.beside(_PRODUCT) for term in operands[1:]))), _SUM)
    if op.operator == "**":
        return Called(_power(first, operands[1].text), _POWER)
    if op.name in ("square", "transpose"):
        return Called(_power(first, "2" if op.name == "square" else "T"), _POWER)
    if op.name == "sqrt":
        return Called(f"√{first.beside(ATOM)}", _POWER)
    if op.name in _AROUND:
        return Called(_AROUND[op.name].format(first.text))
    if op.name == "identity":
        return first
    return Called(call_text(node, [operand.text for operand in operands]))


def call_text(node: Node, operands: list[str]) -> str:
    """An operation over its operands as the language writes it, with the name of its function typeset."""
    op = node.op
    assert op is not None
    written = op.source(*operands, **dict(node.parameters))
    return name_text(op.name) + written.removeprefix(op.name) if op.operator is None else written


def _power(base: Called, exponent: str) -> str:
    return power(base.beside(ATOM), exponent.replace(" ", ""))
