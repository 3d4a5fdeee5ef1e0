"""A Python function -> the same graph, by operator overloading.

Numbers stay exact: a string, a Decimal or a Fraction as it is, and a float as the shortest decimal that
reads back as it (1.1 is 11/10).
"""

from __future__ import annotations

import inspect
import keyword
import unicodedata
from collections.abc import Callable
from typing import Any, NoReturn

from graphgen.errors import SourceError, excerpt
from graphgen.graph import ComputationalGraph, GraphBuilder, WrittenValue, exact_value, read_label
from graphgen.notation import demand_readable
from graphgen.ops import FUNCTIONS, OPERANDS, OPS, Op, operation


def trace(function: Callable[..., Any], /, **inputs: WrittenValue | None) -> ComputationalGraph:
    """The graph of what a function does with its inputs, which are its parameters.

    An input that is not given has the parameter's default as its number; without one, or given as None,
    it is symbolic. The output is named after the function; `value.named("subtotal")` names a value on
    the way.

    >>> def total(apple, count, tax):
    ...     return (apple * count).named("subtotal") * tax
    >>> print(trace(total, apple=100, count=2, tax="1.1").source(), end="")
    apple = 100
    count = 2
    tax = 1.1
    subtotal = apple * count
    total = subtotal * tax

    Raises SourceError where the function does with a value what a graph cannot hold: a comparison, a
    conversion to a plain number, a result that is not a traced value.
    """
    parameters = inspect.signature(function).parameters
    unknown = next((name for name in inputs if name not in parameters), None)
    if unknown is not None:
        raise SourceError(
            f"{excerpt(unknown)} is not a parameter of the function",
            f"its parameters are {', '.join(parameters) or 'none'}",
        )
    builder = GraphBuilder()
    by_position: list[TracedValue] = []
    by_name: dict[str, TracedValue] = {}
    for name, parameter in parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise SourceError(f"the function takes {parameter}", "give every input a parameter of its own")
        default = None if parameter.default is parameter.empty else parameter.default
        given = inputs.get(name, default)
        number = None if given is None else exact_value(given)
        value = TracedValue(builder, builder.input(_checked_name(name), number))
        if parameter.kind is parameter.KEYWORD_ONLY:
            by_name[name] = value
        else:
            by_position.append(value)
    result = function(*by_position, **by_name)
    if not isinstance(result, TracedValue) or result.builder is not builder:
        raise SourceError(
            f"the function returned {excerpt(repr(result))}", "return a value computed from its inputs"
        )
    own_name = getattr(function, "__name__", "")
    names = {builder.name_of(node) for node in range(len(builder))}
    if builder.name_of(result.node) is None and _is_name(own_name) and own_name not in names:
        result.named(own_name)
    return builder.build(result.node)


