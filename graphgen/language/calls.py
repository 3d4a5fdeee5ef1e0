"""Calls of functions: which operation, of which operands, with which parameters."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from graphgen.errors import SourceError, excerpt
from graphgen.language.equals import MODULES, equal_call, misspelled
from graphgen.language.hints import Operand, of_more_operands, of_product
from graphgen.language.literals import Literals
from graphgen.language.names import is_name
from graphgen.language.source import SourceText
from graphgen.ops import FUNCTIONS, OPERANDS, OPS, Op, abstract, pairwise


class Call(NamedTuple):
    op: Op
    operands: list[ast.expr]
    parameters: dict[str, Any]


def read_call(
    text: SourceText, literals: Literals, node: ast.Call, function: ast.Name, values: Collection[str]
) -> Call:
    """A call of a function by its name, beside the names that are assigned in the source.

    Raises SourceError for an unknown function, or one that is not given its operands, with what to write.
    """
    op = FUNCTIONS.get(function.id)
    if op and len(node.args) == op.arity - 1:
        op = FUNCTIONS.get(f"{op.name}_without_bias", op)
    node = _without_comparison(_in_pairs(text, node, op), op)
    if op is None:
        fault = f"{text.excerpt(node)} calls the unknown function {excerpt(function.id)}"
        raise text.fault_at(node, fault, _hint_for_unknown(text, node, function, values))
    if hint := _hint_for_many(text, node, op):
        raise _not_its_operands(text, node, op, hint)
    operands, parameters = node.args[: op.arity], dict(_parameters(text, literals, node, op))
    starred = any(isinstance(argument, ast.Starred) for argument in node.args)
    if starred or len(operands) != op.arity or not parameters.keys() <= op.parameters.keys():
        given = "".join(f", {name}=…" for name in op.parameters)
        hint = equal_call(op.name, _plain_operands(text, node))
        raise _not_its_operands(
            text, node, op, hint or f"write '{op.source(*OPERANDS[: op.arity])[:-1]}{given})'"
        )
    return Call(op, operands, parameters)


def read_declared_call(text: SourceText, node: ast.Call, name: str, known: Op | None) -> Call:
    """A call of a function that is only named; `known` is its op, where it was called before.

    Raises SourceError for another number of operands than before, or for what is no plain operand.
    """
    is_plain = not node.keywords and not any(isinstance(operand, ast.Starred) for operand in node.args)
    count, most = len(node.args), len(OPERANDS)
    if not is_plain or not 1 <= count <= most:
        raise text.fault_at(
            node,
            f"{text.excerpt(node)} does not give {excerpt(name)} plain operands",
            f"write from 1 to {most} of them, as in '{name}(x)'",
        )
    if known is not None and known.arity != count:
        raise text.fault_at(
            node,
            f"{text.excerpt(node)} has {count} operand{'s' * (count > 1)}, and {excerpt(name)} "
            f"had {known.arity} before",
            "give it as many everywhere, or declare another function",
        )
    return Call(abstract(name, count), list(node.args), {})


def _in_pairs(text: SourceText, node: ast.Call, op: Op | None) -> ast.Call:
    """concatenate([a, b, c]) as concatenate(concatenate(a, b), c), and an einsum of many arrays likewise."""
    if op is OPS["einsum"] and node.args and not node.keywords:
        return _contracted(text, node)
    match node.args[:1]:
        case [ast.List(elts=[first, *others])] if op is OPS["concatenate"] and others:
            for other in others:
                further = node.args[1:]
                joined = ast.Call(node.func, [first, other, *further], node.keywords)
                first = ast.copy_location(joined, node)
            return joined
    return node


def _contracted(text: SourceText, node: ast.Call) -> ast.Call:
    """Raises SourceError for subscripts that are not those of the operands."""
    first, *operands = node.args
    if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
        return node
    try:
        pairs = list(pairwise(first.value, len(operands)))
    except ValueError as error:
        raise text.fault_at(node, f"{text.excerpt(first)} does not fit the operands", str(error)) from None
    left = operands[0]
    for right, subscripts in zip(operands[1:], pairs, strict=True):
        named = ast.keyword("subscripts", ast.copy_location(ast.Constant(subscripts), first))
        product = ast.copy_location(ast.Call(node.func, [left, right], [named]), node)
        left = product
    return product


def _without_comparison(node: ast.Call, op: Op | None) -> ast.Call:
    """where(a > b, x, y) as where(step(a - b), x, y), and where(a >= b, x, y) as where(step(b - a), y, x)."""
    match node.args:
        case [ast.Compare(left=a, ops=[sign], comparators=[b]) as compared, one, other] if op is OPS["where"]:
            if isinstance(sign, ast.Lt | ast.GtE):
                a, b = b, a
            if isinstance(sign, ast.LtE | ast.GtE | ast.Eq):
                one, other = other, one
            is_zero = isinstance(b, ast.Constant) and b.value == 0
            condition = a if is_zero else ast.copy_location(ast.BinOp(a, ast.Sub(), b), compared)
            if isinstance(sign, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
                name = ast.copy_location(ast.Name("step", ast.Load()), compared)
                condition = ast.copy_location(ast.Call(name, [condition], []), compared)
            return ast.copy_location(ast.Call(node.func, [condition, one, other], node.keywords), node)
    return node


def hint_for_method(text: SourceText, node: ast.Call, values: Collection[str]) -> str:
    """The hint for a function of a module or a method: exp(x) for np.exp(x), sum(a) for a.sum()."""
    assert isinstance(node.func, ast.Attribute)
    name, owner = node.func.attr, node.func.value
    root = owner
    while isinstance(root, ast.Attribute):
        root = root.value
    of_module = isinstance(root, ast.Name) and root.id in MODULES and root.id not in values
    arguments = node.args if of_module else [owner, *node.args]
    if any(isinstance(argument, ast.Starred) for argument in arguments):
        return ""
    operands = [operand_of(text, argument) for argument in arguments]
    if not node.keywords and (hint := equal_call(name, operands)):
        return hint
    op = FUNCTIONS.get(name)
    named = [f"{keyword.arg}={text.of(keyword.value)}" for keyword in node.keywords]
    takes = op is not None and 0 <= len(operands) - op.arity <= (9 if op.parameters else 0)
    return f"write {name}({', '.join([*(operand.text for operand in operands), *named])})" if takes else ""


def operand_of(text: SourceText, node: ast.expr) -> Operand:
    stands_alone = isinstance(node, ast.Name | ast.Constant | ast.Call | ast.List | ast.Attribute)
    return Operand(text.of(node), stands_alone)


def _plain_operands(text: SourceText, node: ast.Call) -> list[Operand]:
    """The operands of a call that has nothing but plain ones; else none."""
    if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
        return []
    return [operand_of(text, argument) for argument in node.args]


def _hint_for_unknown(text: SourceText, node: ast.Call, function: ast.Name, values: Collection[str]) -> str:
    operands = _plain_operands(text, node)
    if len(operands) == 1 and text.of(function) in values:
        return of_product(operand_of(text, function), operands[0])
    if hint := equal_call(function.id, operands):
        return hint
    declared = f"{excerpt(f'{text.of(function)}: function')} on a line of its own"
    is_named = f"for a function that is only named, write {declared}"
    if len(operands) == 1 and len(function.id) == 1 and function.id not in "fgh":
        product = of_product(operand_of(text, function), operands[0])
        return f"{product}; {is_named}"
    near, known = misspelled(function.id), f"the functions are {', '.join(FUNCTIONS)}"
    if near or not is_name(function.id):
        return f"did you mean {near!r}? {known}" if near else known
    return f"{is_named}; {known}"


def _hint_for_many(text: SourceText, node: ast.Call, op: Op) -> str:
    """The hint for several values where the function takes two, or the entries of one array."""
    first = node.args[0] if len(node.args) == 1 else None
    many = first.elts if isinstance(first, ast.List) else node.args
    further = many if isinstance(first, ast.List) else many[op.arity :]
    is_whole = len(many) <= op.arity or (op.parameters and not any(map(_has_a_name, further)))
    if is_whole or node.keywords or any(isinstance(value, ast.Starred) for value in many):
        return ""
    return of_more_operands(op.name, [operand_of(text, value) for value in many])


def _has_a_name(node: ast.expr) -> bool:
    """Whether an expression is of named values; rows of an array are not looked into."""
    return not isinstance(node, ast.List) and any(isinstance(part, ast.Name) for part in ast.walk(node))


def _not_its_operands(text: SourceText, node: ast.Call, op: Op, hint: str) -> SourceError:
    fault = f"{text.excerpt(node)} does not give {op.name} its {op.arity} plain operand"
    return text.fault_at(node, fault + ("s" if op.arity > 1 else ""), hint)


def _parameters(text: SourceText, literals: Literals, node: ast.Call, op: Op) -> Iterator[tuple[str, Any]]:
    """The parameters of a call beside its operands, by name or in order: sum(x, axis=0), reshape(x, 2, 3)."""
    names, further = list(op.parameters), node.args[op.arity :]

    def setting(node: ast.expr, name: str = "") -> Any:
        number, known = literals.number(node), op.parameters.get(name)
        if isinstance(known, str) and isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        if number is not None and isinstance(known, float):
            return float(number)
        return op.parameter(name, _setting(text, literals, node))

    if not names:
        yield from zip(map(str, further), further, strict=True)
    elif len(further) > len(names) == 1:
        yield names[0], tuple(map(setting, further))
    else:
        # A name too many is refused by the caller, in words.
        for name, given in zip([*names, *map(str, further)], further, strict=False):
            yield name, setting(given, name)
    for keyword in node.keywords:
        known = keyword.arg in op.parameters
        yield keyword.arg or "**", setting(keyword.value, keyword.arg or "") if known else None


def _setting(text: SourceText, literals: Literals, node: ast.expr) -> Any:
    """A whole number, True or False, None, or whole numbers in parentheses or brackets."""
    if isinstance(node, ast.Tuple | ast.List):
        return tuple(_setting(text, literals, entry) for entry in node.elts)
    if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool)):
        return node.value
    number = literals.number(node)
    if number is None or number.denominator != 1:
        raise text.fault_at(
            node, f"{text.excerpt(node)} is not a whole number", "write it as in axis=0 or shape=(2, 3)"
        )
    return int(number)
