"""The functions of the op table for functions that are traced: `from graphgen.functions import relu`.

On traced values each adds a node; beside operators and NumPy's functions, `trace` needs them for what
NumPy does not have, such as relu, softmax and affine.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from graphgen.language import TracedValue, apply
from graphgen.ops import FUNCTIONS


def __getattr__(name: str) -> Callable[..., TracedValue]:
    if name in FUNCTIONS:
        return partial(apply, FUNCTIONS[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
