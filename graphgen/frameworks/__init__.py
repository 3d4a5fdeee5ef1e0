"""A function or a module of PyTorch or JAX as a graph: what it computed, step by step, with its own numbers.

`from_torch` runs a function once and writes down each operation that it calls, at the level at which textbooks
speak; `from_jax` walks the program that JAX makes of one. The values and gradients of the framework go along,
and the graph's own are held against them, each of them, before anybody sees it. The frameworks are loaded by
these two functions alone.
"""

from graphgen.frameworks.pytorch import from_torch

__all__ = ["from_torch"]
