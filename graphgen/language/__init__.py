"""From text, or a Python function, to a graph: a safe subset of Python that nothing evaluates."""

from graphgen.language.applied import apply
from graphgen.language.missing import require_numbers
from graphgen.language.opening import opened
from graphgen.language.parser import parse
from graphgen.language.traced import TracedValue
from graphgen.language.tracer import trace
from graphgen.language.upstream import given_upstream

__all__ = [
    "TracedValue",
    "apply",
    "given_upstream",
    "opened",
    "parse",
    "require_numbers",
    "trace",
]
