"""A comparison of traced values: no truth, but what NumPy's `where` chooses by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NoReturn

from graphgen.errors import SourceError
from graphgen.language.traced import BRANCH, Trace, TracedValue
from graphgen.ops import FUNCTIONS, operation


@dataclass(frozen=True, eq=False, repr=False)
class TracedComparison:
    """Whether one value is larger than another, for NumPy's `where`; in arithmetic, 1 where it holds, else 0.

    `is_denied` turns it around, and `is_of_sizes` compares the size of the difference with 0: so x >= y is
    no x < y, and x == y no |x - y| > 0.
    """

    trace: Trace
    larger: Any
    smaller: Any
    is_denied: bool = False
    is_of_sizes: bool = False

    def __repr__(self) -> str:
        return "<TracedComparison>"

    def choose(self, where_it_holds: Any, elsewhere: Any) -> TracedValue:
        """The first where the comparison holds, else the second."""
        chosen = (elsewhere, where_it_holds) if self.is_denied else (where_it_holds, elsewhere)
        return chosen_by(self.trace.apply(FUNCTIONS["step"], self._difference()), *chosen)

    def _difference(self) -> Any:
        if _is_zero(self.smaller) and not self.is_of_sizes:
            return self.larger
        if _is_zero(self.larger) and not self.is_of_sizes:
            return -self.smaller
        difference = self.trace.apply(operation("-", 2), self.larger, self.smaller)
        return abs(difference) if self.is_of_sizes else difference

    def __invert__(self) -> TracedComparison:
        return replace(self, is_denied=not self.is_denied)

    def astype(self, *_: object, **__: object) -> TracedValue:
        return self.choose(1, 0)

    def __add__(self, other: Any) -> TracedValue:
        return self.astype() + other

    __radd__ = __add__

    def __sub__(self, other: Any) -> TracedValue:
        return self.astype() - other

    def __rsub__(self, other: Any) -> TracedValue:
        return self.trace.apply(operation("-", 2), other, self.astype())

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


def _is_zero(operand: Any) -> bool:
    return isinstance(operand, int | float) and operand == 0


def _is_one(operand: Any) -> bool:
    return isinstance(operand, int | float) and operand == 1
