"""Node: one value of a graph, made of the attributes that networkx holds, and checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from typing import Any

from graphgen.errors import GraphgenError, Place, SourceError, excerpt
from graphgen.graph.link import checked
from graphgen.graph.numbers import Value, is_terminating, is_value, operand_text, shape_of, value_text
from graphgen.graph.recorded import Recorded
from graphgen.ops import OPERANDS, OPS, SUMS, Op, Shape, abstract, broadcast, opaque

MAX_ENTRIES = 1_000_000
"""Entries of one array."""
MAX_AXES = 32
"""Axes of one array."""

_LONGEST_NUMBER = 20
"""Characters of a constant in a message."""
_LONGEST_OPERATION = 60
"""Characters of an operation in a message with all that its operands compute."""
_LONGEST_QUOTIENT = 7
"""Characters of a quotient in a picture."""
_SUMS = {op.name: op for op in SUMS.values()}


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a graph.

    `id` is the author's name; a result without one is called v1, v2, …, a constant c1, c2, ….
    `operands` are ids. An input or a constant has no op; a symbolic input has no value either.
    `parameters` are what an op takes beside its operands, such as the axis of a sum, and `shape` is
    that of the value: () for a single number. `range` is how far a reader may move an input: from, to,
    by steps of. `link` is where the label leads. `constants` are those of the operands that are single
    numbers, with their values; `nameless` those that are results without names, with their operations.
    An input that `is_data` is given, and wants no gradient; one that `has_open_shape` has the shape that
    follows from its use, whose lengths only stand for some. Of a captured node, `group` is the module that
    it belongs to, as a path such as blocks.0.attn, `origin` what its framework calls it, and `recorded` are
    the numbers of an operation for which the op table has no row.
    """

    id: str
    name: str | None = None
    label: str | None = None
    op: Op | None = None
    operands: tuple[str, ...] = ()
    value: Value | None = None
    parameters: tuple[tuple[str, Any], ...] = ()
    shape: Shape = ()
    range: tuple[Fraction, Fraction, Fraction] | None = None
    link: str | None = None
    place: Place | None = None
    constants: tuple[tuple[str, Fraction], ...] = ()
    nameless: tuple[tuple[str, str], ...] = ()
    is_data: bool = False
    has_open_shape: bool = False
    group: str = ""
    origin: str | None = None
    recorded: Recorded | None = None

    @property
    def is_input(self) -> bool:
        return self.op is None and self.name is not None

    @property
    def is_constant(self) -> bool:
        """A number written inside an expression: it does not vary, so it has no gradient."""
        return self.op is None and self.name is None

    @property
    def is_symbolic_input(self) -> bool:
        return self.is_input and self.value is None

    @property
    def declaration(self) -> str:
        """The declaration before an input's value in the language: `: data` or its shape; mostly nothing.

        >>> Node("X", name="X", is_data=True, shape=(3, 4)).declaration
        ': data[3, 4]'
        """
        if self.op is not None or (self.value is not None and not self.is_data):
            return ""
        lengths = ", ".join(map(str, self.shape))
        if self.is_data:
            return f": data[{lengths}]" if self.shape and self.value is None else ": data"
        return f": ({lengths}{',' * (len(self.shape) == 1)})" if self.shape else ""

    @property
    def number(self) -> Fraction | None:
        """The value that is given, where it is a single number."""
        return self.value if isinstance(self.value, Fraction) else None

    @property
    def example(self) -> str:
        """Some value of its shape, as an error message shows how one is given.

        >>> Node("x", name="x").example, Node("x", name="x", shape=(2, 2)).example
        ('x = 1', 'x = [[1, 1], [1, 1]]')
        """
        text = "1"
        for length in reversed(self.shape):
            text = f"[{', '.join([text] * length)}]"
        return f"{self.id} = {text if len(text) <= _LONGEST_NUMBER else '[…]'}"

    @property
    def quotient(self) -> str:
        """A constant that is no decimal as a picture writes it, where that is short: 1/3; else nothing."""
        number = self.number
        if not self.is_constant or number is None or is_terminating(number):
            return ""
        text = f"{'−' if number < 0 else ''}{abs(number.numerator)}/{number.denominator}"
        return text if len(text) <= _LONGEST_QUOTIENT else ""

    @property
    def described(self) -> str:
        """The node as an error message names it.

        >>> Node("z", name="z", op=OPS["divide"], operands=("x", "y")).described
        "'z' (x / y)"
        """
        if self.op is None:
            return repr(self.id)
        return f"{self.id!r} ({self.operation})" if self.name else repr(self.operation)

    @property
    def operation(self) -> str:
        """An operation as a message writes it: over names, numbers, and the operations of other operands."""
        assert self.op is not None
        group = str if self.op.operator else ungrouped
        nameless = {id: group(text) for id, text in self.nameless}
        texts = {**self.written_numbers, **nameless}
        parameters = dict(self.parameters)
        whole = self.op.source(*(texts.get(operand, operand) for operand in self.operands), **parameters)
        if len(whole) <= _LONGEST_OPERATION:
            return whole
        texts |= dict.fromkeys(dict(self.nameless), "…")
        return self.op.source(*(texts.get(operand, operand) for operand in self.operands), **parameters)

    @property
    def written_numbers(self) -> dict[str, str]:
        """The constants among the operands as a message writes them, by id; none that is too long to read."""
        texts = {id: operand_text(value) for id, value in self.constants}
        return {id: text for id, text in texts.items() if len(text) <= _LONGEST_NUMBER}

    @property
    def source(self) -> str:
        """The operation as the language writes it; for an input or a constant, its number.

        >>> Node("z", name="z", op=OPS["add"], operands=("x", "y")).source
        'x + y'
        """
        if self.op is not None:
            return self.op.source(*self.operands, **dict(self.parameters))
        return "" if self.value is None else value_text(self.value)


