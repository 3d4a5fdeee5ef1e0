"""A function or a module of PyTorch or JAX as a graph: what it computed, step by step, with its numbers.

`from_torch` runs a function once and writes down each operation that it calls, at the level at which
textbooks speak; `from_jax` walks the program that JAX makes of one. The values and gradients of the framework
go along, and the graph's own are held against them, each of them, before anybody sees it. `load` reads a
captured graph from a file. A framework is loaded by the function alone that captures.
"""

from graphgen.frameworks.capturing import capture
from graphgen.frameworks.files import load, load_text
from graphgen.frameworks.jaxprs import from_jax
from graphgen.frameworks.pytorch import from_torch

__all__ = ["capture", "from_jax", "from_torch", "load", "load_text"]
