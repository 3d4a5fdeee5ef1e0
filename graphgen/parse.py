"""A safe subset of Python assignments -> a graph.

Python's own `ast` reads the text; this module walks the tree and accepts only what it lists. Nothing
is evaluated, and no text reaches SymPy.
"""

from __future__ import annotations

import ast
import difflib
import io
import tokenize
import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from graphgen.errors import Place, SourceError, excerpt
from graphgen.graph import ComputationalGraph, GraphBuilder
from graphgen.ops import FUNCTIONS, operation

MAX_LENGTH = 1_000_000
"""Characters in one source."""
MAX_NODES = 100_000
"""Nodes in one graph."""
MAX_DEPTH = 200
"""Levels of nesting in one expression."""
MAX_DIGITS = 100
"""Digits in one number."""

_LARGEST_EXPONENT = 308
_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_TOO_DEEP = f"give parts of it names of their own (at most {MAX_DEPTH} levels)"
_ACCEPTED = "the language has numbers, names, + - * / **, parentheses and functions such as exp(x)"


def parse(text: str, file: str | None = None) -> ComputationalGraph:
    """The graph of a text in graphgen's language; `file` is named in errors.

    >>> graph = parse("apple = 100  # price\\ntotal = apple * 2 * 1.1")
    >>> [node.id for node in graph], graph.output
    (['apple', 'c1', 'v1', 'c2', 'total'], 'total')

    Raises SourceError, with line, column and mend, for anything outside the language.
    """
    if len(text) > MAX_LENGTH:
        raise SourceError(
            f"the source has {len(text):,} characters",
            f"at most {MAX_LENGTH:,} are read: split it",
            Place(1, None, file),
        )
    try:
        return _Reader(text).graph()
    except SourceError as error:
        raise error.within(file) from None


