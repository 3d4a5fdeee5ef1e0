"""Graphs that are too large to be proved: floats, held against a difference along one direction.

One random direction over all inputs tells a wrong gradient of any entry: Σ gradient · t must be what the
output changes by along t. It costs a few forward passes, however many entries there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from graphgen.autodiff import backward, forward
from graphgen.graph import ComputationalGraph, Pass
from graphgen.verification.report import Mismatch, Report

_STEP = 2.0**-17
_CLOSE = 1e-4
"""How near a difference of floats must come, relative to the sizes of what is summed."""


def compare(graph: ComputationalGraph, inputs: Mapping[str, Any], goes_back: bool) -> Report:
    """The floats of a graph: compared where they go back, computed where only the values are shown."""
    run = forward(graph, inputs)
    if not goes_back:
        return Report(graph, run, {"computed": _count(run)})
    run = backward(run)
    wrong = tuple(_mismatches(graph, run))
    run = replace(run, kinks=_kinks(run), level="compared")
    return Report(graph, run, {"compared": _count(run)}, wrong)


def _mismatches(graph: ComputationalGraph, run: Pass[Any]) -> Iterator[Mismatch]:
    import numpy as np

    random = np.random.default_rng(0)
    directions = {
        node.id: random.standard_normal(node.shape) * _scale(run.values[node.id])
        for node in graph.inputs
        if graph.has_gradient(node.id)
    }
    terms = [np.ravel(run.gradients[id] * t) for id, t in directions.items()]
    slope, size = (float(sum(np.sum(f(term)) for term in terms)) for f in (np.asarray, np.abs))

    def at(step: float) -> float:
        moved = {id: run.values[id] + step * t for id, t in directions.items()}
        kept = {node.id: run.values[node.id] for node in graph.inputs}
        return float(forward(graph, kept | moved).values[graph.output])

    wide, narrow = ((at(step) - at(-step)) / (2 * step) for step in (_STEP, _STEP / 2))
    difference = narrow + (narrow - wide) / 3
    if abs(difference - slope) > _CLOSE * max(size, abs(difference)):
        said = {"gradients": f"{slope:.12g}", "differences": f"{difference:.12g}"}
        yield Mismatch("slope along a direction of", "all inputs", graph.output, said)


def _scale(value: Any) -> Any:
    import numpy as np

    return np.maximum(np.abs(value), 1.0)


def _kinks(run: Pass[Any]) -> frozenset[str]:
    import numpy as np

    return frozenset(
        run.graph.ids[index]
        for index, op, operands in run.graph.operations
        if op.switch is not None and not np.all(op.switch(*(run.node_values[i] for i in operands)))
    )


def _count(run: Pass[Any]) -> int:
    import numpy as np

    return sum(np.size(number) for part in run.parts for number in part if number is not None)
