"""A safe subset of Python assignments -> a graph.

Python's own `ast` reads the text; this module walks the tree and accepts only what it lists. Nothing
is evaluated, and no text reaches SymPy.
"""

from __future__ import annotations

import ast
import difflib
import math
import re
import unicodedata
import warnings
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import takewhile
from typing import Any

from graphgen.errors import Place, SourceError, excerpt
from graphgen.graph import (
    ComputationalGraph,
    GraphBuilder,
    Value,
    beyond_limits,
    decimal_text,
    read_label,
    shape_of,
)
from graphgen.language.arithmetic import LARGEST, MAX_DIGITS, SMALLEST, combined
from graphgen.language.hints import (
    ONE_NAME,
    Operand,
    of_commas,
    of_function,
    of_line,
    of_more_operands,
    of_percent,
    of_product,
)
from graphgen.notation import IN_PAIRS, demand_readable, reordering, skeleton, unreadable, unseen
from graphgen.ops import FUNCTIONS, OPERANDS, OPS, Op, operation

MAX_LENGTH = 1_000_000
"""Characters in one source."""
MAX_LINE = 10_000
"""Characters in one line."""
MAX_NODES = 100_000
"""Nodes in one graph."""
MAX_DEPTH = 100
"""Levels of nesting in one expression."""
MAX_TERMS = 1_000
"""Operands in one chain such as a + b - c, which is not nested."""
MAX_NAME = 100
"""Characters in one name."""
MAX_LABEL = 500
"""Characters in one label."""

_LONGEST_LITERAL = 1_000
_FLOATS = float(SMALLEST), float(LARGEST)
_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.MatMult: "@"}
_RANGE = re.compile(r"\{([^{}]*\.\.[^{}]*)\}$")
_BOUNDS = re.compile(r"(?P<low>\S+?)\s*\.\.\s*(?P<high>\S+?)(?:\s+step\s+(?P<step>\S+))?")
_BOUND = re.compile(r"[+-]?(\d[\d_]{0,30}(\.\d{0,30})?|\.\d{1,30})(e[+-]?\d{1,2})?", re.IGNORECASE)
_TOO_DEEP = f"give parts of it names of their own (at most {MAX_DEPTH} levels, {MAX_TERMS:,} terms)"
_ADVICE = re.compile(r";|\. (?:Maybe|Perhaps|Did)")
"""Where Python begins to give advice, which is for Python at large."""
_A_RANGE = "write it as {50..200} or {50..200 step 10}, the number between the bounds"
_AN_ARRAY = "write rows of numbers, equally long, as in [[1, 2], [3, 4]]"
_ACCEPTED = "the language has numbers, arrays, names, + - * / ** @, parentheses and functions such as exp(x)"


def parse(text: str, file: str | None = None) -> ComputationalGraph:
    """The graph of a text in graphgen's language; `file` is named in errors.

    >>> graph = parse("apple = 100  # price\\ntotal = apple * 2 * 1.1")
    >>> [node.id for node in graph], graph.output
    (['apple', 'c1', 'v1', 'c2', 'total'], 'total')

    Raises SourceError, with line, column and mend, for anything outside the language.
    """
    try:
        return _Reader(_clean(text)).graph()
    except SourceError as error:
        raise error.within(file) from None
    except RecursionError:  # where the caller has left less of the stack than MAX_DEPTH needs
        raise SourceError("an expression nests too deeply", _TOO_DEEP, Place(1, None, file)) from None


def write_into(builder: GraphBuilder, text: str, operands: Mapping[str, int]) -> int:
    """Adds the nodes of a text over operands that the builder has, without names; returns the last one."""
    reader = _Reader(text)
    reader.builder, reader.nodes = builder, dict(operands)
    return reader.nameless()


