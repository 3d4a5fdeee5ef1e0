"""Measure graphgen against named peers in one run, and print the results as a Markdown table.

Run it in an environment that has the package and the dependency group `benchmark`. Times depend on the
machine, ratios hardly do. A benchmark is a function that yields rows; list it in BENCHMARKS.
"""

from __future__ import annotations

import math
import subprocess
import sys
import time
import timeit
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

from comparing import Row, best, compared, duration, main, skipped

from graphgen.autodiff import backward, forward
from graphgen.diagram import Scene
from graphgen.graph import ComputationalGraph, GraphBuilder
from graphgen.language import parse
from graphgen.ops import OPS

START, FACTOR, TERM = 0.5, 0.999, 0.001
CHAIN = 900
"""Operations in the chain for micrograd, whose recursion ends near 1,000."""
MULTIPLY_ADDS = 5_000
SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
NESTED_STEPS = 14
IMPORTS = 7
LAYERS, MORE_LAYERS = (5, 7, 7, 2), (9, 11, 11, 8, 2)
"""Values in each layer of the networks whose pictures are drawn, of some 300 nodes and some 1,000."""
REUSING = 150
"""Operations in the chain whose picture is drawn."""
TURNS = 3
"""Pictures of each kind that are drawn, of which the quickest counts."""


def numeric() -> Iterator[Row]:
    """The float engine against micrograd's, on the same chain of products and sums."""
    graph = chain(CHAIN)
    run = forward(graph)
    what = f"backward pass, chain of {CHAIN} operations"
    again = f"forward and backward pass, chain of {CHAIN} operations"
    if not find_spec("micrograd"):
        yield from (skipped(row, "micrograd") for row in (what, again))
        return
    output = micrograd_chain(CHAIN)
    yield per_node(what, best(lambda: backward(run)), "micrograd", best(output.backward))
    ours = best(lambda: backward(forward(graph)))
    yield per_node(again, ours, "micrograd", best(lambda: micrograd_chain(CHAIN).backward()))