def node_of(
    id: str,
    attributes_of: Mapping[str, Mapping[str, Any]],
    edges: Sequence[tuple[Any, str, Any]],
    shapes: dict[str, Shape],
    nameless: dict[str, str],
    found: Mapping[str, Shape],
) -> Node:
    """The node of an id, to which edges lead, each as (key, operand, position); adds its shape to those of
    the nodes before it, and its operation to those of the results without names.

    An input without a number has the shape that is declared, else the one that is found.
    """
    if not isinstance(id, str):
        raise GraphgenError(f"the id {id!r} is of the type {type(id).__name__}", "ids are strings")
    described, attributes = f"node {excerpt(id)}", attributes_of[id]
    op = op_of(attributes, len(edges))
    if attributes.get("op") is not None and (op is None or (op.is_abstract and op.name in attributes_of)):
        raise GraphgenError(f"{described} has the unknown op {excerpt(str(attributes['op']))}")
    _require_meaning(described, attributes, op)
    operands = _operands(described, edges, op)
    name, link, place = (attributes.get(key) for key in ("name", "link", "place"))
    node = Node(
        id=id,
        name=name,
        label=attributes.get("label"),
        op=op,
        operands=operands,
        value=attributes.get("value"),
        parameters=tuple(attributes.get("parameters") or ()),
        range=attributes.get("range"),
        link=None if link is None else checked(link, place),
        place=place,
        constants=tuple(_constants(attributes_of, operands)),
        nameless=tuple((id, nameless[id]) for id in operands if id in nameless),
        is_data=bool(attributes.get("data")),
        group=attributes.get("group") or "",
        origin=attributes.get("origin"),
        recorded=attributes.get("recorded"),
    )
    if op is not None and name is None:
        nameless[id] = f"({node.operation})" if op.operator else node.operation
    shapes[id] = _shape(node, shapes, attributes.get("shape") or found.get(id, ()))
    is_open = id in found and bool(shapes[id])
    return replace(node, shape=shapes[id], has_open_shape=is_open) if shapes[id] else node


