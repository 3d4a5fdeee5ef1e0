"""Captured graphs as files: shown and verified where the framework is not."""

from __future__ import annotations

from pathlib import Path

from graphgen.autodiff import backward, forward
from graphgen.graph import ComputationalGraph, disagreements, graph_of_text, load_graph


def load(path: str | Path) -> ComputationalGraph:
    """The graph that `graph.save` wrote into a file, whether or not PyTorch or JAX is installed.

    Nothing in the file is evaluated. The numbers of the framework that captured it are in it, and ours are
    held against them, all of them.

    Raises GraphgenError for a file that is no such graph, and VerificationError where numbers disagree.
    """
    return _checked(load_graph(path))


def load_text(text: str, name: str | None = None) -> ComputationalGraph:
    """The same of the text of such a file, which an error calls by this name."""
    return _checked(graph_of_text(text, name))


def _checked(graph: ComputationalGraph) -> ComputationalGraph:
    if graph.reference is not None:
        run = forward(graph)
        for found in disagreements(graph, run if graph[graph.output].shape else backward(run)):
            raise found.error()
    return graph
