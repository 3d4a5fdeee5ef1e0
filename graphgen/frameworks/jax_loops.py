"""Loops of JAX, unrolled with the numbers that are given."""

from __future__ import annotations

from typing import Any

from graphgen.errors import SourceError
from graphgen.frameworks.jax_values import Known, Unfinished, number_of
from graphgen.frameworks.jax_widening import of_scan, of_while

MOST_STEPS = 10_000
"""Steps of the longest loop that is unrolled."""


def scan(on: Any, parameters: Any, operands: list[Any]) -> list[Any]:
    """A scan, step by step, from the end where it runs in reverse."""
    import numpy as np

    program, carried = parameters["jaxpr"], parameters["num_carry"]
    fixed, carry, rows = of_scan(parameters, operands)
    if parameters["length"] > MOST_STEPS:
        raise _too_long(on)
    steps = range(parameters["length"])
    found: list[list[Any]] = []
    for step in reversed(steps) if parameters["reverse"] else steps:
        with on.tape.within(f"{on.tape.group}.{step}".strip("."), "step"):
            now = [_row(on, row, step) for row in rows]
            results = on.walk(program.jaxpr, program.consts, [*fixed, *carry, *now])
        carry = results[:carried]
        found.append(results[carried:])
    if parameters["reverse"]:
        found.reverse()
    stacked = [_stacked(on, list(column)) for column in zip(*found, strict=True)] if found else []
    return [*(part if isinstance(part, Known | Unfinished) else np.asarray(part) for part in carry), *stacked]


def repeat(on: Any, parameters: Any, operands: list[Any]) -> list[Any]:
    """A loop, as long as its condition holds for the numbers."""
    condition, body = parameters["cond_jaxpr"], parameters["body_jaxpr"]
    asked, fixed, carry = of_while(parameters, operands)
    for step in range(MOST_STEPS + 1):
        (goes_on,) = on.numbers_of(condition.jaxpr, condition.consts, [*asked, *carry])
        if not goes_on:
            return carry
        if step < MOST_STEPS:
            with on.tape.within(f"{on.tape.group}.{step}".strip("."), "step"):
                carry = on.walk(body.jaxpr, body.consts, [*fixed, *carry])
    raise _too_long(on)


def _too_long(on: Any) -> SourceError:
    return SourceError(
        f"a loop has more than {MOST_STEPS:,} steps, each of which would be drawn",
        "capture one with fewer",
        on.tape.place,
    )


def _row(on: Any, array: Any, step: int) -> Any:
    _require_finished(on, array)
    if not isinstance(array, Known):
        return array[step]
    return Known(on.apply("index", array, at=(step,)), array.value[step])


def _stacked(on: Any, rows: list[Any]) -> Any:
    import numpy as np

    for row in rows:
        _require_finished(on, row)
    whole = np.stack([number_of(row) for row in rows])
    if not any(isinstance(row, Known) for row in rows):
        return whole
    shape = (1, *whole.shape[1:])
    node = on.apply("reshape", rows[0], shape=shape)
    for row in rows[1:]:
        node = on.apply("concatenate", node, on.apply("reshape", row, shape=shape), axis=0)
    return Known(node, whole)


def _require_finished(on: Any, operand: Any) -> None:
    if isinstance(operand, Unfinished):
        raise SourceError(
            f"{operand.title} gives numbers that are complex or not finite to the steps of a loop",
            "make finite numbers of them before",
            on.tape.place,
        )
