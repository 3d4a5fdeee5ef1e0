"""The report on a graph: its numbers, how sure they are, and where witnesses disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from graphgen.errors import VerificationError
from graphgen.graph import ComputationalGraph, Level, Pass, nearest_float, verdict
from graphgen.verification.balls import shown

Proven = Fraction | Decimal
"""An exact number, or 30 digits of one, of which 19 at least are certain."""


@dataclass(frozen=True)
class Mismatch:
    """Two witnesses of one number that do not meet: what it is, where, what each says of it, and what is
    to be checked where that is not the node's own operation."""

    kind: str
    place: str
    node: str
    witnesses: Mapping[str, str]
    suspect: str = ""

    def __str__(self) -> str:
        said = ", ".join(f"{number} by {witness}" for witness, number in self.witnesses.items())
        return f"the {self.kind} {self.place} is {said}"


@dataclass(frozen=True)
class Pair:
    """One number by two witnesses: what it is, of which node, and what each says of it."""

    kind: str
    place: str
    node: str
    witnesses: tuple[str, str]
    numbers: tuple[Any, Any]

    def mismatch(self) -> Mismatch:
        """The disagreement to report where the two do not meet."""
        said = (f"{nearest_float(shown(number)):.12g}" for number in self.numbers)
        return Mismatch(self.kind, self.place, self.node, dict(zip(self.witnesses, said, strict=True)))


@dataclass(frozen=True)
class Report:
    """The verified numbers of a graph.

    `numbers` holds values, gradients and contributions: Fractions where they are exact, Decimals of 30
    digits where they are not, NumPy arrays of either; floats where they were not proved. Without a
    backward pass it has values alone. `levels` counts the numbers of each level. `zeros` are numbers that
    no precision told from 0, by their place, each with how many zeros it certainly has behind its point.
    `bits` is the precision of the balls that were needed.
    """

    graph: ComputationalGraph
    numbers: Pass[Any]
    levels: Mapping[Level, int] = field(default_factory=dict)
    mismatches: tuple[Mismatch, ...] = ()
    zeros: Mapping[str, int] = field(default_factory=dict)
    bits: int = 0

    @property
    def passed(self) -> bool:
        return not self.mismatches

    @property
    def is_proved(self) -> bool:
        """Whether every number is."""
        return self.passed and set(self.levels) <= {"proved"}

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return sum(self.levels.values())

    @cached_property
    def exact(self) -> Pass[Any]:
        """The numbers as SymPy has them: rationals, small closed forms such as sqrt(2), else digits."""
        from graphgen.algebra import closed_pass

        return closed_pass(self.numbers)

    @cached_property
    def numeric(self) -> Pass[Any]:
        """The floats nearest to the numbers."""
        values, gradients, contributions = (tuple(map(_nearest, part)) for part in self.numbers.parts)
        return Pass(self.graph, values, gradients, contributions)

    def require(self) -> Report:
        """The report itself; raises VerificationError, naming the first mismatch, unless it passed."""
        if self.mismatches:
            first, more = self.mismatches[0], len(self.mismatches) - 1
            said = f"{first}" + (f" (and {more} more)" if more else "")
            raise VerificationError(said, self._suspect(first), self.graph[first.node].place)
        return self

    def _suspect(self, mismatch: Mismatch) -> str:
        if mismatch.suspect:
            return mismatch.suspect
        op = self.graph[mismatch.node].op
        if mismatch.kind.startswith("slope along"):
            return "check the op table's rows for the graph's operations"
        return f"check the op table's row {op.name!r}" if op else "check how contributions add up"

    def __str__(self) -> str:
        """A verdict in a few lines."""
        if self.mismatches:
            return "\n".join(["Not verified:", *map(str, self.mismatches)])
        if not self.zeros:
            return verdict(self.levels)
        count, digits = len(self.zeros), min(self.zeros.values())
        shown_as = "1 of them is" if count == 1 else f"{count:,} of them are"
        certain = f"with {digits:,} zeros behind the point for certain"
        return f"{verdict(self.levels)}\n{shown_as} shown as 0, {certain}"


def _nearest(number: Any) -> Any:
    """The float nearest to a number, of an array those of its entries; None where there is none."""
    if hasattr(number, "shape"):
        import numpy as np

        is_float = number.dtype.kind == "f"
        return number if is_float else np.frompyfunc(nearest_float, 1, 1)(number).astype(float)
    return None if number is None else nearest_float(number)
