"""One row of the op table: what it holds, and what makes it whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from graphgen.ops.words import OPERANDS, function, inlined

Operands = tuple[Any, ...]
"""Floats; for an op on whole arrays also nested tuples of floats."""
Shape = tuple[int, ...]
"""The lengths of an array's axes; () for a single number."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Op:
    """One row of the table.

    `forward_rule` and `vjp_rules` are the float rules, as `graphgen.ops.words` reads them; `forward` and
    `vjp` are the functions over floats that they make. The vjp (vector-Jacobian product) takes the
    upstream gradient g, the value v and the operands, and returns one gradient per operand.

    `expression`, `derivatives` and `stable` receive the sympy module as their first argument, so that
    importing the table does not load SymPy.

    `stable` is what is printed as code: the value and the local derivatives once more, equal to those of
    the expression but without overflow or cancellation, where the plain form would have it in floats.

    An op with a `shape` works on whole arrays: it tells the shape of the result from those of the
    operands, or raises ValueError with what it takes. Its `expression` is over arrays of entries, with
    functions of entries (exp, log, …) in the place of sympy; `parameters` are what may follow its
    operands, with their defaults, `variants` the values at which they are tested, and `matrix_vjp` the
    vjp over SymPy's matrices: the rule that a reader should remember, of the first operands at least, for
    targets that sum to 1 in each row. Any other op works entry by entry.

    `targets` is the position of an operand that may name a class for each row in the place of shares.
    `opened` is the same computation in the language, of simpler ops; its last line gives the value.
    """

    name: str
    symbol: str
    arity: int
    expression: Callable[..., Any]
    forward_rule: str
    vjp_rules: tuple[str, ...]
    reads: Mapping[str, str]
    domain: str
    points: tuple[Operands, ...]
    outside: tuple[Operands, ...] = ()
    operator: str | None = None
    folded: tuple[str, ...] = ()
    derivatives: Callable[..., tuple[Any, ...]] | None = None
    stable: Callable[..., tuple[Any, ...]] | None = None
    switch: Callable[..., Any] | None = None
    convention: Mapping[str, str] = field(default_factory=dict)
    why: str = ""
    shape: Callable[..., Shape] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    variants: tuple[Mapping[str, Any], ...] = ({},)
    matrix_vjp: Callable[..., tuple[Any, ...]] | None = None
    targets: int | None = None
    opened: str = ""
    forward: Callable[..., Any] = field(init=False)
    vjp: Callable[..., tuple[Any, ...]] = field(init=False)

    def __post_init__(self) -> None:
        forward, vjp = (None, None) if self.shape else self._functions(on_arrays=False)
        object.__setattr__(self, "forward", forward)
        object.__setattr__(self, "vjp", vjp)

    def __repr__(self) -> str:
        return f"<Op {self.name}>"

    @property
    def is_elementwise(self) -> bool:
        """Whether it works on each entry for itself."""
        return self.shape is None

    @property
    def is_commutative(self) -> bool:
        """Whether its two operands can change places."""
        if self.arity != 2 or not self.is_elementwise:
            return False
        x, y = (2.0, 3.0)
        return bool(self.forward(x, y) == self.forward(y, x))

    def source(self, *operands: str, **parameters: Any) -> str:
        """The operation as the language writes it."""
        if self.operator is None:
            given = [f"{name}={value!r}" for name, value in parameters.items()]
            return f"{self.name}({', '.join((*operands, *given))})"
        if self.arity == 1:
            return f"{self.operator}{operands[0]}"
        return f" {self.operator} ".join(operands)

    def inlined_vjp(self, position: int, names: Mapping[str, str], parameters: Mapping[str, Any]) -> str:
        """The rule for one operand as code, over these names."""
        return inlined(self.vjp_rules[position], names, {**self.parameters, **parameters})

    def inlined_forward(self, names: Mapping[str, str], parameters: Mapping[str, Any]) -> str:
        return inlined(self.forward_rule, names, {**self.parameters, **parameters})

    def _functions(self, on_arrays: bool) -> tuple[Callable[..., Any], Callable[..., Any]]:
        letters = OPERANDS[: self.arity]
        return (
            function(self.forward_rule, letters, (*self.parameters,), on_arrays),
            function(self.vjp_rules, f"gv{letters}", (*self.parameters,), on_arrays),
        )


@cache
def on_arrays(op: Op) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The forward function and the vjp of an op over NumPy's arrays; parameters follow the operands."""
    return op._functions(on_arrays=True)


def checked(rows: Sequence[Op]) -> Mapping[str, Op]:
    """The rows by name; refuses a table with a row that is half there."""
    table: dict[str, Op] = {}
    operators = set()
    for row in rows:
        if row.name in table:
            raise ValueError(f"two rows of the op table are named {row.name!r}")
        if row.operator is not None and (row.operator, row.arity) in operators:
            raise ValueError(f"row {row.name!r}: another row has the operator {row.operator!r}")
        if not 1 <= row.arity <= len(OPERANDS):
            raise ValueError(f"row {row.name!r}: an op has one to {len(OPERANDS)} operands")
        if not row.points or any(len(point) != row.arity for point in (*row.points, *row.outside)):
            raise ValueError(f"row {row.name!r}: there must be points, each of {row.arity} operands")
        if len(row.vjp_rules) != row.arity:
            raise ValueError(f"row {row.name!r}: the vjp must have {row.arity} rules, one an operand")
        if row.is_elementwise and (row.parameters or row.matrix_vjp):
            raise ValueError(f"row {row.name!r}: parameters and a matrix vjp belong to ops on whole arrays")
        if row.is_elementwise and (fault := _fault(row)):
            raise ValueError(f"row {row.name!r}: a rule cannot be computed: {fault}")
        if not row.reads or row.reads.keys() != rows[0].reads.keys():
            raise ValueError(f"row {row.name!r}: it must read in the same languages as every row")
        if row.arity == 2 and row.is_elementwise and len(row.folded) != 2:
            raise ValueError(f"row {row.name!r}: an op of two operands needs its two folded forms")
        if any(reading.count("{}") != row.arity for reading in row.reads.values()):
            raise ValueError(f"row {row.name!r}: a reading must name each operand once")
        if bool(row.derivatives) != bool(row.why):
            raise ValueError(f"row {row.name!r}: explicit derivatives and their reason go together")
        if row.switch and not row.convention:
            raise ValueError(f"row {row.name!r}: a kink needs its convention in words")
        if row.convention and row.convention.keys() != row.reads.keys():
            raise ValueError(f"row {row.name!r}: its convention must be told in the languages of its reading")
        table[row.name] = row
        operators.add((row.operator, row.arity))
    return MappingProxyType(table)


def _fault(row: Op) -> str:
    """What is wrong with the float rules, which are tried at the first point; nothing if they work."""
    at = row.points[0]
    try:
        row.vjp(1.0, row.forward(*at), *at)
    except (NameError, TypeError) as error:
        return str(error)
    return ""