def _tree(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        line = error.lineno or 1
        lines = text.splitlines()
        written = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        raise SourceError(
            f"{excerpt(written)} is not readable: {error.msg}",
            "write one assignment a line, as in 'total = apple * count'",
            Place(line, error.offset or None),
        ) from None
    except ValueError as error:
        raise SourceError(f"the source is not readable: {error}", "remove that character", Place(1)) from None
    except (RecursionError, MemoryError):
        raise SourceError("an expression nests too deeply", _TOO_DEEP, Place(1)) from None


def _comments(text: str) -> dict[int, str]:
    """The words behind each line's `#`, by line."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {
        token.start[0]: token.string.lstrip("#").strip() for token in tokens if token.type == tokenize.COMMENT
    }


class _Reader:
    """Reads one text; keeps what is assigned so far."""

    def __init__(self, text: str) -> None:
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        self._module = _tree(text)
        self._lines = [line.encode() for line in text.split("\n")]
        self._comments = _comments(text)
        self._builder = GraphBuilder()
        self._nodes: dict[str, int] = {}
        self._assigned_at: dict[str, int] = {}

    def graph(self) -> ComputationalGraph:
        if not self._module.body:
            raise SourceError("the source is empty", "write an assignment, as in 'y = x ** 2'", Place(1))
        targets = [self._target(statement) for statement in self._module.body]
        for statement, target in zip(self._module.body, targets, strict=True):
            if target in self._assigned_at:
                raise self._error(
                    statement,
                    f"{excerpt(target)} is assigned a second time (first on line {self._assigned_at[target]})",
                    "a name stands for one value: choose another name",
                )
            self._assigned_at[target] = statement.lineno
        for statement, target in zip(self._module.body, targets, strict=True):
            assert isinstance(statement, ast.Assign)
            self._assign(statement, target)
        return self._builder.build(self._nodes[targets[-1]])

    def _assign(self, statement: ast.Assign, target: str) -> None:
        number = self._number(statement.value)
        place = self._place(statement)
        if number is not None:
            node = self._builder.input(target, number, place=place)
        else:
            node = self._expression(statement.value, 1)
            if self._builder.name_of(node) is not None:
                node = self._apply(statement, operation("", 1), node)
            self._builder.describe(node, name=target)
        last = statement.end_lineno or statement.lineno
        label = self._comments.get(last) or self._comments.get(statement.lineno)
        self._builder.describe(node, label=label or None)
        self._nodes[target] = node

    def _target(self, statement: ast.stmt) -> str:
        if not isinstance(statement, ast.Assign):
            known = _STATEMENTS.get(type(statement), "this statement is not in the language")
            raise self._error(statement, f"{self._excerpt(statement)}: {known}", "write 'name = expression'")
        target = statement.targets[0]
        if len(statement.targets) > 1 or not isinstance(target, ast.Name):
            raise self._error(
                statement,
                f"{self._excerpt(statement)} does not assign to one plain name",
                "write 'name = expression', one name on the left",
            )
        name = self._written_name(target)
        if name in FUNCTIONS:
            raise self._error(target, f"{excerpt(name)} is the name of a function", "choose another name")
        return name

    def _written_name(self, node: ast.Name) -> str:
        # ast folds names to NFKC, which would turn one letter into another; NFC only composes them.
        name = unicodedata.normalize("NFC", self._text(node))
        if name.startswith("__"):
            raise self._error(node, f"{excerpt(name)} begins with two underscores", "choose another name")
        return name

    def _expression(self, node: ast.expr, depth: int) -> int:
        """Adds the nodes of an expression to the graph; returns the one that is its value."""
        if depth > MAX_DEPTH:
            raise self._error(node, "the expression nests too deeply", _TOO_DEEP)
        number = self._number(node)
        if number is not None:
            return self._counted(self._builder.constant(number, place=self._place(node)), node)
        match node:
            case ast.Name():
                return self._name(node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._apply(node, operation("-", 1), self._expression(operand, depth + 1))
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _BINARY:
                operands = [self._expression(side, depth + 1) for side in (left, right)]
                return self._apply(node, operation(_BINARY[type(operator)], 2), *operands)
            case ast.Call(func=ast.Name()):
                return self._call(node, depth)
        fault, mend = _REFUSED.get(type(node), ("is not in the language", _ACCEPTED))
        raise self._error(node, f"{self._excerpt(node)} {fault}", mend)

    def _name(self, node: ast.Name) -> int:
        name = self._written_name(node)
        if name in FUNCTIONS:
            raise self._error(
                node,
                f"{excerpt(name)} is a function",
                f"call it, as in '{FUNCTIONS[name].source(*'xy'[: FUNCTIONS[name].arity])}'",
            )
        if name not in self._nodes:
            if name in self._assigned_at:
                raise self._error(
                    node,
                    f"{excerpt(name)} is used before it is assigned on line {self._assigned_at[name]}",
                    "move that line up",
                )
            symbol = self._builder.input(name, None, place=self._place(node))
            self._nodes[name] = self._counted(symbol, node)
        return self._nodes[name]

    def _call(self, node: ast.Call, depth: int) -> int:
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        op = FUNCTIONS.get(name)
        if op is None:
            near = difflib.get_close_matches(name, FUNCTIONS, n=1, cutoff=0.5)
            mend = f"did you mean {near[0]!r}? " if near else ""
            raise self._error(
                node,
                f"{self._excerpt(node)} calls the unknown function {excerpt(name)}",
                f"{mend}the functions are {', '.join(FUNCTIONS)}",
            )
        starred = any(isinstance(argument, ast.Starred) for argument in node.args)
        if node.keywords or starred or len(node.args) != op.arity:
            raise self._error(
                node,
                f"{self._excerpt(node)} does not give {name} its {op.arity} plain operand"
                + ("s" if op.arity > 1 else ""),
                f"write {op.source(*'xy'[: op.arity])!r}",
            )
        return self._apply(node, op, *(self._expression(side, depth + 1) for side in node.args))

    def _apply(self, node: ast.AST, op, *operands: int) -> int:
        return self._counted(self._builder.apply(op, *operands, place=self._place(node)), node)

    def _counted(self, result: int, node: ast.AST) -> int:
        if len(self._builder) > MAX_NODES:
            raise self._error(node, f"the graph has more than {MAX_NODES:,} nodes", "split the source")
        return result

    def _number(self, node: ast.expr) -> Fraction | None:
        """The exact value of a literal, with its sign; None where the node is not a literal."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            literal = isinstance(node.operand, ast.Constant)
            number = self._number(node.operand) if literal else None
            return None if number is None else -number
        if not isinstance(node, ast.Constant) or type(node.value) not in (int, float):
            return None
        text = self._text(node)
        try:
            decimal = Decimal(text)
        except InvalidOperation:
            raise self._error(
                node, f"{excerpt(text)} is not a decimal number", "write it like 16 or 1.1 or 1e-3"
            ) from None
        if len(decimal.as_tuple().digits) > MAX_DIGITS:
            raise self._error(
                node, f"{excerpt(text)} has too many digits", f"at most {MAX_DIGITS} are kept exact"
            )
        if decimal and abs(decimal.adjusted()) >= _LARGEST_EXPONENT:
            raise self._error(
                node,
                f"{excerpt(text)} is out of range",
                f"numbers lie between 1e-{_LARGEST_EXPONENT - 1} and 1e{_LARGEST_EXPONENT}",
            )
        return Fraction(decimal)

    def _text(self, node: ast.expr | ast.stmt) -> str:
        """What the author wrote for a node; columns of `ast` count UTF-8 bytes."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        lines = self._lines[first : last + 1]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return b"\n".join(lines).decode()

    def _excerpt(self, node: ast.expr | ast.stmt) -> str:
        return excerpt(self._text(node))

    def _place(self, node: ast.AST) -> Place:
        line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        return Place(line, len(self._lines[line - 1][:offset].decode()) + 1)

    def _error(self, node: ast.AST, message: str, mend: str) -> SourceError:
        return SourceError(message, mend, self._place(node))


_STATEMENTS: dict[type[ast.stmt], str] = {
    ast.Expr: "this value has no name",
    ast.AugAssign: "a name stands for one value and is not updated",
    ast.AnnAssign: "names have no type annotations",
    ast.Import: "nothing can be imported",
    ast.ImportFrom: "nothing can be imported",
    ast.FunctionDef: "functions cannot be defined",
    ast.For: "there are no loops",
    ast.While: "there are no loops",
    ast.If: "there are no conditions",
}

_REFUSED: dict[type[ast.expr], tuple[str, str]] = {
    ast.Attribute: ("looks inside a value with a dot", "use plain names"),
    ast.Subscript: ("takes an item with brackets", "give each value a name of its own"),
    ast.Compare: ("is a comparison", "use max(x, y), min(x, y) or relu(x)"),
    ast.IfExp: ("is a condition", "use max(x, y), min(x, y) or relu(x)"),
    ast.NamedExpr: ("assigns inside an expression", "give it a line of its own"),
    ast.Lambda: ("is a function definition", _ACCEPTED),
    ast.ListComp: ("is a comprehension", "write the terms out"),
    ast.Call: ("calls something that is not a plain name", "call functions by name, as in exp(x)"),
    ast.UnaryOp: ("has a sign that is not in the language", "only the sign - is used, as in -x"),
    ast.BinOp: ("has an operator that is not in the language", "the operators are + - * / **"),
    ast.Constant: ("is not a number", _ACCEPTED),
}
