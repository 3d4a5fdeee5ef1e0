"""The numbers that a framework computed, as a captured graph carries them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphgen.graph.numbers import Value


@dataclass(frozen=True, eq=False)
class Recorded:
    """The numbers of an operation for which the op table has no row, as its framework computed them.

    They hold at the captured point alone: for these values of its operands, and this `upstream` gradient of
    the operation, None where nothing comes back. `value` is the result, and `sent` what goes back to each
    operand, None where nothing does. `is_compared` says whether what goes back agrees with differences.

    While a function is being captured the framework itself can be asked: `live` gives what goes back, from
    the upstream gradient.
    """

    value: Value
    operands: tuple[Value, ...]
    upstream: Value | None = None
    sent: tuple[Value | None, ...] = ()
    is_compared: bool = False
    live: Callable[[Any], tuple[Any, ...]] | None = None


@dataclass(frozen=True, eq=False)
class Reference:
    """A framework's own values and gradients of a graph, by the ids of its nodes.

    `framework` is its name and version, as "torch 2.9.0", and `bits` the width of the floats in which it
    computed: 64 or 32.
    """

    framework: str
    values: Mapping[str, Any] = field(default_factory=dict)
    gradients: Mapping[str, Any] = field(default_factory=dict)
    bits: int = 64
