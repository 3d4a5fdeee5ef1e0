"""The op table's rules and SymPy's over balls, and what is done to each number of an array."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from flint import arb

from graphgen.ops import OPERANDS, Op
from graphgen.verification.balls import Number, UndefinedError, is_zero
from graphgen.verification.derived import derived_rules
from graphgen.verification.reading import compiled
from graphgen.verification.words import WORDS

Rule = Callable[..., Number]
INDETERMINATE = arb.nan()
"""A contribution of 0 times an infinite slope, or what follows from one: it is found as a limit."""


@cache
def op_rules(op: Op) -> tuple[Rule, tuple[Rule, ...]]:
    """The value and the vjps of an op on single numbers, as its row states them."""
    letters = OPERANDS[: op.arity]
    vjps = (compiled(rule, f"gv{letters}", WORDS) for rule in op.vjps)
    return compiled(op.value, letters, WORDS), tuple(map(_sending, vjps))


@cache
def sympy_rules(op: Op) -> tuple[Rule, tuple[Rule, ...]]:
    """The value of an op on single numbers and its local derivatives, as SymPy has them."""
    letters = OPERANDS[: op.arity]
    value, derivatives = derived_rules(op)
    return compiled(value, letters, WORDS), tuple(compiled(rule, letters, WORDS) for rule in derivatives)


@cache
def kink_rule(op: Op) -> Rule:
    """The rule of the expression that changes its sign at a kink."""
    rule: Rule = compiled(op.kink, OPERANDS[: op.arity], WORDS)
    return rule


def _sending(rule: Rule) -> Rule:
    """A vjp of single numbers that knows that 0 times an infinite slope is no number.

    An infinite slope raises UndefinedError; it makes the contribution indeterminate where the upstream
    gradient is 0.
    """

    def send(g: Number, v: Number, *operands: Number) -> Number:
        if is_indeterminate(g):
            return INDETERMINATE
        try:
            return rule(g, v, *operands)
        except UndefinedError:
            if is_zero(g):
                return INDETERMINATE
            raise

    return send


def is_indeterminate(number: Number) -> bool:
    """Whether a number is 0 times an infinite slope, or follows from one."""
    return isinstance(number, arb) and bool(number.is_nan())


def each(function: Callable[[Number], Any], value: Any) -> Any:
    """A function applied to a number, or to each entry of an array; None for None."""
    if hasattr(value, "shape"):
        import numpy as np

        return np.frompyfunc(function, 1, 1)(value)
    return None if value is None else function(value)


def entries(value: Any) -> Iterable[Number]:
    """The entries of an array; of a single number, itself."""
    return value.flat if hasattr(value, "flat") else (value,)


def places(value: Any) -> Iterable[tuple[tuple[int, ...], Number]]:
    """The entries of an array with their places; a single number stands at (), None nowhere."""
    if hasattr(value, "shape"):
        import numpy as np

        return np.ndenumerate(value)
    return () if value is None else (((), value),)
