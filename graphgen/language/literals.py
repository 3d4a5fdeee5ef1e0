"""The numbers and arrays that a source writes out, exact; arithmetic on numbers alone is one number."""

from __future__ import annotations

import ast
from fractions import Fraction

from graphgen.errors import SourceError, excerpt
from graphgen.graph import Value, beyond_limits, shape_of
from graphgen.language.arithmetic import LARGEST, MAX_DIGITS, SMALLEST, combined
from graphgen.language.source import MAX_DEPTH, MAX_TERMS, SPLIT_IT, SourceText, read_text, too_many_digits

BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.MatMult: "@"}
"""The operators that stand between two values."""

_LONGEST = 1_000
"""Characters of one number."""
_FLOATS = float(SMALLEST), float(LARGEST)
_ROWS = "write rows of numbers, equally long, as in [[1, 2], [3, 4]]"


def read_value(text: str) -> Value:
    """The exact number or array that a text of its own writes out.

    >>> read_value("[1, 1/2]")
    (Fraction(1, 1), Fraction(1, 2))

    Raises SourceError for anything else.
    """
    source = read_text(f"x = {text}")
    match source.statements:
        case [ast.Assign(targets=[ast.Name()], value=written)]:
            value = Literals(source).value(written)
            if value is not None:
                return value
    raise SourceError(
        f"{excerpt(text)} is not a number or an array of numbers", "write it out, as in 2 or [[1, 0], [0, 1]]"
    )


_FILLED = {"zeros": Fraction(0), "ones": Fraction(1)}
WRITTEN = frozenset({*_FILLED, "stack"})
"""Functions that are no operations, but write arrays."""


class Literals:
    """Reads the numbers of one source, each once."""

    def __init__(self, text: SourceText) -> None:
        self._text = text
        self._worked_out: dict[ast.expr, Fraction | None] = {}

    def value(self, node: ast.expr, depth: int = 1) -> Value | None:
        """The exact value of a number or an array that is written out; None where the node is none."""
        if isinstance(node, ast.Call):
            return self._filled(node)
        if not isinstance(node, ast.List):
            return self.constant(node, depth)
        array = self._array(node)
        try:
            shape = shape_of(array)
        except ValueError as error:
            raise self._text.fault_at(
                node, f"{self._text.excerpt(node)} is no array: {error}", _ROWS
            ) from None
        if excess := beyond_limits(shape):
            raise self._text.fault_at(node, f"the array has {excess[0]}", excess[1])
        return array

    def _filled(self, node: ast.Call) -> Value | None:
        """The array that zeros(3) or ones(2, 3) is; None for another call."""
        number = _FILLED.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if number is None:
            return None
        lengths: list[ast.expr] = node.args
        if len(lengths) == 1 and isinstance(lengths[0], ast.Tuple | ast.List):
            lengths = lengths[0].elts
        numbers = [self.number(length) for length in lengths]
        shape = tuple(int(n) for n in numbers if n is not None and n > 0 and n.denominator == 1)
        if node.keywords or not shape or len(shape) < len(lengths):
            fault = f"{self._text.excerpt(node)} does not tell the lengths of its axes"
            raise self._text.fault_at(
                node, fault, "write them as whole numbers from 1, as in zeros(3) or ones(2, 3)"
            )
        if excess := beyond_limits(shape):
            raise self._text.fault_at(node, f"the array has {excess[0]}", excess[1])
        array: Value = number
        for length in reversed(shape):
            array = (array,) * length
        return array

    def constant(self, node: ast.expr, depth: int = 1) -> Fraction | None:
        """The exact value of a number, or of arithmetic on numbers alone; None for anything else."""
        if depth > MAX_DEPTH or node in self._worked_out:
            return self._worked_out.get(node)
        links = self.links(node)
        first = links[-1].left if links else node
        number = self.number(first)
        if number is None and isinstance(first, ast.UnaryOp) and isinstance(first.op, ast.USub | ast.UAdd):
            operand = self.constant(first.operand, depth + 1)
            number = -operand if operand is not None and isinstance(first.op, ast.USub) else operand
            self._worked_out[first] = number
        for link in reversed(links):
            right = None if number is None else self.constant(link.right, depth + 1)
            if number is not None:
                number = None if right is None else combined(BINARY[type(link.op)], number, right)
            self._worked_out[link] = number
        return number

    def is_number(self, link: ast.BinOp) -> bool:
        """Whether a link of a chain came to a number."""
        return self._worked_out.get(link) is not None

    def links(self, node: ast.expr) -> list[ast.BinOp]:
        """A chain such as a + b - c leans to the left, as deep as it is long: walked without recursion."""
        links: list[ast.BinOp] = []
        while isinstance(node, ast.BinOp) and type(node.op) in BINARY:
            links.append(node)
            node = node.left
        if len(links) >= MAX_TERMS:
            raise self._text.fault_at(links[0], f"the expression has {len(links) + 1:,} terms", SPLIT_IT)
        return links

    def number(self, node: ast.expr) -> Fraction | None:
        """The exact value of one number, with its signs; None where the node is none."""
        sign = 1
        while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            sign = -sign if isinstance(node.op, ast.USub) else sign
            node = node.operand
        value = node.value if isinstance(node, ast.Constant) else None
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
        written = self._text.of(node).replace("_", "")
        if written[:2].lower() in ("0x", "0o", "0b"):
            raise self._text.fault_at(
                node, f"{excerpt(written)} is not a decimal number", "write it like 16 or 1.1 or 1e-3"
            )
        digits = written.lower().partition("e")[0].replace(".", "").strip("0")
        if len(digits) > MAX_DIGITS or len(written) > _LONGEST:
            raise too_many_digits(excerpt(written), self._text.place(node))
        if not digits:
            return Fraction(0)
        # Python's own reading, which may be 0 or infinite, tells whether the exact number is of a sane size.
        if not _FLOATS[0] <= value <= _FLOATS[1]:
            raise self._out_of_range(node)
        return sign * Fraction(written)

    def _array(self, node: ast.expr, depth: int = 1) -> Value:
        if depth > MAX_DEPTH:
            raise self._text.fault_at(node, "the array nests too deeply", _ROWS)
        if isinstance(node, ast.List):
            return tuple(self._array(entry, depth + 1) for entry in node.elts)
        number = self.constant(node, depth)
        if number is not None:
            return number
        match node:
            case ast.BinOp(left=x, op=ast.Div(), right=y) if self.number(x) and self.number(y):
                raise self._out_of_range(node)
        raise self._text.fault_at(node, f"{self._text.excerpt(node)} is not a number", _ROWS)

    def _out_of_range(self, node: ast.expr) -> SourceError:
        return self._text.fault_at(
            node, f"{self._text.excerpt(node)} is out of range", "numbers lie between 1e-307 and 1e308"
        )
