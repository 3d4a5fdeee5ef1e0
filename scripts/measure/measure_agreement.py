"""Hold proven numbers, the float engine's and PyTorch's against each other, on every node of random graphs.

The graphs are drawn by the strategies of the tests: operations of the whole table, with fan-out, repeated
operands and constants; one in five is of arrays. The exact numbers are those that `verify` proves; floats and
PyTorch's are compared with them and with each other here. The record that this writes is the same
on every run with the same seed and versions, but for the time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from measured import FOLDER, circumstances, write

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))

from counterparts import torch_pass
from strategies import array_programs, programs

from graphgen.autodiff import backward, forward
from graphgen.errors import EvaluationError
from graphgen.graph import ComputationalGraph
from graphgen.ops import OPS
from graphgen.verification import verify

BATCH = 500
"""Graphs from one seed."""
ARRAYS = 0.2
"""Share of the graphs that are of arrays."""
TOLERANCE = 1e-9
"""How far floats may be off, relative to numbers above 1."""

Numbers = Mapping[str, Any]
ENGINES = ("float", "exact", "PyTorch")


class Agreement:
    """The comparisons so far, and the largest disagreement of each pair of engines."""

    def __init__(self) -> None:
        self.graphs = self.of_arrays = self.nodes = self.values = self.gradients = self.kinks = 0
        self.proved = self.refused = 0
        self.ops: Counter[str] = Counter()
        self.largest = {f"{one} - {other}": 0.0 for one, other in combinations(ENGINES, 2)}
        self.disagreements: list[str] = []

    def add(self, graph: ComputationalGraph) -> None:
        """Runs a graph by every engine; one whose branches no precision decides is only counted."""
        try:
            report = verify(graph)
        except EvaluationError:
            self.refused += 1
            return
        floats, exact = backward(forward(graph)), report.numeric
        torch_values, torch_gradients = torch_pass(graph)
        self.values += self._compare(graph, floats.values, exact.values, torch_values)
        self.gradients += self._compare(graph, floats.gradients, exact.gradients, torch_gradients)
        self.disagreements += [f"{check}\n{graph.source()}" for check in report.mismatches]
        self.graphs += 1
        self.of_arrays += not graph.is_scalar
        self.nodes += len(graph)
        self.proved += report.levels.get("proved", 0)
        self.kinks += len(report.numbers.kinks)
        self.ops.update(node.op.name for node in graph if node.op)

    def _compare(self, graph: ComputationalGraph, *found: Numbers) -> int:
        """Compares the numbers of every node; returns how many there are."""
        for id in found[0]:
            by_engine = zip(ENGINES, (np.asarray(numbers[id], dtype=float) for numbers in found), strict=True)
            for (one, ours), (other, theirs) in combinations(by_engine, 2):
                apart = disagreement(ours, theirs)
                pair = f"{one} - {other}"
                self.largest[pair] = max(self.largest[pair], apart)
                if not apart <= TOLERANCE:
                    self.disagreements.append(f"{pair} at {id}: {ours} {theirs}\n{graph.source()}")
        return sum(np.size(number) for number in found[0].values())

    def record(self) -> dict[str, Any]:
        return {
            "graphs": self.graphs,
            "graphs_of_arrays": self.of_arrays,
            "graphs_refused": self.refused,
            "nodes": self.nodes,
            "values_compared": self.values,
            "gradients_compared": self.gradients,
            "numbers_proved": self.proved,
            "nodes_at_kinks": self.kinks,
            "ops": dict(sorted(self.ops.items())),
            "ops_missing": sorted(OPS.keys() - self.ops),
            "largest_disagreement": self.largest,
            "disagreements": self.disagreements,
        }


def disagreement(one: Any, other: Any) -> float:
    """The largest difference of two numbers or arrays, relative to the larger where that is above 1."""
    size = np.maximum(1.0, np.maximum(np.abs(one), np.abs(other)))
    return float(np.max(np.abs(one - other) / size))


def measure(graphs: int, number: int) -> dict[str, Any]:
    found, start = Agreement(), time.perf_counter()
    for batch, run in enumerate(_batches(graphs, number, found.add)):
        run()
        if batch % 10 == 9:
            print(f"{found.graphs:,} graphs, {found.nodes:,} nodes …", flush=True)
    seconds = round(time.perf_counter() - start)
    versions = circumstances(__file__, "numpy", "sympy", "torch", "hypothesis")
    return {**versions, "seed": number, **found.record(), "seconds": seconds}


def _batches(
    graphs: int, number: int, add: Callable[[ComputationalGraph], None]
) -> Iterator[Callable[[], None]]:
    of_arrays = round(ARRAYS * graphs)
    for strategy, count in ((programs(max_steps=24), graphs - of_arrays), (array_programs(), of_arrays)):
        for batch, start in enumerate(range(0, count, BATCH)):
            drawn = settings(
                max_examples=min(BATCH, count - start),
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            yield seed(number + batch)(drawn(given(strategy)(add)))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--graphs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--output", default=str(FOLDER / "agreement.json"), help="the file to write; - for none"
    )
    asked = parser.parse_args()
    record = measure(asked.graphs, asked.seed)
    if asked.output != "-":
        write(Path(asked.output), record)
    print(json.dumps({name: record[name] for name in record if name != "ops"}, indent=1, ensure_ascii=False))
    return 1 if record["disagreements"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
