"""The value that stands for a number or an array while a function runs: each operation on it adds a node.

Numbers stay exact: a string, a Decimal or a Fraction as it is, and a float as the shortest decimal that
reads back as it (1.1 is 11/10).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import prod
from typing import Any, NoReturn

from graphgen.errors import SourceError, contained, excerpt
from graphgen.graph import GraphBuilder, WrittenValue, exact_value, read_label
from graphgen.language.names import require_name
from graphgen.notation import require_settable
from graphgen.ops import FUNCTIONS, OPERANDS, OPS, Op, Shape, operation

BRANCH = (
    "a traced value is compared, or decides a branch",
    "a graph has no branches: use np.where, or max, min or relu from graphgen.functions",
)


class MissingAttributeError(SourceError, AttributeError):
    """What Python asks for with hasattr, and a user reads as any other fault."""


class TracedValue:
    """Stands for one value while a function runs; every operation on it adds a node.

    It has the operators, the methods and the shape of a NumPy array, and NumPy's functions take it.
    """

    def __init__(self, builder: GraphBuilder, node: int) -> None:
        self.builder = builder
        self.node = node

    def __repr__(self) -> str:
        return f"<TracedValue {self.builder.name_of(self.node) or self.node}>"

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
        present = self.builder.name_of(self.node)
        if present is not None:
            raise SourceError(f"the value {excerpt(present)} has a name already", "name each value once")
        words, link = read_label(label or "")
        require_settable(words)
        self.builder.describe(self.node, name=require_name(name), label=words or None, link=link)
        return self

    @property
    def shape(self) -> Shape:
        """The lengths of its axes; () for a single number."""
        return self.builder.shape(self.node)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return prod(self.shape)

    @property
    def T(self) -> TracedValue:  # noqa: N802 as NumPy calls it
        return apply(OPS["transpose"], self)

    def __len__(self) -> int:
        if not self.shape:
            raise SourceError("a single number has no length", "give the input an array: x=[1, 2]")
        return self.shape[0]

    def __iter__(self) -> Iterator[TracedValue]:
        return (self[index] for index in range(len(self)))

    @contained()
    def __getitem__(self, key: Any) -> TracedValue:
        from graphgen.language.numpy_functions import item

        return item(self, key)

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise SourceError(
            "an entry of a traced value is assigned",
            "a value does not change: make a new one with np.where, np.concatenate or np.stack",
        )

    __delitem__ = __setitem__

    def __getattr__(self, name: str) -> Any:
        from graphgen.language.numpy_calls import METHODS, call

        if name in METHODS:
            return partial(call, name, self)
        if name.startswith("__"):
            raise AttributeError(name)
        raise MissingAttributeError(
            f"a traced value has no {excerpt(name)}",
            "it has the operators, shape, size, ndim and T, and the methods " + ", ".join(METHODS),
        )

    def __array_ufunc__(self, function: Any, method: str, *operands: Any, **settings: Any) -> Any:
        from graphgen.language.numpy_calls import call_ufunc

        if any(_kind(operand) == "O" for operand in operands):
            # An array of traced numbers meets another: NumPy goes from entry to entry.
            held = (o.__array__(object) if isinstance(o, TracedValue) else o for o in operands)
            return getattr(function, method)(*held, **settings)
        return call_ufunc(function.__name__, method, operands, settings)

    def __array_function__(self, function: Any, types: Any, operands: Any, settings: Any) -> Any:
        from graphgen.language.numpy_calls import call

        in_module = function.__module__.removeprefix("numpy").strip(".")
        return call(f"{in_module}.{function.__name__}".strip("."), *operands, **settings)

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

    def __add__(self, other: Any) -> TracedValue:
        return apply(operation("+", 2), self, other)

    def __radd__(self, other: Any) -> TracedValue:
        # Python's sum begins with this 0.
        return self if type(other) is int and other == 0 else apply(operation("+", 2), other, self)

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

    def __neg__(self) -> TracedValue:
        return apply(operation("-", 1), self)

    def __pos__(self) -> TracedValue:
        return self

    def __abs__(self) -> TracedValue:
        return apply(FUNCTIONS["abs"], self)

    def __gt__(self, other: Any) -> TracedComparison:
        return TracedComparison(self, other)

    def __lt__(self, other: Any) -> TracedComparison:
        return TracedComparison(other, self)

    def __ge__(self, other: Any) -> TracedComparison:
        return TracedComparison(other, self, is_denied=True)

    def __le__(self, other: Any) -> TracedComparison:
        return TracedComparison(self, other, is_denied=True)

    def __ne__(self, other: Any) -> TracedComparison:  # type: ignore[override]
        return TracedComparison(self, other, is_of_sizes=True)

    def __eq__(self, other: Any) -> TracedComparison:  # type: ignore[override]
        return TracedComparison(self, other, is_of_sizes=True, is_denied=True)

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


class TracedComparison:
    """Whether one value is larger than another, for NumPy's `where`; in arithmetic, 1 where it holds, else 0.

    `is_denied` turns it around, and `is_of_sizes` compares the size of the difference with 0: so x >= y is
    no x < y, and x == y no |x - y| > 0.
    """

    def __init__(
        self, larger: Any, smaller: Any, *, is_denied: bool = False, is_of_sizes: bool = False
    ) -> None:
        self.larger = larger
        self.smaller = smaller
        self.is_denied = is_denied
        self.is_of_sizes = is_of_sizes

    def __repr__(self) -> str:
        return "<TracedComparison>"

    def choose(self, where_it_holds: Any, elsewhere: Any) -> TracedValue:
        """The first where the comparison holds, else the second."""
        chosen = (elsewhere, where_it_holds) if self.is_denied else (where_it_holds, elsewhere)
        return chosen_by(apply(FUNCTIONS["step"], self._difference()), *chosen)

    def _difference(self) -> Any:
        if _is_zero(self.smaller) and not self.is_of_sizes:
            return self.larger
        if _is_zero(self.larger) and not self.is_of_sizes:
            return -self.smaller
        difference = apply(operation("-", 2), self.larger, self.smaller)
        return abs(difference) if self.is_of_sizes else difference

    def __invert__(self) -> TracedComparison:
        return TracedComparison(
            self.larger, self.smaller, is_denied=not self.is_denied, is_of_sizes=self.is_of_sizes
        )

    def astype(self, *_: object, **__: object) -> TracedValue:
        return self.choose(1, 0)

    def __add__(self, other: Any) -> TracedValue:
        return self.astype() + other

    __radd__ = __add__

    def __sub__(self, other: Any) -> TracedValue:
        return self.astype() - other

    def __rsub__(self, other: Any) -> TracedValue:
        return apply(operation("-", 2), other, self.astype())

    def __mul__(self, other: Any) -> TracedValue:
        return self.astype() * other

    __rmul__ = __mul__

    def __bool__(self) -> NoReturn:
        raise SourceError(*BRANCH)

    def _refuse_logic(self, *_: object) -> NoReturn:
        raise SourceError(
            "two comparisons of traced values are joined",
            "put one np.where into another: np.where(x > 0, np.where(x < 1, a, b), b)",
        )

    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = _refuse_logic

    __array_ufunc__ = TracedValue.__array_ufunc__
    __array_function__ = TracedValue.__array_function__


def chosen_by(share: Any, one: Any, other: Any) -> Any:
    """One value where a share is 1, the other where it is 0."""
    if _is_zero(other):
        return share if _is_one(one) else share * one
    rest = 1 - share
    if _is_zero(one):
        return rest if _is_one(other) else rest * other
    return share * one + rest * other


@contained()
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
    builder = builder_of(*operands)
    if builder is None:
        raise SourceError(
            f"{op.source(*map(str, operands))!r} has no traced operand",
            "a graph begins at the inputs of the function: make the number one of them",
        )
    nodes = [node_of(builder, operand) for operand in operands]
    given = tuple(
        (name, tuple(value) if isinstance(value, list) else value) for name, value in parameters.items()
    )
    node = builder.apply(op, *nodes, parameters=given)
    builder.shape(node)  # refuses at once operands that do not fit
    return TracedValue(builder, node)


def builder_of(*operands: Any) -> GraphBuilder | None:
    """The graph that traced values among some operands belong to, if there are any."""
    builders = [value.builder for operand in operands for value in _traced_in(operand)]
    if any(builder is not builders[0] for builder in builders):
        raise SourceError(
            "a traced value comes from another function's trace", "give it to the function as an input"
        )
    return builders[0] if builders else None


def node_of(builder: GraphBuilder, operand: Any) -> int:
    """The node of an operand, which may be a number or an array: a constant."""
    if isinstance(operand, TracedComparison):
        operand = operand.astype()
    if isinstance(operand, TracedValue):
        return operand.node
    if _kind(operand) == "b":
        operand = operand.astype(int)
    written = operand.tolist() if hasattr(operand, "tolist") else operand
    if _traced_in(written):
        raise SourceError("a list holds traced values", "make an array of them: np.stack([a, b])")
    return builder.constant(exact_value(written))


def _traced_in(operand: Any) -> list[TracedValue]:
    """The traced values in an operand, which may be a list of them."""
    if isinstance(operand, TracedValue):
        return [operand]
    if isinstance(operand, TracedComparison):
        return [*_traced_in(operand.larger), *_traced_in(operand.smaller)]
    if isinstance(operand, list | tuple):
        return [value for part in operand for value in _traced_in(part)]
    return []


def _kind(array: Any) -> str:
    """What NumPy's array is of: "b" for truth values, "O" for objects; nothing for what is no array."""
    return str(getattr(getattr(array, "dtype", None), "kind", ""))


def _is_zero(operand: Any) -> bool:
    return isinstance(operand, int | float) and operand == 0


def _is_one(operand: Any) -> bool:
    return isinstance(operand, int | float) and operand == 1
