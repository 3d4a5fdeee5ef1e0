"""One row of the op table: the mathematics that is written by hand, and the functions that it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from graphgen.ops.loading import array_words
from graphgen.ops.points import VARIANTS, Operands, points_inside, points_outside
from graphgen.ops.readings import CONVENTIONS, DOMAINS, FOLDED, LANGUAGES, READINGS, REASONS
from graphgen.ops.rules import OPERANDS, compiled
from graphgen.ops.shapes import Shape
from graphgen.ops.words import SCALAR_WORDS

_ALONG_EACH_AXIS = frozenset({"kernel", "stride", "padding", "dilation"})


@dataclass(frozen=True, repr=False, eq=False)
class Op:
    """One row of the table.

    `value` and `vjps` are the float rules, which `graphgen.ops.rules` reads: the value, and for each operand
    what the vjp (vector-Jacobian product) sends back to it. `exact` is the value for SymPy, which derives
    the local derivatives from it, unless the row has `derivatives`, for the reason `why`. With `is_careful`
    the float rules are printed as code too, because SymPy's forms would overflow or cancel in floats.

    `kink` changes its sign where the derivative is a convention, of which `agreed` is the key. `within` is a
    rule that holds where there is a value, unless that is everywhere.

    An op with a `shape` works on whole arrays: it tells the shape of the result from those of the
    operands, or raises ValueError with what it takes. `parameters` are what may follow its operands, with
    their defaults, and `matrix_vjps` the rules over matrices that a reader should remember, of the first
    operands at least, for targets that sum to 1 in each row. Any other op works entry by entry.

    `targets` is the position of an operand that may name a class for each row in the place of shares.
    `opened` is the same computation in the language, of simpler ops; its last line gives the value. It is for
    the parameters that are not given, and for operands of as many axes as `opened_axes` has by position.

    An op that `is_opaque` stands for a function of a framework without a row: it has no rules. One that
    `is_abstract` is a function that an author only names: its rules are those of a stand-in.
    """

    name: str
    symbol: str
    value: str
    vjps: tuple[str, ...]
    exact: str = ""
    operator: str | None = None
    derivatives: tuple[str, ...] = ()
    is_careful: bool = False
    within: str = ""
    kink: str = ""
    agreed: str = ""
    shape: Callable[..., Shape] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    matrix_vjps: tuple[str, ...] = ()
    targets: int | None = None
    opened: str = ""
    opened_axes: Mapping[int, int] = field(default_factory=dict)
    is_opaque: bool = False
    is_abstract: bool = False

    def __post_init__(self) -> None:
        if self.name not in READINGS and not (self.is_opaque or self.is_abstract):
            raise ValueError(f"row {self.name!r} has no reading in graphgen/ops/readings.py")
        object.__setattr__(self, "exact", self.exact or self.value)

    def __repr__(self) -> str:
        return f"<Op {self.name}>"

    @property
    def arity(self) -> int:
        """The number of its operands."""
        return len(self.vjps)

    @property
    def is_elementwise(self) -> bool:
        """Whether it works on each entry for itself."""
        return self.shape is None

    def parameter(self, name: str, given: Any) -> Any:
        """A parameter as the rules take it: one number for a kernel or a stride is that along every axis.

        >>> from graphgen.ops import OPS
        >>> OPS["max_pool2d"].parameter("kernel", 3), OPS["sum"].parameter("axis", 1)
        ((3, 3), 1)
        """
        if isinstance(given, list):
            return tuple(given)
        usual = self.parameters.get(name)
        return (given,) * len(usual) if name in _ALONG_EACH_AXIS and type(given) is int and usual else given

    @cached_property
    def is_commutative(self) -> bool:
        """Whether its two operands can change places."""
        if self.arity != 2 or not self.is_elementwise:
            return False
        x, y = (2.0, 3.0)
        return bool(self.forward(x, y) == self.forward(y, x))

    @cached_property
    def forward(self) -> Callable[..., float]:
        """The value over floats; nothing that works for an op on whole arrays."""
        return self._compiled(self.value, "", SCALAR_WORDS)

    @cached_property
    def vjp(self) -> Callable[..., tuple[float, ...]]:
        """The gradients over floats, from the upstream gradient, the value and the operands."""
        return self._compiled(self.vjps, "gv", SCALAR_WORDS)

    @cached_property
    def switch(self) -> Callable[..., Any] | None:
        """The kink as a function of the operands, of whatever kind they are."""
        return self._compiled(self.kink, "", {}) if self.kink else None

    @property
    def domain(self) -> str:
        """Where there is a value, in words."""
        if self.is_opaque:
            return "the numbers at which it was captured"
        within = self.within.replace("!=", "≠").replace(">=", "≥").replace("<=", "≤").replace("-", "−")
        return DOMAINS.get(self.name) or within or f"all {', '.join(OPERANDS[: self.arity])}"

    @cached_property
    def points(self) -> tuple[Operands, ...]:
        """Points at which it is tested."""
        return points_inside(self.name, self.arity, self.within)

    @cached_property
    def outside(self) -> tuple[Operands, ...]:
        """Points at which it has no value."""
        return points_outside(self.name, self.arity, self.within)

    @property
    def variants(self) -> tuple[Mapping[str, Any], ...]:
        """The parameters with which it is tested."""
        return VARIANTS.get(self.name, ({},))

    @property
    def reads(self) -> Mapping[str, str]:
        """How it reads in each language, with a gap for each operand."""
        if self.is_opaque:
            gaps = ", ".join(["{}"] * self.arity)
            return _by_language((f"{self.name} of {gaps}", f"{gaps}의 {self.name}"))
        if self.is_abstract:
            listed = " and ".join(filter(None, (", ".join(["{}"] * (self.arity - 1)), "{}")))
            return _by_language((f"{self.name} of {listed}", self.source(*["{}"] * self.arity)))
        return _by_language(READINGS[self.name])

    @property
    def folded(self) -> tuple[str, ...]:
        """How a node of two operands reads with one of them in it, the first or the second."""
        if self.arity != 2 or not self.is_elementwise:
            return ()
        after = f"{self.symbol} {{}}"
        return FOLDED.get(self.name) or (f"{{}} {self.symbol}" if self.operator else after, after)

    @property
    def convention(self) -> Mapping[str, str]:
        """The convention where there is no derivative, in each language."""
        return _by_language(CONVENTIONS[self.agreed]) if self.agreed else {}

    @property
    def why(self) -> str:
        """Why the row has derivatives."""
        return REASONS.get(self.name, "")

    def source(self, *operands: str, **parameters: Any) -> str:
        """The operation as the language writes it."""
        if self.operator is None:
            given = [f"{name}={value!r}" for name, value in parameters.items()]
            return f"{self.name}({', '.join((*operands, *given))})"
        if self.operator == "[]":
            at = {**self.parameters, **parameters}["at"]
            return f"{operands[0]}[{', '.join(map(_key_text, at))}]"
        if self.arity == 1:
            return f"{self.operator}{operands[0]}"
        return f" {self.operator} ".join(operands)

    def _compiled(self, rules: str | tuple[str, ...], further: str, words: Mapping[str, Any]) -> Any:
        return compiled(rules, (*further, *OPERANDS[: self.arity], *self.parameters), words)


@cache
def on_arrays(op: Op) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The forward function and the vjp of an op over NumPy's arrays; parameters follow the operands."""
    return op._compiled(op.value, "", array_words()), op._compiled(op.vjps, "gv", array_words())


def op(name: str, symbol: str, value: str, *vjps: str, **special: Any) -> Op:
    """A row as the table writes it. Raises ValueError for one without a reading."""
    return Op(name, symbol, value, vjps, **special)


def _key_text(key: int | tuple[int, int, int]) -> str:
    """An index, or a range of them, as it stands between brackets."""
    if isinstance(key, int):
        return str(key)
    start, stop, step = key
    return f"{start}:{'' if stop < 0 else stop}{'' if step == 1 else f':{step}'}"


def _by_language(texts: tuple[str, ...]) -> Mapping[str, str]:
    return dict(zip(LANGUAGES, texts, strict=True))
