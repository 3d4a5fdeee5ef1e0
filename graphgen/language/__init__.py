"""From text, or a Python function, to a graph: a safe subset of Python that nothing evaluates."""

from graphgen.language.applied import apply
from graphgen.language.literals import read_value
from graphgen.language.missing import require_numbers
from graphgen.language.opening import opened
from graphgen.language.parser import parse
from graphgen.language.traced import TracedValue
from graphgen.language.tracer import trace

__all__ = [
    "TracedValue",
    "apply",
    "opened",
    "parse",
    "read_value",
    "require_numbers",
    "trace",
]
