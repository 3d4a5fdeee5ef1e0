"""Computational graphs, derived, verified and drawn: the public face.

    >>> import graphgen
    >>> graph = graphgen.parse("x = 3\\ny = x * x")
    >>> graphgen.verify(graph).exact.gradients["x"]
    6

Each name is loaded when it is first used, because SymPy and the layout engine are slow to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphgen.faces import loaded_when_used
from graphgen.views import HOMES as VIEWS

if TYPE_CHECKING:
    from graphgen.algebra import chain_rule, closed_forms
    from graphgen.autodiff import backward, forward
    from graphgen.drawing import picture
    from graphgen.errors import GraphgenError
    from graphgen.frameworks import from_jax, from_torch, load
    from graphgen.graph import ComputationalGraph, Pass
    from graphgen.language import parse, trace
    from graphgen.ops import OPS
    from graphgen.options import Options
    from graphgen.page import render_many, svg
    from graphgen.verification import exact_pass, tangents, verify

__version__ = "0.1.0"

__getattr__ = loaded_when_used(
    __name__,
    {
        "algebra": ("chain_rule", "closed_forms"),
        "autodiff": ("backward", "forward"),
        "drawing": ("picture",),
        "errors": ("GraphgenError",),
        "frameworks": ("from_jax", "from_torch", "load"),
        "graph": ("ComputationalGraph", "Pass"),
        "language": ("parse", "trace"),
        "ops": ("OPS",),
        "options": ("Options",),
        "page": ("render_many", "svg"),
        "verification": ("exact_pass", "tangents", "verify"),
    },
)

VIEWS |= {
    "bundle": ("graphgen.integrations", "bundle"),
    "compile": ("graphgen.autodiff", "compiled"),
    "glance": ("graphgen.integrations", "glance"),
    "save": ("graphgen.graph", "save_graph"),
    "table": ("graphgen.integrations", "table"),
}

__all__ = [
    "OPS",
    "ComputationalGraph",
    "GraphgenError",
    "Options",
    "Pass",
    "backward",
    "chain_rule",
    "closed_forms",
    "exact_pass",
    "forward",
    "from_jax",
    "from_torch",
    "load",
    "parse",
    "picture",
    "render_many",
    "svg",
    "tangents",
    "trace",
    "verify",
]
