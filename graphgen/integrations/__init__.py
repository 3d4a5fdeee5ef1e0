"""Where pictures are published: Python-Markdown, MkDocs, Sphinx and notebooks."""

from typing import TYPE_CHECKING

from graphgen.faces import loaded_when_used

if TYPE_CHECKING:
    from graphgen.integrations.fences import Fence, as_fence, find_fences, placed_error
    from graphgen.integrations.markdown import accept, fence, quote
    from graphgen.integrations.notebook import bundle, glance, table
    from graphgen.integrations.pages import PageContext, drawn_by, log, page_context, shown_by

__getattr__ = loaded_when_used(
    __name__,
    {
        "fences": ("Fence", "as_fence", "find_fences", "placed_error"),
        "markdown": ("accept", "fence", "quote"),
        "notebook": ("bundle", "glance", "table"),
        "pages": ("PageContext", "drawn_by", "log", "page_context", "shown_by"),
    },
)

__all__ = [
    "Fence",
    "PageContext",
    "accept",
    "as_fence",
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
