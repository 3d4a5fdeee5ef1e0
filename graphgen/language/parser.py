"""A safe subset of Python assignments -> a graph.

Python's own `ast` reads the text; this room walks the tree and accepts only what it lists. Nothing is
evaluated, and no text reaches SymPy.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from fractions import Fraction

from graphgen.errors import Place, SourceError, contained, excerpt
from graphgen.graph import ComputationalGraph, GraphBuilder
from graphgen.language.comments import read_comment
from graphgen.language.declarations import Declaration, read_declaration
from graphgen.language.expressions import Expressions
from graphgen.language.hints import ONE_NAME
from graphgen.language.literals import WRITTEN
from graphgen.language.names import Names
from graphgen.language.source import SPLIT_IT, SourceText, read_text
from graphgen.ops import FUNCTIONS, operation

Statement = ast.Assign | ast.AnnAssign | ast.Expr


@contained()
def parse(text: str, file: str | None = None) -> ComputationalGraph:
    """The graph of a text in graphgen's language; `file` is named in errors.

    >>> graph = parse("apple = 100  # price\\ntotal = apple * 2 * 1.1")
    >>> [node.id for node in graph], graph.output
    (['apple', 'c1', 'v1', 'c2', 'total'], 'total')

    Raises SourceError, with line, column and what to write, for anything outside the language.
    """
    try:
        return _graph(read_text(text))
    except SourceError as error:
        raise error.within(file) from None
    except RecursionError:  # where the caller has left less of the stack than MAX_DEPTH needs
        raise SourceError("an expression nests too deeply", SPLIT_IT, Place(1, None, file)) from None


def write_into(builder: GraphBuilder, text: str, operands: Mapping[str, int]) -> int:
    """Adds the nodes of a text over operands that the builder has, without names; returns the last one."""
    source = read_text(text)
    expressions = Expressions(source, builder, dict(operands), {})
    for statement in source.statements:
        assert isinstance(statement, ast.Assign)
        node = expressions.add(statement.value)
        expressions.nodes[source.of(statement.targets[0])] = node
    return node


def _graph(text: SourceText) -> ComputationalGraph:
    if not text.statements:
        raise SourceError("the source is empty", "write an assignment, as in 'y = x ** 2'", Place(1))
    builder = GraphBuilder()
    lines: dict[str, int] = {}
    expressions = Expressions(text, builder, {}, lines)
    statements = [_statement(text, expressions.names, statement) for statement in text.statements]
    last_line = 0
    for target, statement in statements:
        if statement.lineno <= last_line:
            raise text.fault_at(
                statement, f"{text.excerpt(statement)} follows on the same line", "give it its own line"
            )
        if target in lines:
            raise text.fault_at(
                statement,
                f"{excerpt(target)} is assigned a second time (first on line {lines[target]})",
                "a name stands for one value: choose another name",
            )
        lines[target] = statement.lineno
        last_line = statement.end_lineno or statement.lineno
    declarations = {
        target: read_declaration(text, expressions.literals, statement)
        for target, statement in statements
        if isinstance(statement, ast.AnnAssign)
    }
    expressions.functions |= dict.fromkeys(
        target for target, declared in declarations.items() if declared.is_function
    )
    for target, statement in statements:
        if target not in expressions.functions:
            _add(text, expressions, builder, target, statement, declarations.get(target))
    values = [target for target, statement in statements if _value(statement) is not None]
    if not values:
        raise text.fault_at(
            text.statements[-1], "nothing is computed", "write an assignment, as in 'y = x ** 2'"
        )
    return builder.build(expressions.nodes[values[-1]])


def _statement(text: SourceText, names: Names, statement: ast.stmt) -> tuple[str, Statement]:
    """A statement with its name: an assignment, or an input without a number of which something is said, by
    a declaration or a label."""
    if (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Name)
        and "#" in text.line(statement.lineno)
    ):
        return names.read(statement.value), statement
    if not isinstance(statement, ast.Assign | ast.AnnAssign):
        fault = _STATEMENTS.get(type(statement), "this statement is not in the language")
        raise text.fault_at(statement, f"{text.excerpt(statement)}: {fault}", "write 'name = expression'")
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    target = targets[0]
    if len(targets) > 1 or not isinstance(target, ast.Name):
        raise text.fault_at(
            statement, f"{text.excerpt(statement)} does not assign to one plain name", ONE_NAME
        )
    name = names.read(target)
    if target.id in FUNCTIONS or target.id in WRITTEN:
        raise text.fault_at(target, f"{excerpt(name)} is the name of a function", "choose another name")
    return name, statement


def _value(statement: Statement) -> ast.expr | None:
    return None if isinstance(statement, ast.Expr) else statement.value


def _add(
    text: SourceText,
    expressions: Expressions,
    builder: GraphBuilder,
    target: str,
    statement: Statement,
    declared: Declaration | None,
) -> None:
    """Adds the value of a name, or an input without one, with what declaration and comment say of it."""
    value, said = _value(statement), declared or Declaration()
    written = None if value is None else expressions.literals.value(value)
    if value is None or written is not None:
        node = expressions.input(target, written, statement)
        builder.describe(node, data=said.is_data, shape=said.shape)
    elif isinstance(statement, ast.AnnAssign):
        raise text.fault_at(
            statement.annotation,
            f"{excerpt(target)} is computed, and only what is given is declared",
            f"leave out ': {text.of(statement.annotation)}'",
        )
    else:
        node = expressions.add(value, target)
        if builder.name_of(node) is not None:
            node = expressions.apply(statement, operation("", 1), node)
        builder.describe(node, name=target)
    _describe(text, builder, node, statement, written if isinstance(written, Fraction) else None)
    expressions.nodes[target] = node


def _describe(
    text: SourceText, builder: GraphBuilder, node: int, statement: ast.stmt, number: Fraction | None
) -> None:
    """Adds what the comment behind a statement says of its value."""
    comment = read_comment(text, statement, number)
    builder.describe(node, label=comment.label, link=comment.link)
    if comment.range:
        builder.describe(node, range=comment.range)


_STATEMENTS: dict[type[ast.stmt], str] = {
    ast.Expr: "this value has no name",
    ast.AugAssign: "a name stands for one value and is not updated",
    ast.Import: "nothing can be imported",
    ast.ImportFrom: "nothing can be imported",
    ast.FunctionDef: "functions cannot be defined",
    ast.AsyncFunctionDef: "functions cannot be defined",
    ast.For: "there are no loops",
    ast.While: "there are no loops",
    ast.If: "there are no conditions",
    ast.Match: "there are no conditions",
}
