"""Measure numeric differentiation against backprop: time and error by size, error by step.

The page docs/*/learn/numeric-differentiation.md takes its numbers, its tables and its curves from the file
that this writes. Times, of the processor, depend on the machine, how they grow hardly does; errors are the
same in every run. On a busy machine, run it with OPENBLAS_NUM_THREADS=1: else threads wait for each other.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable, Mapping
from operator import itemgetter
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from measured import circumstances, record
from network import smooth_loss
from numeric_gradient import CENTRAL_STEP, FORWARD_STEP, Array, central_differences, forward_differences

from graphgen import trace
from graphgen.graph import ComputationalGraph
from graphgen.language import parse
from graphgen.verification import verify

PIXELS, CLASSES, BATCH = 64, 10, 10
HIDDEN = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
"""Neurons in the middle of the networks that grow."""
SEED = 1
STEPS = tuple(10 ** (exponent / 4) for exponent in range(-60, 1))

SMALL = Path(__file__).with_name("small_network.graph")
"""Smooth, so that every error is the method's own; small, so that its gradient is proved."""
PARAMETERS = ("W1", "b1", "W2", "b2")


def network(hidden: int, generator: np.random.Generator) -> ComputationalGraph:
    """A network of two layers over made-up images."""

    return trace(
        smooth_loss,
        x=generator.random((BATCH, PIXELS)),
        t=generator.integers(CLASSES, size=BATCH),
        W1=generator.normal(scale=PIXELS**-0.5, size=(PIXELS, hidden)),
        b1=np.zeros(hidden),
        W2=generator.normal(scale=hidden**-0.5, size=(hidden, CLASSES)),
        b2=np.zeros(CLASSES),
    )


def parameters_of(graph: ComputationalGraph) -> dict[str, Array]:
    return {name: np.array(graph[name].value, dtype=float) for name in PARAMETERS}


def error(found: Mapping[str, Array], gradients: Mapping[str, Array]) -> float:
    """How far off gradients are: the length of the difference, relative to their own."""
    ours, theirs = (
        np.concatenate([np.ravel(each[name]) for name in PARAMETERS]) for each in (found, gradients)
    )
    return float(np.linalg.norm(ours - theirs) / np.linalg.norm(theirs))


def by_parameters(hidden: int) -> dict[str, float]:
    """How long each way takes, and how far the differences are from backprop."""
    graph = network(hidden, np.random.default_rng(SEED))
    at = parameters_of(graph)
    both, forward_only = graph.compile(wrt=PARAMETERS), graph.compile(wrt=())
    forward, backprop = shortest(lambda: forward_only(**at)), shortest(lambda: both(**at))
    differences = shortest(lambda: central_differences(forward_only, at), calls=1, repeat=3)
    return {
        "parameters": sum(array.size for array in at.values()),
        "forward_seconds": forward,
        "backprop_seconds": backprop,
        "differences_seconds": differences,
        "backprop_by_forward": backprop / forward,
        "differences_by_backprop": differences / backprop,
        "error": error(central_differences(forward_only, at), both().gradients),
    }


def by_step() -> dict[str, Any]:
    """The error of both kinds of differences, and of backprop, against the proven gradient."""
    graph = parse(SMALL.read_text(encoding="utf-8"))
    gradients = verify(graph).require().numeric.gradients
    at, forward_only = parameters_of(graph), graph.compile(wrt=())
    methods = {"forward": forward_differences, "central": central_differences}
    curve = [
        {"step": step}
        | {
            name: error(differences(forward_only, at, step), gradients)
            for name, differences in methods.items()
        }
        for step in STEPS
    ]
    best = {f"best_{name}": min(curve, key=itemgetter(name)) for name in methods}
    backprop = error(graph.compile(wrt=PARAMETERS)().gradients, gradients)
    entries = sum(array.size for array in at.values())
    return {"small_parameters": entries, "backprop_error": backprop, **best, "by_step": curve}


def shortest(function: Callable[[], object], calls: int = 50, repeat: int = 7) -> float:
    return min(timeit.repeat(function, timer=process_time, number=calls, repeat=repeat)) / calls


def measure(hidden: tuple[int, ...] = HIDDEN) -> dict[str, Any]:
    """Everything that the page tells."""
    sizes = [by_parameters(neurons) for neurons in hidden]
    return {
        **circumstances(__file__, "numpy"),
        "pixels": PIXELS,
        "classes": CLASSES,
        "batch": BATCH,
        "central_step": CENTRAL_STEP,
        "forward_step": FORWARD_STEP,
        "smallest": sizes[0],
        "largest": sizes[-1],
        "by_parameters": sizes,
        **by_step(),
    }


def summary(found: dict[str, Any]) -> str:
    times, parameters = found["largest"]["differences_by_backprop"], found["largest"]["parameters"]
    return f"with {parameters} parameters, differences take {times:.0f} times as long as backprop"


if __name__ == "__main__":
    record("differentiation", measure, summary, __doc__)
