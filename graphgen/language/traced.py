"""The value that stands for a number or an array while a function runs: each operation on it adds a node.

Numbers stay exact: a string, a Decimal or a Fraction as it is, and a float as the shortest decimal that
reads back as it (1.1 is 11/10).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any, NoReturn

from graphgen.errors import SourceError, contained, excerpt
from graphgen.graph import GraphBuilder, read_label
from graphgen.language.names import require_name
from graphgen.notation import require_settable
from graphgen.ops import FUNCTIONS, OPS, Shape, operation

BRANCH = (
    "a traced value is compared, or decides a branch",
    "a graph has no branches: use np.where, or max, min or relu from graphgen.functions",
)

METHODS = (
    *("sum", "mean", "prod", "var", "std", "max", "min", "dot", "transpose", "swapaxes", "reshape", "ravel"),
    *("flatten", "squeeze", "clip", "copy", "astype"),
)
"""Methods of NumPy's arrays that a traced value has."""


class MissingAttributeError(SourceError, AttributeError):
    """A missing attribute, which Python asks for with hasattr, and a user reads as any other fault."""


@dataclass(frozen=True, eq=False)
class Trace:
    """A graph in the making, and what its values meet: an operation of the table, a comparison, an index,
    a function of NumPy by its name, and a method of one of NumPy's universal functions."""

    builder: GraphBuilder
    apply: Callable[..., TracedValue]
    compare: Callable[..., Any]
    item: Callable[[TracedValue, Any], Any]
    call: Callable[..., Any]
    call_ufunc: Callable[[str, str, Sequence[Any], Mapping[str, Any]], Any]


def _operator(sign: str) -> Callable[[TracedValue, Any], TracedValue]:
    return lambda value, other: value.trace.apply(operation(sign, 2), value, other)


def _reflected(sign: str) -> Callable[[TracedValue, Any], TracedValue]:
    return lambda value, other: value.trace.apply(operation(sign, 2), other, value)