def _require_meaning(described: str, attributes: Mapping[str, Any], op: Op | None) -> None:
    """Raises GraphgenError for a node that is neither an operation, nor an input, nor a constant."""
    value = attributes.get("value")
    if value is not None and (op or not is_value(value)):
        raise GraphgenError(
            f"{described} has the value {excerpt(str(value))}",
            "an operation has none"
            if op
            else "give a fractions.Fraction, which is exact, tuples of them, or a read-only NumPy array",
        )
    if op is None and attributes.get("name") is None and value is None:
        raise GraphgenError(f"{described} has no meaning", "give it an op, a name (an input) or a value")


def _operands(described: str, edges: Sequence[tuple[Any, str, Any]], op: Op | None) -> tuple[str, ...]:
    """The operands in the order of their positions; raises GraphgenError where these are not 0, 1, …"""
    arity = op.arity if op else 0
    keys = [key for key, _, _ in edges]
    if len(keys) != arity or set(keys) != set(range(arity)):
        raise GraphgenError(
            f"{described} ({op.name if op else 'no op'}) has operands at {keys}",
            f"it needs them at {list(range(arity))}" if arity else "it takes none",
        )
    for key, _, position in edges:
        if position != key:
            raise GraphgenError(
                f"{described} has an edge with the key {key} and the operand {position}",
                "both are the position of the operand",
            )
    operand_at = {key: operand for key, operand, _ in edges}
    return tuple(operand_at[position] for position in range(arity))


def op_of(attributes: Mapping[str, Any], arity: int) -> Op | None:
    """The op of a node: a row of the op table, one of a framework, or a function that is only named.

    None for an input or a constant, and for a name that is no op.
    """
    name = attributes.get("op")
    if name is None:
        return None
    if attributes.get("recorded"):
        return opaque(name, arity)
    if attributes.get("abstract"):
        fits = str(name).isidentifier() and name not in OPS and 1 <= arity <= len(OPERANDS)
        return abstract(name, arity) if fits else None
    return OPS.get(str(name)) or _SUMS.get(str(name))


def ungrouped(operation: str) -> str:
    """An operation of `Node.nameless` without the parentheses that it has as an operand of another."""
    return operation[1:-1] if operation.startswith("(") else operation


def _constants(
    attributes_of: Mapping[str, Mapping[str, Any]], operands: Iterable[str]
) -> Iterator[tuple[str, Fraction]]:
    for operand in operands:
        given = attributes_of[operand]
        value = given.get("value")
        if given.get("name") is None and isinstance(value, Fraction):
            yield operand, value


def _shape(node: Node, shapes: Mapping[str, Shape], given: Shape) -> Shape:
    """The shape of a node's value, the given one for an input without any.

    Raises SourceError where those of its operands do not fit.
    """
    if node.op is None:
        return given if node.value is None else shape_of(node.value)
    if node.recorded is not None:
        return shape_of(node.recorded.value)
    of_operands = [shapes[operand] for operand in node.operands]
    try:
        shape = (node.op.shape or broadcast)(*of_operands, **dict(node.parameters))
    except ValueError as error:
        written = {**node.written_numbers, **{id: ungrouped(text) for id, text in node.nameless}}
        names = (written.get(id, id) for id in node.operands)
        operand_shapes = ", ".join(
            f"{name} is {shape}" for name, shape in zip(names, of_operands, strict=True)
        )
        raise SourceError(
            f"{node.described} does not fit the shapes: {operand_shapes}", str(error), node.place
        ) from None
    if excess := beyond_limits(shape, shapes.values()):
        raise SourceError(f"{node.described} has {excess[0]}", excess[1], node.place)
    return shape


def beyond_limits(shape: Shape, others: Iterable[Shape] = ()) -> tuple[str, str] | None:
    """The excess of an array that is too large, and how much is kept; None where it is of a size to keep, as
    it is beside others that are as large together, such as the parameters of a model."""
    if prod(shape) > MAX_ENTRIES and prod(shape) > sum(map(prod, others)):
        return f"{prod(shape):,} entries", f"at most {MAX_ENTRIES:,} are kept"
    if len(shape) > MAX_AXES:
        return f"{len(shape)} axes", f"at most {MAX_AXES} are kept"
    return None
