"""Captured graphs as files: shown and verified where the framework is not."""

from __future__ import annotations

from pathlib import Path

from graphgen.autodiff import backward, forward
from graphgen.graph import ComputationalGraph, disagreements, load_graph


def load(path: str | Path) -> ComputationalGraph:
    """The graph that `graph.save` wrote into a file, whether or not PyTorch or JAX is installed.

    Nothing in the file is evaluated. The numbers of the framework that captured it are in it, and ours are held
    against them, all of them.

    Raises GraphgenError for a file that is no such graph, and VerificationError where numbers disagree.
    """
    graph = load_graph(path)
    if graph.reference is not None:
        run = forward(graph)
        for found in disagreements(graph, run if graph[graph.output].shape else backward(run)):
            raise found.error()
    return graph
