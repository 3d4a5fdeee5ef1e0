"""Expressions: the nodes that each adds to the graph, and what is refused in one."""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping
from fractions import Fraction
from itertools import takewhile
from typing import Any

from graphgen.errors import SourceError, excerpt
from graphgen.graph import GraphBuilder, Value, decimal_text
from graphgen.language.calls import Call, hint_for_method, operand_of, read_call, read_declared_call
from graphgen.language.equals import NOT_NUMBERS
from graphgen.language.hints import of_commas, of_percent, of_product
from graphgen.language.indexing import read_key
from graphgen.language.literals import BINARY, Literals
from graphgen.language.names import Names
from graphgen.language.source import MAX_DEPTH, SPLIT_IT, SourceText
from graphgen.ops import FUNCTIONS, OPERANDS, OPS, Op, operation

MAX_NODES = 100_000
"""Nodes in one graph."""

_ACCEPTED = "the language has numbers, arrays, names, + - * / ** @, parentheses and functions such as exp(x)"


class Expressions:
    """Adds the nodes of a source's expressions to a graph in the making.

    `nodes` has the values by their names, as far as they are known; `lines` tells on which line each name
    of the source is assigned.
    """

    def __init__(
        self, text: SourceText, builder: GraphBuilder, nodes: dict[str, int], lines: Mapping[str, int]
    ) -> None:
        self.nodes = nodes
        self.functions: dict[str, Op | None] = {}
        """The functions that are only named, each with its op once it was called."""
        self.names = Names(text)
        self.literals = Literals(text)
        self._text = text
        self._builder = builder
        self._lines = lines

    def add(self, node: ast.expr, target: str = "", depth: int = 1) -> int:
        """The value of an expression, as a node; `target` is the name that it will have."""
        if depth > MAX_DEPTH:
            raise self._text.fault_at(node, "the expression nests too deeply", SPLIT_IT)
        if isinstance(node, ast.Name):
            return self._name(node, target)
        value = self.literals.value(node, depth)
        if value is not None:
            return self.counted(self._builder.constant(value, place=self._text.place(node)), node)
        match node:
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.add(operand, target, depth + 1)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.apply(node, operation("-", 1), self.add(operand, target, depth + 1))
            case ast.BinOp() if type(node.op) in BINARY:
                return self._chain(node, target, depth)
            case ast.Call(func=ast.Name(id="stack")):
                return self._stack(node, target, depth)
            case ast.Call(func=ast.Name() as function):
                call = self._call(node, function)
                operands = [self.add(operand, target, depth + 1) for operand in call.operands]
                return self.apply(node, call.op, *operands, parameters=call.parameters)
            case ast.Attribute(attr="T", value=operand):
                return self.apply(node, OPS["transpose"], self.add(operand, target, depth + 1))
            case ast.Subscript(value=array, slice=key) if (keys := self._keys(key)) is not None:
                return self._entries(node, self.add(array, target, depth + 1), keys)
        fault, hint = _REFUSED.get(type(node), ("is not in the language", _ACCEPTED))
        raise self._text.fault_at(node, f"{self._text.excerpt(node)} {fault}", self._hint(node) or hint)

    def input(self, name: str, value: Value | None, node: ast.AST) -> int:
        return self.counted(self._builder.input(name, value, place=self._text.place(node)), node)

    def apply(
        self, node: ast.AST, op: Op, *operands: int, parameters: Mapping[str, Any] | None = None
    ) -> int:
        given = tuple((parameters or {}).items())
        return self.counted(
            self._builder.apply(op, *operands, parameters=given, place=self._text.place(node)), node
        )

    def counted(self, added: int, node: ast.AST) -> int:
        if len(self._builder) > MAX_NODES:
            raise self._text.fault_at(
                node, f"the graph has more than {MAX_NODES:,} nodes", "split the source"
            )
        return added

    def _stack(self, node: ast.Call, target: str, depth: int) -> int:
        """stack([a, b], axis=0): values of one shape beside one another, along an axis of their own."""
        given = node.args[1:] + [keyword.value for keyword in node.keywords if keyword.arg == "axis"]
        axis = self.literals.number(given[0]) if given else Fraction(0)
        match node:
            case ast.Call(args=[ast.List(elts=parts), *_]) if (
                parts
                and axis is not None
                and (len(given) < 2 and len(node.args) + len(node.keywords) == 1 + len(given))
            ):
                values = [self.add(part, target, depth + 1) for part in parts]
            case _:
                raise self._text.fault_at(
                    node,
                    f"{self._text.excerpt(node)} does not give stack its values",
                    "write stack([x, y], axis=0)",
                )
        shape = self._builder.shape(values[0])
        if any(self._builder.shape(value) != shape for value in values):
            fault = f"{self._text.excerpt(node)} stacks values of different shapes"
            raise self._text.fault_at(node, fault, "give it values of one shape")
        if axis.denominator != 1 or not -len(shape) - 1 <= axis <= len(shape):
            fault = (
                f"there is no axis {decimal_text(axis)} for values of {len(shape)} axes to be stacked along"
            )
            raise self._text.fault_at(node, fault, f"write an axis from 0 to {len(shape)}")
        along = int(axis) % (len(shape) + 1)
        one = {"shape": (*shape[:along], 1, *shape[along:])}
        whole, *others = (self.apply(node, OPS["reshape"], value, parameters=one) for value in values)
        for other in others:
            parameters = {"axis": along} if along else {}
            whole = self.apply(node, OPS["concatenate"], whole, other, parameters=parameters)
        return whole

    def _call(self, node: ast.Call, function: ast.Name) -> Call:
        """A call of an operation, or of a function that the source declares."""
        name = self.names.spelled(function)
        if name not in self.functions:
            return read_call(self._text, self.literals, node, function, self._lines)
        call = read_declared_call(self._text, node, name, self.functions[name])
        self.functions[name] = call.op
        return call

    def _chain(self, node: ast.BinOp, target: str, depth: int) -> int:
        """The operations of a chain, of which what begins it may be a constant: 2 * 3 * x."""
        links = list(takewhile(lambda link: not self.literals.is_number(link), self.literals.links(node)))
        result = self.add(links[-1].left, target, depth + 1)
        for link in reversed(links):
            right = self.add(link.right, target, depth + 1)
            result = self.apply(link, operation(BINARY[type(link.op)], 2), result, right)
        return result

    def _entries(self, node: ast.expr, array: int, keys: list[int | slice]) -> int:
        """The entries of an array at indices and slices: x[0], x[1:3, 0]."""
        try:
            at, _ = read_key(keys, self._builder.shape(array))
        except SourceError as error:
            raise self._text.fault_at(node, error.message, error.hint) from None
        return self.apply(
            node, OPS["index"] if at else operation("", 1), array, parameters={"at": at} if at else {}
        )

    def _keys(self, key: ast.expr) -> list[int | slice] | None:
        """The place between brackets, if that is whole numbers and slices of them."""
        keys: list[int | slice] = []
        for part in key.elts if isinstance(key, ast.Tuple) else [key]:
            bounds = [part.lower, part.upper, part.step] if isinstance(part, ast.Slice) else [part]
            numbers = [None if bound is None else self.literals.number(bound) for bound in bounds]
            if any(
                bound is not None and (number is None or number.denominator != 1)
                for bound, number in zip(bounds, numbers, strict=True)
            ):
                return None
            whole = [None if number is None else int(number) for number in numbers]
            keys.append(slice(*whole) if isinstance(part, ast.Slice) else operator.index(whole[0]))  # type: ignore[arg-type]
        return keys

    def _name(self, node: ast.Name, target: str) -> int:
        name = self.names.read(node)
        if name in self.nodes:
            return self.nodes[name]
        if node.id in FUNCTIONS:
            op = FUNCTIONS[node.id]
            call = f"call it, as in {op.source(*OPERANDS[: op.arity])!r}"
            raise self._text.fault_at(node, f"{excerpt(name)} is a function", call)
        if name in self.functions:
            raise self._text.fault_at(
                node, f"{excerpt(name)} is a function", f"call it, as in '{name}({OPERANDS[0]})'"
            )
        if name == target:
            raise self._text.fault_at(
                node,
                f"{excerpt(name)} is used in its own assignment",
                "a name stands for one value: give the result another name",
            )
        if name in self._lines:
            raise self._text.fault_at(
                node,
                f"{excerpt(name)} is used before it is assigned on line {self._lines[name]}",
                "move that line up",
            )
        if name in NOT_NUMBERS:
            raise self._text.fault_at(node, f"{excerpt(name)} is not a number", NOT_NUMBERS[name])
        self.nodes[name] = self.input(name, None, node)
        return self.nodes[name]

    def _hint(self, node: ast.expr) -> str:
        """The hint for an expression that is written otherwise elsewhere."""
        match node:
            case ast.Tuple():
                return of_commas(self._text.of(node))
            case ast.BinOp(op=ast.Mod()):
                return of_percent(self._text.of(node))
            case ast.Attribute(attr="t", value=matrix):
                return f"write {operand_of(self._text, matrix).grouped}.T"
            case ast.Call(func=ast.Attribute()):
                return hint_for_method(self._text, node, self._lines)
            case ast.Call(func=ast.Constant() | ast.BinOp() | ast.Call() as left, args=[right], keywords=[]):
                if isinstance(right, ast.Starred):
                    return ""
                return of_product(operand_of(self._text, left), operand_of(self._text, right))
        return ""


_REFUSED: dict[type[ast.expr], tuple[str, str]] = {
    ast.Attribute: ("looks inside a value with a dot", "use plain names"),
    ast.Subscript: ("takes an item with brackets", "write whole numbers and slices, as in x[0] or x[1:3]"),
    ast.Tuple: ("is a tuple", "write an array with brackets, as in [1, 2]"),
    ast.Compare: ("is a comparison", "use max(x, y), min(x, y) or relu(x)"),
    ast.IfExp: ("is a condition", "use max(x, y), min(x, y) or relu(x)"),
    ast.NamedExpr: ("assigns inside an expression", "give it a line of its own"),
    ast.Lambda: ("is a function definition", _ACCEPTED),
    ast.ListComp: ("is a comprehension", "write the terms out"),
    ast.Call: ("calls something that is not a plain name", "call functions by name, as in exp(x)"),
    ast.UnaryOp: ("begins with an operator that is not in the language", "only - stands before a value: -x"),
    ast.BinOp: ("has an operator that is not in the language", "there are + - * / @ and, for powers, **"),
    ast.BoolOp: ("joins conditions", "use max(x, y), min(x, y) or relu(x)"),
    ast.Constant: ("is not a number", _ACCEPTED),
}
