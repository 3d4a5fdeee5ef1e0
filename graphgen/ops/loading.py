"""The words that need NumPy, loaded only for a graph that has an array."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def array_words() -> Mapping[str, Any]:
    """The words of the op table's rules over arrays of floats."""
    from graphgen.ops.by_numpy import ARRAY_WORDS

    return ARRAY_WORDS


def layout_words() -> Mapping[str, Callable[..., Any]]:
    """Those of them that only move, repeat or gather entries, whatever numbers these are."""
    from graphgen.ops.layouts import LAYOUTS

    return LAYOUTS
