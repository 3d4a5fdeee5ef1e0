"""A Python function -> the same graph, by operator overloading.

The functions of the op table can be imported from here (`from graphgen.trace import exp`): on traced
values they add a node. Numbers stay exact: a string, a Decimal or a Fraction as it is, and a float as
the shortest decimal that reads back as it (1.1 is 11/10).
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import partial
from typing import Any, NoReturn

from graphgen.errors import SourceError, excerpt
from graphgen.graph import ComputationalGraph, GraphBuilder
from graphgen.ops import FUNCTIONS, Op, operation

Written = int | float | str | Decimal | Fraction
"""A number as an author gives it."""


def trace(function: Callable[..., Any], **inputs: Written | None) -> ComputationalGraph:
    """The graph of what a function does with its inputs; one that is not given (or None) is symbolic.

    The output is named after the function; `value.named("subtotal")` names a value on the way.

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
    builder = GraphBuilder()
    parameters = inspect.signature(function).parameters
    unknown = next((name for name in inputs if name not in parameters), None)
    if unknown is not None:
        raise SourceError(
            f"{excerpt(unknown)} is not a parameter of the function",
            f"its parameters are {', '.join(parameters)}",
        )
    values = {}
    for name in parameters:
        given = inputs.get(name)
        number = None if given is None else exact_number(given)
        values[name] = TracedValue(builder, builder.input(name, number))
    result = function(**values)
    if not isinstance(result, TracedValue):
        raise SourceError(
            f"the function returned {excerpt(repr(result))}", "return a value computed from its inputs"
        )
    own_name = function.__name__
    if builder.name_of(result.node) is None and own_name.isidentifier() and own_name not in parameters:
        result.named(own_name)
    return builder.build(result.node)


class TracedValue:
    """Stands for one value while a function runs; every operation on it adds a node."""

    def __init__(self, builder: GraphBuilder, node: int) -> None:
        self.builder = builder
        self.node = node

    def named(self, name: str, label: str | None = None) -> TracedValue:
        """Gives the value its name, and a label; returns the value itself."""
        present = self.builder.name_of(self.node)
        if present is not None:
            raise SourceError(f"the value {excerpt(present)} has a name already", "name each value once")
        self.builder.describe(self.node, name=name, label=label)
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

    def __neg__(self) -> TracedValue:
        return apply(operation("-", 1), self)

    def __abs__(self) -> TracedValue:
        return apply(FUNCTIONS["abs"], self)

    def _refuse_branch(self, *_: object) -> NoReturn:
        raise SourceError(
            "a traced value is compared, or decides a branch",
            "a graph has no branches: use max, min or relu from graphgen.trace",
        )

    __bool__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse_branch

    def _refuse_number(self) -> NoReturn:
        raise SourceError(
            "a traced value is turned into a plain number",
            "use the functions of graphgen.trace (exp, log, …) instead of those of math or numpy",
        )

    __float__ = __int__ = __index__ = _refuse_number


def apply(op: Op, *operands: TracedValue | Written) -> TracedValue:
    """Adds the node of one operation; at least one operand is a traced value."""
    traced = next((operand for operand in operands if isinstance(operand, TracedValue)), None)
    if traced is None or len(operands) != op.arity:
        raise SourceError(
            f"{op.name} was called with {len(operands)} operands, none or too few of them traced",
            f"write {op.source(*'xy'[: op.arity])!r} on the function's inputs",
        )
    nodes = [
        operand.node if isinstance(operand, TracedValue) else traced.builder.constant(exact_number(operand))
        for operand in operands
    ]
    return TracedValue(traced.builder, traced.builder.apply(op, *nodes))


def exact_number(written: Written) -> Fraction:
    """A number exactly as it is written.

    >>> exact_number(1.1), exact_number("1e-3"), exact_number(Decimal("2.50"))
    (Fraction(11, 10), Fraction(1, 1000), Fraction(5, 2))

    Raises SourceError for what is not a finite number within the range of floats.
    """
    if isinstance(written, (int, Fraction)) and not isinstance(written, bool):
        number = Fraction(written)
    else:
        try:
            decimal = Decimal(repr(written) if isinstance(written, float) else written)
        except (InvalidOperation, TypeError, ValueError):
            raise _not_a_number(written) from None
        if not decimal.is_finite() or (abs(decimal.adjusted()) > 308 and decimal):
            raise _not_a_number(written)
        number = Fraction(decimal)
    try:
        representable = math.isfinite(float(number))
    except OverflowError:
        representable = False
    if not representable:
        raise _not_a_number(written)
    return number


def _not_a_number(written: object) -> SourceError:
    return SourceError(
        f"{excerpt(repr(written))} is not a finite number",
        'give an int, a float, a Fraction, a Decimal or a text such as "1.1"',
    )


def __getattr__(name: str) -> Callable[..., TracedValue]:
    if name in FUNCTIONS:
        return partial(apply, FUNCTIONS[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