def compiled() -> Iterator[Row]:
    """A compiled chain of multiply-adds against micrograd's backward pass alone, which has a shorter one."""
    for kind, wrt in (("numbers", ("x",)), ("inputs", ("x", "factor", "term"))):
        graph = chain(2 * MULTIPLY_ADDS, with_inputs=kind == "inputs")
        what = f"compiled, both passes of {MULTIPLY_ADDS:,} multiply-adds with {kind} as factors, each"
        plan = graph.compile(wrt=wrt)
        run, reference = plan(), backward(forward(graph))
        assert run.values[graph.output] == reference.values[graph.output]
        assert all(run.gradients[name] == reference.gradients[name] for name in wrt)
        if not find_spec("micrograd"):
            yield skipped(what, "micrograd")
            continue
        output = micrograd_chain(CHAIN // 2 * 2, with_inputs=kind == "inputs")
        peer = best(output.backward) / (CHAIN // 2)
        yield compared(what, best(plan) / MULTIPLY_ADDS, "micrograd's backward pass", peer)


def training() -> Iterator[Row]:
    """A step of training a network of two layers against the same step written by hand in NumPy."""
    import network
    import numpy as np

    from graphgen import trace

    generator = np.random.default_rng(0)
    images, labels = generator.random((100, 64)), generator.integers(10, size=100)
    parameters = {
        "W1": generator.normal(scale=0.2, size=(64, 50)),
        "b1": np.zeros(50),
        "W2": generator.normal(scale=0.2, size=(50, 10)),
        "b2": np.zeros(10),
    }
    plan = trace(network.loss, x=images, t=labels, **parameters).compile(wrt=tuple(parameters))

    def moved(gradients: Any) -> None:
        for name, parameter in parameters.items():
            parameter -= 1e-9 * gradients[name]

    run, (loss, gradients) = plan(**parameters), step_by_hand(images, labels, **parameters)
    assert abs(run.values["loss"] - loss) < 1e-12
    assert all(np.allclose(run.gradients[name], gradients[name], rtol=1e-12) for name in parameters)
    ours = best(lambda: moved(plan(x=images, t=labels, **parameters).gradients), 200)
    peer = best(lambda: moved(step_by_hand(images, labels, **parameters)[1]), 200)
    yield compared("compiled, a step of training, 64-50-10 at batch 100", ours, "NumPy by hand", peer)


def growth() -> Iterator[Row]:
    """The float engine's time per node on chains of growing length."""
    first = None
    for size in SIZES:
        graph = chain(size)
        run = forward(graph)
        calls = max(1, SIZES[-1] // size // 100)
        each = best(partial(backward, run), calls) / size
        first = first or each
        told = f"{duration(first)} at {SIZES[0]}"
        yield Row(f"backward pass per node, {size:,} nodes", duration(each), told, f"{each / first:.2f}")


def exact() -> Iterator[Row]:
    """Exact gradients of every node against sympy.diff of the composed expression, for one input."""
    import sympy as sp

    from graphgen.verification import exact_pass

    graph = parse(nested(NESTED_STEPS))
    exact_pass(parse(nested(1)))  # loads parts of SymPy that both sides need
    began = time.perf_counter()
    gradients = exact_pass(graph).gradients
    ours = time.perf_counter() - began
    numeric = backward(forward(graph)).gradients["x"]
    assert abs(float(gradients["x"]) - numeric) < 1e-12 * abs(numeric)
    x = sp.Symbol("x", real=True)
    composed = x
    for _ in range(NESTED_STEPS):
        composed = sp.sin(composed) * composed + x
    began = time.perf_counter()
    sp.diff(composed, x)
    peer = time.perf_counter() - began
    what = f"exact gradients, {len(graph)} nodes ({composed.count_ops():,} operations when composed)"
    yield compared(what, ours, "sympy.diff", peer)


def layout() -> Iterator[Row]:
    """Pictures laid out and printed against dot alone: the same engine and the same words.

    No picture is drawn twice, since its layout would be kept: each turn has other numbers.
    """
    from graphgen.drawing import Picture, run
    from graphgen.options import Options
    from graphgen.page import standalone
    from graphgen.verification import verify

    graphs: dict[str, Callable[[int], ComputationalGraph]] = {
        "network": partial(network, LAYERS),
        "larger network": partial(network, MORE_LAYERS),
        "chain that reuses its factors": lambda turn: chain(REUSING, start=START + turn),
    }
    run("digraph { a -> b }", "svg")  # loads the engine
    for what, graph_at in graphs.items():
        ours = peer = math.inf
        for turn in range(TURNS):
            graph = graph_at(turn)
            shown = Picture(graph, verify(graph).numbers, Options(), {})
            ours = min(ours, timeit.timeit(partial(standalone, shown), number=1))
            peer = min(peer, timeit.timeit(partial(run, as_written(shown.scene), "svg"), number=1))
        yield compared(f"picture of a {what}, {len(graph):,} nodes", ours, "dot alone", peer)


def imports() -> Iterator[Row]:
    """How long `import graphgen` takes in a fresh process, against `import sympy`."""
    ours, peer = (min(import_time(module) for _ in range(IMPORTS)) for module in ("graphgen", "sympy"))
    yield compared("import graphgen", ours, "import sympy", peer)


BENCHMARKS: dict[str, Callable[[], Iterator[Row]]] = {
    "numeric": numeric,
    "compiled": compiled,
    "training": training,
    "growth": growth,
    "exact": exact,
    "layout": layout,
    "imports": imports,
}


def chain(operations: int, with_inputs: bool = True, start: float = START) -> ComputationalGraph:
    """x * factor + term, again and again; factor and term are inputs, or numbers in their place."""
    builder = GraphBuilder()
    node = builder.input("x", Fraction(str(start)))
    numbers = {"factor": Fraction(str(FACTOR)), "term": Fraction(str(TERM))}
    inputs = [builder.input(name, number) for name, number in numbers.items()] if with_inputs else []
    for step in range(operations):
        other = inputs[step % 2] if inputs else builder.constant(list(numbers.values())[step % 2])
        node = builder.apply(OPS[("multiply", "add")[step % 2]], node, other)
    return builder.build(node)


def micrograd_chain(operations: int, with_inputs: bool = True) -> Any:
    """The same in micrograd."""
    from micrograd.engine import Value

    node = Value(START)
    factor, term = (Value(FACTOR), Value(TERM)) if with_inputs else (FACTOR, TERM)
    for step in range(operations):
        node = node + term if step % 2 else node * factor
    return node


def network(layers: tuple[int, ...], start: int = 0) -> ComputationalGraph:
    """A network of tanh units, each with a weight for every unit before it."""
    lines = [f"h0_{unit} = {start}.{unit + 1}" for unit in range(layers[0])]
    for layer, (before, units) in enumerate(pairwise(layers), 1):
        for unit in range(units):
            weights = [f"w{layer}_{unit}_{other}" for other in range(before)]
            lines += [f"{weight} = 0.{place % 9 + 1}" for place, weight in enumerate(weights, unit)]
            terms = (f"{weight} * h{layer - 1}_{other}" for other, weight in enumerate(weights))
            lines.append(f"h{layer}_{unit} = tanh({' + '.join(terms)})")
    return parse("\n".join([*lines, f"y = h{len(layers) - 1}_0 - h{len(layers) - 1}_1"]))


def as_written(scene: Scene) -> str:
    """The shapes, arrows and words of a picture as one writes them down for dot, which finds all places.

    A backward arrow is written along the flow and its head turned, which is quickest for dot.
    """
    import graphviz

    dot = graphviz.Digraph(graph_attr={"rankdir": "LR"})
    for shape in scene.shapes:
        dot.node(shape.id, shape.text)
    for arrow in scene.arrows:
        ends = arrow.tail.id, arrow.head.id
        dot.edge(*ends, arrow.forward, taillabel=arrow.name)
        if arrow.has_backward:
            dot.edge(*ends, arrow.backward, headlabel=arrow.local, dir="back")
    return str(dot.source)


def step_by_hand(x: Any, t: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> tuple[float, dict[str, Any]]:  # noqa: N803
    """The loss and the gradients of a network of two layers, as one would write them in NumPy."""
    import numpy as np

    rows = np.arange(len(x))
    before = x @ W1 + b1
    hidden = np.maximum(before, 0)
    scores = hidden @ W2 + b2
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(p[rows, t]).mean()
    p[rows, t] -= 1
    to_scores = p / len(x)
    to_before = to_scores @ W2.T
    to_before[before <= 0] = 0
    gradients = {
        "W1": x.T @ to_before,
        "b1": to_before.sum(axis=0),
        "W2": hidden.T @ to_scores,
        "b2": to_scores.sum(axis=0),
    }
    return loss, gradients


def nested(steps: int) -> str:
    """A program whose composed expression doubles with each step."""
    lines = (f"t{i + 1} = sin(t{i}) * t{i} + x" for i in range(1, steps))
    return "\n".join(["x = 0.7", "t1 = sin(x) * x + x", *lines])


def import_time(module: str) -> float:
    code = f"import time; began = time.perf_counter(); import {module}; print(time.perf_counter() - began)"
    return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout)


def per_node(what: str, ours: float, name: str, peer: float) -> Row:
    return compared(f"{what}, per node", ours / CHAIN, name, peer / CHAIN)


if __name__ == "__main__":
    raise SystemExit(main(__file__, __doc__, BENCHMARKS))
