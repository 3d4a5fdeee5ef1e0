"""Graphs that are too large to be proved: floats, held against a difference along one direction.

One random direction over all inputs tells a wrong gradient of any entry: Σ gradient · t must be what the
output changes by along t. It costs a few forward passes, however many entries there are. An operation that
the op table has no row for cannot be moved: what it gives is moved instead, as if it were an input.

A captured graph is held against the numbers of its framework as well, each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from math import prod
from typing import Any

from graphgen.autodiff import backward, difference, forward, is_near, one_sided
from graphgen.graph import ComputationalGraph, GraphBuilder, Level, Pass, disagreements
from graphgen.verification.report import Mismatch, Report


def compare(graph: ComputationalGraph, inputs: Mapping[str, Any], goes_back: bool) -> Report:
    """The floats of a graph: compared where they go back, computed where only the values are shown."""
    run = forward(graph, inputs)
    if not goes_back:
        has_all = graph.reference is not None and graph.reference.values.keys() >= graph.index.keys()
        run = replace(run, level="compared" if has_all else "computed")
        return Report(graph, run, {run.level: run.count})
    run = backward(run)
    cut = without_recorded(graph)
    level, wrong = _along_a_direction(cut, run if cut is graph else backward(forward(cut)))
    if level == "computed" and _has_framework(graph):
        level = "compared"
    computed = sum(
        prod(graph[operand].shape)
        for operand, id, _ in graph.edges
        if (recorded := graph[id].recorded) and not recorded.is_compared and graph.is_varying(operand)
    )
    run = replace(run, kinks=_kinks(run), level=level)
    levels: Counter[Level] = Counter({level: run.count - computed})
    if computed:
        levels["computed"] += computed
    return Report(graph, run, levels, wrong)


def against_framework(report: Report) -> Report:
    """The same report with the numbers that the framework of a captured graph has otherwise."""
    if report.graph.reference is None:
        return report
    found = (
        Mismatch(each.kind, f"of {each.node!r}", each.node, each.witnesses, each.suspect)
        for each in disagreements(report.graph, report.numeric)
    )
    first = next(found, None)
    return report if first is None else replace(report, mismatches=(first, *found, *report.mismatches))


def without_recorded(graph: ComputationalGraph) -> ComputationalGraph:
    """The graph with an input in the place of each operation that the op table has no row for."""
    if not any(node.recorded for node in graph):
        return graph
    builder, numbers = GraphBuilder(), dict[str, int]()
    for node in graph:
        if node.recorded or node.op is None:
            value = node.recorded.value if node.recorded else node.value
            numbers[node.id] = builder.given(node.id if node.op else node.name, value)
        else:
            operands = (numbers[operand] for operand in node.operands)
            numbers[node.id] = builder.apply(node.op, *operands, parameters=node.parameters)
            builder.describe(numbers[node.id], name=node.id)
    return builder.build(numbers[graph.output], upstream=graph.upstream, stand_ins=graph.has_stand_ins)


def _has_framework(graph: ComputationalGraph) -> bool:
    """Whether a framework has a gradient of every input, against which ours are held."""
    return graph.reference is not None and all(
        node.id in graph.reference.gradients for node in graph.inputs if graph.has_gradient(node.id)
    )


def _along_a_direction(graph: ComputationalGraph, run: Pass[Any]) -> tuple[Level, tuple[Mismatch, ...]]:
    """How sure a difference makes the gradients, and where it says otherwise.

    It tells nothing on a kink, where the slopes on both sides are two.
    """
    import numpy as np

    random = np.random.default_rng(0)
    directions = {
        node.id: random.standard_normal(node.shape) * _scale(run.values[node.id])
        for node in graph.inputs
        if graph.has_gradient(node.id)
    }
    slope = size = 0.0
    for id, t in directions.items():
        term = np.asarray(run.gradients[id] * t)
        slope, size = slope + float(np.sum(term)), size + float(np.sum(np.abs(term)))

    def at(step: float) -> float:
        moved = {id: _moved(run.values[id], step, t) for id, t in directions.items()}
        kept = {node.id: run.values[node.id] for node in graph.inputs}
        return float(np.sum(upstream * forward(graph, kept | moved).values[graph.output]))

    upstream = run.gradients[graph.output]
    found = difference(at)
    if not is_near(found, slope, size):
        before, behind = one_sided(at)
        if not is_near(before, behind, size):
            return "computed", ()
        found = (before + behind) / 2
    if is_near(found, slope, size):
        return "compared", ()
    said = {"gradients": f"{slope:.12g}", "differences": f"{found:.12g}"}
    return "compared", (Mismatch("slope along a direction of", "all inputs", graph.output, said),)


def _moved(value: Any, step: float, direction: Any) -> Any:
    """The value further along a direction, in an array that the engine need not copy."""
    import numpy as np

    moved = np.asarray(value + step * direction)
    moved.flags.writeable = False
    return moved


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