def _clean(text: str) -> str:
    """The text with one kind of line end, if it is of a size and of characters that can be read."""
    if len(text) > MAX_LENGTH:
        raise SourceError(
            f"the source has {len(text):,} characters", f"at most {MAX_LENGTH:,} are read: split it", Place(1)
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE:
            raise SourceError(
                f"the line has {len(line):,} characters",
                f"at most {MAX_LINE:,} are read: break it up",
                Place(number),
            )
        if found := unreadable(line):
            raise SourceError(
                f"the source has the control character U+{ord(found[0]):04X}",
                "remove it",
                Place(number, found.start() + 1),
            )
        if found := reordering(line):
            raise SourceError(
                f"the source has the direction mark U+{ord(found[0]):04X}, which reorders what is read",
                IN_PAIRS,
                Place(number, found.start() + 1),
            )
    return text


def _tree(text: str) -> ast.Module:
    lines = text.split("\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # all that Python warns of here is refused below
        try:
            return ast.parse(text)
        except SyntaxError as error:
            line, offset = error.lineno or 1, error.offset or 1
            written = "".join(lines[line - 1 : line]).strip()
            fault = _ADVICE.split(error.msg)[0]
            told, place = excerpt(written) if written else "the source", Place(line, error.offset or None)
            if "digits" in fault:  # Python reads no integer of thousands of them
                raise _too_many_digits(told, place) from None
            mend = of_line(error.text or "", offset - 1, fault)
            raise SourceError(f"{told} is not readable: {fault}", mend, place) from None
        except (RecursionError, MemoryError):
            place = Place(next((number for number, line in enumerate(lines, 1) if _is_too_deep(line)), 1))
            raise SourceError("an expression nests too deeply", _TOO_DEEP, place) from None


def _too_many_digits(told: str, place: Place) -> SourceError:
    return SourceError(f"{told} has too many digits", f"at most {MAX_DIGITS} are kept exact", place)


def _is_too_deep(line: str) -> bool:
    try:
        ast.parse(line)
    except SyntaxError:
        pass
    except (RecursionError, MemoryError):
        return True
    return False


class _Reader:
    """Reads one text; keeps what is assigned so far."""

    def __init__(self, text: str) -> None:
        self._module = _tree(text)
        self._lines = [line.encode() for line in text.split("\n")]
        self.builder = GraphBuilder()
        self.nodes: dict[str, int] = {}
        self._assigned_at: dict[str, int] = {}
        self._assigning = ""
        self._spellings: dict[str, str] = {}
        self._worked_out: dict[ast.expr, Fraction | None] = {}

    def graph(self) -> ComputationalGraph:
        if not self._module.body:
            raise SourceError("the source is empty", "write an assignment, as in 'y = x ** 2'", Place(1))
        targets = [self._target(statement) for statement in self._module.body]
        last_line = 0
        for statement, target in zip(self._module.body, targets, strict=True):
            if statement.lineno <= last_line:
                raise self._error(
                    statement, f"{self._excerpt(statement)} follows on the same line", "give it its own line"
                )
            if target in self._assigned_at:
                first = self._assigned_at[target]
                raise self._error(
                    statement,
                    f"{excerpt(target)} is assigned a second time (first on line {first})",
                    "a name stands for one value: choose another name",
                )
            self._assigned_at[target] = statement.lineno
            last_line = statement.end_lineno or statement.lineno
        for statement, target in zip(self._module.body, targets, strict=True):
            assert isinstance(statement, ast.Assign)
            self._assign(statement, target)
        return self.builder.build(self.nodes[targets[-1]])

    def nameless(self) -> int:
        """The node of the last assignment; the names of the text stay within it."""
        for statement in self._module.body:
            assert isinstance(statement, ast.Assign)
            node = self._expression(statement.value, 1)
            self.nodes[self._target(statement)] = node
        return node

    def _assign(self, statement: ast.Assign, target: str) -> None:
        self._assigning = target
        written = self._value(statement.value)
        number = written if isinstance(written, Fraction) else None
        if written is not None:
            symbol = self.builder.input(target, written, place=self._place(statement))
            node = self._counted(symbol, statement)
        else:
            node = self._expression(statement.value, 1)
            if self.builder.name_of(node) is not None:
                node = self._apply(statement, operation("", 1), node)
            self.builder.describe(node, name=target)
        last = statement.end_lineno or statement.lineno
        line = last if self._comment(last) else statement.lineno
        label = self._comment(line)
        if found := _RANGE.search(label):
            label = label[: found.start()].rstrip()
            self.builder.describe(node, range=self._range(found, number, line))
        label, link = read_label(label, Place(line, self._lines[line - 1].decode().find("#") + 1))
        demand_readable(label, Place(line, self._lines[line - 1].decode().find("#") + 1))
        if len(label) > MAX_LABEL:
            raise SourceError(
                f"the label has {len(label):,} characters",
                f"at most {MAX_LABEL} are drawn: shorten it",
                Place(line),
            )
        self.builder.describe(node, label=label or None, link=link)
        self.nodes[target] = node

    def _comment(self, line: int) -> str:
        """The words behind a line's `#`; what is accepted has no strings that could hold one."""
        return " ".join(self._lines[line - 1].decode().partition("#")[2].lstrip("#").split())

    def _range(
        self, found: re.Match[str], number: Fraction | None, line: int
    ) -> tuple[Fraction, Fraction, Fraction]:
        """The range in the braces behind an input's label: {50..200 step 10}."""
        at = Place(line, self._lines[line - 1].decode().rindex("{") + 1)
        written = _BOUNDS.fullmatch(found[1].strip())
        bounds = [text for text in written.groups() if text is not None] if written else []
        if not bounds or not all(map(_BOUND.fullmatch, bounds)):
            raise SourceError(f"the range {excerpt(found[0])} is not readable", _A_RANGE, at)
        low, high, *steps = (Fraction(text.replace("_", "")) for text in bounds)
        if number is None:
            raise SourceError(
                f"the range {excerpt(found[0])} does not stand behind an input",
                "only a name that is given a single number can have one",
                at,
            )
        if not low <= number <= high or low == high:
            raise SourceError(
                f"the range {excerpt(found[0])} does not hold the number {decimal_text(number)}",
                _A_RANGE,
                at,
            )
        step = steps[0] if steps else Fraction(10) ** math.floor(math.log10((high - low) / 20))
        if not 0 < step <= high - low:
            raise SourceError(
                f"the range {excerpt(found[0])} has no step that fits",
                "give a step above 0 and within it",
                at,
            )
        return low, high, step

    def _target(self, statement: ast.stmt) -> str:
        if not isinstance(statement, ast.Assign):
            known = _STATEMENTS.get(type(statement), "this statement is not in the language")
            raise self._error(statement, f"{self._excerpt(statement)}: {known}", "write 'name = expression'")
        target = statement.targets[0]
        if len(statement.targets) > 1 or not isinstance(target, ast.Name):
            raise self._error(
                statement,
                f"{self._excerpt(statement)} does not assign to one plain name",
                ONE_NAME,
            )
        name = self._written_name(target)
        if target.id in FUNCTIONS:
            raise self._error(target, f"{excerpt(name)} is the name of a function", "choose another name")
        return name

    def _written_name(self, node: ast.Name) -> str:
        # ast folds names to NFKC, which would turn one letter into another; NFC only composes them.
        name = unicodedata.normalize("NFC", self._text(node))
        if node.id.startswith("__"):
            raise self._error(node, f"{excerpt(name)} begins with two underscores", "choose another name")
        if len(name) > MAX_NAME:
            raise self._error(
                node,
                f"the name {excerpt(name)} has {len(name):,} characters",
                f"at most {MAX_NAME} are read: shorten it",
            )
        if found := unseen(name):
            raise self._error(
                node,
                f"the name {excerpt(name)} has the unseen character U+{ord(found[0]):04X}",
                "remove it",
            )
        first = self._spellings.setdefault(skeleton(name), name)
        if first != name:
            is_same = unicodedata.normalize("NFKC", first) == node.id
            told = "are the same name to Python" if is_same else "look the same"
            raise self._error(node, f"{excerpt(name)} and {excerpt(first)} {told}", "spell it one way")
        return name

    def _expression(self, node: ast.expr, depth: int) -> int:
        """Adds the nodes of an expression to the graph; returns the one that is its value."""
        if depth > MAX_DEPTH:
            raise self._error(node, "the expression nests too deeply", _TOO_DEEP)
        value = self._value(node, depth)
        if value is not None:
            return self._counted(self.builder.constant(value, place=self._place(node)), node)
        match node:
            case ast.Name():
                return self._name(node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._apply(node, operation("-", 1), self._expression(operand, depth + 1))
            case ast.BinOp() if type(node.op) in _BINARY:
                return self._chain(node, depth)
            case ast.Call(func=ast.Name()):
                return self._call(node, depth)
            case ast.Attribute(attr="T", value=operand):
                return self._apply(node, OPS["transpose"], self._expression(operand, depth + 1))
        fault, mend = _REFUSED.get(type(node), ("is not in the language", _ACCEPTED))
        raise self._error(node, f"{self._excerpt(node)} {fault}", self._mend(node) or mend)

    def _mend(self, node: ast.expr) -> str:
        """What to write for an expression that is written otherwise elsewhere."""
        match node:
            case ast.Tuple():
                return of_commas(self._text(node))
            case ast.BinOp(op=ast.Mod()):
                return of_percent(self._text(node))
            case ast.Attribute(attr="t", value=matrix):
                return f"write {self._operand(matrix).grouped}.T"
            case ast.Call(func=ast.Constant() | ast.BinOp() | ast.Call() as left, args=[right], keywords=[]):
                if isinstance(right, ast.Starred):
                    return ""
                return of_product(self._operand(left), self._operand(right))
        return ""

    def _operand(self, node: ast.expr) -> Operand:
        stands_alone = isinstance(node, ast.Name | ast.Constant | ast.Call | ast.List)
        return Operand(self._text(node), stands_alone)

    def _chain(self, node: ast.BinOp, depth: int) -> int:
        """The operations of a chain, of which what begins it may be a constant: 2 * 3 * x."""
        links = list(takewhile(lambda link: self._worked_out.get(link) is None, self._links(node)))
        result = self._expression(links[-1].left, depth + 1)
        for link in reversed(links):
            right = self._expression(link.right, depth + 1)
            result = self._apply(link, operation(_BINARY[type(link.op)], 2), result, right)
        return result

    def _links(self, node: ast.expr) -> list[ast.BinOp]:
        """A chain such as a + b - c leans to the left, as deep as it is long: walked without recursion."""
        links: list[ast.BinOp] = []
        while isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
            links.append(node)
            node = node.left
        if len(links) >= MAX_TERMS:
            raise self._error(links[0], f"the expression has {len(links) + 1:,} terms", _TOO_DEEP)
        return links

    def _constant(self, node: ast.expr, depth: int) -> Fraction | None:
        """The exact value of a literal, or of arithmetic on literals alone; None for anything else."""
        if depth > MAX_DEPTH or node in self._worked_out:
            return self._worked_out.get(node)
        links = self._links(node)
        first = links[-1].left if links else node
        number = self._number(first)
        if number is None and isinstance(first, ast.UnaryOp) and isinstance(first.op, ast.USub):
            negated = self._constant(first.operand, depth + 1)
            number = None if negated is None else -negated
        for link in reversed(links):
            right = None if number is None else self._constant(link.right, depth + 1)
            if number is not None:
                number = None if right is None else combined(_BINARY[type(link.op)], number, right)
            self._worked_out[link] = number
        return number

    def _name(self, node: ast.Name) -> int:
        name = self._written_name(node)
        if node.id in FUNCTIONS:
            op = FUNCTIONS[node.id]
            raise self._error(
                node, f"{excerpt(name)} is a function", f"call it, as in {op.source(*OPERANDS[: op.arity])!r}"
            )
        if name not in self.nodes:
            if name == self._assigning:
                raise self._error(
                    node,
                    f"{excerpt(name)} is used in its own assignment",
                    "a name stands for one value: give the result another name",
                )
            if name in self._assigned_at:
                raise self._error(
                    node,
                    f"{excerpt(name)} is used before it is assigned on line {self._assigned_at[name]}",
                    "move that line up",
                )
            symbol = self.builder.input(name, None, place=self._place(node))
            self.nodes[name] = self._counted(symbol, node)
        return self.nodes[name]

    def _call(self, node: ast.Call, depth: int) -> int:
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        op = FUNCTIONS.get(name)
        if op is None:
            told = f"{self._excerpt(node)} calls the unknown function {excerpt(name)}"
            raise self._error(node, told, self._mend_of_unknown(node.func, node))
        if mend := self._mend_of_many(node, op):
            raise self._not_its_operands(node, op, mend)
        operands, parameters = node.args[: op.arity], dict(self._parameters(node, op))
        starred = any(isinstance(argument, ast.Starred) for argument in node.args)
        if starred or len(operands) != op.arity or not parameters.keys() <= op.parameters.keys():
            given = "".join(f", {name}=…" for name in op.parameters)
            mend = f"write '{op.source(*OPERANDS[: op.arity])[:-1]}{given})'"
            raise self._not_its_operands(node, op, mend)
        return self._apply(
            node, op, *(self._expression(side, depth + 1) for side in operands), parameters=parameters
        )

    def _not_its_operands(self, node: ast.Call, op: Op, mend: str) -> SourceError:
        told = f"{self._excerpt(node)} does not give {op.name} its {op.arity} plain operand"
        return self._error(node, told + ("s" if op.arity > 1 else ""), mend)

    def _mend_of_unknown(self, function: ast.Name, node: ast.Call) -> str:
        """What to write for a call of what is no function."""
        operands = [] if node.keywords else [self._operand(argument) for argument in node.args]
        name, near = function.id, difflib.get_close_matches(function.id.lower(), FUNCTIONS, n=1)
        written = unicodedata.normalize("NFC", self._text(function))
        is_value = written in self._assigned_at or (len(name) == 1 and name not in "fgh")
        if is_value and len(operands) == 1:
            return of_product(self._operand(function), operands[0])
        mend = f"did you mean {near[0]!r}? " if near else ""
        return of_function(name, operands) or f"{mend}the functions are {', '.join(FUNCTIONS)}"

    def _mend_of_many(self, node: ast.Call, op: Op) -> str:
        """What to write for several values where the function takes two, or the entries of one array."""
        first = node.args[0] if len(node.args) == 1 else None
        in_brackets = isinstance(first, ast.List)
        many = first.elts if isinstance(first, ast.List) else node.args
        further = many if in_brackets else many[op.arity :]
        is_whole = len(many) <= op.arity or (op.parameters and not any(map(_has_a_name, further)))
        if is_whole or node.keywords or any(isinstance(value, ast.Starred) for value in many):
            return ""
        return of_more_operands(op.name, [self._operand(value) for value in many])

    def _parameters(self, node: ast.Call, op: Op) -> Iterator[tuple[str, Any]]:
        """What a call says beside its operands, by name or in order: sum(x, axis=0), reshape(x, 2, 3)."""
        names, further = list(op.parameters), node.args[op.arity :]
        if not names:
            yield from zip(map(str, further), further, strict=True)
        elif len(further) > len(names) == 1:
            yield names[0], tuple(map(self._setting, further))
        else:
            # A name too many is refused by the caller, in words.
            yield from zip([*names, *map(str, further)], map(self._setting, further), strict=False)
        for keyword in node.keywords:
            known = keyword.arg in op.parameters
            yield keyword.arg or "**", self._setting(keyword.value) if known else None

    def _setting(self, node: ast.expr) -> Any:
        """A whole number, True or False, None, or whole numbers in parentheses or brackets."""
        if isinstance(node, ast.Tuple | ast.List):
            return tuple(map(self._setting, node.elts))
        if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool)):
            return node.value
        number = self._number(node)
        if number is None or number.denominator != 1:
            raise self._error(
                node, f"{self._excerpt(node)} is not a whole number", "write it as in axis=0 or shape=(2, 3)"
            )
        return int(number)

    def _apply(self, node: ast.AST, op: Op, *operands: int, parameters: dict[str, Any] | None = None) -> int:
        told = tuple((parameters or {}).items())
        return self._counted(
            self.builder.apply(op, *operands, parameters=told, place=self._place(node)), node
        )

    def _counted(self, result: int, node: ast.AST) -> int:
        if len(self.builder) > MAX_NODES:
            raise self._error(node, f"the graph has more than {MAX_NODES:,} nodes", "split the source")
        return result

    def _value(self, node: ast.expr, depth: int = 1) -> Value | None:
        """The exact value of a number or an array that is written out; None where the node is none."""
        if not isinstance(node, ast.List):
            return self._constant(node, depth)
        array = self._array(node)
        try:
            shape = shape_of(array)
        except ValueError as error:
            raise self._error(node, f"{self._excerpt(node)} is no array: {error}", _AN_ARRAY) from None
        if excess := beyond_limits(shape):
            raise self._error(node, f"the array has {excess[0]}", excess[1])
        return array

    def _array(self, node: ast.expr, depth: int = 1) -> Value:
        if depth > MAX_DEPTH:
            raise self._error(node, "the array nests too deeply", _AN_ARRAY)
        if isinstance(node, ast.List):
            return tuple(self._array(entry, depth + 1) for entry in node.elts)
        number = self._constant(node, depth)
        if number is not None:
            return number
        match node:
            case ast.BinOp(left=x, op=ast.Div(), right=y) if self._number(x) and self._number(y):
                raise self._out_of_range(node)
        raise self._error(node, f"{self._excerpt(node)} is not a number", _AN_ARRAY)

    def _number(self, node: ast.expr) -> Fraction | None:
        """The exact value of a literal, with its signs; None where the node is not a literal."""
        sign = 1
        while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            node, sign = node.operand, -sign
        value = node.value if isinstance(node, ast.Constant) else None
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
        text = self._text(node).replace("_", "")
        if text[:2].lower() in ("0x", "0o", "0b"):
            raise self._error(
                node, f"{excerpt(text)} is not a decimal number", "write it like 16 or 1.1 or 1e-3"
            )
        digits = text.lower().partition("e")[0].replace(".", "").strip("0")
        if len(digits) > MAX_DIGITS or len(text) > _LONGEST_LITERAL:
            raise _too_many_digits(excerpt(text), self._place(node))
        if not digits:
            return Fraction(0)
        # Python's own reading, which may be 0 or infinite, tells whether the exact number is of a sane size.
        if not _FLOATS[0] <= value <= _FLOATS[1]:
            raise self._out_of_range(node)
        return sign * Fraction(text)

    def _out_of_range(self, node: ast.expr) -> SourceError:
        return self._error(
            node, f"{self._excerpt(node)} is out of range", "numbers lie between 1e-307 and 1e308"
        )

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


def _has_a_name(node: ast.expr) -> bool:
    """Whether an expression is of named values; rows of an array are not looked into."""
    return not isinstance(node, ast.List) and any(isinstance(part, ast.Name) for part in ast.walk(node))


_STATEMENTS: dict[type[ast.stmt], str] = {
    ast.Expr: "this value has no name",
    ast.AugAssign: "a name stands for one value and is not updated",
    ast.AnnAssign: "names have no type annotations",
    ast.Import: "nothing can be imported",
    ast.ImportFrom: "nothing can be imported",
    ast.FunctionDef: "functions cannot be defined",
    ast.AsyncFunctionDef: "functions cannot be defined",
    ast.For: "there are no loops",
    ast.While: "there are no loops",
    ast.If: "there are no conditions",
    ast.Match: "there are no conditions",
}

_REFUSED: dict[type[ast.expr], tuple[str, str]] = {
    ast.Attribute: ("looks inside a value with a dot", "use plain names"),
    ast.Subscript: ("takes an item with brackets", "give each value a name of its own"),
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
