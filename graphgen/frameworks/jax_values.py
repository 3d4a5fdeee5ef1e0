"""The values that a program of JAX computes, and operations that JAX can run again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphgen.autodiff import difference, is_near
from graphgen.frameworks.tape import NodeNumber


@dataclass(frozen=True)
class Known:
    """A value that a node stands for."""

    node: NodeNumber
    value: Any


@dataclass(frozen=True)
class Unfinished:
    """A result that is complex, or not finite, such as scores that are masked by −∞: it is no node, but goes
    into the operation that uses it. Of masked scores `finite` is a node that has those that are finite."""

    title: str
    value: Any
    operands: tuple[Known, ...]
    call: Callable[..., Any]
    finite: Known | None = None


def number_of(operand: Any) -> Any:
    """The numbers of an operand, which may be numbers themselves."""
    return operand.value if isinstance(operand, Known | Unfinished) else operand


@dataclass(frozen=True)
class JaxReplay:
    """One operation as a function of its operands, which JAX runs again."""

    jax: Any
    call: Callable[..., Any]
    operands: tuple[Any, ...]

    def sent(self, upstream: Any) -> tuple[Any, ...]:
        """The gradient of each operand."""
        import numpy as np

        value, back = self.jax.vjp(self.call, *self.operands)
        return tuple(
            np.asarray(part) for part in back(np.asarray(upstream, dtype=float).reshape(value.shape))
        )

    def agrees(self, upstream: Any, sent: tuple[Any, ...]) -> bool:
        """Whether a difference along a direction is what goes back along it."""
        import numpy as np

        random = np.random.default_rng(0)
        along = [random.standard_normal(x.shape) * np.maximum(np.abs(x), 1.0) for x in self.operands]
        terms = [part * t for part, t in zip(sent, along, strict=True)]
        slope, size = (sum(float(f(term).sum()) for term in terms) for f in (np.asarray, np.abs))

        def at(step: float) -> float:
            moved = (x + step * t for x, t in zip(self.operands, along, strict=True))
            return float((np.asarray(upstream) * np.asarray(self.call(*moved))).sum())

        found = difference(at)
        return bool(np.isfinite(found)) and is_near(found, slope, size)
