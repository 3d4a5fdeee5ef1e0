"""A graph as one straight-line function: for evaluating it many times, as in training.

The rules of the op table are inlined one after the other, forward and then backward, so that a node
costs a line and no call. The lines compute in floats what the engine computes, in the same order, and where
something is not finite, the engine is asked. They are syntax trees, never text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphgen.autodiff.engine import backward, forward, seed
from graphgen.autodiff.floats import numeric
from graphgen.autodiff.straight import straight
from graphgen.errors import EvaluationError, excerpt
from graphgen.graph import ComputationalGraph, given_numbers


@dataclass(frozen=True)
class Evaluation:
    """The result of a plan: the values of the nodes that have a name, and the gradients that were wanted.

    The output counts as named.
    """

    value_names: tuple[str, ...]
    gradient_names: tuple[str, ...]
    named_values: tuple[Any, ...]
    named_gradients: tuple[Any, ...]

    @cached_property
    def values(self) -> Mapping[str, Any]:
        return dict(zip(self.value_names, self.named_values, strict=True))

    @cached_property
    def gradients(self) -> Mapping[str, Any]:
        return dict(zip(self.gradient_names, self.named_gradients, strict=True))


@dataclass(frozen=True)
class Plan:
    """A compiled graph. Called with values of inputs, by name, it gives what the engine would give.

    An input that is not given keeps its own number. The numbers are floats; `graphgen.verify` gives proven
    ones.
    """

    graph: ComputationalGraph
    value_names: tuple[str, ...]
    gradient_names: tuple[str, ...]
    _straight: Callable[..., Any]
    _numbers: dict[str, Any]

    def __call__(self, **inputs: Any) -> Evaluation:
        """Raises EvaluationError as `forward` and `backward` do."""
        given = self._numbers
        if inputs:
            given = given | {name: self._checked(name, value) for name, value in inputs.items()}
        try:
            with _strict(self.graph):
                values, gradients, total = self._straight(*given.values())
        except (ArithmeticError, ValueError):
            return self._by_the_engine(inputs)
        # What is not finite makes the sum so.
        if not math.isfinite(total):
            return self._by_the_engine(inputs)
        return Evaluation(self.value_names, self.gradient_names, values, gradients)

    def _checked(self, name: str, value: Any) -> Any:
        if name not in self._numbers:
            raise EvaluationError(
                f"{excerpt(name)} is not an input of the graph",
                f"its inputs are {', '.join(self._numbers) or 'none'}",
            )
        node = self.graph[name]
        # Looking at every entry would cost as much as the rest of a small network's step.
        if node.shape and getattr(value, "shape", None) == node.shape and value.dtype.kind in "fiu":
            return value.astype(float, copy=False)
        return numeric(node, value)

    def _by_the_engine(self, inputs: dict[str, Any]) -> Evaluation:
        """The engine knows what to say; or that the output does not depend on what has an infinite slope."""
        run = backward(forward(self.graph, inputs))
        return Evaluation(
            self.value_names,
            self.gradient_names,
            tuple(map(run.values.__getitem__, self.value_names)),
            tuple(map(run.gradients.__getitem__, self.gradient_names)),
        )


def compiled(graph: ComputationalGraph, wrt: Collection[str] | None = None) -> Plan:
    """The plan of a graph whose output is a single number.

    `wrt` names the nodes whose gradients are wanted: all that have a name, unless given.

    Its numbers are those of the engine, floats: rounded at each step, with what cancellation leaves of them.
    `graphgen.verify` gives numbers that are proved.

    >>> from graphgen.language import parse
    >>> plan = compiled(parse("x = 3\\ny = x * x"))
    >>> plan().gradients["x"], plan(x=4).gradients["x"]
    (6.0, 8.0)

    Raises EvaluationError for a graph with inputs that have no number, or without gradients, or for a
    name that has none.
    """
    seed(graph)
    recorded = next((node for node in graph if node.recorded), None)
    if recorded:
        raise EvaluationError(
            f"{recorded.described} has numbers of its framework alone",
            "use forward and backward",
            recorded.place,
        )
    names = tuple(node.id for node in graph if node.name or node.id == graph.output)
    with_gradient = tuple(filter(graph.is_varying, names))
    wanted = with_gradient if wrt is None else tuple(wrt)
    unknown = next((name for name in wanted if name not in graph or not graph.is_varying(name)), None)
    if unknown is not None:
        raise EvaluationError(
            f"{excerpt(unknown)} has no gradient", f"those of {', '.join(with_gradient)} can be had"
        )
    numbers = {index: numeric(graph.nodes[index], number) for index, number in given_numbers(graph)}
    inputs = {graph.nodes[i].id: number for i, number in numbers.items() if graph.nodes[i].is_input}
    return Plan(graph, names, wanted, straight(graph, numbers, names, wanted), inputs)


def _strict(graph: ComputationalGraph) -> AbstractContextManager[Any]:
    """NumPy raises where it would warn, which costs nothing."""
    if graph.is_scalar:
        return nullcontext()
    import numpy as np

    return np.errstate(over="raise", divide="raise", invalid="raise")
