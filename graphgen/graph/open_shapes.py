"""The shapes of inputs that have none declared: what the operations on them ask for, in the simplest reading.

`z = W @ x` says that W and x are arrays. How many axes each has is found by what the operations take:
terms have as many as one another, sums give single numbers. Where that leaves a choice, a name with a
capital is a matrix, one with a small letter a number, else a row. Lengths of which nothing is known stand
as small numbers that are all different.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice, product
from typing import Any

from graphgen.graph.node import op_of
from graphgen.graph.numbers import is_value, shape_of
from graphgen.ops import Op, Shape, broadcast

_AXES = (0, 1, 2)
_LENGTH = 12
"""The length of every axis, where only their number is asked for."""
_COST_OF_LEVELS = (0, 2, 2)
"""The cost of a reading in which terms agree, in which one may be a number, and in which one may be a row."""
_MOST_READINGS = 300
_ARRAY_OUTPUT = 2
"""The cost of a reading in which the output is no single number."""


@dataclass(frozen=True)
class Step:
    """A node before the shapes are known: `declared` is the shape of an input, None where there is none."""

    id: str
    op: Op | None
    operands: tuple[str, ...]
    parameters: tuple[tuple[str, Any], ...]
    declared: Shape | None
    is_constant: bool


@dataclass(frozen=True)
class Found:
    """The shapes of inputs that were not declared, and those inputs for which another shape fits as well."""

    shapes: Mapping[str, Shape]
    unclear: tuple[str, ...] = ()


def step_of(id: str, attributes: Mapping[str, Any], edges: Sequence[tuple[Any, str, Any]]) -> Step:
    """A node before its shape is known, where it may be none at all."""
    value, recorded = attributes.get("value"), attributes.get("recorded")
    op = None if recorded else op_of(attributes, len(edges))
    known = recorded.value if recorded else value
    declared = shape_of(known) if is_value(known) else attributes.get("shape")
    operands = (operand for _, operand, _ in sorted(edges, key=lambda edge: str(edge[0])))
    parameters = tuple(attributes.get("parameters") or ())
    is_constant = op is None and attributes.get("name") is None
    return Step(id, op, tuple(operands), parameters, None if op else declared, is_constant)


def found_shapes(steps: Sequence[Step], output: str) -> Found:
    """The shapes of the inputs that have none; no shapes where nothing says that there are arrays, or where
    no shapes fit, as the error about them says."""
    free = [step.id for step in steps if step.op is None and step.declared is None]
    if not free or all(step.op is None or step.op.is_elementwise for step in steps):
        return Found({})
    reading = _Ranks(steps, output).simplest(free)
    if reading is None:
        return Found({})
    ranks, unclear = reading
    shapes = _lengths(steps, {id: ranks[id] for id in free})
    return Found({}) if shapes is None else Found(shapes, unclear)


Domains = dict[str, frozenset[int]]


class _Ranks:
    """How many axes each value can have."""

    def __init__(self, steps: Sequence[Step], output: str) -> None:
        self.steps, self.output = steps, output
        self.operations = [step for step in steps if step.op is not None]
        others = {
            operand
            for step in self.operations
            if step.op and (not step.op.is_elementwise or step.op.operator in ("+", "-"))
            for operand in step.operands
        }
        self.factors = {step.id for step in steps} - others
        self.constants = {step.id for step in steps if step.is_constant}

    def simplest(self, free: Sequence[str]) -> tuple[Mapping[str, int], tuple[str, ...]] | None:
        """The cheapest reading, and the inputs whose axes it leaves unclear; None where nothing fits."""
        axes = {step.id: len(step.declared) for step in self.steps if step.declared is not None}
        start = {step.id: frozenset([axes[step.id]] if step.id in axes else _AXES) for step in self.steps}
        found: list[tuple[int, int, dict[str, int]]] = []
        for level, extra in enumerate(_COST_OF_LEVELS):
            if found and min(cost for cost, _, _ in found) <= extra:
                break
            first = self._narrowed(start, level)
            readings = self._readings(first, list(free), level) if first else iter(())
            for reading in islice(readings, _MOST_READINGS):
                found.append((extra + self._cost(reading, free), level, reading))
                if found[-1][0] == extra:
                    break
        if not found:
            return None
        _, level, best = min(found, key=lambda one: one[:2])
        return best, tuple(id for id in free if self._is_unclear(id, best, start, level))

    def _readings(self, domains: Domains, free: list[str], level: int) -> Iterator[dict[str, int]]:
        """Every reading that fits, the cheaper choices first."""
        undecided = next((id for id in free if len(domains[id]) > 1), None)
        if undecided is None:
            yield {id: min(domain) for id, domain in domains.items()}
            return
        for rank in sorted(domains[undecided], key=lambda rank: (self._cost_of_axes(undecided, rank), rank)):
            narrowed = self._narrowed({**domains, undecided: frozenset([rank])}, level)
            if narrowed:
                yield from self._readings(narrowed, free, level)

    def _cost(self, reading: Mapping[str, int], free: Sequence[str]) -> int:
        of_output = _ARRAY_OUTPUT * (reading[self.output] > 0)
        return of_output + sum(self._cost_of_axes(id, reading[id]) for id in free)

    def _cost_of_axes(self, id: str, axes: int) -> int:
        """A matrix has a capital; a factor with a small letter is a number; else a row is as good as one."""
        if _is_capital(id):
            return (3, 3, 0)[axes]
        return 2 if axes == 2 or (axes == 1 and id in self.factors) else 0

    def _is_unclear(self, id: str, best: Mapping[str, int], start: Domains, level: int) -> bool:
        """Whether an input might as well be another array, by which its gradient would be another one."""
        ops = [(step.op, step.operands.index(id)) for step in self.operations if id in step.operands]
        if any(op and op.targets == place for op, place in ops):
            return True  # a label for each row, or shares
        if not ops or not all(op and op.is_elementwise for op, _ in ops):
            return False
        if best[id] == 2 and not _is_capital(id):
            return True  # a row that is added to each row, or a matrix
        others = {
            step.id: frozenset([best[step.id]])
            for step in self.steps
            if step.id != id and (step.op is None or step.id == self.output)
        }
        return best[id] == 0 and any(
            self._narrowed({**start, **others, id: frozenset([rank])}, level) for rank in (1, 2)
        )

    def _narrowed(self, domains: Domains, level: int) -> Domains | None:
        """The numbers of axes that are left where each operation has its say; None where none is."""
        domains = dict(domains)
        changed = True
        while changed:
            changed = False
            for step in self.operations:
                names = (*step.operands, step.id)
                allowed = list(self._allowed(step, domains, level))
                for place, name in enumerate(names):
                    left = domains[name] & {ranks[place] for ranks in allowed}
                    if not left:
                        return None
                    changed |= left != domains[name]
                    domains[name] = left
        return domains

    def _allowed(self, step: Step, domains: Domains, level: int) -> Iterator[tuple[int, ...]]:
        assert step.op is not None
        for ranks in product(*(domains[operand] for operand in step.operands)):
            met = {
                rank
                for rank, operand in zip(ranks, step.operands, strict=True)
                if operand not in self.constants
            }
            if step.op.is_elementwise:
                must_agree = met if level == 0 and step.op.operator in ("+", "-") else met - {0}
                agrees = len(must_agree) <= 1 or level == 2
                value = max(ranks) if agrees else None
            else:
                value = _axes_of_value(step, ranks)
            # The same operand twice has the same axes twice.
            is_one = len(set(zip(step.operands, ranks, strict=True))) == len(set(step.operands))
            if value is not None and is_one and value in domains[step.id]:
                yield (*ranks, value)


def _axes_of_value(step: Step, ranks: tuple[int, ...]) -> int | None:
    assert step.op is not None
    assert step.op.shape is not None
    try:
        return len(step.op.shape(*((_LENGTH,) * rank for rank in ranks), **dict(step.parameters)))
    except ValueError:
        return None


def _is_capital(id: str) -> bool:
    return id[0].isupper()


def _lengths(steps: Sequence[Step], ranks: Mapping[str, int]) -> dict[str, Shape] | None:
    """The shapes of inputs with so many axes; None where lengths do not fit."""
    used = {length for step in steps for length in step.declared or ()}
    fresh = (number for number in count(2) if number not in used)
    open_shapes = {id: tuple(next(fresh) for _ in range(rank)) for id, rank in ranks.items()}
    is_open = {length for shape in open_shapes.values() for length in shape}
    while True:
        unequal = _unequal(steps, open_shapes)
        if unequal is None:
            return open_shapes
        old, new = unequal if unequal[0] in is_open else unequal[::-1]
        if old not in is_open or new == 1:
            return None
        is_open.discard(old)
        open_shapes = {
            id: tuple(new if length == old else length for length in shape)
            for id, shape in open_shapes.items()
        }


def _unequal(steps: Sequence[Step], open_shapes: Mapping[str, Shape]) -> tuple[int, int] | None:
    """Two lengths that an operation wants to be one; None where there are none, or nothing helps."""
    shapes: dict[str, Shape] = {}
    for step in steps:
        if step.op is None:
            shapes[step.id] = open_shapes.get(step.id, step.declared or ())
            continue
        given = [shapes[operand] for operand in step.operands]
        try:
            shapes[step.id] = (step.op.shape or broadcast)(*given, **dict(step.parameters))
        except ValueError:
            return next(_meeting(step.op, given), None)
    return None


def _meeting(op: Op, shapes: Sequence[Shape]) -> Iterator[tuple[int, int]]:
    """The lengths that an operation wants to be equal, and are not."""
    pairs: Iterator[tuple[int, int]]
    if op.name in ("matmul", "affine"):
        pairs = iter([(shapes[0][-1], shapes[1][0])])
        if op.name == "affine":
            whole = shapes[0][:-1] + shapes[1][1:]
            pairs = iter([*pairs, *zip(whole[::-1], shapes[2][::-1], strict=False)])
    elif op.is_elementwise:
        pairs = zip(shapes[0][::-1], shapes[-1][::-1], strict=False)
    else:
        pairs = zip(shapes[0], shapes[-1], strict=False)
    return (pair for pair in pairs if pair[0] != pair[1])
