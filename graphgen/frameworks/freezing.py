"""A captured graph on its own: what the framework was asked is kept in the place of the framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from graphgen.autodiff import backward, forward
from graphgen.graph import ComputationalGraph, Pass, Recorded, array_value


class Replay(Protocol):
    """An operation without a row, which its framework runs again."""

    def sent(self, upstream: Any) -> tuple[Any, ...]:
        """The gradient of each operand; None where nothing goes back."""

    def agrees(self, upstream: Any, sent: tuple[Any, ...]) -> bool:
        """Whether a difference along a direction is what goes back along it."""


def own_pass(graph: ComputationalGraph) -> Pass[Any]:
    """Our own numbers: with gradients where the output is a single number."""
    run = forward(graph)
    return run if graph[graph.output].shape else backward(run)


def frozen(graph: ComputationalGraph, run: Pass[Any], replays: Mapping[str, Replay]) -> ComputationalGraph:
    """The graph with what goes back at the captured point, in the place of the framework that was asked."""
    import numpy as np

    if not replays:
        return graph
    known: dict[str, dict[str, Any]] = {}
    for id, replay in replays.items():
        before = graph.wiring.nodes[id]["recorded"]
        recorded = Recorded(before.value, before.operands)
        upstream = run.gradients.get(id, 0.0)
        if np.any(upstream):
            sent = replay.sent(upstream)
            parts = tuple(None if part is None else array_value(part) for part in sent)
            agrees = replay.agrees(upstream, sent)
            recorded = Recorded(before.value, before.operands, array_value(upstream), parts, agrees)
        known[id] = {"recorded": recorded}
    return ComputationalGraph(graph.wiring.with_nodes(known), graph.output)
