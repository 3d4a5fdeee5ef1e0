"""Views that a graph or a picture offers and a later room makes; `graphgen/__init__.py` says which."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

HOMES: dict[str, tuple[str, str]] = {}
"""Module and function by the name of the view."""


@cache
def view(name: str) -> Callable[..., Any]:
    """The function that makes a view."""
    module, function = HOMES[name]
    made: Callable[..., Any] = getattr(import_module(module), function)
    return made
