"""Where pictures are published: Python-Markdown, MkDocs, Sphinx and notebooks."""

from graphgen.integrations.markdown import (
    Fence,
    PageContext,
    accept,
    drawn_by,
    fence,
    find_fences,
    log,
    page_context,
    placed_error,
    quote,
    shown_by,
)
from graphgen.integrations.notebook import bundle, glance, table

__all__ = [
    "Fence",
    "PageContext",
    "accept",
    "bundle",
    "drawn_by",
    "fence",
    "find_fences",
    "glance",
    "log",
    "page_context",
    "placed_error",
    "quote",
    "shown_by",
    "table",
]