class TracedValue:
    """Stands for one value while a function runs; every operation on it adds a node."""

    def __init__(self, builder: GraphBuilder, node: int) -> None:
        self.builder = builder
        self.node = node

    def __repr__(self) -> str:
        return f"<TracedValue {self.builder.name_of(self.node) or self.node}>"

    def named(self, name: str, label: str | None = None) -> TracedValue:
        """Gives the value its name, and a label, which may be a Markdown link; returns the value itself."""
        present = self.builder.name_of(self.node)
        if present is not None:
            raise SourceError(f"the value {excerpt(present)} has a name already", "name each value once")
        words, link = read_label(label or "")
        demand_readable(words)
        self.builder.describe(self.node, name=_checked_name(name), label=words or None, link=link)
        return self

    def __add__(self, other: Any) -> TracedValue:
        return apply(operation("+", 2), self, other)

    def __radd__(self, other: Any) -> TracedValue:
        return apply(operation("+", 2), other, self)

    def __sub__(self, other: Any) -> TracedValue:
        return apply(operation("-", 2), self, other)

    def __rsub__(self, other: Any) -> TracedValue:
        return apply(operation("-", 2), other, self)

    def __mul__(self, other: Any) -> TracedValue:
        return apply(operation("*", 2), self, other)

    def __rmul__(self, other: Any) -> TracedValue:
        return apply(operation("*", 2), other, self)

    def __truediv__(self, other: Any) -> TracedValue:
        return apply(operation("/", 2), self, other)

    def __rtruediv__(self, other: Any) -> TracedValue:
        return apply(operation("/", 2), other, self)

    def __pow__(self, other: Any) -> TracedValue:
        return apply(operation("**", 2), self, other)

    def __rpow__(self, other: Any) -> TracedValue:
        return apply(operation("**", 2), other, self)

    def __matmul__(self, other: Any) -> TracedValue:
        return apply(operation("@", 2), self, other)

    def __rmatmul__(self, other: Any) -> TracedValue:
        return apply(operation("@", 2), other, self)

    @property
    def T(self) -> TracedValue:  # noqa: N802 as NumPy calls it
        return apply(OPS["transpose"], self)

    def __neg__(self) -> TracedValue:
        return apply(operation("-", 1), self)

    def __abs__(self) -> TracedValue:
        return apply(FUNCTIONS["abs"], self)

    def _refuse_branch(self, *_: object) -> NoReturn:
        raise SourceError(
            "a traced value is compared, or decides a branch",
            "a graph has no branches: use max, min or relu from graphgen.functions",
        )

    __bool__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse_branch

    def __eq__(self, other: object) -> NoReturn:
        self._refuse_branch()

    __ne__ = __eq__
    __hash__ = object.__hash__

    def _refuse_number(self, *_: object) -> NoReturn:
        raise SourceError(
            "a traced value is turned into a plain number",
            "use the functions of graphgen.functions (exp, log, …) instead of those of math or numpy",
        )

    __float__ = __int__ = __index__ = __complex__ = __round__ = __trunc__ = _refuse_number

    def _refuse_operator(self, *_: object) -> NoReturn:
        raise SourceError(
            "a traced value meets an operator that is not in the language", "the operators are + - * / ** @"
        )

    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __divmod__ = __rdivmod__ = _refuse_operator
    __pos__ = _refuse_operator
    # Else NumPy would take an array that meets a traced value apart.
    __array_ufunc__ = None


def apply(op: Op, *operands: TracedValue | WrittenValue, **parameters: Any) -> TracedValue:
    """Adds the node of one operation; at least one operand is a traced value."""
    further = operands[op.arity :]
    if len(further) <= len(op.parameters):
        operands = operands[: op.arity]
        parameters |= zip(op.parameters, further, strict=False)
    if unknown := parameters.keys() - op.parameters.keys():
        raise SourceError(
            f"{op.name} was called with {excerpt(min(unknown))}",
            f"beside its operands it takes {', '.join(op.parameters) or 'nothing'}",
        )
    if len(operands) != op.arity:
        raise SourceError(
            f"{op.name} was called with {len(operands)} operand{'' if len(operands) == 1 else 's'}",
            f"it takes {op.arity}, as in {op.source(*OPERANDS[: op.arity])!r}",
        )
    traced = [operand for operand in operands if isinstance(operand, TracedValue)]
    if not traced:
        raise SourceError(
            f"{op.source(*map(str, operands))!r} has no traced operand",
            "a graph begins at the inputs of the function: make the number one of them",
        )
    builder = traced[0].builder
    if any(operand.builder is not builder for operand in traced):
        raise SourceError(
            "a traced value comes from another function's trace", "give it to the function as an input"
        )
    nodes = [
        operand.node if isinstance(operand, TracedValue) else builder.constant(exact_value(operand))
        for operand in operands
    ]
    told = ((name, tuple(given) if isinstance(given, list) else given) for name, given in parameters.items())
    return TracedValue(builder, builder.apply(op, *nodes, parameters=tuple(told)))


def _is_name(name: str) -> bool:
    reserved = keyword.iskeyword(name) or name in FUNCTIONS or name.startswith("__")
    return name.isidentifier() and not reserved


def _checked_name(name: str) -> str:
    """A name as the language could write it."""
    if not _is_name(name):
        raise SourceError(
            f"{excerpt(name)} cannot name a value", "use letters, digits and _, and no function's name"
        )
    return unicodedata.normalize("NFC", name)
