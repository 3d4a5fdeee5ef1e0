"""Declarations of a name: of an input that it is data, and its shape; of a function that it is one, and only
named.

    x: data = 2            given, and wanting no gradient
    W: (3, 4)              an array of that shape, without numbers
    X: data[100, 64]       both
    f: function            x = f(w) is an operation, drawn in symbols

Python reads these lines as annotations.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from graphgen.errors import SourceError
from graphgen.graph import beyond_limits
from graphgen.language.literals import Literals
from graphgen.language.source import SourceText
from graphgen.ops import Shape

_KINDS = (
    "write x: data = 2 for an input that wants no gradient, W: (3, 4) for the shape of an array, "
    "f: function for a function that is only named"
)


@dataclass(frozen=True)
class Declaration:
    """The declaration of a name; an empty one, where an assignment has no annotation."""

    is_data: bool = False
    shape: Shape | None = None
    is_function: bool = False


def read_declaration(text: SourceText, literals: Literals, statement: ast.AnnAssign) -> Declaration:
    """The declaration in the annotation of a name; raises SourceError for any other annotation."""
    declared = _declared(text, literals, statement.annotation)
    if declared.shape and statement.value is not None:
        raise text.fault_at(
            statement.annotation,
            f"{text.excerpt(statement.annotation)} is the shape of an array that is written out",
            "leave it out, or the value",
        )
    if declared.is_function and statement.value is not None:
        raise text.fault_at(
            statement.value,
            f"{text.excerpt(statement.target)} is a function that is only named, and has no value",
            f"leave out '= {text.of(statement.value)}'",
        )
    return declared


def _declared(text: SourceText, literals: Literals, annotation: ast.expr) -> Declaration:
    match annotation:
        case ast.Name(id="data"):
            return Declaration(is_data=True)
        case ast.Name(id="function"):
            return Declaration(is_function=True)
        case ast.Subscript(value=ast.Name(id="data"), slice=ast.Tuple(elts=lengths)):
            return Declaration(is_data=True, shape=_shape(text, literals, annotation, lengths))
        case ast.Subscript(value=ast.Name(id="data"), slice=length):
            return Declaration(is_data=True, shape=_shape(text, literals, annotation, [length]))
        case ast.Tuple(elts=lengths):
            return Declaration(shape=_shape(text, literals, annotation, lengths))
    raise text.fault_at(
        annotation, f"{text.excerpt(annotation)} is not what a name can be declared as", _hint(annotation)
    )


def _shape(text: SourceText, literals: Literals, annotation: ast.expr, lengths: list[ast.expr]) -> Shape:
    numbers = [literals.number(length) for length in lengths]
    shape = tuple(int(number) for number in numbers if number and number > 0 and number.denominator == 1)
    if len(shape) < len(lengths) or not shape:
        raise text.fault_at(
            annotation,
            f"{text.excerpt(annotation)} is not a shape",
            "write the lengths of its axes as whole numbers from 1, as in (3, 4), or (3,) for a row of three",
        )
    if excess := beyond_limits(shape):
        raise SourceError(f"the shape has {excess[0]}", excess[1], text.place(annotation))
    return shape


def _hint(annotation: ast.expr) -> str:
    match annotation:
        case ast.Constant(value=int() as length):
            return f"a shape is written in parentheses, as in ({length},)"
        case ast.BinOp(
            op=ast.Mult(), left=ast.Constant(value=int() as rows), right=ast.Constant(value=int() as columns)
        ):
            return f"a shape is written in parentheses, as in ({rows}, {columns})"
    return _KINDS