class TracedValue:
    """Stands for one value while a function runs; every operation on it adds a node.

    It has the operators, the methods and the shape of a NumPy array, and NumPy's functions take it.
    """

    def __init__(self, trace: Trace, node: int) -> None:
        self.trace = trace
        self.node = node

    def __repr__(self) -> str:
        return f"<TracedValue {self.trace.builder.name_of(self.node) or self.node}>"

    def __format__(self, specification: str) -> str:
        if specification:
            raise SourceError(
                f"a traced value is written in the format {excerpt(specification)}",
                "its number is not known yet: print graphgen.trace(function, …) afterwards",
            )
        return repr(self)

    @contained()
    def named(self, name: str, label: str | None = None) -> TracedValue:
        """Gives the value its name, and a label, which may be a Markdown link; returns the value itself."""
        present = self.trace.builder.name_of(self.node)
        if present is not None:
            raise SourceError(f"the value {excerpt(present)} has a name already", "name each value once")
        words, link = read_label(label or "")
        require_settable(words)
        self.trace.builder.describe(self.node, name=require_name(name), label=words or None, link=link)
        return self

    @property
    def shape(self) -> Shape:
        """The lengths of its axes; () for a single number."""
        return self.trace.builder.shape(self.node)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return prod(self.shape)

    @property
    def T(self) -> TracedValue:  # noqa: N802 as NumPy calls it
        return self.trace.apply(OPS["transpose"], self)

    def __len__(self) -> int:
        if not self.shape:
            raise SourceError("a single number has no length", "give the input an array: x=[1, 2]")
        return self.shape[0]

    def __iter__(self) -> Iterator[TracedValue]:
        return (self[index] for index in range(len(self)))

    @contained()
    def __getitem__(self, key: Any) -> TracedValue:
        return self.trace.item(self, key)

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise SourceError(
            "an entry of a traced value is assigned",
            "a value does not change: make a new one with np.where, np.concatenate or np.stack",
        )

    __delitem__ = __setitem__

    def __getattr__(self, name: str) -> Any:
        if name in METHODS:
            return partial(self.trace.call, name, self)
        if name.startswith("__"):
            raise AttributeError(name)
        raise MissingAttributeError(
            f"a traced value has no {excerpt(name)}",
            "it has the operators, shape, size, ndim and T, and the methods " + ", ".join(METHODS),
        )

    def __array_ufunc__(self, function: Any, method: str, *operands: Any, **settings: Any) -> Any:
        if any(kind_of(operand) == "O" for operand in operands):
            # An array of traced numbers meets another: NumPy goes from entry to entry.
            held = (o.__array__(object) if isinstance(o, TracedValue) else o for o in operands)
            return getattr(function, method)(*held, **settings)
        return self.trace.call_ufunc(function.__name__, method, operands, settings)

    def __array_function__(self, function: Any, types: Any, operands: Any, settings: Any) -> Any:
        in_module = function.__module__.removeprefix("numpy").strip(".")
        return self.trace.call(f"{in_module}.{function.__name__}".strip("."), *operands, **settings)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        if self.shape or getattr(dtype, "kind", dtype) not in ("O", object):
            raise SourceError(
                "a traced value is put into an array of NumPy",
                "leave out np.array and np.asarray of one value, and write np.stack([a, b]) for several",
            )
        import numpy as np

        holder = np.empty((), dtype=object)
        holder[()] = self
        return holder

    __add__ = _operator("+")

    def __radd__(self, other: Any) -> TracedValue:
        # Python's sum begins with this 0.
        return self if type(other) is int and other == 0 else self.trace.apply(operation("+", 2), other, self)

    __sub__, __rsub__ = _operator("-"), _reflected("-")
    __mul__, __rmul__ = _operator("*"), _reflected("*")
    __truediv__, __rtruediv__ = _operator("/"), _reflected("/")
    __pow__, __rpow__ = _operator("**"), _reflected("**")
    __matmul__, __rmatmul__ = _operator("@"), _reflected("@")

    def __neg__(self) -> TracedValue:
        return self.trace.apply(operation("-", 1), self)

    def __pos__(self) -> TracedValue:
        return self

    def __abs__(self) -> TracedValue:
        return self.trace.apply(FUNCTIONS["abs"], self)

    def __gt__(self, other: Any) -> Any:
        return self.trace.compare(self, other)

    def __lt__(self, other: Any) -> Any:
        return self.trace.compare(other, self)

    def __ge__(self, other: Any) -> Any:
        return self.trace.compare(other, self, is_denied=True)

    def __le__(self, other: Any) -> Any:
        return self.trace.compare(self, other, is_denied=True)

    def __ne__(self, other: Any) -> Any:
        return self.trace.compare(self, other, is_of_sizes=True)

    def __eq__(self, other: Any) -> Any:
        return self.trace.compare(self, other, is_of_sizes=True, is_denied=True)

    __hash__ = object.__hash__

    def __bool__(self) -> NoReturn:
        raise SourceError(*BRANCH)

    def _refuse_number(self, *_: object) -> NoReturn:
        raise SourceError(
            "a traced value is turned into a plain number",
            "write np.exp(x), or exp(x) from graphgen.functions, for math.exp(x), and leave float(x) out",
        )

    __float__ = __int__ = __index__ = __complex__ = __round__ = __trunc__ = _refuse_number

    def _refuse_operator(self, *_: object) -> NoReturn:
        raise SourceError(
            "a traced value meets an operator that is not in the language",
            "the operators are + - * / @ and, for powers, **: x ** 2",
        )

    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __divmod__ = __rdivmod__ = _refuse_operator
    __xor__ = __rxor__ = __and__ = __rand__ = __or__ = __ror__ = __invert__ = _refuse_operator
    __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = _refuse_operator


def kind_of(array: Any) -> str:
    """The kind of a NumPy array: "b" for truth values, "O" for objects; nothing for what is no array."""
    return str(getattr(getattr(array, "dtype", None), "kind", ""))
