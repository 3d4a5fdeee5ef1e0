"""Computational graphs, derived, verified and drawn: the public face.

    >>> import graphgen
    >>> graph = graphgen.parse("x = 3\\ny = x * x")
    >>> graphgen.verify(graph).exact.gradients["x"]
    6

Each name is loaded when it is first used, because SymPy and the layout engine are slow to load.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphgen.backprop import Pass, backward, forward
    from graphgen.embed import svg
    from graphgen.errors import GraphgenError
    from graphgen.graph import ComputationalGraph
    from graphgen.many import render_many
    from graphgen.ops import OPS
    from graphgen.options import Options
    from graphgen.parser import parse
    from graphgen.render import picture
    from graphgen.symbolic import chain_rule, closed_forms, exact_pass
    from graphgen.tracer import trace
    from graphgen.verifier import verify

__version__ = "0.1.0"

_HOMES = {
    "ComputationalGraph": "graph",
    "GraphgenError": "errors",
    "OPS": "ops",
    "Options": "options",
    "Pass": "backprop",
    "backward": "backprop",
    "chain_rule": "symbolic",
    "closed_forms": "symbolic",
    "exact_pass": "symbolic",
    "forward": "backprop",
    "parse": "parser",
    "picture": "render",
    "render_many": "many",
    "svg": "embed",
    "trace": "tracer",
    "verify": "verifier",
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
    "parse",
    "picture",
    "render_many",
    "svg",
    "trace",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'graphgen' has no attribute {name!r}")
    value = getattr(import_module(f"graphgen.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
